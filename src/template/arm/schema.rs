//! Declared types with their constraints.

use super::{Reader, plain_text};
use crate::syntax::{Member, Node};
use crate::template::term::literal;
use crate::template::{Name, Rest, Schema, TypeName};

impl Reader<'_> {
    /// The schema written in `node`: a parameter, an output, a definition or a part of one. Bounded as the JSON's nesting is.
    pub(super) fn schema(&mut self, node: &Node) -> Schema {
        if !node.is_object() {
            self.problem(format!("expected a declaration to be an object, found {}", node.kind_name()), node.span);
            return Schema { span: node.span, ..Schema::default() };
        }
        let properties = self.members(node, "properties");
        let prefix_items = self.elements(node, "prefixItems");
        Schema {
            kind: self.type_name(node),
            reference: node.get("$ref").and_then(Node::as_text).map(Name::from),
            nullable: node.get("nullable").and_then(Node::as_bool),
            allowed_values: node.get("allowedValues").filter(|values| values.is_array()).map(literal),
            min_length: self.bound(node, "minLength"),
            max_length: self.bound(node, "maxLength"),
            min_value: self.bound(node, "minValue"),
            max_value: self.bound(node, "maxValue"),
            properties: self.named_schemas(properties),
            additional_properties: self.rest(node, "additionalProperties"),
            prefix_items: prefix_items.iter().map(|item| self.schema(item)).collect(),
            items: self.rest(node, "items"),
            discriminator: self.discriminator(node),
            span: node.span,
        }
    }

    /// A schema for each of `members`.
    pub(super) fn named_schemas(&mut self, members: &[Member]) -> Vec<(Name, Schema)> {
        members.iter().map(|member| (Name::from(&member.key), self.schema(&member.value))).collect()
    }

    fn type_name(&mut self, node: &Node) -> Option<TypeName> {
        let node = node.get("type")?;
        let found = node.as_str().and_then(type_name);
        if found.is_none() {
            let expected = "string, securestring, int, bool, object, secureObject, array";
            self.problem(format!("expected a type, one of {expected}"), node.span);
        }
        found
    }

    fn bound(&mut self, node: &Node, key: &str) -> Option<i64> {
        let node = node.get(key).filter(|bound| !bound.is_null())?;
        let bound = node.as_int();
        if bound.is_none() {
            self.problem(format!("expected `{key}` to be a whole number"), node.span);
        }
        bound
    }

    fn rest(&mut self, node: &Node, key: &str) -> Rest {
        match node.get(key) {
            Some(rest) if rest.is_object() => Rest::Of(Box::new(self.schema(rest))),
            Some(rest) if rest.as_bool() == Some(false) => Rest::Forbidden,
            _ => Rest::Any,
        }
    }

    fn discriminator(&mut self, node: &Node) -> Option<(Name, Vec<(Name, Schema)>)> {
        let node = node.get("discriminator")?;
        let Some(property) = plain_text(node, "propertyName") else {
            self.problem("expected `propertyName` in `discriminator`", node.span);
            return None;
        };
        let mapping = self.members(node, "mapping");
        Some((Name::from(property), self.named_schemas(mapping)))
    }
}

fn type_name(text: &str) -> Option<TypeName> {
    let table = [
        ("string", TypeName::String { secure: false }),
        ("securestring", TypeName::String { secure: true }),
        ("int", TypeName::Int),
        ("bool", TypeName::Bool),
        ("object", TypeName::Object { secure: false }),
        ("secureobject", TypeName::Object { secure: true }),
        ("array", TypeName::Array),
    ];
    table.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
}
