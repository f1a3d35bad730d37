//! Whether a value that is written out is one that a declared type takes. Whatever is not certain is let pass: expressions, null, and
//! text that looks like something to be filled in.

use super::parameters::is_placeholder;
use super::types::resolved;
use crate::source::Span;
use crate::template::{Key, ObjectTerm, Rest, Schema, Template, Term, TermKind, TypeName};

/// How deep values are looked into.
const MAX_DEPTH: usize = 64;

/// A part of a value that its type does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The way to it from the value: `network.ranges[2]`; empty for the value itself.
    pub path: String,
    /// Where it stands.
    pub span: Span,
    /// What the type takes and what is there.
    pub message: String,
}

/// Everything in `value` that `schema`, a type of `template`, does not take.
pub fn violations(schema: &Schema, value: &Term, template: &Template) -> Vec<Violation> {
    let mut judge = Judge { template, found: Vec::new() };
    judge.value(schema, value, String::new(), 0);
    judge.found
}

struct Judge<'t> {
    template: &'t Template,
    found: Vec<Violation>,
}

impl Judge<'_> {
    fn value(&mut self, schema: &Schema, value: &Term, path: String, depth: usize) {
        if depth > MAX_DEPTH || is_open(value) {
            return;
        }
        let schema = resolved(schema, self.template);
        let expected = schema.kind.map(name_of);
        let actual = kind_of(value);
        if let Some(expected) = expected.filter(|expected| *expected != actual) {
            let is_filled_in = matches!(&value.kind, TermKind::String(text) if looks_unfilled(text));
            if !is_filled_in {
                self.say(&path, value.span, format!("takes {expected} and is given {actual}"));
            }
            return;
        }
        self.constraints(&schema, value, &path);
        match &value.kind {
            TermKind::Object(object) if schema.kind.is_some() => {
                self.members(&schema, object, value.span, &path, depth)
            }
            TermKind::Array(items) if schema.kind.is_some() => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    match (schema.prefix_items.get(index), &schema.items) {
                        (Some(prefix), _) => self.value(prefix, item, path, depth + 1),
                        (None, Rest::Of(schema)) => self.value(schema, item, path, depth + 1),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn constraints(&mut self, schema: &Schema, value: &Term, path: &str) {
        let (length, unit) = match &value.kind {
            TermKind::String(text) if !is_placeholder(text) => (Some(text.encode_utf16().count()), "character"),
            TermKind::Array(items) => (Some(items.len()), "element"),
            _ => (None, ""),
        };
        let length = length.and_then(|length| i64::try_from(length).ok());
        if let Some(length) = length {
            if let Some(least) = schema.min_length.filter(|least| length < *least) {
                self.say(path, value.span, format!("takes at least {} and is given {length}", counted(least, unit)));
            }
            if let Some(greatest) = schema.max_length.filter(|greatest| length > *greatest) {
                self.say(path, value.span, format!("takes at most {} and is given {length}", counted(greatest, unit)));
            }
        }
        if let TermKind::Int(number) = value.kind {
            if let Some(least) = schema.min_value.filter(|least| number < *least) {
                self.say(path, value.span, format!("takes {least} or more and is given {number}"));
            }
            if let Some(greatest) = schema.max_value.filter(|greatest| number > *greatest) {
                self.say(path, value.span, format!("takes {greatest} or less and is given {number}"));
            }
        }
        if let Some(TermKind::Array(allowed)) = schema.allowed_values.as_ref().map(|allowed| &allowed.kind)
            && is_scalar(value)
            && !matches!(&value.kind, TermKind::String(text) if looks_unfilled(text))
            && !allowed.iter().any(|allowed| is_open(allowed) || are_equal(allowed, value))
        {
            self.say(path, value.span, "is given a value that is not among the allowed ones".to_owned());
        }
    }

    fn members(&mut self, schema: &Schema, object: &ObjectTerm, span: Span, path: &str, depth: usize) {
        // Keys that are expressions, and loops, may make any member.
        let is_open = !object.copies.is_empty() || object.members.iter().any(|it| !matches!(it.key, Key::Text(_)));
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (name, property) in &schema.properties {
            match object.get(&name.text) {
                Some(value) => self.value(property, value, below(&name.text), depth + 1),
                None if is_open || resolved(property, self.template).nullable == Some(true) => {}
                None => self.say(path, span, format!("lacks the property '{}'", name.text)),
            }
        }
        if schema.properties.is_empty() && schema.discriminator.is_some() {
            return;
        }
        for member in &object.members {
            let Key::Text(key) = &member.key else { continue };
            if schema.properties.iter().any(|(name, _)| name.is(key)) {
                continue;
            }
            match &schema.additional_properties {
                Rest::Forbidden if schema.discriminator.is_none() => {
                    self.say(path, member.key_span, format!("has no property '{key}'"));
                }
                Rest::Of(schema) => self.value(schema, &member.value, below(key), depth + 1),
                _ => {}
            }
        }
    }

    fn say(&mut self, path: &str, span: Span, message: String) {
        self.found.push(Violation { path: path.to_owned(), span, message });
    }
}

fn counted(number: i64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Whether nothing is certain about the value: an expression, or null, for which a default or nothing may be taken.
fn is_open(value: &Term) -> bool {
    matches!(value.kind, TermKind::Null | TermKind::Expression(_) | TermKind::Invalid(_))
}

fn is_scalar(value: &Term) -> bool {
    matches!(value.kind, TermKind::Bool(_) | TermKind::Int(_) | TermKind::String(_))
}

fn are_equal(one: &Term, other: &Term) -> bool {
    match (&one.kind, &other.kind) {
        (TermKind::Bool(one), TermKind::Bool(other)) => one == other,
        (TermKind::Int(one), TermKind::Int(other)) => one == other,
        // Whether case matters to Azure is not settled.
        (TermKind::String(one), TermKind::String(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    }
}

/// Whether a text stands where a tool or a person is to write something else: `${x}`, `{{ x }}`, `#{x}#`, `$(x)`, `<x>`, `__x__`.
fn looks_unfilled(text: &str) -> bool {
    let marks = ["#{", "$(", "__", "<", "%", "@@", "[["];
    text.is_empty() || is_placeholder(text) || marks.iter().any(|mark| text.contains(mark))
}

fn kind_of(value: &Term) -> &'static str {
    match &value.kind {
        TermKind::Bool(_) => name_of(TypeName::Bool),
        TermKind::Int(_) => name_of(TypeName::Int),
        TermKind::Float(_) => "a number that is not whole",
        TermKind::Array(_) => name_of(TypeName::Array),
        TermKind::Object(_) => name_of(TypeName::Object { secure: false }),
        TermKind::String(_) => name_of(TypeName::String { secure: false }),
        TermKind::Null | TermKind::Expression(_) | TermKind::Invalid(_) => "null",
    }
}

fn name_of(name: TypeName) -> &'static str {
    match name {
        TypeName::String { .. } => "a string",
        TypeName::Int => "a whole number",
        TypeName::Bool => "true or false",
        TypeName::Object { .. } => "an object",
        TypeName::Array => "an array",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::syntax::parse;
    use crate::template::arm;

    fn said(declaration: &str, value: &str) -> String {
        let text = format!(
            r#"{{"definitions": {{"Net": {{"type": "object", "properties": {{"id": {{"type": "string", "minLength": 2}},
            "tags": {{"type": "array", "items": {{"type": "int"}}, "nullable": true}}}}, "additionalProperties": false}}}},
            "parameters": {{"p": {declaration}, "v": {{"type": "string", "defaultValue": {value}}}}}, "resources": []}}"#
        );
        let template = arm::read(&parse(&text).unwrap(), &text, FileId(0));
        let value = template.parameters[1].default.clone().unwrap();
        let found = violations(&template.parameters[0].schema, &value, &template);
        let said: Vec<String> =
            found.iter().map(|it| format!("{} {}", it.path, it.message).trim().to_owned()).collect();
        said.join("; ")
    }

    #[test]
    fn compares_values_with_types() {
        let net = r##"{"$ref": "#/definitions/Net"}"##;
        let table = [
            (r#"{"type": "array"}"#, r#""10.0.0.0/8""#, "takes an array and is given a string"),
            (r#"{"type": "array"}"#, r##""#{ranges}#""##, ""),
            (r#"{"type": "bool"}"#, r#""true""#, "takes true or false and is given a string"),
            (r#"{"type": "bool"}"#, "null", ""),
            (r#"{"type": "bool"}"#, r#""[not(true())]""#, ""),
            (r#"{"type": "int"}"#, "1.5", "takes a whole number and is given a number that is not whole"),
            (r#"{"type": "int", "maxValue": 3}"#, "4", "takes 3 or less and is given 4"),
            (r#"{"type": "string", "minLength": 3}"#, r#""ab""#, "takes at least 3 characters and is given 2"),
            (r#"{"type": "array", "maxLength": 1}"#, "[1, 2]", "takes at most 1 element and is given 2"),
            (
                r#"{"type": "string", "allowedValues": ["a", "B"]}"#,
                r#""c""#,
                "is given a value that is not among the allowed ones",
            ),
            (r#"{"type": "string", "allowedValues": ["a", "B"]}"#, r#""b""#, ""),
            (r#"{"type": "array", "allowedValues": ["a", "B"]}"#, r#"["a"]"#, ""),
            (r#"{"type": "securestring"}"#, "{}", "takes a string and is given an object"),
            (net, r#"{"id": "ab"}"#, ""),
            (
                net,
                r#"{"tags": [1, "x"]}"#,
                "lacks the property 'id'; tags[1] takes a whole number and is given a string",
            ),
            (net, r#"{"ID": "a", "more": 1}"#, "id takes at least 2 characters and is given 1; has no property 'more'"),
            (r##"{"type": "array", "items": {"$ref": "#/definitions/Net"}}"##, "[{}]", "[0] lacks the property 'id'"),
            (r##"{"$ref": "#/definitions/Gone"}"##, "1", ""),
        ];
        for (declaration, value, expected) in table {
            assert_eq!(said(declaration, value), expected, "{declaration} given {value}");
        }
    }
}
