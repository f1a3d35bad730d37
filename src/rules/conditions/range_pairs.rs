//! What entries of a list of authorised ranges are to each other. One pass over the list, since it may hold thousands.

use super::{ConditionInput, Definition, Fact, IfMissing, Operand, Part, Prepared, prepare};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Slot};
use crate::limits::MAX_ITEMS;
use crate::network::{Entry, Meaning, merged};
use crate::rules::path::Located;
use crate::rules::tri::Tri;
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("rangesAreDistinct", are_distinct).prepare(prepare::boolean).missing(IfMissing::Ask),
    Definition::new("rangesAreMinimal", are_minimal)
        .prepare(prepare::boolean)
        .missing(IfMissing::Ask)
        .facts(&["within", "other", "merged"]),
];

/// The entries that are known texts, in order.
fn entries(input: &ConditionInput<'_>) -> Result<Vec<(Rc<Entry>, Located)>, Stop> {
    let Operand::Value(found) = input.operand else {
        input.known()?;
        return Ok(Vec::new());
    };
    let array = match &found.value.data {
        Data::Array(array) => array,
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        _ => return Ok(Vec::new()),
    };
    let mut entries = Vec::new();
    for (index, slot) in array.slots.iter().enumerate().take(MAX_ITEMS) {
        let Slot::Item(item) = slot else { continue };
        let value = settled(item.force_within(&found.value.origin))?;
        if let Data::String(text) = &value.data {
            let entry = input.scope.entry(text);
            entries.push((entry, Located { value, path: format!("{}[{index}]", found.path).into() }));
        }
    }
    Ok(entries)
}

fn answer(input: &ConditionInput<'_>, parts: Vec<Part>) -> Result<Tri, Stop> {
    let is = parts.is_empty();
    parts.into_iter().for_each(|part| input.part(part));
    Ok(matches!(input.prepared(), Prepared::Bool(wanted) if *wanted == is).into())
}

/// Whether no entry says the same as an earlier one.
fn are_distinct(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    for (entry, located) in entries(input)? {
        if let Some(canonical) = entry.canonical()
            && !seen.insert(canonical)
        {
            parts.push(Part { located, facts: Vec::new(), reason: "is on the list already".to_owned() });
        }
    }
    answer(input, parts)
}

/// Whether no entry lies inside another one, and no two neighbours are one network. Entries that admit everything are left
/// out: they are another rule's.
fn are_minimal(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let networks = entries(input)?.into_iter().filter_map(|(entry, located)| match &entry.meaning {
        Meaning::Network(range) => Some((range.network, located)),
        _ => None,
    });
    let networks: Vec<(Ipv4Net, Located)> = networks.collect();
    // Where each network stands first.
    let mut first: BTreeMap<Ipv4Net, usize> = BTreeMap::new();
    for (index, (network, _)) in networks.iter().enumerate() {
        first.entry(*network).or_insert(index);
    }
    let fact = |name, network: Ipv4Net| Fact { name, text: network.to_string() };
    let mut parts = Vec::new();
    for (index, (network, located)) in networks.iter().enumerate() {
        let mut larger = std::iter::successors(network.supernet(), Ipv4Net::supernet);
        if let Some(holder) = larger.find(|supernet| first.contains_key(supernet)) {
            let reason = format!("lies inside {holder}");
            parts.push(Part { located: located.clone(), facts: vec![fact("within", holder)], reason });
            continue;
        }
        let Some(other) = sibling(*network) else { continue };
        if let (Some(earlier), Some(common)) = (first.get(&other), merged(*network, other))
            && *earlier < index
        {
            let facts = vec![fact("other", other), fact("merged", common)];
            let reason = format!("and {other} together are {common}");
            parts.push(Part { located: located.clone(), facts, reason });
        }
    }
    answer(input, parts)
}

/// The other half of the network that is one bit larger.
fn sibling(network: Ipv4Net) -> Option<Ipv4Net> {
    let mut halves = network.supernet()?.subnets(network.prefix_len()).ok()?;
    halves.find(|half| *half != network)
}
