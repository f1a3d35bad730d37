//! Conditions: operators, sub-selectors, named conditions with operands and modifiers, all mixed in one mapping.

use super::super::compare::Ordering;
use super::super::conditions::{self, Definition, Prepared, prepare};
use super::super::document::{Entry, Node, NodeKind, Text};
use super::super::functions;
use super::super::path::ObjectPath;
use super::super::rule::{Argument, Condition, Each, Operands, Quantifier, Test};
use super::{Reader, nearest};

const OPERATORS: &[&str] = &["allOf", "anyOf", "not", "if"];
const OPERANDS: &[&str] = &["field", "type", "name", "source", "value", "scope"];
/// What `source` tells apart.
const SOURCES: &[&str] = &["Template", "Parameter", "File"];
/// Beside `field`: look where the property stands in the API version of the resource.
const BY_API_VERSION: &str = "byApiVersion";
const QUANTIFIERS: &[&str] = &["greaterOrEqual", "greater", "lessOrEqual", "less", "count"];
/// Modifiers that are true or false.
const FLAGS: &[&str] = &["caseSensitive", "convert", "unique", "includePrerelease", "ignoreScheme"];

/// Where a condition stands, which decides what an empty one means.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// `condition`, `where`, `if`.
    Root,
    /// Under `not`.
    Negated,
    /// In a list.
    Child,
}

/// Reads a condition. The nesting was bounded when the document was read.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, role: Role) -> Condition {
    let Some(entries) = node.as_map() else {
        if role == Role::Root && matches!(&node.kind, NodeKind::Null) {
            return Condition::Always(true);
        }
        reader.error(node.span, format!("a condition is a mapping, not {}", node.what()));
        return Condition::Broken("a condition is a mapping".to_owned());
    };
    let mut operators = entries.iter().filter(|entry| find(OPERATORS, &entry.key).is_some());
    match (operators.next(), operators.next()) {
        (Some(operator), None) => return self::operator(reader, node, entries, operator),
        (Some(_), Some(second)) => {
            reader.error(second.span, "two operators stand in one mapping");
            return Condition::Broken("two operators stand in one mapping".to_owned());
        }
        (None, _) => {}
    }
    let mut tests: Vec<(&Entry, &'static Definition)> =
        entries.iter().filter_map(|entry| Some((entry, conditions::find(&entry.key)?))).collect();
    match tests.pop() {
        Some((entry, definition)) => {
            for (ignored, _) in &tests {
                reader.warn(
                    ignored.span,
                    format!(
                        "'{}' is ignored: only the last condition of a mapping, '{}', counts",
                        ignored.key, entry.key
                    ),
                );
            }
            let others: Vec<&Entry> = entries
                .iter()
                .filter(|other| {
                    !std::ptr::eq(*other, entry) && !tests.iter().any(|(test, _)| std::ptr::eq(*other, *test))
                })
                .collect();
            test(reader, entries, &others, entry, definition)
        }
        None => nothing(reader, node, entries, role),
    }
}

fn find(names: &[&'static str], key: &str) -> Option<&'static str> {
    names.iter().find(|name| name.eq_ignore_ascii_case(key)).copied()
}

/// A mapping without operator or condition.
fn nothing(reader: &mut Reader<'_>, node: &Node, entries: &[Entry], role: Role) -> Condition {
    if entries.is_empty() && role == Role::Root {
        return Condition::Always(true);
    }
    let names: Vec<&str> = OPERATORS.iter().copied().chain(conditions::all().map(|it| it.name)).collect();
    let mut named = false;
    for entry in entries {
        if find(OPERANDS, &entry.key).is_none() && find(FLAGS, &entry.key).is_none() {
            reader.unknown(!entry.value.is_scalar(), entry.span, "the condition", &entry.key, &names);
            named = true;
        }
    }
    match role {
        Role::Root | Role::Negated => {
            if !named {
                let is = if role == Role::Root { "true" } else { "false" };
                reader.warn(node.span, format!("there is no condition here, so this is always {is}"));
            }
            Condition::Always(role == Role::Root)
        }
        Role::Child => {
            if !named {
                reader.warn(node.span, "there is no condition here, so reaching this is an error");
            }
            Condition::Broken("a mapping without a condition was reached".to_owned())
        }
    }
}

fn operator(reader: &mut Reader<'_>, node: &Node, entries: &[Entry], operator: &Entry) -> Condition {
    let name = find(OPERATORS, &operator.key).unwrap_or_default();
    let body = match name {
        "allOf" => Condition::All(children(reader, operator)),
        "anyOf" => Condition::Any(children(reader, operator)),
        "not" => match &operator.value.kind {
            NodeKind::List(items) => match items.as_slice() {
                [] => {
                    reader.warn(operator.value.span, "'not' of nothing is always false");
                    Condition::Always(false)
                }
                [first, rest @ ..] => {
                    if let Some(second) = rest.first() {
                        reader.warn(second.span, "'not' takes one condition: this one and those after it are ignored");
                    }
                    Condition::Not(Box::new(read(reader, first, Role::Negated)))
                }
            },
            NodeKind::Map(entries) if entries.is_empty() => {
                reader.warn(operator.value.span, "'not' of nothing is always false");
                Condition::Always(false)
            }
            _ => match read(reader, &operator.value, Role::Negated) {
                Condition::Always(false) => Condition::Always(false),
                inner => Condition::Not(Box::new(inner)),
            },
        },
        _ => read(reader, &operator.value, Role::Root),
    };
    let others: Vec<&Entry> = entries.iter().filter(|entry| entry.key != operator.key).collect();
    let field = entries.iter().rfind(|entry| entry.key.eq_ignore_ascii_case("field"));
    let Some(field) = field else {
        return match others.first() {
            None => body,
            Some(extra) => {
                reader.warn(extra.span, format!("'{}' beside '{name}' needs a 'field' too", extra.key));
                Condition::Broken(format!("'{}' stands beside '{name}' without 'field'", extra.key))
            }
        };
    };
    let Some(field) = path(reader, &field.value).map(|path| by_api_version(reader, entries, path)) else {
        return Condition::Broken("the field's path cannot be read".to_owned());
    };
    let where_ = node.get("where").map(|node| read(reader, node, Role::Root));
    let quantifier = quantifier(reader, entries);
    for entry in others {
        let known = find(&["field", BY_API_VERSION], &entry.key).is_some()
            || entry.key == "where"
            || find(QUANTIFIERS, &entry.key).is_some();
        if !known {
            let names: Vec<&str> =
                ["field", "where", BY_API_VERSION].into_iter().chain(QUANTIFIERS.iter().copied()).collect();
            if conditions::find(&entry.key).is_some() && nearest(&entry.key, &names).is_none() {
                reader.warn(entry.span, format!("'{}' is ignored beside the operator '{name}'", entry.key));
            } else {
                reader.unknown(false, entry.span, "the key of a sub-selector", &entry.key, &names);
            }
        }
    }
    Condition::Each(Box::new(Each { field, where_, body, quantifier }))
}

fn children(reader: &mut Reader<'_>, operator: &Entry) -> Vec<Condition> {
    match &operator.value.kind {
        NodeKind::List(items) => items.iter().map(|item| read(reader, item, Role::Child)).collect(),
        _ => {
            reader.error(operator.value.span, format!("'{}' takes a list of conditions", operator.key));
            Vec::new()
        }
    }
}

/// The first quantifier in PSRule's order.
fn quantifier(reader: &mut Reader<'_>, entries: &[Entry]) -> Option<Quantifier> {
    let mut found = None;
    for name in QUANTIFIERS {
        let Some(entry) = entries.iter().rfind(|entry| entry.key.eq_ignore_ascii_case(name)) else { continue };
        if found.is_some() {
            reader.warn(entry.span, format!("'{}' is ignored: there is another quantifier", entry.key));
            continue;
        }
        let Some(bound) = entry.value.as_int() else {
            reader.warn(entry.value.span, format!("'{}' must be an integer", entry.key));
            continue;
        };
        found = Some(match *name {
            "greaterOrEqual" => Quantifier::Ordered(Ordering::GreaterOrEqual, bound),
            "greater" => Quantifier::Ordered(Ordering::Greater, bound),
            "lessOrEqual" => Quantifier::Ordered(Ordering::LessOrEqual, bound),
            "less" => Quantifier::Ordered(Ordering::Less, bound),
            _ => Quantifier::Count(bound),
        });
    }
    found
}

fn path(reader: &mut Reader<'_>, node: &Node) -> Option<ObjectPath> {
    let text = node.scalar().unwrap_or_default();
    match ObjectPath::parse_among(&text, reader.patterns) {
        Ok(path) => {
            for note in &path.notes {
                reader.warn(node.span, format!("in the path '{text}', {note}"));
            }
            for difference in &path.differences {
                reader.differs(node.span, &format!("{difference} ('{text}')"));
            }
            Some(path)
        }
        Err(message) => {
            reader.error(node.span, format!("the path '{text}' cannot be read: {message}"));
            None
        }
    }
}

/// The path as the API version of the resource has it, if `byApiVersion: true` stands beside.
fn by_api_version(reader: &mut Reader<'_>, entries: &[Entry], path: ObjectPath) -> ObjectPath {
    let Some(entry) = entries.iter().rfind(|entry| entry.key.eq_ignore_ascii_case(BY_API_VERSION)) else {
        return path;
    };
    match entry.value.as_bool() {
        Some(true) => path.by_api_version(),
        Some(false) => path,
        None => {
            reader.warn(entry.value.span, format!("'{BY_API_VERSION}' must be true or false; it counts as false"));
            path
        }
    }
}

/// `others`: the entries that are no conditions.
fn test(
    reader: &mut Reader<'_>,
    entries: &[Entry],
    others: &[&Entry],
    named: &Entry,
    definition: &'static Definition,
) -> Condition {
    let mut operands = Operands::default();
    let mut modifiers: Vec<(String, Node)> = Vec::new();
    let mut has_operand = false;
    let mut other_operand = None;
    for entry in others {
        let key = find(OPERANDS, &entry.key).or_else(|| find(&[BY_API_VERSION], &entry.key)).unwrap_or_default();
        let dot = |reader: &mut Reader<'_>| {
            let fits = entry.value.as_text() == Some(".");
            if !fits {
                reader.warn(entry.value.span, format!("'{}' takes only '.'", entry.key));
            }
            fits
        };
        match key {
            "field" => match path(reader, &entry.value) {
                Some(path) => operands.field = Some(by_api_version(reader, entries, path)),
                None => return Condition::Broken("the field's path cannot be read".to_owned()),
            },
            BY_API_VERSION => continue, // read with the field
            "type" => operands.type_ = dot(reader),
            "name" => operands.name = dot(reader),
            "scope" => operands.scope = dot(reader),
            "source" => {
                operands.source = reader.text(&entry.value, format_args!("'source'")).map(Text::into_owned);
                if let Some(kind) = operands.source.as_deref().filter(|kind| find(SOURCES, kind).is_none()) {
                    reader.unknown(false, entry.value.span, "the kind of file", kind, SOURCES);
                }
            }
            "value" if entry.key == "value" => match functions::read(&entry.value, 0) {
                Ok(argument) => {
                    function_remarks(reader, &entry.value);
                    operands.value = Some(argument);
                }
                Err((message, node)) => reader.error(node.span, message),
            },
            _ => {
                modifier(reader, entry, definition, &mut modifiers);
                continue;
            }
        }
        has_operand = true;
        if key != "field" {
            other_operand = Some(entry);
        }
    }
    if definition.without_operand {
        if has_operand {
            reader.warn(named.span, format!("'{}' is about the whole resource and takes no operand", definition.name));
        }
    } else if !has_operand {
        reader.warn(named.span, format!("'{}' has no operand such as 'field', so it is always false", definition.name));
    }
    if let (true, Some(entry)) = (definition.field_only, other_operand) {
        reader.warn(
            entry.span,
            format!("'{}' takes only 'field', so with '{}' it is always false", definition.name, entry.key),
        );
        return Condition::Always(false);
    }
    let (expected, prepared) = expected(reader, &named.value, definition, &modifiers);
    Condition::Test(Box::new(Test { definition, operands, expected, prepared, modifiers }))
}

/// Reports what PSRule ignores in functions.
fn function_remarks(reader: &mut Reader<'_>, node: &Node) {
    for remark in functions::remarks(node) {
        match remark {
            functions::Remark::Unknown { key, span, known } => {
                reader.unknown(false, span, "the key of a function", &key, &known);
            }
            functions::Remark::Flaw { span, message } => reader.warn(span, message),
        }
    }
}

fn modifier(
    reader: &mut Reader<'_>,
    entry: &Entry,
    definition: &'static Definition,
    modifiers: &mut Vec<(String, Node)>,
) {
    if let Some(name) = find(definition.modifiers, &entry.key) {
        if find(FLAGS, name).is_some() && entry.value.as_bool().is_none() {
            reader.warn(entry.value.span, format!("'{name}' must be true or false; it counts as false"));
            return;
        }
        modifiers.push((name.to_ascii_lowercase(), entry.value.clone()));
        return;
    }
    if let Some(name) = find(FLAGS, &entry.key) {
        return reader.warn(entry.span, format!("'{name}' has no effect on '{}'", definition.name));
    }
    if entry.key == "where" || find(QUANTIFIERS, &entry.key).is_some() {
        return reader.warn(
            entry.span,
            format!("'{}' has no effect here: it belongs beside 'allOf', 'anyOf' or 'not'", entry.key),
        );
    }
    let names: Vec<&str> = OPERANDS
        .iter()
        .chain(definition.modifiers)
        .chain(OPERATORS)
        .copied()
        .chain(conditions::all().map(|it| it.name))
        .collect();
    reader.unknown(!entry.value.is_scalar(), entry.span, "the key", &entry.key, &names);
}

/// Reports items of an expected list that PSRule takes otherwise than they look.
fn items(reader: &mut Reader<'_>, node: &Node, definition: &Definition) {
    let is_compared =
        matches!(definition.name, "in" | "notIn" | "setOf" | "subset" | "equals" | "notEquals" | "hasDefault");
    for item in node.as_list().unwrap_or_default().iter().filter(|item| item.is_scalar()) {
        if item.kind == NodeKind::Null || item.as_text() == Some("") {
            reader.warn(item.span, format!("'{}' leaves out null and empty items", definition.name));
        } else if reader.is_yaml && conditions::is_null_text(&item.kind) {
            let text = item.scalar().unwrap_or_default();
            reader.warn(item.span, format!("in YAML this is the text \"{text}\""));
        } else if is_compared && item.as_text().is_none() {
            let what = item.what();
            reader
                .warn(item.span, format!("'{}' takes {what} for a text, which no other value equals", definition.name));
        }
    }
}

fn expected(
    reader: &mut Reader<'_>,
    node: &Node,
    definition: &'static Definition,
    modifiers: &[(String, Node)],
) -> (Argument, Prepared) {
    if node.get("$").is_some() {
        if !definition.functions {
            reader.warn(node.span, format!("'{}' takes no function, so it is always false", definition.name));
            return (Argument::Literal(node.clone()), Prepared::False);
        }
        return match functions::read(node, 0) {
            Ok(argument) => {
                function_remarks(reader, node);
                (argument, Prepared::Nothing)
            }
            Err((message, node)) => {
                reader.error(node.span, message);
                (Argument::Literal(node), Prepared::False)
            }
        };
    }
    if reader.is_yaml
        && conditions::is_null_text(&node.kind)
        && matches!(definition.name, "equals" | "notEquals" | "hasDefault")
    {
        let text = node.scalar().unwrap_or_default();
        reader.warn(node.span, format!("in YAML this is the text \"{text}\"; to ask for null write hasValue: false"));
    }
    items(reader, node, definition);
    let prepared =
        match (definition.prepare)(node, &prepare::Modifiers { entries: modifiers, patterns: reader.patterns }) {
            Ok(prepared) => {
                if let Prepared::Version(constraint) = &prepared {
                    constraint.differences().iter().for_each(|difference| reader.differs(node.span, difference));
                }
                prepared
            }
            Err(flaw) if flaw.is_error => {
                reader.warn(node.span, format!("'{}': {}", definition.name, flaw.message));
                Prepared::Error(flaw.message)
            }
            Err(flaw) => {
                reader.warn(node.span, format!("'{}': {}, so it is always false", definition.name, flaw.message));
                Prepared::False
            }
        };
    (Argument::Literal(node.clone()), prepared)
}
