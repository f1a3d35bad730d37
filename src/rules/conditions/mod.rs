//! The named conditions, one file a family.
//!
//! # Adding a condition
//!
//! Write a function `fn(&ConditionInput<'_>) -> Result<Tri, Stop>` in a file of its family, add a [`Definition`] to that file's
//! `DEFINITIONS` and, for a new file, the file's list to `FAMILIES` below:
//!
//! ```ignore
//! pub(super) const DEFINITIONS: &[Definition] =
//!     &[Definition::new("inNetwork", in_network).prepare(prepare::texts).modifiers(&["atLeast"]).facts(&["network"])];
//!
//! fn in_network(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
//!     let Some(text) = input.text()? else { return Ok(Tri::False) }; // stops by itself if the value is unknown
//!     input.fact("network", || "10.0.0.0/8");                        // for {network} in messages
//!     input.reason(|| format!("{text} lies in no network listed"));   // if the rule has no message of its own
//!     Ok(Tri::False)
//! }
//! ```
//!
//! The rules of the game: a missing field gives false before the function is called unless [`Definition::missing`] says otherwise;
//! an unknown with a short list of possible values is tried value by value before the function is called; what is then still
//! unknown is either decided from its bounds or given back as [`Stop::Unknown`] ([`ConditionInput::known`] does that), never
//! guessed; a question that both answers would settle is [`Stop::Split`].

mod compare;
mod egress;
mod lists;
mod paths;
mod properties;
mod range_lists;
mod range_pairs;
mod ranges;
mod surroundings;
mod text;
mod types;
mod versions;

pub mod prepare;

pub(crate) use compare::is_null_text;
pub use prepare::{Flaw, Prepared};
pub(super) use properties::Named;

use super::document::Node;
use super::evaluate::{Item, Scope};
use super::functions;
use super::path::{Located, Missing, PathSlot};
use super::rule::{Argument, Test};
use super::tri::Tri;
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::Unknown;
use crate::evaluate::value::{Data, Kind, Origin, Value};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

/// All families.
const FAMILIES: &[&[Definition]] = &[
    compare::DEFINITIONS,
    text::DEFINITIONS,
    types::DEFINITIONS,
    lists::DEFINITIONS,
    versions::DEFINITIONS,
    paths::DEFINITIONS,
    surroundings::DEFINITIONS,
    ranges::DEFINITIONS,
    range_lists::DEFINITIONS,
    range_pairs::DEFINITIONS,
    egress::DEFINITIONS,
    properties::DEFINITIONS,
];

/// The condition called `name`, ignoring case.
pub fn find(name: &str) -> Option<&'static Definition> {
    // Asked for every key of every condition that is read.
    static SORTED: OnceLock<Vec<&'static Definition>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut sorted: Vec<_> = all().collect();
        sorted.sort_by(|left, right| without_case(left.name).cmp(without_case(right.name)));
        sorted
    });
    let at = sorted.binary_search_by(|definition| without_case(definition.name).cmp(without_case(name))).ok()?;
    sorted.get(at).copied()
}

fn without_case(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// All conditions, family by family.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// What a missing field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// The condition is false.
    False,
    /// The condition is true.
    True,
    /// The condition's function decides; [`Operand::Missing`] is what it gets.
    Ask,
}

/// A condition.
#[derive(Debug)]
pub struct Definition {
    /// Its name as documented.
    pub name: &'static str,
    /// Decides it.
    pub test: fn(&ConditionInput<'_>) -> Result<Tri, Stop>,
    /// Checks and prepares the expected value when the rule is read.
    pub prepare: fn(&Node, &prepare::Modifiers<'_>) -> Result<Prepared, Flaw>,
    /// Modifiers it understands, as documented.
    pub modifiers: &'static [&'static str],
    /// Facts it may record for messages.
    pub facts: &'static [&'static str],
    /// What a missing field means.
    pub missing: IfMissing,
    /// Whether the expected value may be a function.
    pub functions: bool,
    /// Whether `field` is the only operand it takes.
    pub field_only: bool,
    /// Whether it needs no operand at all: it asks about the whole resource.
    pub without_operand: bool,
}

impl Definition {
    /// A condition with the usual behaviour: any expected value, no modifiers, false where the field is missing.
    pub const fn new(name: &'static str, test: fn(&ConditionInput<'_>) -> Result<Tri, Stop>) -> Self {
        Self {
            name,
            test,
            prepare: prepare::anything,
            modifiers: &[],
            facts: &[],
            missing: IfMissing::False,
            functions: false,
            field_only: false,
            without_operand: false,
        }
    }

    /// Checks the expected value with this.
    pub const fn prepare(mut self, prepare: fn(&Node, &prepare::Modifiers<'_>) -> Result<Prepared, Flaw>) -> Self {
        self.prepare = prepare;
        self
    }

    /// Understands these modifiers.
    pub const fn modifiers(mut self, modifiers: &'static [&'static str]) -> Self {
        self.modifiers = modifiers;
        self
    }

    /// May record these facts.
    pub const fn facts(mut self, facts: &'static [&'static str]) -> Self {
        self.facts = facts;
        self
    }

    /// Where the field is missing: this.
    pub const fn missing(mut self, missing: IfMissing) -> Self {
        self.missing = missing;
        self
    }

    /// The expected value may be a function.
    pub const fn functions(mut self) -> Self {
        self.functions = true;
        self
    }

    /// `field` is the only operand.
    pub const fn field_only(mut self) -> Self {
        self.field_only = true;
        self
    }

    /// It asks about the whole resource and takes no operand.
    pub const fn without_operand(mut self) -> Self {
        self.without_operand = true;
        self
    }
}

/// What a condition looks at.
#[derive(Clone, Debug)]
pub enum Operand {
    /// A value: known, or an unknown that certainly is there (though it may turn out null). Never a choice.
    Value(Located),
    /// The field is not there.
    Missing(Missing),
    /// Whether the field is there depends on this unknown; the path is the field's.
    Unknown(Rc<Unknown>, Rc<str>),
    /// No operand was given, or none is usable.
    None,
}

impl Operand {
    /// The full path of the value, or of what is missing.
    pub fn path(&self) -> Rc<str> {
        match self {
            Self::Value(found) => found.path.clone(),
            Self::Missing(missing) => missing.path().into(),
            Self::Unknown(_, path) => path.clone(),
            Self::None => Rc::default(),
        }
    }
}

/// A fact for messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its name, as `{name}` refers to it.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// What a condition notes down while it decides.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Facts, the later ones of a name replacing the earlier.
    pub facts: Vec<Fact>,
    /// Why it is as it is, as the end of a sentence that begins with the path: `is not set`.
    pub reason: Option<String>,
    /// The parts of what the condition looks at that decide, if it is not the whole.
    pub parts: Vec<Part>,
}

/// A part of what a condition looks at: each is a finding of its own where the condition fails.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where findings point.
    pub located: Located,
    /// What is to be known of it.
    pub facts: Vec<Fact>,
    /// Why it is as it is.
    pub reason: String,
}

/// All a condition may ask.
pub struct ConditionInput<'a> {
    /// What it looks at.
    pub operand: &'a Operand,
    /// The condition as read: expected value, what was prepared from it, modifiers.
    pub test: &'a Test,
    /// The target, the current object, the item.
    pub scope: &'a Scope<'a>,
    /// What it notes down, if anybody wants to know; see [`fact`](Self::fact) and [`reason`](Self::reason).
    record: Option<&'a RefCell<Record>>,
}

impl<'a> ConditionInput<'a> {
    pub(super) fn new(
        operand: &'a Operand,
        test: &'a Test,
        scope: &'a Scope<'a>,
        record: Option<&'a RefCell<Record>>,
    ) -> Self {
        Self { operand, test, scope, record }
    }

    /// The value, known or unknown; `None` if there is none.
    pub fn value(&self) -> Option<&'a Value> {
        match self.operand {
            Operand::Value(found) => Some(&found.value),
            _ => None,
        }
    }

    /// The value, known at its top level. `Err` stops the condition as unknown; `None`: there is no value.
    pub fn known(&self) -> Result<Option<&'a Value>, Stop> {
        match self.operand {
            Operand::Value(Located { value: Value { data: Data::Unknown(unknown), .. }, .. })
            | Operand::Unknown(unknown, _) => Err(Stop::Unknown(unknown.clone())),
            Operand::Value(found) => Ok(Some(&found.value)),
            Operand::Missing(_) | Operand::None => Ok(None),
        }
    }

    /// The known text of the value; with the modifier `convert` also of integers and booleans. `None` for values that certainly
    /// have none. `Err` stops the condition as unknown.
    pub fn text(&self) -> Result<Option<String>, Stop> {
        let convert = self.flag("convert");
        if let Some(Value { data: Data::Unknown(unknown), .. }) = self.value() {
            let possible = match unknown.bounds.kind {
                None | Some(Kind::String) => true,
                Some(Kind::Int | Kind::Bool) => convert,
                Some(_) => false,
            };
            return if possible { Err(Stop::Unknown(unknown.clone())) } else { Ok(None) };
        }
        let Some(value) = self.known()? else { return Ok(None) };
        Ok(match &value.data {
            Data::String(text) => Some(text.to_string()),
            other if convert => super::compare::to_text(other),
            _ => None,
        })
    }

    /// The full path of the value, or of what is missing.
    pub fn path(&self) -> Rc<str> {
        self.operand.path()
    }

    /// The expected value as written. Functions have none; ask [`expected`](Self::expected).
    pub fn argument(&self) -> Option<&'a Node> {
        match &self.test.expected {
            Argument::Literal(node) => Some(node),
            Argument::Function(_) => None,
        }
    }

    /// The expected value, computed if it is a function.
    pub fn expected(&self) -> Result<Value, Stop> {
        functions::argument(&self.test.expected, self.scope)
    }

    /// What was prepared from the expected value when the rule was read.
    pub fn prepared(&self) -> &'a Prepared {
        &self.test.prepared
    }

    /// A modifier's value.
    pub fn modifier(&self, name: &str) -> Option<&'a Node> {
        self.test.modifiers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    }

    /// Whether a modifier is there and true.
    pub fn flag(&self, name: &str) -> bool {
        self.modifier(name).and_then(Node::as_bool).unwrap_or(false)
    }

    /// The item of the innermost sub-selector, with its index and its siblings.
    pub fn item(&self) -> Option<&'a Item> {
        self.scope.item
    }

    /// The item's siblings, itself included; empty outside sub-selectors.
    pub fn siblings(&self) -> &'a [PathSlot] {
        self.scope.item.map_or(&[], |item| item.siblings.as_slice())
    }

    /// Records a fact for messages.
    pub fn fact<T: Into<String>>(&self, name: &'static str, text: impl FnOnce() -> T) {
        let Some(record) = self.record else { return };
        let text = text().into();
        let mut record = record.borrow_mut();
        record.facts.retain(|fact| fact.name != name);
        record.facts.push(Fact { name, text });
    }

    /// Records a part of the operand that decides, so that findings point at it.
    pub fn part(&self, part: Part) {
        if let Some(record) = self.record {
            record.borrow_mut().parts.push(part);
        }
    }

    /// Records why it is so, as the end of a sentence that begins with the path: `is not set`.
    pub fn reason<T: Into<String>>(&self, text: impl FnOnce() -> T) {
        if let Some(record) = self.record {
            let text = text().into();
            record.borrow_mut().reason = Some(text);
        }
    }

    /// A value made here, for comparisons.
    pub fn literal(&self, data: Data) -> Value {
        Value::new(data, Origin::computed(self.scope.target.place()))
    }
}

/// A value as short JSON, for messages: at most `limit` characters. Unknown parts stand as their expressions, in brackets.
pub fn show(value: &Value, limit: usize) -> String {
    let mut text = String::new();
    write(value, limit, 0, &mut text);
    if text.chars().count() > limit {
        text = text.chars().take(limit.saturating_sub(3)).collect::<String>() + "...";
    }
    text
}

fn write(value: &Value, limit: usize, depth: usize, text: &mut String) {
    use crate::evaluate::value::Slot;
    if text.len() > limit * 4 || depth > 16 {
        text.push_str("...");
        return;
    }
    match &value.data {
        Data::Null => text.push_str("null"),
        Data::Bool(value) => text.push_str(&value.to_string()),
        Data::Int(value) => text.push_str(&value.to_string()),
        Data::Float(value) => text.push_str(&value.to_string()),
        Data::String(value) => text.push_str(&serde_json::Value::from(&**value).to_string()),
        Data::Unknown(unknown) => text.push_str(&format!("[{}]", unknown.symbol.shown())),
        Data::Choice(choice) => text.push_str(&format!("[if({}, ...)]", choice.symbol.shown())),
        Data::Array(array) => {
            text.push('[');
            for (index, slot) in array.slots.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                match slot {
                    Slot::Item(item) => write(&item.force(), limit, depth + 1, text),
                    Slot::Rest(value) => {
                        text.push_str("...");
                        write(value, limit, depth + 1, text);
                    }
                }
                if text.len() > limit * 4 {
                    break;
                }
            }
            text.push(']');
        }
        Data::Object(object) => match object.members(&value.origin) {
            Err(_) => text.push_str("{...}"),
            Ok(members) => {
                text.push('{');
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    text.push_str(&format!("{}: ", serde_json::Value::from(&*member.name)));
                    write(&member.value.force(), limit, depth + 1, text);
                    if text.len() > limit * 4 {
                        break;
                    }
                }
                text.push('}');
            }
        },
    }
}

#[cfg(test)]
mod domain_tests;
#[cfg(test)]
mod tests;
