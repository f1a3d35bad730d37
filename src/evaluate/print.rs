//! Values as JSON for people: what is not known stands as the expression that would give it.

use super::symbolic;
use super::value::{Data, Slot, Value};
use serde_json::{Map, Number, Value as Json};

/// How deep containers are printed; real bodies reach 20.
const MAX_DEPTH: usize = 128;

/// The value as JSON. Unknowns and choices print as their expression in brackets; literal text that starts with `[` is
/// written `[[`, so that the two can be told apart. `Err` says what a whole value hangs on that is not known at its top.
pub fn to_json(value: &Value) -> Json {
    print(value, 0)
}

/// The value as expression text.
pub fn to_text(value: &Value) -> String {
    symbolic::text(value)
}

fn print(value: &Value, depth: usize) -> Json {
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(value) => Json::Bool(*value),
        Data::Int(value) => Json::Number((*value).into()),
        Data::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
        Data::String(text) if text.starts_with('[') => Json::String(format!("[{text}")),
        Data::String(text) => Json::String(text.to_string()),
        _ if depth >= MAX_DEPTH => Json::String(format!("[{}]", symbolic::text(value))),
        Data::Array(array) if array.len().is_some() => {
            let items = array.slots.iter().filter_map(|slot| match slot {
                Slot::Item(item) => Some(print(&item.force(), depth + 1)),
                Slot::Rest(_) => None,
            });
            Json::Array(items.collect())
        }
        Data::Object(object) => match object.members(&value.origin) {
            Ok(members) => {
                let members = members
                    .into_iter()
                    .map(|member| (member.name.to_string(), print(&member.value.force(), depth + 1)));
                Json::Object(members.collect::<Map<_, _>>())
            }
            Err(_) => Json::String(format!("[{}]", symbolic::text(value))),
        },
        Data::Array(_) | Data::Unknown(_) | Data::Choice(_) => Json::String(format!("[{}]", symbolic::text(value))),
    }
}
