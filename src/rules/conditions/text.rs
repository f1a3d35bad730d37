//! Patterns, beginnings, ends and parts of texts.

use super::{ConditionInput, Definition, IfMissing, Operand, Prepared, prepare, show};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::unknown::{Piece, Unknown};
use crate::evaluate::value::{Data, Kind, Slot};
use crate::limits::MAX_SHOWN;
use crate::rules::compare::{self, fold, known_end, known_start, to_text};
use crate::rules::texts::{Keys, Texts, cut};
use crate::rules::tri::Tri;
use std::rc::Rc;

const MATCH: &[&str] = &["caseSensitive"];
const TEXT: &[&str] = &["caseSensitive", "convert"];

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("match", matches).prepare(prepare::pattern).modifiers(MATCH),
    Definition::new("notMatch", not_matches).prepare(prepare::pattern).modifiers(MATCH).missing(IfMissing::True),
    Definition::new("like", like).prepare(prepare::wildcards).modifiers(TEXT),
    Definition::new("notLike", not_like).prepare(prepare::wildcards).modifiers(TEXT),
    Definition::new("startsWith", starts_with).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("notStartsWith", not_starts_with).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("endsWith", ends_with).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("notEndsWith", not_ends_with).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("contains", contains).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("notContains", not_contains).prepare(prepare::text_or_list).modifiers(TEXT),
    Definition::new("isLower", is_lower).prepare(prepare::boolean),
    Definition::new("isUpper", is_upper).prepare(prepare::boolean),
];

fn matches(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    pattern(input)
}

fn not_matches(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    pattern(input).map(Tri::negated)
}

fn like(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    pattern(input)
}

fn not_like(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    pattern(input).map(Tri::negated)
}

fn pattern(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Patterns(patterns) = input.prepared() else { return Ok(Tri::False) };
    let Some(text) = input.text()? else {
        reason_mistyped(input, "a text");
        return Ok(Tri::False);
    };
    let mut found = None;
    for (written, pattern) in patterns {
        if compare::matches(pattern, &text)? {
            found = Some(written);
            break;
        }
    }
    input.reason(|| {
        let is = cut(&quoted(&text), MAX_SHOWN);
        match found {
            Some(written) => format!("is {is}, which matches {}", cut(written, MAX_SHOWN)),
            None => {
                let all = Texts::from(patterns.iter().map(|(written, _)| written.clone()).collect::<Vec<_>>());
                format!("is {is}, which does not match {}", all.shown(" or ", str::to_owned))
            }
        }
    });
    Ok(found.is_some().into())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn reason_mistyped(input: &ConditionInput<'_>, wanted: &str) {
    if let Some(value) = input.value() {
        input.reason(|| format!("is {}, which is not {wanted}", show(value, 80)));
    }
}

/// Which part of a text is looked at.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Start,
    End,
    Any,
}

fn starts_with(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::Start)
}

fn not_starts_with(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::Start).map(Tri::negated)
}

fn ends_with(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::End)
}

fn not_ends_with(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::End).map(Tri::negated)
}

fn contains(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::Any)
}

fn not_contains(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    part(input, Part::Any).map(Tri::negated)
}

/// Whether any text of the value has any of the expected parts.
fn part(input: &ConditionInput<'_>, part: Part) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let case_sensitive = input.flag("caseSensitive");
    let keys = expected.keys(case_sensitive);
    let adapt = |text: &str| if case_sensitive { text.to_owned() } else { fold(text) };
    let has = |text: &str| {
        let text = adapt(text);
        match part {
            Part::Start => keys.starts(&text),
            Part::End => keys.ends(&text),
            Part::Any => keys.within(&text),
        }
    };
    let may = |unknown: &Unknown| may_have(unknown, part, keys, &adapt);
    let value = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    input.reason(|| describe(input, part));
    let mut open: Option<Rc<Unknown>> = None;
    match &value.data {
        Data::Unknown(unknown) => match unknown.bounds.kind {
            Some(Kind::String) | None => match may(unknown) {
                Some(certain) => return Ok(certain.into()),
                None => open = Some(unknown.clone()),
            },
            Some(Kind::Array) => open = Some(unknown.clone()),
            Some(Kind::Int | Kind::Bool) if input.flag("convert") => open = Some(unknown.clone()),
            Some(_) => {}
        },
        Data::Array(array) => {
            for slot in &array.slots {
                let item = match slot {
                    Slot::Item(item) => settled(item.force())?,
                    Slot::Rest(rest) => settled(rest.clone())?,
                };
                match (&item.data, slot) {
                    (Data::String(text), _) if has(text) => return Ok(Tri::True),
                    (Data::Unknown(unknown), Slot::Item(_)) => match may(unknown) {
                        Some(true) => return Ok(Tri::True),
                        Some(false) => {}
                        None => open = Some(unknown.clone()),
                    },
                    (Data::Unknown(unknown), Slot::Rest(_)) => open = Some(unknown.clone()),
                    (other, _) if input.flag("convert") && to_text(other).is_some_and(|text| has(&text)) => {
                        return Ok(Tri::True);
                    }
                    _ => {}
                }
            }
        }
        _ => match input.text()? {
            Some(text) => return Ok(has(&text).into()),
            None => reason_mistyped(input, "a text"),
        },
    }
    match open {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(Tri::False),
    }
}

/// Whether an unknown text has one of the expected parts, as far as its known pieces tell.
fn may_have(unknown: &Unknown, part: Part, keys: &Keys, adapt: &dyn Fn(&str) -> String) -> Option<bool> {
    if unknown.bounds.nullable || unknown.bounds.kind.is_some_and(|kind| kind != Kind::String) {
        return None;
    }
    let (start, end) = (adapt(&known_start(unknown)), adapt(&known_end(unknown)));
    let is_certain = match part {
        Part::Start => keys.starts(&start),
        Part::End => keys.ends(&end),
        Part::Any => unknown.bounds.pieces.iter().flat_map(|pieces| pieces.iter()).any(|piece| match piece {
            Piece::Known(text) => keys.within(&adapt(text)),
            Piece::Unknown(_) => false,
        }),
    };
    if is_certain {
        return Some(true);
    }
    let impossible = |wanted: &String| match part {
        Part::Start => !start.is_empty() && !wanted.starts_with(&start),
        Part::End => !end.is_empty() && !wanted.ends_with(&end),
        Part::Any => false,
    };
    keys.texts().iter().all(impossible).then_some(false)
}

fn describe(input: &ConditionInput<'_>, part: Part) -> String {
    let Prepared::Texts(expected) = input.prepared() else { return String::new() };
    let does = input.test.definition.name.starts_with("not");
    let verb = match (part, does) {
        (Part::Start, false) => "does not start with",
        (Part::Start, true) => "starts with one of",
        (Part::End, false) => "does not end with",
        (Part::End, true) => "ends with one of",
        (Part::Any, false) => "does not contain",
        (Part::Any, true) => "contains one of",
    };
    let value = input.value().map(|value| show(value, 80)).unwrap_or_default();
    format!("is {value}, which {verb} {}", expected.shown(", ", quoted))
}

fn is_lower(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    letters(input, char::is_lowercase, "lower case")
}

fn is_upper(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    letters(input, char::is_uppercase, "upper case")
}

fn letters(input: &ConditionInput<'_>, test: fn(char) -> bool, what: &str) -> Result<Tri, Stop> {
    let Prepared::Bool(wanted) = input.prepared() else { return Ok(Tri::False) };
    let holds = input.text()?.is_some_and(|text| text.chars().filter(|c| c.is_alphabetic()).all(test));
    let Some(value) = input.value() else { return Ok(Tri::False) };
    let not = if *wanted { "not " } else { "" };
    input.reason(|| format!("is {}, which is {not}all {what}", show(value, 80)));
    Ok((holds == *wanted).into())
}
