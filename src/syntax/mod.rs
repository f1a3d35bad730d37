//! Spanned JSON, in the dialect Azure Resource Manager accepts: comments, trailing commas, and raw line breaks in strings.
//!
//! [`parse`] gives a tree of [`Node`]s in which every key and every value has its byte span. Keys keep their order, their
//! duplicates and their case; look-up ignores case as ARM does.

mod error;
mod offsets;
mod parse;
mod tokens;

pub use error::SyntaxError;
pub use offsets::OffsetMap;
pub use parse::{parse, parse_within};

use crate::source::Span;
use jsonc_parser::ParseOptions;
use std::rc::Rc;

/// JSON with comments and trailing commas, and no other leniency.
// Every field is written out, so that a leniency added by the library fails to compile instead of slipping in.
pub(crate) const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// In objects of up to so many members each is compared with each.
const FEW: usize = 8;

/// A JSON value with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value in the file, byte-order mark counted; of a string with its quotes.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of [`Node`].
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Rc<str>),
    /// A string.
    String(Text),
    /// An array.
    Array(Vec<Node>),
    /// An object: its members in order, duplicates kept.
    Object(Vec<Member>),
}

/// A JSON string: a value or a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The text, decoded.
    pub text: Rc<str>,
    /// Its place, quotes included.
    pub span: Span,
    /// Whether it was written with escapes, so that its bytes differ from those in the file.
    pub escaped: bool,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Node,
}

/// Two members of one object whose keys are spelt the same: the earlier one counts for nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateKey {
    /// The key, decoded.
    pub key: Rc<str>,
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}

impl Text {
    /// Whether the text is `other`, ignoring ASCII case.
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }

    /// Where each byte of the decoded text stands in `source`, the file's whole text that this string was read from.
    pub fn offsets(&self, source: &str) -> OffsetMap {
        if self.escaped { OffsetMap::of_escaped(source, self.span) } else { OffsetMap::direct(self.span.start + 1) }
    }
}

impl Node {
    /// The value of member `name`, as [`member`](Self::member) finds it. `None` if this is no object or has no such member.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.member(name).map(|member| &member.value)
    }

    /// The member called `name`: the last one spelt exactly so, else the last one that differs in ASCII case alone.
    pub fn member(&self, name: &str) -> Option<&Member> {
        let members = self.members();
        let exact = members.iter().rfind(|member| &*member.key.text == name);
        exact.or_else(|| members.iter().rfind(|member| member.key.is(name)))
    }

    /// The members of an object; none for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            NodeKind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The string, if this is one.
    pub fn as_text(&self) -> Option<&Text> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The decoded text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(|text| &*text.text)
    }

    /// The truth value, if this is `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            NodeKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if this is a whole one that fits 64 bits.
    pub fn as_int(&self) -> Option<i64> {
        match &self.kind {
            NodeKind::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, NodeKind::Object(_))
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.kind, NodeKind::Array(_))
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, NodeKind::Null)
    }

    /// What this is, in the words of a message: `an object`, `a string`, ...
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Array(_) => "an array",
            NodeKind::Object(_) => "an object",
        }
    }

    /// Every key of this value, at any depth, that its object holds once more in the same spelling; in order of `again`.
    /// Keys that differ in case alone are two keys.
    pub fn duplicate_keys(&self) -> Vec<DuplicateKey> {
        let mut found = Vec::new();
        self.each_object(&mut |members| collect_duplicate_keys(members, &mut found));
        found.sort_by_key(|duplicate| duplicate.again);
        found
    }

    /// Every key of this value, at any depth, that is one of `keys` in one spelling and stands in its object once more in another; in
    /// order of `again`.
    pub fn respelled_keys(&self, keys: &[&str]) -> Vec<DuplicateKey> {
        let mut found = Vec::new();
        self.each_object(&mut |members| collect_respelled_keys(members, keys, &mut found));
        found.sort_by_key(|respelled| respelled.again);
        found
    }

    /// Shows the members of every object in this value, at any depth.
    fn each_object<'n>(&'n self, show: &mut dyn FnMut(&'n [Member])) {
        show(self.members());
        self.members().iter().for_each(|member| member.value.each_object(show));
        self.elements().iter().for_each(|element| element.each_object(show));
    }
}

fn collect_respelled_keys(members: &[Member], keys: &[&str], found: &mut Vec<DuplicateKey>) {
    let is_one = |key: &Text| keys.iter().any(|one| one.len() == key.text.len() && one.eq_ignore_ascii_case(&key.text));
    let mut seen: Vec<&Text> = Vec::new();
    for Member { key, .. } in members.iter().filter(|member| is_one(&member.key)) {
        match seen.iter().find(|other| other.text.eq_ignore_ascii_case(&key.text)) {
            Some(first) if first.text != key.text => {
                found.push(DuplicateKey { key: first.text.clone(), first: first.span, again: key.span });
            }
            Some(_) => {}
            None => seen.push(key),
        }
    }
}

fn collect_duplicate_keys(members: &[Member], found: &mut Vec<DuplicateKey>) {
    let mut seen = rustc_hash::FxHashMap::default();
    for (at, Member { key, .. }) in members.iter().enumerate() {
        // Most objects are small.
        let first = match members.len() {
            ..=FEW => members.iter().take(at).rfind(|other| other.key.text == key.text).map(|other| other.key.span),
            _ => seen.insert(&*key.text, key.span),
        };
        if let Some(first) = first {
            found.push(DuplicateKey { key: key.text.clone(), first, again: key.span });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_up_exact_case_first_and_the_last_one_wins() {
        let node = parse(r#"{"Name": 1, "name": 2, "NAME": 3, "name": 4, "Other": 5}"#).unwrap();
        let table = [("name", Some(4)), ("Name", Some(1)), ("naMe", Some(4)), ("other", Some(5)), ("none", None)];
        for (name, expected) in table {
            assert_eq!(node.get(name).and_then(Node::as_int), expected, "{name}");
        }
    }

    #[test]
    fn finds_duplicate_keys_at_any_depth() {
        let node = parse(r#"{"a": [{"b": 1, "B": 2, "b": 3}], "c": 1, "\u0061": 0}"#).unwrap();
        let found: Vec<_> =
            node.duplicate_keys().into_iter().map(|d| (d.key.to_string(), d.first.start, d.again.start)).collect();
        assert_eq!(found, [("b".to_owned(), 8, 24), ("a".to_owned(), 1, 42)]);
    }
}
