//! One cause, one finding: on all fixtures, no two rules fail at the same place of the same resource.

#![allow(clippy::unwrap_used, clippy::panic)]

use akslint::check::{CheckOptions, check};
use akslint::finding::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Pairs of rules that may fail at one place, because they say different things of it. In the order of the refs.
const BESIDE: &[(&str, &str, &str)] =
    &[("AKS402", "AKS404", "that an entry is there twice, and that it is written without a prefix, are mended apart")];

type Place = (String, String, u32, u32);

#[test]
fn no_two_rules_report_one_cause() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut options = CheckOptions::new(&root);
    options.paths = vec![PathBuf::from(".")];
    let report = check(&options).unwrap();
    let mut spoken: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail) {
        let Some(resource) = &finding.resource else { continue };
        let location = &finding.primary.location;
        let place = (location.file.path().to_owned(), resource.path.clone(), location.span.start, location.span.end);
        spoken.entry(place).or_default().insert(finding.reference.to_string());
    }
    assert!(spoken.len() > 150, "the fixtures are found");
    let mut met = BTreeSet::new();
    let mut wrong = Vec::new();
    for ((file, resource, start, _), rules) in &spoken {
        let rules: Vec<&String> = rules.iter().collect();
        for (index, first) in rules.iter().enumerate() {
            for second in rules.iter().skip(index + 1) {
                let known = BESIDE.iter().position(|(one, other, _)| one == *first && other == *second);
                match known {
                    Some(known) => drop(met.insert(known)),
                    None => wrong.push(format!("{first} and {second}: {file} byte {start}, {resource}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
    for (index, (one, other, _)) in BESIDE.iter().enumerate() {
        assert!(met.contains(&index), "{one} and {other} never meet: take the pair off the list");
    }
}
