//! Resources as they are in Azure, printed by a command or a query: literal, without expressions.

use super::term::literal_member;
use super::{Key, Name, ObjectTerm, Term, TermKind, TermMember, path};
use crate::source::Span;
use crate::syntax::{Member, Node};
use std::rc::Rc;

/// A resource as it is in Azure.
#[derive(Clone, Debug)]
pub struct ExportedResource {
    /// The whole object.
    pub span: Span,
    /// JSONPath of the object in its file: `$`, `$[3]`, `$.value[3]`.
    pub path: String,
    /// The full type.
    pub type_: Name,
    /// The full name, `cluster/pool` for a child, whether `name` or only `id` says it in full.
    pub name: Option<Name>,
    /// `apiVersion`, if the export has it.
    pub api_version: Option<Name>,
    /// The resource as a template would declare it, every string literal: `type`, `name`, `properties`, ...
    pub body: Rc<Term>,
}

/// Members that stand beside `properties`. In an export without `properties` all others count as properties.
const BESIDE_PROPERTIES: [&str; 10] =
    ["id", "name", "type", "location", "tags", "sku", "identity", "kind", "zones", "apiVersion"];

/// Whether `root` is a resource, an array of resources, or such an array under `data` or `value`.
pub fn looks_like_resources(root: &Node) -> bool {
    resources_of(root).is_some()
}

/// The resources in `root`, in order. What does not look like a resource is left out.
pub fn read(root: &Node) -> Vec<ExportedResource> {
    resources_of(root).unwrap_or_default().into_iter().filter_map(|(node, path)| resource(node, path)).collect()
}

/// The nodes that look like resources, with their paths. `None` if there is none.
fn resources_of(root: &Node) -> Option<Vec<(&Node, String)>> {
    if looks_like_resource(root) {
        return Some(vec![(root, "$".to_owned())]);
    }
    let (list, list_path) = if root.is_array() {
        (root, "$".to_owned())
    } else {
        let member = ["data", "value"].iter().find_map(|name| root.member(name).filter(|m| m.value.is_array()))?;
        (&member.value, path::member("$", &member.key.text))
    };
    let numbered = list.elements().iter().enumerate().filter(|(_, node)| looks_like_resource(node));
    let found: Vec<_> = numbered.map(|(index, node)| (node, path::element(&list_path, index))).collect();
    (!found.is_empty()).then_some(found)
}

fn looks_like_resource(node: &Node) -> bool {
    let provider = node.get("type").and_then(Node::as_str).and_then(|type_| type_.split_once('/'));
    let typed = provider.is_some_and(|(provider, rest)| provider.contains('.') && !rest.is_empty());
    typed && (node.get("name").or_else(|| node.get("id"))).is_some_and(|named| named.as_str().is_some())
}

fn resource(node: &Node, path: String) -> Option<ExportedResource> {
    let name_of = |key: &str| node.get(key).and_then(Node::as_text).map(Name::from);
    let type_ = name_of("type")?;
    let name = full_name(&type_, name_of("name"), name_of("id"));
    let body = Rc::new(Term { span: node.span, kind: TermKind::Object(Rc::new(body(node))) });
    Some(ExportedResource { span: node.span, path, type_, name, api_version: name_of("apiVersion"), body })
}

fn body(node: &Node) -> ObjectTerm {
    let has_properties = node.get("properties").is_some_and(Node::is_object);
    let is_beside = |member: &&Member| has_properties || BESIDE_PROPERTIES.iter().any(|name| member.key.is(name));
    let (beside, properties): (Vec<_>, Vec<_>) = node.members().iter().partition(is_beside);
    let mut members: Vec<_> = beside.into_iter().map(literal_member).collect();
    if !has_properties {
        let properties = properties.into_iter().filter(|member| !member.key.is("properties")).map(literal_member);
        let object = ObjectTerm { members: properties.collect(), copies: Vec::new() };
        // The object is not written as such: it stands where the resource stands.
        let value = Rc::new(Term { span: node.span, kind: TermKind::Object(Rc::new(object)) });
        members.push(TermMember { key: Key::Text("properties".into()), key_span: node.span, value });
    }
    ObjectTerm { members, copies: Vec::new() }
}

/// The name with those of the parents. Exports of child resources often give the last segment alone; the id has them all.
fn full_name(type_: &Name, name: Option<Name>, id: Option<Name>) -> Option<Name> {
    let levels = type_.text.matches('/').count();
    if name.as_ref().is_some_and(|name| name.text.matches('/').count() + 1 >= levels) {
        return name;
    }
    let from_id = id.and_then(|id| {
        // .../providers/A.B/type/NAME/type/NAME
        let (_, tail) = split_last_ignoring_case(&id.text, "/providers/")?;
        let names: Vec<_> = tail.split('/').skip(2).step_by(2).collect();
        let text = (names.len() == levels).then(|| names.join("/").into())?;
        Some(Name { text, span: name.as_ref().map_or(id.span, |name| name.span) })
    });
    from_id.or(name)
}

fn split_last_ignoring_case<'t>(text: &'t str, separator: &str) -> Option<(&'t str, &'t str)> {
    // ASCII folding keeps byte positions.
    let at = text.to_ascii_lowercase().rfind(separator)?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn reads_every_shape_of_export() {
        let cluster =
            r#"{"type": "microsoft.containerservice/managedclusters", "name": "c", "properties": {"a": null}}"#;
        let table = [
            (cluster.to_owned(), vec!["$"]),
            (format!("[1, {cluster}, {{}}, {cluster}]"), vec!["$[1]", "$[3]"]),
            (format!(r#"{{"data": [{cluster}]}}"#), vec!["$.data[0]"]),
            (format!(r#"{{"nextLink": "", "value": [{cluster}]}}"#), vec!["$.value[0]"]),
            (r#"{"type": "module", "name": "x"}"#.to_owned(), vec![]),
            (r#"{"type": "a/b", "name": "x"}"#.to_owned(), vec![]),
            (r#"{"type": "A.B/c"}"#.to_owned(), vec![]),
            (r#"{"type": "A.B/c", "id": "/x"}"#.to_owned(), vec!["$"]),
            (r#"{"type": "A.B/c", "name": 1}"#.to_owned(), vec![]),
            ("[]".to_owned(), vec![]),
        ];
        for (text, expected) in table {
            let found = read(&syntax::parse(&text).unwrap());
            assert_eq!(found.iter().map(|resource| &*resource.path).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn takes_the_rest_for_properties_where_there_are_none() {
        let text = r#"{"id": "/i", "name": "c", "type": "A.B/c", "location": "[x]", "resourceGroup": "g",
            "properties": null, "sku": {"name": "Base"}, "apiServerAccessProfile": null, "copy": []}"#;
        let resource = read(&syntax::parse(text).unwrap()).remove(0);
        let keys = |object: &ObjectTerm| {
            let key = |member: &TermMember| match &member.key {
                Key::Text(text) => text.to_string(),
                _ => String::new(),
            };
            object.members.iter().map(key).collect::<Vec<_>>().join(" ")
        };
        let body = resource.body.as_object().unwrap();
        assert_eq!(keys(body), "id name type location sku properties");
        assert_eq!(body.get("location").unwrap().as_str(), Some("[x]"));
        assert_eq!(
            keys(body.get("properties").unwrap().as_object().unwrap()),
            "resourceGroup apiServerAccessProfile copy"
        );
    }

    #[test]
    fn completes_names_of_children() {
        let id = "/subscriptions/s/resourceGroups/g/Providers/A.B/c/one/pools/two";
        let table = [
            ("A.B/c", r#""name": "one""#.to_owned(), "one"),
            ("A.B/c/pools", format!(r#""name": "two", "id": "{id}""#), "one/two"),
            ("A.B/c/pools", format!(r#""name": "one/two", "id": "{id}""#), "one/two"),
            ("A.B/c/pools", r#""name": "two""#.to_owned(), "two"),
            ("A.B/c/pools", format!(r#""id": "{id}""#), "one/two"),
            ("A.B/c", format!(r#""name": "x", "id": "{id}""#), "x"),
            ("A.B/c/pools", r#""name": "two", "id": "/providers/x""#.to_owned(), "two"),
        ];
        for (type_, rest, expected) in table {
            let text = format!(r#"{{"type": "{type_}", {rest}}}"#);
            let found = read(&syntax::parse(&text).unwrap());
            assert_eq!(found[0].name.as_ref().map(|name| &*name.text), Some(expected), "{text}");
        }
    }
}
