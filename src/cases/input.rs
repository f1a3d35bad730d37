//! What cases are about, as texts: YAML becomes the JSON of a template or a parameters file.

use crate::rules::yaml::{Yaml, YamlKind};
use serde_json::{Map, Number, Value, json};
use std::ops::Range;

/// What templates name as their schema.
const TEMPLATE: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
/// What parameters files name as their schema.
const PARAMETERS: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// A template with these resources.
pub(super) fn template(resources: Value) -> Value {
    json!({ "$schema": TEMPLATE, "contentVersion": "1.0.0.0", "resources": resources })
}

/// A parameters file that passes the members of `values`.
pub(super) fn parameters(values: Value) -> Value {
    let members = match values {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let entries: Map<String, Value> =
        members.into_iter().map(|(name, value)| (name, json!({ "value": value }))).collect();
    json!({ "$schema": PARAMETERS, "contentVersion": "1.0.0.0", "parameters": entries })
}

/// The value that YAML stands for, with types as YAML's core schema gives them; `text` is the file. `Err` names a key that is there
/// twice. The reader has bounded the nesting.
pub(super) fn value(yaml: &Yaml, text: &str) -> Result<Value, (Range<usize>, String)> {
    Ok(match &yaml.kind {
        YamlKind::Scalar(scalar) => {
            let written = text.get(yaml.span.clone()).unwrap_or_default();
            let before = text.get(..yaml.span.start).unwrap_or_default();
            let is_quoted = written.starts_with(['"', '\'']) || before.ends_with(['"', '\'']);
            if is_quoted || written != scalar.as_str() { Value::from(scalar.as_str()) } else { plain(scalar) }
        }
        YamlKind::List(items) => Value::Array(items.iter().map(|item| value(item, text)).collect::<Result<_, _>>()?),
        YamlKind::Map(entries) => {
            let mut members = Map::new();
            for (key, span, item) in entries {
                if members.insert(key.clone(), value(item, text)?).is_some() {
                    return Err((span.clone(), format!("the key '{key}' is there twice")));
                }
            }
            Value::Object(members)
        }
    })
}

/// A scalar without quotes.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !is_number {
        return Value::from(text);
    }
    let whole = text.strip_prefix('+').unwrap_or(text).parse::<i64>().ok().map(Number::from);
    let number = whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
    number.map_or_else(|| Value::from(text), Value::Number)
}
