//! Signs that something may be hidden in a JSON text, looked for without regard to its structure: most texts have none, and then need
//! not be followed. They may be seen too often, never too seldom.

use memchr::{memchr_iter, memmem, memrchr};

/// The start of a string that is an expression.
pub(super) const EXPRESSION: &[u8] = b"\"[";

/// Keys under which an expression may hide something.
const KEYS: [&[u8]; 3] = [b"\"type", b"\"template", b"\"resources"];

/// The key of a link to a template, and how it may end.
const LINK: &[u8] = b"\"templatelink\"";
const ENDS_OF_LINK: [&[u8]; 2] = [b"k\"", b"K\""];

/// Whether the text may have an escape that spells a letter, a link to a template, or an expression as a `type`, a `template` or
/// `resources`. Without any, nothing in it is hidden, whatever its structure.
pub(super) fn has_one(text: &[u8]) -> bool {
    has_escape(text) || has_link(text) || has_expression(text)
}

fn has_escape(text: &[u8]) -> bool {
    memchr_iter(b'\\', text).any(|at| matches!(text.get(at + 1..at + 4), Some([b'u' | b'U', b'0', b'0'])))
}

fn has_link(text: &[u8]) -> bool {
    let is_link = |end| text.get(..end).is_some_and(|text| ends_with(text, LINK));
    ENDS_OF_LINK.iter().any(|pair| memmem::find_iter(text, pair).any(|at| is_link(at + pair.len())))
}

fn has_expression(text: &[u8]) -> bool {
    memmem::find_iter(text, EXPRESSION).any(|at| text.get(..at).is_some_and(is_suspect))
}

/// Whether the text ends with these bytes, in any case.
fn ends_with(text: &[u8], end: &[u8]) -> bool {
    let start = text.len().checked_sub(end.len()).and_then(|start| text.get(start..));
    start.is_some_and(|start| start.eq_ignore_ascii_case(end))
}

/// Whether an expression that stands behind this text may be the value of one of the [`KEYS`].
fn is_suspect(before: &[u8]) -> bool {
    let Some(before) = without_blanks(before) else { return true };
    match before.split_last() {
        // An element, or a key that looks like an expression.
        Some((b',' | b'[' | b'{', _)) => false,
        Some((b':', before)) => {
            let Some(key) = without_blanks(before).and_then(|before| before.strip_suffix(b"\"")) else { return true };
            KEYS.iter().any(|name| ends_with(key, name))
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
    let number = |end: u8| blanks.iter().filter(|byte| **byte == end).count();
    let (lines, returns) = (number(b'\n'), number(b'\r'));
    if lines == 0 || returns != 0 && returns != lines {
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
            (r#"{"TemplateLINK": {}}"#, true),
            (r#"{"templateLinks": {}, "note": "a templateLink"}"#, false),
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
