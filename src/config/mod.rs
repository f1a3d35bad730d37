//! The configuration file, `akslint.yaml`: found, read, and as the rest of the program uses it.

mod document;
mod error;
pub mod example;
mod find;
mod glob;
mod levels;
mod paths;
pub mod position;
pub mod schema;

pub use error::ConfigError;
pub(crate) use error::closest;
pub use find::{FILE_NAMES, nearest};
pub use levels::{RuleLevel, RuleLevels, matches};
pub use paths::{Below, PathPattern};

use crate::date::Date;
use crate::discover::{shown_path, tidied};
use crate::evaluate::DeploymentContext;
use crate::limits::Limits;
use crate::read;
use crate::source::{SourceFile, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a configuration file that are read.
const MAX_BYTES: u64 = 1 << 20;

/// What a configuration file says. [`Config::default`] is what holds without one.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file; `None` without one.
    pub file: Option<Arc<SourceFile>>,
    /// The folder that its paths and patterns start from; empty without a file.
    pub folder: PathBuf,
    /// `rules` and `moduleDefaults`: levels of rules, and rules that are off.
    pub levels: RuleLevels,
    /// `ruleFiles`: full paths of rule documents and folders with them, besides those of the command line.
    pub rule_files: Vec<PathBuf>,
    /// `ruleBaseline`, where the command line says nothing.
    pub rule_baseline: Option<String>,
    /// `select`, where the command line says nothing.
    pub select: Vec<String>,
    /// `ignore`, besides what the command line says.
    pub ignore: Vec<String>,
    /// `paths.exclude`: files that are not checked.
    pub exclude: Vec<PathPattern>,
    /// `scripts`: whether commands in scripts and pipeline files are read too.
    pub scripts: bool,
    /// `parameters`: which parameters files go with which templates, in place of those found.
    pub parameters: Vec<Pairing>,
    /// `deployment`: where templates are deployed to.
    pub deployment: DeploymentContext,
    /// `limits`, those that are not given at their defaults.
    pub limits: Limits,
    /// `thresholds`.
    pub thresholds: Thresholds,
    /// `suppress`: findings that are accepted.
    pub suppress: Vec<SuppressEntry>,
    /// `requireReason`: whether a suppression without a reason counts for nothing.
    pub require_reason: bool,
    /// `configuration`: values that rules ask for by name, as PSRule's `configuration` option.
    pub configuration: BTreeMap<String, serde_json::Value>,
}

/// Templates and the parameters files that go with them.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Which templates.
    pub template: PathPattern,
    /// Full paths of the parameters files.
    pub files: Vec<PathBuf>,
}

/// Where the shipped rules draw their lines. What is `None` is as the rules have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// From which share of all IPv4 addresses on the ranges of a cluster count as open, in percent (AKS105).
    pub coverage_percent: Option<u64>,
    /// The shortest prefix length that is not too broad (AKS110).
    pub broad_prefix: Option<u64>,
    /// The shortest prefix length that is a note rather than a warning (AKS110).
    pub warn_prefix: Option<u64>,
}

/// An entry of `suppress`.
#[derive(Clone, Debug)]
pub struct SuppressEntry {
    /// Rule names, references, or beginnings of names up to a dot.
    pub rules: Vec<String>,
    /// In which files; `None`: in all.
    pub path: Option<PathPattern>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Where the entry stands in the file.
    pub span: Span,
}

impl Config {
    /// Reads the configuration file at `path`, relative to `working_directory`.
    pub fn load(working_directory: &Path, path: &Path) -> Result<Self, ConfigError> {
        let full = tidied(&working_directory.join(path));
        let shown = shown_path(working_directory, &full);
        let failed = |error: read::ReadError| ConfigError::unplaced(&shown, error.to_string());
        let bytes = read::read(&full, MAX_BYTES).map_err(failed)?;
        let text = read::decode(&bytes).map_err(failed)?.text;
        Self::read(&shown, full.parent().unwrap_or(Path::new("")), &text)
    }

    /// Reads a configuration from its text. `shown` is the path that messages name, `folder` the one that its patterns start from.
    pub fn read(shown: &str, folder: &Path, text: &str) -> Result<Self, ConfigError> {
        let document = document::read(shown, text)?;
        Ok(document.into_config(Arc::new(SourceFile::new(shown, text)), folder))
    }

    /// The level at which the configuration wants a rule; `None`: the rule's own.
    pub fn level_of(&self, rule: &str, reference: &str) -> Option<RuleLevel> {
        self.levels.of(rule, reference)
    }

    /// The values that rules ask for by name: `configuration`, and `thresholds` under the names that the shipped rules know.
    pub fn rule_configuration(&self) -> BTreeMap<String, serde_json::Value> {
        let mut values = self.configuration.clone();
        let Thresholds { coverage_percent, broad_prefix, warn_prefix } = self.thresholds;
        let named = [
            ("AKSLINT_COVERAGE_PERCENT", coverage_percent),
            ("AKSLINT_BROAD_PREFIX", broad_prefix),
            ("AKSLINT_WARN_PREFIX", warn_prefix),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                values.insert(name.to_owned(), value.into());
            }
        }
        values
    }

    /// Whether `paths.exclude` names the file at the full path `path`.
    pub fn excludes(&self, path: &Path) -> bool {
        Below::of(&self.folder, path).is_some_and(|path| self.exclude.iter().any(|pattern| pattern.holds_for(&path)))
    }

    /// The parameters files that `parameters` gives to the template at the full path `path`; `None` if it says nothing of it.
    pub fn parameters_of(&self, path: &Path) -> Option<Vec<PathBuf>> {
        let path = Below::of(&self.folder, path)?;
        let pairings = self.parameters.iter().filter(|pairing| pairing.template.holds_for(&path));
        let mut files: Vec<PathBuf> = Vec::new();
        let mut is_named = false;
        for file in pairings.inspect(|_| is_named = true).flat_map(|pairing| &pairing.files) {
            if !files.contains(file) {
                files.push(file.clone());
            }
        }
        is_named.then_some(files)
    }
}

#[cfg(test)]
mod doc_tests;
#[cfg(test)]
mod tests;
