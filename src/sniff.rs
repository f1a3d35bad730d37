//! What a JSON file is, seen from its text alone, before anything is parsed.

use crate::search::finder::Finder;
use std::sync::OnceLock;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// It names the schema of a deployment template.
    Template,
    /// It names the schema of a parameters file.
    Parameters,
    /// It says nothing of the sort, but could be a template, a parameters file or exported resources all the same: the tree decides.
    Unclear,
    /// It cannot be any of them.
    Other,
}

/// What the text looks like. `Template` and `Parameters` rest on the first `$schema`; `Other` is certain.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    match first_schema(bytes) {
        Some(schema) if contains(schema, b"deploymentparameters.json") => Sniffed::Parameters,
        Some(schema) if contains(schema, b"deploymenttemplate.json") => Sniffed::Template,
        _ if could_be_one(bytes) => Sniffed::Unclear,
        _ => Sniffed::Other,
    }
}

/// Whether a file that does not parse was meant for Azure, so that passing over it would hide something.
pub fn speaks_of_azure(bytes: &[u8]) -> bool {
    contains(bytes, b"schema.management.azure.com")
}

/// Whether the text ends as no JSON value does: it was cut off, or something stands behind the value.
pub fn looks_cut_off(bytes: &[u8]) -> bool {
    !matches!(bytes.trim_ascii_end().last(), Some(b'}' | b']'))
}

/// Whether the first key of the text's object is `$schema`: then [`sniff`] saw the one that counts.
pub fn starts_with_schema(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let first = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    first.is_some_and(|first| first.starts_with(b"\"$schema\""))
}

/// The text of the first `$schema`, if one is written.
fn first_schema(bytes: &[u8]) -> Option<&[u8]> {
    static SCHEMA: OnceLock<Option<Finder>> = OnceLock::new();
    let key = SCHEMA.get_or_init(|| Finder::new(["\"$schema\""])).as_ref()?;
    let mut schema = None;
    key.find(bytes, 0, |found| {
        schema = bytes.get(found.end..).and_then(string_behind_colon);
        schema.is_some()
    });
    schema
}

/// The string of one line, as written, that stands behind a colon.
fn string_behind_colon(bytes: &[u8]) -> Option<&[u8]> {
    let value = bytes.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\n', value)?;
    value.get(..end).filter(|_| value.get(end) == Some(&b'"'))
}

/// Every template has `resources`; every parameters file `parameters`; every exported resource a `type`. A key with an
/// escape in it could be any of these.
fn could_be_one(bytes: &[u8]) -> bool {
    static KEYS: OnceLock<Option<Finder>> = OnceLock::new();
    let keys = KEYS.get_or_init(|| Finder::new(["\"resources\"", "\"parameters\"", "\"type\"", r"\u00"]));
    let finds = |keys: &Finder| keys.find(bytes, 0, |_| true).is_some();
    keys.as_ref().is_none_or(finds) || memchr::memchr(0, bytes).is_some()
}

/// Whether `text` contains `lower`, ignoring ASCII case.
fn contains(text: &[u8], lower: &[u8]) -> bool {
    text.windows(lower.len()).any(|window| window.eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_templates_from_other_json() {
        let table = [
            (
                r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}"#,
                Sniffed::Template,
            ),
            (
                r#"{"$Schema":"HTTP://SCHEMA.MANAGEMENT.AZURE.COM/schemas/x/subscriptionDeploymentTemplate.json#"}"#,
                Sniffed::Template,
            ),
            (
                r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"}"#,
                Sniffed::Parameters,
            ),
            (r#"{"a": "$schema", "$schema" : 1, "$schema" : "x/DeploymentTemplate.json"}"#, Sniffed::Template),
            (r#"{"contentVersion": "1.0.0.0", "resources": []}"#, Sniffed::Unclear),
            (r#"[{"id": "/x", "type": "Microsoft.X/y"}]"#, Sniffed::Unclear),
            (r#"{"\u0072esources": []}"#, Sniffed::Unclear),
            (r#"{"name": "left-pad", "version": "1.0.0"}"#, Sniffed::Other),
            ("", Sniffed::Other),
        ];
        for (text, expected) in table {
            assert_eq!(sniff(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn sees_whether_the_schema_comes_first() {
        let table = [
            ("{\"$schema\": 1}", true),
            ("\u{feff} {\r\n \"$schema\": 1}", true),
            ("{\"a\": 1, \"$schema\": 1}", false),
            ("{\"$Schema\": 1}", false),
            ("[{\"$schema\": 1}]", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(starts_with_schema(text.as_bytes()), expected, "{text}");
        }
    }
}
