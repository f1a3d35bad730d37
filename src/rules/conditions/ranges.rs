//! What one entry of a list of authorised ranges is. An entry that is known only while deploying is one restricted entry of
//! unknown value: it is there, and nothing is said against it unless the known part of its text decides.

use super::{ConditionInput, Definition, IfMissing, Prepared, prepare};
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::{Piece, Unknown};
use crate::evaluate::value::{Data, StepKind, Value};
use crate::network::{Entry, Meaning, Problem, Range};
use crate::rules::tri::Tri;
use std::rc::Rc;

pub(super) const DEFINITIONS: &[Definition] = &[
    yes_or_no("rangeIsBlank", is_blank),
    yes_or_no("rangeIsSentinel", is_sentinel),
    yes_or_no("rangeIsInternet", is_internet).facts(&["certain"]),
    yes_or_no("rangeIsServiceTag", is_service_tag).modifiers(&["broad"]),
    yes_or_no("rangeIsIPv6", is_ipv6),
    yes_or_no("rangeIsMalformed", is_malformed).facts(&["problem", "suggestion", "mask"]),
    yes_or_no("rangeHasHostBits", has_host_bits).facts(&["network"]),
    yes_or_no("rangeIsSpecialPurpose", is_special).facts(&["block", "purpose"]),
    yes_or_no("rangeIsBare", is_bare),
    yes_or_no("rangeIsPadded", is_padded),
    yes_or_no("rangeIsSample", is_sample),
    Definition::new("rangePrefixAtLeast", prefix_at_least)
        .prepare(prepare::integer)
        .functions()
        .missing(IfMissing::True)
        .facts(&["prefix", "addresses"]),
    yes_or_no("writtenInTemplate", written_in_template),
];

/// A question about an entry. What may turn out null is answered like what is missing: nothing is said against it.
const fn yes_or_no(name: &'static str, test: fn(&ConditionInput<'_>) -> Result<Tri, Stop>) -> Definition {
    Definition::new(name, test).prepare(prepare::boolean).missing(IfMissing::Ask)
}

/// The entry, if its text is known.
fn entry(input: &ConditionInput<'_>) -> Option<Rc<Entry>> {
    match &input.value()?.data {
        Data::String(text) => Some(input.scope.entry(text)),
        _ => None,
    }
}

/// The network, if the entry is one.
fn range(input: &ConditionInput<'_>) -> Option<Range> {
    match &entry(input)?.meaning {
        Meaning::Network(range) => Some(*range),
        _ => None,
    }
}

/// Whether it is as the rule says.
fn answer(input: &ConditionInput<'_>, is: bool) -> Result<Tri, Stop> {
    Ok(matches!(input.prepared(), Prepared::Bool(wanted) if *wanted == is).into())
}

fn is_blank(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is blank");
    let is_null = input.value().is_some_and(|value| matches!(value.data, Data::Null));
    answer(input, is_null || entry(input).is_some_and(|entry| entry.meaning == Meaning::Blank))
}

fn is_sentinel(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "stands for the cluster itself");
    answer(input, entry(input).is_some_and(|entry| matches!(entry.meaning, Meaning::Sentinel { .. })))
}

fn is_internet(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "admits every address");
    let is = match input.value().map(|value| &value.data) {
        Some(Data::Unknown(unknown)) => ends_with_zero_prefix(unknown),
        _ => entry(input).is_some_and(|entry| entry.meaning == Meaning::Internet),
    };
    // Azure was seen to take this one form.
    if input.value().and_then(Value::as_str) == Some("0.0.0.0/0") {
        input.fact("certain", || "certain");
    }
    answer(input, is)
}

/// Whether the known end of the text is a prefix of length 0, as in `format('{0}/0', ...)`.
fn ends_with_zero_prefix(unknown: &Unknown) -> bool {
    let last = unknown.bounds.pieces.as_deref().and_then(<[Piece]>::last);
    matches!(last, Some(Piece::Known(text)) if text.trim_end().ends_with("/0"))
}

fn is_service_tag(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is a service tag");
    let is = match entry(input).as_deref().map(|entry| &entry.meaning) {
        Some(Meaning::Tag(tag)) => tag.broad || !input.flag("broad"),
        _ => false,
    };
    answer(input, is)
}

fn is_ipv6(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is IPv6");
    answer(input, entry(input).is_some_and(|entry| entry.meaning == Meaning::Ipv6))
}

fn is_malformed(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let entry = entry(input);
    let Some(Meaning::Malformed(problem)) = entry.as_deref().map(|entry| &entry.meaning) else {
        return answer(input, false);
    };
    input.fact("problem", || problem.to_string());
    if matches!(problem, Problem::Mask { .. }) {
        input.fact("mask", || "mask");
    }
    if let Some(parts) = problem.suggestion() {
        input.fact("suggestion", || parts.iter().map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join(", "));
    }
    input.reason(|| format!("is no range: {problem}"));
    answer(input, true)
}

fn has_host_bits(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Some(range) = range(input).filter(|range| range.host_bits) else { return answer(input, false) };
    input.fact("network", || range.network.to_string());
    input.reason(|| format!("is an address inside {}", range.network));
    answer(input, true)
}

fn is_special(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Some(block) = range(input).and_then(|range| range.special()) else { return answer(input, false) };
    input.fact("block", || block.network.to_string());
    input.fact("purpose", || block.what.clone());
    input.reason(|| format!("lies in {}, {}", block.network, block.what));
    answer(input, true)
}

fn is_bare(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "has no prefix length");
    let is = match entry(input).as_deref().map(|entry| &entry.meaning) {
        Some(Meaning::Network(range)) => range.bare,
        Some(Meaning::Sentinel { bare }) => *bare,
        _ => false,
    };
    answer(input, is)
}

fn is_padded(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "has blanks around it");
    answer(input, entry(input).is_some_and(|entry| entry.padded))
}

fn is_sample(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    input.reason(|| "is an example from documentation");
    answer(input, range(input).is_some_and(|range| range.is_documentation_sample()))
}

/// Whether the entry, if it is a network, is no larger than one with this prefix.
fn prefix_at_least(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let least = match input.prepared() {
        Prepared::Int(least) => Some(*least),
        _ => crate::rules::compare::to_int(&input.expected()?.data),
    };
    let (Some(range), Some(least)) = (range(input), least) else { return Ok(Tri::True) };
    let prefix = range.network.prefix_len();
    input.fact("prefix", || prefix.to_string());
    input.fact("addresses", || grouped(1 << (32 - u64::from(prefix))));
    input.reason(|| format!("has a prefix of {prefix}"));
    Ok((i64::from(prefix) >= least).into())
}

/// `16,777,216`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether the value is a literal of the template, not a parameter's.
fn written_in_template(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Some(value) = input.value() else { return answer(input, false) };
    let passed = |kind: &StepKind| matches!(kind, StepKind::Default(_) | StepKind::ParametersFile(_));
    let known = !matches!(value.data, Data::Unknown(_));
    input.reason(|| "is written into the template");
    answer(input, known && value.origin.literal && !value.origin.steps().any(|step| passed(&step.kind)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped_for_reading() {
        for (number, text) in [(1, "1"), (256, "256"), (4096, "4,096"), (16_777_216, "16,777,216")] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
