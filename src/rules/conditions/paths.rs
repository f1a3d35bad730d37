//! Schemas and folders.

use super::{ConditionInput, Definition, Operand, Prepared, prepare, show};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Lookup};
use crate::limits::MAX_SHOWN;
use crate::rules::compare::fold;
use crate::rules::texts::cut;
use crate::rules::tri::Tri;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("hasSchema", has_schema).prepare(prepare::texts).modifiers(&["ignoreScheme"]).field_only(),
    Definition::new("withinPath", within_path).prepare(prepare::text_or_list).modifiers(&["caseSensitive"]),
    Definition::new("notWithinPath", not_within_path).prepare(prepare::text_or_list).modifiers(&["caseSensitive"]),
];

fn has_schema(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let Operand::Value(found) = input.operand else {
        input.known()?;
        return Ok(Tri::False);
    };
    let schema = match found.value.member("$schema") {
        Lookup::Present(value) => settled(value)?,
        Lookup::Absent => return Ok(Tri::False),
        other => return Err(other.into()),
    };
    let text = match &schema.data {
        Data::String(text) => text,
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        _ => return Ok(Tri::False),
    };
    let plain = |text: &str| {
        let text = text.strip_suffix('#').unwrap_or(text);
        let scheme = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
        let text =
            if input.flag("ignoreScheme") { scheme(text).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() };
        fold(&text)
    };
    input.reason(|| format!("has the schema {}, which is none of those listed", show(&schema, 120)));
    let actual = plain(text);
    Ok((!actual.is_empty() && (expected.is_empty() || expected.iter().any(|item| plain(item) == actual))).into())
}

fn within_path(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    within(input)
}

fn not_within_path(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    within(input).map(Tri::negated)
}

fn within(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(folders) = input.prepared() else { return Ok(Tri::False) };
    let Some(text) = input.text()? else { return Ok(Tri::False) };
    let adapt = |text: &str| if input.flag("caseSensitive") { text.to_owned() } else { fold(text) };
    let rooted = |path: &str| input.scope.target.circumstances.rooted(path);
    let path = adapt(&rooted(&text));
    let not = if input.test.definition.name.starts_with("not") { "" } else { "not " };
    input
        .reason(|| format!("is {}, which is {not}under {}", cut(&text, MAX_SHOWN), folders.shown(", ", str::to_owned)));
    let under = |folder: &String| {
        let folder = adapt(&rooted(folder));
        let folder = folder.trim_end_matches('/');
        path == folder || path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
    };
    Ok(folders.iter().any(under).into())
}
