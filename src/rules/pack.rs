//! The shipped rules, embedded when the program is built.

use super::document::{Document, Entry, Node, NodeKind};
use super::read::{self, Diagnostic, Reading};
use super::rule::RuleSet;
use crate::source::{SourceFile, Span};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The documents of `rules/*.Rule.yaml`, as the build script wrote them.
const EMBEDDED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// The shipped rules, read strictly and once. Their diagnostics are tested to be none; see [`reading`].
pub fn embedded() -> &'static RuleSet {
    static SET: OnceLock<RuleSet> = OnceLock::new();
    SET.get_or_init(|| reading().set)
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

/// The embedded documents. Their parts have no places, their files no text.
fn documents() -> Result<Vec<Document>, String> {
    let json: Vec<Json> = serde_json::from_str(EMBEDDED).map_err(|error| error.to_string())?;
    let mut files: BTreeMap<String, Arc<SourceFile>> = BTreeMap::new();
    let mut documents = Vec::with_capacity(json.len());
    for entry in &json {
        let text = |key: &str| entry.get(key).and_then(Json::as_str);
        let path = text("file").unwrap_or_default();
        let file = files.entry(path.to_owned()).or_insert_with(|| Arc::new(SourceFile::new(path, ""))).clone();
        let line = entry.get("line").and_then(Json::as_u64).unwrap_or(1) as u32;
        let root = entry.get("root").map(node).ok_or("a document without content")?;
        documents.push(Document { file, line, synopsis: text("synopsis").map(str::to_owned), root });
    }
    Ok(documents)
}

/// The nesting was bounded when the pack was built.
fn node(json: &Json) -> Node {
    let kind = match json {
        Json::Array(items) => NodeKind::List(items.iter().map(node).collect()),
        Json::Object(members) => NodeKind::Map(
            members
                .iter()
                .map(|(key, value)| Entry { key: key.clone(), span: Span::default(), value: node(value) })
                .collect(),
        ),
        Json::String(text) => NodeKind::Text(text.clone()),
        other => NodeKind::Text(other.to_string()),
    };
    Node { span: Span::default(), kind }
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
