//! Selectors, asked once for each target.

use super::{Target, selects};
use crate::evaluate::call::Stop;
use crate::rules::rule::{Condition, Selector};
use crate::rules::tri::Tri;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// What selectors say of one target in one world, by their addresses. Several rules ask the same ones.
pub type Selected = RefCell<FxHashMap<*const Selector, Result<Tri, Stop>>>;

/// As [`selects`], asked once for each target. What depends on the rules under way is asked again.
pub(super) fn selects_once(selector: &Selector, target: &Target<'_>) -> Result<Tri, Stop> {
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
