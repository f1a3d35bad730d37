//! What is passed to a template and cannot be: entries it does not declare, and values that their parameters do not take.

use super::own::{Remark, Speaker};
use crate::evaluate::conform::{Violation, violations};
use crate::evaluate::{Evaluation, Nested};
use crate::finding::Finding;
use crate::limits::MAX_SUGGESTIONS;
use crate::rules::read::nearest;
use crate::source::{FileId, Place};
use crate::template::{ArgumentValue, ParameterDeclaration, ParametersFile, ParametersValue, Template, Term};
use rustc_hash::FxHashSet;

/// The rule about values that a parameter does not take.
const VALUE: &str = "AKS905";
/// The rule about entries that the template does not declare.
const ENTRY: &str = "AKS906";

/// Findings on what is passed to the template and to those nested in it: of values, those that something which is checked asks for.
pub(super) fn findings(
    speaker: &Speaker<'_>,
    template: &Template,
    arguments: Option<&ParametersFile>,
    evaluation: &Evaluation,
) -> Vec<Finding> {
    let mut findings = arguments.map(|arguments| undeclared(speaker, template, arguments)).unwrap_or_default();
    for (index, declaration) in template.parameters.iter().enumerate() {
        if evaluation.asked_for(index) {
            let given = given(template, declaration, arguments);
            findings.extend(misfits(speaker, template, declaration, given));
        }
    }
    let mut seen = FxHashSet::default();
    for nested in evaluation.nested() {
        for (index, declaration) in nested.template.parameters.iter().enumerate() {
            let given = if nested.asked_for(index) { passed(&nested, declaration) } else { None };
            // A deployment in a loop passes the same again.
            if given.is_some_and(|(file, value)| seen.insert((file, value.span))) {
                findings.extend(misfits(speaker, nested.template, declaration, given));
            }
        }
    }
    findings
}

fn undeclared(speaker: &Speaker<'_>, template: &Template, arguments: &ParametersFile) -> Vec<Finding> {
    let Some(rule) = speaker.rule(ENTRY) else { return Vec::new() };
    let known: Vec<&str> = template.parameters.iter().map(|declared| &*declared.name.text).collect();
    let stray = arguments.entries.iter().filter(|entry| template.parameter(&entry.name.text).is_none());
    let remark = |number: usize, name: &crate::template::Name| {
        let near = if number < MAX_SUGGESTIONS { nearest(&name.text, &known) } else { None };
        let help = match near {
            Some(near) => format!("Did you mean '{near}'? Otherwise declare the parameter, or remove the entry."),
            None => "Declare the parameter in the template, or remove the entry.".to_owned(),
        };
        Remark {
            place: Place { file: arguments.file, span: name.span },
            message: format!("The template has no parameter '{}'", name.text),
            label: "not declared".to_owned(),
            note: "Azure refuses the deployment.".to_owned(),
            help,
            related: Vec::new(),
            is_aside: false,
        }
    };
    stray.enumerate().filter_map(|(number, entry)| speaker.finding(rule, remark(number, &entry.name))).collect()
}

/// The value of a root parameter, if that is written out: in the parameters file, or else as the default.
fn given<'t>(
    template: &'t Template,
    declaration: &'t ParameterDeclaration,
    arguments: Option<&'t ParametersFile>,
) -> Option<(FileId, &'t Term)> {
    let entry = arguments.and_then(|file| {
        let entry = file.entry(&declaration.name.text)?;
        Some((file.file, &entry.value))
    });
    match (entry, &declaration.default) {
        (Some((file, ParametersValue::Value(value))), _) => Some((file, value)),
        (None | Some((_, ParametersValue::Absent)), Some(default)) => Some((template.file, default)),
        _ => None,
    }
}

/// The value of a nested template's parameter, if that is written out: in the deployment, or else as the default.
fn passed<'e>(nested: &Nested<'e>, declaration: &'e ParameterDeclaration) -> Option<(FileId, &'e Term)> {
    let deployment = nested.deployment.deployment.as_ref()?;
    if deployment.parameters_expression.is_some() || deployment.parameters_link.is_some() {
        return None;
    }
    let argument = deployment.parameters.iter().rfind(|argument| argument.name.is(&declaration.name.text));
    match (argument.map(|argument| &argument.value), &declaration.default) {
        (Some(ArgumentValue::Value(value)), _) => Some((nested.file, value)),
        (None | Some(ArgumentValue::Absent), Some(default)) => Some((nested.template.file, default)),
        _ => None,
    }
}

/// What is wrong with a parameter's value that is written out in `file`.
fn misfits(
    speaker: &Speaker<'_>,
    template: &Template,
    declaration: &ParameterDeclaration,
    given: Option<(FileId, &Term)>,
) -> Vec<Finding> {
    let (Some(rule), Some((file, value))) = (speaker.rule(VALUE), given) else { return Vec::new() };
    let name = &declaration.name;
    let remark = |Violation { path, span, message }: Violation| Remark {
        place: Place { file, span },
        message: format!(
            "Parameter '{}'{}: {message}",
            name.text,
            if path.is_empty() { path } else { format!(" at {path}") }
        ),
        label: message,
        note: "Azure refuses the deployment.".to_owned(),
        help: "Pass a value that the declaration allows, or change the declaration.".to_owned(),
        related: vec![(Place { file: template.file, span: name.span }, "declared here".to_owned())],
        is_aside: false,
    };
    violations(&declaration.schema, value, template)
        .into_iter()
        .filter_map(|violation| speaker.finding(rule, remark(violation)))
        .collect()
}
