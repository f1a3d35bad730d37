//! Where the entries of a YAML list stand. The YAML reader keeps no places of what it accepts, so the events of the text are gone
//! through once more.

use crate::source::{SourceFile, Span};
use saphyr_parser::{Event, Parser};

/// The places of the entries of the list under the top-level key `key`, in order: each from its first character to the end of that
/// line. None for what does not parse.
pub fn of_entries(file: &SourceFile, key: &str) -> Vec<Span> {
    let text = file.text();
    // A byte-order mark is no part of the document.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut chars = Chars { text, at: text.len() - body.len(), before: 0 };
    let mut found = Vec::new();
    let (mut depth, mut is_value, mut is_key, mut is_in_list) = (0_usize, false, false, false);
    for event in Parser::new_from_str(body) {
        let Ok((event, span)) = event else { return found };
        let begins = matches!(event, Event::SequenceStart(..) | Event::MappingStart(..));
        let is_node = begins || matches!(event, Event::Scalar(..) | Event::Alias(_));
        if depth == 2 && is_in_list && is_node {
            found.push(line_from(file, chars.byte(span.start.index())));
        }
        if depth == 1 && is_node {
            is_in_list = is_value && is_key && matches!(event, Event::SequenceStart(..));
            if !is_value {
                is_key = matches!(&event, Event::Scalar(text, ..) if text == key);
            }
            is_value = !is_value;
        }
        // Only a mapping has keys.
        if depth == 0 && is_node && !matches!(event, Event::MappingStart(..)) {
            return found;
        }
        match event {
            _ if begins => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            Event::DocumentEnd => return found,
            _ => {}
        }
    }
    found
}

/// From the byte to the end of its line.
fn line_from(file: &SourceFile, start: usize) -> Span {
    let start = start as u32;
    let line = file.line_span(file.line_index(start)).unwrap_or_default();
    let content = file.slice(Span::new(start, line.end.max(start)));
    Span::new(start, start + content.trim_end().len() as u32)
}

/// Turns ascending numbers of characters into numbers of bytes.
struct Chars<'t> {
    text: &'t str,
    /// A byte, and how many characters stand before it.
    at: usize,
    before: usize,
}

impl Chars<'_> {
    fn byte(&mut self, index: usize) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let steps = index.saturating_sub(self.before);
        self.at += rest.chars().take(steps).map(char::len_utf8).sum::<usize>();
        self.before += steps;
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_entries() {
        let text = "other: [1]\nlist:\n  # first\n  - rule: A\n    path: b\n  -   rule: ü # last\n  - {rule: C}\n";
        let file = SourceFile::new("a.yaml", text);
        let found: Vec<&str> = of_entries(&file, "list").into_iter().map(|span| file.slice(span)).collect();
        assert_eq!(found, ["rule: A", "rule: ü # last", "{rule: C}"]);
        assert_eq!(of_entries(&file, "none"), []);
        for text in [
            "",
            "list",
            "list: 1",
            "[list, [1]]",
            "list: {list: [1]}",
            "a: [list, [1]]",
            "? [list]\n: [1]\n",
            "list: [\"a",
        ] {
            assert_eq!(of_entries(&SourceFile::new("a.yaml", text), "list"), [], "{text}");
        }
    }

    #[test]
    fn finds_entries_side_by_side() {
        let text = "\u{feff}é: [[x], {list: [y]}]\nlist: [{a: ü}, [b, {c: d}], e] # f\r\n";
        let file = SourceFile::new("a.yaml", text);
        let found: Vec<&str> = of_entries(&file, "list").into_iter().map(|span| file.slice(span)).collect();
        assert_eq!(found, ["{a: ü}, [b, {c: d}], e] # f", "[b, {c: d}], e] # f", "e] # f"]);
    }
}
