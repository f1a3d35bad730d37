//! Tests of rules, written beside them: cases with an input each, and what rules are expected to say of it.
//!
//! The cases of `NAME.Rule.yaml` stand in `NAME.Rule.test.yaml`. A case is checked as `akslint check` would check it, by all rules,
//! those that run only when selected among them.

mod find;
mod input;
mod read;
mod run;

pub use find::find;
pub use read::read;
pub use run::run;

use crate::finding::{Level, Outcome};
use crate::source::{SourceFile, Span};
use std::path::PathBuf;
use std::sync::Arc;

/// The cases of one file.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The rule documents it is about.
    pub rules: Vec<PathBuf>,
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// An input, and what rules are expected to say of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The template, or the exported resources.
    pub input: Arc<SourceFile>,
    /// What is passed to the template.
    pub parameters: Option<Arc<SourceFile>>,
    /// What is expected.
    pub expected: Vec<Expected>,
}

/// What one rule is expected to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// The rule's name, ref or alias.
    pub rule: String,
    /// Where it is named.
    pub span: Span,
    /// The name of the resource; `None`: the gravest outcome on any counts.
    pub resource: Option<String>,
    /// The outcome.
    pub outcome: Outcome,
    /// The level, if that matters.
    pub level: Option<Level>,
    /// A part of the message, if that matters.
    pub message: Option<String>,
}

/// Something that makes a file unusable.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
}

/// How a case came out.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The case's name.
    pub name: String,
    /// What was expected and did not come, with where it is written. Empty: all did.
    pub missed: Vec<(Span, String)>,
}

#[cfg(test)]
mod tests;
