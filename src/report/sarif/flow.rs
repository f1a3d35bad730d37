//! The way of a value through files: from the literal in a parameters file, through the parameter, to the resource.

use super::model::{CodeFlow, ThreadFlow, ThreadFlowLocation};
use super::places::Places;
use crate::finding::Label;
use crate::report::merge::Merged;

/// A flow for each way that leaves the file of the deciding place; within one file, the related locations are enough.
pub fn code_flows(merged: &Merged<'_>, places: Places<'_>) -> Vec<CodeFlow> {
    let primary = &merged.finding.primary;
    let is_elsewhere = |label: &Label| label.location.file.path() != primary.location.file.path();
    let leaving = merged.ways.iter().filter(|way| way.iter().any(is_elsewhere));
    leaving
        .map(|way| {
            let mut start = primary.clone();
            if start.text.is_empty() {
                start.text.clone_from(&merged.finding.message);
            }
            let labels = std::iter::once(&start).chain(way.iter());
            let locations = labels.map(|label| ThreadFlowLocation { location: places.labelled(label) }).collect();
            CodeFlow { thread_flows: [ThreadFlow { locations }] }
        })
        .collect()
}
