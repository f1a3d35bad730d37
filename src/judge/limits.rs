//! Limits of the linter that were reached, so that what lies beyond is not taken for checked.

use super::Judgement;
use super::own::{Remark, Speaker};
use crate::evaluate::Evaluation;
use crate::evaluate::unknown::Cause;
use crate::finding::Finding;
use crate::source::Place;

/// The rule under which limits are reported.
const REFERENCE: &str = "AKS904";

/// One finding for each limit and place: of expansion, of values that rules asked for, and of worlds.
pub(super) fn findings(speaker: &Speaker<'_>, evaluation: &Evaluation, judgement: &Judgement) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let mut reached: Vec<(Place, String, &str)> = Vec::new();
    for (place, limit) in evaluation.limits() {
        reached.push((*place, limit.clone(), "what lies beyond was not checked"));
    }
    for reason in &judgement.open {
        if let Cause::Limit(limit) = &reason.cause {
            reached.push((reason.place, limit.to_string(), "the value is not known"));
        }
    }
    for (place, limit) in &judgement.limits {
        reached.push((*place, limit.clone(), "not every combination of open conditions was looked at"));
    }
    let mut findings = Vec::new();
    for (index, (place, limit, consequence)) in reached.iter().enumerate() {
        let is_said = reached.iter().take(index).any(|(other, said, _)| (other, said) == (place, limit));
        if is_said {
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
