//! Values as JSON for people: what is not known stands as the expression that would give it.

use super::mark;
use super::symbolic;
use super::value::{Data, Slot, Value};
use crate::limits::MAX_PRINTED;
use serde_json::{Map, Number, Value as Json};

/// How deep containers are printed; real bodies reach 20.
const MAX_DEPTH: usize = 128;
/// How many parts of a value are printed before the rest is left out: values share their parts, their text cannot.
const MAX_PARTS: usize = 1_000_000;
/// What stands for the rest.
const REST: &str = "[...]";

/// Why not all of a value was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It has more than a million parts.
    Parts,
    /// Its text and that of what was printed before has more bytes than there was room for.
    Bytes,
}

/// The value as JSON. Unknowns and choices print as their expression in brackets; literal text that starts with `[` is
/// written `[[`, so that the two can be told apart.
pub fn to_json(value: &Value) -> Json {
    to_json_with(value, &mut to_text, &mut { MAX_PRINTED }).0
}

/// As [`to_json`], where `open` gives the text, without brackets, of each part that is not known at its top. `room` are the bytes that
/// indented text may have; what the value takes is taken off. Where something is cut off, `[...]` stands for what comes next, and what is
/// behind is left out.
pub fn to_json_with(value: &Value, open: &mut dyn FnMut(&Value) -> String, room: &mut usize) -> (Json, Option<Cut>) {
    let mut printer = Printer { open, parts: MAX_PARTS, bytes: *room, cut: None, escape: true };
    let json = printer.value(value, 0);
    *room = if printer.cut == Some(Cut::Bytes) { 0 } else { printer.bytes };
    (json, printer.cut)
}

/// The value as JSON that says just what it is, if it is known in all its parts. Literal text stays as it is.
pub fn to_known_json(value: &Value) -> Option<Json> {
    let mut is_known = true;
    let mut open = |_: &Value| {
        is_known = false;
        String::new()
    };
    let mut printer = Printer { open: &mut open, parts: MAX_PARTS, bytes: MAX_PRINTED, cut: None, escape: false };
    let json = printer.value(value, 0);
    let is_whole = printer.cut.is_none();
    (is_known && is_whole).then_some(json)
}

/// How many bytes a text has as JSON.
fn written(text: &str) -> usize {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(byte).sum::<usize>() + 2
}

/// The value as expression text, for people and for what must outlast edits elsewhere.
pub fn to_text(value: &Value) -> String {
    mark::without(&symbolic::text(value)).into_owned()
}

struct Printer<'a> {
    open: &'a mut dyn FnMut(&Value) -> String,
    /// What may still be printed.
    parts: usize,
    bytes: usize,
    cut: Option<Cut>,
    /// Whether literal text that looks like an expression is told apart from one.
    escape: bool,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Json {
        match self.parts.checked_sub(1) {
            Some(parts) => self.parts = parts,
            None => self.cut = self.cut.or(Some(Cut::Parts)),
        }
        // A line of its own, with a comma, and another that closes a container. Scalars but texts are short.
        let lines = if matches!(value.data, Data::Array(_) | Data::Object(_)) { 2 } else { 1 };
        self.take(lines * (2 * depth + 4));
        if self.cut.is_some() {
            return Json::String(REST.to_owned());
        }
        match &value.data {
            Data::Null => Json::Null,
            Data::Bool(value) => Json::Bool(*value),
            Data::Int(value) => Json::Number((*value).into()),
            Data::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Data::String(text) if self.take(written(text)) => Json::String(REST.to_owned()),
            Data::String(text) if self.escape && text.starts_with('[') => Json::String(format!("[{text}")),
            Data::String(text) => Json::String(text.to_string()),
            _ if depth >= MAX_DEPTH => self.open(value),
            Data::Array(array) if array.len().is_some() => {
                let mut items = Vec::new();
                for slot in &array.slots {
                    if let (Slot::Item(item), None) = (slot, self.cut) {
                        items.push(self.value(&item.force(), depth + 1));
                    }
                }
                Json::Array(items)
            }
            Data::Object(object) => match object.members(&value.origin) {
                Ok(members) => {
                    let mut printed = Map::new();
                    for member in members {
                        if self.cut.is_none() {
                            self.take(written(&member.name));
                            printed.insert(member.name.to_string(), self.value(&member.value.force(), depth + 1));
                        }
                    }
                    Json::Object(printed)
                }
                Err(_) => self.open(value),
            },
            Data::Array(_) | Data::Unknown(_) | Data::Choice(_) => self.open(value),
        }
    }

    fn open(&mut self, value: &Value) -> Json {
        let text = (self.open)(value);
        if self.take(written(&text)) {
            return Json::String(REST.to_owned());
        }
        Json::String(format!("[{text}]"))
    }

    /// Takes so many bytes; whether there were not as many.
    fn take(&mut self, bytes: usize) -> bool {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => self.cut = self.cut.or(Some(Cut::Bytes)),
        }
        self.cut.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::{Lazy, Member, Origin};
    use super::*;
    use crate::source::Place;
    use serde_json::json;

    fn value(data: Data) -> Value {
        Value::new(data, Origin::computed(Place::default()))
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let text = |text: &str| value(Data::text(text));
        let member = |name: &str, value| Member { name: name.into(), key: Place::default(), value: Lazy::known(value) };
        let list = value(Data::array(vec![text("aaaaaaaaaa"), text("bbbbbbbbbb"), text("c"), text("d")]));
        let both = value(Data::object(vec![member("x", list), member("y", text("e"))]));
        let print = |mut room: usize| {
            let (json, cut) = to_json_with(&both, &mut to_text, &mut room);
            (json, cut, room)
        };
        let (json, cut, left) = print(1_000);
        assert_eq!((json, cut), (json!({"x": ["aaaaaaaaaa", "bbbbbbbbbb", "c", "d"], "y": "e"}), None));
        let taken = 1_000 - left;
        assert_eq!(print(taken).1, None);
        assert_eq!(
            print(taken - 1),
            (json!({"x": ["aaaaaaaaaa", "bbbbbbbbbb", "c", "d"], "y": "[...]"}), Some(Cut::Bytes), 0)
        );
        assert_eq!(print(50), (json!({"x": ["aaaaaaaaaa", "[...]"]}), Some(Cut::Bytes), 0));
    }

    #[test]
    fn what_values_share_is_cut_off() {
        let mut shared = value(Data::array(vec![value(Data::Int(1))]));
        for _ in 0..100 {
            shared = value(Data::array(vec![shared.clone(), shared]));
        }
        assert_eq!(to_json_with(&shared, &mut to_text, &mut { MAX_PRINTED }).1, Some(Cut::Bytes));
        assert_eq!(to_json_with(&shared, &mut to_text, &mut { usize::MAX }).1, Some(Cut::Parts));
        assert_eq!(to_known_json(&shared), None);
    }
}
