//! What type a value is.

use super::{ConditionInput, Definition, Operand, Prepared, prepare, show};
use crate::date::Moment;
use crate::evaluate::call::Stop;
use crate::evaluate::value::{Data, Kind};
use crate::rules::compare::date;
use crate::rules::tri::Tri;

const CONVERT: &[&str] = &["convert"];

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("isString", is_string).prepare(prepare::boolean),
    Definition::new("isArray", is_array).prepare(prepare::boolean),
    Definition::new("isBoolean", is_boolean).prepare(prepare::boolean).modifiers(CONVERT),
    Definition::new("isInteger", is_integer).prepare(prepare::boolean).modifiers(CONVERT),
    Definition::new("isNumeric", is_numeric).prepare(prepare::boolean).modifiers(CONVERT),
    Definition::new("isDateTime", is_date_time).prepare(prepare::boolean).modifiers(CONVERT),
];

fn is_string(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    check(input, "a string", |data, _| matches!(data, Data::String(_)), &[Kind::String], &[])
}

fn is_array(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    check(input, "an array", |data, _| matches!(data, Data::Array(_)), &[Kind::Array], &[])
}

fn is_boolean(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let test = |data: &Data, convert: bool| match data {
        Data::Bool(_) => true,
        Data::Int(_) => convert,
        Data::String(text) => convert && matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "false"),
        _ => false,
    };
    check(input, "a boolean", test, &[Kind::Bool], &[Kind::Int])
}

fn is_integer(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let test = |data: &Data, convert: bool| match data {
        Data::Int(_) => true,
        Data::String(text) => convert && text.trim().parse::<i64>().is_ok(),
        _ => false,
    };
    check(input, "an integer", test, &[Kind::Int], &[])
}

fn is_numeric(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let test = |data: &Data, convert: bool| match data {
        Data::Int(_) | Data::Float(_) => true,
        Data::String(text) => convert && text.trim().parse::<f64>().is_ok_and(f64::is_finite),
        _ => false,
    };
    check(input, "a number", test, &[Kind::Int, Kind::Float], &[])
}

fn is_date_time(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let test = |data: &Data, convert: bool| match data {
        Data::String(text) => date(text).is_some() || (convert && text.trim().parse::<Moment>().is_ok()),
        Data::Int(_) => convert,
        _ => false,
    };
    check(input, "a date", test, &[], &[Kind::Int])
}

/// `certain`: kinds that always have the type; `converted`: kinds that always have it with `convert`.
fn check(
    input: &ConditionInput<'_>,
    what: &str,
    test: fn(&Data, bool) -> bool,
    certain: &[Kind],
    converted: &[Kind],
) -> Result<Tri, Stop> {
    let Prepared::Bool(wanted) = input.prepared() else { return Ok(Tri::False) };
    let convert = input.flag("convert");
    let value = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    let holds = match &value.data {
        // Whether it may be null is asked apart.
        Data::Unknown(unknown) => match unknown.bounds.kind {
            Some(kind) if certain.contains(&kind) || (convert && converted.contains(&kind)) => true,
            Some(Kind::String) if convert || certain.is_empty() => return Err(Stop::Unknown(unknown.clone())),
            Some(_) => false,
            None => return Err(Stop::Unknown(unknown.clone())),
        },
        data => test(data, convert),
    };
    let not = if *wanted { "not " } else { "" };
    input.reason(|| format!("is {}, which is {not}{what}", show(value, 80)));
    Ok((holds == *wanted).into())
}
