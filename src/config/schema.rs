//! The configuration file as a JSON schema, for editors.

use super::levels::RuleLevel;
use serde_json::{Value, json};

/// The JSON schema of `akslint.yaml`, as `docs/akslint.schema.json` has it.
pub fn schema() -> Value {
    let level = |description: &str| json!({ "description": description, "enum": RuleLevel::WORDS });
    let many = |description: &str, one: Value| json!({ "description": description, "oneOf": [one, { "type": "array", "items": one }] });
    let text = || json!({ "type": "string", "pattern": "\\S" });
    let pattern = || json!({ "type": "string", "pattern": "^[^/]" });
    let number = |description: &str, least: u64, most: u64| json!({ "description": description, "type": "integer", "minimum": least, "maximum": most });
    let guid = |description: &str| {
        json!({
            "description": description,
            "type": "string",
            "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
        })
    };
    let object = |description: &str, properties: Value| json!({ "description": description, "type": "object", "additionalProperties": false, "properties": properties });
    let named = |description: &str| json!({ "description": description, "type": "string", "pattern": "\\S" });
    let mut suppression = object(
        "An accepted finding.",
        json!({
            "rule": many("Rules, by reference, name, or the beginning of names up to a dot.", text()),
            "path": { "description": "In which files; all, if not given.", "type": "string", "pattern": "^[^/]" },
            "reason": named("Why."),
            "until": {
                "description": "The last day on which it counts.",
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
            }
        }),
    );
    if let Some(suppression) = suppression.as_object_mut() {
        suppression.insert("required".to_owned(), json!(["rule"]));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://raw.githubusercontent.com/akslint/akslint/main/docs/akslint.schema.json",
        "title": "Configuration of akslint",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "rules": {
                "description": "Levels of rules, by reference, name, or the beginning of names up to a dot; the closest match decides.",
                "type": "object",
                "additionalProperties": level("off leaves the rule's results out.")
            },
            "moduleDefaults": level("What it means that a cluster is open only by a parameter's default (AKS112)."),
            "ruleFiles": many("Rule documents, or folders of them, besides those of the command line.", text()),
            "ruleBaseline": named("The baseline of the rule documents to run with, unless the command line names one."),
            "select": many("Run these rules only, unless the command line selects.", text()),
            "ignore": many("Rules to leave out, besides those of the command line.", text()),
            "paths": object("Which files are checked.", json!({
                "exclude": many("Files and folders that are not checked.", pattern())
            })),
            "scripts": {
                "description": "Whether commands in scripts and pipeline files are read too, as with --scripts.",
                "type": "boolean"
            },
            "parameters": {
                "description": "Parameters files of templates, in place of those found; keys are patterns of paths.",
                "type": "object",
                "propertyNames": { "pattern": "^[^/]" },
                "additionalProperties": many("Paths of parameters files.", text())
            },
            "deployment": object("Where templates are deployed to; what is not given counts as unknown.", json!({
                "subscription": guid("The subscription's id."),
                "resourceGroup": named("The resource group's name."),
                "location": named("The location."),
                "tenant": guid("The tenant's id.")
            })),
            "thresholds": object("Where rules draw their lines.", json!({
                "coveragePercent": number("The share of all IPv4 addresses from which on ranges count as open (AKS105).", 1, 100),
                "broadPrefix": number("The shortest prefix length that is not too broad (AKS110).", 0, 32),
                "warnPrefix": number("The shortest prefix length that is a note rather than a warning (AKS110).", 0, 32)
            })),
            "suppress": { "description": "Accepted findings.", "type": "array", "items": suppression },
            "requireReason": {
                "description": "Whether a suppression without a reason counts for nothing.",
                "type": "boolean"
            },
            "configuration": {
                "description": "Values that rules ask for by name, as PSRule's option of the same name.",
                "type": "object"
            },
            "limits": object("How far to go with one template.", json!({
                "fileSizeMiB": number("Size of a file that is read, in MiB.", 1, 4095),
                "nesting": number("Levels of arrays and objects in a JSON file.", 8, 256),
                "expressionKiB": number("Length of one expression, in KiB.", 1, 16_384),
                "expressionDepth": number("Levels of calls, indices and suffixes in one expression.", 8, 256),
                "depth": number("Levels of evaluation under way at once.", 16, 512),
                "steps": number("Expressions evaluated for one template.", 1000, 1_000_000_000),
                "worlds": number("Worlds in which one rule looks at one resource.", 1, 1024),
                "questions": number("Open questions answered within one expression.", 1, 64),
                "copies": number("Instances of one loop.", 1, 10_000),
                "resources": number("Resources of one template, with those of nested deployments.", 1, 1_000_000),
                "deployments": number("Deployments nested in each other.", 1, 32),
                "judged": number("Resources of one template that rules look at.", 1, 1_000_000),
                "findings": number("Failures and open verdicts in one template.", 1, 1_000_000),
                "textKiB": number("Length of a computed text, in KiB.", 1, 65_536),
                "elements": number("Elements of a computed array.", 100, 1_000_000),
                "patternKiB": number("Size of a regular expression in rules once it is compiled, in KiB.", 1, 65_536)
            }))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    const FILE: &str = "docs/akslint.schema.json";

    #[test]
    fn the_file_is_the_schema() {
        let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        if std::env::var_os("AKSLINT_WRITE_DOCS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == text, "{FILE} is out of date: run the tests once with AKSLINT_WRITE_DOCS=1");
    }

    fn error(text: &str) -> Option<String> {
        Config::read("a", Path::new("/w"), text).err().map(|error| error.message)
    }

    /// The reader's keys, as it lists them to who asks for another one.
    fn keys_of_the_reader(prefix: &str) -> Vec<String> {
        let message = error(&format!("{prefix}zzzzzzzzzzzz: 1}}")).unwrap();
        let (_, keys) = message.split_once("keys here are ").unwrap_or_else(|| panic!("{message}"));
        let mut keys: Vec<String> = keys.split(", ").map(str::to_owned).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn the_reader_has_the_same_keys() {
        let schema = schema();
        let table = [
            ("{", "/properties"),
            ("{paths: {", "/properties/paths/properties"),
            ("{deployment: {", "/properties/deployment/properties"),
            ("{thresholds: {", "/properties/thresholds/properties"),
            ("{limits: {", "/properties/limits/properties"),
            ("{suppress: [{", "/properties/suppress/items/properties"),
        ];
        for (prefix, pointer) in table {
            let mut keys: Vec<String> = schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
            keys.sort_unstable();
            assert_eq!(keys_of_the_reader(prefix), keys, "{pointer}");
        }
    }

    #[test]
    fn the_reader_has_the_same_bounds() {
        for section in ["limits", "thresholds"] {
            let schema = schema();
            for (key, bounds) in schema["properties"][section]["properties"].as_object().unwrap() {
                let (least, most) = (bounds["minimum"].as_u64().unwrap(), bounds["maximum"].as_u64().unwrap());
                let refused = |number: i128| error(&format!("{section}: {{{key}: {number}}}")).is_some();
                let (least, most) = (i128::from(least), i128::from(most));
                let got = [least - 1, least, most, most + 1].map(refused);
                assert_eq!(got, [true, false, false, true], "{section}.{key}");
            }
        }
    }
}
