//! Signs that something may be hidden in a JSON text, looked for without regard to its structure: most texts have none, and then need
//! not be followed. They may be seen too often, never too seldom.

use memchr::{memmem, memrchr};

/// Words that are such signs, in any case: a link to a template, and an escape that could spell a letter.
pub(super) const WORDS: [&str; 2] = ["templatelink", r"\u00"];

/// The start of a string that is an expression.
pub(super) const EXPRESSION: &[u8] = b"\"[";

/// Keys under which an expression may hide something.
const KEYS: [&[u8]; 3] = [b"\"type", b"\"template", b"\"resources"];

/// Whether the text may have an expression as a `type`, a `template` or `resources`. Without one, and without the [`WORDS`], nothing in it is
/// hidden, whatever its structure.
pub(super) fn has_expression(text: &[u8]) -> bool {
    memmem::find_iter(text, EXPRESSION).any(|at| is_suspect(text.get(..at).unwrap_or_default()))
}

/// Whether an expression that stands behind this text may be the value of one of the [`KEYS`].
fn is_suspect(before: &[u8]) -> bool {
    let Some(before) = without_blanks(before) else { return true };
    match before.split_last() {
        // An element, or a key that looks like an expression.
        Some((b',' | b'[' | b'{', _)) => false,
        Some((b':', before)) => {
            let Some(key) = without_blanks(before).and_then(|before| before.strip_suffix(b"\"")) else { return true };
            KEYS.iter().any(|name| {
                let start = key.len().checked_sub(name.len()).and_then(|start| key.get(start..));
                start.is_some_and(|end| end.eq_ignore_ascii_case(name))
            })
        }
        _ => true,
    }
}

/// The text without the blanks at its end; `None` if it may end in a comment.
fn without_blanks(text: &[u8]) -> Option<&[u8]> {
    let trimmed = text.trim_ascii_end();
    let blanks = text.get(trimmed.len()..)?;
    if blanks.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        return Some(trimmed);
    }
    // What is a line end to some readers only may hide a comment from others.
    let ends = blanks.iter().filter(|byte| **byte == b'\n').count();
    if ends != blanks.iter().filter(|byte| **byte == b'\r').count() && blanks.contains(&b'\r') || ends == 0 {
        return None;
    }
    let line = trimmed.get(memrchr(b'\n', trimmed).map_or(0, |end| end + 1)..)?;
    memmem::find(line, b"//").is_none().then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_expressions_wherever_they_stand() {
        let table = [
            (r#"{"type": "[x]"}"#, true),
            (r#"{"TYPE":"[x]"}"#, true),
            ("{\"type\"\r\n:\t\n\"[x]\"}", true),
            (r#"{"template": "[x]"}"#, true),
            (r#"{"a": 1, "Resources": "[x]"}"#, true),
            (r#"{"type" /* why */: "[x]"}"#, true),
            (r#"{"type": /* a, */ "[x]"}"#, true),
            ("{\"type\": // a,\n \"[x]\"}", true),
            ("{\"type\": // \"a\":\n \"[x]\"}", true),
            ("{\"type\" // \"a\"\n : \"[x]\"}", true),
            ("{\"type\": // a,\r \"[x]\"}", true),
            ("{\"type\":\u{a0}\"[x]\"}", true),
            ("\"[x]\"", true),
            (r#"{"type": "x", "contentType": "[x]"}"#, false),
            ("{\"name\": \"[x]\", \"a\": [\r\n  \"[x]\",\r\n  \"[y]\"]}", false),
            ("{\"name\": \"[x]\", \"a\": [\n  \"[x]\",\n\n  \"[y]\"], \"u\": \"http://x\"}", false),
            (r#"{"type": "a", "note": "\u20ac \\ \" "}"#, false),
            (r#"{"[x]": 1, "[y]": 2}"#, false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(has_expression(text.as_bytes()), expected, "{text}");
        }
    }
}
