//! Text that came from a template, made fit to be shown.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Whether showing the character could move the cursor, change colours, or reorder what stands beside it.
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every harmful character written as an escape (`\n`, `\u{1b}`), so that it stays on its line and is only
/// ever read.
///
/// ```
/// assert_eq!(akslint::report::text::visible("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) {
            // Zero-width and reordering characters count as printable for `escape_debug`.
            match c {
                '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
                _ => shown.extend(c.escape_unicode()),
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Writes `document` as indented JSON with a line break at the end. Harmful characters are escaped also where JSON would let them
/// stand, because a terminal may be reading.
pub fn write_json(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    let is_to_escape = |c: char| c != '\n' && is_harmful(c);
    if !text.contains(is_to_escape) {
        return writeln!(out, "{text}");
    }
    let mut escaped = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_to_escape(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    writeln!(out, "{escaped}")
}

/// Breaks a text into lines of at most `width` characters, at spaces; a longer word stands on a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if taken > 0 && taken + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        line.push_str(word);
        taken += length;
    }
    lines.push(line);
    lines
}

/// `1 file`, `2 files`: the number and the noun in the form that agrees with it.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_control_characters_harmlessly() {
        let table = [
            ("plain ü😀", "plain ü😀"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("\u{1b}]8;;x\u{7}", "\\u{1b}]8;;x\\u{7}"),
            ("\u{202e}gnp", "\\u{202e}gnp"),
            ("\u{9b}31m", "\\u{9b}31m"),
        ];
        for (input, expected) in table {
            assert_eq!(visible(input), expected, "{input:?}");
        }
    }

    #[test]
    fn json_escapes_what_json_would_not() {
        let mut bytes = vec![];
        write_json(&mut bytes, &["a\u{9b}\u{202e}\u{e0041}\n\u{1b}ü"]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "[\n  \"a\\u009b\\u202e\\udb40\\udc41\\n\\u001bü\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), ["a\u{9b}\u{202e}\u{e0041}\n\u{1b}ü"]);
    }

    #[test]
    fn wraps_at_spaces() {
        assert_eq!(wrap("every address is allowed", 12), ["every", "address is", "allowed"]);
        assert_eq!(wrap("", 12), [""]);
        assert_eq!(wrap("a_very_long_word b", 4), ["a_very_long_word", "b"]);
    }
}
