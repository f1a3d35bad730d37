//! What only the run knows: how other rules judge the same resource.

use super::{ConditionInput, Definition, Prepared, prepare};
use crate::evaluate::call::Stop;
use crate::rules::tri::Tri;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("fails", fails).prepare(prepare::text_or_list).without_operand(),
    Definition::new("openByDefault", open_by_default).prepare(prepare::text_or_list).without_operand(),
];

/// Whether any of the named rules fails on this resource, or on this item.
fn fails(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(references) = input.prepared() else { return Ok(Tri::False) };
    let item = input.item().map(|item| &*item.value.path);
    let mut open = Vec::new();
    for reference in references.iter() {
        match input.scope.target.surroundings.fails(reference, item)? {
            Tri::True => return Ok(Tri::True),
            Tri::False => {}
            Tri::Unknown(undecided) => open.extend(undecided),
        }
    }
    Ok(if open.is_empty() { Tri::False } else { Tri::Unknown(open) })
}

/// Whether any of the named rules fails only because of the defaults of the template's parameters.
fn open_by_default(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(references) = input.prepared() else { return Ok(Tri::False) };
    input.scope.target.surroundings.open_by_default(references)
}
