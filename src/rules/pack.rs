//! The shipped rules, embedded when the program is built.

use super::document::{Document, Entry, Node, NodeKind};
use super::read::{self, Diagnostic, ReadOptions, Reading};
use super::rule::RuleSet;
use crate::source::{SourceFile, Span};
use std::sync::{Arc, OnceLock};

/// The documents of `rules/*.Rule.yaml`, as the build script wrote them: a list of lists of the file, the line, the synopsis if there is
/// one (a list again), and the content. A text is its length in bytes, `:` and itself; a list is the number of its items, `[` and these; a mapping
/// is the number of its entries, `{`, and each key with its value. So texts can be used where they stand.
const EMBEDDED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.txt"));

/// The shipped rules, read strictly and once. Their diagnostics are tested to be none, and that no name is there twice; see
/// [`reading`].
pub fn embedded() -> &'static RuleSet {
    static SET: OnceLock<RuleSet> = OnceLock::new();
    SET.get_or_init(|| {
        let mut set = RuleSet::default();
        let documents = Documents::new();
        set.rules.reserve_exact(documents.count);
        for document in documents {
            let RuleSet { rules, selectors, baselines, groups, configuration } =
                read::document(&document, ReadOptions::new(true)).set;
            set.rules.extend(rules);
            set.selectors.extend(selectors);
            set.baselines.extend(baselines);
            set.groups.extend(groups);
            set.configuration.extend(&configuration);
        }
        set
    })
}

/// The shipped rules with their diagnostics.
pub fn reading() -> Reading {
    let mut reading = Reading::default();
    let mut documents = Documents::new();
    for document in documents.by_ref() {
        reading.add(read::document(&document, ReadOptions::new(true)));
    }
    if !documents.rest.is_empty() {
        reading.unusable += 1;
        let message = "what is embedded cannot be read".to_owned();
        let (file, span) = (Arc::new(SourceFile::new("rules", "")), Span::default());
        reading.diagnostics.push(Diagnostic { is_error: true, message, suggestion: None, file, span, line: 1 });
    }
    reading.check_references(true);
    reading
}

/// The embedded documents, one after the other. Their parts have no places, their files no text.
struct Documents {
    /// How many there are in all.
    count: usize,
    /// What is still to be read; if it is not empty in the end, it cannot be.
    rest: &'static str,
    /// The file of the document before: those of one file follow each other.
    file: Option<Arc<SourceFile>>,
}

impl Documents {
    fn new() -> Self {
        let mut rest = EMBEDDED;
        let count = head(&mut rest).map_or(0, |(count, _)| count);
        Self { count, rest, file: None }
    }
}

impl Iterator for Documents {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let mut rest = self.rest;
        let NodeKind::List(parts) = node(&mut rest)?.kind else { return None };
        let [path, line, synopsis, root] = <[Node; 4]>::try_from(parts).ok()?;
        let (path, line) = (path.as_text()?, line.as_text()?.parse().ok()?);
        let synopsis = synopsis.as_list()?.first().and_then(Node::scalar);
        let file = self.file.take().filter(|file| file.path() == path);
        let file = file.unwrap_or_else(|| Arc::new(SourceFile::new(path, "")));
        self.file = Some(file.clone());
        self.rest = rest;
        Some(Document { file, line, synopsis, root })
    }
}

/// The number that `rest` begins with, and the sign that says what it counts.
fn head(rest: &mut &'static str) -> Option<(usize, u8)> {
    let mut number: usize = 0;
    for (at, byte) in rest.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            *rest = rest.get(at + 1..)?;
            return Some((number, byte));
        }
        number = number.checked_mul(10)?.checked_add(usize::from(byte - b'0'))?;
    }
    None
}

/// The node that `rest` begins with. The nesting was bounded when the pack was built.
fn node(rest: &mut &'static str) -> Option<Node> {
    let (number, sign) = head(rest)?;
    let kind = match sign {
        b':' => {
            let (text, from) = rest.split_at_checked(number)?;
            *rest = from;
            NodeKind::Text(text.into())
        }
        b'[' => {
            let mut items = Vec::with_capacity(number);
            for _ in 0..number {
                items.push(node(rest)?);
            }
            NodeKind::List(items)
        }
        b'{' => {
            let mut entries = Vec::with_capacity(number);
            for _ in 0..number {
                let NodeKind::Text(key) = node(rest)?.kind else { return None };
                entries.push(Entry { key, span: Span::default(), value: node(rest)? });
            }
            NodeKind::Map(entries)
        }
        _ => return None,
    };
    Some(Node { span: Span::default(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::document;
    use std::path::Path;

    /// The rule files themselves, in the order of their names.
    fn files() -> Vec<Arc<SourceFile>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".Rule.yaml"))
            .collect();
        names.sort();
        let read = |name: &String| std::fs::read_to_string(folder.join(name)).unwrap();
        names.iter().map(|name| Arc::new(SourceFile::new(format!("rules/{name}"), read(name)))).collect()
    }

    fn without_places(node: &Node) -> Node {
        let kind = match &node.kind {
            NodeKind::List(items) => NodeKind::List(items.iter().map(without_places).collect()),
            NodeKind::Map(entries) => {
                let bare = |entry: &Entry| Entry {
                    key: entry.key.clone(),
                    span: Span::default(),
                    value: without_places(&entry.value),
                };
                NodeKind::Map(entries.iter().map(bare).collect())
            }
            scalar => scalar.clone(),
        };
        Node { span: Span::default(), kind }
    }

    #[test]
    fn what_is_embedded_is_what_the_files_say() {
        let mut documents = Documents::new();
        let embedded: Vec<Document> = documents.by_ref().collect();
        assert_eq!(documents.rest, "");
        let direct: Vec<Document> = files().iter().flat_map(|file| document::read(file).0).collect();
        assert_eq!(embedded.len(), direct.len());
        for (embedded, direct) in embedded.iter().zip(&direct) {
            assert_eq!(embedded.file.path(), direct.file.path());
            assert_eq!(embedded.line, direct.line);
            assert_eq!(embedded.synopsis, direct.synopsis);
            assert_eq!(embedded.root, without_places(&direct.root));
        }
    }

    #[test]
    fn the_shipped_rules_read_strictly_without_a_word() {
        let mut reading = Reading::default();
        for file in files() {
            reading.add(read::file(&file, ReadOptions::new(true)));
        }
        reading.check_references(true);
        let lines: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        assert!(super::reading().diagnostics.is_empty());
        assert_eq!(embedded().rules.len(), reading.set.rules.len());
    }
}
