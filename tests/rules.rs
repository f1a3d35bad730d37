//! The shipped rules are complete: each has a page, metadata, and templates that pass and that fail.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use akslint::rules::read::{self, Reading};
use akslint::rules::rule::{Rule, RuleSet};
use akslint::source::SourceFile;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rules about what stands beside templates: suppressions and rule documents. They are tested there.
const WITHOUT_FIXTURES: &[(&str, &str)] = &[("AKS907", "src/suppress/tests.rs"), ("AKS909", "tests/rule_commands.rs")];

const HEADINGS: &[&str] = &[
    "## What it checks",
    "## Why it matters",
    "## Example that fails",
    "## Example that passes",
    "## How to fix",
    "## Configuration",
    "## Related",
    "## Links",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pack() -> RuleSet {
    reading().set
}

/// The pack, read strictly from its files.
fn reading() -> Reading {
    let mut reading = Reading::default();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(root().join("rules")).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.to_string_lossy().ends_with(".Rule.yaml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        reading
            .add(read::file(&Arc::new(SourceFile::new(format!("rules/{name}"), text)), read::ReadOptions::new(true)));
    }
    reading
}

fn page(rule: &Rule) -> String {
    let path = root().join(format!("docs/rules/{}.md", rule.reference()));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn fixtures(reference: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root().join("tests/fixtures").join(reference)) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn has_fixture(reference: &str, kind: &str) -> bool {
    fixtures(reference).iter().any(|path| path.file_name().unwrap().to_string_lossy().starts_with(kind))
}

#[test]
fn the_pack_is_read_without_complaint() {
    let reading = reading();
    let problems: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(reading.unusable, 0);
    assert_eq!(reading.set.rules.len(), 62);
}

#[test]
fn names_and_refs_are_unique() {
    let set = pack();
    let mut seen = BTreeSet::new();
    for rule in &set.rules {
        assert!(seen.insert(rule.name().to_ascii_lowercase()), "{} is there twice", rule.name());
        assert!(seen.insert(rule.reference().to_ascii_lowercase()), "{} is there twice", rule.reference());
    }
}

#[test]
fn every_rule_says_what_it_is() {
    let set = pack();
    for rule in &set.rules {
        let name = rule.reference();
        assert!(rule.metadata.synopsis.is_some(), "{name} has no synopsis");
        assert!(rule.metadata.tags.contains_key("family"), "{name} has no family");
        assert!(rule.metadata.tags.contains_key("out"), "{name} does not say what Azure does");
        assert!(rule.metadata.link.as_ref().is_some_and(|link| link.contains(name)), "{name} has no link");
        assert!(!rule.types.is_empty(), "{name} asks for no type");
        assert!(rule.message.is_some() && rule.label.is_some() && rule.help.is_some(), "{name} lacks words");
        assert!(rule.condition.is_some() != rule.is_computed(), "{name} has no condition, or one that is never asked");
        assert_eq!(rule.is_computed(), name.starts_with("AKS9"), "{name}: the linter's own findings are AKS9xx");
    }
}

#[test]
fn every_rule_named_in_another_exists() {
    let set = pack();
    for rule in &set.rules {
        for other in &rule.yields_to {
            assert!(set.rule(other).is_some(), "{} yields to {other}", rule.reference());
            assert!(!rule.metadata.is_called(other), "{other} yields to itself");
        }
        for selector in &rule.with {
            assert!(set.selector(selector).is_some(), "{} asks for {selector}", rule.reference());
        }
    }
}

#[test]
fn every_rule_has_a_page_with_the_same_headings() {
    let set = pack();
    let index = std::fs::read_to_string(root().join("docs/rules/README.md")).unwrap();
    for rule in &set.rules {
        let page = page(rule);
        let title = format!("# {} {}\n", rule.reference(), rule.name());
        assert!(page.starts_with(&title), "the page of {} begins otherwise", rule.reference());
        let mut at = 0;
        for heading in HEADINGS {
            let found = page.get(at..).and_then(|rest| rest.find(&format!("\n{heading}\n")));
            at += found.unwrap_or_else(|| panic!("the page of {} lacks {heading}", rule.reference()));
        }
        assert!(page.contains("\nLevel: ") && page.contains("Evidence: ") && page.contains("What Azure does: "));
    }
    let rows: Vec<String> = index.lines().filter(|line| line.starts_with("| [")).map(str::to_owned).collect();
    let starts =
        |rule: &Rule| format!("| [{0}]({0}.md) | `{1}` | {2}", rule.reference(), rule.name(), rule.level.as_str());
    let mut rules: Vec<&Rule> = set.rules.iter().collect();
    rules.sort_by_key(|rule| rule.reference().to_owned());
    assert_eq!(rows.len(), rules.len(), "the index has a row a rule");
    for (row, rule) in rows.iter().zip(rules) {
        // A rule of several levels may have another one in its row first.
        let start = starts(rule);
        let name = start.rsplit_once("| ").unwrap().0;
        let is_right = if rule.levels.is_empty() { row.starts_with(&start) } else { row.starts_with(name) };
        let marked = rule.default || row.contains("off unless asked for");
        assert!(is_right && marked, "the index says of {}: {row}", rule.reference());
    }
}

/// The project's pages for people.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    for folder in ["docs", "docs/rules"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    found.sort();
    found
}

#[test]
fn every_page_belongs_to_a_rule_and_every_rule_named_exists() {
    let set = pack();
    for path in documents() {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_page = path.parent().unwrap().ends_with("docs/rules");
        assert!(!is_page || stem == "README" || set.rule(&stem).is_some(), "{} belongs to no rule", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("AKS") {
            let name: String = text[at..].chars().take(6).collect();
            if name.len() == 6 && name[3..].bytes().all(|byte| byte.is_ascii_digit()) {
                assert!(set.rule(&name).is_some(), "{} names {name}", path.display());
            }
        }
    }
}

#[test]
fn every_rule_is_compared_with_other_tools() {
    let text = std::fs::read_to_string(root().join("docs/other-tools.md")).unwrap();
    let number = |name: &str| name.strip_prefix("AKS").and_then(|digits| digits.parse::<u32>().ok());
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut compared = BTreeSet::new();
    for (index, word) in words.iter().enumerate() {
        let Some(first) = number(word) else { continue };
        // "AKS301 to AKS308" names all between.
        let last = match (words.get(index + 1), words.get(index + 2).and_then(|word| number(word))) {
            (Some(&"to"), Some(last)) => last,
            _ => first,
        };
        compared.extend(first..=last);
    }
    for rule in &pack().rules {
        assert!(number(rule.reference()).is_some_and(|it| compared.contains(&it)), "{}", rule.reference());
    }
}

#[test]
fn every_rule_has_templates_that_pass_and_fail() {
    let set = pack();
    for rule in &set.rules {
        let reference = rule.reference();
        if let Some((_, elsewhere)) = WITHOUT_FIXTURES.iter().find(|(known, _)| *known == reference) {
            assert!(root().join(elsewhere).is_file(), "{elsewhere}, which checks {reference}, is gone");
            assert!(fixtures(reference).is_empty(), "{reference} has fixtures after all");
            continue;
        }
        let bad = if reference == "AKS901" { "unknown-" } else { "fail-" };
        assert!(has_fixture(reference, bad), "{reference} has no failing fixture");
        assert!(has_fixture(reference, "pass-"), "{reference} has no passing fixture");
    }
}

#[test]
fn every_fixture_is_json_and_belongs_to_a_rule() {
    let set = pack();
    for entry in std::fs::read_dir(root().join("tests/fixtures")).unwrap() {
        let folder = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !folder.starts_with("AKS") {
            continue;
        }
        assert!(set.rule(&folder).is_some(), "fixtures for {folder}");
        for path in fixtures(&folder).iter().filter(|path| path.extension().is_some_and(|it| it == "json")) {
            let text = std::fs::read_to_string(path).unwrap();
            let read = serde_json::from_str::<serde_json::Value>(&text);
            assert!(read.is_ok(), "{}: {}", path.display(), read.unwrap_err());
        }
    }
}
