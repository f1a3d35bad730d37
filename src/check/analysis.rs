//! The seam between files and what is said about them: what a run prepares once, and what it does with each file.

use super::CheckOptions;
use crate::discover::shown_path;
use crate::evaluate::Settings;
use crate::finding::{Finding, Label, Level, Location, Outcome};
use crate::judge::{self, ClusterState, Ruling};
use crate::report::{ClusterCounts, InputKind, InputRecord, InputStatus, RuleInfo};
use crate::rules::read::{Diagnostic, Reading};
use crate::rules::rule::{Rule, RuleNames, RuleSet};
use crate::rules::select::{Selection, Term};
use crate::rules::{document, load, pack};
use crate::search::Needles;
use crate::source::{FileId, SourceFile, Sources};
use crate::suppress::Checked;
use crate::syntax::{Node, parse};
use crate::template::{arm, exported, parameters};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
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
}

/// What the analysis of one file gives.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The file and its parameters files, if it was looked at.
    pub checked: Vec<Checked>,
    /// The findings of every outcome.
    pub findings: Vec<Finding>,
    /// What became of the clusters.
    pub clusters: ClusterCounts,
    /// Inputs that the analysis read besides (linked templates), or that could not be used after all.
    pub inputs: Vec<Correction>,
    /// The parameters files that do not belong to the file after all, by the paths that reports print.
    pub disowned: Vec<String>,
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
    let base = &options.working_directory;
    let paths: Vec<PathBuf> = options.rules.iter().map(|path| base.join(path)).collect();
    let loaded = load::load(&paths, options.strict_rules, &|path| shown_path(base, path));
    let files = loaded.files.iter().map(|file| rules_input(file.path(), InputStatus::Checked, None));
    let unreadable = loaded
        .unreadable
        .iter()
        .map(|path| rules_input(&shown_path(base, &path.path), InputStatus::Failed, Some(path.message.clone())));
    let mut inputs: Vec<InputRecord> = files.chain(unreadable).collect();
    let mut reading = reading(options, loaded.reading);
    inputs.extend(reading.diagnostics.iter().filter(|said| said.is_error).map(unusable));
    let findings = reading.diagnostics.iter().filter(|said| !said.is_error).map(doubtful).collect();

    let selection = selection(options)?;
    if let Some((term, nearest)) = selection.idle_terms(&reading.set).first() {
        let suggestion = nearest.as_ref().map(|name| format!("; did you mean '{name}'?")).unwrap_or_default();
        return Err(format!("no rule is meant by '{term}'{suggestion}"));
    }
    let runs = |index: &usize| reading.set.rules.get(*index).is_some_and(|rule| selection.runs(rule));
    let chosen: Vec<usize> = (0..reading.set.rules.len()).filter(runs).collect();
    let asked: Vec<&Rule> = chosen.iter().filter_map(|index| reading.set.rules.get(*index)).collect();
    let needles = match types_of(&asked) {
        Some(types) => Needles::new(types),
        None => Needles::everything(),
    };
    let rules = asked.iter().map(|rule| info(rule)).collect();
    let configuration = options.config.rule_configuration();
    if !configuration.is_empty() {
        let set = reading.set.to_mut();
        for (name, value) in configuration {
            set.configuration.set(&name, document::Node::of_json(&value));
        }
    }
    let config = &options.config;
    let settings =
        Settings { limits: config.limits.clone(), deployment: config.deployment.clone(), ..Settings::default() };
    Ok(Prepared {
        needles,
        rules,
        inputs,
        findings,
        names: RuleNames::new(&reading.set),
        rule_set: reading.set,
        chosen,
        passes: options.passes,
        settings,
    })
}

/// All rules, and what is to be said of them.
struct Rules {
    set: Cow<'static, RuleSet>,
    diagnostics: Vec<Diagnostic>,
}

/// The user's rules behind the shipped ones. Without rules of the user's own, the shipped ones are not even copied.
fn reading(options: &CheckOptions, users: Reading) -> Rules {
    if !options.default_rules {
        let mut reading = Reading::default();
        reading.add(users);
        return Rules { set: Cow::Owned(reading.set), diagnostics: reading.diagnostics };
    }
    if options.rules.is_empty() {
        return Rules { set: Cow::Borrowed(pack::embedded()), diagnostics: vec![] };
    }
    let mut reading = Reading { set: pack::embedded().clone(), ..Reading::default() };
    reading.add(users);
    Rules { set: Cow::Owned(reading.set), diagnostics: reading.diagnostics }
}

fn selection(options: &CheckOptions) -> Result<Selection, String> {
    let terms = |texts: &[String]| texts.iter().map(|text| Term::parse(text)).collect::<Result<Vec<_>, _>>();
    Ok(Selection { select: terms(&options.select)?, ignore: terms(&options.ignore)?, baseline: None })
}

fn rules_input(path: &str, status: InputStatus, message: Option<String>) -> InputRecord {
    InputRecord { path: path.to_owned(), kind: InputKind::Rules, status, message, location: None }
}

/// A rule document that cannot be used.
fn unusable(said: &Diagnostic) -> InputRecord {
    let location = Some(Location { file: said.file.clone(), span: said.span });
    InputRecord { location, ..rules_input(said.file.path(), InputStatus::Failed, Some(words(said))) }
}

/// Something in a rule document that PSRule takes otherwise than its author probably meant.
fn doubtful(said: &Diagnostic) -> Finding {
    let location = Location { file: said.file.clone(), span: said.span };
    Finding {
        rule: "Azure.AKS.RuleDocument".into(),
        reference: "AKS909".into(),
        level: Level::Warning,
        outcome: Outcome::Fail,
        message: words(said),
        note: "PSRule takes it silently; the rule gives PSRule's verdict.".to_owned(),
        help: "Mend the rule. With --strict-rules this is an error.".to_owned(),
        resource: None,
        primary: Label { location, text: String::new() },
        related: vec![],
        conditions: vec![],
        parameters_file: None,
        fixes: vec![],
        fingerprint: format!("AKS909:{}:{}", said.file.path(), said.message),
        suppressed: None,
    }
}

fn words(said: &Diagnostic) -> String {
    match &said.suggestion {
        Some(suggestion) => format!("{}; did you mean '{suggestion}'?", said.message),
        None => said.message.clone(),
    }
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

/// What reports say about a rule.
fn info(rule: &Rule) -> RuleInfo {
    let metadata = &rule.metadata;
    let severity = match rule.level {
        Level::Error => "8.0",
        Level::Warning => "5.0",
        Level::Note => "2.0",
    };
    RuleInfo {
        name: metadata.name.to_string(),
        reference: metadata.reference.to_string(),
        level: rule.level,
        synopsis: metadata.synopsis.clone().unwrap_or_default(),
        description: metadata.description.clone().unwrap_or_default(),
        recommendation: rule.recommend.clone().unwrap_or_default(),
        help_markdown: String::new(),
        help_url: metadata.link.clone(),
        tags: metadata.tags.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        security_severity: Some(severity.to_owned()),
    }
}

/// Analyses one file, whose text has been parsed to `root`.
pub fn analyse(prepared: &Prepared, task: &Task, root: &Node) -> Analysis {
    let ruling =
        Ruling { rules: &prepared.rule_set, names: &prepared.names, chosen: &prepared.chosen, passes: prepared.passes };
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    match task.kind {
        TaskKind::Resources => {
            let judgement = judge::exported(&ruling, exported::read(root), file, &sources);
            Analysis {
                clusters: judge::count(judgement.clusters.iter().map(|(_, state)| *state)),
                findings: judgement.findings,
                ..Analysis::default()
            }
        }
        TaskKind::Template => template(prepared, task, root, &ruling, file, sources),
    }
}

/// A template is evaluated once with each of its parameters files, or once on its defaults.
fn template(
    prepared: &Prepared,
    task: &Task,
    root: &Node,
    ruling: &Ruling<'_>,
    file: FileId,
    sources: Sources,
) -> Analysis {
    let template = Rc::new(arm::read(root, task.file.text(), file));
    let mut analysis = Analysis::default();
    let mut clusters: BTreeMap<String, ClusterState> = BTreeMap::new();
    let mut judge = |parameters, sources: &Sources| {
        let judgement = judge::template(ruling, &template, parameters, &prepared.settings, sources);
        analysis.findings.extend(judgement.findings);
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
        let parameters = Rc::new(parameters::read(&root, given.text(), id));
        judge(Some((parameters, given.path().to_owned())), &sources);
    }
    if task.parameters.is_empty() {
        judge(None, &sources);
    }
    analysis.clusters = judge::count(clusters.into_values());
    analysis
}
