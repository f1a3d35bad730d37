//! Which rules there are: those that come with the linter, those of the user, and what options make of them.

use super::CheckOptions;
use crate::discover::shown_path;
use crate::finding::{Finding, Label, Level, Location, Outcome};
use crate::report::{InputKind, InputRecord, InputStatus, RuleInfo};
use crate::rules::document::Node;
use crate::rules::read::{self, Diagnostic, ReadOptions, Reading, nearest};
use crate::rules::rule::{Metadata, Rule, RuleSet, SuppressionGroup};
use crate::rules::select::{Selection, Term};
use crate::rules::{load, pack, pages};
use crate::source::Span;
use crate::suppress;
use std::borrow::Cow;
use std::path::PathBuf;

/// The rule about rule documents.
const DOCUMENTS: &str = "AKS909";

/// Rules, and what there is to say about their documents.
#[derive(Debug)]
pub struct LoadedRules {
    /// All rules, at the levels and with the configuration of the baseline.
    pub set: Cow<'static, RuleSet>,
    /// Rule documents, and what became of them.
    pub inputs: Vec<InputRecord>,
    /// What is doubtful in rule documents.
    pub findings: Vec<Finding>,
    /// Which rules run.
    pub selection: Selection,
    /// The suppression groups in force, by their indices in the set.
    pub groups: Vec<usize>,
}

/// Loads the rules that the options name. `Err` says which option means nothing.
pub fn load(options: &CheckOptions) -> Result<LoadedRules, String> {
    let base = &options.working_directory;
    let paths: Vec<PathBuf> = options.rules.iter().map(|path| base.join(path)).collect();
    let reading = ReadOptions { strict: options.strict_rules, pattern: options.config.limits.pattern };
    let loaded = load::load(&paths, reading, &|path| shown_path(base, path));
    let mut inputs: Vec<InputRecord> =
        loaded.files.iter().map(|file| input(file.path(), InputStatus::Checked, None)).collect();
    inputs.extend(
        loaded
            .unreadable
            .iter()
            .map(|path| input(&shown_path(base, &path.path), InputStatus::Failed, Some(path.message.clone()))),
    );
    inputs.extend(
        loaded
            .scripts
            .iter()
            .map(|path| input(&shown_path(base, &path.path), InputStatus::Skipped, Some(path.message.clone()))),
    );
    let (mut set, mut diagnostics) = if options.default_rules && options.rules.is_empty() {
        // Most runs have the shipped rules alone; these are not even copied.
        (Cow::Borrowed(pack::embedded()), Vec::new())
    } else {
        let reading = combined(shipped(options.default_rules), loaded.reading);
        (Cow::Owned(reading.set), reading.diagnostics)
    };
    if !options.rules.is_empty() {
        diagnostics.extend(read::references(&set, options.strict_rules));
    }
    let selection = selection(options, &set)?;
    if let Some(baseline) = &selection.baseline {
        diagnostics.extend(read::unknown_in(baseline, &set, options.strict_rules));
    }
    if let Some(baseline) = selection.baseline.as_ref().filter(|baseline| baseline.is_vague_about(&set)) {
        diagnostics.push(read::vague(baseline));
    }
    inputs.extend(diagnostics.iter().filter(|said| said.is_error).map(unusable));
    if selection.baseline.is_some() {
        let set = set.to_mut();
        for rule in &mut set.rules {
            if let Some(level) = selection.level(rule) {
                rule.level = level;
                rule.levels.clear();
            }
        }
    }
    let configuration = options.config.rule_configuration();
    if !configuration.is_empty() {
        let set = set.to_mut();
        for (name, value) in configuration {
            set.configuration.set(&name, Node::of_json(&value));
        }
    }
    // A baseline that is chosen goes before the configuration file, as in PSRule.
    if let Some(baseline) = &selection.baseline {
        set.to_mut().configuration.extend(&baseline.configuration);
    }
    let speaker =
        |reference: &str| set.rules.iter().find(|rule| rule.metadata.is_called(reference) && selection.runs(rule));
    let mut findings: Vec<Finding> = match speaker(DOCUMENTS) {
        Some(rule) => diagnostics.iter().filter(|said| !said.is_error).map(|said| doubtful(rule, said)).collect(),
        None => Vec::new(),
    };
    let (mut groups, mut wrong) = (Vec::new(), Vec::new());
    for (index, group) in set.groups.iter().enumerate() {
        match objection(group, options) {
            None => groups.push(index),
            Some((span, message)) => {
                let location = Location { file: group.metadata.source.file.clone(), span };
                wrong.push(suppress::remark(location, message));
            }
        }
    }
    if speaker(suppress::REFERENCE).is_some() {
        findings.extend(wrong);
    }
    Ok(LoadedRules { set, inputs, findings, selection, groups })
}

/// Why a suppression group is not in force, and where that is written; `None`: it is.
fn objection(group: &SuppressionGroup, options: &CheckOptions) -> Option<(Span, String)> {
    let name = &group.metadata.name;
    if let (Some(expiry), Some(today)) = (&group.expires_on, options.today)
        && expiry.moment.is_past(today)
    {
        return Some((expiry.span, format!("the suppression group {name} expired on {}", expiry.text)));
    }
    if options.config.require_reason && group.reason().is_none() {
        let message = format!("the suppression group {name} gives no reason, as the configuration demands");
        return Some((group.metadata.source.span, message));
    }
    None
}

/// What comes with the linter; without its rules only those through which it speaks of itself, so that nothing is left out
/// without a word.
fn shipped(with_rules: bool) -> RuleSet {
    let set = pack::embedded().clone();
    if with_rules {
        return set;
    }
    RuleSet { rules: set.rules.into_iter().filter(Rule::is_computed).collect(), ..RuleSet::default() }
}

/// The shipped rules and the user's: what a user calls by the name of something shipped replaces it, and keeps its ref.
fn combined(mut shipped: RuleSet, mut own: Reading) -> Reading {
    fn give_way<T>(shipped: &mut Vec<T>, own: &mut [T], metadata: impl Fn(&mut T) -> &mut Metadata) {
        shipped.retain_mut(|old| {
            let old = metadata(old);
            let new = own.iter_mut().map(&metadata).find(|new| new.name.eq_ignore_ascii_case(&old.name));
            if let Some(new) = new {
                if new.reference.is_empty() {
                    new.reference = old.reference.clone();
                }
                return false;
            }
            true
        });
    }
    give_way(&mut shipped.rules, &mut own.set.rules, |rule| &mut rule.metadata);
    give_way(&mut shipped.selectors, &mut own.set.selectors, |selector| &mut selector.metadata);
    give_way(&mut shipped.baselines, &mut own.set.baselines, |baseline| &mut baseline.metadata);
    give_way(&mut shipped.groups, &mut own.set.groups, |group| &mut group.metadata);
    let mut reading = Reading::of(shipped);
    reading.add(own);
    reading
}

fn selection(options: &CheckOptions, set: &RuleSet) -> Result<Selection, String> {
    let terms = |texts: &[String]| texts.iter().map(|text| Term::parse(text)).collect::<Result<Vec<_>, _>>();
    let baseline = match &options.rule_baseline {
        None => None,
        Some(name) => Some(set.baseline(name).cloned().ok_or_else(|| no_baseline(name, set))?),
    };
    let selection = Selection { select: terms(&options.select)?, ignore: terms(&options.ignore)?, baseline };
    match selection.idle_terms(set).first() {
        None => Ok(selection),
        Some((term, nearest)) => {
            let end = match nearest {
                Some(name) => format!("did you mean '{name}'?"),
                None => "`akslint rules` lists those there are".to_owned(),
            };
            Err(format!("no rule is meant by '{term}'; {end}"))
        }
    }
}

fn no_baseline(name: &str, set: &RuleSet) -> String {
    let known: Vec<&str> = set.baselines.iter().map(|baseline| &*baseline.metadata.name).collect();
    let end = match nearest(name, &known) {
        Some(near) => format!("; did you mean '{near}'?"),
        None if known.is_empty() => "; no rule document has one".to_owned(),
        None => format!("; there are: {}", known.join(", ")),
    };
    format!("there is no baseline '{name}'{end}")
}

/// What reports say about a rule.
pub fn info(rule: &Rule) -> RuleInfo {
    let metadata = &rule.metadata;
    // What the linter says of its own limits is no matter of security.
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
        help_markdown: pages::page_of(rule).unwrap_or_default().into(),
        help_url: metadata.link.clone(),
        tags: metadata.tags.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        security_severity: (!rule.is_computed()).then_some(severity),
    }
}

fn input(path: &str, status: InputStatus, message: Option<String>) -> InputRecord {
    InputRecord { path: path.into(), kind: InputKind::Rules, status, message, location: None }
}

/// A rule document that cannot be used.
fn unusable(said: &Diagnostic) -> InputRecord {
    let location = Some(Location { file: said.file.clone(), span: said.span });
    InputRecord { location, ..input(said.file.path(), InputStatus::Failed, Some(words(said))) }
}

/// Something in a rule document that PSRule takes otherwise than its author probably meant.
fn doubtful(rule: &Rule, said: &Diagnostic) -> Finding {
    let location = Location { file: said.file.clone(), span: said.span };
    Finding {
        rule: rule.metadata.name.clone(),
        reference: rule.metadata.reference.clone(),
        level: rule.level,
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
        fingerprint: format!("{DOCUMENTS}:{}:{}", said.file.path(), said.message),
        suppressed: None,
    }
}

fn words(said: &Diagnostic) -> String {
    match &said.suggestion {
        Some(suggestion) => format!("{}; did you mean '{suggestion}'?", said.message),
        None => said.message.clone(),
    }
}

#[cfg(test)]
mod tests;
