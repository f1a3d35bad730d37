//! What a result is called and says, in words that the formats for people and logs share.

use super::merge::{Merged, conditions_in_words};
use crate::finding::{Finding, Outcome};

/// One word for how much a result matters: the level of a failure (`error`, `warning`, `note`), `error` too for a rule that went
/// wrong, else the outcome (`unknown`, `pass`, `none`).
pub fn word(finding: &Finding) -> &'static str {
    match finding.outcome {
        Outcome::Fail => finding.level.as_str(),
        outcome => outcome.as_str(),
    }
}

/// What people know the rule by: `AKS104 Azure.AKS.AuthorizedIPs.Internet`, or the name alone.
pub fn rule(finding: &Finding) -> String {
    if finding.reference.is_empty() {
        finding.rule.to_string()
    } else {
        format!("{} {}", finding.reference, finding.rule)
    }
}

/// Under which answers and with which parameters the result holds, and why it does not count. Empty: always.
pub fn remarks(merged: &Merged<'_>) -> Vec<String> {
    let mut remarks: Vec<_> = conditions_in_words(merged).into_iter().collect();
    if !merged.parameters_files.is_empty() {
        remarks.push(format!("with {}", merged.parameters_files.join(", ")));
    }
    if let Some(suppression) = &merged.finding.suppressed {
        let reason = suppression.reason.as_deref().unwrap_or("no reason given");
        remarks.push(format!("suppressed by {}: {reason}", suppression.kind));
    }
    remarks
}

/// The message with its remarks in parentheses, as one paragraph.
pub fn message(merged: &Merged<'_>) -> String {
    let finding = merged.finding;
    let mut message = match finding.outcome {
        Outcome::Error => format!("the rule went wrong: {}", finding.message),
        _ => finding.message.clone(),
    };
    let remarks = remarks(merged);
    if !remarks.is_empty() {
        message.push_str(" (");
        message.push_str(&remarks.join("; "));
        message.push(')');
    }
    message
}
