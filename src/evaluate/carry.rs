//! Values that were made in one world, seen in another that answers more questions.
//!
//! Arguments of lambdas and of user functions are made before their bodies ask questions. Where a body is evaluated again under an
//! answer, its arguments have to heed the answer too.

use super::call::flattened;
use super::unknown::{Unknown, World};
use super::value::{Array, Choice, Data, Lazy, Member, Object, Slot, Value};
use std::rc::Rc;

/// How many answered choices in a row are followed.
const MAX_CHOICES: usize = 64;

/// The value as `world` has it: unknowns are narrowed by its answers, choices it answers are taken; parts when asked for.
pub(super) fn into_world(value: Value, world: &World) -> Value {
    if world.is_empty() {
        return value;
    }
    let mut value = value;
    for _ in 0..MAX_CHOICES {
        let Data::Choice(choice) = &value.data else { break };
        let Some(answer) = world.answer(&choice.symbol.text) else { break };
        let branch = if answer { &choice.then } else { &choice.otherwise };
        value = branch.force_within(&value.origin);
    }
    let data = match &value.data {
        Data::Unknown(unknown) => {
            let Unknown { symbol, reason, bounds, .. } = &**unknown;
            let origin = value.origin.clone();
            return Unknown::value(symbol.clone(), reason.clone(), bounds.clone(), world, origin);
        }
        Data::Array(array) => {
            let slot = |slot: &Slot| match slot {
                Slot::Item(item) => Slot::Item(lazy(item, world)),
                Slot::Rest(rest) => Slot::Rest(into_world(rest.clone(), world)),
            };
            Data::Array(Rc::new(Array { slots: flattened(array.slots.iter().map(slot)) }))
        }
        Data::Object(object) => Data::Object(Rc::new(match &**object {
            Object::Members(members) => {
                let member = |member: &Member| Member { value: lazy(&member.value, world), ..member.clone() };
                Object::Members(members.iter().map(member).collect())
            }
            Object::Merged { layers, deep } => {
                let layers = layers.iter().map(|layer| into_world(layer.clone(), world)).collect();
                Object::Merged { layers, deep: *deep }
            }
        })),
        Data::Choice(choice) => {
            let Choice { symbol, then, otherwise } = &**choice;
            let (then, otherwise) = (lazy(then, world), lazy(otherwise, world));
            Data::Choice(Rc::new(Choice { symbol: symbol.clone(), then, otherwise }))
        }
        _ => return value,
    };
    Value { data, origin: value.origin }
}

fn lazy(item: &Lazy, world: &World) -> Lazy {
    let (inner, circular, world) = (item.clone(), item.clone(), world.clone());
    Lazy::new(move || into_world(inner.force(), &world), move || circular.force())
}
