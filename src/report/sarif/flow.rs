//! The way of a value through files: from the literal in a parameters file, through the parameter, to the resource.

use super::model::{CodeFlow, ThreadFlow, ThreadFlowLocation};
use super::places::Places;
use crate::finding::Label;
use crate::report::Declared;
use crate::report::merge::Merged;
use rustc_hash::FxHashMap;

/// Where parameters are declared, by the files that give them values.
pub struct Declarations<'d>(FxHashMap<&'d str, Vec<&'d Declared>>);

impl<'d> Declarations<'d> {
    /// These, to be looked up.
    pub fn new(all: &'d [Declared]) -> Self {
        let mut by_file: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for declared in all {
            by_file.entry(declared.from.file.path()).or_default().push(declared);
        }
        Self(by_file)
    }

    /// Where the parameter is declared that the start gives a value, and through which the way goes on.
    fn of(&self, start: &Label, way: &[Label]) -> Option<&'d Declared> {
        let from = self.0.get(start.location.file.path())?;
        // A parameters file may belong to several templates; this way goes on in one of them.
        let is_its = |declared: &&&Declared| {
            declared.from.span.contains(start.location.span)
                && way.iter().any(|label| is_at(label, declared.at.location.file.path()))
        };
        from.iter().find(is_its).copied()
    }
}

/// A flow for each way that leaves the file of the deciding place; within one file, the related locations are enough.
pub fn code_flows(merged: &Merged<'_>, declared: &Declarations<'_>, places: Places<'_>) -> Vec<CodeFlow> {
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
fn with_declaration<'l>(start: &'l Label, way: &'l [Label], declared: &Declarations<'l>) -> Vec<&'l Label> {
    let mut labels: Vec<&Label> = std::iter::once(start).chain(way).collect();
    if let Some(found) = declared.of(start, way) {
        let leaves = labels.iter().take_while(|label| is_at(label, start.location.file.path())).count();
        labels.insert(leaves, &found.at);
    }
    labels
}

fn is_at(label: &Label, path: &str) -> bool {
    label.location.file.path() == path
}
