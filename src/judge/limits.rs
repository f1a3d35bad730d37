//! Limits of the linter that were reached, so that what lies beyond is not taken for checked.

use super::Judgement;
use super::own::{Remark, Speaker};
use crate::evaluate::unknown::Cause;
use crate::finding::Finding;
use crate::source::Place;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The rule under which limits are reported.
const REFERENCE: &str = "AKS904";

/// What follows from a limit of expansion.
pub(super) const BEYOND: &str = "what lies beyond was not checked";
/// What follows from a limit of worlds.
pub(super) const NOT_ALL: &str = "not every combination of open conditions was looked at";

/// One finding for each limit and place: of expansion, of values that rules asked for, and of worlds.
pub(super) fn findings(
    speaker: &Speaker<'_>,
    expanding: &[(Place, String)],
    values: &[(Place, Rc<str>)],
    judgement: &Judgement,
) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let mut reached: Vec<(Place, String, &str)> = Vec::new();
    for (place, limit) in expanding {
        reached.push((*place, limit.clone(), BEYOND));
    }
    // A value may be unknown without a rule that could not decide: an entry of a list that is known only later does no harm.
    for (place, limit) in values {
        reached.push((*place, limit.to_string(), "the value is not known"));
    }
    for reason in &judgement.open {
        if let Cause::Limit(limit) = &reason.cause
            && !values.iter().any(|(_, known)| known == limit)
        {
            reached.push((reason.place, limit.to_string(), "the value is not known"));
        }
    }
    reached.extend(judgement.limits.iter().cloned());
    let (mut findings, mut said) = (Vec::new(), BTreeSet::new());
    for (place, limit, consequence) in &reached {
        if !said.insert((place, limit)) {
            continue;
        }
        let remark = Remark {
            place: *place,
            message: format!("Limit reached ({limit}): {consequence}"),
            label: "limit reached".to_owned(),
            note: "The linter stops here so that no input keeps it busy for ever; it has found neither a failure nor a pass."
                .to_owned(),
            help: "Check the parts of the template one by one, or give values to the parameters that leave so much open."
                .to_owned(),
            related: Vec::new(),
            is_aside: false,
        };
        findings.extend(speaker.finding(rule, remark));
    }
    findings
}
