//! What is made of a condition's expected value when its rule is read, so that mistakes are found then and once.

use crate::rules::compare;
use crate::rules::document::{Node, NodeKind};
use crate::rules::pattern::{Pattern, Patterns};
use crate::rules::texts::Texts;
use crate::rules::version::{Constraint, Scheme};
use std::any::Any;
use std::sync::Arc;

/// A condition's expected value, prepared.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// Nothing was prepared.
    Nothing,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Texts.
    Texts(Box<Texts>),
    /// Patterns, with what was written.
    Patterns(Vec<(String, Pattern)>),
    /// A version constraint.
    Version(Arc<Constraint>),
    /// Anything a condition of its own needs.
    Other(Arc<dyn Any + Send + Sync>),
    /// It is no such value: the condition is false wherever it is asked.
    False,
    /// It is no such value: asking the condition is an error of the rule.
    Error(String),
}

/// What is wrong with an expected value.
#[derive(Clone, Debug)]
pub struct Flaw {
    /// What is wrong.
    pub message: String,
    /// What PSRule does with it: the condition is false, or asking it is an error.
    pub is_error: bool,
}

impl Flaw {
    /// PSRule takes the condition for false.
    pub fn falsifies(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_error: false }
    }

    /// Asking the condition is an error of the rule.
    pub fn breaks(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_error: true }
    }
}

/// A condition's modifiers while its expected value is prepared.
pub struct Modifiers<'a> {
    /// As written, with their values.
    pub entries: &'a [(String, Node)],
    /// Those that patterns count among.
    pub patterns: &'a Patterns,
}

impl Modifiers<'_> {
    /// A modifier's value.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// Whether a modifier is there and true.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Node::as_bool).unwrap_or(false)
    }
}

/// Takes anything.
pub fn anything(_: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    Ok(Prepared::Nothing)
}

/// Takes a scalar or a list of scalars.
pub fn scalar_or_list(node: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    match &node.kind {
        NodeKind::Map(_) => Err(Flaw::falsifies("a value or a list of values is expected, not a mapping")),
        NodeKind::List(items) if items.iter().any(|item| !item.is_scalar()) => {
            Err(Flaw::falsifies("the items of the list must be plain values"))
        }
        _ => Ok(Prepared::Nothing),
    }
}

/// Takes true or false.
pub fn boolean(node: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    node.as_bool()
        .map(Prepared::Bool)
        .ok_or_else(|| Flaw::falsifies(format!("true or false is expected{}", found(node))))
}

/// Takes an integer.
pub fn integer(node: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    node.as_int().map(Prepared::Int).ok_or_else(|| Flaw::falsifies(format!("an integer is expected{}", found(node))))
}

/// Takes a list of texts; null and empty items are dropped.
pub fn texts(node: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    match &node.kind {
        NodeKind::List(items) => list(items).map(|texts| Prepared::Texts(Box::new(texts.into()))),
        _ => Err(Flaw::falsifies(format!("a list is expected{}", found(node)))),
    }
}

/// Takes a text or a list of texts.
pub fn text_or_list(node: &Node, _: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    match (&node.kind, node.scalar()) {
        (NodeKind::List(items), _) => list(items).map(|texts| Prepared::Texts(Box::new(texts.into()))),
        (_, Some(text)) => Ok(Prepared::Texts(Box::new(vec![text.into_owned()].into()))),
        _ => Err(Flaw::falsifies(format!("a text or a list of texts is expected{}", found(node)))),
    }
}

/// Takes a pattern.
pub fn pattern(node: &Node, modifiers: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    let text = node.scalar().ok_or_else(|| Flaw::falsifies(format!("a pattern is expected{}", found(node))))?;
    let regex = compare::regex(&text, modifiers.flag("caseSensitive"), modifiers.patterns).map_err(Flaw::breaks)?;
    Ok(Prepared::Patterns(vec![(text.into_owned(), regex)]))
}

/// Takes a wildcard pattern or a list of them.
pub fn wildcards(node: &Node, modifiers: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    let Prepared::Texts(texts) = text_or_list(node, modifiers)? else { return Ok(Prepared::False) };
    let mut patterns = Vec::with_capacity(texts.len());
    for text in texts.iter() {
        let regex =
            compare::wildcard(text, modifiers.flag("caseSensitive"), modifiers.patterns).map_err(Flaw::breaks)?;
        patterns.push((text.clone(), regex));
    }
    Ok(Prepared::Patterns(patterns))
}

/// Takes a constraint on semantic versions.
pub fn semantic_version(node: &Node, modifiers: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    version(node, modifiers, Scheme::Semantic)
}

/// Takes a constraint on API versions.
pub fn date_version(node: &Node, modifiers: &Modifiers<'_>) -> Result<Prepared, Flaw> {
    version(node, modifiers, Scheme::Date)
}

fn version(node: &Node, modifiers: &Modifiers<'_>, scheme: Scheme) -> Result<Prepared, Flaw> {
    let text =
        node.scalar().ok_or_else(|| Flaw::falsifies(format!("a version constraint is expected{}", found(node))))?;
    let constraint = Constraint::parse(&text, scheme, modifiers.flag("includePrerelease")).map_err(Flaw::breaks)?;
    Ok(Prepared::Version(Arc::new(constraint)))
}

fn list(items: &[Node]) -> Result<Vec<String>, Flaw> {
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        match (&item.kind, item.scalar()) {
            (NodeKind::Null, _) => {}
            (_, Some(text)) if text.is_empty() => {}
            (NodeKind::Bool(value), _) => texts.push(if *value { "True".to_owned() } else { "False".to_owned() }),
            (_, Some(text)) => texts.push(text.into_owned()),
            (_, None) => return Err(Flaw::falsifies("the items of the list must be plain values")),
        }
    }
    Ok(texts)
}

fn found(node: &Node) -> String {
    match node.scalar() {
        Some(text) => format!(", not '{text}'"),
        None => format!(", not {}", node.what()),
    }
}
