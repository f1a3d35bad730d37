//! From positions in a decoded string back to the file.

use crate::source::Span;

/// Where each byte of a decoded text stands in its file.
///
/// Without escapes the two run in step. With escapes, the map keeps a break for each place where they fall out of step.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetMap {
    /// File offset of decoded byte 0.
    base: u32,
    /// `(decoded, file)`: from decoded byte `decoded` on, up to the next break, bytes run in step from file byte `file`.
    breaks: Vec<(u32, u32)>,
}

impl OffsetMap {
    /// The map of a text that stands unchanged from byte `base` of the file on.
    pub fn direct(base: u32) -> Self {
        Self { base, breaks: Vec::new() }
    }

    /// The map of the JSON string at `span` (bytes, quotes included) of `source`, the file's whole text.
    pub fn of_escaped(source: &str, span: Span) -> Self {
        let base = span.start + 1;
        let raw = source.get(base as usize..span.end.saturating_sub(1) as usize).unwrap_or_default();
        let mut map = Self::direct(base);
        let mut decoded = 0;
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            let (plain, escape) = rest.split_at(at);
            let (written, meant) = escape_lengths(escape);
            decoded += plain.len() + meant;
            rest = escape.get(written..).unwrap_or_default();
            let file = base as usize + raw.len() - rest.len();
            map.breaks.push((decoded as u32, file as u32));
        }
        map
    }

    /// The file offset of decoded byte `at`, counted from 0; for the length of the text, that of the closing quote.
    pub fn at(&self, at: usize) -> u32 {
        let at = at as u32;
        let index = self.breaks.partition_point(|(decoded, _)| *decoded <= at);
        match index.checked_sub(1).and_then(|index| self.breaks.get(index)) {
            Some((decoded, file)) => file + (at - decoded),
            None => self.base + at,
        }
    }

    /// The file span of the decoded bytes from `start` to `end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.at(start), self.at(end))
    }
}

/// The bytes an escape takes in the file and in the decoded text. `escape` starts at the backslash and is well formed.
fn escape_lengths(escape: &str) -> (usize, usize) {
    if !escape.starts_with("\\u") {
        return (2, 1);
    }
    let unit = escape.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
    match unit {
        0xD800..=0xDBFF => (12, 4),
        _ => (6, char::from_u32(unit).map_or(1, char::len_utf8)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn maps_each_character_to_where_it_is_written() {
        // Each row: a JSON string, and the file offset of every decoded character and of the end.
        let table: [(&str, &[u32]); 6] = [
            (r#""ab""#, &[1, 2, 3]),
            (r#""a\nb""#, &[1, 2, 4, 5]),
            (r#""\u00fcx""#, &[1, 7, 8]),
            (r#""ü\"x""#, &[1, 3, 5, 6]),
            (r#""\ud83d\ude00\\x""#, &[1, 13, 15, 16]),
            ("\"\u{20ac}\\t\\t\"", &[1, 4, 6, 8]),
        ];
        for (source, expected) in table {
            let node = parse(source).unwrap();
            let text = node.as_text().unwrap();
            let map = text.offsets(source);
            let mut found: Vec<_> = text.text.char_indices().map(|(at, _)| map.at(at)).collect();
            found.push(map.at(text.text.len()));
            assert_eq!(found, expected, "{source}");
        }
    }
}
