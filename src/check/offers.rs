//! Which fixes are offered: those after which checking again shows no failure and nothing undecided that was not there.
//!
//! The whole template is judged again, with each of its parameters files, so every resource and world counts that an edited
//! literal reaches. Fixes are tried together first, since nearly all of them are good, and apart only where together they are not.

use super::judging::{judge_script, judge_template};
use super::task::{Analysis, Prepared as Run, Task, TaskKind};
use crate::finding::{Finding, Fix, Outcome};
use crate::fix::apply::what;
use crate::fix::{apply_to_files, newcomer};
use crate::judge::{self, Ruling};
use crate::rules::conditions::Prepared;
use crate::rules::rule::{Condition, Rule, RuleSet};
use crate::source::{SourceFile, Span};
use crate::syntax::parse;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// How often one file may be judged again. What is not tried by then is not offered.
const MAX_TRIALS: usize = 32;

/// What may be judged again for one file, all trials together: a long file with thousands of findings is tried less often.
const MAX_EFFORT: usize = 12_000_000;

/// How often the file may be judged again: by its bytes, and by what is said of it.
fn trials(task: &Task, before: &[Finding]) -> usize {
    let bytes: usize = std::iter::once(&task.file).chain(&task.parameters).map(|file| file.text().len()).sum();
    let said = before.iter().filter(|finding| matches!(finding.outcome, Outcome::Fail | Outcome::Unknown)).count();
    // A finding takes about as long as these bytes.
    let effort = bytes + 200 * said;
    (MAX_EFFORT / effort.max(1)).clamp(1, MAX_TRIALS)
}

/// Withholds the fixes of an analysis that bring something else to light.
pub(super) fn withhold(prepared: &Run, task: &Task, analysis: &mut Analysis) {
    if task.kind == TaskKind::Resources || analysis.findings.iter().all(|finding| finding.fixes.is_empty()) {
        return;
    }
    // Whatever was selected: no fix may open a cluster.
    let mut chosen: BTreeSet<usize> = prepared.chosen.iter().copied().collect();
    chosen.extend(judge::exposure_rules(&prepared.rule_set));
    let chosen: Vec<usize> = chosen.into_iter().collect();
    let ruling = prepared.ruling(&chosen, false);
    let before = match chosen.len() == prepared.chosen.len() {
        true => Cow::Borrowed(analysis.findings.as_slice()),
        false => match judged(prepared, task, &ruling) {
            Some(findings) => Cow::Owned(findings),
            None => return,
        },
    };
    let mut bench = Bench { prepared, task, ruling, before: &before, trials: trials(task, &before) };
    let mut known = BTreeSet::new();
    let fixes = analysis.findings.iter().flat_map(|finding| &finding.fixes).filter(|fix| !fix.edits.is_empty());
    let mut waiting: Vec<Fix> = fixes.filter(|fix| known.insert(changes(fix))).cloned().collect();
    let mut good: Vec<Fix> = Vec::new();
    while !waiting.is_empty() {
        // Those that touch each other are carried out in different turns.
        let (apart, touching) = bench.apart(waiting);
        let mut accepted = Vec::new();
        bench.sift(apart, &mut accepted);
        good.extend(accepted);
        waiting = touching;
    }
    drop(before);
    let good: BTreeSet<Vec<_>> = good.iter().map(changes).collect();
    for finding in &mut analysis.findings {
        finding.fixes.retain(|fix| fix.edits.is_empty() || good.contains(&changes(fix)));
    }
}

/// Whether failures of the rule called `new` give way to those of the rule called `old`, so that mending these brings those to light:
/// by `yieldsTo`, or by a precondition that asks whether the other one fails. That an API server is open is always new.
pub fn gives_way(rules: &RuleSet, new: &str, old: &str) -> bool {
    let (Some(new), Some(old)) = (rules.rule(new), rules.rule(old)) else { return false };
    let is_old = |reference: &String| old.metadata.is_called(reference);
    !judge::is_exposure(new)
        && (new.yields_to.iter().any(is_old) || new.where_.as_ref().is_some_and(|condition| asks(condition, old)))
}

/// Whether the condition asks whether the rule fails. The documents' bounded nesting bounds the recursion.
fn asks(condition: &Condition, old: &Rule) -> bool {
    match condition {
        Condition::All(children) | Condition::Any(children) => children.iter().any(|child| asks(child, old)),
        Condition::Not(child) => asks(child, old),
        Condition::Test(test) if test.definition.name == "fails" => match &test.prepared {
            Prepared::Texts(references) => references.iter().any(|reference| old.metadata.is_called(reference)),
            _ => false,
        },
        Condition::Each(_) | Condition::Test(_) | Condition::Always(_) | Condition::Broken(_) => false,
    }
}

struct Bench<'a> {
    prepared: &'a Run,
    task: &'a Task,
    ruling: Ruling<'a>,
    before: &'a [Finding],
    /// How often it may still be judged again.
    trials: usize,
}

impl Bench<'_> {
    /// The fixes that can be carried out together, and the rest. What can never be carried out is dropped.
    fn apart(&self, fixes: Vec<Fix>) -> (Vec<Fix>, Vec<Fix>) {
        let taken = {
            let fixes: Vec<&Fix> = fixes.iter().collect();
            apply_to_files(&fixes, &|path| self.text_of(path)).taken
        };
        if taken.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let (mut apart, mut rest) = (Vec::new(), Vec::new());
        for (index, fix) in fixes.into_iter().enumerate() {
            if taken.binary_search(&index).is_ok() { apart.push(fix) } else { rest.push(fix) }
        }
        (apart, rest)
    }

    /// Moves those to `accepted` that are good together with what is there already.
    fn sift(&mut self, mut fixes: Vec<Fix>, accepted: &mut Vec<Fix>) {
        if fixes.is_empty() || self.trials == 0 {
            return;
        }
        self.trials -= 1;
        if self.is_good(accepted.iter().chain(&fixes)) {
            accepted.append(&mut fixes);
        } else if fixes.len() > 1 {
            let rest = fixes.split_off(fixes.len() / 2);
            self.sift(fixes, accepted);
            self.sift(rest, accepted);
        }
    }

    fn is_good<'f>(&self, fixes: impl Iterator<Item = &'f Fix>) -> bool {
        let fixes: Vec<&Fix> = fixes.collect();
        let texts = apply_to_files(&fixes, &|path| self.text_of(path)).texts;
        let after = judged(self.prepared, &with_texts(self.task, &texts), &self.ruling);
        let yields = |new: &str, old: &str| gives_way(&self.prepared.rule_set, new, old);
        after.is_some_and(|after| newcomer(self.before, &after, &yields).is_none())
    }

    fn text_of(&self, path: &str) -> Option<&str> {
        let mut files = std::iter::once(&self.task.file).chain(&self.task.parameters);
        files.find(|file| file.path() == path).map(|file| file.text())
    }
}

/// The findings of the task's file; `None` if it does not parse, or holds no command any more.
fn judged(prepared: &Run, task: &Task, ruling: &Ruling<'_>) -> Option<Vec<Finding>> {
    if let TaskKind::Script(kind) = task.kind {
        return judge_script(prepared, task, kind, ruling).map(|analysis| analysis.findings);
    }
    let readable = task.parameters.iter().all(|file| parse(file.text()).is_ok());
    let root = parse(task.file.text()).ok().filter(|_| readable).map(Rc::new)?;
    Some(judge_template(prepared, task, root, ruling).findings)
}

fn with_texts(task: &Task, texts: &BTreeMap<String, String>) -> Task {
    let changed = |file: &Arc<SourceFile>| match texts.get(file.path()) {
        Some(text) => Arc::new(SourceFile::new(file.path(), text.clone())),
        None => file.clone(),
    };
    Task { kind: task.kind, file: changed(&task.file), parameters: task.parameters.iter().map(changed).collect() }
}

/// What the fix changes, by which fixes are the same that are equal but for their words.
fn changes(fix: &Fix) -> Vec<(&str, Span, &str)> {
    what(fix).collect()
}
