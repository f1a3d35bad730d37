//! Evaluating a rule on a resource.

mod each;
mod evidence;
mod failure;
mod judge;
mod memo;
mod test;

pub use self::memo::Memo;

use self::evidence::Judged;
use self::failure::failures;
use self::judge::judge;
use super::conditions::Fact;
use super::document::Node;
use super::path::{Located, PathSlot, View};
use super::rule::{Condition, Configuration, Rule, RuleSet, Selector};
use super::tri::{Tri, Undecided};
use crate::date::Date;
use crate::evaluate::call::Stop;
use crate::evaluate::value::Value;
use crate::finding::Level;
use crate::source::Place;
use std::rc::Rc;

/// What conditions may ask of the run that evaluates them.
pub trait Surroundings {
    /// Whether the rule called `reference` fails on the same resource, and on the item at the path `item` if one is given.
    fn fails(&self, reference: &str, item: Option<&str>) -> Result<Tri, Stop> {
        let _ = (reference, item);
        Ok(Tri::False)
    }

    /// The resources of these types that are deployed or exported together with this one.
    fn beside(&self, types: &[&str]) -> Vec<Value> {
        let _ = types;
        Vec::new()
    }

    /// Whether any of these rules fails only because of the root template's parameter defaults (contract, section 3.5).
    fn open_by_default(&self, references: &[String]) -> Result<Tri, Stop> {
        let _ = references;
        Ok(Tri::False)
    }
}

/// Surroundings that know of nothing.
pub struct Nowhere;

impl Surroundings for Nowhere {}

/// What a rule is evaluated on.
pub struct Target<'a> {
    /// The resource as an object, with an empty path.
    pub object: &'a Located,
    /// Its full type.
    pub type_: &'a str,
    /// Its full name, if known.
    pub name: Option<&'a str>,
    /// Its API version, if known.
    pub api_version: Option<&'a str>,
    /// The files it comes from.
    pub files: Files<'a>,
    /// Where selectors are found.
    pub rules: &'a RuleSet,
    /// What `{ configuration: NAME }` looks into.
    pub configuration: &'a Configuration,
    /// What conditions may ask of the run.
    pub surroundings: &'a dyn Surroundings,
    /// What was found out about this target before.
    pub memo: &'a Memo,
    /// Whether a null property exists (exported resources) or counts as missing (templates; contract, section 3.7).
    pub nulls_exist: bool,
    /// What holds for the whole run.
    pub circumstances: Circumstances<'a>,
}

impl Target<'_> {
    /// Where the resource is written.
    pub(super) fn place(&self) -> Place {
        self.object.value.origin.place
    }

    /// How paths look at it.
    pub(super) fn view(&self) -> View {
        View { nulls: self.nulls_exist, today: self.circumstances.today }
    }
}

/// What holds for a whole run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Circumstances<'a> {
    /// Today, for comparisons with dates; without it they are errors of the rule.
    pub today: Option<Date>,
    /// The folder that relative paths start from, with `/`; empty: they stay relative.
    pub folder: &'a str,
}

impl Circumstances<'_> {
    /// The path from the root on, with `/` and without steps `.` and `..`.
    pub fn rooted(&self, path: &str) -> String {
        let slashed = path.replace('\\', "/");
        let is_rooted = slashed.starts_with('/') || slashed.get(1..2) == Some(":");
        let whole = if is_rooted { slashed } else { format!("{}/{slashed}", self.folder) };
        let mut steps: Vec<&str> = Vec::new();
        for step in whole.split('/') {
            match step {
                "" | "." => {}
                ".." => drop(steps.pop()),
                step => steps.push(step),
            }
        }
        let start = if (is_rooted || !self.folder.is_empty()) && whole.starts_with('/') { "/" } else { "" };
        format!("{start}{}", steps.join("/"))
    }
}

/// The files that a target comes from, as paths that reports print.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files<'a> {
    /// The template that declares it.
    pub template: Option<&'a str>,
    /// The parameters file that was passed.
    pub parameters: Option<&'a str>,
    /// The file with exported resources that holds it.
    pub export: Option<&'a str>,
}

impl<'a> Files<'a> {
    /// The file of the kind that PSRule calls so, ignoring case.
    fn of(&self, kind: &str) -> Option<&'a str> {
        match kind.to_ascii_lowercase().as_str() {
            "template" => self.template,
            "parameter" => self.parameters,
            "file" => self.export,
            _ => None,
        }
    }
}

/// An item of a sub-selector.
#[derive(Clone, Debug)]
pub struct Item {
    /// The item with its full path.
    pub value: Located,
    /// Its index among the items the field led to, from 0.
    pub index: usize,
    /// All of these, itself included.
    pub siblings: Rc<Vec<PathSlot>>,
}

/// Where a condition stands: the target, and the object its paths start from.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The target.
    pub target: &'a Target<'a>,
    /// The whole resource, or the item of the innermost sub-selector.
    pub object: &'a Located,
    /// The item of the innermost sub-selector.
    pub item: Option<&'a Item>,
    /// Whether to say what decides a condition. Few rules fail, so all are asked for their answers first, and those for reasons.
    pub explains: bool,
}

impl<'a> Scope<'a> {
    /// The whole target, for answers only.
    fn of(target: &'a Target<'a>) -> Self {
        Self { target, object: target.object, item: None, explains: false }
    }

    /// The whole resource.
    pub(super) fn whole(self) -> Self {
        Self { object: self.target.object, item: None, ..self }
    }

    /// The same, with reasons.
    fn explaining(self) -> Self {
        Self { explains: true, ..self }
    }
}

/// Where a failure is decided.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// By this value.
    Value(Value),
    /// By the absence of `rest` in `parent`, the deepest value that exists.
    Missing {
        /// The deepest value that exists.
        parent: Value,
        /// What is not there, as a path relative to it.
        rest: String,
    },
}

/// One failure of a rule.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What is wrong, from `spec.message` or from the conditions' reasons.
    pub message: String,
    /// What to say beside the excerpt, from `spec.label`.
    pub label: Option<String>,
    /// Why it matters, from `spec.note`.
    pub note: Option<String>,
    /// What to do, from `spec.help` or `spec.recommend`.
    pub help: Option<String>,
    /// Full path of the deciding value, or of what is missing.
    pub path: Rc<str>,
    /// Where it is decided. For an item of a sub-selector: in that item.
    pub anchor: Anchor,
    /// The item of the sub-selector, if the failure is one item's.
    pub item: Option<Item>,
    /// Facts that the conditions recorded.
    pub facts: Vec<Fact>,
    /// `spec.fix` with the placeholders in its texts filled in.
    pub fix: Option<Node>,
}

/// What a rule says of a resource in one world.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Its preconditions are not met.
    None,
    /// It holds; the texts say what was true for want of anything to ask about.
    Pass(Vec<String>),
    /// It does not hold.
    Fail {
        /// In what way; at least one.
        failures: Vec<Failure>,
        /// Items that could not be decided.
        undecided: Vec<Undecided>,
    },
    /// It cannot be decided.
    Unknown(Vec<Undecided>),
    /// The rule went wrong.
    Error(String),
}

/// Evaluates a rule on a target. `Err(Stop::Split)`: the verdict depends on the answer to a question; evaluate once for each.
/// Other stops do not come out.
pub fn evaluate(rule: &Rule, target: &Target<'_>) -> Result<Verdict, Stop> {
    match verdict(rule, target) {
        Err(Stop::Error(message)) => Ok(Verdict::Error(message)),
        Err(Stop::Unknown(unknown)) => Ok(Verdict::Unknown(vec![Undecided { unknown, path: Rc::default() }])),
        other => other,
    }
}

fn verdict(rule: &Rule, target: &Target<'_>) -> Result<Verdict, Stop> {
    if !has_type(&rule.types, target.type_) {
        return Ok(Verdict::None);
    }
    let mut open = match with(&rule.with, target)? {
        Tri::True => Vec::new(),
        Tri::False => return Ok(Verdict::None),
        Tri::Unknown(undecided) => undecided,
    };
    let scope = Scope::of(target);
    if let Some(condition) = &rule.where_ {
        match judge(condition, &scope)?.tri {
            Tri::True => {}
            Tri::False => return Ok(Verdict::None),
            Tri::Unknown(undecided) => open.extend(undecided),
        }
    }
    let Some(condition) = &rule.condition else { return Ok(Verdict::Pass(Vec::new())) };
    if let (true, Condition::All(children)) = (rule.separately, condition) {
        return separately(rule, target, children, open);
    }
    let judged = judge(condition, &scope)?;
    match judged.tri {
        Tri::True => Ok(Verdict::Pass(judged.notes)),
        Tri::Unknown(undecided) => {
            open.extend(undecided);
            Ok(Verdict::Unknown(open))
        }
        Tri::False if !open.is_empty() => Ok(Verdict::Unknown(open)),
        Tri::False => {
            let failures = explained(rule, condition, &scope)?;
            Ok(Verdict::Fail { failures, undecided: judged.undecided })
        }
    }
}

/// The failures of a rule whose condition does not hold.
fn explained(rule: &Rule, condition: &Condition, scope: &Scope<'_>) -> Result<Vec<Failure>, Stop> {
    let scope = scope.explaining();
    let mut facts: Vec<Fact> = Vec::new();
    if let Some(condition) = &rule.where_ {
        facts.extend(judge(condition, &scope)?.evidence.into_iter().flat_map(|evidence| evidence.facts));
    }
    let judged = judge(condition, &scope)?;
    debug_assert!(judged.tri.is_false(), "{}: reasons change the answer", rule.name());
    Ok(failures(rule, scope.target, judged.evidence, &facts))
}

/// The verdict of a rule whose conditions fail each by itself; `open`: what its preconditions leave undecided.
fn separately(
    rule: &Rule,
    target: &Target<'_>,
    children: &[Condition],
    mut open: Vec<Undecided>,
) -> Result<Verdict, Stop> {
    let scope = Scope::of(target);
    let is_certain = open.is_empty();
    let (mut failed, mut undecided, mut notes, mut split) = (Vec::new(), Vec::new(), Vec::new(), None);
    for child in children {
        let judged = match judge(child, &scope) {
            Ok(judged) => judged,
            Err(Stop::Split(symbol)) => {
                split.get_or_insert(symbol);
                continue;
            }
            Err(stop) => return Err(split.map_or(stop, Stop::Split)),
        };
        undecided.extend(judged.undecided);
        match judged.tri {
            Tri::True => notes.extend(judged.notes),
            Tri::Unknown(more) => undecided.extend(more),
            Tri::False => failed.extend(explained(rule, child, &scope)?),
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    match (failed.is_empty(), undecided.is_empty()) {
        (true, true) => Ok(Verdict::Pass(notes)),
        (false, _) if is_certain => Ok(Verdict::Fail { failures: failed, undecided }),
        _ => {
            open.extend(undecided);
            Ok(Verdict::Unknown(open))
        }
    }
}

/// The level of a failure: the first of `spec.levels` whose condition holds, else `spec.level`. Conditions are evaluated on the
/// failing item, if there is one. Where a condition cannot be decided, the lowest level possible is taken.
pub fn level(rule: &Rule, target: &Target<'_>, failure: &Failure) -> Result<Level, Stop> {
    let mut scope = Scope::of(target);
    if let Some(item) = &failure.item {
        scope = Scope { object: &item.value, item: Some(item), ..scope };
    }
    let mut lowest: Option<Level> = None;
    for (condition, level) in &rule.levels {
        match judge(condition, &scope) {
            Ok(Judged { tri: Tri::True, .. }) => return Ok(lowest.map_or(*level, |lowest| lowest.min(*level))),
            Ok(Judged { tri: Tri::False, .. }) => {}
            Err(Stop::Split(symbol)) => return Err(Stop::Split(symbol)),
            Ok(_) | Err(_) => lowest = Some(lowest.map_or(*level, |lowest| lowest.min(*level))),
        }
    }
    Ok(lowest.map_or(rule.level, |lowest| lowest.min(rule.level)))
}

/// Whether a target meets a selector.
pub fn selects(selector: &Selector, target: &Target<'_>) -> Result<Tri, Stop> {
    if !has_type(&selector.types, target.type_) {
        return Ok(Tri::False);
    }
    holds(selector.condition.as_ref(), target)
}

/// Whether a condition holds on the whole target; no condition always does.
pub fn holds(condition: Option<&Condition>, target: &Target<'_>) -> Result<Tri, Stop> {
    match condition {
        Some(condition) => Ok(judge(condition, &Scope::of(target))?.tri),
        None => Ok(Tri::True),
    }
}

/// Whether `type_` is among `types`; no types: any.
pub fn has_type(types: &[String], type_: &str) -> bool {
    types.is_empty() || types.iter().any(|wanted| wanted.eq_ignore_ascii_case(type_))
}

fn with(selectors: &[String], target: &Target<'_>) -> Result<Tri, Stop> {
    if selectors.is_empty() {
        return Ok(Tri::True);
    }
    let mut open = Vec::new();
    for name in selectors {
        match target.memo.selects(name, target)? {
            Tri::True => return Ok(Tri::True),
            Tri::False => {}
            Tri::Unknown(undecided) => open.extend(undecided),
        }
    }
    Ok(if open.is_empty() { Tri::False } else { Tri::Unknown(open) })
}
