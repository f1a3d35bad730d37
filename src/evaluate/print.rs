//! Values as JSON for people: what is not known stands as the expression that would give it.

use super::mark;
use super::symbolic;
use super::value::{Data, Slot, Value};
use serde_json::{Map, Number, Value as Json};

/// How deep containers are printed; real bodies reach 20.
const MAX_DEPTH: usize = 128;
/// How many parts of a value are printed before the rest is left out: values share their parts, their text cannot.
const MAX_PARTS: usize = 1_000_000;
/// What stands for the rest.
const REST: &str = "[...]";

/// The value as JSON. Unknowns and choices print as their expression in brackets; literal text that starts with `[` is
/// written `[[`, so that the two can be told apart.
pub fn to_json(value: &Value) -> Json {
    to_json_with(value, &mut to_text).0
}

/// As [`to_json`], where `open` gives the text, without brackets, of each part that is not known at its top. Also whether all of the
/// value is there: what is beyond a million parts prints as `[...]`.
pub fn to_json_with(value: &Value, open: &mut dyn FnMut(&Value) -> String) -> (Json, bool) {
    let mut printer = Printer { open, parts: MAX_PARTS, escape: true };
    let json = printer.value(value, 0);
    (json, printer.parts > 0)
}

/// The value as JSON that says just what it is, if it is known in all its parts. Literal text stays as it is.
pub fn to_known_json(value: &Value) -> Option<Json> {
    let mut is_known = true;
    let mut open = |_: &Value| {
        is_known = false;
        String::new()
    };
    let mut printer = Printer { open: &mut open, parts: MAX_PARTS, escape: false };
    let json = printer.value(value, 0);
    let is_whole = printer.parts > 0;
    (is_known && is_whole).then_some(json)
}

/// The value as expression text, for people and for what must outlast edits elsewhere.
pub fn to_text(value: &Value) -> String {
    mark::without(&symbolic::text(value)).into_owned()
}

struct Printer<'a> {
    open: &'a mut dyn FnMut(&Value) -> String,
    parts: usize,
    /// Whether literal text that looks like an expression is told apart from one.
    escape: bool,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Json {
        if self.parts == 0 {
            return Json::String(REST.to_owned());
        }
        self.parts -= 1;
        match &value.data {
            Data::Null => Json::Null,
            Data::Bool(value) => Json::Bool(*value),
            Data::Int(value) => Json::Number((*value).into()),
            Data::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Data::String(text) if self.escape && text.starts_with('[') => Json::String(format!("[{text}")),
            Data::String(text) => Json::String(text.to_string()),
            _ if depth >= MAX_DEPTH => self.open(value),
            Data::Array(array) if array.len().is_some() => {
                let items = array.slots.iter().filter_map(|slot| match slot {
                    Slot::Item(item) => Some(self.value(&item.force(), depth + 1)),
                    Slot::Rest(_) => None,
                });
                Json::Array(items.collect())
            }
            Data::Object(object) => match object.members(&value.origin) {
                Ok(members) => {
                    let members = members
                        .into_iter()
                        .map(|member| (member.name.to_string(), self.value(&member.value.force(), depth + 1)));
                    Json::Object(members.collect::<Map<_, _>>())
                }
                Err(_) => self.open(value),
            },
            Data::Array(_) | Data::Unknown(_) | Data::Choice(_) => self.open(value),
        }
    }

    fn open(&mut self, value: &Value) -> Json {
        Json::String(format!("[{}]", (self.open)(value)))
    }
}
