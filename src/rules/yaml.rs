//! YAML as rules are written in it: every scalar is text, exactly as it stands, and everything has its place.
//!
//! Knows nothing of the rest of the crate, because the build script reads the shipped rules with it too.

use saphyr_parser::{Event, Parser, Span};
use std::ops::Range;

/// How deeply lists and mappings may be nested.
const MAX_DEPTH: usize = 128;
/// How many nodes one document may have once its aliases are replaced.
const MAX_NODES: usize = 200_000;

/// A part of a document, with the bytes it stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct Yaml {
    /// Bytes in the file, from 0.
    pub span: Range<usize>,
    /// What it is.
    pub kind: YamlKind,
}

/// What a part of a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum YamlKind {
    /// Any scalar, quoted or not.
    Scalar(String),
    /// A list.
    List(Vec<Yaml>),
    /// A mapping: keys with their places, in order, duplicates kept.
    Map(Vec<(String, Range<usize>, Yaml)>),
}

/// A document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlDocument {
    /// The comment `# Synopsis: ...` directly above the first key.
    pub synopsis: Option<String>,
    /// Its content.
    pub root: Yaml,
}

/// Text that is not YAML.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlError {
    /// What is wrong.
    pub message: String,
    /// Byte in the file, from 0.
    pub at: usize,
}

/// The documents of a file, in order. An error costs its own document only; empty documents are left out.
pub fn documents(text: &str) -> Vec<Result<YamlDocument, YamlError>> {
    let mut found = Vec::new();
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut start = bom;
    let mut offset = bom;
    for line in text.get(bom..).unwrap_or_default().split_inclusive('\n') {
        let marks =
            line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if marks && offset > start {
            found.extend(document(text, start..offset).transpose());
            start = offset;
        }
        offset += line.len();
    }
    found.extend(document(text, start..text.len()).transpose());
    found
}

fn document(text: &str, range: Range<usize>) -> Result<Option<YamlDocument>, YamlError> {
    let chunk = text.get(range.clone()).unwrap_or_default();
    let mut builder = Builder {
        offsets: Offsets::new(chunk, range.start),
        open: Vec::new(),
        anchors: Vec::new(),
        nodes: 0,
        root: None,
    };
    for event in Parser::new_from_str(chunk) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => {
                let at = builder.offsets.byte(error.marker().index());
                return Err(YamlError { message: error.info().to_owned(), at });
            }
        }
    }
    let Some(root) = builder.root else { return Ok(None) };
    if matches!(&root.kind, YamlKind::Scalar(text) if text.is_empty()) {
        return Ok(None);
    }
    let synopsis = synopsis_above(text.get(range.start..root.span.start).unwrap_or_default());
    Ok(Some(YamlDocument { synopsis, root }))
}

/// The synopsis in the comment lines that end `before`.
fn synopsis_above(before: &str) -> Option<String> {
    before.lines().rev().take_while(|line| line.starts_with('#')).find_map(synopsis_in)
}

/// The text of a comment line `# Synopsis: text` or `# Description: text`.
fn synopsis_in(line: &str) -> Option<String> {
    let rest = line.strip_prefix("# ")?;
    ["synopsis: ", "description: "].iter().find_map(|prefix| {
        let found = rest.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
        found.then(|| rest.get(prefix.len()..).unwrap_or_default().trim().to_owned())
    })
}

/// Turns character indexes of a chunk into byte offsets of the file.
struct Offsets {
    start: usize,
    /// Byte offset of each character; empty where all characters are one byte long.
    bytes: Vec<usize>,
    len: usize,
}

impl Offsets {
    fn new(chunk: &str, start: usize) -> Self {
        let bytes =
            if chunk.is_ascii() { Vec::new() } else { chunk.char_indices().map(|(byte, _)| byte).collect::<Vec<_>>() };
        Self { start, bytes, len: chunk.len() }
    }

    fn byte(&self, index: usize) -> usize {
        let inside = if self.bytes.is_empty() { index } else { self.bytes.get(index).copied().unwrap_or(self.len) };
        self.start + inside.min(self.len)
    }

    fn range(&self, span: &Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
}

/// A list or mapping that is still open.
struct Open {
    anchor: usize,
    start: usize,
    items: Vec<Yaml>,
    is_map: bool,
}

struct Builder {
    offsets: Offsets,
    open: Vec<Open>,
    anchors: Vec<(usize, Yaml)>,
    nodes: usize,
    root: Option<Yaml>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let range = self.offsets.range(&span);
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.add(Yaml { span: range, kind: YamlKind::Scalar(text.into_owned()) }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, range.start, false),
            Event::MappingStart(anchor, _) => self.begin(anchor, range.start, true),
            Event::SequenceEnd | Event::MappingEnd => self.end(range.start),
            Event::Alias(anchor) => {
                let found = self.anchors.iter().rfind(|(known, _)| *known == anchor);
                let Some(value) = found.map(|(_, value)| value.clone()) else {
                    return Err(YamlError { message: "this alias names nothing complete".to_owned(), at: range.start });
                };
                self.nodes += count(&value);
                self.add(value, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, start: usize, is_map: bool) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(YamlError { message: format!("nested more than {MAX_DEPTH} levels deep"), at: start });
        }
        self.open.push(Open { anchor, start, items: Vec::new(), is_map });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), YamlError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let last = open.items.last().map_or(open.start, |item| item.span.end);
        let span = open.start..end.min(last.max(open.start)).max(open.start);
        let kind = if open.is_map {
            let mut entries = Vec::with_capacity(open.items.len() / 2);
            let mut items = open.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                let YamlKind::Scalar(text) = key.kind else {
                    return Err(YamlError { message: "a key must be a text".to_owned(), at: key.span.start });
                };
                entries.push((text, key.span, value));
            }
            YamlKind::Map(entries)
        } else {
            YamlKind::List(open.items)
        };
        self.add(Yaml { span, kind }, open.anchor)
    }

    fn add(&mut self, value: Yaml, anchor: usize) -> Result<(), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(YamlError { message: format!("more than {MAX_NODES} values"), at: value.span.start });
        }
        if anchor != 0 {
            self.anchors.push((anchor, value.clone()));
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(value),
            None => self.root = Some(value),
        }
        Ok(())
    }
}

/// How many values `value` holds, itself included. Nesting is bounded by [`MAX_DEPTH`].
fn count(value: &Yaml) -> usize {
    match &value.kind {
        YamlKind::Scalar(_) => 1,
        YamlKind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        YamlKind::Map(entries) => 1 + entries.iter().map(|(_, _, value)| count(value)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Yaml) -> String {
        match &value.kind {
            YamlKind::Scalar(text) => format!("{text:?}"),
            YamlKind::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            YamlKind::Map(entries) => {
                let entries: Vec<_> = entries.iter().map(|(key, _, value)| format!("{key}: {}", show(value))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    #[test]
    fn keeps_every_scalar_as_written() {
        let table = [
            ("a: 1.10", r#"{a: "1.10"}"#),
            ("a: 0x1F\nb: 1e3\nc: true\nd: 'true'", r#"{a: "0x1F", b: "1e3", c: "true", d: "true"}"#),
            ("a: null\nb: ~\nc:\nd: ''", r#"{a: "null", b: "~", c: "", d: ""}"#),
            ("a: [1, no, 2026-01-01]", r#"{a: ["1", "no", "2026-01-01"]}"#),
            ("a: |\n  x\n  y\nb: >-\n  p\n  q", r#"{a: "x\ny\n", b: "p q"}"#),
            ("a: &x { b: 1 }\nc: *x", r#"{a: {b: "1"}, c: {b: "1"}}"#),
            ("a: 1\na: 2", r#"{a: "1", a: "2"}"#),
        ];
        for (text, expected) in table {
            let found = documents(text);
            assert_eq!(show(&found[0].as_ref().unwrap().root), expected, "{text}");
        }
    }

    #[test]
    fn reads_several_documents_and_survives_a_broken_one() {
        let text = "\u{feff}# Synopsis: First.\na: 1\n---\n# Synopsis: lost\n\nb: [1\n---\n# Description: Third ü.\n# more\nc: ü\r\n---\n# only a comment\n";
        let found = documents(text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0].as_ref().unwrap().synopsis.as_deref(), Some("First."));
        assert!(found[1].is_err());
        let third = found[2].as_ref().unwrap();
        assert_eq!(third.synopsis.as_deref(), Some("Third ü."));
        let YamlKind::Map(entries) = &third.root.kind else { panic!("{third:?}") };
        assert_eq!(&text[entries[0].1.clone()], "c");
        assert_eq!(&text[entries[0].2.span.clone()], "ü");
    }

    #[test]
    fn refuses_what_would_exhaust_it() {
        let deep = format!("a: {}", "[".repeat(10_000));
        assert!(documents(&deep)[0].is_err());
        let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, before) in [("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f"), ("h", "g")] {
            bomb.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
        }
        assert!(documents(&bomb)[0].is_err());
    }
}
