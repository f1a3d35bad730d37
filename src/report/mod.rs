//! What a run gives back, and the forms in which people and machines read it: one file a format.
//!
//! A format takes a [`Report`] and a writer. None reads the environment, prints, or knows how a finding came to be.

pub mod azure_pipelines;
pub mod concise;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod merge;
pub mod page;
pub mod rule_list;
pub mod sarif;
mod snippet;
pub mod text;
mod words;

use crate::finding::{Finding, Label, Level, Location, Outcome};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::hash::Hash;
use std::sync::Arc;

/// All a run has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Templates, parameters files and exports that were looked at, and every input that was skipped or failed.
    pub inputs: Vec<InputRecord>,
    /// What rules said, of every outcome, in any order: the formats sort.
    pub findings: Vec<Finding>,
    /// What became of the clusters.
    pub clusters: ClusterCounts,
    /// JSON files that are neither templates, parameters files nor exported resources; only counted.
    pub other_files: usize,
    /// The rules that ran, in the order in which lists show them.
    pub rules: Vec<RuleInfo>,
    /// Where the parameters are declared through which deciding values come from parameters files.
    pub declared: Vec<Declared>,
}

/// Where the value of a parameters file enters a template.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The entry of the parameters file, all of it.
    pub from: Location,
    /// The parameter's name where it is declared, and what to say there.
    pub at: Label,
}

/// One input and what became of it.
#[derive(Clone, Debug)]
pub struct InputRecord {
    /// The path as reports print it.
    pub path: Arc<str>,
    /// What it is.
    pub kind: InputKind,
    /// What became of it.
    pub status: InputStatus,
    /// Why it was skipped or failed, in one line.
    pub message: Option<String>,
    /// The place that made it fail, if there is one.
    pub location: Option<Location>,
}

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InputKind {
    /// An ARM template, or a file that was taken for one.
    Template,
    /// A parameters file.
    Parameters,
    /// Exported resources.
    Resources,
    /// A Bicep source.
    Bicep,
    /// A script.
    Script,
    /// A rule document.
    Rules,
    /// The configuration.
    Config,
}

impl InputKind {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Parameters => "parameters",
            Self::Resources => "resources",
            Self::Bicep => "bicep",
            Self::Script => "script",
            Self::Rules => "rules",
            Self::Config => "config",
        }
    }
}

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InputStatus {
    /// It was read, and what it says was judged.
    Checked,
    /// It was left out for the reason given; the run is still complete.
    Skipped,
    /// It should have been read and could not; the run is incomplete.
    Failed,
}

impl InputStatus {
    /// The word that reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// What became of the clusters of all templates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterCounts {
    /// Clusters that rules ran on.
    pub checked: usize,
    /// Those of them with a failure.
    pub failed: usize,
    /// Those of them without a failure of which something could not be decided.
    pub undecided: usize,
    /// Clusters that are declared and never deployed: a false condition, no copies.
    pub not_deployed: usize,
}

impl ClusterCounts {
    /// Adds the counts of another template.
    pub fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.failed += other.failed;
        self.undecided += other.undecided;
        self.not_deployed += other.not_deployed;
    }
}

/// What became of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Read and judged.
    pub checked: usize,
    /// Left out for a reason.
    pub skipped: usize,
    /// Should have been read and could not.
    pub failed: usize,
    /// JSON that has nothing to do with Azure.
    pub other: usize,
}

/// How many results there are, by what they say. Passing results are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResultCounts {
    /// Failures of level error, and rules that went wrong.
    pub error: usize,
    /// Failures of level warning.
    pub warning: usize,
    /// Failures of level note.
    pub note: usize,
    /// What could not be decided.
    pub unknown: usize,
    /// Results that do not count.
    pub suppressed: usize,
}

/// What reports say about a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// `Azure.AKS.AuthorizedIPs`.
    pub name: String,
    /// `AKS101`; empty if the rule has none.
    pub reference: String,
    /// The level before worlds and configuration have had their say.
    pub level: Level,
    /// One line.
    pub synopsis: Cow<'static, str>,
    /// What it is about and why it matters; empty: the page says so, or else the synopsis says it all.
    pub description: Cow<'static, str>,
    /// What to do; empty: the page says so, if anything does.
    pub recommendation: Cow<'static, str>,
    /// The rule's page in Markdown; empty: made of the texts above.
    pub help_markdown: Cow<'static, str>,
    /// Where the page is published.
    pub help_url: Option<Cow<'static, str>>,
    /// Words to filter by: `security`, `network`.
    pub tags: Vec<String>,
    /// How severe a failure is as a security matter: `0.0` to `10.0`, as text.
    pub security_severity: Option<&'static str>,
}

impl RuleInfo {
    /// The short id that results carry: the reference, else the name.
    pub fn id(&self) -> &str {
        if self.reference.is_empty() { &self.name } else { &self.reference }
    }

    /// What it is about and why it matters, as plain text: the description, else what the page says, else the synopsis.
    pub fn full_description(&self) -> Cow<'_, str> {
        if !self.description.is_empty() {
            return Cow::Borrowed(&self.description);
        }
        page::description(&self.help_markdown).map_or(Cow::Borrowed(&self.synopsis), Cow::Owned)
    }

    /// What to do, as plain text: the recommendation, else what the page says. May be empty.
    pub fn full_recommendation(&self) -> Cow<'_, str> {
        if !self.recommendation.is_empty() {
            return Cow::Borrowed(&self.recommendation);
        }
        Cow::Owned(page::recommendation(&self.help_markdown).unwrap_or_default())
    }
}

/// Which outcomes a report shows. Suppressed results are shown with [`Show::all`] alone; formats for machines list them always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Show {
    /// Failures.
    pub fail: bool,
    /// What could not be decided: one result for each undecided value.
    pub unknown: bool,
    /// Rules that went wrong.
    pub error: bool,
    /// Rules that passed.
    pub pass: bool,
    /// Rules that did not apply.
    pub none: bool,
    /// Whether each rule's own unknown outcome is shown beside the result that names the undecided value.
    pub every_unknown: bool,
}

impl Default for Show {
    /// Failures, undecided values and rules that went wrong.
    fn default() -> Self {
        Self { fail: true, unknown: true, error: true, pass: false, none: false, every_unknown: false }
    }
}

impl Show {
    /// No outcome at all: a start for building a choice.
    pub fn nothing() -> Self {
        Self { fail: false, unknown: false, error: false, pass: false, none: false, every_unknown: false }
    }

    /// Every outcome.
    pub fn all() -> Self {
        Self { fail: true, unknown: true, error: true, pass: true, none: true, every_unknown: true }
    }

    /// Whether the finding's outcome is one to show.
    pub fn shows(&self, finding: &Finding) -> bool {
        match finding.outcome {
            Outcome::Fail => self.fail,
            Outcome::Unknown => self.unknown && (self.every_unknown || is_own(finding)),
            Outcome::Error => self.error,
            Outcome::Pass => self.pass,
            Outcome::None => self.none,
        }
    }
}

/// Whether the finding is one of the tool's own (AKS901 to AKS909), not a rule's.
pub fn is_own(finding: &Finding) -> bool {
    finding.reference.len() == 6 && finding.reference.starts_with("AKS9")
}

/// From which finding on a run has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Failures of level error.
    #[default]
    Error,
    /// Failures of level warning or above.
    Warning,
    /// Any failure.
    Note,
    /// Any failure, and anything undecided.
    Unknown,
    /// Nothing.
    Never,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing counts.
    Clean,
    /// Findings count.
    Findings,
    /// The run could not do all of its job.
    Incomplete,
}

impl InputRecord {
    /// What tells it from others.
    fn key(&self) -> impl Hash + Eq + '_ {
        let span = self.location.as_ref().map(|location| location.span);
        (&*self.path, self.kind, self.status, self.message.as_deref(), span)
    }
}

/// Moves `more` behind `all`, which costs nothing for the first.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() { *all = more } else { all.append(&mut more) }
}

impl Report {
    /// Adds what another run says of other files.
    pub fn extend(&mut self, mut other: Self) {
        // Rule documents take part in every run; templates are listed once in each.
        let is_first = self.inputs.is_empty();
        let may_be_known = |input: &InputRecord| {
            !is_first || matches!(input.kind, InputKind::Parameters | InputKind::Rules | InputKind::Config)
        };
        let mut known: FxHashSet<_> = self.inputs.iter().map(InputRecord::key).collect();
        let is_new: Vec<bool> =
            other.inputs.iter().map(|input| !may_be_known(input) || known.insert(input.key())).collect();
        drop(known);
        let mut is_new = is_new.into_iter();
        other.inputs.retain(|_| is_new.next() == Some(true));
        append(&mut self.inputs, other.inputs);
        append(&mut self.findings, other.findings);
        append(&mut self.declared, other.declared);
        self.clusters.add(other.clusters);
        self.other_files += other.other_files;
        for rule in other.rules {
            if !self.rules.iter().any(|known| known.name == rule.name) {
                self.rules.push(rule);
            }
        }
    }

    /// What became of the files.
    pub fn files(&self) -> FileCounts {
        let count = |status| self.inputs.iter().filter(|input| input.status == status).count();
        FileCounts {
            checked: count(InputStatus::Checked),
            skipped: count(InputStatus::Skipped),
            failed: count(InputStatus::Failed),
            other: self.other_files,
        }
    }

    /// How many results there are, each evaluation counted for itself.
    pub fn results(&self) -> ResultCounts {
        let mut counts = ResultCounts::default();
        for finding in &self.findings {
            match (finding.outcome, finding.level) {
                (Outcome::Pass | Outcome::None, _) => {}
                (Outcome::Unknown, _) if !is_own(finding) => {}
                _ if finding.suppressed.is_some() => counts.suppressed += 1,
                (Outcome::Unknown, _) => counts.unknown += 1,
                (Outcome::Error, _) | (Outcome::Fail, Level::Error) => counts.error += 1,
                (Outcome::Fail, Level::Warning) => counts.warning += 1,
                (Outcome::Fail, Level::Note) => counts.note += 1,
            }
        }
        counts
    }

    /// Whether the run did all of its job: no input failed and no rule went wrong.
    pub fn is_complete(&self) -> bool {
        let input_failed = self.inputs.iter().any(|input| input.status == InputStatus::Failed);
        let rule_failed = self.findings.iter().any(|finding| finding.outcome == Outcome::Error);
        !input_failed && !rule_failed
    }

    /// How the run ended. Being incomplete wins over findings.
    pub fn verdict(&self, fail_on: FailOn) -> Verdict {
        if !self.is_complete() {
            return Verdict::Incomplete;
        }
        let counts = |finding: &Finding| match (finding.outcome, fail_on) {
            (_, FailOn::Never) => false,
            (Outcome::Unknown, FailOn::Unknown) => true,
            (Outcome::Fail, FailOn::Error) => finding.level == Level::Error,
            (Outcome::Fail, FailOn::Warning) => finding.level >= Level::Warning,
            (Outcome::Fail, FailOn::Note | FailOn::Unknown) => true,
            _ => false,
        };
        if self.findings.iter().any(|finding| finding.suppressed.is_none() && counts(finding)) {
            Verdict::Findings
        } else {
            Verdict::Clean
        }
    }

    /// The rule that made the finding, if it is in the list.
    pub fn rule_of(&self, finding: &Finding) -> Option<&RuleInfo> {
        self.rules.iter().find(|rule| *rule.name == *finding.rule)
    }

    /// The inputs in the order in which reports list them: by path, then kind.
    pub fn sorted_inputs(&self) -> Vec<&InputRecord> {
        let mut inputs: Vec<_> = self.inputs.iter().collect();
        inputs.sort_by(|left, right| {
            let key = |input: &InputRecord| (input.kind, input.status);
            let place = |input: &InputRecord| input.location.as_ref().map(|location| location.span.start);
            let order = left.path.cmp(&right.path).then(key(left).cmp(&key(right)));
            order.then_with(|| left.message.cmp(&right.message)).then_with(|| place(left).cmp(&place(right)))
        });
        inputs
    }
}

#[cfg(test)]
pub(crate) mod examples;

#[cfg(test)]
mod tests;
