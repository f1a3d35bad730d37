//! The order of results, and those that say the same at the same place made one.

use super::Show;
use crate::finding::{Finding, Label};
use std::cmp::Ordering;

/// Results of equal rule, outcome, location and message: one cause, seen in several evaluations or resources.
#[derive(Debug)]
pub struct Merged<'a> {
    /// The one that speaks for all: of the highest level.
    pub finding: &'a Finding,
    /// The alternatives under which it holds, each a set of answers. Empty: always.
    pub conditions: Vec<&'a [String]>,
    /// The parameters files with which it was seen, in order.
    pub parameters_files: Vec<&'a str>,
    /// The related labels of all, each once, in order of their first mention.
    pub related: Vec<&'a Label>,
    /// The related labels of each that has other ones: the ways from the deciding place to a resource.
    pub ways: Vec<&'a [Label]>,
}

/// The order of results: path, position, rule, then whatever still tells two apart.
pub fn compare(left: &Finding, right: &Finding) -> Ordering {
    group(left, right)
        .then_with(|| right.level.cmp(&left.level))
        .then_with(|| left.parameters_file.cmp(&right.parameters_file))
        .then_with(|| left.conditions.cmp(&right.conditions))
        .then_with(|| path(left).cmp(&path(right)))
        .then_with(|| left.fingerprint.cmp(&right.fingerprint))
}

/// The part of the order that results to be merged have in common.
fn group(left: &Finding, right: &Finding) -> Ordering {
    let (here, there) = (&left.primary.location, &right.primary.location);
    here.file
        .path()
        .cmp(there.file.path())
        .then_with(|| here.span.cmp(&there.span))
        .then_with(|| left.reference.cmp(&right.reference))
        .then_with(|| left.rule.cmp(&right.rule))
        .then_with(|| left.outcome.cmp(&right.outcome))
        .then_with(|| left.message.cmp(&right.message))
        .then_with(|| left.suppressed.is_some().cmp(&right.suppressed.is_some()))
}

fn path(finding: &Finding) -> Option<(&str, &str)> {
    finding.resource.as_ref().map(|resource| (resource.declaration.file.path(), resource.path.as_str()))
}

/// The findings to show, sorted. Suppressed ones stay: the formats decide about them.
pub fn sorted<'a>(findings: &'a [Finding], show: &Show) -> Vec<&'a Finding> {
    let mut shown: Vec<_> = findings.iter().filter(|finding| show.shows(finding)).collect();
    shown.sort_by(|left, right| compare(left, right));
    shown
}

/// The findings to show, sorted and merged; each is made when its turn comes.
pub fn merged<'a>(findings: &'a [Finding], show: &Show) -> impl Iterator<Item = Merged<'a>> + Clone {
    let mut shown = sorted(findings, show).into_iter().peekable();
    std::iter::from_fn(move || {
        // Sorting put the highest level first.
        let first = shown.next()?;
        let mut alike = vec![first];
        while let Some(next) = shown.next_if(|next| group(first, next) == Ordering::Equal) {
            alike.push(next);
        }
        Some(merge(first, &alike))
    })
}

fn merge<'a>(finding: &'a Finding, findings: &[&'a Finding]) -> Merged<'a> {
    let mut merged = Merged { finding, conditions: vec![], parameters_files: vec![], related: vec![], ways: vec![] };
    for finding in findings {
        if !merged.conditions.contains(&finding.conditions.as_slice()) {
            merged.conditions.push(&finding.conditions);
        }
        if let Some(file) = &finding.parameters_file
            && !merged.parameters_files.contains(&file.as_str())
        {
            merged.parameters_files.push(file);
        }
        let is_way = |way: &[Label]| {
            way.len() == finding.related.len() && way.iter().zip(&finding.related).all(|(one, other)| same(one, other))
        };
        if !merged.ways.iter().any(|way| is_way(way)) {
            merged.ways.push(&finding.related);
        }
        for label in &finding.related {
            if !merged.related.iter().any(|other| same(other, label)) {
                merged.related.push(label);
            }
        }
    }
    // What holds always in one evaluation needs no condition.
    if merged.conditions.iter().any(|answers| answers.is_empty()) {
        merged.conditions.clear();
    }
    merged.parameters_files.sort_unstable();
    merged
}

fn same(left: &Label, right: &Label) -> bool {
    left.location.span == right.location.span
        && left.location.file.path() == right.location.file.path()
        && left.text == right.text
}

/// The alternatives in words: `when A and B, or when C`. `None`: always.
pub fn conditions_in_words(merged: &Merged<'_>) -> Option<String> {
    if merged.conditions.is_empty() {
        return None;
    }
    let alternatives: Vec<_> =
        merged.conditions.iter().map(|answers| format!("when {}", answers.join(" and "))).collect();
    Some(alternatives.join(", or "))
}
