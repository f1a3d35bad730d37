//! The seam between files and what is said about them: what a run prepares once, and what it does with each file.

use super::declared::declared;
use super::linked::{LinkedFiles, Reach};
use super::ruleset::{self, LoadedRules};
use super::{CheckOptions, input};
use crate::date::Date;
use crate::discover::ScriptKind;
use crate::evaluate::Settings;
use crate::evaluate::linked::Links;
use crate::evaluate::unknown::Reason;
use crate::finding::Finding;
use crate::judge::{self, ClusterState, Ruling, Speaker};
use crate::report::{ClusterCounts, Declared, InputKind, InputRecord, InputStatus, RuleInfo};
use crate::rules::evaluate::Circumstances;
use crate::rules::rule::{Rule, RuleNames, RuleSet};
use crate::script;
use crate::search::Needles;
use crate::source::{Place, SourceFile, Sources};
use crate::suppress::Checked;
use crate::syntax::{Node, parse};
use crate::template::{arm, exported, parameters};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a run prepares once and all files share.
#[derive(Debug)]
pub struct Prepared {
    /// The search for the types that the rules ask for.
    pub needles: Needles,
    /// What reports say about the rules.
    pub rules: Vec<RuleInfo>,
    /// Rule documents, and what became of them.
    pub inputs: Vec<InputRecord>,
    /// What is doubtful in rule documents.
    pub findings: Vec<Finding>,
    /// All rules.
    pub rule_set: Cow<'static, RuleSet>,
    /// Their names.
    pub names: RuleNames,
    /// The indices of those whose results are wanted.
    pub chosen: Vec<usize>,
    /// Whether findings are wanted of rules that passed or did not apply.
    pub passes: bool,
    /// How templates are evaluated.
    pub settings: Settings,
    /// Where linked templates may lie.
    pub reach: Reach,
    /// The suppression groups in force, by their indices in the rules.
    pub groups: Vec<usize>,
    /// Today, if anybody said.
    pub today: Option<Date>,
    /// The folder that relative paths start from, with `/`.
    pub folder: String,
}

impl Prepared {
    /// How the rules whose indices are `chosen` judge.
    pub fn ruling<'a>(&'a self, chosen: &'a [usize], passes: bool) -> Ruling<'a> {
        Ruling {
            rules: &self.rule_set,
            names: &self.names,
            chosen,
            passes,
            groups: &self.groups,
            circumstances: Circumstances { today: self.today, folder: &self.folder },
        }
    }
}

/// One file to analyse.
#[derive(Clone, Debug)]
pub struct Task {
    /// What the file is.
    pub kind: TaskKind,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The parameters files that belong to it, in order of their paths: one evaluation with each, or one on the defaults if empty.
    pub parameters: Vec<Arc<SourceFile>>,
}

/// What a [`Task`]'s file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// A template.
    Template,
    /// Exported resources.
    Resources,
    /// A script.
    Script(ScriptKind),
}

/// What the analysis of one file gives.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The file and its parameters files, if it was looked at.
    pub checked: Vec<Checked>,
    /// The findings of every outcome.
    pub findings: Vec<Finding>,
    /// Where the parameters are declared through which deciding values come from parameters files.
    pub declared: Vec<Declared>,
    /// What became of the clusters.
    pub clusters: ClusterCounts,
    /// Inputs that the analysis read besides (linked templates), or that could not be used after all.
    pub inputs: Vec<Correction>,
    /// The parameters files that do not belong to the file after all, by the paths that reports print.
    pub disowned: Vec<String>,
    /// Whether it hangs on linked templates.
    pub follows_links: bool,
}

/// What the analysis of a file says of an input, instead of what was said before.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What is said.
    pub record: InputRecord,
    /// Whether the input turned out to be JSON of another kind, which is only counted.
    pub is_other: bool,
}

/// Loads the rules and chooses among them. `Err` says which option means nothing.
pub fn prepare(options: &CheckOptions) -> Result<Prepared, String> {
    let LoadedRules { set, inputs, findings, selection, groups } = ruleset::load(options)?;
    let runs = |index: &usize| set.rules.get(*index).is_some_and(|rule| selection.runs(rule));
    let chosen: Vec<usize> = (0..set.rules.len()).filter(runs).collect();
    let asked: Vec<&Rule> = chosen.iter().filter_map(|index| set.rules.get(*index)).collect();
    // The linter's own findings are about files in which rules are interested, where there are any.
    let judging: Vec<&Rule> = asked.iter().copied().filter(|rule| !rule.is_computed()).collect();
    let needles = match types_of(if judging.is_empty() { &asked } else { &judging }) {
        Some(types) => Needles::new(types),
        None => Needles::everything(),
    };
    let rules = asked.iter().map(|rule| ruleset::info(rule)).collect();
    let config = &options.config;
    let settings =
        Settings { limits: config.limits.clone(), deployment: config.deployment.clone(), ..Settings::default() };
    let reach = Reach::new(options);
    let (names, passes) = (RuleNames::new(&set), options.passes);
    let folder = options.working_directory.to_string_lossy().replace('\\', "/");
    let today = options.today;
    Ok(Prepared {
        needles,
        rules,
        inputs,
        findings,
        rule_set: set,
        names,
        chosen,
        passes,
        settings,
        reach,
        groups,
        today,
        folder,
    })
}

/// The types that rules ask for; `None` if one of them asks for none, which means any.
fn types_of<'r>(rules: &[&'r Rule]) -> Option<Vec<&'r str>> {
    let mut types: Vec<&str> = Vec::new();
    for rule in rules {
        if rule.types.is_empty() {
            return None;
        }
        types.extend(rule.types.iter().map(String::as_str));
    }
    Some(types)
}

/// Analyses one file, whose text has been parsed to `root`.
pub fn analyse(prepared: &Prepared, task: &Task, root: &Node) -> Analysis {
    let ruling = prepared.ruling(&prepared.chosen, prepared.passes);
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    let speaker = Speaker { ruling: &ruling, sources: &sources, parameters_file: None };
    let duplicates = judge::duplicates(&speaker, root, file);
    let mut analysis = match task.kind {
        TaskKind::Resources => {
            let judgement = judge::exported(&ruling, &prepared.settings.limits, exported::read(root), file, &sources);
            Analysis {
                clusters: judge::count(judgement.clusters.iter().map(|(_, state)| *state)),
                findings: judgement.findings,
                ..Analysis::default()
            }
        }
        // Scripts are no JSON; see `analyse_script`.
        TaskKind::Script(_) => Analysis::default(),
        TaskKind::Template => {
            let mut analysis = judge_template(prepared, task, root, &ruling);
            super::offers::withhold(prepared, task, &mut analysis);
            analysis
        }
    };
    analysis.findings.extend(duplicates);
    analysis
}

/// Analyses a script. It takes part only if a command stands in it.
pub fn analyse_script(prepared: &Prepared, task: &Task, kind: ScriptKind) -> Option<Analysis> {
    let ruling = prepared.ruling(&prepared.chosen, prepared.passes);
    let mut analysis = judge_script(prepared, task, kind, &ruling)?;
    super::offers::withhold(prepared, task, &mut analysis);
    Some(analysis)
}

/// The findings in a script; `None` if no command stands in it.
pub(super) fn judge_script(
    prepared: &Prepared,
    task: &Task,
    kind: ScriptKind,
    ruling: &Ruling<'_>,
) -> Option<Analysis> {
    let mut commands = script::read(task.file.text(), kind);
    if commands.is_empty() {
        return None;
    }
    let mut inputs = Vec::new();
    if commands.len() > script::MAX_COMMANDS {
        commands.truncate(script::MAX_COMMANDS);
        let message = Some(format!("limit reached: only the first {} commands were judged", script::MAX_COMMANDS));
        let record = input(task.file.path(), InputKind::Script, InputStatus::Failed, message);
        inputs.push(Correction { record, is_other: false });
    }
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    let judgement = judge::commanded(ruling, &prepared.settings.limits, commands, file, &sources);
    Some(Analysis {
        clusters: judge::count(judgement.clusters.iter().map(|(_, state)| *state)),
        findings: judgement.findings,
        inputs,
        ..Analysis::default()
    })
}

/// A template is evaluated once with each of its parameters files, or once on its defaults.
pub(super) fn judge_template(prepared: &Prepared, task: &Task, root: &Node, ruling: &Ruling<'_>) -> Analysis {
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    let template = Rc::new(arm::read(root, task.file.text(), file));
    let mut analysis = Analysis::default();
    let mut clusters: BTreeMap<String, ClusterState> = BTreeMap::new();
    let mut open: Vec<Rc<Reason>> = Vec::new();
    let mut follows_links = false;
    let mut judge = |parameters, sources: &Sources, findings: &mut Vec<Finding>| {
        let linked = Rc::new(LinkedFiles::new(prepared.reach.clone(), sources.clone(), &template));
        let links: Rc<dyn Links> = linked.clone();
        let judgement = judge::template(ruling, &template, parameters, &prepared.settings, &links);
        follows_links |= linked.is_followed();
        findings.extend(judgement.findings);
        open.extend(judgement.open);
        for (path, state) in judgement.clusters {
            let known = clusters.entry(path).or_insert(state);
            *known = state.max(*known);
        }
    };
    for given in &task.parameters {
        let mut sources = sources.clone();
        let id = sources.add(given.clone());
        // It parsed when it was paired with the template.
        let Ok(root) = parse(given.text()) else { continue };
        let speaker = Speaker { ruling, sources: &sources, parameters_file: None };
        analysis.findings.extend(judge::duplicates(&speaker, &root, id));
        let parameters = Rc::new(parameters::read(&root, given.text(), id));
        let known = analysis.findings.len();
        judge(Some((parameters.clone(), given.path().to_owned())), &sources, &mut analysis.findings);
        let new = analysis.findings.get(known..).unwrap_or_default();
        analysis.declared.extend(declared(&template, &task.file, &parameters, given, new));
    }
    if task.parameters.is_empty() {
        judge(None, &sources, &mut analysis.findings);
    }
    // What is wrong with the template itself is said once, whatever is passed to it.
    let speaker = Speaker { ruling, sources: &sources, parameters_file: None };
    let matters = |place: Place| open.iter().any(|reason| reason.place == place);
    analysis.findings.extend(judge::invalid(&speaker, &template, &matters));
    analysis.clusters = judge::count(clusters.into_values());
    analysis.follows_links = follows_links;
    analysis
}
