//! Answers with what decided them.

use super::{Anchor, Item};
use crate::evaluate::value::Value;
use crate::rules::conditions::Fact;
use crate::rules::path::Missing;
use crate::rules::tri::{Tri, Undecided};
use std::rc::Rc;

/// What decided a condition.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) path: Rc<str>,
    pub(super) anchor: Anchor,
    pub(super) value: Option<Value>,
    pub(super) reason: Option<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) item: Option<Item>,
}

/// A condition's answer, with what decided it.
pub(super) struct Judged {
    pub(super) tri: Tri,
    pub(super) evidence: Vec<Evidence>,
    /// Items that could not be decided, where others were.
    pub(super) undecided: Vec<Undecided>,
    /// What is to be known where it is true: sub-selectors that selected nothing.
    pub(super) notes: Vec<String>,
}

impl Judged {
    pub(super) fn of(tri: impl Into<Tri>) -> Self {
        Self { tri: tri.into(), evidence: Vec::new(), undecided: Vec::new(), notes: Vec::new() }
    }
}

impl Evidence {
    /// With these facts too, unless it has its own of that name.
    pub(super) fn knowing(mut self, facts: &[Fact]) -> Self {
        for fact in facts {
            if !self.facts.iter().any(|own| own.name == fact.name) {
                self.facts.push(fact.clone());
            }
        }
        self
    }
}

/// Where something missing is decided: by the null in its place, else by its absence.
pub(super) fn anchor_of(missing: &Missing) -> Anchor {
    match &missing.null {
        Some(null) => Anchor::Value(null.clone()),
        None => Anchor::Missing { parent: missing.parent.value.clone(), rest: missing.rest.clone() },
    }
}
