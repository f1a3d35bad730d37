//! What a parsed JSON file is, and the few names by which parameters files find their templates.

use crate::syntax::Node;

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

/// What the tree is.
pub fn shape(root: &Node) -> Shape {
    let schema = root.get("$schema").and_then(Node::as_str).unwrap_or_default().to_ascii_lowercase();
    let versioned = root.get("contentVersion").is_some();
    let resources = root.get("resources").filter(|resources| resources.is_array() || resources.is_object());
    let parameters = root.get("parameters").filter(|parameters| parameters.is_object());
    if schema.contains("deploymentparameters.json") {
        return parameters_file(root);
    }
    if schema.contains("deploymenttemplate.json") {
        return template(root);
    }
    if let Some(resources) = resources
        && !is_resource(root)
    {
        let elements = resources.elements().iter().chain(resources.members().iter().map(|member| &member.value));
        if versioned || elements.into_iter().any(has_type) {
            return template(root);
        }
    }
    if let Some(parameters) = parameters
        && resources.is_none()
        && (versioned || !parameters.members().is_empty())
        && parameters.members().iter().all(|entry| passes_value(&entry.value))
    {
        return parameters_file(root);
    }
    let listed = ["data", "value"].iter().filter_map(|name| root.get(name)).flat_map(|list| list.elements());
    if is_resource(root) || root.elements().iter().chain(listed).any(is_resource) {
        return Shape::Resources;
    }
    Shape::Other
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

/// A resource as Azure prints it: a type of provider and name, and something that only a resource has.
fn is_resource(node: &Node) -> bool {
    has_type(node) && ["id", "properties", "location"].iter().any(|name| node.get(name).is_some())
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
            (r#"{"type": "Microsoft.X/y", "location": "w"}"#, Shape::Resources),
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
