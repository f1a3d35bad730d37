//! Reads ARM JSON into a [`Template`].
//!
//! Reading never fails: what cannot be what the engine accepts goes to the template's problems, and the rest stands.

mod deployment;
mod resource;
mod schema;

use super::expression::is_expression;
use super::term::TermReader;
use super::{
    DeploymentScope, FunctionDeclaration, Generator, Name, NameIndex, OutputDeclaration, OutputValue,
    ParameterDeclaration, Template, TemplateProblem, Term, VariableDeclaration, VariableValue, kind,
};
use crate::limits::ExpressionLimits;
use crate::source::{FileId, Span};
use crate::syntax::{Member, Node, Text};
use std::rc::Rc;

/// The deepest nesting of deployments whose templates are read. Real templates reach 7.
pub const MAX_DEPLOYMENTS: usize = 32;

/// Reads the template with root `node`; `text` is the whole text of `file`. Templates of nested deployments are read too.
pub fn read(node: &Node, text: &str, file: FileId) -> Template {
    read_within(node, text, file, ExpressionLimits::default())
}

/// Like [`read`], with expressions of these sizes at most.
pub fn read_within(node: &Node, text: &str, file: FileId, limits: ExpressionLimits) -> Template {
    Reader::new(text, file, limits, 0).template(node, "$".to_owned())
}

/// Reads one template; a nested one has a reader of its own.
struct Reader<'a> {
    source: &'a str,
    file: FileId,
    limits: ExpressionLimits,
    /// How many deployments this template is nested in.
    deployments: usize,
    terms: TermReader<'a>,
    problems: Vec<TemplateProblem>,
    /// Aliases of extensions other than Azure Resource Manager.
    foreign: Vec<Name>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, file: FileId, limits: ExpressionLimits, deployments: usize) -> Self {
        let terms = TermReader::new(source, limits);
        Self { source, file, limits, deployments, terms, problems: Vec::new(), foreign: Vec::new() }
    }

    fn template(mut self, node: &Node, path: String) -> Template {
        if !node.is_object() {
            self.problem(format!("expected a template to be an object, found {}", node.kind_name()), node.span);
        }
        self.foreign = self.foreign_extensions(node);
        let schema = node.get("$schema").and_then(Node::as_str);
        let language_version = node.get("languageVersion").and_then(Node::as_text).map(Name::from);
        let generator = generator(node);
        let parameters = self.parameters(node);
        let variables = self.variables(node);
        let functions = self.functions(node);
        let definitions = self.members(node, "definitions");
        let definitions = self.named_schemas(definitions);
        let resources = self.resources(node, &path);
        let outputs = self.outputs(node);
        // Reading goes by kind of declaration, reports by place.
        self.problems.sort_by_key(|problem| problem.span);
        self.terms.invalid.sort_by_key(|invalid| invalid.span);
        Template {
            file: self.file,
            span: node.span,
            path,
            scope: schema.and_then(kind::deployment_scope).unwrap_or(DeploymentScope::ResourceGroup),
            language_version,
            generator,
            parameters,
            variables,
            functions,
            definitions,
            foreign_extensions: self.foreign,
            resources,
            outputs,
            problems: self.problems,
            invalid_expressions: self.terms.invalid,
            parameter_names: NameIndex::default(),
            variable_names: NameIndex::default(),
        }
    }

    fn problem(&mut self, message: impl Into<String>, span: Span) {
        self.problems.push(TemplateProblem { message: message.into(), span });
    }

    /// The members of the object `node.key`. Absent or `null`: none. Anything else is a problem.
    fn members<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Member] {
        match node.get(key) {
            Some(value) if !value.is_object() && !value.is_null() => {
                self.problem(format!("expected `{key}` to be an object, found {}", value.kind_name()), value.span);
                &[]
            }
            Some(value) => value.members(),
            None => &[],
        }
    }

    /// The value of `node.key` with its expressions. `None` if absent.
    fn term_of(&mut self, node: &Node, key: &str) -> Option<Rc<Term>> {
        node.get(key).map(|value| self.terms.term(value))
    }

    /// The value of `node.key`; if it is missing, that is a problem and the value is `null`.
    fn required(&mut self, node: &Node, key: &str, of: &str) -> Rc<Term> {
        match node.get(key) {
            Some(value) => self.terms.term(value),
            None => {
                self.problem(format!("expected `{key}` in {of}"), node.span);
                Term::null(node.span)
            }
        }
    }

    fn foreign_extensions(&mut self, node: &Node) -> Vec<Name> {
        let mut found = Vec::new();
        for (list, provider) in [("extensions", "name"), ("imports", "provider")] {
            for member in self.members(node, list) {
                let provider = member.value.get(provider).and_then(Node::as_str);
                // Without a name it cannot be told, and a resource is rather checked than missed.
                if provider.is_some_and(|provider| !provider.eq_ignore_ascii_case("AzureResourceManager")) {
                    found.push(Name::from(&member.key));
                }
            }
        }
        found
    }

    fn parameters(&mut self, node: &Node) -> Vec<ParameterDeclaration> {
        let members = self.members(node, "parameters");
        let read = |member: &Member| ParameterDeclaration {
            name: Name::from(&member.key),
            schema: self.schema(&member.value),
            default: self.term_of(&member.value, "defaultValue"),
            span: member.value.span,
        };
        members.iter().map(read).collect()
    }

    fn variables(&mut self, node: &Node) -> Vec<VariableDeclaration> {
        let mut variables = Vec::new();
        for member in self.members(node, "variables") {
            let copies = Some(&member.value).filter(|_| member.key.is("copy"));
            let Some(copies) = copies.and_then(|value| self.terms.property_copies(value)) else {
                let value = VariableValue::Term(self.terms.term(&member.value));
                variables.push(VariableDeclaration { name: Name::from(&member.key), value });
                continue;
            };
            for copy in copies {
                match copy.name.as_str() {
                    Some(text) => {
                        let name = Name { text: text.into(), span: copy.name.span };
                        variables.push(VariableDeclaration { name, value: VariableValue::Copy(Rc::new(copy)) });
                    }
                    None => self.problem("expected the name of a variable in plain text", copy.name.span),
                }
            }
        }
        variables
    }

    fn functions(&mut self, node: &Node) -> Vec<FunctionDeclaration> {
        let mut functions = Vec::new();
        for group in self.elements(node, "functions") {
            let Some(namespace) = group.get("namespace").and_then(Node::as_text) else {
                self.problem("expected `namespace` in an entry of `functions`", group.span);
                continue;
            };
            for member in self.members(group, "members") {
                let parameters = self.function_parameters(&member.value);
                let body = match member.value.get("output") {
                    Some(output) => self.required(output, "value", "the output of a function"),
                    None => self.required(&member.value, "output", "a function"),
                };
                let (namespace, name) = (Name::from(namespace), Name::from(&member.key));
                functions.push(FunctionDeclaration { namespace, name, parameters, body });
            }
        }
        functions
    }

    fn function_parameters(&mut self, function: &Node) -> Vec<(Name, super::Schema)> {
        let mut parameters = Vec::new();
        for parameter in self.elements(function, "parameters") {
            match parameter.get("name").and_then(Node::as_text) {
                Some(name) => parameters.push((Name::from(name), self.schema(parameter))),
                None => self.problem("expected `name` in a parameter of a function", parameter.span),
            }
        }
        parameters
    }

    /// The elements of the array `node.key`. Absent or `null`: none. Anything else is a problem.
    fn elements<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        match node.get(key) {
            Some(value) if !value.is_array() && !value.is_null() => {
                self.problem(format!("expected `{key}` to be an array, found {}", value.kind_name()), value.span);
                &[]
            }
            Some(value) => value.elements(),
            None => &[],
        }
    }

    fn outputs(&mut self, node: &Node) -> Vec<OutputDeclaration> {
        let members = self.members(node, "outputs");
        members.iter().map(|member| self.output(member)).collect()
    }

    fn output(&mut self, member: &Member) -> OutputDeclaration {
        let output = &member.value;
        // The documentation also writes the loop as a list of one.
        let copy = output.get("copy").map(|copy| copy.elements().first().unwrap_or(copy));
        let value = if let Some(value) = output.get("value") {
            OutputValue::Term(self.terms.term(value))
        } else if let Some(copy) = copy {
            let count = self.required(copy, "count", "the `copy` of an output");
            let input = self.required(copy, "input", "the `copy` of an output");
            OutputValue::Copy { count, input }
        } else {
            OutputValue::Absent
        };
        OutputDeclaration {
            name: Name::from(&member.key),
            schema: self.schema(output),
            condition: self.term_of(output, "condition"),
            value,
        }
    }
}

fn generator(node: &Node) -> Option<Generator> {
    let generator = node.get("metadata")?.get("_generator")?;
    let text = |key: &str| generator.get(key).and_then(Node::as_text).map(|text| text.text.clone());
    Some(Generator { name: text("name")?, version: text("version").unwrap_or_default() })
}

/// The string at `node.key`, unless it is an expression.
fn plain_text<'n>(node: &'n Node, key: &str) -> Option<&'n Text> {
    node.get(key).and_then(Node::as_text).filter(|text| !is_expression(&text.text))
}

#[cfg(test)]
mod tests;
