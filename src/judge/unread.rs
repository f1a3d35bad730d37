//! What takes part in a deployment and was not read, so that nothing is skipped without a word.

use super::Ruling;
use super::fingerprint::fnv;
use crate::evaluate::{Evaluation, Unread};
use crate::finding::{Finding, Label, Location, Outcome};
use crate::source::Sources;

/// The rule under which templates that were not read are reported.
const REFERENCE: &str = "AKS902";

/// One finding for each template that was not read.
pub(super) fn findings(
    ruling: &Ruling<'_>,
    evaluation: &Evaluation,
    parameters_file: Option<&str>,
    sources: &Sources,
) -> Vec<Finding> {
    if evaluation.unread().is_empty() {
        return Vec::new();
    }
    let chosen = |index: &usize| ruling.rules.rules.get(*index).filter(|rule| rule.metadata.is_called(REFERENCE));
    let Some(rule) = ruling.chosen.iter().find_map(chosen) else { return Vec::new() };
    let finding = |unread: &Unread| {
        let location = Location { file: sources.get(unread.place.file)?.clone(), span: unread.place.span };
        let written = location.file.slice(location.span);
        Some(Finding {
            rule: rule.metadata.name.clone(),
            reference: rule.metadata.reference.clone(),
            level: rule.level,
            outcome: Outcome::Fail,
            message: format!("{}; clusters in it are not checked", unread.reason),
            note: String::new(),
            help: "Check that template itself, or compile everything into one template.".to_owned(),
            resource: None,
            fingerprint: format!("{:016x}", fnv(&format!("{REFERENCE}\u{0}{written}"))),
            primary: Label { location, text: "not read".to_owned() },
            related: Vec::new(),
            conditions: Vec::new(),
            parameters_file: parameters_file.map(str::to_owned),
            fixes: Vec::new(),
            suppressed: None,
        })
    };
    evaluation.unread().iter().filter(|unread| may_matter(ruling, unread)).filter_map(finding).collect()
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
