//! What could not be decided: one result for each value, naming the rules that hang on it.

use super::court::{Court, Said};
use super::fingerprint::Fingerprints;
use super::trace;
use super::verdict::Bench;
use crate::evaluate::Context;
use crate::evaluate::unknown::{Cause, Reason};
use crate::finding::{Finding, Outcome};
use crate::rules::rule::Rule;
use crate::rules::tri::Undecided;
use std::rc::Rc;

/// The rule under which undecided values are reported: the one rule that is computed from outcomes.
pub(super) const REFERENCE: &str = "AKS901";

/// Gathers undecided values by where they begin.
#[derive(Default)]
pub(super) struct Collector {
    values: Vec<Gathered>,
}

struct Gathered {
    reason: Rc<Reason>,
    paths: Vec<Rc<str>>,
    rules: Vec<String>,
    conditions: Vec<String>,
    /// The suppression group that covers it for every rule that met it.
    group: Option<usize>,
}

impl Collector {
    /// Notes that `rule`, covered by the suppression group at the index `group`, met an unknown under these conditions.
    pub(super) fn add(&mut self, rule: &Rule, item: Undecided, conditions: Vec<String>, group: Option<usize>) {
        let reason = item.unknown.reason.clone();
        let id = if rule.metadata.reference.is_empty() { &rule.metadata.name } else { &rule.metadata.reference };
        let at = self.values.iter().position(|known| known.reason == reason);
        let gathered = match at.and_then(|at| self.values.get_mut(at)) {
            Some(gathered) => gathered,
            None => {
                self.values.push(Gathered {
                    reason,
                    paths: Vec::new(),
                    rules: Vec::new(),
                    conditions: conditions.clone(),
                    group,
                });
                let Some(last) = self.values.last_mut() else { return };
                last
            }
        };
        // What is open for one rule is open; then the rules that are covered have no part in it.
        match (gathered.group, group) {
            (None, Some(_)) => return,
            (Some(_), None) => {
                gathered.group = None;
                gathered.conditions = conditions;
                gathered.rules.clear();
                gathered.paths.clear();
            }
            _ => {}
        }
        if !gathered.paths.contains(&item.path) {
            gathered.paths.push(item.path);
        }
        if !gathered.rules.iter().any(|rule| **rule == **id) {
            gathered.rules.push(id.to_string());
        }
    }

    /// Why the values could not be decided.
    pub(super) fn reasons(&self) -> impl Iterator<Item = Rc<Reason>> {
        self.values.iter().map(|gathered| gathered.reason.clone())
    }

    /// One finding a value.
    pub(super) fn into_findings(
        self,
        court: &Court<'_, '_>,
        context: &Rc<Context>,
        bench: &Bench<'_>,
        fingerprints: &mut Fingerprints,
    ) -> Vec<Finding> {
        let Some(rule) = court.ruling.rule(REFERENCE) else { return Vec::new() };
        // A group whose condition hangs on what is undecided covers nothing.
        let group = if self.values.is_empty() { None } else { bench.group(context, rule).ok().flatten() };
        let finding = |gathered: Gathered| {
            let paths = gathered.paths.join(", ");
            let message = format!("{} cannot be decided: {}", enumerated(&gathered.paths), gathered.reason);
            let mut rules = gathered.rules.clone();
            rules.sort();
            let rules = format!("not decided for this resource: {}", rules.join(", "));
            let type_place = court.subject.type_place();
            let related = trace::label(court.sources, type_place, rules).into_iter().collect();
            let fingerprint = fingerprints.of(rule, court.subject, context, &paths, &gathered.reason.to_string());
            court.finding(
                context,
                rule,
                Said {
                    outcome: Outcome::Unknown,
                    group: gathered.group.or(group),
                    level: rule.level,
                    message,
                    note: String::new(),
                    help: help(&gathered.reason),
                    place: gathered.reason.place,
                    label: "known only later".to_owned(),
                    related,
                    fixes: Vec::new(),
                    conditions: gathered.conditions,
                    fingerprint,
                },
            )
        };
        self.values.into_iter().filter_map(finding).collect()
    }
}

/// The first few of `paths`, and how many there are besides.
fn enumerated(paths: &[Rc<str>]) -> String {
    match paths.get(..3) {
        Some(first) if paths.len() > 4 => format!("{} and {} others", first.join(", "), paths.len() - first.len()),
        _ => paths.join(", "),
    }
}

/// What a rule's own unknown outcome says.
pub(super) fn words(undecided: &[Undecided]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for item in undecided {
        let reason = format!("{}: {}", item.path, item.unknown.reason);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    format!("not decided: {}", reasons.join("; "))
}

/// What to do about a value that is not known for that reason.
pub(super) fn help(reason: &Reason) -> String {
    match &reason.cause {
        Cause::Parameter(name) => format!("give '{name}' a value in a parameters file, and name it with --parameters"),
        Cause::Placeholder(_) => "check the parameters file that is really used".to_owned(),
        Cause::Error(_) => "mend the expression; the deployment would fail here".to_owned(),
        Cause::Script(_) | Cause::MoreOptions(_) => {
            "write the option and its value out in the command, or look at them yourself; scripts are not run"
                .to_owned()
        }
        _ => "look at this value yourself; the linter cannot".to_owned(),
    }
}
