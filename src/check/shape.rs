//! What a parsed JSON file is, and the few names by which parameters files find their templates.

use crate::syntax::Node;
use crate::template::kind::{DocumentKind, recognise};

/// What a tree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A template, with the names of the parameters it declares.
    Template {
        /// In the order of the file.
        parameters: Vec<String>,
    },
    /// A parameters file.
    Parameters {
        /// `metadata.template`, as written.
        template: Option<String>,
        /// The names of its entries, in the order of the file.
        entries: Vec<String>,
    },
    /// Exported resources.
    Resources,
    /// None of these.
    Other,
}

/// What the tree is: by its `$schema`, and where there is none by what it looks like.
pub fn shape(root: &Node) -> Shape {
    match recognise(root) {
        DocumentKind::Template(_) => template(root),
        DocumentKind::Parameters => parameters_file(root),
        DocumentKind::Resources => Shape::Resources,
        // Copies of the schema stand on other hosts.
        DocumentKind::Other(Some(file)) if is_named(&file, "deploymentTemplate.json") => template(root),
        DocumentKind::Other(Some(file)) if is_named(&file, "deploymentParameters.json") => parameters_file(root),
        DocumentKind::Other(Some(_)) => Shape::Other,
        DocumentKind::Other(None) => without_schema(root),
    }
}

fn is_named(file: &str, name: &str) -> bool {
    file.trim_end_matches('#').to_ascii_lowercase().ends_with(&name.to_ascii_lowercase())
}

fn without_schema(root: &Node) -> Shape {
    let versioned = root.get("contentVersion").is_some();
    if let Some(resources) = root.get("resources").filter(|resources| resources.is_array() || resources.is_object()) {
        let elements = resources.elements().iter().chain(resources.members().iter().map(|member| &member.value));
        return if versioned || elements.into_iter().any(has_type) { template(root) } else { Shape::Other };
    }
    match root.get("parameters").filter(|parameters| parameters.is_object()) {
        Some(parameters)
            if (versioned || !parameters.members().is_empty())
                && parameters.members().iter().all(|entry| passes_value(&entry.value)) =>
        {
            parameters_file(root)
        }
        _ => Shape::Other,
    }
}

fn template(root: &Node) -> Shape {
    Shape::Template { parameters: names(root.get("parameters")) }
}

fn parameters_file(root: &Node) -> Shape {
    let template = root.get("metadata").and_then(|metadata| metadata.get("template")).and_then(Node::as_str);
    Shape::Parameters { template: template.map(str::to_owned), entries: names(root.get("parameters")) }
}

fn names(object: Option<&Node>) -> Vec<String> {
    object.map(|object| object.members().iter().map(|member| member.key.text.to_string()).collect()).unwrap_or_default()
}

fn has_type(node: &Node) -> bool {
    node.get("type").and_then(Node::as_str).is_some_and(|text| text.contains('/') || text.starts_with('['))
}

fn passes_value(entry: &Node) -> bool {
    ["value", "reference", "expression"].iter().any(|name| entry.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn tells_what_a_file_is() {
        let template = |names: &[&str]| Shape::Template { parameters: names.iter().map(ToString::to_string).collect() };
        let parameters = |template: Option<&str>, names: &[&str]| Shape::Parameters {
            template: template.map(str::to_owned),
            entries: names.iter().map(ToString::to_string).collect(),
        };
        let table = [
            (
                r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}"#,
                template(&[]),
            ),
            (
                r#"{"contentVersion": "1.0.0.0", "parameters": {"a": {"type": "int"}}, "resources": []}"#,
                template(&["a"]),
            ),
            (r#"{"resources": {"c": {"type": "Microsoft.X/y"}}}"#, template(&[])),
            (r#"{"resources": ["a"]}"#, Shape::Other),
            (
                r#"{"parameters": {"a": {"value": 1}}, "metadata": {"template": "x.json"}}"#,
                parameters(Some("x.json"), &["a"]),
            ),
            (r#"{"parameters": {"a": {"type": "int"}}}"#, Shape::Other),
            (r#"{"type": "Microsoft.X/y", "name": "w"}"#, Shape::Resources),
            (r#"[{"type": "Microsoft.X/y", "id": "w"}]"#, Shape::Resources),
            (r#"{"value": [{"type": "Microsoft.X/y", "id": "w"}]}"#, Shape::Resources),
            (r#"{"type": "module"}"#, Shape::Other),
            ("3", Shape::Other),
        ];
        for (text, expected) in table {
            assert_eq!(shape(&parse(text).unwrap()), expected, "{text}");
        }
    }
}
