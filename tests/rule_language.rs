//! Rule files that use every form of the language, run as users run them: each rule tells the outcomes that PSRule gives.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rule-language")
}

/// The report on the exported resources, and what is said on standard error.
fn check(arguments: &[&str]) -> (Option<i32>, Value, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder()).env_clear();
    command.args([
        "check",
        "--rules",
        ".",
        "--no-default-rules",
        "--show",
        "all",
        "--format",
        "json",
        "resources.json",
    ]);
    let output = command.args(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|trouble| panic!("{trouble}: {error}"));
    (output.status.code(), report, error)
}

/// The outcomes that the rules of a file expect, by their names.
fn expected() -> BTreeMap<String, Vec<String>> {
    let read = |file: &str| std::fs::read_to_string(folder().join(file)).unwrap();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut expected = BTreeMap::new();
    for rule in read("language.Rule.yaml").split("metadata: { name: ").skip(1) {
        if let Some((name, rest)) = rule.split_once(", annotations: { expect: '") {
            expected.insert(name.to_owned(), words(rest.split('\'').next().unwrap()));
        }
    }
    let json = read("language.Rule.jsonc");
    let (_, json) = json.split_once('\n').unwrap();
    for rule in serde_json::from_str::<Vec<Value>>(json).unwrap() {
        let metadata = &rule["metadata"];
        let outcomes = words(metadata["annotations"]["expect"].as_str().unwrap());
        expected.insert(metadata["name"].as_str().unwrap().to_owned(), outcomes);
    }
    expected
}

#[test]
fn every_form_gives_the_outcome_that_the_reference_predicts() {
    let expected = expected();
    assert!(expected.len() > 650, "{}", expected.len());
    let (code, report, error) = check(&[]);
    assert_eq!(code, Some(2), "some rules go wrong on purpose: {error}");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in ["full", "bare"] {
        for result in report["results"].as_array().unwrap().iter().filter(|it| it["resource"]["name"] == resource) {
            let outcomes = found.entry(result["rule"].as_str().unwrap().to_owned()).or_default();
            // Each failing item is a result.
            let said = result["outcome"].as_str().unwrap().to_owned();
            if resource == "full" && outcomes.is_empty() || resource == "bare" && outcomes.len() == 1 {
                outcomes.push(said);
            } else {
                assert_eq!(outcomes.last(), Some(&said), "{result}");
            }
        }
    }
    let mut wrong = Vec::new();
    for (rule, outcomes) in &expected {
        let found = found.remove(rule).unwrap_or_default();
        if found != *outcomes {
            wrong.push(format!("{rule}: expected {outcomes:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found.is_empty(), "rules without expectation: {found:?}");
}

/// What is said of the rule documents themselves, with lines.
fn remarks(report: &Value) -> Vec<String> {
    let about = |result: &&Value| result["ref"] == "AKS909";
    let line =
        |result: &Value| format!("{} {}", result["level"].as_str().unwrap(), result["message"].as_str().unwrap());
    report["results"].as_array().unwrap().iter().filter(about).map(line).collect()
}

#[test]
fn what_psrule_takes_silently_is_told_with_its_place() {
    let (_, report, _) = check(&[]);
    let found = remarks(&report);
    assert_eq!(found.len(), 46, "{}", found.join("\n"));
    assert!(found.iter().all(|line| line.starts_with("warning ")), "{found:?}");
    let typo = report["results"].as_array().unwrap().iter();
    let typo =
        typo.filter(|it| it["message"].as_str().unwrap_or_default().contains("'casesensitiv'")).collect::<Vec<_>>();
    assert_eq!(typo[0]["message"], "the key 'casesensitiv' is not known; did you mean 'caseSensitive'?");
    assert_eq!(typo[0]["location"]["path"], "language.Rule.yaml");
    assert!(typo[0]["location"]["start"]["line"].as_u64() > Some(2000));
    // Strictly, all of these are errors that leave their rules out; what PSRule reads otherwise is said besides.
    let (code, report, error) = check(&["--strict-rules"]);
    assert_eq!(code, Some(2));
    let failed = report["inputs"].as_array().unwrap().iter().filter(|input| input["status"] == "failed").count();
    assert_eq!(failed, found.len(), "{error}");
    let otherwise = remarks(&report);
    assert!(otherwise.iter().all(|line| line.starts_with("warning in PSRule, ")), "{otherwise:?}");
    assert_eq!(otherwise.len(), 6, "{otherwise:?}");
}

#[test]
fn sub_selectors_that_selected_nothing_say_so() {
    let (_, report, _) = check(&[]);
    let message = |rule: &str, resource: &str| {
        let mut results = report["results"].as_array().unwrap().iter();
        let result = results.find(|it| it["rule"] == rule && it["resource"]["name"] == resource).unwrap();
        (result["outcome"].as_str().unwrap().to_owned(), result["message"].as_str().unwrap().to_owned())
    };
    let nothing = |path: &str, end: &str| {
        ("pass".to_owned(), format!("the sub-selector on '{path}' selected nothing: there is no item{end}"))
    };
    assert_eq!(message("T.each.where", "bare"), nothing("properties.pools", " that meets its 'where'"));
    assert_eq!(message("T.each.whereNone", "full"), nothing("properties.pools", " that meets its 'where'"));
    assert_eq!(message("T.each.emptyList", "full"), nothing("properties.empty", ""));
    for (rule, resource) in [("T.each.where", "full"), ("T.each.less3", "bare"), ("T.each.count0", "bare")] {
        assert_eq!(message(rule, resource), ("pass".to_owned(), String::new()), "{rule}");
    }
}
