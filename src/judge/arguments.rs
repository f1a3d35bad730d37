//! What is passed to a template and cannot be: entries it does not declare, and values that their parameters do not take.

use super::own::{Remark, Speaker};
use crate::evaluate::Evaluation;
use crate::evaluate::conform::{Violation, violations};
use crate::finding::Finding;
use crate::rules::read::nearest;
use crate::source::Place;
use crate::template::{ParameterDeclaration, ParametersFile, ParametersValue, Template};

/// The rule about values that a parameter does not take.
const VALUE: &str = "AKS905";
/// The rule about entries that the template does not declare.
const ENTRY: &str = "AKS906";

/// Findings on the root template's parameters: of values, those that something which is checked asks for.
pub(super) fn findings(
    speaker: &Speaker<'_>,
    template: &Template,
    arguments: Option<&ParametersFile>,
    evaluation: &Evaluation,
) -> Vec<Finding> {
    let mut findings = arguments.map(|arguments| undeclared(speaker, template, arguments)).unwrap_or_default();
    for (index, declaration) in template.parameters.iter().enumerate() {
        if evaluation.asked_for(index) {
            findings.extend(misfits(speaker, template, declaration, arguments));
        }
    }
    findings
}

fn undeclared(speaker: &Speaker<'_>, template: &Template, arguments: &ParametersFile) -> Vec<Finding> {
    let Some(rule) = speaker.rule(ENTRY) else { return Vec::new() };
    let known: Vec<&str> = template.parameters.iter().map(|declared| &*declared.name.text).collect();
    let stray = arguments.entries.iter().filter(|entry| template.parameter(&entry.name.text).is_none());
    let remark = |name: &crate::template::Name| {
        let help = match nearest(&name.text, &known) {
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
    stray.filter_map(|entry| speaker.finding(rule, remark(&entry.name))).collect()
}

/// What is wrong with a parameter's value, if that is written out: in the parameters file, or else as the default.
fn misfits(
    speaker: &Speaker<'_>,
    template: &Template,
    declaration: &ParameterDeclaration,
    arguments: Option<&ParametersFile>,
) -> Vec<Finding> {
    let Some(rule) = speaker.rule(VALUE) else { return Vec::new() };
    let entry = arguments.and_then(|file| {
        let entry = file.entries.iter().rfind(|entry| entry.name.is(&declaration.name.text))?;
        Some((file.file, &entry.value))
    });
    let (file, value) = match (entry, &declaration.default) {
        (Some((file, ParametersValue::Value(value))), _) => (file, value),
        (None | Some((_, ParametersValue::Absent)), Some(default)) => (template.file, default),
        _ => return Vec::new(),
    };
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
