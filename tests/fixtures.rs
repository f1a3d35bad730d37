//! The rules on the fixtures and on the examples of their pages: what passes, what fails, and where.

#![allow(clippy::unwrap_used, clippy::panic)]

use akslint::check::{CheckOptions, check};
use akslint::finding::{Finding, Label, Outcome};
use akslint::report::Report;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Rules that only run when they are asked for.
const OPT_IN: [&str; 3] = ["AKS407", "AKS411", "AKS412"];

/// Checks `file` in `folder` with the shipped rules; the rule of an opt-in fixture is asked for.
fn run(folder: &Path, file: &str, rule: &str) -> Report {
    let mut options = CheckOptions::new(folder);
    options.paths = vec![PathBuf::from(file)];
    if OPT_IN.contains(&rule) {
        options.select = vec!["level:error".into(), "level:warning".into(), "level:note".into(), rule.into()];
    }
    check(&options)
}

fn speaks(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Error)
        || (finding.outcome == Outcome::Unknown && finding.reference.starts_with("AKS9"))
}

/// The place of a label and what is written there.
fn place(label: &Label) -> String {
    let file = &label.location.file;
    let (start, end) = (file.position(label.location.span.start), file.position(label.location.span.end));
    let text: String = file.slice(label.location.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = if text.chars().count() > 60 { format!("{}…", text.chars().take(59).collect::<String>()) } else { text };
    format!("{}:{}:{}-{}:{} `{text}`", file.path(), start.line, start.column, end.line, end.column)
}

fn words(report: &Report) -> String {
    let mut text = String::new();
    let mut findings: Vec<&Finding> = report.findings.iter().filter(|finding| speaks(finding)).collect();
    findings.sort_by_key(|finding| (finding.primary.location.span, finding.reference.clone(), finding.parameters_file.clone()));
    for finding in findings {
        let outcome = if finding.outcome == Outcome::Fail { finding.level.as_str() } else { finding.outcome.as_str() };
        writeln!(text, "{outcome} {}: {}", finding.reference, finding.message).unwrap();
        writeln!(text, "  at {} {}", place(&finding.primary), finding.primary.text).unwrap();
        for label in &finding.related {
            writeln!(text, "  and {} {}", place(label), label.text).unwrap();
        }
        for condition in &finding.conditions {
            writeln!(text, "  when {condition}").unwrap();
        }
        if let Some(file) = &finding.parameters_file {
            writeln!(text, "  with {file}").unwrap();
        }
    }
    for input in &report.inputs {
        if input.status.as_str() != "checked" {
            writeln!(text, "{} {}: {}", input.status.as_str(), input.path, input.message.as_deref().unwrap_or_default()).unwrap();
        }
    }
    text
}

fn fails(report: &Report, rule: &str) -> bool {
    report.findings.iter().any(|finding| &*finding.reference == rule && finding.outcome == Outcome::Fail)
}

fn is_undecided(report: &Report, rule: &str) -> bool {
    let own = |finding: &&Finding| &*finding.reference == rule && finding.outcome == Outcome::Unknown;
    report.findings.iter().any(|finding| own(&finding))
}

fn fixtures(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".json") && !name.contains(".parameters") && !name.ends_with(".fixed.json"))
        .filter(|name| ["pass-", "fail-", "unknown-"].iter().any(|start| name.starts_with(start)))
        .collect();
    names.sort();
    names
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("tests/fixtures")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

#[test]
fn fixtures_give_what_their_names_say() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let rule = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        for name in fixtures(&folder) {
            let report = run(&folder, &name, &rule);
            writeln!(text, "== {name}").unwrap();
            text.push_str(&words(&report));
            let right = match name.split('-').next() {
                Some("pass") => !fails(&report, &rule) && !is_undecided(&report, &rule),
                Some("fail") => fails(&report, &rule) || (rule.starts_with("AKS9") && is_undecided(&report, &rule)),
                _ => !fails(&report, &rule) && is_undecided(&report, &rule),
            };
            if !right {
                wrong.push(format!("{rule}/{name}\n{}", words(&report)));
            }
        }
        insta::with_settings!({snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!("findings", text);
        });
    }
    assert!(wrong.is_empty(), "{} fixtures:\n{}", wrong.len(), wrong.join("\n"));
}

/// One fenced example of a page.
struct Example {
    page: String,
    rule: String,
    kind: String,
    others: BTreeSet<String>,
    text: String,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut pages: Vec<PathBuf> = fs::read_dir(root().join("docs/rules")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    for page in pages {
        let rule = page.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&page).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(fence) = line.strip_prefix("```json ") else { continue };
            let mut words = fence.split_whitespace();
            let kind = words.next().unwrap_or_default().to_owned();
            let others = words.filter_map(|word| word.strip_prefix('+')).map(str::to_owned).collect();
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            examples.push(Example { page: page.display().to_string(), rule: rule.clone(), kind, others, text: text.join("\n") });
        }
    }
    examples
}

#[test]
fn examples_of_pages_give_what_they_say() {
    let examples = examples();
    assert!(examples.len() >= 100, "the pages are found");
    let mut wrong = Vec::new();
    for example in examples {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.json"), &example.text).unwrap();
        let report = run(folder.path(), "main.json", &example.rule);
        let spoken: BTreeSet<String> =
            report.findings.iter().filter(|finding| speaks(finding)).map(|finding| finding.reference.to_string()).collect();
        let mut expected = example.others.clone();
        match example.kind.as_str() {
            "fail" => drop(expected.insert(example.rule.clone())),
            "unknown" => drop(expected.insert("AKS901".to_owned())),
            _ => {}
        }
        if spoken != expected {
            wrong.push(format!("{} ({}): expected {expected:?}\n{}", example.page, example.kind, words(&report)));
        }
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}
