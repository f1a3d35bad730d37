//! Text that came from a template, made fit to be shown.

use std::borrow::Cow;

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
    fn wraps_at_spaces() {
        assert_eq!(wrap("every address is allowed", 12), ["every", "address is", "allowed"]);
        assert_eq!(wrap("", 12), [""]);
        assert_eq!(wrap("a_very_long_word b", 4), ["a_very_long_word", "b"]);
    }
}
