//! Semantic versions and API versions.

use super::{ConditionInput, Definition, Prepared, prepare, show};
use crate::evaluate::call::Stop;
use crate::evaluate::value::Data;
use crate::rules::tri::Tri;
use crate::rules::version::{Scheme, Version};

const PRERELEASE: &[&str] = &["includePrerelease"];

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("version", satisfies).prepare(prepare::semantic_version).modifiers(PRERELEASE),
    Definition::new("apiVersion", satisfies).prepare(prepare::date_version).modifiers(PRERELEASE),
];

fn satisfies(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Version(constraint) = input.prepared() else { return Ok(Tri::False) };
    let Some(value) = input.known()? else { return Ok(Tri::False) };
    let version = match (&value.data, constraint.scheme()) {
        (Data::String(text), Scheme::Semantic) => Version::semantic(text),
        (Data::String(text), Scheme::Date) => Version::date(text),
        _ => None,
    };
    let Some(version) = version else {
        input.reason(format!("is {}, which is not a version", show(value, 80)));
        return Ok(Tri::False);
    };
    input.reason(format!("is {}, which does not satisfy {}", show(value, 80), constraint.text()));
    Ok(constraint.accepts(&version).into())
}
