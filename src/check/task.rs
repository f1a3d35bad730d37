//! What a run prepares once, what is to be analysed, and what that gives.

use super::linked::Reach;
use crate::date::Date;
use crate::discover::ScriptKind;
use crate::evaluate::Settings;
use crate::finding::Finding;
use crate::judge::Ruling;
use crate::report::{ClusterCounts, Declared, InputRecord, RuleInfo};
use crate::rules::evaluate::Circumstances;
use crate::rules::rule::{RuleNames, RuleSet};
use crate::search::Needles;
use crate::source::SourceFile;
use crate::suppress::Checked;
use std::borrow::Cow;
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
    /// What is doubtful in rule documents.
    pub findings: Vec<Finding>,
    /// All rules.
    pub rule_set: Cow<'static, RuleSet>,
    /// Their names.
    pub names: RuleNames,
    /// The indices of those whose results are wanted.
    pub chosen: Vec<usize>,
    /// Whether findings are wanted of rules that passed or did not apply.
    pub passes: bool,
    /// How templates are evaluated.
    pub settings: Settings,
    /// Where linked templates may lie.
    pub reach: Reach,
    /// The suppression groups in force, by their indices in the rules.
    pub groups: Vec<usize>,
    /// Today, if anybody said.
    pub today: Option<Date>,
    /// The folder that relative paths start from, with `/`.
    pub folder: String,
}

impl Prepared {
    /// How the rules whose indices are `chosen` judge.
    pub fn ruling<'a>(&'a self, chosen: &'a [usize], passes: bool) -> Ruling<'a> {
        Ruling {
            rules: &self.rule_set,
            names: &self.names,
            chosen,
            passes,
            groups: &self.groups,
            circumstances: Circumstances { today: self.today, folder: &self.folder },
        }
    }
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
    /// A script.
    Script(ScriptKind),
}

/// What the analysis of one file gives.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The file and its parameters files, if it was looked at.
    pub checked: Vec<Checked>,
    /// The findings of every outcome.
    pub findings: Vec<Finding>,
    /// Where the parameters are declared through which deciding values come from parameters files.
    pub declared: Vec<Declared>,
    /// What became of the clusters.
    pub clusters: ClusterCounts,
    /// Inputs that the analysis read besides (linked templates), or that could not be used after all.
    pub inputs: Vec<Correction>,
    /// The parameters files that do not belong to the file after all, by the paths that reports print.
    pub disowned: Vec<Arc<str>>,
    /// Whether it hangs on linked templates.
    pub follows_links: bool,
}

/// What the analysis of a file says of an input, instead of what was said before.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What is said.
    pub record: InputRecord,
    /// Whether the input turned out to be JSON of another kind, which is only counted.
    pub is_other: bool,
}
