//! Deciding conditions: the operators.

use super::evidence::{Evidence, Judged};
use super::{Scope, each, test};
use crate::evaluate::call::Stop;
use crate::rules::conditions::Fact;
use crate::rules::rule::Condition;
use crate::rules::tri::Tri;

/// Decides a condition. The documents' bounded nesting bounds the recursion.
pub(super) fn judge(condition: &Condition, scope: &Scope<'_>) -> Result<Judged, Stop> {
    match condition {
        Condition::All(children) => several(children, scope, false),
        Condition::Any(children) => several(children, scope, true),
        Condition::Not(child) => {
            let judged = judge(child, scope)?;
            Ok(Judged { tri: judged.tri.negated(), ..judged })
        }
        Condition::Each(each) => each::each(each, scope),
        Condition::Test(test) => test::test(test, scope),
        Condition::Always(value) => Ok(Judged::of(*value)),
        Condition::Broken(message) => Err(Stop::error(message.clone())),
    }
}

/// `anyOf` (`any`) or `allOf`: the first child that is `any` decides. A question is only put if no other child decides anyway.
fn several(children: &[Condition], scope: &Scope<'_>, any: bool) -> Result<Judged, Stop> {
    let mut split = None;
    let mut open = Vec::new();
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut undecided = Vec::new();
    let mut notes = Vec::new();
    for child in children {
        let judged = match judge(child, scope) {
            Ok(judged) => judged,
            Err(Stop::Split(symbol)) => {
                split.get_or_insert(symbol);
                continue;
            }
            Err(stop) => return Err(split.map_or(stop, Stop::Split)),
        };
        match judged.tri {
            Tri::Unknown(more) => open.extend(more),
            tri if tri.is_true() == any => {
                let facts: Vec<Fact> = evidence.into_iter().flat_map(|evidence| evidence.facts).collect();
                let evidence = judged.evidence.into_iter().map(|it| it.knowing(&facts)).collect();
                return Ok(Judged { tri, evidence, undecided: judged.undecided, notes: judged.notes });
            }
            _ => {
                evidence.extend(judged.evidence);
                undecided.extend(judged.undecided);
                notes.extend(judged.notes);
            }
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    let tri = if open.is_empty() { Tri::from(!any) } else { Tri::Unknown(open) };
    Ok(Judged { tri, evidence, undecided, notes })
}
