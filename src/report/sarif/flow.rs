//! The way of a value through files: from the literal in a parameters file, through the parameter, to the resource.

use super::model::{CodeFlow, ThreadFlow, ThreadFlowLocation};
use super::places::Places;
use crate::finding::Label;
use crate::report::Declared;
use crate::report::merge::Merged;

/// A flow for each way that leaves the file of the deciding place; within one file, the related locations are enough.
pub fn code_flows(merged: &Merged<'_>, declared: &[Declared], places: Places<'_>) -> Vec<CodeFlow> {
    let primary = &merged.finding.primary;
    let is_elsewhere = |label: &Label| label.location.file.path() != primary.location.file.path();
    let leaving = merged.ways.iter().filter(|way| way.iter().any(is_elsewhere));
    leaving
        .map(|way| {
            let mut start = primary.clone();
            if start.text.is_empty() {
                start.text.clone_from(&merged.finding.message);
            }
            let labels = with_declaration(&start, way, declared);
            let labels = labels.into_iter();
            let locations = labels.map(|label| ThreadFlowLocation { location: places.labelled(label) }).collect();
            CodeFlow { thread_flows: [ThreadFlow { locations }] }
        })
        .collect()
}

/// The start and the way, with the declaration of the parameter where the way leaves the parameters file.
fn with_declaration<'l>(start: &'l Label, way: &'l [Label], declared: &'l [Declared]) -> Vec<&'l Label> {
    let mut labels: Vec<&Label> = std::iter::once(start).chain(way).collect();
    let is_at = |label: &Label, path: &str| label.location.file.path() == path;
    // A parameters file may belong to several templates; this way goes on in one of them.
    let is_its = |declared: &&Declared| {
        is_at(start, declared.from.file.path())
            && declared.from.span.contains(start.location.span)
            && way.iter().any(|label| is_at(label, declared.at.location.file.path()))
    };
    if let Some(found) = declared.iter().find(is_its) {
        let leaves = labels.iter().take_while(|label| is_at(label, start.location.file.path())).count();
        labels.insert(leaves, &found.at);
    }
    labels
}
