//! From spanned JSON to unevaluated values: with expressions, as in templates, or literally, as in parameters files.

use super::expression::{WrittenExpression, is_expression, literal_text};
use super::{InvalidExpression, Key, Name, ObjectTerm, PropertyCopy, Term, TermKind, TermMember};
use crate::limits::ExpressionLimits;
use crate::source::Span;
use crate::syntax::{Member, Node, NodeKind, Text};
use std::rc::Rc;

impl From<&Text> for Name {
    fn from(text: &Text) -> Self {
        Self { text: text.text.clone(), span: text.span }
    }
}

impl Term {
    /// The literal text, if this is a string and no expression.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            TermKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if this is one.
    pub fn as_object(&self) -> Option<&ObjectTerm> {
        match &self.kind {
            TermKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// `null` at `span`: stands for what should have been written there.
    pub(super) fn null(span: Span) -> Rc<Self> {
        Rc::new(Self { span, kind: TermKind::Null })
    }
}

/// `node` as a value in which nothing is evaluated: every string is literal text, brackets and all, and `copy` is a key like others.
/// For parameters files and exported resources.
pub fn literal(node: &Node) -> Rc<Term> {
    let kind = match &node.kind {
        NodeKind::String(text) => TermKind::String(text.text.clone()),
        NodeKind::Array(elements) => TermKind::Array(elements.iter().map(literal).collect()),
        NodeKind::Object(members) => {
            let members = members.iter().map(literal_member).collect();
            TermKind::Object(Rc::new(ObjectTerm { members, copies: Vec::new() }))
        }
        scalar => scalar_kind(scalar),
    };
    Rc::new(Term { span: node.span, kind })
}

/// `member` with a literal key and a literal value.
pub(super) fn literal_member(member: &Member) -> TermMember {
    TermMember { key: Key::Text(member.key.text.clone()), key_span: member.key.span, value: literal(&member.value) }
}

/// `null`, truth values and numbers. What is none of them gives `null`.
fn scalar_kind(kind: &NodeKind) -> TermKind {
    match kind {
        NodeKind::Bool(value) => TermKind::Bool(*value),
        NodeKind::Number(text) => match text.parse() {
            Ok(whole) => TermKind::Int(whole),
            Err(_) => text.parse().map_or(TermKind::Null, TermKind::Float),
        },
        _ => TermKind::Null,
    }
}

/// A string of a template: text, or an expression that parses or does not.
enum Read {
    Text(Rc<str>),
    Expression(Rc<WrittenExpression>),
    Invalid(Rc<InvalidExpression>),
}

/// Reads the values of one template and gathers the expressions that do not parse.
pub(super) struct TermReader<'a> {
    /// The file's whole text.
    source: &'a str,
    limits: ExpressionLimits,
    /// In order of reading.
    pub(super) invalid: Vec<Rc<InvalidExpression>>,
}

impl<'a> TermReader<'a> {
    /// A reader for nodes of the file with text `source`.
    pub(super) fn new(source: &'a str, limits: ExpressionLimits) -> Self {
        Self { source, limits, invalid: Vec::new() }
    }

    /// `node` with its expressions parsed and its property loops recognised.
    pub(super) fn term(&mut self, node: &Node) -> Rc<Term> {
        let kind = match &node.kind {
            NodeKind::String(text) => match self.string(text) {
                Read::Text(text) => TermKind::String(text),
                Read::Expression(expression) => TermKind::Expression(expression),
                Read::Invalid(invalid) => TermKind::Invalid(invalid),
            },
            NodeKind::Array(elements) => TermKind::Array(elements.iter().map(|element| self.term(element)).collect()),
            NodeKind::Object(members) => TermKind::Object(Rc::new(self.object(members.iter()))),
            scalar => scalar_kind(scalar),
        };
        Rc::new(Term { span: node.span, kind })
    }

    /// An object made of `members`.
    pub(super) fn object<'n>(&mut self, members: impl Iterator<Item = &'n Member>) -> ObjectTerm {
        let mut object = ObjectTerm::default();
        for member in members {
            match Some(&member.value).filter(|_| member.key.is("copy")).and_then(|value| self.property_copies(value)) {
                Some(copies) => object.copies.extend(copies),
                None => object.members.push(self.member(member)),
            }
        }
        object
    }

    /// A member with its key's and value's expressions parsed.
    pub(super) fn member(&mut self, member: &Member) -> TermMember {
        let key = match self.string(&member.key) {
            Read::Text(text) => Key::Text(text),
            Read::Expression(expression) => Key::Expression(expression),
            Read::Invalid(invalid) => Key::Invalid(invalid),
        };
        TermMember { key, key_span: member.key.span, value: self.term(&member.value) }
    }

    /// The loops of a `copy` list. `None` if `node` has not the shape `[{name, count, input}, ...]`: then `copy` is an ordinary key.
    pub(super) fn property_copies(&mut self, node: &Node) -> Option<Vec<PropertyCopy>> {
        let entries = node.elements();
        let is_loop = |entry: &Node| ["name", "count", "input"].iter().all(|key| entry.get(key).is_some());
        if entries.is_empty() || !entries.iter().all(is_loop) {
            return None;
        }
        let read = |entry: &Node| {
            Some(PropertyCopy {
                name: self.term(entry.get("name")?),
                count: self.term(entry.get("count")?),
                input: self.term(entry.get("input")?),
                span: entry.span,
            })
        };
        Some(entries.iter().filter_map(read).collect())
    }

    fn string(&mut self, text: &Text) -> Read {
        if !is_expression(&text.text) {
            let literal = literal_text(&text.text);
            return Read::Text(if literal.len() == text.text.len() { text.text.clone() } else { literal.into() });
        }
        match WrittenExpression::new(text, self.source, self.limits) {
            Ok(expression) => Read::Expression(Rc::new(expression)),
            Err(error) => {
                let invalid = InvalidExpression { text: text.text.clone(), message: error.message, span: error.span };
                let invalid = Rc::new(invalid);
                self.invalid.push(invalid.clone());
                Read::Invalid(invalid)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    /// The term as JSON-like text: `=` before expressions, `!` before invalid ones, `*` before loops.
    fn show(term: &Term) -> String {
        match &term.kind {
            TermKind::Null => "null".to_owned(),
            TermKind::Bool(value) => value.to_string(),
            TermKind::Int(number) => number.to_string(),
            TermKind::Float(number) => format!("{number:?}"),
            TermKind::String(text) => format!("{text:?}"),
            TermKind::Expression(expression) => format!("={}", expression.get().span.len()),
            TermKind::Invalid(invalid) => format!("!{}", invalid.span.start),
            TermKind::Array(elements) => {
                format!("[{}]", elements.iter().map(|e| show(e)).collect::<Vec<_>>().join(" "))
            }
            TermKind::Object(object) => {
                let key = |key: &Key| match key {
                    Key::Text(text) => text.to_string(),
                    Key::Expression(expression) => format!("={}", expression.get().span.len()),
                    Key::Invalid(invalid) => format!("!{}", invalid.span.start),
                };
                let members =
                    object.members.iter().map(|member| format!("{}:{}", key(&member.key), show(&member.value)));
                let copies = object
                    .copies
                    .iter()
                    .map(|copy| format!("*{} {} {}", show(&copy.name), show(&copy.count), show(&copy.input)));
                format!("{{{}}}", members.chain(copies).collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn reads_values_of_templates_and_literal_ones() {
        let table = [
            ("[null, true, -1, 1.5, 9223372036854775808]", "[null true -1 1.5 9.223372036854776e18]", None),
            (
                r#"["a", "[f()]", "[f(]", "[[x]", "[[x] y"]"#,
                r#"["a" =3 !19 "[x]" "[[x] y"]"#,
                Some(r#"["a" "[f()]" "[f(]" "[[x]" "[[x] y"]"#),
            ),
            (r#"{"[f('a')]": {}, "A": 1, "[f(]": 2}"#, "{=6:{} A:1 !29:2}", Some("{[f('a')]:{} A:1 [f(]:2}")),
            (
                r#"{"a": 1, "Copy": [{"name": "n", "count": "[f()]", "input": {}}]}"#,
                r#"{a:1 *"n" =3 {}}"#,
                Some(r#"{a:1 Copy:[{name:"n" count:"[f()]" input:{}}]}"#),
            ),
            (r#"{"copy": [{"name": "n", "count": 1}]}"#, r#"{copy:[{name:"n" count:1}]}"#, None),
            (r#"{"copy": {"name": "n", "count": 1, "input": 1}}"#, r#"{copy:{name:"n" count:1 input:1}}"#, None),
            (r#"{"copy": []}"#, "{copy:[]}", None),
        ];
        for (source, expected, as_literal) in table {
            let node = syntax::parse(source).unwrap();
            assert_eq!(show(&TermReader::new(source, ExpressionLimits::default()).term(&node)), expected, "{source}");
            assert_eq!(show(&literal(&node)), as_literal.unwrap_or(expected), "{source}");
        }
    }
}
