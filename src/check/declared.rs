//! Where the parameters are declared whose values decide: a step on the way from a parameters file, or a default, to another file.

use crate::finding::{Finding, Label, Location};
use crate::report::Declared;
use crate::source::{SourceFile, Span};
use crate::template::{ParametersFile, ParametersValue, Template};
use std::sync::Arc;

/// The declarations, in the template in `file`, behind the places of `findings`: of entries of the parameters file, or, without one, of
/// parameters whose default it is.
pub(super) fn declared(
    template: &Template,
    file: &Arc<SourceFile>,
    parameters: Option<(&ParametersFile, &Arc<SourceFile>)>,
    findings: &[Finding],
) -> Vec<Declared> {
    let mut declared: Vec<Declared> = Vec::new();
    let mut add = |from: Location, name: Span, text: String| {
        let is_known = |known: &Declared| known.from.span == from.span && same(&known.from.file, &from.file);
        let is_met = |label: &Label| from.span.contains(label.location.span) && same(&label.location.file, &from.file);
        let is_asked = || findings.iter().any(|finding| is_met(&finding.primary) || finding.related.iter().any(is_met));
        if !declared.iter().any(is_known) && is_asked() {
            declared.push(Declared { from, at: Label { location: Location { file: file.clone(), span: name }, text } });
        }
    };
    for declaration in &template.parameters {
        let name = &declaration.name;
        if let Some(default) = &declaration.default {
            let from = Location { file: file.clone(), span: default.span };
            add(from, name.span, format!("the default of parameter '{}'", name.text));
        }
        let Some((parameters, given)) = parameters else { continue };
        for entry in parameters.entries.iter().filter(|entry| entry.name.is(&name.text)) {
            let value = match &entry.value {
                ParametersValue::Value(term) | ParametersValue::Expression(term) => term.span,
                ParametersValue::Secret(_) | ParametersValue::Absent => continue,
            };
            let span = Span::new(entry.name.span.start, value.end);
            let from = Location { file: given.clone(), span };
            add(from, name.span, format!("parameter '{}' is declared here", name.text));
        }
    }
    declared
}

fn same(one: &Arc<SourceFile>, other: &Arc<SourceFile>) -> bool {
    Arc::ptr_eq(one, other) || one.path() == other.path()
}
