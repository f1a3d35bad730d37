//! Entries of `resources`, at any level.

use super::Reader;
use crate::syntax::{Member, Node, NodeKind};
use crate::template::expression::is_expression;
use crate::template::{Copy, Name, ResourceDeclaration, Term, TermKind, path};
use std::rc::Rc;

/// Members of an entry that have a field of their own in [`ResourceDeclaration`], or never affect a value.
const STRUCTURAL: [&str; 8] = ["type", "name", "condition", "copy", "existing", "resources", "dependsOn", "properties"];

impl Reader<'_> {
    /// The entries of `node.resources`, an array or an object keyed by symbolic names. `path` is that of `node`.
    pub(super) fn resources(&mut self, node: &Node, path: &str) -> Vec<Rc<ResourceDeclaration>> {
        let Some(member) = node.member("resources") else { return Vec::new() };
        let path = path::member(path, &member.key.text);
        let mut found = Vec::new();
        match &member.value.kind {
            NodeKind::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    found.extend(self.resource(entry, None, path::element(&path, index)));
                }
            }
            NodeKind::Object(entries) => {
                for entry in entries {
                    let symbol = Name::from(&entry.key);
                    let path = path::member(&path, &symbol.text);
                    found.extend(self.resource(&entry.value, Some(symbol), path));
                }
            }
            NodeKind::Null => {}
            _ => {
                let found = member.value.kind_name();
                self.problem(
                    format!("expected `resources` to be an array or an object, found {found}"),
                    member.value.span,
                );
            }
        }
        found
    }

    fn resource(&mut self, node: &Node, symbol: Option<Name>, path: String) -> Option<Rc<ResourceDeclaration>> {
        if !node.is_object() {
            self.problem(format!("expected a resource to be an object, found {}", node.kind_name()), node.span);
            return None;
        }
        let Some(type_) = self.term_of(node, "type") else {
            self.problem("expected `type` in a resource", node.span);
            return None;
        };
        let existing = node.get("existing").and_then(Node::as_bool).unwrap_or(false);
        let extension = ["extension", "import"].iter().find_map(|key| node.get(key)).and_then(Node::as_text);
        let is_foreign = extension.is_some_and(|alias| self.foreign.iter().any(|foreign| foreign.is(&alias.text)));
        let deploys = !existing && !is_foreign && type_.as_str().is_some_and(is_deployment);
        let is_stack = type_.as_str().is_some_and(is_stack);
        let members = node.members().iter().filter(|member| !is_structural(member));
        let members = members.map(|member| self.terms.member(member)).collect();
        Some(Rc::new(ResourceDeclaration {
            symbol,
            span: node.span,
            api_version: self.term_of(node, "apiVersion"),
            name: self.term_of(node, "name"),
            condition: self.term_of(node, "condition"),
            copy: self.copy(node),
            existing,
            patch: node.get("method").and_then(Node::as_str).is_some_and(|method| method.eq_ignore_ascii_case("PATCH")),
            extension: extension.map(Name::from),
            properties_key: node.member("properties").map(|member| member.key.span),
            properties: if deploys { self.deployment_properties(node) } else { self.term_of(node, "properties") },
            members,
            children: self.resources(node, &path),
            deployment: deploys.then(|| self.deployment(node, &path, is_stack)),
            type_,
            path,
        }))
    }

    /// The loop over a resource. `None` if there is none.
    fn copy(&mut self, node: &Node) -> Option<Copy> {
        let copy = node.get("copy").filter(|copy| !copy.is_null())?;
        if !copy.is_object() {
            self.problem(format!("expected `copy` to be an object, found {}", copy.kind_name()), copy.span);
        }
        Some(Copy {
            name: copy.get("name").and_then(Node::as_text).map(Name::from),
            count: self.required(copy, "count", "`copy`"),
            span: copy.span,
        })
    }

    /// `properties` of a deployment without what [`Reader::deployment`] reads.
    fn deployment_properties(&mut self, node: &Node) -> Option<Rc<Term>> {
        let properties = node.get("properties")?;
        if !properties.is_object() {
            return Some(self.terms.term(properties));
        }
        let kept = properties.members().iter();
        let kept = kept.filter(|member| !member.key.is("template") && !member.key.is("parameters"));
        let object = self.terms.object(kept);
        Some(Rc::new(Term { span: properties.span, kind: TermKind::Object(Rc::new(object)) }))
    }
}

fn is_structural(member: &Member) -> bool {
    STRUCTURAL.iter().any(|key| member.key.is(key))
}

/// Whether resources of that type deploy a template. A nested child that writes the full type counts too.
fn is_deployment(type_: &str) -> bool {
    type_.eq_ignore_ascii_case("Microsoft.Resources/deployments") || is_stack(type_)
}

fn is_stack(type_: &str) -> bool {
    type_.eq_ignore_ascii_case("Microsoft.Resources/deploymentStacks")
}

/// Whether `node` is a string with an expression.
pub(super) fn is_expression_node(node: &Node) -> bool {
    node.as_str().is_some_and(is_expression)
}
