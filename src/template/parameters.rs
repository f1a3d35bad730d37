//! Parameters files: what is passed to a template from outside.

use super::term::{TermReader, literal};
use super::{Name, NameIndex, ParametersEntry, ParametersFile, ParametersValue, TemplateProblem, Term};
use crate::limits::ExpressionLimits;
use crate::source::{FileId, Span};
use crate::syntax::{Member, Node};
use std::rc::Rc;

/// Reads the parameters file with root `node`; `text` is the whole text of `file`. Never fails: what cannot be read is among the
/// result's problems.
pub fn read(node: &Node, text: &str, file: FileId) -> ParametersFile {
    read_within(node, text, file, ExpressionLimits::default())
}

/// Like [`read`], with expressions of these sizes at most.
pub fn read_within(node: &Node, text: &str, file: FileId, limits: ExpressionLimits) -> ParametersFile {
    let mut reader = Reader { terms: TermReader::new(text, limits), problems: Vec::new() };
    let entries = match node.get("parameters") {
        Some(parameters) if parameters.is_object() => {
            parameters.members().iter().map(|member| reader.entry(member)).collect()
        }
        Some(other) => {
            reader.problem(format!("expected `parameters` to be an object, found {}", other.kind_name()), other.span);
            Vec::new()
        }
        None => {
            reader.problem("expected an object with the key `parameters`".to_owned(), node.span);
            Vec::new()
        }
    };
    let template = node.get("metadata").and_then(|metadata| metadata.get("template")).and_then(Node::as_text);
    let inputs = node.get("externalInputs").map(Node::members).unwrap_or_default();
    let external_inputs =
        inputs.iter().filter_map(|input| Some((Name::from(&input.key), literal(input.value.get("value")?)))).collect();
    let template = template.map(Name::from);
    ParametersFile { file, entries, template, external_inputs, problems: reader.problems, names: NameIndex::default() }
}

struct Reader<'a> {
    terms: TermReader<'a>,
    problems: Vec<TemplateProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, message: String, span: Span) {
        self.problems.push(TemplateProblem { message, span });
    }

    fn entry(&mut self, member: &Member) -> ParametersEntry {
        let entry = &member.value;
        let value = if let Some(value) = entry.get("value") {
            ParametersValue::Value(literal(value))
        } else if let Some(reference) = entry.get("reference").filter(|reference| !reference.is_null()) {
            ParametersValue::Secret(reference.span)
        } else if let Some(expression) = entry.get("expression").filter(|expression| !expression.is_null()) {
            ParametersValue::Expression(self.expression(expression))
        } else {
            if !entry.is_object() {
                let found = entry.kind_name();
                let name = &member.key.text;
                self.problem(format!("expected `{name}` to be an object with `value`, found {found}"), entry.span);
            }
            ParametersValue::Absent
        };
        ParametersEntry { name: Name::from(&member.key), value }
    }

    fn expression(&mut self, node: &Node) -> Rc<Term> {
        let term = self.terms.term(node);
        for invalid in self.terms.invalid.drain(..) {
            self.problems.push(TemplateProblem { message: invalid.message.clone(), span: invalid.span });
        }
        term
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;
    use crate::template::TermKind;

    #[test]
    fn reads_every_form_of_entry() {
        let text = r#"{
            "metadata": {"template": "./main.json"},
            "externalInputs": {"in": {"value": "v"}, "none": {}},
            "parameters": {
                "text": {"value": "[[x]"},
                "null": {"value": null},
                "list": {"Value": ["[y]"]},
                "secret": {"reference": {"keyVault": {"id": "i"}, "secretName": "s"}},
                "expression": {"expression": "[externalInputs('in')]"},
                "broken": {"expression": "[f(]"},
                "nothing": {},
                "odd": 3
            }
        }"#;
        let file = read(&syntax::parse(text).unwrap(), text, FileId(0));
        let show = |entry: &ParametersEntry| {
            let value = match &entry.value {
                ParametersValue::Value(term) => match &term.kind {
                    TermKind::String(text) => format!("{text:?}"),
                    TermKind::Null => "null".to_owned(),
                    TermKind::Array(elements) => format!("[{}]", elements[0].as_str().unwrap()),
                    other => format!("{other:?}"),
                },
                ParametersValue::Secret(_) => "secret".to_owned(),
                ParametersValue::Expression(term) => match term.kind {
                    TermKind::Expression(_) => "expression".to_owned(),
                    _ => "invalid".to_owned(),
                },
                ParametersValue::Absent => "absent".to_owned(),
            };
            format!("{}={value}", entry.name.text)
        };
        let shown: Vec<_> = file.entries.iter().map(show).collect();
        let expected = [
            "text=\"[[x]\"",
            "null=null",
            "list=[[y]]",
            "secret=secret",
            "expression=expression",
            "broken=invalid",
            "nothing=absent",
            "odd=absent",
        ];
        assert_eq!(shown, expected);
        assert_eq!(file.template.map(|name| name.text.to_string()), Some("./main.json".to_owned()));
        assert_eq!(file.external_inputs.len(), 1);
        let problems: Vec<_> = file.problems.iter().map(|problem| &*problem.message).collect();
        assert!(problems[0].starts_with("expected an expression"), "{problems:?}");
        assert_eq!(problems[1], "expected `odd` to be an object with `value`, found a number");
    }

    #[test]
    fn says_what_is_missing() {
        for (text, expected) in [("[]", "the key `parameters`"), (r#"{"parameters": 1}"#, "found a number")] {
            let file = read(&syntax::parse(text).unwrap(), text, FileId(0));
            assert!(file.problems[0].message.contains(expected), "{text}");
        }
    }
}
