//! What a check says: [`Outcome`]s of rules on resources, and the [`Finding`]s among them.

use crate::source::{SourceFile, Span};
use std::sync::Arc;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Hygiene, or something to know.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended: the API server is open, or Azure rejects the template.
    Error,
}

impl Level {
    /// The level below; a note stays a note.
    pub fn lowered(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            Self::Warning | Self::Note => Self::Note,
        }
    }

    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a rule says of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The rule went wrong on this resource.
    Error,
    /// The condition does not hold.
    Fail,
    /// It cannot be decided from the file.
    Unknown,
    /// The condition holds.
    Pass,
    /// The rule's preconditions are not met, or a rule it yields to has spoken.
    None,
}

impl Outcome {
    /// `error`, `fail`, `unknown`, `pass` or `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::None => "none",
        }
    }
}

/// A span in a file, independent of the evaluation that found it.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
}

/// A location with words: "every address is allowed here".
#[derive(Clone, Debug)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What to say there; may be empty for the primary label.
    pub text: String,
}

/// Whether a fix may be applied without being asked for by name. Ordered: what may be applied at a level may be applied
/// above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Applicability {
    /// Shown, never applied.
    DisplayOnly,
    /// Changes what is deployed in a way that somebody should look at.
    Unsafe,
    /// Keeps the meaning, or mends what Azure rejects in the one possible way.
    Safe,
}

/// Replaces the bytes of a location by a text; an empty text deletes.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What is replaced.
    pub location: Location,
    /// By what.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What applying it does, in the imperative: "align 137.117.106.90/29 to 137.117.106.88/29".
    pub description: String,
    /// Whether it may be applied without being asked.
    pub applicability: Applicability,
    /// The edits, in ascending order, not overlapping within a file.
    pub edits: Vec<Edit>,
}

/// The resource a finding is about.
#[derive(Clone, Debug)]
pub struct ResourceIdentity {
    /// The full type, as written.
    pub type_: String,
    /// The full name, if known.
    pub name: Option<String>,
    /// JSONPath of the declaration in its file.
    pub path: String,
    /// The file that declares it, and the span of the declaration's `type` value.
    pub declaration: Location,
}

/// Why a finding does not count.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// `comment`, `metadata`, `configuration`, `group` or `baseline`.
    pub kind: &'static str,
    /// The reason given, if any.
    pub reason: Option<String>,
    /// Where it is written.
    pub location: Option<Location>,
}

/// One rule's word on one resource (or on a file, when there is no resource), in one evaluation.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name, e.g. `Azure.AKS.AuthorizedIPs`.
    pub rule: Arc<str>,
    /// The rule's stable id, e.g. `AKS101`; empty if it has none.
    pub reference: Arc<str>,
    /// How much it matters, after worlds and configuration have had their say.
    pub level: Level,
    /// The outcome.
    pub outcome: Outcome,
    /// What is wrong here, concretely, and what to do.
    pub message: String,
    /// Why it matters: what an attacker or Azure will do with it. May be empty.
    pub note: String,
    /// What to write instead. May be empty.
    pub help: String,
    /// The resource, unless the finding is about a file.
    pub resource: Option<ResourceIdentity>,
    /// The place that decides.
    pub primary: Label,
    /// Other places that matter: the resource, a parameter's default, the use of the value.
    pub related: Vec<Label>,
    /// The answers to unknown conditions under which it holds: `parameters('private') is false`. Empty: always.
    pub conditions: Vec<String>,
    /// The parameters file of this evaluation, as reports print it.
    pub parameters_file: Option<String>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// Identifies the finding across edits elsewhere in the file: hexadecimal, made of rule, resource and property path.
    pub fingerprint: String,
    /// Set when it does not count.
    pub suppressed: Option<Suppression>,
}
