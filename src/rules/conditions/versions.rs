//! Semantic versions and API versions.

use super::{ConditionInput, Definition, Prepared, prepare, show};
use crate::evaluate::call::Stop;
use crate::rules::tri::Tri;
use crate::rules::version::{Scheme, Version};

const PRERELEASE: &[&str] = &["includePrerelease"];

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("version", satisfies).prepare(prepare::semantic_version).modifiers(PRERELEASE),
    Definition::new("apiVersion", satisfies).prepare(prepare::date_version).modifiers(PRERELEASE).facts(&["preview"]),
];

fn satisfies(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Version(constraint) = input.prepared() else { return Ok(Tri::False) };
    let text = input.text()?;
    let Some(value) = input.value() else { return Ok(Tri::False) };
    let version = match (&text, constraint.scheme()) {
        (Some(text), Scheme::Semantic) => Version::semantic(text),
        (Some(text), Scheme::Date) => Version::date(text),
        (None, _) => None,
    };
    let Some(version) = version else {
        input.reason(|| format!("is {}, which is not a version", show(value, 80)));
        return Ok(Tri::False);
    };
    if constraint.scheme() == Scheme::Date && text.as_deref().is_some_and(|text| text.contains("-preview")) {
        input.fact("preview", || "preview");
    }
    input.reason(|| format!("is {}, which does not satisfy {}", show(value, 80), constraint.text()));
    Ok(constraint.accepts(&version).into())
}
