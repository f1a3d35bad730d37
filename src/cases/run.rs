//! Running cases: each is checked, and what rules say is compared with what is expected.

use super::{Case, Expected, Problem, Suite, Tested};
use crate::check::CheckOptions;
use crate::check::analysis::{self, Analysis, Prepared, Task, TaskKind};
use crate::check::shape::{Shape, shape};
use crate::finding::{Finding, Outcome};
use crate::rules::read::nearest;
use crate::rules::rule::{Rule, RuleSet};
use crate::source::Span;
use crate::syntax::parse;
use std::rc::Rc;

/// Runs the cases with the rules that `options` load, `rules`. `Err` is what makes the file unusable.
pub fn run(suite: &Suite, rules: &RuleSet, options: &CheckOptions) -> Result<Vec<Tested>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut say = |span: Span, message: String| problems.push(Problem { file: suite.file.clone(), span, message });
    for expected in suite.cases.iter().flat_map(|case| &case.expected) {
        if rules.rule(&expected.rule).is_none() {
            let known: Vec<&str> = rules.rules.iter().flat_map(|rule| [rule.name(), rule.reference()]).collect();
            let end =
                nearest(&expected.rule, &known).map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            say(expected.span, format!("there is no rule '{}'{end}", expected.rule));
        }
    }
    // Cases ask for what they want themselves.
    let select = rules.rules.iter().map(|rule| rule.name().to_owned()).collect();
    let prepared = match analysis::prepare(&CheckOptions { select, ..options.clone() }) {
        Ok(prepared) => prepared,
        Err(message) => {
            say(Span::default(), message);
            return Err(problems);
        }
    };
    let mut tested = Vec::new();
    for case in &suite.cases {
        match analyse(&prepared, case) {
            Ok(analysis) => tested.push(Tested {
                name: case.name.clone(),
                missed: case
                    .expected
                    .iter()
                    .filter_map(|expected| Some((expected.span, miss(&prepared, &analysis, expected)?)))
                    .collect(),
            }),
            Err(message) => say(case.span, message),
        }
    }
    if problems.is_empty() { Ok(tested) } else { Err(problems) }
}

fn analyse(prepared: &Prepared, case: &Case) -> Result<Analysis, String> {
    let parsed = |file: &crate::source::SourceFile| {
        parse(file.text()).map_err(|error| format!("{} is not JSON: {}", file.path(), error.message))
    };
    let root = Rc::new(parsed(&case.input)?);
    let kind = match shape(&root) {
        Shape::Template { .. } => TaskKind::Template,
        Shape::Resources => TaskKind::Resources,
        Shape::Parameters { .. } | Shape::Other => {
            return Err(format!("{} is neither a template nor exported resources", case.input.path()));
        }
    };
    if let Some(parameters) = &case.parameters {
        let root = parsed(parameters)?;
        if !matches!(shape(&root), Shape::Parameters { .. }) && root.get("parameters").is_none() {
            return Err(format!("{} is no parameters file", parameters.path()));
        }
    }
    let parameters = case.parameters.iter().cloned().collect();
    Ok(analysis::analyse(prepared, &Task { kind, file: case.input.clone(), parameters }, root))
}

/// What did not come as expected, in words; `None` if all did.
fn miss(prepared: &Prepared, analysis: &Analysis, expected: &Expected) -> Option<String> {
    let rule: &Rule = prepared.rule_set.rule(&expected.rule)?;
    let is_there = |finding: &&Finding| {
        let name = finding.resource.as_ref().and_then(|resource| resource.name.as_deref());
        *finding.rule == *rule.name() && expected.resource.as_deref().is_none_or(|wanted| name == Some(wanted))
    };
    let findings: Vec<&Finding> = analysis.findings.iter().filter(is_there).collect();
    let on = expected.resource.as_ref().map(|name| format!(" on '{name}'")).unwrap_or_default();
    let start = format!("{}{on}: expected", expected.rule);
    // Outcomes are ordered from the gravest on. A rule that says nothing does not apply.
    let outcome = findings.iter().map(|finding| finding.outcome).min().unwrap_or(Outcome::None);
    let messages = |findings: &[&Finding]| -> String {
        let words: Vec<String> = findings
            .iter()
            .filter(|finding| finding.outcome == outcome && !finding.message.is_empty())
            .map(|finding| format!("\n  {}: {}", finding.level.as_str(), finding.message))
            .collect();
        words.concat()
    };
    if outcome != expected.outcome {
        return Some(format!("{start} {}, got {}{}", expected.outcome.as_str(), outcome.as_str(), messages(&findings)));
    }
    let fitting: Vec<&&Finding> = findings
        .iter()
        .filter(|finding| finding.outcome == outcome)
        .filter(|finding| expected.message.as_ref().is_none_or(|part| finding.message.contains(part)))
        .collect();
    if let (Some(part), true) = (&expected.message, fitting.is_empty()) {
        return Some(format!("{start} a message with '{part}', got{}", messages(&findings)));
    }
    match expected.level {
        Some(level) if fitting.iter().all(|finding| finding.level != level) => {
            Some(format!("{start} the level {}, got{}", level.as_str(), messages(&findings)))
        }
        _ => None,
    }
}
