//! What takes part in a deployment and was not read, so that nothing is skipped without a word.

use super::Ruling;
use super::own::{Remark, Speaker};
use crate::evaluate::{Evaluation, Unread};
use crate::finding::Finding;

/// The rule under which templates that were not read are reported.
const REFERENCE: &str = "AKS902";

/// One finding for each template that was not read.
pub(super) fn findings(speaker: &Speaker<'_>, evaluation: &Evaluation) -> Vec<Finding> {
    if evaluation.unread().is_empty() {
        return Vec::new();
    }
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
    let matters = |unread: &&Unread| may_matter(speaker.ruling, unread);
    evaluation.unread().iter().filter(matters).filter_map(|unread| speaker.finding(rule, remark(unread))).collect()
}

/// Whether what was not read may hold a resource that some rule asks for.
fn may_matter(ruling: &Ruling<'_>, unread: &Unread) -> bool {
    let Some(types) = &unread.types else { return true };
    let asked = ruling.chosen.iter().filter_map(|index| ruling.rules.rules.get(*index));
    let is_asked = |type_: &str, asked: &str| {
        // A child nested in its parent has only the last segment.
        let last = |type_: &str| type_.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        type_.starts_with('[') || last(type_) == last(asked)
    };
    asked.into_iter().any(|rule| {
        rule.types.is_empty() || rule.types.iter().any(|asked| types.iter().any(|type_| is_asked(type_, asked)))
    })
}
