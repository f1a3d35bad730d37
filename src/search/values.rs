//! Whether a `type`, a `template` or `resources` may be given by an expression, seen from the expressions' surroundings alone: they
//! are far fewer than the bytes of a file.

use memchr::{memmem, memrchr};

/// The start of each string that is an expression. A bracket written as an escape is not its concern.
const EXPRESSION: &[u8] = b"\"[";
/// The keys whose values matter, from their opening quotes on.
const KEYS: [&[u8]; 3] = [b"\"type", b"\"template", b"\"resources"];
/// Longer lines are not looked through for comments, in bytes.
const LONG_LINE: usize = 4096;

/// Whether an expression in the JSON `text` may be the value of one of the keys, in any case. Where comments or blanks that only the
/// parser knows stand in between, it may.
pub fn may_give_by_expression(text: &[u8]) -> bool {
    memmem::find_iter(text, EXPRESSION).any(|quote| text.get(..quote).is_some_and(may_be_for_key))
}

/// Whether a value that follows after `before` may belong to one of the keys.
fn may_be_for_key(before: &[u8]) -> bool {
    let rest = before.trim_ascii_end();
    // The rest may be the end of a comment if the value stands on a line of its own.
    let behind_line = || has_line_break(before, rest) && may_end_in_comment(rest);
    match rest.split_last() {
        Some((b':', before_colon)) => {
            let key = before_colon.trim_ascii_end();
            let Some(key) = key.strip_suffix(b"\"").filter(|_| !has_line_break(before_colon, key)) else { return true };
            KEYS.iter().any(|name| ends_with(key, name)) || behind_line()
        }
        // An element or a key.
        Some((b',' | b'[' | b'{', _)) => behind_line(),
        // A quote inside of a string; or a value without container.
        Some((b'\\', _)) if rest.len() == before.len() => false,
        None => false,
        Some(_) => true,
    }
}

/// Whether a line ends in what was trimmed from `whole`.
fn has_line_break(whole: &[u8], trimmed: &[u8]) -> bool {
    whole.get(trimmed.len()..).is_some_and(|blank| blank.iter().any(|byte| matches!(byte, b'\n' | b'\r')))
}

/// Whether the last line of `text` may end in a comment.
fn may_end_in_comment(text: &[u8]) -> bool {
    let tail = text.get(text.len().saturating_sub(LONG_LINE)..).unwrap_or(text);
    match memrchr(b'\n', tail) {
        Some(start) => tail.get(start..).is_none_or(|line| memmem::find(line, b"//").is_some()),
        None => tail.len() < text.len() || memmem::find(tail, b"//").is_some(),
    }
}

fn ends_with(text: &[u8], lower: &[u8]) -> bool {
    let start = text.len().checked_sub(lower.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_at_what_stands_before() {
        let table = [
            (r#"{"type": "[x]"}"#, true),
            (r#"{"TYPE"	:"[x]"}"#, true),
            (r#"{"template":"[x]"}"#, true),
            (r#"{"Resources": "[x]"}"#, true),
            ("{\"type\":\r\n  \"[x]\"}", true),
            ("{\"type\"\n: \"[x]\"}", true),
            ("{\"type\" /* why */ : \"[x]\"}", true),
            ("{\"type\": /* why */ \"[x]\"}", true),
            ("{\"type\": // a, b,\n \"[x]\"}", true),
            ("{\"type\": // see \"name\":\n \"[x]\"}", true),
            ("{\"type\": // [\r \"[x]\"}", true),
            ("{\"type\":\u{a0}\"[x]\"}", true),
            (r#"{"type": "x", "name": "[x]"}"#, false),
            (r#"{"subtype": "[x]"}"#, false),
            (r#"{"type": ["[x]", "[y]"]}"#, false),
            ("{\"type\": [\n \"[x]\",\n \"[y]\"\n]}", false),
            ("{\"name\":\n  \"[x]\"}", false),
            ("{\"a\": 1, // why\n \"[x]\": 1}", true),
            (r#"{"type": "it says \"[x]\""}"#, false),
            (r#"{"type": " [x]"}"#, false),
            (r#""[x]""#, false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(may_give_by_expression(text.as_bytes()), expected, "{text}");
        }
        let long = format!("[{}\r \"[x]\"]", "1,".repeat(LONG_LINE));
        assert!(may_give_by_expression(long.as_bytes()));
    }
}
