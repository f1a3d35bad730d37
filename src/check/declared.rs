//! Where the parameters are declared whose values decide: the step on the way from a parameters file into a template.

use crate::finding::{Finding, Label, Location};
use crate::report::Declared;
use crate::source::{SourceFile, Span};
use crate::template::{ParametersFile, ParametersValue, Template};
use std::sync::Arc;

/// The declarations, in the template in `file`, of those entries of the parameters file `given` at which the findings point.
pub(super) fn declared(
    template: &Template,
    file: &Arc<SourceFile>,
    parameters: &ParametersFile,
    given: &Arc<SourceFile>,
    findings: &[Finding],
) -> Vec<Declared> {
    let mut declared: Vec<Declared> = Vec::new();
    for entry in &parameters.entries {
        let value = match &entry.value {
            ParametersValue::Value(term) | ParametersValue::Expression(term) => term.span,
            ParametersValue::Secret(_) | ParametersValue::Absent => continue,
        };
        let span = Span::new(entry.name.span.start, value.end);
        let is_met = |finding: &Finding| {
            let place = &finding.primary.location;
            span.contains(place.span) && place.file.path() == given.path()
        };
        let Some(declaration) = template.parameter(&entry.name.text) else { continue };
        if !findings.iter().any(is_met) {
            continue;
        }
        let name = &declaration.name;
        let at = Label {
            location: Location { file: file.clone(), span: name.span },
            text: format!("parameter '{}' is declared here", name.text),
        };
        declared.push(Declared { from: Location { file: given.clone(), span }, at });
    }
    declared
}
