//! Object paths: how rules name a place in a resource. PSRule's grammar, with an evaluation that keeps concrete paths, says
//! how far a missing path led, and never guesses about what is unknown.

mod evaluate;
mod filter;
mod parse;

use super::pattern::Patterns;
use crate::date::Date;
use crate::limits::PATTERN_BYTES;
use crate::schema::{self, Property};

pub use evaluate::{Located, Missing, PathSlot, Resolution};
pub(crate) use evaluate::{api_version, too_many};

/// How a path looks at values.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// Whether a null member exists; else it counts as missing.
    pub nulls: bool,
    /// Today, which filters compare dates with.
    pub today: Option<Date>,
}

/// A parsed object path.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectPath {
    /// As written.
    pub text: String,
    pub(crate) segments: Vec<Segment>,
    /// What PSRule would silently read otherwise.
    pub notes: Vec<String>,
    /// What PSRule reads otherwise, where this reads what is meant: in words that begin "in PSRule".
    pub differences: Vec<&'static str>,
    /// The property it leads to, if that is to be looked for where the API version of the resource has it.
    pub(crate) by_version: Option<Box<ByVersion>>,
}

/// A property that not every API version has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ByVersion {
    property: &'static Property,
    /// The property that stood for it before, with its path.
    predecessor: Option<(&'static Property, ObjectPath)>,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Segment {
    Member(Key),
    Index(i64),
    Wildcard,
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Descendant(Key),
    Filter(filter::Filter),
}

/// A member's name; `exact` compares case too.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) exact: bool,
}

impl ObjectPath {
    /// Parses a path; `Err` says what cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_among(text, &Patterns::new(PATTERN_BYTES))
    }

    /// Like [`ObjectPath::parse`], with patterns that count among these.
    pub fn parse_among(text: &str, patterns: &Patterns) -> Result<Self, String> {
        parse::path(text, patterns)
    }

    /// The same, which leads to the property under the name it has in the API version of the resource, and nowhere if that has none.
    pub fn by_api_version(mut self) -> Self {
        let predecessor = schema::predecessor(&self.text);
        let predecessor = predecessor.and_then(|property| Some((property, Self::parse(&property.path).ok()?)));
        let by_version = |property| Box::new(ByVersion { property, predecessor });
        self.by_version = schema::property(&self.text).map(by_version);
        self
    }

    /// Whether it names the current object or item itself.
    pub fn is_root(&self) -> bool {
        self.segments.is_empty()
    }
}

/// A path with one more member: `a.b`, or `a['odd name']`.
pub(crate) fn join(path: &str, name: &str) -> String {
    let mut joined = String::with_capacity(path.len() + 1 + name.len());
    joined.push_str(path);
    push(&mut joined, name);
    joined
}

/// Goes on to a member.
fn push(path: &mut String, name: &str) {
    if is_plain(name) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    } else {
        path.push_str(&format!("['{}']", name.replace('\'', "\\'")));
    }
}

/// Whether a member's name needs no quotes in a path.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    (name.bytes().all(is_plain) || name.chars().all(is_letter))
        && !(name.is_empty() || name.starts_with('-') || name.ends_with('-'))
}

/// The end of a path, as text to append: `.b[0]`.
pub(crate) fn describe(segments: &[Segment]) -> String {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Segment::Member(key) => push(&mut text, &key.name),
            Segment::Descendant(key) => text = format!("{text}..{}", key.name),
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::Wildcard => text.push_str("[*]"),
            Segment::Slice { .. } => text.push_str("[:]"),
            Segment::Filter(_) => text.push_str("[?]"),
        }
    }
    text
}

/// `parent` followed by `rest`.
pub(crate) fn append(parent: &str, rest: &str) -> String {
    if parent.is_empty() || rest.is_empty() || rest.starts_with('[') || rest.starts_with('.') {
        format!("{parent}{rest}")
    } else {
        format!("{parent}.{rest}")
    }
}

#[cfg(test)]
mod tests;
