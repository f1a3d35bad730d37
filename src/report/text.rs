//! Text that came from a template, made fit to be shown.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::ser::{Formatter, PrettyFormatter};
use std::borrow::Cow;
use std::cell::Cell;
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

/// Marks that a CI system takes for a command wherever they stand in a line of a log: Azure Pipelines' and GitHub Actions' older form.
const COMMANDS: [&str; 2] = ["##vso[", "##["];

/// Text from a template as it may stand in the log of a CI system: what the system would carry out as a command is only text. A
/// blank goes into `##vso[` and `##[`, and into `::` at the start of a line.
pub fn defused(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##") && !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut at_start = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        shown.push(c);
        if starts_command(rest) || (at_start && rest.starts_with("::")) {
            shown.push(' ');
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        at_start = c == '\n' || (at_start && c.is_whitespace());
    }
    Cow::Owned(shown)
}

fn starts_command(text: &str) -> bool {
    text.starts_with('#')
        && COMMANDS
            .iter()
            .any(|command| text.get(..command.len()).is_some_and(|start| start.eq_ignore_ascii_case(command)))
}

/// Whether the text is the address of a page: `http` or `https`, and nothing in it that could end a link or hide in it.
pub fn is_web_address(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{}".contains(c);
    (text.starts_with("https://") || text.starts_with("http://")) && text.chars().all(is_plain)
}

/// Writes `document` as indented JSON with a line break at the end. Harmful characters and commands are escaped also where JSON would let
/// them stand, because a terminal or the log of a CI system may be reading.
pub fn write_json(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Harmless::default()))?;
    writeln!(out)
}

/// Indented JSON in which strings hold nothing harmful.
#[derive(Default)]
struct Harmless {
    layout: PrettyFormatter<'static>,
}

impl Formatter for Harmless {
    /// Only strings hold anything from elsewhere. What JSON has to escape in them comes apart from the rest and is no part of a command.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            // Nearly all text is of the first kind.
            if matches!(c, ' '..='"' | '$'..='~') || !(is_harmful(c) || fragment.get(at..).is_some_and(starts_command))
            {
                continue;
            }
            out.write_all(fragment.get(plain..at).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        out.write_all(fragment.get(plain..).unwrap_or_default().as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.layout.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.layout.end_object_value(out)
    }
}

/// Things to write one after the other, each turned into what is written when its turn comes: all of them at once would take memory.
/// They can be written once.
pub struct Each<I>(Cell<Option<I>>);

impl<I> Each<I> {
    /// These things.
    pub fn new(things: I) -> Self {
        Self(Cell::new(Some(things)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().ok_or_else(|| S::Error::custom("written already"))?)
    }
}

/// Writes an XML document in which nothing is a command to the CI system in whose log it may stand.
pub fn write_xml(out: &mut dyn Write, document: &str) -> io::Result<()> {
    let mut escaped = String::with_capacity(document.len() + 64);
    let (mut rest, mut at_start) = (document, true);
    while let Some(c) = rest.chars().next() {
        if starts_command(rest) || (at_start && rest.starts_with("::")) {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        at_start = c == '\n' || (at_start && c.is_whitespace());
    }
    out.write_all(escaped.as_bytes())
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
    fn logs_carry_nothing_out() {
        let table = [
            ("plain :: text", "plain :: text"),
            ("x ##vso[task.setvariable]", "x # #vso[task.setvariable]"),
            ("##VSO[x] ###[y]", "# #VSO[x] ## #[y]"),
            ("::error::x\n  ::add-mask::y", ": :error::x\n  : :add-mask::y"),
            ("ü::", "ü::"),
        ];
        for (input, expected) in table {
            assert_eq!(defused(input), expected, "{input:?}");
        }
    }

    #[test]
    fn knows_addresses() {
        for (text, expected) in [
            ("https://example.org/a#b?c=d", true),
            ("HTTPS://x", false),
            ("javascript:alert(1)", false),
            ("https://x y", false),
            ("https://x\u{1b}]8;;", false),
            ("https://x\">", false),
        ] {
            assert_eq!(is_web_address(text), expected, "{text}");
        }
    }

    #[test]
    fn json_escapes_what_json_would_not() {
        let mut bytes = vec![];
        write_json(&mut bytes, &["a\u{9b}\u{202e}\u{e0041}\n\u{1b}ü ##vso[x]"]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "[\n  \"a\\u009b\\u202e\\udb40\\udc41\\n\\u001bü \\u0023#vso[x]\"\n]\n");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), ["a\u{9b}\u{202e}\u{e0041}\n\u{1b}ü ##vso[x]"]);
    }

    #[test]
    fn wraps_at_spaces() {
        assert_eq!(wrap("every address is allowed", 12), ["every", "address is", "allowed"]);
        assert_eq!(wrap("", 12), [""]);
        assert_eq!(wrap("a_very_long_word b", 4), ["a_very_long_word", "b"]);
    }
}
