//! Nested and linked deployments: a template inside a resource, and what is passed to it.

use super::resource::is_expression_node;
use super::{MAX_DEPLOYMENTS, Reader};
use crate::syntax::{Member, Node};
use crate::template::{ArgumentValue, DeploymentArgument, Name, NestedDeployment, NestedTemplate, Term, path};
use std::rc::Rc;

impl Reader<'_> {
    /// The deployment in resource `node` at `path`. A stack always evaluates its template in its own scope.
    pub(super) fn deployment(&mut self, node: &Node, path: &str, is_stack: bool) -> NestedDeployment {
        let member = node.member("properties");
        let properties = member.map_or(node, |member| &member.value);
        let path = member.map_or_else(|| path.to_owned(), |member| path::member(path, &member.key.text));
        let (parameters, parameters_expression) = self.arguments(properties);
        NestedDeployment {
            template: self.nested_template(properties, &path),
            inner_scope: if is_stack { Some(true) } else { inner_scope(properties) },
            parameters,
            parameters_expression,
            parameters_link: properties.get("parametersLink").filter(|link| !link.is_null()).map(|link| link.span),
        }
    }

    /// The template in `properties`, which stand at `path`.
    fn nested_template(&mut self, properties: &Node, path: &str) -> NestedTemplate {
        let written = |key: &str| properties.member(key).filter(|member| !member.value.is_null());
        if let Some(member) = written("template") {
            let template = &member.value;
            if template.is_object() {
                return self.inline_template(template, path::member(path, &member.key.text));
            }
            if is_expression_node(template) {
                return NestedTemplate::Computed(self.terms.term(template));
            }
            let found = template.kind_name();
            self.problem(format!("expected `template` to be an object, found {found}"), template.span);
            return NestedTemplate::Unreadable(template.span);
        }
        match written("templateLink") {
            Some(link) => NestedTemplate::Linked(self.terms.term(&link.value)),
            None => NestedTemplate::Unreadable(properties.span),
        }
    }

    fn inline_template(&mut self, template: &Node, path: String) -> NestedTemplate {
        if self.deployments >= MAX_DEPLOYMENTS {
            let message = format!("deployments are nested more than {MAX_DEPLOYMENTS} levels deep: not read");
            self.problem(message, template.span);
            return NestedTemplate::Unreadable(template.span);
        }
        let reader = Reader::new(self.source, self.file, self.limits, self.deployments + 1);
        NestedTemplate::Inline(Rc::new(reader.template(template, path)))
    }

    /// `properties.parameters`: the arguments one by one, or one expression for all.
    fn arguments(&mut self, properties: &Node) -> (Vec<DeploymentArgument>, Option<Rc<Term>>) {
        match properties.get("parameters") {
            Some(parameters) if is_expression_node(parameters) => (Vec::new(), Some(self.terms.term(parameters))),
            _ => {
                let members = self.members(properties, "parameters");
                (members.iter().map(|member| self.argument(member)).collect(), None)
            }
        }
    }

    fn argument(&mut self, member: &Member) -> DeploymentArgument {
        let argument = &member.value;
        let value = if !argument.is_object() {
            if !is_expression_node(argument) && !argument.is_null() {
                let (name, found) = (&member.key.text, argument.kind_name());
                self.problem(
                    format!("expected `{name}` to be an object with `value`, or an expression, found {found}"),
                    argument.span,
                );
            }
            if argument.is_null() { ArgumentValue::Absent } else { ArgumentValue::Whole(self.terms.term(argument)) }
        } else if let Some(value) = argument.get("value") {
            ArgumentValue::Value(self.terms.term(value))
        } else if let Some(reference) = argument.get("reference").filter(|reference| !reference.is_null()) {
            ArgumentValue::Secret(reference.span)
        } else {
            self.argument_copy(argument)
        };
        DeploymentArgument { name: Name::from(&member.key), value }
    }

    /// An argument with neither `value` nor `reference`: the loop that makes its value, or nothing.
    fn argument_copy(&mut self, argument: &Node) -> ArgumentValue {
        let copies = argument.get("copy").and_then(|copy| self.terms.property_copies(copy)).unwrap_or_default();
        let is_value = |name: &Term| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("value"));
        if let Some(copy) = copies.into_iter().find(|copy| is_value(&copy.name)) {
            return ArgumentValue::Copy(Rc::new(copy));
        }
        if !argument.members().is_empty() {
            self.problem("expected `value`, `reference` or a `copy` that makes `value`", argument.span);
        }
        ArgumentValue::Absent
    }
}

/// What `expressionEvaluationOptions.scope` says.
fn inner_scope(properties: &Node) -> Option<bool> {
    let scope = properties.get("expressionEvaluationOptions")?.get("scope")?.as_str()?;
    let table = [("inner", true), ("outer", false)];
    table.iter().find(|(name, _)| scope.eq_ignore_ascii_case(name)).map(|(_, inner)| *inner)
}
