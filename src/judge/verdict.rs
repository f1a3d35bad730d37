//! The verdict of a rule on a resource in one world, after the rules it yields to have spoken.

use super::Ruling;
use super::subject::{Shown, Subject};
use crate::evaluate::Context;
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::World;
use crate::evaluate::value::Value;
use crate::finding::Level;
use crate::rules::evaluate::{
    Circumstances, Failure, Files, Item, Surroundings, Target, Verdict, evaluate, has_type, holds, level,
};
use crate::rules::rule::{Rule, RuleNames, RuleSet};
use crate::rules::tri::{Tri, Undecided};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// Answers whether, in a world in which some of the named rules fail, that is so only because of defaults.
pub(super) type OnlyByDefault<'a> = dyn Fn(&[String], &World) -> Tri + 'a;

/// What the verdicts on one resource rest on.
pub(super) struct Bench<'a> {
    /// All rules, chosen or not: rules yield to rules that are not chosen too.
    pub(super) rules: &'a RuleSet,
    /// Their names.
    names: &'a RuleNames,
    /// The resource.
    pub(super) subject: &'a Subject,
    /// The files it comes from.
    files: Files<'a>,
    /// The suppression groups in force, by their indices in `rules.groups`.
    groups: &'a [usize],
    circumstances: Circumstances<'a>,
    /// Answers `openByDefault` for these rules in a world in which they fail.
    pub(super) only_by_default: &'a OnlyByDefault<'a>,
    /// What came of it so far, by the keys of the worlds.
    sittings: RefCell<FxHashMap<Rc<str>, Rc<Sitting>>>,
    /// Rules under evaluation: a rule that yields to itself, in a circle, does not.
    running: RefCell<Vec<usize>>,
}

/// The resource in one world, and what came of it there.
struct Sitting {
    shown: Shown,
    /// The verdicts known so far, by the indices of their rules.
    verdicts: RefCell<Vec<Option<Rc<Verdict>>>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        ruling: &Ruling<'a>,
        subject: &'a Subject,
        files: Files<'a>,
        only_by_default: &'a OnlyByDefault<'a>,
    ) -> Self {
        Self {
            rules: ruling.rules,
            names: ruling.names,
            subject,
            files,
            groups: ruling.groups,
            circumstances: ruling.circumstances,
            only_by_default,
            sittings: RefCell::default(),
            running: RefCell::default(),
        }
    }

    /// The verdict of the rule at `index` in the context's world.
    pub(super) fn verdict(&self, context: &Rc<Context>, index: usize) -> Result<Rc<Verdict>, Stop> {
        let sitting = self.sitting(context);
        if let Some(Some(verdict)) = sitting.verdicts.borrow().get(index) {
            return Ok(verdict.clone());
        }
        let Some(rule) = self.rules.rules.get(index) else { return Ok(Rc::new(Verdict::None)) };
        self.running.borrow_mut().push(index);
        let verdict = self.raw(context, rule).and_then(|verdict| self.yielding(context, rule, verdict));
        self.running.borrow_mut().pop();
        let verdict = Rc::new(verdict?);
        if let Some(known) = sitting.verdicts.borrow_mut().get_mut(index) {
            *known = Some(verdict.clone());
        }
        Ok(verdict)
    }

    /// The verdict of a rule by itself.
    pub(super) fn raw(&self, context: &Rc<Context>, rule: &Rule) -> Result<Verdict, Stop> {
        self.with_target(context, |target| evaluate(rule, target))
    }

    /// The level of a rule's failure.
    pub(super) fn level(&self, context: &Rc<Context>, rule: &Rule, failure: &Failure) -> Result<Level, Stop> {
        self.with_target(context, |target| level(rule, target, failure))
    }

    /// The first suppression group in force that certainly covers the rule on this resource, by its index in `rules.groups`.
    pub(super) fn group(&self, context: &Rc<Context>, rule: &Rule) -> Result<Option<usize>, Stop> {
        for index in self.groups {
            let Some(group) = self.rules.groups.get(*index).filter(|group| group.names(rule)) else { continue };
            if !has_type(&group.types, self.subject.type_().unwrap_or_default()) {
                continue;
            }
            match self.with_target(context, |target| holds(group.condition.as_ref(), target)) {
                Ok(Tri::True) => return Ok(Some(*index)),
                Err(Stop::Split(question)) => return Err(Stop::Split(question)),
                // What is not certain suppresses nothing; nor does a group that goes wrong.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(None)
    }

    fn sitting(&self, context: &Rc<Context>) -> Rc<Sitting> {
        if let Some(known) = self.sittings.borrow().get(&context.key) {
            return known.clone();
        }
        let verdicts = RefCell::new(vec![None; self.rules.rules.len()]);
        let sitting = Rc::new(Sitting { shown: self.subject.shown(context), verdicts });
        self.sittings.borrow_mut().insert(context.key.clone(), sitting.clone());
        sitting
    }

    fn with_target<T>(&self, context: &Rc<Context>, ask: impl FnOnce(&Target<'_>) -> T) -> T {
        let shown = &self.sitting(context).shown;
        ask(&Target {
            object: &shown.object,
            type_: self.subject.type_().unwrap_or_default(),
            name: shown.name.as_deref(),
            api_version: shown.api_version.as_deref(),
            files: self.files,
            rules: self.rules,
            configuration: &self.rules.configuration,
            surroundings: &Here { bench: self, context },
            memo: &shown.memo,
            nulls_exist: shown.nulls_exist,
            circumstances: self.circumstances,
        })
    }

    fn index_of(&self, reference: &str) -> Option<usize> {
        self.names.index(reference)
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
            let is_separate = self.rules.rules.get(other).is_some_and(|other| other.separately);
            verdict = yielded(verdict, &*self.verdict(context, other)?, is_separate);
        }
        Ok(verdict)
    }
}

/// A verdict that yields to another rule's. `is_separate`: each failure of that one is about what it names and no more.
fn yielded(verdict: Verdict, other: &Verdict, is_separate: bool) -> Verdict {
    let is_of_whole = |others: &[Failure]| !is_separate && others.iter().any(|other| other.item.is_none());
    match (verdict, other) {
        (Verdict::Fail { failures, undecided }, Verdict::Fail { failures: others, .. }) => {
            let speakers = Speakers::of(others, is_separate);
            let is_left = |failure: &Failure| !speakers.speak_for(failure);
            let failures: Vec<Failure> = failures.into_iter().filter(is_left).collect();
            let undecided = if is_of_whole(others) { Vec::new() } else { undecided };
            match (failures.is_empty(), undecided.is_empty()) {
                (true, true) => Verdict::None,
                (true, false) => Verdict::Unknown(undecided),
                _ => Verdict::Fail { failures, undecided },
            }
        }
        (Verdict::Unknown(_), Verdict::Fail { failures: others, .. }) if is_of_whole(others) => Verdict::None,
        // Whether the other rule speaks is open, and so is whether this one may.
        (Verdict::Fail { failures, .. }, Verdict::Unknown(open))
            if failures.iter().all(|failure| is_open(open, failure)) =>
        {
            Verdict::Unknown(open.clone())
        }
        (verdict, _) => verdict,
    }
}

/// The failures of a rule that goes before.
struct Speakers<'f> {
    /// Whether one is about the whole resource.
    of_whole: bool,
    /// The paths of those that are about all that lies below, and no more.
    containers: Vec<&'f str>,
    /// The items that the others are about.
    items: FxHashSet<&'f str>,
}

impl<'f> Speakers<'f> {
    fn of(failures: &'f [Failure], is_separate: bool) -> Self {
        let items = failures.iter().filter_map(|failure| Some(&*failure.item.as_ref()?.value.path));
        let whole = failures.iter().filter(|failure| failure.item.is_none()).map(|failure| &*failure.path);
        let containers: Vec<&str> = whole.collect();
        let of_whole = !is_separate && !containers.is_empty();
        Self { of_whole, containers, items: items.collect() }
    }

    /// Whether they say all that `failure` has to say: one is about the same item, or about the whole.
    fn speak_for(&self, failure: &Failure) -> bool {
        let is_same = |item: &Item| {
            let path = &*item.value.path;
            self.items.contains(path) || self.containers.iter().any(|container| path.starts_with(container))
        };
        self.of_whole || failure.item.as_ref().map_or(!self.containers.is_empty(), is_same)
    }
}

/// Whether what another rule could not decide bears on this failure: an undecided item says nothing of other items, nor do those that
/// the list may hold besides.
fn is_open(open: &[Undecided], failure: &Failure) -> bool {
    let Some(item) = &failure.item else { return true };
    let path = &*item.value.path;
    let list = path.rfind('[').and_then(|start| path.get(..start)).unwrap_or_default();
    let is_other = |open: &str| open.ends_with(']') || open == list;
    open.iter().any(|open| *open.path == *path || !is_other(&open.path))
}

/// What conditions may ask about the world around their rule.
pub(super) struct Here<'a> {
    pub(super) bench: &'a Bench<'a>,
    pub(super) context: &'a Rc<Context>,
}

impl Surroundings for Here<'_> {
    fn fails(&self, reference: &str, item: Option<&str>) -> Result<Tri, Stop> {
        let Some(index) = self.bench.index_of(reference) else { return Ok(Tri::False) };
        if self.bench.running.borrow().contains(&index) {
            return Ok(Tri::False);
        }
        let concerns = |path: &str| item.is_none_or(|item| path == item || !path.ends_with(']'));
        Ok(match &*self.bench.verdict(self.context, index)? {
            Verdict::Fail { failures, undecided } => {
                let concerned = |item: &Option<Item>| concerns(item.as_ref().map_or("", |item| &*item.value.path));
                if failures.iter().any(|failure| concerned(&failure.item)) {
                    Tri::True
                } else {
                    open(undecided.iter().filter(|open| concerns(&open.path)))
                }
            }
            Verdict::Unknown(undecided) => open(undecided.iter().filter(|open| concerns(&open.path))),
            Verdict::None | Verdict::Pass(_) | Verdict::Error(_) => Tri::False,
        })
    }

    fn beside(&self, types: &[&str]) -> Vec<Value> {
        self.bench.subject.beside(self.context, types)
    }

    fn open_by_default(&self, references: &[String]) -> Result<Tri, Stop> {
        for reference in references {
            let Some(rule) = self.bench.index_of(reference).and_then(|index| self.bench.rules.rules.get(index)) else {
                continue;
            };
            if matches!(self.bench.raw(self.context, rule)?, Verdict::Fail { .. }) {
                return Ok((self.bench.only_by_default)(references, &self.context.world));
            }
        }
        Ok(Tri::False)
    }
}

fn open<'u>(undecided: impl Iterator<Item = &'u Undecided>) -> Tri {
    let undecided: Vec<Undecided> = undecided.cloned().collect();
    if undecided.is_empty() { Tri::False } else { Tri::Unknown(undecided) }
}
