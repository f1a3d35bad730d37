//! Evaluating a rule on a resource.

use super::conditions::{ConditionInput, Fact, IfMissing, Operand, Prepared, Record, show};
use super::document::{Node, NodeKind};
use super::path::{Located, Missing, ObjectPath, PathSlot, Resolution};
use super::rule::{Condition, Configuration, Each, Quantifier, Rule, RuleSet, Selector, Test};
use super::tri::{Tri, Undecided};
use super::{compare, functions};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Lookup, Origin, Value};
use crate::finding::Level;
use crate::network::EntryIndex;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// Values in messages are cut to this many characters.
const VALUE_LENGTH: usize = 80;

/// What conditions may ask of the run that evaluates them.
pub trait Surroundings {
    /// Whether the rule called `reference` fails on the same resource, and on the item at the path `item` if one is given.
    fn fails(&self, reference: &str, item: Option<&str>) -> Result<Tri, Stop> {
        let _ = (reference, item);
        Ok(Tri::False)
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
    /// The resource as an object.
    pub object: Value,
    /// Its full type.
    pub type_: &'a str,
    /// Its full name, if known.
    pub name: Option<&'a str>,
    /// Its API version, if known.
    pub api_version: Option<&'a str>,
    /// The path of the file that declares it.
    pub source: Option<&'a str>,
    /// Where selectors are found.
    pub rules: &'a RuleSet,
    /// What `{ configuration: NAME }` looks into.
    pub configuration: &'a Configuration,
    /// What conditions may ask of the run.
    pub surroundings: &'a dyn Surroundings,
    /// Selectors that were asked of this target before.
    pub selected: Option<&'a Selected>,
    /// Whether a null property exists (exported resources) or counts as missing (templates; contract, section 3.7).
    pub nulls_exist: bool,
}

/// What selectors say of one target in one world, by their addresses. Several rules ask the same ones.
pub type Selected = RefCell<FxHashMap<*const Selector, Result<Tri, Stop>>>;

/// An item of a sub-selector.
#[derive(Clone, Debug)]
pub struct Item {
    /// The item with its full path.
    pub value: Located,
    /// Its index among the items the field led to, from 0.
    pub index: usize,
    /// All of these, itself included.
    pub siblings: Rc<Siblings>,
}

/// All items of a sub-selector.
#[derive(Debug, Default)]
pub struct Siblings {
    /// The items, and what is open about them.
    pub slots: Vec<PathSlot>,
    /// The same as entries of a list of ranges: read when first asked for, in the world of the sub-selector.
    pub ranges: OnceCell<Result<EntryIndex, Stop>>,
}

/// Where a condition stands: the target, and the object its paths start from.
pub struct Scope<'a> {
    /// The target.
    pub target: &'a Target<'a>,
    /// The whole resource, or the item of the innermost sub-selector.
    pub object: Located,
    /// The item of the innermost sub-selector.
    pub item: Option<Item>,
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
    pub path: String,
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
    /// It holds.
    Pass,
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

/// What decided a condition.
#[derive(Clone, Debug)]
struct Evidence {
    path: String,
    anchor: Anchor,
    value: Option<Value>,
    reason: Option<String>,
    facts: Vec<Fact>,
    item: Option<Item>,
}

/// A condition's answer, with what decided it.
struct Judged {
    tri: Tri,
    evidence: Vec<Evidence>,
    /// Items that could not be decided, where others were.
    undecided: Vec<Undecided>,
}

impl Judged {
    fn of(tri: impl Into<Tri>) -> Self {
        Self { tri: tri.into(), evidence: Vec::new(), undecided: Vec::new() }
    }
}

/// Evaluates a rule on a target. `Err(Stop::Split)`: the verdict depends on the answer to a question; evaluate once for each.
/// Other stops do not come out.
pub fn evaluate(rule: &Rule, target: &Target<'_>) -> Result<Verdict, Stop> {
    match verdict(rule, target) {
        Err(Stop::Error(message)) => Ok(Verdict::Error(message)),
        Err(Stop::Unknown(unknown)) => Ok(Verdict::Unknown(vec![Undecided { unknown, path: String::new() }])),
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
    let scope = whole(target);
    let mut facts = Vec::new();
    if let Some(condition) = &rule.where_ {
        let judged = judge(condition, &scope)?;
        facts = judged.evidence.into_iter().flat_map(|evidence| evidence.facts).collect();
        match judged.tri {
            Tri::True => {}
            Tri::False => return Ok(Verdict::None),
            Tri::Unknown(undecided) => open.extend(undecided),
        }
    }
    let Some(condition) = &rule.condition else { return Ok(Verdict::Pass) };
    let judged = judge(condition, &scope)?;
    match judged.tri {
        Tri::True => Ok(Verdict::Pass),
        Tri::Unknown(undecided) => {
            open.extend(undecided);
            Ok(Verdict::Unknown(open))
        }
        Tri::False if !open.is_empty() => Ok(Verdict::Unknown(open)),
        Tri::False => {
            let failures = failures(rule, target, judged.evidence, &facts);
            Ok(Verdict::Fail { failures, undecided: judged.undecided })
        }
    }
}

/// The level of a failure: the first of `spec.levels` whose condition holds, else `spec.level`. Conditions are evaluated on the
/// failing item, if there is one. Where a condition cannot be decided, the lowest level possible is taken.
pub fn level(rule: &Rule, target: &Target<'_>, failure: &Failure) -> Result<Level, Stop> {
    let mut scope = whole(target);
    if let Some(item) = &failure.item {
        scope.object = item.value.clone();
        scope.item = Some(item.clone());
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

/// As [`selects`], asked once for each target. What depends on the rules under way is asked again.
fn selects_once(selector: &Selector, target: &Target<'_>) -> Result<Tri, Stop> {
    let key = std::ptr::from_ref(selector);
    let Some(selected) = target.selected.filter(|_| !selector.condition.as_ref().is_some_and(asks_rules)) else {
        return selects(selector, target);
    };
    if let Some(known) = selected.borrow().get(&key) {
        return known.clone();
    }
    let selects = selects(selector, target);
    selected.borrow_mut().insert(key, selects.clone());
    selects
}

/// Whether the condition asks how other rules judge the same resource.
fn asks_rules(condition: &Condition) -> bool {
    match condition {
        Condition::All(children) | Condition::Any(children) => children.iter().any(asks_rules),
        Condition::Not(child) => asks_rules(child),
        Condition::Each(each) => each.where_.iter().chain([&each.body]).any(asks_rules),
        Condition::Test(test) => test.definition.without_operand,
        Condition::Always(_) | Condition::Broken(_) => false,
    }
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
        Some(condition) => Ok(judge(condition, &whole(target))?.tri),
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
        let Some(selector) = target.rules.selector(name) else { continue };
        match selects_once(selector, target)? {
            Tri::True => return Ok(Tri::True),
            Tri::False => {}
            Tri::Unknown(undecided) => open.extend(undecided),
        }
    }
    Ok(if open.is_empty() { Tri::False } else { Tri::Unknown(open) })
}

fn whole<'a>(target: &'a Target<'a>) -> Scope<'a> {
    Scope { target, object: Located { value: target.object.clone(), path: String::new() }, item: None }
}

/// Decides a condition. The documents' bounded nesting bounds the recursion.
fn judge(condition: &Condition, scope: &Scope<'_>) -> Result<Judged, Stop> {
    match condition {
        Condition::All(children) => several(children, scope, false),
        Condition::Any(children) => several(children, scope, true),
        Condition::Not(child) => {
            let judged = judge(child, scope)?;
            Ok(Judged { tri: judged.tri.negated(), ..judged })
        }
        Condition::Each(each) => self::each(each, scope),
        Condition::Test(test) => self::test(test, scope),
        Condition::Always(value) => Ok(Judged::of(*value)),
        Condition::Broken(message) => Err(Stop::error(message.clone())),
    }
}

/// `anyOf` (`any`) or `allOf`: the first child that is `any` decides. A question is only put if no other child decides anyway.
fn several(children: &[Condition], scope: &Scope<'_>, any: bool) -> Result<Judged, Stop> {
    let mut split = None;
    let mut open = Vec::new();
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut undecided = Vec::new();
    for child in children {
        let judged = match judge(child, scope) {
            Ok(judged) => judged,
            Err(Stop::Split(symbol)) => {
                split.get_or_insert(symbol);
                continue;
            }
            Err(stop) => return Err(split.map_or(stop, Stop::Split)),
        };
        match judged.tri {
            Tri::Unknown(more) => open.extend(more),
            tri if tri.is_true() == any => {
                let facts: Vec<Fact> = evidence.into_iter().flat_map(|evidence| evidence.facts).collect();
                let evidence = judged.evidence.into_iter().map(|it| it.knowing(&facts)).collect();
                return Ok(Judged { tri, evidence, undecided: judged.undecided });
            }
            _ => {
                evidence.extend(judged.evidence);
                undecided.extend(judged.undecided);
            }
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    let tri = if open.is_empty() { Tri::from(!any) } else { Tri::Unknown(open) };
    Ok(Judged { tri, evidence, undecided })
}

impl Evidence {
    /// With these facts too, unless it has its own of that name.
    fn knowing(mut self, facts: &[Fact]) -> Self {
        for fact in facts {
            if !self.facts.iter().any(|own| own.name == fact.name) {
                self.facts.push(fact.clone());
            }
        }
        self
    }
}

fn each(each: &Each, scope: &Scope<'_>) -> Result<Judged, Stop> {
    let resolution = each.field.resolve(&scope.object, scope.target.nulls_exist)?;
    let place = evidence_at(&resolution);
    let items = Rc::new(Siblings { slots: resolution.into_items()?, ranges: OnceCell::new() });
    let mut split = None;
    let mut open = Vec::new();
    let mut passes = 0;
    let mut failed = Vec::new();
    let mut passed = Vec::new();
    for (index, slot) in items.slots.iter().enumerate() {
        let located = match slot {
            PathSlot::Found(located) => located,
            PathSlot::Open(unknown, path) => {
                open.push((Undecided { unknown: unknown.clone(), path: path.clone() }, false));
                continue;
            }
        };
        let item = Item { value: located.clone(), index, siblings: items.clone() };
        let inner = Scope { target: scope.target, object: located.clone(), item: Some(item.clone()) };
        let judged = match judge_item(each, &inner) {
            Ok(Some(judged)) => judged,
            Ok(None) => continue,
            Err(Stop::Split(symbol)) => {
                split.get_or_insert(symbol);
                continue;
            }
            Err(stop) => return Err(split.map_or(stop, Stop::Split)),
        };
        let own = judged.evidence.into_iter().map(|mut evidence| {
            evidence.item.get_or_insert_with(|| item.clone());
            evidence
        });
        match judged.tri {
            Tri::True => {
                passes += 1;
                passed.extend(own);
            }
            Tri::False => {
                let before = failed.len();
                failed.extend(own);
                if failed.len() == before {
                    failed.push(Evidence {
                        path: located.path.clone(),
                        anchor: Anchor::Value(located.value.clone()),
                        value: Some(located.value.clone()),
                        reason: None,
                        facts: Vec::new(),
                        item: Some(item.clone()),
                    });
                }
            }
            Tri::Unknown(undecided) => open.extend(undecided.into_iter().take(1).map(|it| (it, true))),
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    let undecided: Vec<Undecided> = open.iter().map(|(undecided, _)| undecided.clone()).collect();
    let Some(quantifier) = each.quantifier else {
        return Ok(match (failed.is_empty(), undecided.is_empty()) {
            (false, _) => Judged { tri: Tri::False, evidence: failed, undecided },
            (true, false) => Judged { tri: Tri::Unknown(undecided), evidence: passed, undecided: Vec::new() },
            (true, true) => Judged { tri: Tri::True, evidence: passed, undecided: Vec::new() },
        });
    };
    let bounded = open.iter().all(|(_, single)| *single);
    let most = bounded.then(|| passes + open.len() as i64);
    let tri = match quantified(quantifier, passes, most) {
        Some(holds) => holds.into(),
        None => Tri::Unknown(undecided),
    };
    let reason = Some(format!("has {passes} items that meet the condition, not {}", quantifier.describe()));
    let facts = vec![Fact { name: "passing", text: passes.to_string() }];
    Ok(Judged { tri, evidence: vec![Evidence { reason, facts, ..place }], undecided: Vec::new() })
}

/// `None`: the item fails the sub-selector's `where`. An undecided `where` leaves open what the item does not meet.
fn judge_item(each: &Each, scope: &Scope<'_>) -> Result<Option<Judged>, Stop> {
    let mut facts = Vec::new();
    let mut open = Vec::new();
    if let Some(condition) = &each.where_ {
        let judged = judge(condition, scope)?;
        facts = judged.evidence.into_iter().flat_map(|evidence| evidence.facts).collect();
        match judged.tri {
            Tri::True => {}
            Tri::False => return Ok(None),
            Tri::Unknown(undecided) => open = undecided,
        }
    }
    let mut judged = judge(&each.body, scope)?;
    judged.evidence = judged.evidence.into_iter().map(|evidence| evidence.knowing(&facts)).collect();
    let leaves_open = judged.tri.is_false() || each.quantifier.is_some();
    if !open.is_empty() && leaves_open {
        judged.tri = Tri::Unknown(open);
    }
    Ok(Some(judged))
}

/// Whether a quantifier holds for every count from `least` to `most` (`None`: no limit).
fn quantified(quantifier: Quantifier, least: i64, most: Option<i64>) -> Option<bool> {
    match quantifier {
        Quantifier::Count(count) if most == Some(least) => Some(least == count),
        Quantifier::Count(count) if count < least || most.is_some_and(|most| count > most) => Some(false),
        Quantifier::Count(_) => None,
        Quantifier::Ordered(ordering, bound) => {
            let low = ordering.holds(least, bound);
            let high = ordering.holds(most.unwrap_or(i64::MAX), bound);
            (low == high).then_some(low)
        }
    }
}

impl Quantifier {
    fn describe(self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Ordered(ordering, bound) => format!("{} {bound}", ordering.sign()),
        }
    }
}

fn evidence_at(resolution: &Resolution) -> Evidence {
    let (path, anchor, value) = match resolution {
        Resolution::One(found) => (found.path.clone(), Anchor::Value(found.value.clone()), Some(found.value.clone())),
        Resolution::Many { base, path, .. } => {
            (path.clone(), Anchor::Value(base.value.clone()), Some(base.value.clone()))
        }
        Resolution::Missing(missing) => (missing.path(), anchor_of(missing), missing.null.clone()),
        Resolution::Unknown { unknown, path } => {
            let place = unknown.reason.place;
            let value = Value::new(Data::Unknown(unknown.clone()), Origin::computed(place));
            (path.clone(), Anchor::Value(value.clone()), Some(value))
        }
    };
    Evidence { path, anchor, value, reason: None, facts: Vec::new(), item: None }
}

fn anchor_of(missing: &Missing) -> Anchor {
    match &missing.null {
        Some(null) => Anchor::Value(null.clone()),
        None => Anchor::Missing { parent: missing.parent.value.clone(), rest: missing.rest.clone() },
    }
}

fn test(test: &Test, scope: &Scope<'_>) -> Result<Judged, Stop> {
    match &test.prepared {
        Prepared::Error(message) => return Err(Stop::error(message.clone())),
        Prepared::False => return Ok(Judged::of(false)),
        _ => {}
    }
    let operand = operand(test, scope)?;
    let record = RefCell::new(Record::default());
    let tri = match ask(test, &operand, scope, &record) {
        Ok(tri) => tri,
        Err(Stop::Unknown(unknown)) => {
            let path = ConditionInput::new(&operand, test, scope, &record).path();
            Tri::undecided(unknown, path)
        }
        Err(stop) => return Err(stop),
    };
    let record = record.into_inner();
    let (path, anchor, value) = match &record.at.map_or(operand, Operand::Value) {
        Operand::Value(found) => (found.path.clone(), Anchor::Value(found.value.clone()), Some(found.value.clone())),
        Operand::Missing(missing) => (missing.path(), anchor_of(missing), missing.null.clone()),
        Operand::Unknown(_, path) => (path.clone(), Anchor::Value(scope.object.value.clone()), None),
        Operand::None => (scope.object.path.clone(), Anchor::Value(scope.object.value.clone()), None),
    };
    let item = scope.item.clone();
    let evidence = Evidence { path, anchor, value, reason: record.reason, facts: record.facts, item };
    Ok(Judged { tri, evidence: vec![evidence], undecided: Vec::new() })
}

/// Asks a condition, first of each value an unknown can have, if these are few.
fn ask(test: &Test, operand: &Operand, scope: &Scope<'_>, record: &RefCell<Record>) -> Result<Tri, Stop> {
    let Operand::Value(Located { value: Value { data: Data::Unknown(unknown), origin }, path }) = operand else {
        return plainly(test, operand, scope, record);
    };
    let missing = || absent(scope, path);
    let of_literal = &mut |data: &Data| {
        let scratch = RefCell::new(Record::default());
        if matches!(data, Data::Null) && !scope.target.nulls_exist {
            return plainly(test, &missing(), scope, &scratch);
        }
        let value = Value::new(data.clone(), origin.clone());
        plainly(test, &Operand::Value(Located { value, path: path.clone() }), scope, &scratch)
    };
    if let Some(tri) = compare::over_domain(unknown, of_literal)? {
        record.borrow_mut().reason = Some(format!("is [{}]", unknown.symbol.text));
        return Ok(tri);
    }
    let tri = plainly(test, operand, scope, record)?;
    if unknown.bounds.nullable {
        let null = of_literal(&Data::Null)?;
        if null.is_true() != tri.is_true() || null.is_false() != tri.is_false() {
            return Err(Stop::Unknown(unknown.clone()));
        }
    }
    Ok(tri)
}

/// What a null property of a template is: missing.
fn absent(scope: &Scope<'_>, path: &str) -> Operand {
    Operand::Missing(Missing { parent: scope.object.clone(), rest: path.to_owned(), null: None })
}

fn plainly(test: &Test, operand: &Operand, scope: &Scope<'_>, record: &RefCell<Record>) -> Result<Tri, Stop> {
    let definition = test.definition;
    match operand {
        Operand::Missing(_) if definition.missing != IfMissing::Ask && !definition.without_operand => {
            record.borrow_mut().reason = Some("is not set".to_owned());
            return Ok((definition.missing == IfMissing::True).into());
        }
        Operand::None if !definition.without_operand => return Ok(Tri::False),
        _ => {}
    }
    (definition.test)(&ConditionInput::new(operand, test, scope, record))
}

/// The first operand that leads somewhere; else the missing field.
fn operand(test: &Test, scope: &Scope<'_>) -> Result<Operand, Stop> {
    let operands = &test.operands;
    let mut missing = Operand::None;
    if let Some(path) = &operands.field {
        match field(path, scope)? {
            absent @ Operand::Missing(_) => missing = absent,
            found => return Ok(found),
        }
    }
    let origin = || Origin::computed(scope.target.object.origin.place);
    let text = |text: &str, path: &str| {
        Operand::Value(Located { value: Value::new(Data::text(text), origin()), path: path.to_owned() })
    };
    if operands.type_ {
        if scope.item.is_none() {
            return match own(scope, "type")? {
                Operand::Value(found) => Ok(Operand::Value(Located {
                    value: Value::new(Data::text(scope.target.type_), found.value.origin),
                    path: found.path,
                })),
                _ => Ok(text(scope.target.type_, "type")),
            };
        }
        match own(scope, "type")? {
            Operand::None => {}
            found => return Ok(found),
        }
    }
    if operands.name {
        match (own(scope, "name")?, scope.target.name) {
            (Operand::Value(found), Some(name)) if scope.item.is_none() => {
                let value = Value::new(Data::text(name), found.value.origin);
                return Ok(Operand::Value(Located { value, path: found.path }));
            }
            (Operand::None, Some(name)) if scope.item.is_none() => return Ok(text(name, "name")),
            (Operand::None, _) => {}
            (found, _) => return Ok(found),
        }
    }
    if let (Some(_), Some(path)) = (&operands.source, scope.target.source) {
        return Ok(text(path, ""));
    }
    if let Some(argument) = &operands.value {
        let value = settled(functions::argument(argument, scope)?)?;
        return Ok(Operand::Value(Located { value, path: scope.object.path.clone() }));
    }
    if operands.scope {
        match own(scope, "scope")? {
            Operand::None => {}
            found => return Ok(found),
        }
    }
    Ok(missing)
}

fn field(path: &ObjectPath, scope: &Scope<'_>) -> Result<Operand, Stop> {
    Ok(match path.resolve(&scope.object, scope.target.nulls_exist)? {
        Resolution::Missing(missing) => Operand::Missing(missing),
        Resolution::Unknown { unknown, path } => Operand::Unknown(unknown, path),
        found => found.into_operand().map_or(Operand::None, Operand::Value),
    })
}

/// A member of the current object itself.
fn own(scope: &Scope<'_>, name: &str) -> Result<Operand, Stop> {
    let path = super::path::join(&scope.object.path, name);
    match scope.object.value.member(name) {
        Lookup::Present(value) => Ok(Operand::Value(Located { value: settled(value)?, path })),
        Lookup::Absent => Ok(Operand::None),
        Lookup::Unknown(unknown) => Ok(Operand::Unknown(unknown, path)),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
    }
}

/// One failure for each item that failed; one in all if no items did.
fn failures(rule: &Rule, target: &Target<'_>, evidence: Vec<Evidence>, facts: &[Fact]) -> Vec<Failure> {
    let evidence: Vec<Evidence> = evidence.into_iter().map(|it| it.knowing(facts)).collect();
    let mut groups: Vec<Vec<Evidence>> = Vec::new();
    let mut group_of: FxHashMap<Option<String>, usize> = FxHashMap::default();
    let by_item = evidence.iter().any(|it| it.item.is_some());
    for it in evidence.into_iter().filter(|it| !by_item || it.item.is_some()) {
        let path = it.item.as_ref().map(|item| item.value.path.clone());
        let at = *group_of.entry(path).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    if groups.is_empty() {
        groups.push(vec![Evidence {
            path: String::new(),
            anchor: Anchor::Value(target.object.clone()),
            value: None,
            reason: None,
            facts: facts.to_vec(),
            item: None,
        }]);
    }
    groups.into_iter().filter_map(|group| failure(rule, target, group)).collect()
}

fn failure(rule: &Rule, target: &Target<'_>, group: Vec<Evidence>) -> Option<Failure> {
    let mut reasons: Vec<String> = Vec::new();
    let mut facts: Vec<Fact> = Vec::new();
    for evidence in &group {
        let reason = evidence.reason.as_ref().map(|reason| match evidence.path.as_str() {
            "" => reason.clone(),
            path => format!("`{path}` {reason}"),
        });
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
        for fact in &evidence.facts {
            if !facts.iter().any(|known| known.name == fact.name) {
                facts.push(fact.clone());
            }
        }
    }
    let first = group.into_iter().next()?;
    let reason = if reasons.is_empty() {
        rule.recommend.clone().or_else(|| rule.metadata.synopsis.clone())
    } else {
        Some(reasons.join("; "))
    };
    let reason = reason.unwrap_or_else(|| format!("the condition of {} does not hold", rule.name()));
    let lookup = |name: &str| placeholder(name, target, &first, &facts, &reason);
    let render = |template: &Option<super::template::Template>| template.as_ref().map(|it| it.render(&lookup));
    Some(Failure {
        message: render(&rule.message).unwrap_or_else(|| reason.clone()),
        label: render(&rule.label),
        note: render(&rule.note),
        help: render(&rule.help).or_else(|| rule.recommend.clone()),
        fix: rule.fix.as_ref().map(|fix| fill(fix, &lookup)),
        path: first.path.clone(),
        anchor: first.anchor.clone(),
        item: first.item.clone(),
        facts: facts.clone(),
    })
}

/// `spec.fix` with its texts filled in. Texts that are no templates were refused when the rule was read.
fn fill(node: &Node, lookup: &dyn Fn(&str) -> Option<String>) -> Node {
    let kind = match &node.kind {
        NodeKind::Text(text) => match super::template::Template::parse(text) {
            Ok(template) => NodeKind::Text(template.render(lookup)),
            Err(_) => NodeKind::Text(text.clone()),
        },
        NodeKind::List(items) => NodeKind::List(items.iter().map(|item| fill(item, lookup)).collect()),
        NodeKind::Map(entries) => NodeKind::Map(
            entries
                .iter()
                .map(|entry| super::document::Entry { value: fill(&entry.value, lookup), ..entry.clone() })
                .collect(),
        ),
        scalar => scalar.clone(),
    };
    Node { span: node.span, kind }
}

fn placeholder(name: &str, target: &Target<'_>, evidence: &Evidence, facts: &[Fact], reason: &str) -> Option<String> {
    if let Some(fact) = facts.iter().find(|fact| fact.name == name) {
        return Some(fact.text.clone());
    }
    if let Some(path) = name.strip_prefix("field:") {
        let root = Located { value: target.object.clone(), path: String::new() };
        let found = ObjectPath::parse(path).ok()?.resolve(&root, target.nulls_exist).ok()?;
        return found.into_operand().map(|found| show(&found.value, VALUE_LENGTH));
    }
    match name {
        "value" => {
            Some(evidence.value.as_ref().map_or_else(|| "nothing".to_owned(), |value| show(value, VALUE_LENGTH)))
        }
        "item" => evidence.item.as_ref().map(|item| show(&item.value.value, VALUE_LENGTH)),
        "index" => evidence.item.as_ref().map(|item| item.index.to_string()),
        "name" => Some(target.name.unwrap_or("(unknown name)").to_owned()),
        "type" => Some(target.type_.to_owned()),
        "apiVersion" => target.api_version.map(str::to_owned),
        "path" => Some(evidence.path.clone()),
        "property" => Some(evidence.path.rsplit('.').next().unwrap_or_default().to_owned()),
        "reason" => Some(reason.to_owned()),
        _ => None,
    }
}
