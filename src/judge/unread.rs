//! What takes part in a deployment and was not read, so that nothing is skipped without a word.

use super::own::{Remark, Speaker};
use crate::evaluate::{Evaluation, Unread};
use crate::finding::Finding;

/// The rule under which templates that were not read are reported.
const REFERENCE: &str = "AKS902";

/// One finding for each template that was not read.
pub(super) fn findings(speaker: &Speaker<'_>, evaluation: &Evaluation) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let remark = |unread: &Unread| Remark {
        place: unread.place,
        message: format!("{}; clusters in it are not checked", unread.reason),
        label: "not read".to_owned(),
        note: String::new(),
        help: "Check that template itself, or compile everything into one template.".to_owned(),
        related: Vec::new(),
        is_aside: false,
    };
    evaluation.unread().iter().filter_map(|unread| speaker.finding(rule, remark(unread))).collect()
}
