//! Files as their authors wrote them, and places in them.
//!
//! Everything between reading and reporting speaks in byte offsets ([`Span`]). Lines and columns exist only here, and only
//! reports ask for them.

use std::sync::{Arc, OnceLock};

/// A range of bytes in one file: `start` inclusive, `end` exclusive, both counted from 0 in the file's text *with* its
/// byte-order mark, so that a span can be used on the bytes as they lie on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The number of bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Names one file within one evaluation; an index into [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A span in a file of the evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A line and a column, both counted from 1; the column counts characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A file's path and text, with its line index built on first use.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as reports print it: relative to the working directory, with `/`.
    path: Arc<str>,
    /// The whole text: byte-order mark, carriage returns and tabs kept.
    text: String,
    lines: OnceLock<Vec<u32>>,
    /// How many characters and UTF-16 code units stand before each block of [`BLOCK`] bytes.
    blocks: OnceLock<Vec<(u32, u32)>>,
}

/// Bytes between two counts of characters. Lines may be as long as the file.
const BLOCK: usize = 4096;

impl SourceFile {
    /// A file with the given report path and text.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new(), blocks: OnceLock::new() }
    }

    /// The path as reports print it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same, to be kept elsewhere.
    pub fn shared_path(&self) -> &Arc<str> {
        &self.path
    }

    /// The whole text, byte-order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`; empty if the span does not lie on character boundaries inside the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Byte offsets at which lines start. A line ends after `\n`, or after a `\r` that no `\n` follows.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends_line = |at: &usize| bytes.get(*at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n');
            let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends_line);
            std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect()
        })
    }

    /// The 0-based index of the line that holds byte `offset`.
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The span of the 0-based line `index`, its line break included. `None` past the end.
    pub fn line_span(&self, index: usize) -> Option<Span> {
        let starts = self.line_starts();
        let start = *starts.get(index)?;
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len() as u32);
        Some(Span::new(start, end))
    }

    /// The position of byte `offset`. A byte-order mark has no width. Offsets past the end give the end.
    pub fn position(&self, offset: u32) -> Position {
        let (line, start, end) = self.before(offset);
        Position { line, column: self.counts_between(start, end).0 + 1 }
    }

    /// As [`position`](Self::position), with the column in UTF-16 code units, from 1, as SARIF and editors count.
    pub fn position_utf16(&self, offset: u32) -> Position {
        let (line, start, end) = self.before(offset);
        Position { line, column: self.counts_between(start, end).1 + 1 }
    }

    /// The 1-based line of `offset`, and the bytes between that line's start, a byte-order mark left out, and `offset`.
    fn before(&self, offset: u32) -> (u32, usize, usize) {
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let index = self.line_index(end as u32);
        let start = self.line_starts().get(index).copied().unwrap_or_default() as usize;
        let mark = self.text.get(start..end).filter(|text| text.starts_with('\u{feff}')).map_or(0, |_| 3);
        (index as u32 + 1, start + mark, end)
    }

    /// How many characters and UTF-16 code units stand between two bytes, each a character's first or the end.
    fn counts_between(&self, start: usize, end: usize) -> (u32, u32) {
        match self.text.as_bytes().get(start..end) {
            // Most lines are short, and few are asked about.
            Some(bytes) if bytes.len() <= BLOCK => counted(bytes),
            _ => {
                let (to, from) = (self.counts(end), self.counts(start));
                (to.0 - from.0, to.1 - from.1)
            }
        }
    }

    /// How many characters and UTF-16 code units stand before byte `at`, which is a character's first or the end.
    fn counts(&self, at: usize) -> (u32, u32) {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let mut counts = vec![(0, 0)];
            let mut total = (0, 0);
            for block in bytes.chunks(BLOCK) {
                total = add(total, counted(block));
                counts.push(total);
            }
            counts
        });
        let block = at / BLOCK;
        let rest = bytes.get(block * BLOCK..at).unwrap_or_default();
        add(blocks.get(block).copied().unwrap_or_default(), counted(rest))
    }
}

fn add(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (one.0 + other.0, one.1 + other.1)
}

/// The characters and UTF-16 code units that start in these bytes of UTF-8.
fn counted(bytes: &[u8]) -> (u32, u32) {
    let starts = |byte: &&u8| **byte & 0xc0 != 0x80;
    let characters = bytes.iter().filter(starts).count() as u32;
    // What takes four bytes takes two units.
    (characters, characters + bytes.iter().filter(|byte| **byte >= 0xf0).count() as u32)
}

/// The files that take part in one evaluation: the template, its parameters file, linked templates.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives its name within this evaluation.
    pub fn add(&mut self, file: Arc<SourceFile>) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// The file of that name.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_of_long_lines() {
        let text = "aü😀".repeat(BLOCK);
        let file = SourceFile::new("a.json", text.as_str());
        for (at, (offset, _)) in text.char_indices().enumerate() {
            let column = at as u32 + 1;
            assert_eq!(file.position(offset as u32), Position { line: 1, column });
            assert_eq!(file.position_utf16(offset as u32), Position { line: 1, column: column + at as u32 / 3 });
        }
    }

    #[test]
    fn counts_lines_and_columns() {
        let file = SourceFile::new("a.json", "\u{feff}ab\r\ncü😀d\re");
        let table = [
            (0, 1, 1, 1),
            (3, 1, 1, 1),
            (5, 1, 3, 3),
            (7, 2, 1, 1),
            (8, 2, 2, 2),
            (10, 2, 3, 3),
            (14, 2, 4, 5),
            (16, 3, 1, 1),
            (99, 3, 2, 2),
        ];
        for (offset, line, column, utf16) in table {
            assert_eq!(file.position(offset), Position { line, column }, "characters at {offset}");
            assert_eq!(file.position_utf16(offset), Position { line, column: utf16 }, "UTF-16 at {offset}");
        }
    }
}
