//! Values as expression texts: the identity of what is unknown.

use super::mark;
use super::unknown::{Literal, Unknown};
use super::value::{Array, Data, Object, Slot, Value};
use crate::digest::head;
use crate::limits::MAX_WRITTEN_CHOICES;
use rustc_hash::FxHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

/// How many parts of a value are written before the rest is left out.
const MAX_PARTS: usize = 2_000;
/// How many bytes of a text are written. What names it is copied into the names of all that is made of it.
const MAX_LITERAL: usize = 4096;
/// How deep containers are written.
const MAX_DEPTH: usize = 64;

/// The expression that would give this value: known parts as literals, unknown ones as their symbols.
///
/// Evaluates the value's parts, up to a bound; a value that passes it is cut with `...`. A choice that is cut is told from others by
/// its question and by where it is made; one that makes no difference is written as what it comes to. A long text that is cut is told from
/// others by a hash.
pub fn text(value: &Value) -> String {
    let mut writer = Writer { text: String::new(), parts: MAX_PARTS, choices: MAX_WRITTEN_CHOICES };
    writer.value(value, MAX_DEPTH);
    writer.text
}

struct Writer {
    text: String,
    parts: usize,
    choices: usize,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) {
        if self.parts == 0 || depth == 0 {
            self.text.push_str("...");
            return;
        }
        self.parts -= 1;
        match &value.data {
            Data::Null => self.text.push_str("null()"),
            Data::Float(number) => {
                let _ = write!(self.text, "json('{number}')");
            }
            Data::Array(array) => self.array(array, depth),
            Data::Object(object) => self.object(object, depth),
            Data::Unknown(unknown) => self.text.push_str(&unknown.symbol.text),
            Data::Choice(choice) => {
                let start = self.text.len();
                let _ = write!(self.text, "if({}, ", choice.symbol.text);
                if self.choices == 0 {
                    let _ = write!(self.text, "...{})", mark::at(value.origin.place));
                    return;
                }
                self.choices -= 1;
                let then = self.text.len();
                self.value(&choice.then.force(), depth - 1);
                let separator = self.text.len();
                self.text.push_str(", ");
                let otherwise = self.text.len();
                self.value(&choice.otherwise.force(), depth - 1);
                let branches = (self.text.get(then..separator), self.text.get(otherwise..));
                if let (Some(left), Some(right)) = branches
                    && left == right
                {
                    let same = right.to_owned();
                    self.text.truncate(start);
                    self.text.push_str(&same);
                    return;
                }
                self.text.push(')');
            }
            Data::String(long) if long.len() > MAX_LITERAL => {
                let start = head(long, MAX_LITERAL);
                let mut hasher = FxHasher::default();
                long.hash(&mut hasher);
                let _ = write!(self.text, "{}...{}", Literal::String(start.into()), mark::hash(hasher.finish()));
            }
            scalar => {
                if let Some(literal) = Literal::of(scalar) {
                    let _ = write!(self.text, "{literal}");
                }
            }
        }
    }

    fn array(&mut self, array: &Array, depth: usize) {
        if array.len().is_some() {
            self.slots("createArray(", &array.slots, depth);
            return;
        }
        let mut start = "concat(";
        for run in array.slots.chunk_by(|a, b| matches!((a, b), (Slot::Item(_), Slot::Item(_)))) {
            self.text.push_str(start);
            match run {
                [Slot::Rest(rest)] => self.value(rest, depth - 1),
                items => self.slots("createArray(", items, depth - 1),
            }
            start = ", ";
        }
        self.text.push(')');
    }

    fn slots(&mut self, start: &str, slots: &[Slot], depth: usize) {
        self.text.push_str(start);
        for (index, slot) in slots.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            if self.parts == 0 {
                self.text.push_str("...");
                break;
            }
            match slot {
                Slot::Item(item) => self.value(&item.force(), depth.saturating_sub(1)),
                Slot::Rest(rest) => self.value(rest, depth.saturating_sub(1)),
            }
        }
        self.text.push(')');
    }

    fn object(&mut self, object: &Object, depth: usize) {
        match object {
            Object::Members(members) => {
                self.text.push_str("createObject(");
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(", ");
                    }
                    if self.parts == 0 {
                        self.text.push_str("...");
                        break;
                    }
                    let _ = write!(self.text, "{}, ", Literal::String(member.name.clone()));
                    self.value(&member.value.force(), depth - 1);
                }
                self.text.push(')');
            }
            Object::Merged { layers, deep } => {
                self.text.push_str(if *deep { "union(" } else { "shallowMerge(createArray(" });
                for (index, layer) in layers.iter().enumerate() {
                    if index > 0 {
                        self.text.push_str(", ");
                    }
                    self.value(layer, depth - 1);
                }
                self.text.push_str(if *deep { ")" } else { "))" });
            }
        }
    }
}

/// An unknown's symbol followed by a suffix: the name of something that follows from it.
pub fn suffixed(unknown: &Unknown, suffix: &str) -> super::unknown::Symbol {
    super::unknown::Symbol::new(format!("{}{suffix}", unknown.symbol.text))
}
