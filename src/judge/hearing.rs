//! What comes of one resource: which rules look at it, in which worlds.

use super::court::{Court, Ruled, Said};
use super::fingerprint::Fingerprints;
use super::subject::Subject;
use super::verdict::Bench;
use super::worlds::{Tree, explore};
use super::{ClusterState, Judgement, exposure_rules, limits, undecided};
use crate::evaluate::{Context, Deployed};
use crate::finding::{Finding, Level, Outcome};
use crate::rules::evaluate::{Anchor, Files, Verdict};
use crate::rules::rule::Rule;
use std::cell::OnceCell;
use std::rc::Rc;

/// The type whose resources the summary counts.
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

impl Court<'_, '_> {
    pub(super) fn judge(&self, context: &Rc<Context>, judgement: &mut Judgement) {
        let type_ = self.subject.type_();
        let concerned: Vec<usize> = (self.ruling.chosen.iter().copied())
            .filter(|index| self.rule(*index).is_some_and(|rule| is_about(rule, type_) && !rule.is_computed()))
            .collect();
        self.pass_over(context, judgement);
        if concerned.is_empty() {
            return;
        }
        let most = &context.settings().limits;
        if judgement.judged >= most.judged {
            judgement.end(self.subject.type_place(), format!("{} resources that rules look at", most.judged));
        }
        if judgement.is_ended {
            return;
        }
        judgement.judged += 1;
        let is_cluster = type_.is_some_and(|type_| type_.eq_ignore_ascii_case(CLUSTER));
        if matches!(self.subject.deployed(context), Ok(Deployed::No)) {
            if is_cluster {
                judgement.clusters.push((self.subject.key().to_owned(), ClusterState::NotDeployed));
            }
            return;
        }
        let bench = Bench::new(self.ruling, self.subject, self.files(), self.decides);
        let exposed = OnceCell::new();
        let mut fingerprints = Fingerprints::default();
        let mut findings = Vec::new();
        let mut undecided = undecided::Collector::default();
        let mut is_cut_short = false;
        for index in concerned {
            let Some(rule) = self.rule(index) else { continue };
            if judgement.found >= most.findings {
                judgement.end(self.subject.type_place(), format!("{} findings", most.findings));
                break;
            }
            let tree = self.explore(context, &bench, index, rule);
            is_cut_short |= !tree.unexplored().is_empty();
            let is_exposed = || *exposed.get_or_init(|| self.is_exposed_everywhere(context, &bench));
            let said = self.findings(context, rule, &tree, &is_exposed, &mut fingerprints, &mut undecided);
            judgement.found += said.iter().filter(|finding| finding.outcome < Outcome::Pass).count();
            findings.extend(said);
        }
        judgement.open.extend(undecided.reasons());
        if is_cut_short {
            let limit = context.settings().limits.worlds;
            judgement.limits.push((self.subject.type_place(), format!("{limit} worlds"), limits::NOT_ALL));
        }
        if self.ruling.wanted(undecided::REFERENCE).is_some() {
            findings.extend(undecided.into_findings(self, context, &bench, &mut fingerprints));
        }
        if is_cluster {
            judgement.clusters.push((self.subject.key().to_owned(), state(&findings)));
        }
        judgement.findings.extend(findings);
    }

    /// Says of the rules that do not come with the linter, and are about resources of other types, that they do not apply here.
    fn pass_over(&self, context: &Rc<Context>, judgement: &mut Judgement) {
        let Some(type_) = self.subject.type_().filter(|_| self.ruling.passes) else { return };
        let elsewhere = self.ruling.chosen.iter().filter_map(|index| self.rule(*index));
        let mut elsewhere = elsewhere.filter(|rule| !rule.is_shipped() && !is_about(rule, Some(type_))).peekable();
        if elsewhere.peek().is_none() || matches!(self.subject.deployed(context), Ok(Deployed::No)) {
            return;
        }
        let mut fingerprints = Fingerprints::default();
        for rule in elsewhere {
            let outcome = Outcome::None;
            let fingerprint = fingerprints.of(rule, self.subject, context, "", outcome.as_str());
            let said = Said::plainly(outcome, rule.level, self.subject.type_place(), fingerprint);
            judgement.findings.extend(self.finding(context, rule, said));
        }
    }

    fn files(&self) -> Files<'_> {
        let here = self.sources.get(self.subject.type_place().file).map(|file| file.path());
        match self.subject {
            Subject::Declared { .. } => Files { template: here, parameters: self.parameters_file, export: None },
            Subject::Exported { .. } | Subject::Commanded { .. } => Files { export: here, ..Files::default() },
        }
    }

    fn explore(&self, context: &Rc<Context>, bench: &Bench<'_>, index: usize, rule: &Rule) -> Tree<Ruled> {
        let limit = context.settings().limits.worlds;
        explore(context, limit, &mut |context| {
            let assumed = match self.subject.deployed(context)? {
                Deployed::No => {
                    return Ok(Ruled { verdict: None, failures: Vec::new(), assumed: Vec::new(), group: None });
                }
                Deployed::Yes(assumed) => assumed,
            };
            let verdict = bench.verdict(context, index)?;
            let mut failures = Vec::new();
            if let Verdict::Fail { failures: failed, .. } = &*verdict {
                for failure in failed {
                    if self.subject.is_partial() && matches!(failure.anchor, Anchor::Missing { .. }) {
                        continue;
                    }
                    let level = bench.level(context, rule, failure)?;
                    failures.push((failure.clone(), level));
                }
            }
            let group = match &*verdict {
                Verdict::Fail { .. } | Verdict::Unknown(_) => bench.group(context, rule)?,
                _ => None,
            };
            Ok(Ruled { verdict: Some(verdict), failures, assumed, group })
        })
    }

    /// Whether each world in which the resource is deployed fails some rule of the exposure family.
    fn is_exposed_everywhere(&self, context: &Rc<Context>, bench: &Bench<'_>) -> bool {
        let family: Vec<usize> = exposure_rules(self.ruling.rules).collect();
        let limit = context.settings().limits.worlds;
        let tree = explore(context, limit, &mut |context| {
            if self.subject.deployed(context)? == Deployed::No {
                return Ok(true);
            }
            for index in &family {
                if matches!(&*bench.verdict(context, *index)?, Verdict::Fail { .. }) {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        tree.all(&|fails| *fails)
    }
}

fn is_about(rule: &Rule, type_: Option<&str>) -> bool {
    match type_ {
        Some(type_) => rule.types.is_empty() || rule.types.iter().any(|about| about.eq_ignore_ascii_case(type_)),
        None => false,
    }
}

fn state(findings: &[Finding]) -> ClusterState {
    let of = |finding: &Finding| match finding.outcome {
        Outcome::Fail if finding.level > Level::Note => ClusterState::Failed,
        Outcome::Unknown => ClusterState::Undecided,
        _ => ClusterState::Passed,
    };
    findings.iter().filter(|finding| finding.suppressed.is_none()).map(of).max().unwrap_or(ClusterState::Passed)
}
