//! What the configuration and suppressions make of a run: files left out, levels changed, findings that do not count.

use super::CheckOptions;
use super::input;
use crate::config::{RuleLevel, matches};
use crate::discover::Found;
use crate::finding::{Finding, Level, Outcome};
use crate::report::{InputKind, InputRecord, InputStatus, Report, RuleInfo};
use crate::suppress::{self, Checked, Circumstances};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The type whose resources the summary counts.
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

/// Takes out the files that the configuration excludes. Those that somebody named are said to be skipped.
pub(super) fn exclude(options: &CheckOptions, files: &mut Vec<Found>) -> Vec<InputRecord> {
    let config = &options.config;
    if config.exclude.is_empty() {
        return Vec::new();
    }
    let is_out = |found: &Found| config.excludes(&super::full(&options.working_directory, &found.path));
    let (out, rest): (Vec<Found>, Vec<Found>) = std::mem::take(files).into_iter().partition(is_out);
    *files = rest;
    let by = config.file.as_ref().map_or("the configuration", |file| file.path());
    let skipped = |found: Found| {
        let reason = Some(format!("excluded by {by}"));
        input(found.shown, InputKind::Template, InputStatus::Skipped, reason)
    };
    out.into_iter().filter(|found| found.named).map(skipped).collect()
}

/// Changes levels, marks accepted findings, and counts the clusters again by what still counts. `checked` are the files that were
/// looked at.
pub(super) fn settle(options: &CheckOptions, checked: &[Checked], report: &mut Report) {
    let before = troubled(&report.findings);
    let rules = report.rules.clone();
    level(options, report);
    suppress(options, checked, &rules, report);
    let after = troubled(&report.findings);
    let clusters = &mut report.clusters;
    clusters.failed = (clusters.failed + after.0).saturating_sub(before.0);
    clusters.undecided = (clusters.undecided + after.1).saturating_sub(before.1);
}

/// How many clusters have a failure above a note that counts, and how many others something undecided.
fn troubled(findings: &[Finding]) -> (usize, usize) {
    let mut failed = BTreeSet::new();
    let mut undecided = BTreeSet::new();
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let Some(resource) = &finding.resource else { continue };
        if !resource.type_.eq_ignore_ascii_case(CLUSTER) {
            continue;
        }
        let key = (resource.declaration.file.path(), resource.path.as_str());
        match finding.outcome {
            Outcome::Fail if finding.level > Level::Note => drop(failed.insert(key)),
            Outcome::Unknown => drop(undecided.insert(key)),
            _ => {}
        }
    }
    (failed.len(), undecided.difference(&failed).count())
}

/// Gives rules the levels that the configuration wants, and drops what is off.
fn level(options: &CheckOptions, report: &mut Report) {
    let levels = &options.config.levels;
    if levels.is_empty() {
        return;
    }
    let own: Vec<RuleInfo> = report.rules.clone();
    let of_rule = |finding: &Finding| own.iter().find(|rule| *rule.name == *finding.rule).map(|rule| rule.level);
    // Asked once a rule, not once a finding.
    let mut known: BTreeMap<(Arc<str>, Arc<str>), Option<RuleLevel>> = BTreeMap::new();
    let mut level_of = |finding: &Finding| {
        let key = (finding.rule.clone(), finding.reference.clone());
        *known.entry(key).or_insert_with(|| levels.of(&finding.rule, &finding.reference))
    };
    report.findings.retain_mut(|finding| match level_of(finding) {
        None => true,
        Some(wanted) => {
            if let Some(wanted) = wanted.level() {
                finding.level = adjusted(finding, of_rule(finding), wanted);
            }
            wanted.level().is_some()
        }
    });
    report.rules.retain_mut(|rule| match levels.of(&rule.name, &rule.reference) {
        None => true,
        Some(wanted) => {
            rule.level = wanted.level().unwrap_or(rule.level);
            wanted.level().is_some()
        }
    });
}

/// The wanted level; one lower where the finding, because it holds under conditions only, stands one lower than its rule.
fn adjusted(finding: &Finding, own: Option<Level>, wanted: Level) -> Level {
    let is_lowered = !finding.conditions.is_empty() && own.is_some_and(|own| finding.level < own);
    if is_lowered { wanted.lowered() } else { wanted }
}

/// Marks accepted findings and adds the findings on suppressions. `rules` are those that ran, also if they are off.
fn suppress(options: &CheckOptions, checked: &[Checked], rules: &[RuleInfo], report: &mut Report) {
    let config = &options.config;
    let circumstances = Circumstances {
        working_directory: &options.working_directory,
        config,
        baseline: options.baseline.as_deref(),
        today: options.today,
        rules,
        are_all_rules: options.select.is_empty()
            && options.ignore.is_empty()
            && options.rule_baseline.is_none()
            && options.default_rules,
    };
    let remarks = suppress::apply(&mut report.findings, checked, &circumstances);
    if !is_wanted(options) || rules.is_empty() && remarks.is_empty() {
        return;
    }
    if !report.rules.iter().any(|rule| &*rule.reference == suppress::REFERENCE) {
        report.rules.push(suppress::rule());
    }
    let level = config.level_of(suppress::RULE, suppress::REFERENCE).and_then(|level| level.level());
    report
        .findings
        .extend(remarks.into_iter().map(|remark| Finding { level: level.unwrap_or(remark.level), ..remark }));
}

/// Whether findings on suppressions are asked for.
fn is_wanted(options: &CheckOptions) -> bool {
    let names = |ids: &[String]| ids.iter().any(|id| matches(id, suppress::RULE, suppress::REFERENCE).is_some());
    let is_off =
        options.config.level_of(suppress::RULE, suppress::REFERENCE).is_some_and(|level| level.level().is_none());
    (options.select.is_empty() || names(&options.select)) && !names(&options.ignore) && !is_off
}

#[cfg(test)]
mod tests;
