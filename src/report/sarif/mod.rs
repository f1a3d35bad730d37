//! SARIF 2.1.0, for code scanning services and editors.

mod flow;
mod model;
mod places;

use super::merge::{Merged, conditions_in_words, merged};
use super::page;
use super::text::{Each, write_json};
use super::{InputKind, InputRecord, InputStatus, Report, RuleInfo, Show};
use crate::finding::{Applicability, Finding, Outcome};
use crate::finding::{Fix as FindingFix, Suppression as FindingSuppression};
use flow::Declarations;
use model::{
    ArtifactChange, Configuration, Driver, Fingerprints, Fix, Help, Invocation, Location, Log, Notification,
    PhysicalLocation, Replacement, ResultProperties, Rule, RuleProperties, RuleReference, Run, SarifResult,
    Suppression, Text, Tool, UriBase, UriBases,
};
pub use places::Places;
use places::region;
use std::borrow::Cow;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "The root of the repository; outside of a repository, the working directory.";

/// Writes the report as one run, with a line break at the end.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show, places: Places<'_>) -> io::Result<()> {
    let mut rules = Rules::new(report);
    let descriptors = std::mem::take(&mut rules.descriptors);
    let findings = merged(&report.findings, show);
    let is_error = |merged: &Merged<'_>| merged.finding.outcome == Outcome::Error;
    let (mut execution, mut configuration) = (vec![], vec![]);
    for input in report.sorted_inputs() {
        let Some(notification) = input_notification(input, places) else { continue };
        if matches!(input.kind, InputKind::Rules | InputKind::Config) {
            configuration.push(notification);
        } else {
            execution.push(notification);
        }
    }
    let errors = findings.clone().filter(is_error);
    execution.extend(errors.map(|merged| rule_notification(merged.finding, &rules, places)));
    let declarations = Declarations::new(&report.declared);
    let results = findings.filter(|merged| !is_error(merged));
    let results = results.map(|merged| result(&merged, &rules, &declarations, places));
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: descriptors,
                },
            },
            invocations: [Invocation {
                execution_successful: report.is_complete(),
                tool_execution_notifications: execution,
                tool_configuration_notifications: configuration,
            }],
            original_uri_base_ids: UriBases { root: UriBase { description: Text { text: ROOT.to_owned() } } },
            column_kind: "utf16CodeUnits",
            results: Each::new(results),
        }],
    };
    write_json(out, &log)
}

/// The rules of the run, and those that findings name without being in its list.
struct Rules {
    names: Vec<String>,
    descriptors: Vec<Rule>,
}

impl Rules {
    fn new(report: &Report) -> Self {
        let mut rules = Self { names: vec![], descriptors: vec![] };
        for info in &report.rules {
            rules.add(info);
        }
        let mut strangers: Vec<_> =
            report.findings.iter().filter(|finding| report.rule_of(finding).is_none()).collect();
        strangers.sort_by(|left, right| (&left.reference, &left.rule).cmp(&(&right.reference, &right.rule)));
        strangers.dedup_by(|left, right| left.rule == right.rule);
        for finding in strangers {
            rules.add(&RuleInfo {
                name: finding.rule.to_string(),
                reference: finding.reference.to_string(),
                level: finding.level,
                synopsis: finding.rule.to_string().into(),
                description: "".into(),
                recommendation: "".into(),
                help_markdown: "".into(),
                help_url: None,
                tags: vec![],
                security_severity: None,
            });
        }
        rules
    }

    fn add(&mut self, info: &RuleInfo) {
        self.names.push(info.name.clone());
        self.descriptors.push(descriptor(info));
    }

    fn index(&self, finding: &Finding) -> usize {
        self.names.iter().position(|name| **name == *finding.rule).unwrap_or_default()
    }
}

fn descriptor(info: &RuleInfo) -> Rule {
    let full = info.full_description().into_owned();
    let recommendation = info.full_recommendation();
    let help = if recommendation.is_empty() { full.clone() } else { format!("{full}\n\n{recommendation}") };
    let markdown = if info.help_markdown.is_empty() { help.clone() } else { page::absolute(&info.help_markdown) };
    Rule {
        id: info.id().to_owned(),
        name: (info.id() != info.name).then(|| info.name.clone()),
        short_description: Text { text: info.synopsis.clone().into_owned() },
        full_description: Text { text: full },
        help: Help { text: help, markdown },
        help_uri: info.help_url.clone().map(Cow::into_owned),
        default_configuration: Configuration { level: info.level.as_str() },
        properties: RuleProperties { tags: info.tags.clone(), security_severity: info.security_severity },
    }
}

/// A note for what was skipped, an error for what failed.
fn input_notification(input: &InputRecord, places: Places<'_>) -> Option<Notification> {
    let level = match input.status {
        InputStatus::Checked => return None,
        InputStatus::Skipped => "note",
        InputStatus::Failed => "error",
    };
    let reason = input.message.as_deref().unwrap_or("no reason given");
    let location = match &input.location {
        Some(place) => places.physical(place),
        None => PhysicalLocation { artifact_location: places.artifact(&input.path), region: None },
    };
    Some(Notification {
        level,
        message: Text { text: format!("{}: {reason}", input.status.as_str()) },
        locations: [Location { id: None, physical_location: location, message: None }],
        associated_rule: None,
    })
}

fn rule_notification(finding: &Finding, rules: &Rules, places: Places<'_>) -> Notification {
    Notification {
        level: "error",
        message: Text { text: finding.message.clone() },
        locations: [places.location(&finding.primary.location)],
        associated_rule: Some(RuleReference { id: rule_id(finding), index: rules.index(finding) }),
    }
}

fn rule_id(finding: &Finding) -> String {
    let id = if finding.reference.is_empty() { &finding.rule } else { &finding.reference };
    id.to_string()
}

fn result(merged: &Merged<'_>, rules: &Rules, declared: &Declarations<'_>, places: Places<'_>) -> SarifResult {
    let finding = merged.finding;
    // Only a failure has a level: SARIF 2.1.0, section 3.27.10.
    let (kind, level) = match finding.outcome {
        Outcome::Fail => ("fail", finding.level.as_str()),
        Outcome::Unknown | Outcome::Error => ("open", "none"),
        Outcome::Pass => ("pass", "none"),
        Outcome::None => ("notApplicable", "none"),
    };
    let mut message = match finding.outcome {
        // SARIF wants words for every result, also where there is nothing to say.
        Outcome::Pass if finding.message.is_empty() => "The resource passes this rule.".to_owned(),
        _ if finding.message.is_empty() => "This rule does not apply to the resource.".to_owned(),
        _ => finding.message.clone(),
    };
    if let Some(words) = conditions_in_words(merged) {
        message.push_str(" (");
        message.push_str(&words);
        message.push(')');
    }
    SarifResult {
        rule_id: rule_id(finding),
        rule_index: rules.index(finding),
        kind,
        level,
        message: Text { text: message },
        locations: [places.location(&finding.primary.location)],
        related_locations: merged
            .related
            .iter()
            .enumerate()
            .map(|(at, label)| Location { id: Some(at + 1), ..places.labelled(label) })
            .collect(),
        code_flows: flow::code_flows(merged, declared, places),
        partial_fingerprints: Fingerprints { finding: finding.fingerprint.clone() },
        fixes: finding.fixes.iter().filter_map(|offered| fix(offered, places)).collect(),
        suppressions: finding.suppressed.iter().map(|given| suppression(given, places)).collect(),
        properties: ResultProperties {
            conditions: merged.conditions.iter().map(|answers| answers.to_vec()).collect(),
            parameters_files: merged.parameters_files.iter().map(|path| (*path).to_owned()).collect(),
        },
    }
}

fn fix(fix: &FindingFix, places: Places<'_>) -> Option<Fix> {
    if fix.applicability == Applicability::DisplayOnly || fix.edits.is_empty() {
        return None;
    }
    let mut changes: Vec<ArtifactChange> = vec![];
    for edit in &fix.edits {
        let artifact = places.artifact(edit.location.file.path());
        let inserted = (!edit.text.is_empty()).then(|| Text { text: edit.text.clone() });
        let replacement = Replacement { deleted_region: region(&edit.location), inserted_content: inserted };
        match changes.iter_mut().find(|change| change.artifact_location == artifact) {
            Some(change) => change.replacements.push(replacement),
            None => changes.push(ArtifactChange { artifact_location: artifact, replacements: vec![replacement] }),
        }
    }
    Some(Fix { description: Text { text: fix.description.clone() }, artifact_changes: changes })
}

fn suppression(suppression: &FindingSuppression, places: Places<'_>) -> Suppression {
    let in_source = matches!(suppression.kind, "comment" | "metadata");
    Suppression {
        kind: if in_source { "inSource" } else { "external" },
        status: "accepted",
        justification: suppression.reason.clone(),
        location: suppression.location.as_ref().map(|place| places.location(place)),
    }
}
