//! The seam between files and what is said about them: what a run prepares once, and what it does with each file.

use super::CheckOptions;
use crate::finding::Finding;
use crate::report::{ClusterCounts, InputRecord, RuleInfo};
use crate::search::Needles;
use crate::source::SourceFile;
use crate::syntax::Node;
use std::sync::Arc;

/// What a run prepares once and all files share.
#[derive(Debug)]
pub struct Prepared {
    /// The search for the types that the rules ask for.
    pub needles: Needles,
    /// What reports say about the rules.
    pub rules: Vec<RuleInfo>,
    /// Rule documents, and what became of them.
    pub inputs: Vec<InputRecord>,
}

/// One file to analyse.
#[derive(Clone, Debug)]
pub struct Task {
    /// What the file is.
    pub kind: TaskKind,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The parameters files that belong to it, in order of their paths: one evaluation with each, or one on the defaults if empty.
    pub parameters: Vec<Arc<SourceFile>>,
}

/// What a [`Task`]'s file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// A template.
    Template,
    /// Exported resources.
    Resources,
}

/// What the analysis of one file gives.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The findings of every outcome.
    pub findings: Vec<Finding>,
    /// What became of the clusters.
    pub clusters: ClusterCounts,
    /// Inputs that the analysis read besides (linked templates), or that could not be used after all.
    pub inputs: Vec<InputRecord>,
}

/// Loads the rules.
pub fn prepare(_options: &CheckOptions) -> Prepared {
    let needles = Needles::new(["Microsoft.ContainerService/managedClusters"]);
    Prepared { needles, rules: vec![], inputs: vec![] }
}

/// Analyses one file, whose text has been parsed to `root`.
pub fn analyse(_prepared: &Prepared, _task: &Task, _root: &Node) -> Analysis {
    Analysis::default()
}
