//! Sub-selectors: an operator on each item of a field.

use super::evidence::{Evidence, Judged, anchor_of};
use super::judge::judge;
use super::{Anchor, Item, Scope};
use crate::evaluate::call::Stop;
use crate::evaluate::value::{Data, Origin, Value};
use crate::rules::conditions::Fact;
use crate::rules::path::{PathSlot, Resolution, append};
use crate::rules::rule::{Each, Quantifier};
use crate::rules::tri::{Tri, Undecided};

/// Decides a sub-selector.
pub(super) fn each(each: &Each, scope: &Scope<'_>) -> Result<Judged, Stop> {
    let items = scope.items(&each.field)?;
    let mut split = None;
    let mut open = Vec::new();
    let (mut passes, mut failures) = (0, 0);
    let (mut passed, mut failed) = (Vec::new(), Vec::new());
    for (index, slot) in items.iter().enumerate() {
        let located = match slot {
            PathSlot::Found(located) => located,
            PathSlot::Open(unknown, path) => {
                open.push((Undecided { unknown: unknown.clone(), path: path.clone() }, false));
                continue;
            }
        };
        let item = Item { value: located.clone(), index, siblings: items.clone() };
        let inner = Scope { object: located, item: Some(&item), ..*scope };
        let judged = match judge_item(each, &inner) {
            Ok(Some(judged)) => judged,
            Ok(None) => continue,
            Err(Stop::Split(symbol)) => {
                split.get_or_insert(symbol);
                continue;
            }
            Err(stop) => return Err(split.map_or(stop, Stop::Split)),
        };
        let own = judged.evidence.into_iter().map(|mut evidence| {
            evidence.item.get_or_insert_with(|| item.clone());
            evidence
        });
        match judged.tri {
            Tri::True => {
                passes += 1;
                passed.extend(own);
            }
            Tri::False => {
                failures += 1;
                let before = failed.len();
                failed.extend(own);
                if scope.explains && failed.len() == before {
                    failed.push(Evidence {
                        path: located.path.clone(),
                        anchor: Anchor::Value(located.value.clone()),
                        value: Some(located.value.clone()),
                        reason: None,
                        facts: Vec::new(),
                        item: Some(item.clone()),
                    });
                }
            }
            Tri::Unknown(undecided) => open.extend(undecided.into_iter().take(1).map(|it| (it, true))),
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    let undecided: Vec<Undecided> = open.iter().map(|(undecided, _)| undecided.clone()).collect();
    let Some(quantifier) = each.quantifier else {
        return Ok(match (failures == 0, undecided.is_empty()) {
            (false, _) => Judged { evidence: failed, undecided, ..Judged::of(false) },
            (true, false) => Judged { evidence: passed, ..Judged::of(Tri::Unknown(undecided)) },
            (true, true) => {
                let notes = if passes == 0 { vec![nothing_selected(each, scope)] } else { Vec::new() };
                Judged { evidence: passed, notes, ..Judged::of(true) }
            }
        });
    };
    let bounded = open.iter().all(|(_, single)| *single);
    let most = bounded.then(|| passes + open.len() as i64);
    let tri = match quantified(quantifier, passes, most) {
        Some(holds) => holds.into(),
        None => Tri::Unknown(undecided),
    };
    if !scope.explains {
        return Ok(Judged::of(tri));
    }
    let place = evidence_at(&each.field.resolve(scope.object, scope.target.view())?);
    let reason =
        Some(format!("has {passes} of {} items that meet the condition, not {}", items.len(), quantifier.describe()));
    let facts = vec![Fact { name: "passing", text: passes.to_string() }];
    Ok(Judged { evidence: vec![Evidence { reason, facts, ..place }], ..Judged::of(tri) })
}

/// What to say where a sub-selector without quantifier is true for want of items.
fn nothing_selected(each: &Each, scope: &Scope<'_>) -> String {
    let field = match each.field.text.as_str() {
        "." | "$" | "@" => scope.object.path.to_string(),
        text => append(&scope.object.path, text),
    };
    let which = if each.where_.is_some() { " that meets its 'where'" } else { "" };
    format!("the sub-selector on '{field}' selected nothing: there is no item{which}")
}

/// `None`: the item fails the sub-selector's `where`. An undecided `where` leaves open what the item does not meet.
fn judge_item(each: &Each, scope: &Scope<'_>) -> Result<Option<Judged>, Stop> {
    let mut facts = Vec::new();
    let mut open = Vec::new();
    if let Some(condition) = &each.where_ {
        let judged = judge(condition, scope)?;
        facts = judged.evidence.into_iter().flat_map(|evidence| evidence.facts).collect();
        match judged.tri {
            Tri::True => {}
            Tri::False => return Ok(None),
            Tri::Unknown(undecided) => open = undecided,
        }
    }
    let mut judged = judge(&each.body, scope)?;
    judged.evidence = judged.evidence.into_iter().map(|evidence| evidence.knowing(&facts)).collect();
    if !open.is_empty() {
        match (judged.tri.is_false(), each.quantifier.is_some()) {
            // Skipped or failing, it does not count.
            (true, true) => return Ok(None),
            // Skipped or passing, it harms nothing.
            (false, false) => {}
            _ => judged.tri = Tri::Unknown(open),
        }
    }
    Ok(Some(judged))
}

/// Whether a quantifier holds for every count from `least` to `most` (`None`: no limit).
fn quantified(quantifier: Quantifier, least: i64, most: Option<i64>) -> Option<bool> {
    match quantifier {
        Quantifier::Count(count) if most == Some(least) => Some(least == count),
        Quantifier::Count(count) if count < least || most.is_some_and(|most| count > most) => Some(false),
        Quantifier::Count(_) => None,
        Quantifier::Ordered(ordering, bound) => {
            let low = ordering.holds(least, bound);
            let high = ordering.holds(most.unwrap_or(i64::MAX), bound);
            (low == high).then_some(low)
        }
    }
}

impl Quantifier {
    fn describe(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Ordered(ordering, bound) => format!("{} {bound}", ordering.sign()),
        }
    }
}

fn evidence_at(resolution: &Resolution) -> Evidence {
    let (path, anchor, value) = match resolution {
        Resolution::One(found) => (found.path.clone(), Anchor::Value(found.value.clone()), Some(found.value.clone())),
        Resolution::Many { base, path, .. } => {
            (path.clone(), Anchor::Value(base.value.clone()), Some(base.value.clone()))
        }
        Resolution::Missing(missing) => (missing.path().into(), anchor_of(missing), missing.null.clone()),
        Resolution::Unknown { unknown, path } => {
            let place = unknown.reason.place;
            let value = Value::new(Data::Unknown(unknown.clone()), Origin::computed(place));
            (path.clone(), Anchor::Value(value.clone()), Some(value))
        }
    };
    Evidence { path, anchor, value, reason: None, facts: Vec::new(), item: None }
}
