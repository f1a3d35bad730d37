//! Whether something is there, equal, greater or less.

use super::{ConditionInput, Definition, IfMissing, Operand, Prepared, prepare, show};
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::Unknown;
use crate::evaluate::value::{Array, Data, Kind, Value};
use crate::rules::compare::{self, Measure, Ordering};
use crate::rules::document::{Node, NodeKind};
use crate::rules::tri::Tri;
use std::rc::Rc;

const EQUALITY: &[&str] = &["caseSensitive", "convert"];

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("exists", exists).prepare(prepare::boolean).missing(IfMissing::Ask).field_only(),
    Definition::new("hasValue", has_value).prepare(prepare::boolean).missing(IfMissing::Ask),
    Definition::new("hasDefault", has_default)
        .prepare(prepare::scalar_or_list)
        .missing(IfMissing::True)
        .modifiers(&["caseSensitive"]),
    Definition::new("equals", equals).prepare(prepare::scalar_or_list).modifiers(EQUALITY).functions(),
    Definition::new("notEquals", not_equals)
        .prepare(prepare::scalar_or_list)
        .missing(IfMissing::True)
        .modifiers(EQUALITY)
        .functions(),
    Definition::new("less", less).prepare(prepare::integer).modifiers(&["convert"]).functions(),
    Definition::new("lessOrEquals", less_or_equals).prepare(prepare::integer).modifiers(&["convert"]).functions(),
    Definition::new("greater", greater).prepare(prepare::integer).modifiers(&["convert"]).functions(),
    Definition::new("greaterOrEquals", greater_or_equals).prepare(prepare::integer).modifiers(&["convert"]).functions(),
    Definition::new("count", count).prepare(prepare::integer).functions(),
    Definition::new("notCount", not_count).prepare(prepare::integer).functions(),
];

fn wanted(input: &ConditionInput<'_>) -> bool {
    matches!(input.prepared(), Prepared::Bool(true))
}

fn exists(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let there = match input.operand {
        Operand::Value(found) => match &found.value.data {
            Data::Unknown(unknown) if unknown.bounds.nullable && !input.scope.target.nulls_exist => {
                return Err(Stop::Unknown(unknown.clone()));
            }
            _ => true,
        },
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => false,
    };
    input.reason(|| if there { "is set" } else { "is not set" });
    Ok((there == wanted(input)).into())
}

fn has_value(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let filled = match input.operand {
        Operand::Value(found) => filled(&found.value)?,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => false,
    };
    match input.value() {
        Some(value) => input.reason(|| format!("is {}", show(value, 80))),
        None => input.reason(|| "is not set"),
    }
    Ok((filled == wanted(input)).into())
}

/// Whether a value is neither null, `""` nor `[]`.
fn filled(value: &Value) -> Result<bool, Stop> {
    match &value.data {
        Data::Null => Ok(false),
        Data::String(text) => Ok(!text.is_empty()),
        Data::Array(array) => array_filled(array),
        Data::Unknown(unknown) => {
            let never_empty = matches!(unknown.bounds.kind, Some(Kind::Bool | Kind::Int | Kind::Float | Kind::Object));
            if unknown.is_surely_filled() || (never_empty && !unknown.bounds.nullable) {
                return Ok(true);
            }
            let empty_kind = matches!(unknown.bounds.kind, Some(Kind::String | Kind::Array));
            if empty_kind && unknown.bounds.max_length == Some(0) {
                Ok(false)
            } else {
                Err(Stop::Unknown(unknown.clone()))
            }
        }
        _ => Ok(true),
    }
}

fn array_filled(array: &Array) -> Result<bool, Stop> {
    if array.min_len() > 0 {
        return Ok(true);
    }
    match compare::first_gap(&array.slots)? {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(false),
    }
}

fn has_default(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    equality(input, false)
}

fn equals(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    equality(input, input.flag("convert"))
}

fn not_equals(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    equality(input, input.flag("convert")).map(Tri::negated)
}

fn equality(input: &ConditionInput<'_>, convert: bool) -> Result<Tri, Stop> {
    if let (Some(actual), Some(Node { kind: NodeKind::List(items), .. })) = (input.value(), input.argument())
        && cannot_be(&actual.data, items.len())
    {
        input.reason(|| format!("is {}", show(actual, 80)));
        return Ok(Tri::False);
    }
    let expected = input.expected()?;
    let case_sensitive = input.flag("caseSensitive");
    let actual = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    if let Data::Unknown(unknown) = &expected.data {
        return Err(Stop::Unknown(unknown.clone()));
    }
    input.reason(|| format!("is {}", show(actual, 80)));
    if let Data::Unknown(unknown) = &actual.data {
        let is_converted = convert && !matches!(unknown.bounds.kind, Some(Kind::Array | Kind::Object | Kind::Float));
        let possible = is_converted || compare::can_equal(unknown, &expected.data);
        return if possible { Err(Stop::Unknown(unknown.clone())) } else { Ok(Tri::False) };
    }
    match compare::equals(&actual.data, &expected.data, case_sensitive, convert)? {
        Some(equal) => Ok(equal.into()),
        None => Err(inner_unknown(actual)),
    }
}

/// Whether a value is certainly no list of so many items, some of which may be left out. Making a value of the list costs more.
fn cannot_be(actual: &Data, items: usize) -> bool {
    match actual {
        Data::Unknown(_) | Data::Choice(_) => false,
        Data::Array(array) => array.min_len() > items,
        _ => true,
    }
}

/// Why the contents of an array are uncertain.
fn inner_unknown(value: &Value) -> Stop {
    use crate::evaluate::value::Slot;
    if let Data::Array(array) = &value.data {
        for slot in &array.slots {
            let value = match slot {
                Slot::Item(item) => item.force(),
                Slot::Rest(rest) => rest.clone(),
            };
            match value.data {
                Data::Unknown(unknown) => return Stop::Unknown(unknown),
                Data::Choice(choice) => return Stop::Split(choice.symbol.clone()),
                _ => {}
            }
        }
    }
    Stop::error("the values cannot be compared")
}

/// The expected integer, written or computed.
fn bound(input: &ConditionInput<'_>) -> Result<Option<i64>, Stop> {
    if let Prepared::Int(bound) = input.prepared() {
        return Ok(Some(*bound));
    }
    match input.expected()?.data {
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown)),
        data => Ok(compare::to_int(&data)),
    }
}

fn less(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    ordering(input, Ordering::Less)
}

fn less_or_equals(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    ordering(input, Ordering::LessOrEqual)
}

fn greater(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    ordering(input, Ordering::Greater)
}

fn greater_or_equals(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    ordering(input, Ordering::GreaterOrEqual)
}

fn ordering(input: &ConditionInput<'_>, ordering: Ordering) -> Result<Tri, Stop> {
    let Some(bound) = bound(input)? else { return Ok(Tri::False) };
    let value = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    let convert = input.flag("convert");
    let sign = ordering.sign();
    if let Some(text) = value.as_str()
        && let Some(holds) = compare::dated(text, convert, ordering, bound, input.scope.target.circumstances.today)?
    {
        input.reason(|| format!("is {text}, not {sign} {} from today", plural(bound, "day")));
        return Ok(holds.into());
    }
    match (&value.data, compare::measure(value, convert)?) {
        (Data::Null, _) => input.reason(|| "is null or empty"),
        (_, Measure::None) => input.reason(|| format!("is {}, which has no number to compare", show(value, 80))),
        (Data::Int(number), _) => input.reason(|| format!("is {number}, not {sign} {bound}")),
        (Data::String(_), Measure::Between(length, ..)) => {
            input.reason(|| format!("has {}, not {sign} {bound}", plural(length, "character")));
        }
        (_, Measure::Between(items, ..)) => {
            input.reason(|| format!("has {}, not {sign} {bound}", plural(items, "item")))
        }
        _ => {}
    }
    Ok(compare::ordered(value, ordering, bound, convert, &input.path()))
}

fn count(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    counted(input, true)
}

fn not_count(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    counted(input, false)
}

fn counted(input: &ConditionInput<'_>, wanted: bool) -> Result<Tri, Stop> {
    let Some(bound) = bound(input)? else { return Ok(Tri::False) };
    let value = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    let (min, max, why): (i64, Option<i64>, Option<Rc<Unknown>>) = match &value.data {
        Data::Array(_) | Data::String(_) => match compare::measure(value, false)? {
            Measure::Between(min, max, why) => (min, max, why),
            Measure::Open(unknown) => return Err(Stop::Unknown(unknown)),
            Measure::None => return Ok(Tri::False),
        },
        Data::Unknown(unknown) => match unknown.bounds.kind {
            Some(Kind::Array | Kind::String) if !unknown.bounds.nullable => match compare::measure(value, false)? {
                Measure::Between(min, max, why) => (min, max, why),
                _ => return Err(Stop::Unknown(unknown.clone())),
            },
            Some(Kind::Array | Kind::String) | None => return Err(Stop::Unknown(unknown.clone())),
            Some(_) => return Ok(Tri::False),
        },
        Data::Null => {
            input.reason(|| "is null");
            return Ok(Tri::False);
        }
        _ => {
            input.reason(|| format!("is {}, which cannot be counted", show(value, 80)));
            return Ok(Tri::False);
        }
    };
    let what = if matches!(value.data, Data::String(_)) { "character" } else { "item" };
    match wanted {
        true => input.reason(|| format!("has {} instead of {bound}", plural(min, what))),
        false => input.reason(|| format!("has {}", plural(min, what))),
    }
    if max == Some(min) {
        return Ok(((min == bound) == wanted).into());
    }
    if bound < min || max.is_some_and(|max| bound > max) {
        return Ok((!wanted).into());
    }
    match why {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(Tri::False),
    }
}

/// `1 item`, `2 items`.
pub(super) fn plural(count: impl Into<i128>, what: &str) -> String {
    match count.into() {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Whether a YAML `equals: null` was probably meant as JSON's null.
pub(crate) fn is_null_text(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Text(text) if text == "null" || text == "~")
}
