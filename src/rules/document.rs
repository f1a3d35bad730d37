//! Rule documents as one tree, whether YAML or JSON with comments, with the place of every part.

use super::yaml::{self, Yaml, YamlKind};
use crate::source::{SourceFile, Span};
use crate::syntax::DIALECT;
use jsonc_parser::ast::{ObjectPropName, Value as Json};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy};
use std::borrow::Cow;
use std::sync::Arc;

/// How deeply JSON rule files may be nested.
const MAX_DEPTH: usize = 128;

/// A text of a rule document. Those of the shipped rules are part of the program and never copied.
pub type Text = Cow<'static, str>;

/// A part of a rule document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes in the document's file.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a part of a rule document is. YAML scalars are always [`NodeKind::Text`]; JSON scalars keep their type.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// JSON `null`.
    Null,
    /// JSON `true` or `false`.
    Bool(bool),
    /// A JSON number that is a 64-bit integer.
    Int(i64),
    /// Another JSON number.
    Float(f64),
    /// A JSON string, or any YAML scalar exactly as written.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in order, duplicates kept.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Text,
    /// Where the key stands.
    pub span: Span,
    /// The value.
    pub value: Node,
}

/// One resource of a rule file: a rule, a selector, a baseline and so on, still unread.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file it stands in.
    pub file: Arc<SourceFile>,
    /// 1-based line of its first key.
    pub line: u32,
    /// The synopsis comment.
    pub synopsis: Option<Text>,
    /// Its content.
    pub root: Node,
}

impl Document {
    /// Whether it comes with the linter: the text of the shipped documents is not kept.
    pub fn is_shipped(&self) -> bool {
        self.file.text().is_empty()
    }
}

/// A file or a document that cannot be read at all.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes.
    pub span: Span,
}

impl Node {
    /// A JSON value that stands in no document.
    pub fn of_json(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        let kind = match json {
            Json::Null => NodeKind::Null,
            Json::Bool(value) => NodeKind::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => NodeKind::Int(value),
                None => NodeKind::Float(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => NodeKind::Text(text.clone().into()),
            Json::Array(items) => NodeKind::List(items.iter().map(Self::of_json).collect()),
            Json::Object(members) => NodeKind::Map(
                members
                    .iter()
                    .map(|(key, value)| Entry {
                        key: key.clone().into(),
                        span: Span::default(),
                        value: Self::of_json(value),
                    })
                    .collect(),
            ),
        };
        Self { span: Span::default(), kind }
    }

    /// A text without a place.
    pub fn text(text: impl Into<Text>) -> Self {
        Self { span: Span::default(), kind: NodeKind::Text(text.into()) }
    }

    /// The scalar as text: YAML scalars as written; JSON booleans and numbers as JSON writes them. Null and containers have none.
    pub fn scalar(&self) -> Option<Text> {
        match &self.kind {
            NodeKind::Bool(value) => Some(value.to_string().into()),
            NodeKind::Int(value) => Some(value.to_string().into()),
            NodeKind::Float(value) => Some(value.to_string().into()),
            NodeKind::Text(text) => Some(text.clone()),
            NodeKind::Null | NodeKind::List(_) | NodeKind::Map(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is a mapping.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether it is neither a list nor a mapping.
    pub fn is_scalar(&self) -> bool {
        !matches!(self.kind, NodeKind::List(_) | NodeKind::Map(_))
    }

    /// The value under exactly this key; of duplicates the last.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().rfind(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// As a boolean: JSON booleans, or the texts true and false in any case.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            NodeKind::Bool(value) => Some(*value),
            NodeKind::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            NodeKind::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// As an integer: JSON integers, or integer texts.
    pub fn as_int(&self) -> Option<i64> {
        match &self.kind {
            NodeKind::Int(value) => Some(*value),
            NodeKind::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// What kind of thing it is, with its article.
    pub fn what(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Int(_) => "an integer",
            NodeKind::Float(_) => "a number",
            NodeKind::Text(_) => "a text",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a mapping",
        }
    }
}

/// The documents of a rule file, and what of it cannot be read. The file's extension says its language.
pub fn read(file: &Arc<SourceFile>) -> (Vec<Document>, Vec<SyntaxError>) {
    let path = file.path().to_ascii_lowercase();
    if path.ends_with(".json") || path.ends_with(".jsonc") { read_json(file) } else { read_yaml(file) }
}

fn read_yaml(file: &Arc<SourceFile>) -> (Vec<Document>, Vec<SyntaxError>) {
    let (mut documents, mut errors) = (Vec::new(), Vec::new());
    for document in yaml::documents(file.text()) {
        match document {
            Ok(document) => {
                let root = from_yaml(document.root);
                let line = file.position(root.span.start).line;
                documents.push(Document {
                    file: file.clone(),
                    line,
                    synopsis: document.synopsis.map(Text::from),
                    root,
                });
            }
            Err(error) => {
                let at = error.at as u32;
                errors.push(SyntaxError { message: error.message, span: Span::new(at, at) });
            }
        }
    }
    (documents, errors)
}

/// The nesting was bounded when the YAML was read.
fn from_yaml(yaml: Yaml) -> Node {
    let span = |range: std::ops::Range<usize>| Span::new(range.start as u32, range.end as u32);
    let kind = match yaml.kind {
        YamlKind::Scalar(text) => NodeKind::Text(text.into()),
        YamlKind::List(items) => NodeKind::List(items.into_iter().map(from_yaml).collect()),
        YamlKind::Map(entries) => NodeKind::Map(
            entries
                .into_iter()
                .map(|(key, place, value)| Entry { key: key.into(), span: span(place), value: from_yaml(value) })
                .collect(),
        ),
    };
    Node { span: span(yaml.span), kind }
}

fn read_json(file: &Arc<SourceFile>) -> (Vec<Document>, Vec<SyntaxError>) {
    let text = file.text();
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(bom..).unwrap_or_default();
    let comments = CollectOptions { comments: CommentCollectionStrategy::Separate, tokens: false };
    let parsed = match jsonc_parser::parse_to_ast(body, &comments, &DIALECT) {
        Ok(parsed) => parsed,
        Err(error) => {
            let (start, end) = (error.range().start + bom, error.range().end + bom);
            let message = error.kind().to_string();
            return (Vec::new(), vec![SyntaxError { message, span: Span::new(start as u32, end as u32) }]);
        }
    };
    let mut synopses: Vec<(usize, String)> = Vec::new();
    for comment in parsed.comments.iter().flat_map(|map| map.values()).flat_map(|list| list.iter()) {
        if let Some(synopsis) = synopsis_in(comment.text()) {
            let start = match comment {
                jsonc_parser::ast::Comment::Line(line) => line.range.start,
                jsonc_parser::ast::Comment::Block(block) => block.range.start,
            };
            synopses.push((start + bom, synopsis));
        }
    }
    synopses.sort();
    synopses.dedup();
    let mut errors = Vec::new();
    let mut documents = Vec::new();
    let roots = match parsed.value {
        None => Vec::new(),
        Some(Json::Array(array)) => array.elements,
        Some(other) => vec![other],
    };
    for value in roots {
        match from_json(&value, bom, 0) {
            Ok(root) => {
                let spec = root.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == "spec"));
                let end = spec.map_or(root.span.end, |entry| entry.span.start) as usize;
                let inside = |(at, _): &&(usize, String)| *at > root.span.start as usize && *at < end;
                let synopsis = synopses.iter().find(inside).map(|(_, text)| Text::from(text.clone()));
                let line = file.position(root.span.start).line;
                documents.push(Document { file: file.clone(), line, synopsis, root });
            }
            Err(error) => errors.push(error),
        }
    }
    (documents, errors)
}

fn synopsis_in(comment: &str) -> Option<String> {
    let text = comment.trim_start();
    let prefix = text.get(..9)?;
    prefix.eq_ignore_ascii_case("synopsis:").then(|| text.get(9..).unwrap_or_default().trim().to_owned())
}

fn from_json(value: &Json<'_>, bom: usize, depth: usize) -> Result<Node, SyntaxError> {
    let range = jsonc_parser::common::Ranged::range(value);
    let span = Span::new((range.start + bom) as u32, (range.end + bom) as u32);
    if depth > MAX_DEPTH {
        return Err(SyntaxError { message: format!("nested more than {MAX_DEPTH} levels deep"), span });
    }
    let kind = match value {
        Json::NullKeyword(_) => NodeKind::Null,
        Json::BooleanLit(literal) => NodeKind::Bool(literal.value),
        Json::StringLit(literal) => NodeKind::Text(literal.value.to_string().into()),
        Json::NumberLit(literal) => match literal.value.parse::<i64>() {
            Ok(value) => NodeKind::Int(value),
            Err(_) => NodeKind::Float(literal.value.parse().unwrap_or(f64::INFINITY)),
        },
        Json::Array(array) => NodeKind::List(
            array.elements.iter().map(|item| from_json(item, bom, depth + 1)).collect::<Result<Vec<_>, _>>()?,
        ),
        Json::Object(object) => {
            let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let (key, range) = match &property.name {
                    ObjectPropName::String(literal) => (literal.value.to_string(), literal.range),
                    ObjectPropName::Word(literal) => (literal.value.to_string(), literal.range),
                };
                let span = Span::new((range.start + bom) as u32, (range.end + bom) as u32);
                if entries.iter().any(|entry| entry.key == key) {
                    return Err(SyntaxError { message: format!("the key \"{key}\" is there twice"), span });
                }
                entries.push(Entry { key: key.into(), span, value: from_json(&property.value, bom, depth + 1)? });
            }
            NodeKind::Map(entries)
        }
    };
    Ok(Node { span, kind })
}
