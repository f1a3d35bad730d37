//! Object paths: the first file of an input is a path, the second the object; where it leads can be told as a path that leads
//! there again.

use super::files;
use akslint::evaluate::literal;
use akslint::evaluate::print::to_text;
use akslint::evaluate::value::Value;
use akslint::rules::path::{Located, ObjectPath, PathSlot, Resolution, View};
use akslint::source::FileId;
use akslint::syntax::parse;
use akslint::template::{ParametersValue, parameters};

/// Without an object of its own, a path is tried on this one.
const OBJECT: &str = r#"{"a": {"b": 1, "c": null, "X": 2, "odd name": 3, "it's": 4, "d-e": 5}, "list": [10, 20, [30, 40]],
    "pools": [{"name": "sys", "mode": "System", "n": 3}, {"name": "usr", "mode": "User"}], "empty": [], "twice": {"k": 1, "K": 2}}"#;

/// Reads a path and follows it.
pub fn run(data: &[u8]) {
    let Some(files) = files(data) else { return };
    let [text, rest @ ..] = files.as_slice() else { return };
    let Ok(path) = ObjectPath::parse(text) else { return };
    let Some(value) = value(rest.first().copied().unwrap_or(OBJECT)) else { return };
    let start = Located::whole(value);
    for nulls in [false, true] {
        match path.resolve(&start, View { nulls, today: None }) {
            Ok(Resolution::One(found)) => leads_again(&start, &found, nulls),
            Ok(Resolution::Many { slots, .. }) => {
                for slot in slots.iter().take(50) {
                    if let PathSlot::Found(found) = slot {
                        leads_again(&start, found, nulls);
                    }
                }
            }
            Ok(Resolution::Missing(missing)) => {
                leads_again(&start, &missing.parent, nulls);
                missing.path();
            }
            Ok(Resolution::Unknown { .. }) | Err(_) => {}
        }
    }
}

fn value(text: &str) -> Option<Value> {
    let text = format!("{{\"parameters\": {{\"it\": {{\"value\": {text}}}}}}}");
    let root = parse(&text).ok()?;
    let read = parameters::read(&root, &text, FileId(0));
    match &read.entries.first()?.value {
        ParametersValue::Value(term) => Some(literal(FileId(0), term)),
        _ => None,
    }
}

fn leads_again(start: &Located, found: &Located, nulls: bool) {
    if found.path.is_empty() {
        return;
    }
    let path = ObjectPath::parse(&found.path).unwrap_or_else(|error| panic!("{error}: {}", found.path));
    match path.resolve(start, View { nulls, today: None }) {
        Ok(Resolution::One(again)) => assert_eq!(to_text(&found.value), to_text(&again.value), "{}", found.path),
        other => panic!("{} leads to {other:?}", found.path),
    }
}
