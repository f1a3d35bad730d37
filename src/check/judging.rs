//! What rules say of one file, before what they offer to mend is tried.

use super::declared::declared;
use super::input;
use super::linked::LinkedFiles;
use super::task::{Analysis, Correction, Prepared, Task};
use crate::discover::ScriptKind;
use crate::evaluate::linked::Links;
use crate::evaluate::unknown::Reason;
use crate::finding::Finding;
use crate::judge::{self, ClusterState, Ruling, Speaker};
use crate::report::{InputKind, InputStatus};
use crate::script;
use crate::source::{Place, Sources};
use crate::syntax::{Node, parse};
use crate::template::{arm, parameters};
use std::collections::BTreeMap;
use std::rc::Rc;

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

/// A template, read from the tree `root`, is evaluated once with each of its parameters files, or once on its defaults.
pub(super) fn judge_template(prepared: &Prepared, task: &Task, root: Rc<Node>, ruling: &Ruling<'_>) -> Analysis {
    let mut sources = Sources::new();
    let file = sources.add(task.file.clone());
    let template = Rc::new(arm::read_within(&root, task.file.text(), file, prepared.settings.limits.expression));
    let mut analysis = Analysis::default();
    let mut clusters: BTreeMap<String, ClusterState> = BTreeMap::new();
    let mut open: Vec<Rc<Reason>> = Vec::new();
    let mut follows_links = false;
    let mut judge = |parameters, sources: &Sources, findings: &mut Vec<Finding>| {
        let linked = Rc::new(LinkedFiles::new(prepared.reach.clone(), sources.clone(), &template));
        let links: Rc<dyn Links> = linked.clone();
        let judgement = judge::template(ruling, &template, &root, parameters, &prepared.settings, &links);
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
        let parameters = Rc::new(parameters::read_within(&root, given.text(), id, prepared.settings.limits.expression));
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
