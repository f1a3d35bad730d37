//! Expressions that do not parse, and other parts of a template that are not what a template has there.

use super::own::{Remark, Speaker};
use crate::finding::Finding;
use crate::rules::rule::Rule;
use crate::source::{FileId, Place, Span};
use crate::template::{NestedTemplate, ParametersFile, ResourceDeclaration, Template};

/// The rule under which they are reported.
const REFERENCE: &str = "AKS903";
/// Deployments in deployments are followed as deep as this; evaluation stops earlier.
const MAX_DEPTH: usize = 64;

/// One finding for each, in the order of the file. `matters` tells whether a rule could not decide because of what stands at a place.
pub fn findings(speaker: &Speaker<'_>, template: &Template, matters: &dyn Fn(Place) -> bool) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let mut wrong = Vec::new();
    collect(template, 0, &mut wrong);
    said(speaker, rule, wrong, matters)
}

/// The same for a parameters file.
pub(super) fn in_parameters(speaker: &Speaker<'_>, file: &ParametersFile) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let wrong = file.problems.iter().map(|problem| Wrong {
        span: problem.span,
        file: file.file,
        message: capitalised(&problem.message),
        is_expression: false,
    });
    said(speaker, rule, wrong.collect(), &|_| true)
}

fn said(speaker: &Speaker<'_>, rule: &Rule, mut wrong: Vec<Wrong>, matters: &dyn Fn(Place) -> bool) -> Vec<Finding> {
    wrong.sort();
    wrong.dedup();
    let remark = |Wrong { span, file, message, is_expression }: Wrong| {
        let place = Place { file, span };
        let label = if is_expression { "does not parse" } else { "cannot be read" };
        Remark {
            place,
            message,
            label: label.to_owned(),
            note: "Azure refuses the deployment.".to_owned(),
            help: if is_expression {
                "Mend the expression; text that begins with a bracket is written with two: [[.".to_owned()
            } else {
                "Write what belongs at this place.".to_owned()
            },
            related: Vec::new(),
            is_aside: !matters(place),
        }
    };
    wrong.into_iter().filter_map(|wrong| speaker.finding(rule, remark(wrong))).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wrong {
    span: Span,
    file: FileId,
    message: String,
    is_expression: bool,
}

fn collect(template: &Template, depth: usize, wrong: &mut Vec<Wrong>) {
    let file = template.file;
    wrong.extend(template.invalid_expressions.iter().map(|invalid| Wrong {
        span: invalid.span,
        file,
        message: format!("The expression does not parse: {}", invalid.message),
        is_expression: true,
    }));
    wrong.extend(template.problems.iter().map(|problem| Wrong {
        span: problem.span,
        file,
        message: capitalised(&problem.message),
        is_expression: false,
    }));
    if depth < MAX_DEPTH {
        template.resources.iter().for_each(|resource| nested(resource, depth, wrong));
    }
}

fn nested(resource: &ResourceDeclaration, depth: usize, wrong: &mut Vec<Wrong>) {
    if let Some(NestedTemplate::Inline(template)) = resource.deployment.as_ref().map(|deployment| &deployment.template)
    {
        collect(template, depth + 1, wrong);
    }
    if depth < MAX_DEPTH {
        resource.children.iter().for_each(|child| nested(child, depth + 1, wrong));
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().collect::<String>() + characters.as_str()).unwrap_or_default()
}
