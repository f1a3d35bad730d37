//! One resource before the rules, and how what is said of it becomes a finding.

use super::fixes::Literals;
use super::subject::Subject;
use super::verdict::OnlyByDefault;
use super::{Ruling, trace};
use crate::evaluate::Context;
use crate::finding::{Finding, Fix, Label, Level, Location, Outcome, ResourceIdentity, Suppression};
use crate::limits::MAX_NAME;
use crate::rules::evaluate::{Failure, Verdict};
use crate::rules::rule::{Rule, SourcePlace};
use crate::rules::texts::cut;
use crate::source::{Place, Sources};
use std::rc::Rc;
use std::sync::Arc;

/// One resource before the rules.
pub(super) struct Court<'a, 's> {
    pub(super) ruling: &'a Ruling<'a>,
    pub(super) subject: &'a Subject,
    pub(super) sources: &'a Sources,
    pub(super) literals: &'a Literals<'s>,
    pub(super) parameters_file: Option<&'a str>,
    pub(super) decides: &'a OnlyByDefault<'a>,
}

/// What one world says of one rule.
pub(super) struct Ruled {
    /// `None`: the resource is not deployed in this world.
    pub(super) verdict: Option<Rc<Verdict>>,
    /// Failures with their level.
    pub(super) failures: Vec<(Failure, Level)>,
    /// What had to be assumed for the resource to be deployed.
    pub(super) assumed: Vec<String>,
    /// The suppression group that covers what went wrong.
    pub(super) group: Option<usize>,
}

/// What a finding says, before it is tied to the resource.
pub(super) struct Said {
    pub(super) outcome: Outcome,
    /// The suppression group that covers it, by its index in the rules.
    pub(super) group: Option<usize>,
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) note: String,
    pub(super) help: String,
    pub(super) place: Place,
    pub(super) label: String,
    pub(super) related: Vec<Label>,
    pub(super) fixes: Vec<Fix>,
    pub(super) conditions: Vec<String>,
    pub(super) fingerprint: String,
}

impl Said {
    /// Says an outcome that needs no more words, at `place`.
    pub(super) fn plainly(outcome: Outcome, level: Level, place: Place, fingerprint: String) -> Self {
        Self {
            outcome,
            group: None,
            level,
            message: String::new(),
            note: String::new(),
            help: String::new(),
            place,
            label: String::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            conditions: Vec::new(),
            fingerprint,
        }
    }
}

impl Court<'_, '_> {
    /// The rule of that index.
    pub(super) fn rule(&self, index: usize) -> Option<&Rule> {
        self.ruling.rules.rules.get(index)
    }

    /// The finding that says so of this resource.
    pub(super) fn finding(&self, context: &Rc<Context>, rule: &Rule, said: Said) -> Option<Finding> {
        let location = |place: Place| Some(Location { file: self.sources.get(place.file)?.clone(), span: place.span });
        // A loop repeats its name in each of its findings.
        let name = self.subject.name(context);
        let name = name.as_ref().and_then(|name| name.as_str()).map(|name| cut(name, MAX_NAME));
        let mut related = said.related;
        let type_place = self.subject.type_place();
        let is_shown = said.place == type_place
            || related.iter().any(|label| label.location.span == type_place.span && self.is_in(label, type_place));
        if !is_shown && matches!(said.outcome, Outcome::Fail | Outcome::Unknown) {
            let named = name.as_ref().map(|name| format!("in '{name}'"));
            related.extend(trace::label(
                self.sources,
                type_place,
                named.unwrap_or_else(|| "in this resource".to_owned()),
            ));
        }
        Some(Finding {
            rule: rule.metadata.name.clone(),
            reference: rule.metadata.reference.clone(),
            level: said.level,
            outcome: said.outcome,
            message: said.message,
            note: said.note,
            help: said.help,
            resource: Some(ResourceIdentity {
                type_: self.subject.type_().unwrap_or_default().to_owned(),
                name,
                path: self.subject.path().to_owned(),
                declaration: location(type_place)?,
            }),
            primary: Label { location: location(said.place)?, text: said.label },
            related,
            conditions: said.conditions,
            parameters_file: self.parameters_file.map(str::to_owned),
            fixes: said.fixes,
            fingerprint: said.fingerprint,
            suppressed: said.group.and_then(|index| self.suppression(index)),
        })
    }

    fn suppression(&self, index: usize) -> Option<Suppression> {
        let group = self.ruling.rules.groups.get(index)?;
        let SourcePlace { file, span, .. } = group.metadata.source.clone();
        Some(Suppression { kind: "group", reason: group.reason(), location: Some(Location { file, span }) })
    }

    fn is_in(&self, label: &Label, place: Place) -> bool {
        self.sources.get(place.file).is_some_and(|file| Arc::ptr_eq(file, &label.location.file))
    }
}
