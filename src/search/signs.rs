//! Signs that something may be hidden in a JSON text, looked for without regard to its structure: most texts have none, and then need
//! not be followed.

use super::finder::Finder;
use memchr::{memmem, memrchr};
use std::sync::OnceLock;

/// The start of a string that is an expression.
pub(super) const EXPRESSION: &[u8] = b"\"[";

/// Keys under which an expression may hide something.
const KEYS: [&[u8]; 3] = [b"\"type", b"\"template", b"\"resources"];

/// Whether the text has an escape that could spell a letter, a link to a template, or an expression as a `type`, a `template` or
/// `resources`. Without one, nothing in it is hidden, whatever its structure. May say yes too often, never too seldom.
pub(super) fn has_one(text: &[u8]) -> bool {
    static WORDS: OnceLock<Option<Finder>> = OnceLock::new();
    let words = WORDS.get_or_init(|| Finder::new(["templatelink", r"\u00"]));
    words.as_ref().is_none_or(|words| words.find(text, 0, |_| true).is_some())
        || memmem::find_iter(text, EXPRESSION).any(|at| is_suspect(text.get(..at).unwrap_or_default()))
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
    fn sees_signs_wherever_they_stand() {
        let table = [
            (r#"{"type": "[x]"}"#, true),
            (r#"{"TYPE":"[x]"}"#, true),
            ("{\"type\"\r\n:\t\n\"[x]\"}", true),
            (r#"{"template": "[x]"}"#, true),
            (r#"{"a": 1, "Resources": "[x]"}"#, true),
            (r#"{"templateLink": {}}"#, true),
            (r#"{"a": "\u0041"}"#, true),
            (r#"{"a": "\U0041"}"#, true),
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
            assert_eq!(has_one(text.as_bytes()), expected, "{text}");
        }
    }
}
