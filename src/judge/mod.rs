//! Rules on resources: the outcome of each rule on each resource of one evaluation, in all worlds together.

mod arguments;
mod duplicates;
mod fingerprint;
mod fixes;
mod invalid;
mod limits;
mod own;
mod subject;
mod trace;
mod undecided;
mod unread;
mod verdict;
mod worlds;

use crate::evaluate::linked::Links;
use crate::evaluate::unknown::{Cause, Reason, World};
use crate::evaluate::{Context, Deployed, Evaluation, Settings};
use crate::finding::{Finding, Fix, Label, Level, Location, Outcome, ResourceIdentity, Suppression};
use crate::report::ClusterCounts;
use crate::rules::evaluate::{Anchor, Circumstances, Failure, Files, Verdict};
use crate::rules::rule::{Rule, RuleNames, RuleSet, SourcePlace};
use crate::rules::tri::{Tri, Undecided};
use crate::script::{Command, words::reworded};
use crate::source::{FileId, Place, SourceFile, Sources};
use crate::template::exported::ExportedResource;
use crate::template::{Generator, ParametersFile, Template};
pub use duplicates::findings as duplicates;
use fingerprint::Fingerprints;
use fixes::Literals;
pub use invalid::findings as invalid;
pub use own::Speaker;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use subject::Subject;
use verdict::{Bench, OnlyByDefault};
use worlds::{Tree, explore};

/// The type whose resources the summary counts.
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";
/// The tag of the rules that between them say that an API server is open: an open server is a failure in every world as soon
/// as each world fails one of them.
const EXPOSURE: (&str, &str) = ("exposure", "open");

/// Which rules run.
pub struct Ruling<'a> {
    /// All rules.
    pub rules: &'a RuleSet,
    /// Their names.
    pub names: &'a RuleNames,
    /// The indices in `rules.rules` of those whose results are wanted, in order.
    pub chosen: &'a [usize],
    /// Whether findings are wanted of rules that passed or did not apply.
    pub passes: bool,
    /// The indices in `rules.groups` of the suppression groups in force.
    pub groups: &'a [usize],
    /// What holds for the whole run.
    pub circumstances: Circumstances<'a>,
}

impl<'a> Ruling<'a> {
    /// The rule of that name, ref or alias.
    fn rule(&self, reference: &str) -> Option<&'a Rule> {
        self.names.index(reference).and_then(|index| self.rules.rules.get(index))
    }
}

/// What the judgement of one evaluation gives.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Findings of every outcome.
    pub findings: Vec<Finding>,
    /// What became of the clusters, by the path of their instances.
    pub clusters: Vec<(String, ClusterState)>,
    /// Why rules could not decide, of all resources.
    pub open: Vec<Rc<Reason>>,
    /// Limits that were reached: where, which, and what follows.
    pub limits: Vec<(Place, String, &'static str)>,
    /// How many resources rules looked at.
    judged: usize,
}

/// What became of a cluster. The greater one counts where evaluations differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClusterState {
    /// It is never deployed.
    NotDeployed,
    /// Nothing is wrong with it.
    Passed,
    /// Something about it could not be decided.
    Undecided,
    /// A rule of level warning or error failed.
    Failed,
}

/// Counts clusters by what became of them.
pub fn count(states: impl Iterator<Item = ClusterState>) -> ClusterCounts {
    let mut counts = ClusterCounts::default();
    for state in states {
        match state {
            ClusterState::NotDeployed => counts.not_deployed += 1,
            ClusterState::Passed => counts.checked += 1,
            ClusterState::Undecided => {
                counts.checked += 1;
                counts.undecided += 1;
            }
            ClusterState::Failed => {
                counts.checked += 1;
                counts.failed += 1;
            }
        }
    }
    counts
}

/// Judges a template with one set of arguments. Its files, and those of the templates it links to, come from `links`.
pub fn template(
    ruling: &Ruling<'_>,
    template: &Rc<Template>,
    parameters: Option<(Rc<ParametersFile>, String)>,
    settings: &Settings,
    links: &Rc<dyn Links>,
) -> Judgement {
    let (arguments, parameters_file) = parameters.unzip();
    let evaluate =
        |settings| Rc::new(Evaluation::with_links(template.clone(), arguments.clone(), settings, links.clone()));
    let evaluation = evaluate(settings.clone());
    let sources = &links.sources();
    // The same with root parameters that have defaults taken as unknown; only made when a rule asks what a default decides.
    let open = OnceCell::new();
    let open = || {
        let settings = Settings { open_defaults: true, ..settings.clone() };
        open.get_or_init(|| evaluate(settings)).clone()
    };
    let literals = Literals::new(sources);
    let mut judgement = Judgement::default();
    let speaker = Speaker { ruling, sources, parameters_file: parameters_file.as_deref() };
    judgement.findings.extend(unread::findings(&speaker, &evaluation));
    for instance in evaluation.instances() {
        let declaration = &instance.declaration;
        if declaration.existing || instance.is_foreign {
            continue;
        }
        let subject = Subject::Declared { evaluation: evaluation.clone(), instance: instance.clone() };
        let decides = |references: &[String], world: &World| match parameters_file {
            Some(_) => Tri::False,
            None => only_by_default(ruling, &open(), &subject, references, world),
        };
        let court = Court {
            ruling,
            subject: &subject,
            sources,
            literals: &literals,
            parameters_file: parameters_file.as_deref(),
            decides: &decides,
        };
        court.judge(evaluation.context(), &mut judgement);
    }
    let values = evaluation.context().limits();
    let limits = limits::findings(&speaker, evaluation.limits(), &values, &judgement);
    judgement.findings.extend(limits);
    judgement.findings.extend(arguments.iter().flat_map(|arguments| invalid::in_parameters(&speaker, arguments)));
    judgement.findings.extend(arguments::findings(&speaker, template, arguments.as_deref(), &evaluation));
    if let Some(generator) = &template.generator {
        point_at_source(&mut judgement.findings, generator, sources.get(template.file));
    }
    judgement
}

/// What a compiler wrote is mended in its source.
fn point_at_source(findings: &mut [Finding], generator: &Generator, file: Option<&Arc<SourceFile>>) {
    let Some(file) = file else { return };
    let is_here = |finding: &&mut Finding| Arc::ptr_eq(&finding.primary.location.file, file);
    for finding in findings.iter_mut().filter(|finding| finding.outcome == Outcome::Fail).filter(is_here) {
        let advice = format!("This file is generated by {}: make the change in its source.", generator.name);
        finding.help = if finding.help.is_empty() { advice } else { format!("{} {advice}", finding.help) };
    }
}

/// Judges exported resources.
pub fn exported(ruling: &Ruling<'_>, resources: Vec<ExportedResource>, file: FileId, sources: &Sources) -> Judgement {
    let context = Context::empty();
    let literals = Literals::new(sources);
    let mut judgement = Judgement::default();
    let all: Rc<[ExportedResource]> = resources.into();
    for resource in all.iter().cloned() {
        let subject = Subject::Exported { resource, file, all: all.clone() };
        let decides = |_: &[String], _: &World| Tri::False;
        let court =
            Court { ruling, subject: &subject, sources, literals: &literals, parameters_file: None, decides: &decides };
        court.judge(&context, &mut judgement);
    }
    let speaker = Speaker { ruling, sources, parameters_file: None };
    let limits = limits::findings(&speaker, &[], &[], &judgement);
    judgement.findings.extend(limits);
    judgement
}

/// Judges the clusters that the commands of a script make or change. What rules say of a template's properties is said of the
/// commands' options.
pub fn commanded(ruling: &Ruling<'_>, commands: Vec<Command>, file: FileId, sources: &Sources) -> Judgement {
    let context = Context::empty();
    let literals = Literals::new(sources);
    let mut judgement = Judgement::default();
    for command in commands.into_iter().filter(Command::is_of_interest) {
        let dialect = command.dialect;
        let subject = Subject::Commanded { command, file };
        let decides = |_: &[String], _: &World| Tri::False;
        let court =
            Court { ruling, subject: &subject, sources, literals: &literals, parameters_file: None, decides: &decides };
        let before = judgement.findings.len();
        court.judge(&context, &mut judgement);
        for finding in judgement.findings.iter_mut().skip(before) {
            let Finding { message, note, help, primary, related, .. } = finding;
            let labels = related.iter_mut().map(|label| &mut label.text);
            for text in [message, note, help, &mut primary.text].into_iter().chain(labels) {
                *text = reworded(text, dialect);
            }
        }
    }
    judgement
}

/// Whether not every world within `world` fails one of the rules once defaults are taken as unknown.
fn only_by_default(
    ruling: &Ruling<'_>,
    open: &Rc<Evaluation>,
    subject: &Subject,
    references: &[String],
    world: &World,
) -> Tri {
    let Some(instance) = open.instance(subject.key()) else {
        return Tri::True;
    };
    let subject = Subject::Declared { evaluation: open.clone(), instance: instance.clone() };
    let never = |_: &[String], _: &World| Tri::False;
    let bench = Bench::new(ruling, &subject, Files::default(), &never);
    let limit = open.context().settings().limits.worlds;
    let within = open.context().in_world(world.clone());
    let tree = explore(&within, limit, &mut |context| {
        if subject.deployed(context)? == Deployed::No {
            return Ok(true);
        }
        for rule in references.iter().filter_map(|reference| ruling.rule(reference)) {
            if matches!(bench.raw(context, rule)?, Verdict::Fail { .. }) {
                return Ok(true);
            }
        }
        Ok(false)
    });
    let always = tree.unexplored().is_empty() && tree.leaves().into_iter().all(|fails| *fails);
    Tri::from(!always)
}

/// One resource before the rules.
struct Court<'a> {
    ruling: &'a Ruling<'a>,
    subject: &'a Subject,
    sources: &'a Sources,
    literals: &'a Literals<'a>,
    parameters_file: Option<&'a str>,
    decides: &'a OnlyByDefault<'a>,
}

/// What one world says of one rule.
struct Ruled {
    /// `None`: the resource is not deployed in this world.
    verdict: Option<Rc<Verdict>>,
    /// Failures with their level.
    failures: Vec<(Failure, Level)>,
    /// What had to be assumed for the resource to be deployed.
    assumed: Vec<String>,
    /// The suppression group that covers what went wrong.
    group: Option<usize>,
}

impl Court<'_> {
    fn judge(&self, context: &Rc<Context>, judgement: &mut Judgement) {
        let type_ = self.subject.type_();
        let concerned: Vec<usize> = (self.ruling.chosen.iter().copied())
            .filter(|index| self.rule(*index).is_some_and(|rule| is_about(rule, type_) && !rule.is_computed()))
            .collect();
        self.pass_over(context, judgement);
        if concerned.is_empty() {
            return;
        }
        let most = context.settings().limits.judged;
        if judgement.judged >= most {
            if judgement.judged == most {
                let limit = format!("{most} resources that rules look at");
                judgement.limits.push((self.subject.type_place(), limit, limits::BEYOND));
                judgement.judged += 1;
            }
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
            let tree = self.explore(context, &bench, index, rule);
            is_cut_short |= !tree.unexplored().is_empty();
            let is_exposed = || *exposed.get_or_init(|| self.is_exposed_everywhere(context, &bench));
            findings.extend(self.findings(context, rule, &tree, &is_exposed, &mut fingerprints, &mut undecided));
        }
        judgement.open.extend(undecided.reasons());
        if is_cut_short {
            let limit = context.settings().limits.worlds;
            judgement.limits.push((self.subject.type_place(), format!("{limit} worlds"), limits::NOT_ALL));
        }
        if self.ruling.rule(undecided::REFERENCE).is_some_and(|rule| self.is_chosen(rule)) {
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
            let said = Said {
                outcome,
                group: None,
                level: rule.level,
                message: String::new(),
                note: String::new(),
                help: String::new(),
                place: self.subject.type_place(),
                label: String::new(),
                related: Vec::new(),
                fixes: Vec::new(),
                conditions: Vec::new(),
                fingerprint,
            };
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

    fn rule(&self, index: usize) -> Option<&Rule> {
        self.ruling.rules.rules.get(index)
    }

    fn is_chosen(&self, rule: &Rule) -> bool {
        self.ruling.chosen.iter().any(|index| self.rule(*index).is_some_and(|chosen| std::ptr::eq(chosen, rule)))
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
        let family: Vec<usize> = (0..self.ruling.rules.rules.len())
            .filter(|index| {
                self.rule(*index)
                    .is_some_and(|rule| rule.metadata.tags.get(EXPOSURE.0).is_some_and(|value| value == EXPOSURE.1))
            })
            .collect();
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
        tree.unexplored().is_empty() && tree.leaves().into_iter().all(|fails| *fails)
    }

    fn findings(
        &self,
        context: &Rc<Context>,
        rule: &Rule,
        tree: &Tree<Ruled>,
        is_exposed_everywhere: &dyn Fn() -> bool,
        fingerprints: &mut Fingerprints,
        undecided: &mut undecided::Collector,
    ) -> Vec<Finding> {
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
            findings.extend(self.finding(
                context,
                rule,
                Said {
                    outcome,
                    group,
                    level: rule.level,
                    message,
                    note: String::new(),
                    help: String::new(),
                    place: self.subject.type_place(),
                    label: String::new(),
                    related: Vec::new(),
                    fixes: Vec::new(),
                    conditions: Vec::new(),
                    fingerprint,
                },
            ));
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

    fn suppression(&self, index: usize) -> Option<Suppression> {
        let group = self.ruling.rules.groups.get(index)?;
        let SourcePlace { file, span, .. } = group.metadata.source.clone();
        Some(Suppression { kind: "group", reason: group.reason(), location: Some(Location { file, span }) })
    }

    fn anchor_text(&self, anchor: &Anchor) -> String {
        match anchor {
            Anchor::Value(value) => crate::evaluate::print::to_text(value),
            Anchor::Missing { rest, .. } => rest.clone(),
        }
    }

    fn is_in(&self, label: &Label, place: Place) -> bool {
        self.sources.get(place.file).is_some_and(|file| Arc::ptr_eq(file, &label.location.file))
    }

    fn finding(&self, context: &Rc<Context>, rule: &Rule, said: Said) -> Option<Finding> {
        let location = |place: Place| Some(Location { file: self.sources.get(place.file)?.clone(), span: place.span });
        let name = self.subject.name(context);
        let mut related = said.related;
        let type_place = self.subject.type_place();
        let is_shown = said.place == type_place
            || related.iter().any(|label| label.location.span == type_place.span && self.is_in(label, type_place));
        if !is_shown && matches!(said.outcome, Outcome::Fail | Outcome::Unknown) {
            let named = name.as_ref().and_then(|name| name.as_str()).map(|name| format!("in '{name}'"));
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
                name: name.as_ref().and_then(|name| name.as_str()).map(str::to_owned),
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
}

/// What a finding says, before it is tied to the resource.
struct Said {
    outcome: Outcome,
    /// The suppression group that covers it, by its index in the rules.
    group: Option<usize>,
    level: Level,
    message: String,
    note: String,
    help: String,
    place: Place,
    label: String,
    related: Vec<Label>,
    fixes: Vec<Fix>,
    conditions: Vec<String>,
    fingerprint: String,
}

fn is_about(rule: &Rule, type_: Option<&str>) -> bool {
    match type_ {
        Some(type_) => rule.types.is_empty() || rule.types.iter().any(|about| about.eq_ignore_ascii_case(type_)),
        None => false,
    }
}

/// The indices in `rules.rules` of the rules that between them say that an API server is open.
pub fn exposure_rules(rules: &RuleSet) -> impl Iterator<Item = usize> {
    rules.rules.iter().enumerate().filter(|(_, rule)| is_exposure(rule)).map(|(index, _)| index)
}

/// Whether the rule is one of those.
pub fn is_exposure(rule: &Rule) -> bool {
    rule.metadata.tags.get(EXPOSURE.0).is_some_and(|value| value == EXPOSURE.1)
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

fn state(findings: &[Finding]) -> ClusterState {
    let of = |finding: &Finding| match finding.outcome {
        Outcome::Fail if finding.level > Level::Note => ClusterState::Failed,
        Outcome::Unknown => ClusterState::Undecided,
        _ => ClusterState::Passed,
    };
    findings.iter().filter(|finding| finding.suppressed.is_none()).map(of).max().unwrap_or(ClusterState::Passed)
}
