//! Rules on resources: the outcome of each rule on each resource of one evaluation, in all worlds together.

mod arguments;
mod court;
mod duplicates;
mod findings;
mod fingerprint;
mod fixes;
mod hearing;
mod invalid;
mod limits;
mod own;
mod subject;
mod trace;
mod undecided;
mod unread;
mod untyped;
mod verdict;
mod worlds;

use crate::evaluate::linked::Links;
use crate::evaluate::unknown::{Reason, World};
use crate::evaluate::{Context, Deployed, Evaluation, Settings};
use crate::finding::{Finding, Outcome};
use crate::limits::Limits;
use crate::report::ClusterCounts;
use crate::rules::evaluate::{Circumstances, Files, Verdict};
use crate::rules::rule::{Rule, RuleNames, RuleSet};
use crate::rules::tri::Tri;
use crate::script::{Command, words::Rewording};
use crate::source::{FileId, Place, SourceFile, Sources};
use crate::syntax::Node;
use crate::template::exported::ExportedResource;
use crate::template::{Generator, ParametersFile, Template};
use court::Court;
pub use duplicates::findings as duplicates;
use fixes::Literals;
pub use invalid::findings as invalid;
pub use own::Speaker;
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use subject::Subject;
use verdict::Bench;
use worlds::explore;

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

    /// The same, if its results are wanted.
    fn wanted(&self, reference: &str) -> Option<&'a Rule> {
        let index = self.names.index(reference).filter(|index| self.chosen.contains(index))?;
        self.rules.rules.get(index)
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
    /// How many failures and open verdicts there are.
    found: usize,
    /// Whether a limit was reached beyond which no rule looks at anything.
    is_ended: bool,
}

impl Judgement {
    /// Looks no further, for a limit that was reached at `place`; said once.
    fn end(&mut self, place: Place, limit: String) {
        if !self.is_ended {
            self.is_ended = true;
            self.limits.push((place, limit, limits::BEYOND));
        }
    }
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

/// Judges a template, read from the tree `root`, with one set of arguments. Its files, and those of the templates it links to, come from `links`.
pub fn template(
    ruling: &Ruling<'_>,
    template: &Rc<Template>,
    root: &Rc<Node>,
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
    let literals = Literals::with_tree(sources, template.file, root.clone());
    let mut judgement = Judgement::default();
    let speaker = Speaker { ruling, sources, parameters_file: parameters_file.as_deref() };
    judgement.findings.extend(unread::findings(&speaker, &evaluation));
    for instance in evaluation.instances() {
        let declaration = &instance.declaration;
        if declaration.existing || instance.is_foreign {
            continue;
        }
        judgement.findings.extend(untyped::finding(&speaker, evaluation.context(), instance));
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
pub fn exported(
    ruling: &Ruling<'_>,
    limits: &Limits,
    resources: Vec<ExportedResource>,
    file: FileId,
    sources: &Sources,
) -> Judgement {
    let all: Rc<[ExportedResource]> = resources.into();
    let subjects = all.iter().cloned().map(|resource| Subject::Exported { resource, file, all: all.clone() });
    written_out(ruling, limits, subjects, sources, &mut |_, _| {})
}

/// Judges the clusters that the commands of a script make or change. What rules say of a template's properties is said of the
/// commands' options.
pub fn commanded(
    ruling: &Ruling<'_>,
    limits: &Limits,
    commands: Vec<Command>,
    file: FileId,
    sources: &Sources,
) -> Judgement {
    let commands = commands.into_iter().filter(Command::is_of_interest);
    let subjects = commands.map(|command| Subject::Commanded { command, file });
    let mut rewording = Rewording::default();
    written_out(ruling, limits, subjects, sources, &mut |subject, findings| {
        let Subject::Commanded { command, .. } = subject else { return };
        for Finding { message, note, help, primary, related, .. } in findings {
            let labels = related.iter_mut().map(|label| &mut label.text);
            for text in [message, note, help, &mut primary.text].into_iter().chain(labels) {
                *text = rewording.reworded(text, command.dialect);
            }
        }
    })
}

/// Judges what needs no evaluation. `edit` gets the findings on each subject.
fn written_out(
    ruling: &Ruling<'_>,
    limits: &Limits,
    subjects: impl Iterator<Item = Subject>,
    sources: &Sources,
    edit: &mut dyn FnMut(&Subject, &mut [Finding]),
) -> Judgement {
    let context = Context::plain(limits.clone());
    let literals = Literals::new(sources);
    let decides = |_: &[String], _: &World| Tri::False;
    let mut judgement = Judgement::default();
    for subject in subjects {
        let court =
            Court { ruling, subject: &subject, sources, literals: &literals, parameters_file: None, decides: &decides };
        let before = judgement.findings.len();
        court.judge(&context, &mut judgement);
        edit(&subject, judgement.findings.get_mut(before..).unwrap_or_default());
    }
    let speaker = Speaker { ruling, sources, parameters_file: None };
    let limits = limits::findings(&speaker, &[], &[], &judgement);
    judgement.findings.extend(limits);
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
    Tri::from(!tree.all(&|fails| *fails))
}

/// The indices in `rules.rules` of the rules that between them say that an API server is open.
pub fn exposure_rules(rules: &RuleSet) -> impl Iterator<Item = usize> {
    rules.rules.iter().enumerate().filter(|(_, rule)| is_exposure(rule)).map(|(index, _)| index)
}

/// Whether the rule is one of those.
pub fn is_exposure(rule: &Rule) -> bool {
    rule.metadata.tags.get(EXPOSURE.0).is_some_and(|value| value == EXPOSURE.1)
}
