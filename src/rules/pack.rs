//! The shipped rules, embedded when the program is built.

use super::document::{Document, Entry, Node, NodeKind};
use super::read::{self, Diagnostic, Reading};
use super::rule::RuleSet;
use crate::source::{SourceFile, Span};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The documents of `rules/*.Rule.yaml`, as the build script wrote them.
const EMBEDDED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// The shipped rules, read strictly and once. Their diagnostics are tested to be none, and that no name is there twice; see
/// [`reading`].
pub fn embedded() -> &'static RuleSet {
    static SET: OnceLock<RuleSet> = OnceLock::new();
    SET.get_or_init(|| {
        let mut set = RuleSet::default();
        for document in documents().unwrap_or_default() {
            let RuleSet { rules, selectors, baselines, groups, configuration } = read::document(&document, true).set;
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
    match documents() {
        Ok(documents) => documents.iter().for_each(|document| reading.add(read::document(document, true))),
        Err(message) => {
            let file = Arc::new(SourceFile::new("rules", ""));
            reading.unusable += 1;
            let span = Span::default();
            reading.diagnostics.push(Diagnostic { is_error: true, message, suggestion: None, file, span, line: 1 });
        }
    }
    reading.check_references(true);
    reading
}

/// A document as it is embedded.
#[derive(Deserialize)]
struct Embedded<'t> {
    #[serde(borrow)]
    file: &'t str,
    line: u32,
    synopsis: Option<String>,
    root: Tree,
}

/// The embedded documents. Their parts have no places, their files no text.
fn documents() -> Result<Vec<Document>, String> {
    let embedded: Vec<Embedded<'_>> = serde_json::from_str(EMBEDDED).map_err(|error| error.to_string())?;
    let mut documents: Vec<Document> = Vec::with_capacity(embedded.len());
    for Embedded { file, line, synopsis, root: Tree(root) } in embedded {
        // Documents of one file follow each other.
        let file = match documents.last() {
            Some(last) if last.file.path() == file => last.file.clone(),
            _ => Arc::new(SourceFile::new(file, "")),
        };
        documents.push(Document { file, line, synopsis, root });
    }
    Ok(documents)
}

/// A node, read straight from JSON. The nesting was bounded when the pack was built.
struct Tree(Node);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = deserializer.deserialize_any(KindVisitor)?;
        Ok(Self(Node { span: Span::default(), kind }))
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = NodeKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a mapping")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<NodeKind, E> {
        Ok(NodeKind::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NodeKind, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(NodeKind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<NodeKind, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, Tree(value))) = members.next_entry()? {
            entries.push(Entry { key, span: Span::default(), value });
        }
        Ok(NodeKind::Map(entries))
    }
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
        let embedded = documents().unwrap();
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
            reading.add(read::file(&file, true));
        }
        reading.check_references(true);
        let lines: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        assert!(super::reading().diagnostics.is_empty());
        assert_eq!(embedded().rules.len(), reading.set.rules.len());
    }
}
