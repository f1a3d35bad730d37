//! Fixes of the entries of a list of authorised ranges.
//!
//! An entry is only removed where an entry stays in the same literal list that admits it, or that keeps the list in force: lists
//! that are put together from several, or passed from outside, may be other lists tomorrow.

use super::list::List;
use super::literal::{Holder, Literal, Literals, holder};
use super::uses::{Change, are_whole};
use super::{Plan, VALUE_LENGTH};
use crate::evaluate::value::{Data, Slot, Value};
use crate::fix::edits::{Container, remove_element, split_element};
use crate::network::{Entry, Meaning, classify};
use crate::rules::conditions::show;
use crate::rules::evaluate::{Anchor, Failure};
use crate::rules::path::PathSlot;
use crate::source::Span;
use crate::syntax::{Node, NodeKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The failing entry: its value, and that value's literal.
fn entry<'f>(failure: &'f Failure, literals: &Literals<'_>) -> Option<(&'f Value, Literal)> {
    let value = match (&failure.item, &failure.anchor) {
        (Some(item), _) => &item.value.value,
        (None, Anchor::Value(value)) => value,
        (None, Anchor::Missing { .. }) => return None,
    };
    Some((value, literals.of(value)?))
}

/// The entry in the form in which Azure keeps it: the network's address, and a prefix length.
pub(super) fn normalise(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let (value, literal) = entry(failure, literals)?;
    let judged = classify(&literal.text);
    let canonical = judged.canonical()?;
    let bare = match judged.meaning {
        Meaning::Network(range) => range.bare,
        Meaning::Sentinel { bare } => bare,
        _ => return None,
    };
    let description = match bare {
        true => format!("write {canonical}"),
        false => format!("align {} to {canonical}", show(value, VALUE_LENGTH)),
    };
    let replacements = literals.replaced(&literal, &canonical)?;
    Some(Plan { description, file: literal.place.file, replacements })
}

/// The entry without the blanks around it.
pub(super) fn trim(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let (value, literal) = entry(failure, literals)?;
    let trimmed = literal.text.trim();
    if trimmed.is_empty() || trimmed.len() == literal.text.len() {
        return None;
    }
    let replacements = literals.replaced(&literal, trimmed)?;
    let description = format!("remove the blanks around {}", show(value, VALUE_LENGTH));
    Some(Plan { description, file: literal.place.file, replacements })
}

/// The entry or entries that a text that is none probably stands for, without those that the list has already.
pub(super) fn split(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let (value, literal) = entry(failure, literals)?;
    let all = parts(&literal.text)?;
    let shown = show(value, VALUE_LENGTH);
    if !literal.is_json {
        let [part] = all.as_slice() else { return None };
        let replacements = literals.replaced(&literal, part)?;
        let description = format!("write {part} instead of {shown}");
        return Some(Plan { description, file: literal.place.file, replacements });
    }
    let list = around(failure, &literal, literals);
    let is_new = |part: &&String| {
        let part = classify(part);
        let mut others = list.iter().flat_map(|list| list.others(literal.place.span, &literals.looks));
        !others.any(|(_, other)| other.is_same_as(&part) || other.covers(&part))
    };
    let new: Vec<String> = all.iter().filter(is_new).cloned().collect();
    if !literals.looks.are_left() {
        return None;
    }
    let file = literal.place.file;
    match new.as_slice() {
        [] => {
            let list = list?;
            let description = format!("remove {shown}: its entries are on the list already");
            let replacements = remove_element(&list.array, literal.place.span).ok()?;
            Some(Plan { description, file, replacements })
        }
        [part] => {
            let replacements = literals.replaced(&literal, part)?;
            Some(Plan { description: format!("write {part} instead of {shown}"), file, replacements })
        }
        parts => {
            let quoted: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
            let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
            let list = list?;
            let replacements = split_element(&list.array, literal.place.span, &quoted).ok()?;
            Some(Plan { description: format!("split {shown} into {}", parts.join(", ")), file, replacements })
        }
    }
}

/// The entries that a text stands for, as Azure keeps them, each once; `None` where that is not certain, or would admit everybody.
pub(super) fn parts(text: &str) -> Option<Vec<String>> {
    let judged = classify(text);
    let texts = match &judged.meaning {
        Meaning::Malformed(problem) => problem.suggestion()?,
        _ => vec![text.trim().to_owned()],
    };
    let mut parts: Vec<String> = Vec::new();
    let mut known: FxHashSet<String> = FxHashSet::default();
    for text in texts {
        let judged = classify(&text);
        match judged.meaning {
            Meaning::Network(_) | Meaning::Sentinel { .. } | Meaning::Tag(_) => {}
            _ => return None,
        }
        let canonical = judged.canonical()?;
        if known.insert(canonical.clone()) {
            parts.push(canonical);
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// The list without the entry.
pub(super) fn remove(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let (value, literal) = entry(failure, literals)?;
    let description = match literal.text.trim().is_empty() {
        true => "remove the blank entry".to_owned(),
        false => format!("remove {}", show(value, VALUE_LENGTH)),
    };
    let list = around(failure, &literal, literals)?;
    removed(&list, &literal, description, literals)
}

/// The list without its first `0.0.0.0/32`.
pub(super) fn remove_sentinel(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let Anchor::Value(value) = &failure.anchor else { return None };
    let values = elements(value)?;
    let sentinel = values.iter().find(|value| is_sentinel(value))?;
    let literal = literals.of(sentinel)?;
    let list = among(&values, &literal, literals)?;
    removed(&list, &literal, format!("remove {}", show(sentinel, VALUE_LENGTH)), literals)
}

/// Whether the value is `0.0.0.0/32`.
pub(super) fn is_sentinel(value: &Value) -> bool {
    value.as_str().is_some_and(|text| matches!(classify(text).meaning, Meaning::Sentinel { .. }))
}

fn removed(list: &List<'_>, literal: &Literal, description: String, literals: &Literals<'_>) -> Option<Plan> {
    let gone = classify(&literal.text);
    let span = literal.place.span;
    if !list.others(span, &literals.looks).any(|(place, kept)| stays_in_force(kept, &gone, *place < span)) {
        return None;
    }
    let file = literal.place.file;
    let replacements = remove_element(&list.array, span).ok()?;
    Some(Plan { description, file, replacements })
}

/// Whether the list means the same, or is at least in force, with `kept` and without `gone`. Of two equal ones the first may
/// stay: if each could stand for the other, both could go.
pub(super) fn stays_in_force(kept: &Entry, gone: &Entry, is_before: bool) -> bool {
    if gone.meaning == Meaning::Blank {
        return kept.meaning != Meaning::Blank;
    }
    let is_in_force = match &kept.meaning {
        Meaning::Network(range) => range.special().is_none(),
        Meaning::Tag(_) => true,
        _ => false,
    };
    kept.covers(gone) || if kept.is_same_as(gone) { is_before } else { is_in_force }
}

/// The list around the failing entry.
fn around<'a>(failure: &Failure, literal: &Literal, literals: &Literals<'a>) -> Option<Rc<List<'a>>> {
    if !are_whole(&literal.origin, Change::Elements, literals) {
        return None;
    }
    let siblings = &failure.item.as_ref()?.siblings;
    literals.list(siblings, literal.place, || {
        if !literals.looks.take(10 * siblings.len()) {
            return None;
        }
        let values: Vec<Value> = siblings.iter().filter_map(found).collect();
        read(&values, literal, literals)
    })
}

/// The list around `literal`, among these values.
fn among<'a>(values: &[Value], literal: &Literal, literals: &Literals<'a>) -> Option<List<'a>> {
    let is_whole = are_whole(&literal.origin, Change::Elements, literals);
    (is_whole && literals.looks.take(10 * values.len())).then(|| read(values, literal, literals)).flatten()
}

/// The array around `literal`; `None` if somebody may pick its elements by their number, as where not all of its texts are among
/// `values`.
fn read<'a>(values: &[Value], literal: &Literal, literals: &Literals<'a>) -> Option<List<'a>> {
    let root = literals.tree(literal.place.file)?;
    let Some(Holder::Array(array)) = holder(&root, literal.place.span) else { return None };
    let reaching: FxHashMap<Span, &str> = (values.iter())
        .filter(|value| value.origin.literal && value.origin.place.file == literal.place.file)
        .filter_map(|value| Some((value.origin.place.span, value.as_str()?)))
        .collect();
    let mut entries = Vec::new();
    for element in array.elements() {
        match reaching.get(&element.span) {
            Some(text) => entries.push((element.span, classify(text))),
            None if is_expression(element) => {}
            None => return None,
        }
    }
    let array = Container::array(literals.text(literal.place.file)?, array.span).ok()?;
    Some(List { array, entries })
}

fn is_expression(element: &Node) -> bool {
    matches!(&element.kind, NodeKind::String(text) if text.text.starts_with('['))
}

fn found(slot: &PathSlot) -> Option<Value> {
    match slot {
        PathSlot::Found(located) => Some(located.value.clone()),
        PathSlot::Open(..) => None,
    }
}

/// The elements of an array that are certainly there.
fn elements(value: &Value) -> Option<Vec<Value>> {
    let Data::Array(array) = &value.data else { return None };
    let items = array.slots.iter().filter_map(|slot| match slot {
        Slot::Item(item) => Some(item.force_within(&value.origin)),
        Slot::Rest(_) => None,
    });
    Some(items.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_go_only_where_the_list_stays_in_force() {
        let table = [
            ("20.101.4.0/24", "20.101.4.16/28", false, true),
            ("20.101.4.16/28", "20.101.4.0/24", false, true),
            ("10.0.0.0/8", "10.1.0.0/16", false, true),
            ("10.1.0.0/16", "10.0.0.0/8", false, false),
            ("20.101.4.16", "20.101.4.16/32", true, true),
            ("20.101.4.16", "20.101.4.16/32", false, false),
            ("20.101.4.16/28", "10.0.0.0/8", false, true),
            ("10.0.0.0/8", "0.0.0.0/32", true, false),
            ("AzureFrontDoor.Backend", "0.0.0.0/32", false, true),
            ("20.101.4.16/28", "", false, true),
            ("10.0.0.0/8", " ", false, true),
            (" ", "", true, false),
            ("", "10.0.0.0/8", true, false),
            ("0.0.0.0/0", "10.0.0.0/8", true, true),
            ("nonsense", "10.0.0.0/8", true, false),
            ("2001:db8::/32", "10.0.0.0/8", true, false),
        ];
        for (kept, gone, is_before, expected) in table {
            assert_eq!(stays_in_force(&classify(kept), &classify(gone), is_before), expected, "{kept} without {gone}");
        }
    }

    #[test]
    fn a_text_stands_for_entries_in_the_form_azure_keeps() {
        let table: [(&str, Option<&[&str]>); 9] = [
            ("20.101.4.16/28, 51.124.8.0/24", Some(&["20.101.4.16/28", "51.124.8.0/24"])),
            ("20.101.4.20;20.101.4.20", Some(&["20.101.4.20/32"])),
            ("20.101.4.20/28 51.124.8.0/24", Some(&["20.101.4.16/28", "51.124.8.0/24"])),
            ("20.101.4.0/255.255.255.0", Some(&["20.101.4.0/24"])),
            (" 20.101.4.16/28 ", Some(&["20.101.4.16/28"])),
            ("20.101.4.16/28,0.0.0.0/0", None),
            ("0.0.0.0/0", None),
            ("", None),
            ("vpn.example.com", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|parts| parts.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
