//! The seam between files and what is said about them: what a run prepares once, and what it does with each file.

use super::CheckOptions;
use super::judging::{judge_script, judge_template};
use super::linked::Reach;
use super::offers::withhold;
use super::ruleset::{self, LoadedRules};
pub use super::task::{Analysis, Correction, Prepared, Task, TaskKind};
use crate::discover::ScriptKind;
use crate::evaluate::Settings;
use crate::judge::{self, Speaker};
use crate::rules::rule::{Rule, RuleNames};
use crate::search::Needles;
use crate::source::Sources;
use crate::syntax::Node;
use crate::template::exported;
use std::rc::Rc;

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
pub fn analyse(prepared: &Prepared, task: &Task, root: Rc<Node>) -> Analysis {
    let ruling = prepared.ruling(&prepared.chosen, prepared.passes);
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    let speaker = Speaker { ruling: &ruling, sources: &sources, parameters_file: None };
    let duplicates = judge::duplicates(&speaker, &root, file);
    let mut analysis = match task.kind {
        TaskKind::Resources => {
            let judgement = judge::exported(&ruling, &prepared.settings.limits, exported::read(&root), file, &sources);
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
            withhold(prepared, task, &mut analysis);
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
    withhold(prepared, task, &mut analysis);
    Some(analysis)
}
