//! Findings that somebody accepted: in a comment, in `metadata`, in the configuration, or in a baseline. They stay in the report,
//! marked, and do not count.
//!
//! A suppression that matches nothing, has expired, or cannot be read is a finding of its own ([`REFERENCE`]): what nobody needs any
//! more must not stay behind and hide the next one.

pub mod baseline;
mod comments;
mod entry;
mod ledger;
mod metadata;

pub use baseline::Baseline;

use crate::config::{Config, closest, matches};
use crate::date::Date;
use crate::digest::{fnv, head};
use crate::discover::ScriptKind;
use crate::finding::{Finding, Label, Level, Location, Outcome, Suppression};
use crate::report::RuleInfo;
use crate::source::{SourceFile, Span};
use crate::syntax::{Node, parse};
use entry::{Entry, Scope};
use ledger::Ledger;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The reference of findings on suppressions.
pub const REFERENCE: &str = "AKS907";
/// The name of the rule that these findings belong to.
pub const RULE: &str = "Azure.AKS.UnusedSuppression";

/// What suppressing rests on besides the files.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// What the paths that reports print are relative to.
    pub working_directory: &'a Path,
    /// `suppress` and `requireReason`.
    pub config: &'a Config,
    /// Known findings.
    pub baseline: Option<&'a Baseline>,
    /// Today; without it nothing expires.
    pub today: Option<Date>,
    /// The rules that ran. A suppression of another one is neither used nor unused.
    pub rules: &'a [RuleInfo],
    /// Whether that is every rule there is, so that an id which names none of them is a mistake.
    pub are_all_rules: bool,
}

/// A file that was checked.
#[derive(Clone, Debug)]
pub enum Checked {
    /// It speaks of this program, so that suppressions may be written in it.
    Telling(Arc<SourceFile>),
    /// It does not; the path that reports print is all that is kept of it.
    Silent(Arc<str>),
}

impl Checked {
    /// As much of the file as suppressing needs.
    pub fn of(file: &Arc<SourceFile>) -> Self {
        if file.text().contains("akslint") {
            Self::Telling(file.clone())
        } else {
            Self::Silent(file.shared_path().clone())
        }
    }

    /// The path that reports print.
    pub fn path(&self) -> &Arc<str> {
        match self {
            Self::Telling(file) => file.shared_path(),
            Self::Silent(path) => path,
        }
    }
}

/// Marks the findings that somebody accepted, and gives the findings on suppressions. `files` are those that were checked; one may be
/// there twice.
pub fn apply(findings: &mut [Finding], files: &[Checked], circumstances: &Circumstances<'_>) -> Vec<Finding> {
    let mut sources = Sources::default();
    for file in files {
        sources.add(file);
    }
    let mentioned = findings.iter().flat_map(|finding| {
        let declaration = finding.resource.as_ref().map(|resource| &resource.declaration.file);
        std::iter::once(&finding.primary.location.file).chain(declaration)
    });
    for file in mentioned {
        if !sources.paths.contains(file.path()) {
            sources.add(&Checked::of(file));
        }
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut remarks = Vec::new();
    for source in sources.telling.values() {
        let (found, wrong) = source.entries();
        entries.extend(found);
        remarks.extend(wrong);
    }
    entries.extend(configured(circumstances));
    let (in_force, out_of_force): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.objection(circumstances).is_none());
    remarks.extend(
        out_of_force.iter().filter_map(|entry| Some((entry.location.clone(), entry.objection(circumstances)?))),
    );
    let mut ledger = Ledger::new(in_force, circumstances);
    let mut known = circumstances.baseline.map(|baseline| baseline.matcher(circumstances.working_directory));
    for finding in findings.iter_mut().filter(|finding| is_open_to_suppression(finding)) {
        let is_known = known.as_mut().is_some_and(|known| known.knows(finding));
        // What a suppression group covers may be covered otherwise too: neither is needless.
        let suppression = ledger.suppression(finding, &sources);
        let of_baseline = || is_known.then_some(Suppression { kind: "baseline", reason: None, location: None });
        finding.suppressed = finding.suppressed.take().or(suppression).or_else(of_baseline);
    }
    remarks.extend(ledger.unused(&sources));
    remarks.extend(unknown_levels(circumstances));
    if let Some(stale) = known.and_then(|known| known.stale(sources.paths())) {
        remarks.push(stale);
    }
    remarks.into_iter().map(|(location, message)| remark(location, message)).collect()
}

/// What lists say of the rule behind the findings on suppressions.
pub fn rule() -> RuleInfo {
    RuleInfo {
        name: RULE.into(),
        reference: REFERENCE.into(),
        level: Level::Note,
        synopsis: "Every suppression is needed, in force, and well written.".into(),
        description: "A suppression that matches no finding, that has expired or that cannot be read suppresses nothing. Left in \
                      place, it may hide the next finding."
            .into(),
        recommendation: "Remove the suppression, or correct it.".into(),
        help_markdown: "".into(),
        help_url: Some("https://github.com/akslint/akslint/blob/main/docs/suppression.md".into()),
        tags: Vec::new(),
        security_severity: None,
    }
}

/// A rule that went wrong makes the run incomplete, whatever anybody accepts.
fn is_open_to_suppression(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Unknown)
}

fn configured<'a>(circumstances: &'a Circumstances<'_>) -> impl Iterator<Item = Entry> + 'a {
    let config = circumstances.config;
    let with_file = config.suppress.iter().filter_map(move |entry| Some((entry, config.file.clone()?)));
    with_file.map(|(entry, file)| Entry {
        kind: "configuration",
        ids: entry.rules.clone(),
        reason: entry.reason.clone(),
        until: entry.until,
        location: Location { file, span: entry.span },
        scope: entry.path.clone().map_or(Scope::Everywhere, |pattern| Scope::Paths(Box::new(pattern))),
    })
}

/// The files in which, and in whose place, suppressions may stand.
#[derive(Default)]
struct Sources {
    /// The paths of all.
    paths: FxHashSet<Arc<str>>,
    /// Those that speak of this program, by their paths.
    telling: BTreeMap<Arc<str>, Source>,
}

impl Sources {
    fn add(&mut self, file: &Checked) {
        if self.paths.insert(file.path().clone())
            && let Some(source) = Source::read(file)
        {
            self.telling.insert(file.path().clone(), source);
        }
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|path| &**path)
    }
}

/// A checked file in which suppressions may be written.
struct Source {
    file: Arc<SourceFile>,
    /// Its tree; `None`: it is a script.
    root: Option<Node>,
}

impl Source {
    fn read(file: &Checked) -> Option<Self> {
        let Checked::Telling(file) = file else { return None };
        let root = parse(file.text()).ok();
        // A script is read only if it holds a command.
        let is_known = root.is_some() || ScriptKind::of(Path::new(file.path())).is_some();
        is_known.then(|| Self { file: file.clone(), root })
    }

    fn entries(&self) -> (Vec<Entry>, Vec<(Location, String)>) {
        let Some(root) = &self.root else { return comments::entries_of_script(&self.file) };
        let (mut entries, mut wrong) = comments::entries(&self.file);
        let (more, more_wrong) = metadata::entries(&self.file, root);
        entries.extend(more);
        wrong.extend(more_wrong);
        (entries, wrong)
    }
}

/// Levels that the configuration gives to rules that do not exist.
fn unknown_levels(circumstances: &Circumstances<'_>) -> Vec<(Location, String)> {
    let Circumstances { config, rules, are_all_rules, .. } = circumstances;
    let Some(file) = config.file.as_ref().filter(|_| *are_all_rules && !rules.is_empty()) else { return Vec::new() };
    let is_known = |id: &str| {
        let mut names = rules.iter().map(|rule| (&*rule.name, &*rule.reference)).chain([(RULE, REFERENCE)]);
        names.any(|(name, reference)| matches(id, name, reference).is_some())
    };
    let remark = |id: &str| {
        let start = file.text().find(id).unwrap_or_default();
        let span = Span::new(start as u32, (start + id.len()) as u32);
        (Location { file: file.clone(), span }, unknown_rule(id, rules))
    };
    let unknown: Vec<&str> = config.levels.ids().filter(|id| !is_known(id)).collect();
    let mut remarks: Vec<_> = unknown.iter().take(MAX_NAMED).map(|id| remark(id)).collect();
    if let Some((first, _)) = remarks.first()
        && unknown.len() > MAX_NAMED
    {
        let message = format!("{} more names here are those of no rule", unknown.len() - MAX_NAMED);
        remarks.push((first.clone(), message));
    }
    remarks
}

/// How many names that one place gives without need, or of no rule, are told one by one.
const MAX_NAMED: usize = 100;
/// How many names of no rule are compared with those of all rules.
const MAX_MEANT: usize = 50;

/// Says that no rule has that id, and which one may have been meant.
fn unknown_rule(id: &str, rules: &[RuleInfo]) -> String {
    let ids: Vec<&str> =
        rules.iter().flat_map(|rule| [&*rule.reference, &*rule.name]).filter(|id| !id.is_empty()).collect();
    match closest(id, &ids) {
        Some(meant) => format!("no rule is called {id}; did you mean {meant}?"),
        None => format!("no rule is called {id}"),
    }
}

/// The finding that something is wrong with a suppression.
pub(crate) fn remark(location: Location, message: String) -> Finding {
    // A comment may be megabytes long, and be spoken of many times.
    let text = location.file.slice(location.span);
    let identity = [REFERENCE, location.file.path(), head(text, MAX_HASHED), &message].join("\0");
    Finding {
        rule: RULE.into(),
        reference: REFERENCE.into(),
        level: Level::Note,
        outcome: Outcome::Fail,
        message,
        note: String::new(),
        help: String::new(),
        resource: None,
        primary: Label { location, text: String::new() },
        related: Vec::new(),
        conditions: Vec::new(),
        parameters_file: None,
        fixes: Vec::new(),
        fingerprint: format!("{:016x}0000", fnv(&identity)),
        suppressed: None,
    }
}

/// Bytes of what a finding on suppressions is about that go into its fingerprint.
const MAX_HASHED: usize = 4096;

#[cfg(test)]
mod tests;
