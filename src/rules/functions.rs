//! The functions of the rule language: `{ $: { concat: [...] } }`.

use super::compare::{fold, to_bool, to_int, to_text};
use super::conditions::Operand;
use super::document::{Node, NodeKind, Text};
use super::evaluate::Scope;
use super::path::ObjectPath;
use super::rule::Argument;
use crate::evaluate::call::{Stop, known, settled};
use crate::evaluate::value::{Data, Lookup, Origin, Slot, Value};
use crate::source::Span;

/// Texts made by padding are no longer than this.
const MAX_LENGTH: usize = 100_000;

/// A function with its arguments.
#[derive(Clone, Debug)]
pub enum Function {
    /// `configuration: NAME`.
    Configuration(String),
    /// `path: PATH`, in the whole resource.
    Path(ObjectPath),
    /// `boolean: VALUE`.
    Boolean(Argument),
    /// `integer: VALUE`.
    Integer(Argument),
    /// `string: VALUE`.
    String(Argument),
    /// `concat: [VALUE, ...]`.
    Concat(Vec<Argument>),
    /// `substring: VALUE`, `length: N`.
    Substring(Argument, Option<usize>),
    /// `replace: VALUE`, `oldString`, `newString`, `caseSensitive`.
    Replace {
        /// The text.
        text: Argument,
        /// What is replaced.
        old: Argument,
        /// By what.
        new: Argument,
        /// Whether case counts.
        case_sensitive: bool,
    },
    /// `trim: VALUE`.
    Trim(Argument),
    /// `first: VALUE`.
    First(Argument),
    /// `last: VALUE`.
    Last(Argument),
    /// `split: VALUE`, `delimiter`.
    Split(Argument, Option<Vec<String>>),
    /// `padLeft` or `padRight`: VALUE, `totalLength`, `paddingCharacter`.
    Pad {
        /// The text.
        text: Argument,
        /// The length to reach, in characters.
        length: Option<usize>,
        /// With what.
        with: char,
        /// On which side.
        left: bool,
    },
}

/// The functions, as documented.
pub(crate) const NAMES: &[&str] = &[
    "configuration",
    "path",
    "boolean",
    "integer",
    "string",
    "concat",
    "substring",
    "replace",
    "trim",
    "first",
    "last",
    "split",
    "padLeft",
    "padRight",
];

/// A literal or a function, as an operand or an expected value; `Err`: a message and the node it is about.
pub fn read(node: &Node, depth: usize) -> Result<Argument, (String, Node)> {
    if depth > 32 {
        return Err(("functions are nested more than 32 levels deep".to_owned(), node.clone()));
    }
    match &node.kind {
        NodeKind::Map(_) => match node.get("$") {
            Some(body) => function(body, depth).map(|function| Argument::Function(Box::new(function))),
            None => Err(("a function stands under the key '$'".to_owned(), node.clone())),
        },
        _ => Ok(Argument::Literal(node.clone())),
    }
}

fn function(node: &Node, depth: usize) -> Result<Function, (String, Node)> {
    let fail = |message: String| (message, node.clone());
    let entries = node.as_map().ok_or_else(|| fail("a function is a mapping: { concat: [...] }".to_owned()))?;
    let is = |key: &str, name: &str| key.eq_ignore_ascii_case(name);
    let found = entries
        .iter()
        .find_map(|entry| NAMES.iter().find(|name| is(&entry.key, name)).map(|name| (*name, &entry.value)));
    let Some((name, value)) = found else {
        let key = entries.first().map(|entry| &*entry.key).unwrap_or_default();
        return Err(fail(format!("'{key}' is not a function; there are {}", NAMES.join(", "))));
    };
    let other = |name: &str| entries.iter().rfind(|entry| is(&entry.key, name)).map(|entry| &entry.value);
    let nested = |node: &Node| inner(node, depth + 1);
    let or_null = |name: &str| other(name).map_or(Ok(Argument::Literal(null())), nested);
    let number = |name: &str| other(name).and_then(Node::as_int).and_then(|length| usize::try_from(length).ok());
    let literal = || value.scalar().map(Text::into_owned).ok_or_else(|| fail(format!("'{name}' takes a text")));
    Ok(match name {
        "configuration" => Function::Configuration(literal()?),
        "path" => Function::Path(ObjectPath::parse(&literal()?).map_err(fail)?),
        "boolean" => Function::Boolean(nested(value)?),
        "integer" => Function::Integer(nested(value)?),
        "string" => Function::String(nested(value)?),
        "concat" => {
            let items = value.as_list().ok_or_else(|| fail("'concat' takes a list".to_owned()))?;
            Function::Concat(items.iter().map(nested).collect::<Result<_, _>>()?)
        }
        "substring" => Function::Substring(nested(value)?, number("length")),
        "replace" => Function::Replace {
            text: nested(value)?,
            old: or_null("oldString")?,
            new: or_null("newString")?,
            case_sensitive: other("caseSensitive").and_then(Node::as_bool).unwrap_or(false),
        },
        "trim" => Function::Trim(nested(value)?),
        "first" => Function::First(nested(value)?),
        "last" => Function::Last(nested(value)?),
        "split" => {
            let delimiters = other("delimiter").map(|node| match node.as_list() {
                Some(items) => items.iter().filter_map(Node::scalar).map(Text::into_owned).collect(),
                None => node.scalar().map(Text::into_owned).into_iter().collect(),
            });
            Function::Split(nested(value)?, delimiters)
        }
        _ => Function::Pad {
            text: nested(value)?,
            length: number("totalLength").map(|length| length.min(MAX_LENGTH)),
            with: other("paddingCharacter").and_then(Node::scalar).and_then(|text| text.chars().next()).unwrap_or(' '),
            left: name == "padLeft",
        },
    })
}

/// The arguments that a function has besides its value; those with `true` it must have, or it gives null.
fn arguments_of(function: &str) -> &'static [(&'static str, bool)] {
    match function {
        "substring" => &[("length", true)],
        "replace" => &[("oldString", true), ("newString", true), ("caseSensitive", false)],
        "split" => &[("delimiter", true)],
        "padLeft" | "padRight" => &[("totalLength", true), ("paddingCharacter", false)],
        _ => &[],
    }
}

/// Something in a function that PSRule ignores.
#[derive(Clone, Debug)]
pub enum Remark {
    /// A key that means nothing.
    Unknown {
        /// The key.
        key: String,
        /// Where it stands.
        span: Span,
        /// The keys that would mean something.
        known: Vec<&'static str>,
    },
    /// Something else.
    Flaw {
        /// Where it stands.
        span: Span,
        /// What is wrong.
        message: String,
    },
}

/// What PSRule ignores in a function that could be read. The nesting was bounded then.
pub fn remarks(node: &Node) -> Vec<Remark> {
    let mut found = Vec::new();
    if let NodeKind::Map(_) = &node.kind {
        remark(node, &mut found);
    }
    found
}

fn remark(node: &Node, found: &mut Vec<Remark>) {
    if let Some(items) = node.as_list() {
        return items.iter().for_each(|item| remark(item, found));
    }
    let Some(entries) = node.as_map() else { return };
    if let Some(body) = node.get("$") {
        let beside = entries.iter().filter(|entry| entry.key != "$");
        found.extend(beside.map(|entry| Remark::Unknown {
            key: entry.key.to_string(),
            span: entry.span,
            known: vec!["$"],
        }));
        return remark(body, found);
    }
    let name_of = |key: &str| NAMES.iter().find(|name| name.eq_ignore_ascii_case(key)).copied();
    let Some((named, name)) = entries.iter().find_map(|entry| Some((entry, name_of(&entry.key)?))) else { return };
    let arguments = arguments_of(name);
    for entry in entries.iter().filter(|entry| !std::ptr::eq(*entry, named)) {
        if !arguments.iter().any(|(argument, _)| argument.eq_ignore_ascii_case(&entry.key)) {
            let known = arguments.iter().map(|(argument, _)| *argument).collect();
            found.push(Remark::Unknown { key: entry.key.to_string(), span: entry.span, known });
        }
    }
    for (argument, is_needed) in arguments {
        let given = entries.iter().rfind(|entry| entry.key.eq_ignore_ascii_case(argument)).map(|entry| &entry.value);
        let (span, trouble) = match given {
            None if *is_needed => (named.span, format!("'{name}' without '{argument}' gives null")),
            Some(node) if matches!(*argument, "length" | "totalLength") && node.as_int().is_none_or(|it| it < 0) => {
                (node.span, format!("'{argument}' must be an integer from 0 on; '{name}' gives null"))
            }
            Some(node) if *argument == "caseSensitive" && node.as_bool().is_none() => {
                (node.span, "'caseSensitive' must be true or false; it counts as false".to_owned())
            }
            Some(node) if *argument == "paddingCharacter" && node.scalar().is_none_or(|it| it.chars().count() != 1) => {
                (node.span, "'paddingCharacter' must be one character".to_owned())
            }
            _ => continue,
        };
        found.push(Remark::Flaw { span, message: trouble });
    }
    entries.iter().for_each(|entry| remark(&entry.value, found));
}

fn null() -> Node {
    Node { span: Span::default(), kind: NodeKind::Null }
}

/// An argument of a function: a function without `$`, or a literal. Texts that look like integers or booleans become those.
fn inner(node: &Node, depth: usize) -> Result<Argument, (String, Node)> {
    if depth > 32 {
        return Err(("functions are nested more than 32 levels deep".to_owned(), node.clone()));
    }
    match &node.kind {
        NodeKind::Map(_) if node.get("$").is_some() => read(node, depth),
        NodeKind::Map(_) => function(node, depth).map(|function| Argument::Function(Box::new(function))),
        NodeKind::Text(text) => {
            let kind = match (text.parse::<i64>(), text.to_ascii_lowercase().as_str()) {
                (Ok(value), _) => NodeKind::Int(value),
                (_, "true") => NodeKind::Bool(true),
                (_, "false") => NodeKind::Bool(false),
                _ => NodeKind::Text(text.clone()),
            };
            Ok(Argument::Literal(Node { span: node.span, kind }))
        }
        _ => Ok(Argument::Literal(node.clone())),
    }
}

/// The value of a literal or function.
pub fn argument(argument: &Argument, scope: &Scope<'_>) -> Result<Value, Stop> {
    let data = match argument {
        Argument::Literal(node) => literal(node),
        Argument::Function(function) => return run(function, scope),
    };
    Ok(Value::new(data, Origin::computed(scope.target.place())))
}

/// A literal of a rule file as a value. Items of lists become texts; mappings become null.
pub fn literal(node: &Node) -> Data {
    let origin = Origin::computed(crate::source::Place::default());
    match &node.kind {
        NodeKind::Null | NodeKind::Map(_) => Data::Null,
        NodeKind::Bool(value) => Data::Bool(*value),
        NodeKind::Int(value) => Data::Int(*value),
        NodeKind::Float(value) => Data::Float(*value),
        NodeKind::Text(text) => Data::text(text),
        NodeKind::List(items) => Data::array(
            items
                .iter()
                .filter_map(|item| match &item.kind {
                    NodeKind::Bool(value) => to_text(&Data::Bool(*value)),
                    _ => item.scalar().map(Text::into_owned).filter(|text| !text.is_empty()),
                })
                .map(|text| Value::new(Data::text(text), origin.clone()))
                .collect(),
        ),
    }
}

fn run(function: &Function, scope: &Scope<'_>) -> Result<Value, Stop> {
    let origin = Origin::computed(scope.target.place());
    let evaluated = |it: &Argument| known(argument(it, scope)?);
    let text_of = |it: &Argument| -> Result<Option<String>, Stop> { Ok(to_text(&evaluated(it)?.data)) };
    let plain_text = |it: &Argument| -> Result<Option<String>, Stop> { Ok(evaluated(it)?.as_str().map(str::to_owned)) };
    let texts = |items: Vec<String>| {
        Data::array(items.into_iter().map(|text| Value::new(Data::text(text), origin.clone())).collect())
    };
    let optional = |text: Option<String>| text.map_or(Data::Null, Data::text);
    let data = match function {
        Function::Configuration(name) => scope.target.configuration.get(name).map_or(Data::Null, configured),
        Function::Path(path) => {
            return match &*scope.whole().operand(path)? {
                Operand::Value(found) => Ok(found.value.clone()),
                Operand::Unknown(unknown, _) => Err(Stop::Unknown(unknown.clone())),
                Operand::Missing(_) | Operand::None => Ok(Value::new(Data::Null, origin)),
            };
        }
        Function::Boolean(it) => Data::Bool(to_bool(&evaluated(it)?.data).unwrap_or(false)),
        Function::Integer(it) => Data::Int(to_int(&evaluated(it)?.data).unwrap_or(0)),
        Function::String(it) => optional(text_of(it)?),
        Function::Concat(items) => {
            let mut text = String::new();
            for item in items {
                text.push_str(&text_of(item)?.unwrap_or_default());
            }
            Data::text(text)
        }
        Function::Substring(it, length) => match (plain_text(it)?, length) {
            (Some(text), Some(length)) => Data::text(text.chars().take(*length).collect::<String>()),
            _ => Data::Null,
        },
        Function::Replace { text, old, new, case_sensitive } => match (text_of(text)?, text_of(old)?, text_of(new)?) {
            (Some(text), Some(old), Some(new)) => Data::text(replace(&text, &old, &new, *case_sensitive)),
            _ => Data::Null,
        },
        Function::Trim(it) => optional(plain_text(it)?.map(|text| text.trim().to_owned())),
        Function::First(it) => return edge(&evaluated(it)?, false),
        Function::Last(it) => return edge(&evaluated(it)?, true),
        Function::Split(it, delimiters) => match (plain_text(it)?, delimiters) {
            (Some(text), Some(delimiters)) => texts(split(&text, delimiters)),
            _ => Data::Null,
        },
        Function::Pad { text, length, with, left } => match (text_of(text)?, length) {
            (Some(text), Some(length)) => {
                let fill: String = std::iter::repeat_n(*with, length.saturating_sub(text.chars().count())).collect();
                Data::text(if *left { fill + &text } else { text + &fill })
            }
            _ => Data::Null,
        },
    };
    Ok(Value::new(data, origin))
}

/// A configuration value: texts that look like booleans or integers become those.
fn configured(node: &Node) -> Data {
    match inner(node, 0) {
        Ok(Argument::Literal(node)) => literal(&node),
        _ => literal(node),
    }
}

fn edge(value: &Value, last: bool) -> Result<Value, Stop> {
    let nothing = Value::new(Data::Null, value.origin.clone());
    match &value.data {
        Data::String(text) => {
            let c = if last { text.chars().next_back() } else { text.chars().next() };
            Ok(c.map_or(nothing, |c| Value::new(Data::text(c.to_string()), value.origin.clone())))
        }
        Data::Array(array) => {
            let slot = if last { array.slots.last() } else { array.slots.first() };
            match slot {
                Some(Slot::Item(item)) => settled(item.force_within(&value.origin)),
                Some(Slot::Rest(rest)) => match &settled(rest.clone())?.data {
                    Data::Unknown(unknown) => Err(Stop::Unknown(unknown.clone())),
                    _ => Err(Stop::from(Lookup::Absent)),
                },
                None => Ok(nothing),
            }
        }
        _ => Ok(nothing),
    }
}

fn replace(text: &str, old: &str, new: &str, case_sensitive: bool) -> String {
    if old.is_empty() {
        return text.to_owned();
    }
    if case_sensitive {
        return text.replace(old, new);
    }
    let chars: Vec<char> = text.chars().collect();
    let old: Vec<char> = fold(old).chars().collect();
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let matches = chars
            .get(at..at + old.len())
            .is_some_and(|part| fold(&part.iter().collect::<String>()).chars().eq(old.iter().copied()));
        if matches {
            result.push_str(new);
            at += old.len();
        } else {
            result.push(*c);
            at += 1;
        }
    }
    result
}

fn split(text: &str, delimiters: &[String]) -> Vec<String> {
    let mut parts = vec![text.to_owned()];
    for delimiter in delimiters.iter().filter(|delimiter| !delimiter.is_empty()) {
        parts = parts.iter().flat_map(|part| part.split(delimiter.as_str()).map(str::to_owned)).collect();
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{Setting, json_rule_of, outcome, rule_of, rules};

    #[test]
    fn functions_as_operand_and_as_expected_value() {
        let table = [
            (
                "{ value: { $: { concat: [ { path: a }, '-', { path: flag }, 5, null ] } }, equals: x-True5null }",
                "pass",
            ),
            ("{ value: { $: { substring: { path: a }, length: 9 } }, equals: x }", "pass"),
            ("{ value: { $: { substring: { path: long }, length: 3 } }, equals: abc }", "pass"),
            ("{ value: { $: { replace: { path: long }, oldString: BC, newString: '-' } }, equals: a-d }", "pass"),
            (
                "{ value: { $: { replace: { path: long }, oldString: BC, newString: '-', caseSensitive: true } }, equals: abcd }",
                "pass",
            ),
            ("{ value: { $: { trim: { path: blank } } }, equals: b }", "pass"),
            ("{ value: { $: { first: { path: long } } }, equals: a }", "pass"),
            ("{ value: { $: { last: { path: list } } }, equals: z }", "pass"),
            ("{ value: { $: { first: '123' } }, hasValue: false }", "pass"),
            ("{ value: { $: { first: { string: 123 } } }, equals: 1 }", "pass"),
            ("{ value: { $: { split: { path: parts }, delimiter: [ ',', ';' ] } }, count: 4 }", "pass"),
            ("{ value: { $: { padLeft: 7, totalLength: 3, paddingCharacter: '0' } }, equals: '007' }", "pass"),
            ("{ value: { $: { padRight: ab, totalLength: 3 } }, equals: 'ab ' }", "pass"),
            ("{ value: { $: { boolean: 'TRUE' } }, isBoolean: true }", "pass"),
            ("{ value: { $: { integer: nothing } }, equals: 0 }", "pass"),
            ("{ value: { $: { configuration: NONE } }, hasValue: false }", "pass"),
            ("{ field: number, equals: { $: { path: number } } }", "pass"),
            ("{ field: list, count: { $: { integer: { path: two } } } }", "pass"),
            ("{ field: list, lessOrEquals: { $: { path: two } } }", "pass"),
            ("{ field: list, less: { $: { path: two } } }", "fail"),
            ("{ field: list, lessOrEquals: { $: { path: unknown } } }", "unknown"),
            ("{ value: { $: { path: unknown } }, equals: 1 }", "unknown"),
            ("{ value: { $: { concat: [ a, { path: unknown } ] } }, equals: 1 }", "unknown"),
            ("{ value: { $: { path: choice } }, equals: 1 }", "pass if q is true, fail if q is false"),
            // What is not given makes null.
            ("{ value: { $: { substring: { path: long } } }, hasValue: false }", "pass"),
            ("{ value: { $: { replace: abc, oldString: b } }, hasValue: false }", "pass"),
            ("{ value: { $: { replace: abc, oldString: b, newString: '' } }, equals: ac }", "pass"),
            ("{ value: { $: { split: 'a,b' } }, hasValue: false }", "pass"),
            ("{ value: { $: { padLeft: abc } }, hasValue: false }", "pass"),
            ("{ value: { $: { concat: [ a, { path: none }, { path: flag } ] } }, equals: aTrue }", "pass"),
            // Elsewhere a function is not evaluated.
            ("{ field: a, match: { $: { path: a } } }", "fail"),
            (r#"{"value": {"$": {"concat": ["a", {"path": "a"}]}}, "equals": "ax"}"#, "pass"),
        ];
        let object = r#"{"a": "x", "flag": true, "long": "abcd", "blank": " b ", "list": ["y", "z"], "parts": "1,2;;3", "number": 4,
            "two": 2, "unknown": {"$unknown": "u"}, "choice": {"$choice": "q", "then": 1, "else": 2}}"#;
        for (condition, expected) in table {
            let text = if condition.starts_with("{\"") { json_rule_of(condition) } else { rule_of(condition) };
            let reading = rules(&text, false);
            assert_eq!(reading.unusable, 0, "{condition}: {:?}", reading.diagnostics);
            assert_eq!(outcome(&reading.set, object, &Setting::default()), expected, "{condition}");
        }
        // A short text does not change the rule.
        let reading = rules(&rule_of("{ value: { $: { substring: { path: text }, length: 3 } }, equals: abc }"), true);
        for (object, expected) in [(r#"{"text": "a"}"#, "fail"), (r#"{"text": "abcd"}"#, "pass")] {
            assert_eq!(outcome(&reading.set, object, &Setting::default()), expected);
        }
        for broken in [
            "{ value: { $: { sum: 1 } }, equals: 1 }",
            "{ value: { concat: [] }, equals: 1 }",
            "{ field: a, equals: { $: x } }",
        ] {
            assert_eq!(rules(&rule_of(broken), false).unusable, 1, "{broken}");
        }
    }
}
