//! Checking and fixing in turns, until nothing more applies; what makes anything worse is taken back.

use super::apply::{Applied, apply_to_files, what};
use crate::discover::ScriptKind;
use crate::finding::{Applicability, Finding, Fix, Level, Outcome};
use crate::source::SourceFile;
use crate::syntax::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Turns before giving up. Fixes that adjoin wait for the next turn; half of a long list is done in each.
const TURNS: usize = 20;
/// Turns before giving up, once one went wrong: as many as it takes to find a few fixes among thousands.
const CAREFUL_TURNS: usize = 100;
/// The tool's own finding on suppressions: one that a fix makes needless is no new failure.
const SUPPRESSIONS: &str = "AKS907";

/// Texts that take the place of files, by the path that reports print.
pub type Texts = BTreeMap<String, String>;

/// Checks again with the given texts in the place of their files: the findings of every outcome, or why it could not be done.
pub type Recheck<'a> = dyn FnMut(&Texts) -> Result<Vec<Finding>, String> + 'a;

/// What is to be fixed.
pub struct Settings<'a> {
    /// The lowest applicability to carry out; fixes for display are never carried out.
    pub applicability: Applicability,
    /// Why a file is not to be edited; `None`: it may be.
    pub refusal: &'a dyn Fn(&SourceFile) -> Option<String>,
    /// Whether failures of the rule named first give way to those of the second: once the second are mended, the first come to
    /// light, and are not new.
    pub yields: &'a Yields<'a>,
}

/// Whether failures of the rule named first are hidden by failures of the rule named second.
pub type Yields<'a> = dyn Fn(&str, &str) -> bool + 'a;

/// What became of the fixes.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that change, by path.
    pub files: Vec<FixedFile>,
    /// What was carried out, in the order of the turns.
    pub applied: Vec<AppliedFix>,
    /// Files that were not to be edited although a fix wanted to, by path, with the reason.
    pub refused: BTreeMap<String, String>,
    /// Fixes that were taken back, and fixes that did not come to an end: defects of the tool.
    pub defects: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// The path that reports print.
    pub path: String,
    /// The text that was checked.
    pub before: String,
    /// The text to write.
    pub after: String,
}

/// A fix that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedFix {
    /// The rule's reference, or its name if it has none.
    pub rule: String,
    /// What was done, in the imperative.
    pub description: String,
    /// The files that it edited.
    pub paths: Vec<String>,
}

/// Carries out the fixes of `findings`, checks again, and so on. Of a finding's fixes the first one counts that may be carried out.
/// Results that do not parse, or that bring a failure or an unknown that was not there, are taken back.
pub fn run(findings: &[Finding], settings: &Settings<'_>, recheck: &mut Recheck<'_>) -> Fixed {
    let mut session = Session {
        settings,
        fixed: Fixed::default(),
        before: BTreeMap::new(),
        texts: Texts::new(),
        allowed: BTreeSet::new(),
    };
    session.turns(findings.to_vec(), recheck);
    let Session { mut fixed, before, texts, .. } = session;
    for (path, after) in texts {
        if let Some(before) = before.get(&path).filter(|before| **before != after) {
            fixed.files.push(FixedFile { path, before: before.clone(), after });
        }
    }
    fixed
}

struct Session<'s, 'a> {
    settings: &'s Settings<'a>,
    fixed: Fixed,
    /// The texts that were checked first.
    before: BTreeMap<String, String>,
    /// The texts as far as they are mended.
    texts: Texts,
    /// The files that may be edited, as far as it was asked: of the texts that were checked first.
    allowed: BTreeSet<String>,
}

impl Session<'_, '_> {
    fn turns(&mut self, mut findings: Vec<Finding>, recheck: &mut Recheck<'_>) {
        let mut withdrawn = BTreeSet::new();
        let (mut turns, mut is_careful) = (0, false);
        // How many fixes are carried out in one turn: half as many where that went wrong, twice as many where it went well.
        let mut most = usize::MAX;
        loop {
            let mut candidates = self.candidates(&findings, &withdrawn);
            let all = candidates.len();
            candidates.truncate(most);
            if candidates.is_empty() {
                return;
            }
            if turns == if is_careful { CAREFUL_TURNS } else { TURNS } {
                let rules: BTreeSet<&str> = candidates.iter().map(|(finding, _)| name(finding)).collect();
                let rules = rules.into_iter().collect::<Vec<_>>().join(", ");
                self.fixed.defects.push(format!("the fixes of {rules} did not come to an end after {turns} turns"));
                return;
            }
            turns += 1;
            let (applied, files) = self.apply(&candidates);
            let is_idle = applied.texts.iter().all(|(path, text)| files.get(path).is_some_and(|old| old == text));
            let checked =
                if is_idle { Err("it changes nothing".to_owned()) } else { self.check(&applied, &findings, recheck) };
            match checked {
                Ok(next) => {
                    self.accept(&candidates, applied, files);
                    findings = next;
                    most = if most < all { most.saturating_mul(2) } else { usize::MAX };
                }
                // Which of them was it?
                Err(_) if candidates.len() > 1 => {
                    is_careful = true;
                    most = candidates.len() / 2;
                }
                Err(reason) => {
                    for (finding, fix) in candidates {
                        withdrawn.insert(fix_key(finding, fix));
                        let path = finding.primary.location.file.path();
                        let (rule, what) = (name(finding), &fix.description);
                        self.fixed.defects.push(format!("{path}: took back the fix of {rule} ({what}): {reason}"));
                    }
                }
            }
        }
    }

    /// The fixes to carry out: at most one a finding.
    fn candidates<'f>(&mut self, findings: &'f [Finding], withdrawn: &BTreeSet<String>) -> Vec<(&'f Finding, &'f Fix)> {
        let counts = |finding: &&Finding| finding.outcome == Outcome::Fail && finding.suppressed.is_none();
        let mut candidates = Vec::new();
        for finding in findings.iter().filter(counts) {
            let is_wanted = |fix: &&Fix| {
                let applicability = fix.applicability;
                applicability != Applicability::DisplayOnly
                    && applicability >= self.settings.applicability
                    && !withdrawn.contains(&fix_key(finding, fix))
            };
            let Some(fix) = finding.fixes.iter().find(is_wanted) else { continue };
            if self.may_edit(fix) {
                candidates.push((finding, fix));
            }
        }
        candidates
    }

    fn may_edit(&mut self, fix: &Fix) -> bool {
        let mut may = true;
        for edit in &fix.edits {
            let file: &Arc<SourceFile> = &edit.location.file;
            if !self.allowed.contains(file.path()) && !self.fixed.refused.contains_key(file.path()) {
                match (self.settings.refusal)(file) {
                    Some(reason) => drop(self.fixed.refused.insert(file.path().to_owned(), reason)),
                    None => drop(self.allowed.insert(file.path().to_owned())),
                }
            }
            may &= self.allowed.contains(file.path());
        }
        may
    }

    /// The texts after the fixes, and those before.
    fn apply(&self, candidates: &[(&Finding, &Fix)]) -> (Applied, BTreeMap<String, String>) {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for edit in candidates.iter().flat_map(|(_, fix)| &fix.edits) {
            let file = &edit.location.file;
            files.entry(file.path().to_owned()).or_insert_with(|| file.text().to_owned());
        }
        let fixes: Vec<&Fix> = candidates.iter().map(|(_, fix)| *fix).collect();
        let applied = apply_to_files(&fixes, &|path| files.get(path).map(String::as_str));
        (applied, files)
    }

    /// The findings after the fixes, or why the fixes are not acceptable.
    fn check(
        &self,
        applied: &Applied,
        findings: &[Finding],
        recheck: &mut Recheck<'_>,
    ) -> Result<Vec<Finding>, String> {
        // Scripts have no form that a tree could show; what is replaced in them is one plain word.
        for (path, text) in applied.texts.iter().filter(|(path, _)| ScriptKind::of(Path::new(path)).is_none()) {
            parse(text).map_err(|error| format!("{path} would not parse any more: {}", error.message))?;
        }
        let mut texts = self.texts.clone();
        texts.extend(applied.texts.clone());
        let next = recheck(&texts)?;
        match newcomer(findings, &next, self.settings.yields) {
            Some(finding) => Err(format!("it brings {}: {}", name(finding), finding.message)),
            None => Ok(next),
        }
    }

    fn accept(&mut self, candidates: &[(&Finding, &Fix)], applied: Applied, files: BTreeMap<String, String>) {
        let mut done: BTreeSet<Vec<_>> = BTreeSet::new();
        for (finding, fix) in applied.taken.iter().filter_map(|index| candidates.get(*index)) {
            // The same fix may mend several evaluations at once.
            if !done.insert(what(fix).collect()) {
                continue;
            }
            let paths: BTreeSet<&str> = fix.edits.iter().map(|edit| edit.location.file.path()).collect();
            self.fixed.applied.push(AppliedFix {
                rule: name(finding).to_owned(),
                description: fix.description.clone(),
                paths: paths.into_iter().map(str::to_owned).collect(),
            });
        }
        for (path, text) in files {
            if applied.texts.contains_key(&path) {
                self.before.entry(path).or_insert(text);
            }
        }
        self.texts.extend(applied.texts);
    }
}

fn name(finding: &Finding) -> &str {
    if finding.reference.is_empty() { &finding.rule } else { &finding.reference }
}

/// Names a fix across turns.
fn fix_key(finding: &Finding, fix: &Fix) -> String {
    let edits = fix.edits.iter().map(|edit| format!("{}\n{}", edit.location.file.slice(edit.location.span), edit.text));
    let edits = edits.collect::<Vec<_>>().join("\n");
    [name(finding), &finding.fingerprint, &fix.description, &edits].join("\n")
}

/// A finding of `after` that is one more than `before` had of its rule on its resource in its evaluation. Fingerprints do not serve
/// here: they change with the value that a fix changes.
///
/// A failure that gave way to a graver or equal one which is mended now was there before, hidden: one cause, one finding.
pub fn newcomer<'f>(before: &[Finding], after: &'f [Finding], yields: &Yields<'_>) -> Option<&'f Finding> {
    let mut known: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for key in before.iter().filter_map(key) {
        *known.entry(key).or_default() += 1;
    }
    let mut more: Vec<(&Finding, Key<'_>)> = Vec::new();
    for finding in after {
        let Some(key) = key(finding) else { continue };
        match known.get_mut(&key).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => more.push((finding, key)),
        }
    }
    if more.is_empty() {
        return None;
    }
    // What is left of the known ones is mended.
    let mut mended: BTreeMap<_, BTreeSet<(&str, Level)>> = BTreeMap::new();
    for finding in before.iter().filter(|finding| finding.outcome == Outcome::Fail) {
        let Some(key) = key(finding) else { continue };
        if known.get(&key).is_some_and(|count| *count > 0) {
            mended.entry(key.place()).or_default().insert((&*finding.rule, finding.level));
        }
    }
    let was_hidden = |finding: &Finding, own: &Key<'_>| {
        let hides = |(rule, level): &(&str, Level)| finding.level <= *level && yields(&finding.rule, rule);
        finding.outcome == Outcome::Fail && mended.get(&own.place()).is_some_and(|beside| beside.iter().any(hides))
    };
    more.into_iter().find(|(finding, key)| !was_hidden(finding, key)).map(|(finding, _)| finding)
}

/// What findings are counted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'f> {
    rule: &'f str,
    outcome: Outcome,
    path: &'f str,
    resource: &'f str,
    parameters_file: Option<&'f str>,
}

impl<'f> Key<'f> {
    /// The resource and the evaluation.
    fn place(&self) -> (&'f str, &'f str, Option<&'f str>) {
        (self.path, self.resource, self.parameters_file)
    }
}

fn key(finding: &Finding) -> Option<Key<'_>> {
    let counts = matches!(finding.outcome, Outcome::Fail | Outcome::Unknown | Outcome::Error);
    let (path, resource) = match &finding.resource {
        Some(resource) => (resource.declaration.file.path(), resource.path.as_str()),
        None => (finding.primary.location.file.path(), ""),
    };
    let parameters_file = finding.parameters_file.as_deref();
    let key = Key { rule: &finding.rule, outcome: finding.outcome, path, resource, parameters_file };
    (counts && &*finding.reference != SUPPRESSIONS).then_some(key)
}

#[cfg(test)]
mod tests;
