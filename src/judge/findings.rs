//! From what the worlds say of one rule to its findings.

use super::court::{Court, Ruled, Said};
use super::fingerprint::Fingerprints;
use super::worlds::Tree;
use super::{fixes, is_exposure, trace, undecided};
use crate::evaluate::Context;
use crate::evaluate::unknown::Cause;
use crate::finding::{Finding, Fix, Level, Outcome};
use crate::rules::evaluate::{Anchor, Failure, Verdict};
use crate::rules::rule::Rule;
use crate::rules::tri::{Tri, Undecided};
use crate::source::Place;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

impl Court<'_, '_> {
    pub(super) fn findings(
        &self,
        context: &Rc<Context>,
        rule: &Rule,
        tree: &Tree<Ruled>,
        is_exposed_everywhere: &dyn Fn() -> bool,
        fingerprints: &mut Fingerprints,
        undecided: &mut undecided::Collector,
    ) -> Vec<Finding> {
        // Most rules have nothing to say.
        if !self.ruling.passes && tree.all(&is_content) {
            return Vec::new();
        }
        let leaves = tree.leaves();
        let deployed: Vec<&&Ruled> = leaves.iter().filter(|ruled| ruled.verdict.is_some()).collect();
        let is_everywhere = tree.unexplored().is_empty() && deployed.iter().all(|ruled| !ruled.failures.is_empty());
        // Where a suppression group covers some of the worlds, the finding is about the others.
        let is_open = |ruled: &Ruled| ruled.group.is_none();
        let covered: usize = deployed.iter().filter(|ruled| !is_open(ruled)).count();
        let is_everywhere = is_everywhere && (covered == 0 || covered == deployed.len());
        let mut findings = Vec::new();
        let mut groups: Vec<(Place, &Failure, Level)> = Vec::new();
        let mut known: FxHashMap<(Place, &str), usize> = FxHashMap::default();
        for (failure, level) in deployed.iter().flat_map(|ruled| &ruled.failures) {
            let place = place_of(&failure.anchor);
            let at = *known.entry((place, &failure.message)).or_insert(groups.len());
            match groups.get_mut(at) {
                Some((_, _, greatest)) => *greatest = (*greatest).max(*level),
                None => groups.push((place, failure, *level)),
            }
        }
        // What each leaf says, to be looked up rather than searched for each failure.
        let said: FxHashMap<*const Ruled, FxHashSet<(Place, &str)>> = deployed
            .iter()
            .map(|ruled| {
                let said =
                    ruled.failures.iter().map(|(failure, _)| (place_of(&failure.anchor), failure.message.as_str()));
                (std::ptr::from_ref(**ruled), said.collect())
            })
            .collect();
        for (place, failure, level) in groups {
            let says = |ruled: &Ruled| {
                said.get(&std::ptr::from_ref(ruled))
                    .is_some_and(|said| said.contains(&(place, failure.message.as_str())))
            };
            let is_suppressed = covered > 0 && !deployed.iter().any(|ruled| says(ruled) && is_open(ruled));
            let says_so = |ruled: &Ruled| says(ruled) && (is_suppressed || is_open(ruled));
            let mut conditions = tree.conditions(&says_so);
            conditions
                .extend(deployed.iter().filter(|ruled| says_so(ruled)).flat_map(|ruled| ruled.assumed.iter().cloned()));
            conditions.dedup();
            // What is a failure in some worlds only has no fix.
            let is_always = is_everywhere && conditions.is_empty() && deployed.iter().all(|ruled| says_so(ruled));
            let is_certain = is_everywhere || is_exposure(rule) && is_exposed_everywhere();
            let level = if is_certain { level } else { level.lowered() };
            let origin = match &failure.anchor {
                Anchor::Value(value) => &value.origin,
                Anchor::Missing { parent, .. } => &parent.origin,
            };
            let related = trace::way(origin, place, self.subject.place(), self.sources);
            let label = failure.label.clone().unwrap_or_default();
            let fingerprint =
                fingerprints.of(rule, self.subject, context, &failure.path, &self.anchor_text(&failure.anchor));
            let group = deployed.iter().find(|ruled| is_suppressed && says(ruled)).and_then(|ruled| ruled.group);
            findings.extend(self.finding(
                context,
                rule,
                Said {
                    outcome: Outcome::Fail,
                    group,
                    level,
                    message: failure.message.clone(),
                    note: failure.note.clone().unwrap_or_default(),
                    help: failure.help.clone().unwrap_or_default(),
                    place,
                    label,
                    related,
                    fixes: if is_always { self.fixes(context, rule, failure) } else { Vec::new() },
                    conditions,
                    fingerprint,
                },
            ));
        }
        self.collect_undecided(rule, tree, undecided);
        if findings.is_empty() {
            let (outcome, message, group) = self.overall(tree);
            if matches!(outcome, Outcome::Pass | Outcome::None) && !self.ruling.passes {
                return findings;
            }
            let fingerprint = fingerprints.of(rule, self.subject, context, "", outcome.as_str());
            let plain = Said::plainly(outcome, rule.level, self.subject.type_place(), fingerprint);
            findings.extend(self.finding(context, rule, Said { message, group, ..plain }));
        }
        findings
    }

    /// What the rule offers to mend a failure that holds in every world.
    fn fixes(&self, context: &Rc<Context>, rule: &Rule, failure: &Failure) -> Vec<Fix> {
        let only_by_default = || !matches!((self.decides)(&[rule.name().to_owned()], &context.world), Tri::False);
        let request = fixes::Request { failure, subject: self.subject, context, only_by_default: &only_by_default };
        fixes::offered(&request, self.literals)
    }

    /// The one outcome of a rule that failed in no world, with its message and the suppression group that covers it.
    fn overall(&self, tree: &Tree<Ruled>) -> (Outcome, String, Option<usize>) {
        let mut outcome = (Outcome::None, String::new(), None);
        for ruled in tree.leaves() {
            let Some(verdict) = ruled.verdict.as_deref() else { continue };
            let this = match verdict {
                Verdict::Error(message) => (Outcome::Error, message.clone(), None),
                // The command says nothing of it.
                Verdict::Unknown(undecided) if undecided.iter().all(is_kept) => (Outcome::None, String::new(), None),
                Verdict::Unknown(undecided) => (Outcome::Unknown, undecided::words(undecided), ruled.group),
                // A failure that the subject's nature takes back.
                Verdict::Fail { .. } => (Outcome::Pass, String::new(), None),
                Verdict::Pass(notes) => (Outcome::Pass, notes.join("; "), None),
                Verdict::None => (Outcome::None, String::new(), None),
            };
            // Outcomes are ordered from the gravest on; what nothing covers goes before what a group does.
            if (this.0, this.2.is_some()) < (outcome.0, outcome.2.is_some()) {
                outcome = this;
            }
        }
        if outcome.0 > Outcome::Unknown
            && let Some(question) = tree.unexplored().first()
        {
            let message = format!("not decided: too much depends on whether {}", question.describe(true));
            return (Outcome::Unknown, message, None);
        }
        outcome
    }

    fn collect_undecided(&self, rule: &Rule, tree: &Tree<Ruled>, collector: &mut undecided::Collector) {
        for ruled in tree.leaves() {
            let items: &[Undecided] = match ruled.verdict.as_deref().unwrap_or(&Verdict::None) {
                Verdict::Unknown(undecided) | Verdict::Fail { undecided, .. } => undecided,
                _ => &[],
            };
            for item in items.iter().filter(|item| !is_kept(item)) {
                let item_ = item.clone();
                let group = ruled.group;
                let conditions = tree.conditions(&|ruled| mentions(ruled, item) && ruled.group == group);
                collector.add(rule, item_, conditions, group);
            }
        }
    }

    fn anchor_text(&self, anchor: &Anchor) -> String {
        match anchor {
            Anchor::Value(value) => crate::evaluate::print::to_text(value),
            Anchor::Missing { rest, .. } => rest.clone(),
        }
    }
}

/// Whether a rule that passed or did not apply left nothing to be said.
fn is_content(ruled: &Ruled) -> bool {
    matches!(ruled.verdict.as_deref(), None | Some(Verdict::None | Verdict::Pass(_)))
}

fn place_of(anchor: &Anchor) -> Place {
    match anchor {
        Anchor::Value(value) => trace::place_of_value(&value.origin),
        Anchor::Missing { parent, .. } => trace::place_of_container(&parent.origin),
    }
}

/// Whether it is what a command leaves as it is.
fn is_kept(item: &Undecided) -> bool {
    matches!(item.unknown.reason.cause, Cause::Kept)
}

fn mentions(ruled: &Ruled, item: &Undecided) -> bool {
    let items: &[Undecided] = match ruled.verdict.as_deref() {
        Some(Verdict::Unknown(undecided) | Verdict::Fail { undecided, .. }) => undecided,
        _ => &[],
    };
    items.iter().any(|other| other.unknown.symbol == item.unknown.symbol)
}
