//! The verdict of a rule on a resource in one world, after the rules it yields to have spoken.

use super::subject::Subject;
use crate::evaluate::Context;
use crate::evaluate::call::Stop;
use crate::rules::evaluate::{Failure, Surroundings, Target, Verdict, evaluate};
use crate::rules::{Rule, RuleSet, Tri, Undecided};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What the verdicts on one resource rest on.
pub(super) struct Bench<'a> {
    /// All rules, chosen or not: rules yield to rules that are not chosen too.
    pub(super) rules: &'a RuleSet,
    /// The resource.
    pub(super) subject: &'a Subject,
    /// Answers `openByDefault` for these rules in a world in which they fail.
    pub(super) only_by_default: &'a dyn Fn(&[String]) -> Tri,
    verdicts: RefCell<FxHashMap<(usize, String), Rc<Verdict>>>,
    /// Rules under evaluation: a rule that yields to itself, in a circle, does not.
    running: RefCell<Vec<usize>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        rules: &'a RuleSet,
        subject: &'a Subject,
        only_by_default: &'a dyn Fn(&[String]) -> Tri,
    ) -> Self {
        Self { rules, subject, only_by_default, verdicts: RefCell::default(), running: RefCell::default() }
    }

    /// The verdict of the rule at `index` in the context's world.
    pub(super) fn verdict(&self, context: &Rc<Context>, index: usize) -> Result<Rc<Verdict>, Stop> {
        let key = (index, context.world.key());
        if let Some(verdict) = self.verdicts.borrow().get(&key) {
            return Ok(verdict.clone());
        }
        let Some(rule) = self.rules.rules.get(index) else { return Ok(Rc::new(Verdict::None)) };
        self.running.borrow_mut().push(index);
        let verdict = self.raw(context, rule).and_then(|verdict| self.yielding(context, rule, verdict));
        self.running.borrow_mut().pop();
        let verdict = Rc::new(verdict?);
        self.verdicts.borrow_mut().insert(key, verdict.clone());
        Ok(verdict)
    }

    /// The verdict of a rule by itself.
    pub(super) fn raw(&self, context: &Rc<Context>, rule: &Rule) -> Result<Verdict, Stop> {
        let here = Here { bench: self, context };
        evaluate(rule, &self.target(context, &here))
    }

    /// The resource as the rule language sees it.
    pub(super) fn target<'t>(&'t self, context: &Rc<Context>, surroundings: &'t dyn Surroundings) -> Target<'t> {
        self.subject.target(context, self.rules, surroundings)
    }

    fn index_of(&self, reference: &str) -> Option<usize> {
        self.rules.rules.iter().position(|rule| rule.metadata.is_called(reference))
    }

    /// Takes back what other rules say better. Only failures and open verdicts can be taken back.
    fn yielding(&self, context: &Rc<Context>, rule: &Rule, mut verdict: Verdict) -> Result<Verdict, Stop> {
        for reference in &rule.yields_to {
            let Some(other) = self.index_of(reference) else { continue };
            if self.running.borrow().contains(&other) {
                continue;
            }
            if !matches!(verdict, Verdict::Fail { .. } | Verdict::Unknown(_)) {
                break;
            }
            verdict = yielded(verdict, &*self.verdict(context, other)?);
        }
        Ok(verdict)
    }
}

/// A verdict that yields to another rule's.
fn yielded(verdict: Verdict, other: &Verdict) -> Verdict {
    match (verdict, other) {
        (Verdict::Fail { failures, undecided }, Verdict::Fail { failures: others, .. }) => {
            let failures: Vec<Failure> =
                failures.into_iter().filter(|failure| !others.iter().any(|other| speaks_for(other, failure))).collect();
            let is_whole = others.iter().any(|other| !is_item(&other.path));
            let undecided: Vec<Undecided> = if is_whole { Vec::new() } else { undecided };
            match (failures.is_empty(), undecided.is_empty()) {
                (true, true) => Verdict::None,
                (true, false) => Verdict::Unknown(undecided),
                _ => Verdict::Fail { failures, undecided },
            }
        }
        (Verdict::Unknown(_), Verdict::Fail { failures: others, .. }) if others.iter().any(|other| !is_item(&other.path)) => {
            Verdict::None
        }
        // Whether the other rule speaks is open, and so is whether this one may.
        (Verdict::Fail { .. }, Verdict::Unknown(undecided)) => Verdict::Unknown(undecided.clone()),
        (verdict, _) => verdict,
    }
}

/// Whether a failure of a rule that goes before says all that `failure` has to say: it is about the same item, or about more than
/// one item.
fn speaks_for(before: &Failure, failure: &Failure) -> bool {
    !is_item(&before.path) || !is_item(&failure.path) || before.path == failure.path
}

/// Whether a path leads to an item of a list.
fn is_item(path: &str) -> bool {
    path.ends_with(']')
}

/// What conditions may ask about the world around their rule.
pub(super) struct Here<'a> {
    pub(super) bench: &'a Bench<'a>,
    pub(super) context: &'a Rc<Context>,
}

impl Surroundings for Here<'_> {
    fn fails(&self, reference: &str) -> Result<Tri, Stop> {
        let Some(index) = self.bench.index_of(reference) else { return Ok(Tri::False) };
        if self.bench.running.borrow().contains(&index) {
            return Ok(Tri::False);
        }
        Ok(match &*self.bench.verdict(self.context, index)? {
            Verdict::Fail { .. } => Tri::True,
            Verdict::Unknown(undecided) => Tri::Unknown(undecided.clone()),
            Verdict::None | Verdict::Pass | Verdict::Error(_) => Tri::False,
        })
    }

    fn open_by_default(&self, references: &[String]) -> Result<Tri, Stop> {
        for reference in references {
            let Some(rule) = self.bench.rules.rule(reference) else { continue };
            if matches!(self.bench.raw(self.context, rule)?, Verdict::Fail { .. }) {
                return Ok((self.bench.only_by_default)(references));
            }
        }
        Ok(Tri::False)
    }
}
