//! The same JSON written in other ways.

use akslint::syntax::{Node, NodeKind};

/// A way to write JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing but what is needed.
    Minified,
    /// A line for each value, with Windows line ends and a byte-order mark.
    Windows,
    /// Comments, trailing commas, and every character that is not ASCII escaped.
    Odd,
    /// The members of objects in the opposite order.
    Reversed,
    /// Keys that the template language defines in another case.
    Case,
}

impl Form {
    /// The forms that change nothing but bytes.
    pub const ALL: [Self; 3] = [Self::Minified, Self::Windows, Self::Odd];

    /// The forms that change the order of keys, or their case.
    pub const KEYS: [Self; 2] = [Self::Reversed, Self::Case];
}

/// Keys whose case does not matter, whoever reads them.
const KEYS: [&str; 40] = [
    "$schema",
    "aadProfile",
    "allowedValues",
    "apiServerAccessProfile",
    "apiVersion",
    "authorizedIPRanges",
    "condition",
    "contentVersion",
    "copy",
    "count",
    "defaultValue",
    "disableLocalAccounts",
    "enablePrivateCluster",
    "enableRBAC",
    "expressionEvaluationOptions",
    "input",
    "kubernetesVersion",
    "languageVersion",
    "location",
    "metadata",
    "mode",
    "name",
    "networkProfile",
    "nullable",
    "outboundType",
    "outputs",
    "parameters",
    "privateDNSZone",
    "properties",
    "publicNetworkAccess",
    "resources",
    "scope",
    "sku",
    "template",
    "tier",
    "type",
    "value",
    "variables",
    "vmSize",
    "zones",
];

/// The value in that form.
pub fn write(node: &Node, form: Form) -> String {
    let mut text = String::new();
    if form == Form::Windows {
        text.push('\u{feff}');
    }
    value(node, form, 0, &mut text);
    text
}

/// Whether the values are the same, wherever they stand.
pub fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (NodeKind::String(one), NodeKind::String(other)) => one.text == other.text,
        (NodeKind::Array(one), NodeKind::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (NodeKind::Object(one), NodeKind::Object(other)) => {
            let same = |(one, other): (&akslint::syntax::Member, &akslint::syntax::Member)| {
                one.key.text == other.key.text && is_same(&one.value, &other.value)
            };
            one.len() == other.len() && one.iter().zip(other).all(same)
        }
        (one, other) => one == other,
    }
}

fn value(node: &Node, form: Form, level: usize, text: &mut String) {
    match &node.kind {
        NodeKind::Null => text.push_str("null"),
        NodeKind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(number) => text.push_str(number),
        NodeKind::String(string) => quoted(&string.text, form, text),
        NodeKind::Array(elements) => {
            let write = |index: usize, text: &mut String| value(&elements[index], form, level + 1, text);
            container(['[', ']'], elements.len(), form, level, text, &write);
        }
        NodeKind::Object(members) => {
            let write = |index: usize, text: &mut String| {
                let member = &members[if form == Form::Reversed { members.len() - 1 - index } else { index }];
                let key = &*member.key.text;
                match form {
                    Form::Case if KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)) => {
                        quoted(&swapped(key), form, text);
                    }
                    _ => quoted(key, form, text),
                }
                text.push(':');
                match form {
                    Form::Odd => text.push_str("/* here */"),
                    Form::Windows => text.push(' '),
                    _ => {}
                }
                value(&member.value, form, level + 1, text);
            };
            container(['{', '}'], members.len(), form, level, text, &write);
        }
    }
}

fn container(
    [open, close]: [char; 2],
    count: usize,
    form: Form,
    level: usize,
    text: &mut String,
    write: &dyn Fn(usize, &mut String),
) {
    text.push(open);
    for index in 0..count {
        if index > 0 {
            text.push(',');
        }
        match form {
            Form::Windows => {
                text.push_str("\r\n");
                // Deep values would take more blanks than anything else.
                text.push_str(&"  ".repeat(level.min(8) + 1));
            }
            Form::Odd => text.push_str("// \"}\n\t"),
            _ => {}
        }
        write(index, text);
    }
    if form == Form::Odd && count > 0 {
        text.push(',');
    }
    text.push(close);
}

fn swapped(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() }).collect()
}

fn quoted(string: &str, form: Form, text: &mut String) {
    if form != Form::Odd {
        text.push_str(&serde_json::Value::from(string).to_string());
        return;
    }
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '/' => text.push_str("\\/"),
            ' '..='~' => text.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    text.push_str(&format!("\\u{unit:04X}"));
                }
            }
        }
    }
    text.push('"');
}
