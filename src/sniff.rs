//! What a JSON file is, seen from its text alone, before anything is parsed.

use regex::bytes::{Regex, RegexBuilder};
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

/// The text of the first `$schema`, if one is written.
fn first_schema(bytes: &[u8]) -> Option<&[u8]> {
    static SCHEMA: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = SCHEMA.get_or_init(|| compile(r#""\$schema"\s*:\s*"([^"\n]*)""#));
    pattern.as_ref()?.captures(bytes)?.get(1).map(|text| text.as_bytes())
}

/// Every template has `resources`; every parameters file `parameters`; every exported resource a `type`. A key with an
/// escape in it could be any of these.
fn could_be_one(bytes: &[u8]) -> bool {
    static KEYS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = KEYS.get_or_init(|| compile(r#""(?:resources|parameters|type)"|\\u00|\x00"#));
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(bytes))
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).unicode(false).build().ok()
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
}
