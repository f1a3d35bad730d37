//! Membership: one of, set of, subset.

use super::{ConditionInput, Definition, IfMissing, Operand, Prepared, prepare, show};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::unknown::Unknown;
use crate::evaluate::value::{Array, Data, Kind, Slot, Value};
use crate::limits::MAX_SHOWN;
use crate::rules::compare::{first_gap, fits_length, fold, known_end, known_start};
use crate::rules::texts::{Keys, Texts, cut};
use crate::rules::tri::Tri;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::rc::Rc;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("in", is_in).prepare(prepare::texts),
    Definition::new("notIn", is_not_in).prepare(prepare::texts).missing(IfMissing::True),
    Definition::new("setOf", set_of).prepare(prepare::texts).modifiers(&["caseSensitive"]).field_only(),
    Definition::new("subset", subset).prepare(prepare::texts).modifiers(&["caseSensitive", "unique"]).field_only(),
];

fn is_in(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    membership(input)
}

fn is_not_in(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    membership(input).map(Tri::negated)
}

/// Whether the value, or any element of it, is one of the expected texts. Case never counts, and nothing is converted.
fn membership(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let value = match input.operand {
        Operand::Value(found) => &found.value,
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(Tri::False),
    };
    input.reason(|| match input.test.definition.name {
        "notIn" => format!("is {}", show(value, 80)),
        _ => format!("is {}, which is none of {}", show(value, 80), expected.shown(", ", str::to_owned)),
    });
    let keys = expected.keys(false);
    let is_one = |text: &str| keys.find(&fold(text)).is_some();
    let may_be_one = |unknown: &Unknown| may_be_one(unknown, keys);
    let mut open: Option<Rc<Unknown>> = None;
    match &value.data {
        Data::String(text) => return Ok(is_one(text).into()),
        Data::Unknown(unknown) if unknown.bounds.kind == Some(Kind::Array) || may_be_one(unknown) => {
            open = Some(unknown.clone());
        }
        Data::Array(array) => {
            for slot in &array.slots {
                match slot {
                    Slot::Item(item) => match settled(item.force())?.data {
                        Data::String(text) if is_one(&text) => return Ok(Tri::True),
                        Data::Unknown(unknown) if may_be_one(&unknown) => open = Some(unknown),
                        _ => {}
                    },
                    Slot::Rest(rest) => {
                        if let Data::Unknown(unknown) = settled(rest.clone())?.data {
                            open = Some(unknown);
                        }
                    }
                }
            }
        }
        _ => {}
    }
    match open {
        Some(unknown) => Err(Stop::Unknown(unknown)),
        None => Ok(Tri::False),
    }
}

/// Whether an unknown may be one of these once deployed, as far as is certain about it. Case never counts.
fn may_be_one(unknown: &Unknown, keys: &Keys) -> bool {
    let (start, end) = (fold(&known_start(unknown)), fold(&known_end(unknown)));
    match unknown.bounds.kind {
        None => keys.count() > 0,
        Some(Kind::String) => keys
            .texts()
            .iter()
            .any(|text| text.starts_with(&start) && text.ends_with(&end) && fits_length(unknown, text.chars().count())),
        Some(_) => false,
    }
}

/// What a list certainly holds, and why the rest is open.
struct Contents {
    texts: Vec<Rc<str>>,
    /// Unknown elements, each exactly one.
    unknown: Vec<Rc<Unknown>>,
    /// A gap of any number of elements.
    gap: Option<Rc<Unknown>>,
    /// Elements, texts or not, gaps left out.
    count: usize,
}

fn contents(array: &Array) -> Result<Contents, Stop> {
    let mut contents = Contents { texts: Vec::new(), unknown: Vec::new(), gap: first_gap(&array.slots)?, count: 0 };
    for slot in &array.slots {
        if let Slot::Item(item) = slot {
            contents.count += 1;
            match settled(item.force())?.data {
                Data::String(text) => contents.texts.push(text),
                Data::Unknown(unknown) => contents.unknown.push(unknown),
                _ => {}
            }
        }
    }
    Ok(contents)
}

impl Contents {
    /// Why it is uncertain what the list holds.
    fn open(&self) -> Option<&Rc<Unknown>> {
        self.gap.as_ref().or(self.unknown.first())
    }
}

/// The list to look into. `Err(None)`: certainly none.
fn list(input: &ConditionInput<'_>) -> Result<Option<Contents>, Stop> {
    match input.operand {
        Operand::Value(found) => match &found.value.data {
            Data::Array(array) => contents(array).map(Some),
            Data::Unknown(unknown) if unknown.bounds.kind.is_none_or(|kind| kind == Kind::Array) => {
                Err(Stop::Unknown(unknown.clone()))
            }
            _ => {
                input.reason(|| format!("is {}, which is not a list", show(&found.value, 80)));
                Ok(None)
            }
        },
        Operand::Unknown(unknown, _) => Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => Ok(None),
    }
}

fn set_of(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let Some(found) = list(input)? else { return Ok(Tri::False) };
    let too_many = found.count > expected.len();
    if too_many || (found.gap.is_none() && found.count != expected.len()) {
        let items = super::compare::plural(found.count as i64, "item");
        input.reason(|| format!("has {items} instead of {}", expected.len()));
        return Ok(Tri::False);
    }
    match (lacks(input, expected, &found)?, &found.gap) {
        // There may be more.
        (Tri::True, Some(unknown)) => Err(Stop::Unknown(unknown.clone())),
        (tri, _) => Ok(tri),
    }
}

fn subset(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    if let (true, Some(Value { data: Data::Unknown(unknown), .. })) = (expected.is_empty(), input.value())
        && unknown.bounds.kind == Some(Kind::Array)
    {
        return Ok(Tri::True);
    }
    let Some(found) = list(input)? else { return Ok(Tri::False) };
    if input.flag("unique") {
        let case_sensitive = input.flag("caseSensitive");
        let keys = expected.keys(case_sensitive);
        let mut times: FxHashMap<usize, usize> = FxHashMap::default();
        for at in found.texts.iter().filter_map(|text| keys.find(&keyed(text, case_sensitive))) {
            *times.entry(at).or_default() += 1;
        }
        let again = times.iter().filter(|(_, times)| **times > 1).map(|(at, _)| *at).min();
        if let Some(item) = again.and_then(|at| expected.get(at)) {
            input.reason(|| format!("contains {} more than once", cut(item, MAX_SHOWN)));
            return Ok(Tri::False);
        }
        let complete = times.len() == keys.count();
        if let (true, Some(unknown)) = (complete, found.open()) {
            return Err(Stop::Unknown(unknown.clone()));
        }
    }
    lacks(input, expected, &found)
}

/// What is the same for texts that are equal.
fn keyed(text: &str, case_sensitive: bool) -> Cow<'_, str> {
    if case_sensitive { text.into() } else { fold(text).into() }
}

/// True if every expected item is there.
fn lacks(input: &ConditionInput<'_>, expected: &Texts, found: &Contents) -> Result<Tri, Stop> {
    let case_sensitive = input.flag("caseSensitive");
    let texts: FxHashSet<Cow<'_, str>> = found.texts.iter().map(|text| keyed(text, case_sensitive)).collect();
    for (key, item) in expected.keys(case_sensitive).texts().iter().zip(expected.iter()) {
        if texts.contains(key.as_str()) {
            continue;
        }
        if let Some(unknown) = found.open() {
            return Err(Stop::Unknown(unknown.clone()));
        }
        input.reason(|| format!("lacks {}", cut(item, MAX_SHOWN)));
        return Ok(Tri::False);
    }
    Ok(Tri::True)
}
