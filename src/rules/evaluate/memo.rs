//! What was found out about one target in one world. Many rules ask the same.

use super::{Scope, Target, selects};
use crate::evaluate::call::Stop;
use crate::network::{Entry, classify};
use crate::rules::conditions::{Named, Operand};
use crate::rules::path::{ObjectPath, PathSlot, Resolution};
use crate::rules::rule::{Condition, Selector};
use crate::rules::tri::Tri;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// Answers by the texts of the questions.
type Answers<T> = RefCell<FxHashMap<String, Result<T, Stop>>>;

/// What was found out about one target in one world.
#[derive(Default)]
pub struct Memo {
    /// Whether selectors select it, by their names.
    selected: Answers<Tri>,
    /// What conditions see at a path.
    operands: ByPath<Rc<Operand>>,
    /// The items at a path.
    items: ByPath<Rc<Vec<PathSlot>>>,
    /// The odd names of the members of the object, or of each object, at a path.
    names: ByPath<Rc<Vec<Named>>>,
    /// What entries of lists of ranges mean, by their texts.
    entries: RefCell<FxHashMap<Rc<str>, Rc<Entry>>>,
}

/// Answers by path: the same text means something else with `byApiVersion`.
struct ByPath<T> {
    plain: Answers<T>,
    by_version: Answers<T>,
}

impl<T> Default for ByPath<T> {
    fn default() -> Self {
        Self { plain: Answers::default(), by_version: Answers::default() }
    }
}

impl<T: Clone> ByPath<T> {
    /// The answer for a path, worked out where it is not known.
    fn of(&self, path: &ObjectPath, find: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        once(if path.by_version.is_some() { &self.by_version } else { &self.plain }, &path.text, find)
    }
}

fn once<T: Clone>(known: &Answers<T>, question: &str, find: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    if let Some(answer) = known.borrow().get(question) {
        return answer.clone();
    }
    let answer = find();
    known.borrow_mut().insert(question.to_owned(), answer.clone());
    answer
}

impl Memo {
    /// Whether the selector called `name` selects the target; one that does not exist selects nothing.
    pub(super) fn selects(&self, name: &str, target: &Target<'_>) -> Result<Tri, Stop> {
        if let Some(answer) = self.selected.borrow().get(name) {
            return answer.clone();
        }
        let Some(selector) = target.rules.selector(name) else { return Ok(Tri::False) };
        // What depends on the rules under way is asked again.
        if is_settled(selector) {
            once(&self.selected, name, || selects(selector, target))
        } else {
            selects(selector, target)
        }
    }
}

impl Scope<'_> {
    /// What an entry of a list of ranges means.
    pub(in crate::rules) fn entry(&self, text: &Rc<str>) -> Rc<Entry> {
        let mut entries = self.target.memo.entries.borrow_mut();
        entries.entry(text.clone()).or_insert_with(|| Rc::new(classify(text))).clone()
    }

    /// What a condition sees at the path.
    pub(in crate::rules) fn operand(&self, path: &ObjectPath) -> Result<Rc<Operand>, Stop> {
        let find = || {
            Ok(Rc::new(match path.resolve(self.object, self.target.view())? {
                Resolution::Missing(missing) => Operand::Missing(missing),
                Resolution::Unknown { unknown, path } => Operand::Unknown(unknown, path),
                found => found.into_operand().map_or(Operand::None, Operand::Value),
            }))
        };
        if self.item.is_some() { find() } else { self.target.memo.operands.of(path, find) }
    }

    /// The odd names among the members at the path, which `find` finds.
    pub(in crate::rules) fn names(
        &self,
        path: &ObjectPath,
        find: impl FnOnce() -> Result<Rc<Vec<Named>>, Stop>,
    ) -> Result<Rc<Vec<Named>>, Stop> {
        if self.item.is_some() { find() } else { self.target.memo.names.of(path, find) }
    }

    /// The items at the path.
    pub(super) fn items(&self, path: &ObjectPath) -> Result<Rc<Vec<PathSlot>>, Stop> {
        let find = || Ok(Rc::new(path.resolve(self.object, self.target.view())?.into_items()?));
        if self.item.is_some() { find() } else { self.target.memo.items.of(path, find) }
    }
}

/// Whether the selector asks nothing of how other rules judge the same resource.
fn is_settled(selector: &Selector) -> bool {
    !selector.condition.as_ref().is_some_and(asks_rules)
}

fn asks_rules(condition: &Condition) -> bool {
    match condition {
        Condition::All(children) | Condition::Any(children) => children.iter().any(asks_rules),
        Condition::Not(child) => asks_rules(child),
        Condition::Each(each) => each.where_.iter().chain([&each.body]).any(asks_rules),
        Condition::Test(test) => test.definition.without_operand,
        Condition::Always(_) | Condition::Broken(_) => false,
    }
}
