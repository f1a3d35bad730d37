//! What a whole list of authorised ranges amounts to.

use super::ranges::grouped;
use super::{ConditionInput, Definition, IfMissing, Operand, Prepared, prepare};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::unknown::Unknown;
use crate::evaluate::value::{Data, Lookup, Slot, Value};
use crate::limits::MAX_ITEMS;
use crate::network::{Coverage, Entry, Meaning};
use crate::rules::path::too_many;
use crate::rules::tri::Tri;
use ipnet::Ipv4Net;
use std::rc::Rc;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("rangesCoverBelow", cover_below)
        .prepare(prepare::integer)
        .functions()
        .modifiers(&["known", "everything"])
        .missing(IfMissing::True)
        .facts(&["ranges", "share", "routable", "limit", "covered"]),
    Definition::new("rangesFillBelow", fill_below)
        .prepare(prepare::integer)
        .missing(IfMissing::True)
        .facts(&["count", "limit"]),
    Definition::new("rangesFillAtMost", fill_at_most)
        .prepare(prepare::integer)
        .missing(IfMissing::True)
        .facts(&["count", "limit"]),
    yes_or_no("rangesAreEmpty", are_empty),
    yes_or_no("rangesAreBlank", are_blank),
    yes_or_no("rangesAreSentinel", are_sentinel),
    yes_or_no("rangesMixSentinel", mix_sentinel),
    yes_or_no("rangesAreServiceTags", are_service_tags),
    yes_or_no("rangesAreSpecialPurpose", are_special),
    yes_or_no("rangesAreKnown", are_known),
];

/// A question about a list; a missing list is none of these things.
const fn yes_or_no(name: &'static str, test: fn(&ConditionInput<'_>) -> Result<Tri, Stop>) -> Definition {
    Definition::new(name, test).prepare(prepare::boolean).missing(IfMissing::Ask)
}

/// A list of ranges, read.
pub(super) struct List {
    /// The entries that are known texts.
    pub(super) known: Vec<Rc<Entry>>,
    /// How many entries are known only while deploying.
    pub(super) unknown: usize,
    /// Entries that are no text at all.
    other: usize,
    /// Any number of further entries that hang on this.
    pub(super) rest: Option<Rc<Unknown>>,
}

impl List {
    /// Whether an entry admits all of `network`.
    pub(super) fn holds(&self, network: Ipv4Net) -> bool {
        self.known.iter().filter_map(|entry| entry.network()).any(|entry| entry.contains(&network))
    }

    /// Whether there is an entry, and all are known and pass.
    fn all(&self, test: impl Fn(&Meaning) -> bool) -> bool {
        !self.known.is_empty() && self.unknown == 0 && self.other == 0 && self.known.iter().all(|it| test(&it.meaning))
    }
}

/// The list; `None` if the value is no array.
pub(super) fn list(input: &ConditionInput<'_>) -> Result<Option<List>, Stop> {
    let array = match input.operand {
        Operand::Value(found) => match &found.value.data {
            Data::Array(array) => array,
            Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
            _ => return Ok(None),
        },
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => return Ok(None),
    };
    let mut list = List { known: Vec::new(), unknown: 0, other: 0, rest: None };
    for (index, slot) in array.slots.iter().enumerate() {
        if index == MAX_ITEMS
            && let Operand::Value(found) = input.operand
        {
            list.rest = Some(too_many(found.value.origin.place));
            break;
        }
        match slot {
            Slot::Item(item) => match settled(item.force())?.data {
                Data::String(text) => list.known.push(input.scope.entry(&text)),
                Data::Unknown(_) => list.unknown += 1,
                _ => list.other += 1,
            },
            Slot::Rest(value) => match settled(value.clone())?.data {
                Data::Unknown(unknown) => list.rest = Some(unknown),
                _ => list.other += 1,
            },
        }
    }
    Ok(Some(list))
}

/// What holds of the list if `test` holds of the entries that are there. Further entries may turn true into false, so an
/// open list is undecided where `test` holds.
fn holds(input: &ConditionInput<'_>, test: impl Fn(&List) -> bool) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let Some(list) = list(input)? else { return Ok((!wanted).into()) };
    let is_empty = list.known.is_empty() && list.unknown == 0 && list.other == 0;
    match (test(&list) || is_empty, &list.rest) {
        (true, Some(unknown)) => Ok(Tri::undecided(unknown.clone(), input.path())),
        _ => Ok((test(&list) == wanted).into()),
    }
}

/// Whether the union of the entries covers less than this percentage. Entries that admit everything are left out, unless `everything`
/// says otherwise; with `known`, entries that the list may have besides count nothing.
fn cover_below(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let limit = match input.prepared() {
        Prepared::Int(limit) => Some(*limit),
        _ => crate::rules::compare::to_int(&input.expected()?.data),
    };
    let limit = limit.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(50);
    let Some(list) = list(input)? else { return Ok(Tri::True) };
    let networks: Vec<_> = (list.known.iter())
        .filter_map(|entry| match &entry.meaning {
            Meaning::Network(range) => Some(range.network),
            Meaning::Internet if input.flag("everything") => entry.network(),
            _ => None,
        })
        .collect();
    let ranges = match networks.len() {
        1 => "This range admits".to_owned(),
        count => format!("These {count} ranges together admit"),
    };
    let coverage = Coverage::of(networks);
    let share = coverage.larger_share();
    input.fact("ranges", || ranges);
    input.fact("share", || coverage.share_of_all().to_string());
    input.fact("routable", || coverage.share_of_routable().to_string());
    input.fact("limit", || limit.to_string());
    input.fact("covered", || grouped(coverage.addresses));
    input.reason(|| format!("covers {share} of the Internet"));
    match (share.is_at_least(limit), &list.rest) {
        (true, _) => Ok(Tri::False),
        (false, Some(unknown)) if !input.flag("known") => Ok(Tri::undecided(unknown.clone(), input.path())),
        (false, _) => Ok(Tri::True),
    }
}

/// How many entries Azure accepts: 200, or 2,000 with API server VNet integration.
fn limit(input: &ConditionInput<'_>) -> Result<u64, Stop> {
    let object = &input.scope.target.object.value;
    let integrated = at(object, &["properties", "apiServerAccessProfile", "enableVnetIntegration"])?;
    let sku = at(object, &["sku", "name"])?;
    let integrated = integrated.is_some_and(|value| matches!(value.data, Data::Bool(true) | Data::Unknown(_)));
    let automatic = sku.as_ref().and_then(Value::as_str).is_some_and(|sku| sku.eq_ignore_ascii_case("automatic"));
    Ok(if integrated || automatic { 2000 } else { 200 })
}

/// The value at the end of these members. What is not certain to exist counts as absent.
pub(super) fn at(object: &Value, path: &[&str]) -> Result<Option<Value>, Stop> {
    let mut value = object.clone();
    for name in path {
        value = match value.member(name) {
            Lookup::Present(value) => settled(value)?,
            Lookup::Split(symbol) => return Err(Stop::Split(symbol)),
            Lookup::Absent | Lookup::Unknown(_) => return Ok(None),
        };
    }
    Ok(Some(value))
}

/// Whether the number of entries, compared with the limit, is as `test` wants: it gets count and percentage of the limit,
/// both times 100.
fn fill(input: &ConditionInput<'_>, test: impl Fn(u64, u64) -> bool) -> Result<Tri, Stop> {
    let Prepared::Int(percent) = input.prepared() else { return Ok(Tri::False) };
    let Some(list) = list(input)? else { return Ok(Tri::True) };
    let count = (list.known.len() + list.unknown + list.other) as u64;
    let limit = limit(input)?;
    input.fact("count", || grouped(count));
    input.fact("limit", || grouped(limit));
    input.reason(|| format!("has {count} entries of {limit}"));
    // A list that may grow is rarely near the limit: the number of entries that are certain decides.
    Ok(test(count * 100, limit * percent.unsigned_abs()).into())
}

fn fill_below(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    fill(input, |count, limit| count < limit)
}

fn fill_at_most(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    fill(input, |count, limit| count <= limit)
}

fn are_empty(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is empty");
    // What is certain about the length of an unknown list decides.
    if let Some(Data::Unknown(unknown)) = input.value().map(|value| &value.data)
        && unknown.bounds.min_length > 0
        && !unknown.bounds.nullable
    {
        return Ok(matches!(input.prepared(), Prepared::Bool(false)).into());
    }
    holds(input, |list| list.known.is_empty() && list.unknown == 0 && list.other == 0)
}

fn are_blank(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "holds only blanks");
    holds(input, |list| list.all(|meaning| *meaning == Meaning::Blank))
}

fn are_sentinel(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is the sentinel alone");
    holds(input, |list| list.known.len() == 1 && list.all(|meaning| matches!(meaning, Meaning::Sentinel { .. })))
}

/// Whether the sentinel stands beside another entry. Blanks are another rule's; a further entry that is unknown counts.
fn mix_sentinel(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let Some(list) = list(input)? else { return Ok((!wanted).into()) };
    let is_sentinel = |entry: &&Rc<Entry>| matches!(entry.meaning, Meaning::Sentinel { .. });
    let sentinels = list.known.iter().filter(is_sentinel).count();
    let blanks = list.known.iter().filter(|entry| entry.meaning == Meaning::Blank).count();
    let others = list.known.len() - sentinels - blanks + list.unknown + list.other;
    input.reason(|| "holds 0.0.0.0/32 beside other entries");
    match (sentinels > 0, others > 0, &list.rest) {
        (true, false, Some(unknown)) | (false, true, Some(unknown)) => {
            Ok(Tri::undecided(unknown.clone(), input.path()))
        }
        (sentinel, others, _) => Ok(((sentinel && others) == wanted).into()),
    }
}

fn are_service_tags(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "holds only service tags");
    holds(input, |list| list.all(|meaning| matches!(meaning, Meaning::Tag(_))))
}

fn are_special(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "holds only addresses that are not on the Internet");
    holds(input, |list| list.all(|meaning| matches!(meaning, Meaning::Network(range) if range.special().is_some())))
}

/// Whether every entry is known before the deployment: none comes from a resource or a parameter without value.
fn are_known(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "holds no address that is known only while deploying");
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let Some(list) = list(input)? else { return Ok((!wanted).into()) };
    Ok(((list.unknown == 0 && list.rest.is_none()) == wanted).into())
}
