use super::*;
use crate::config::Config;
use crate::report::examples;
use std::path::Path;

fn options(config: &str) -> CheckOptions {
    CheckOptions::new("/w").configured(Config::read("akslint.yaml", Path::new("/w"), config).unwrap())
}

fn levels(config: &str) -> Vec<String> {
    let mut report = examples::report();
    level(&options(config), &mut report);
    report.findings.iter().map(|finding| format!("{} {}", finding.reference, finding.level.as_str())).collect()
}

#[test]
fn levels_change_and_rules_go() {
    assert_eq!(levels("").len(), examples::report().findings.len());
    assert!(levels("rules: {AKS104: note}").contains(&"AKS104 note".to_owned()));
    assert!(!levels("rules: {AKS104: note}").contains(&"AKS104 error".to_owned()));
    // Its level is the lowest there is: nothing says that its conditions lowered it.
    assert!(levels("rules: {AKS404: error}").contains(&"AKS404 error".to_owned()));
    assert!(levels("rules: {Azure: 'off'}").iter().all(|line| line.starts_with(' ')), "the user's own rule stays");
    assert!(levels("rules: {Azure: 'off', AKS110: error}").contains(&"AKS110 error".to_owned()));
}

#[test]
fn conditional_findings_stay_one_lower() {
    let file = examples::pretty();
    let finding = examples::host_bits(&file);
    let table = [
        (Level::Warning, Some(Level::Error), Level::Error, Level::Warning),
        (Level::Error, Some(Level::Error), Level::Warning, Level::Warning),
        (Level::Note, Some(Level::Warning), Level::Warning, Level::Note),
        (Level::Note, None, Level::Error, Level::Error),
    ];
    for (level, own, wanted, expected) in table {
        assert_eq!(adjusted(&Finding { level, ..finding.clone() }, own, wanted), expected);
    }
    let always = Finding { level: Level::Note, conditions: vec![], ..finding };
    assert_eq!(adjusted(&always, Some(Level::Error), Level::Error), Level::Error);
}

#[test]
fn findings_on_suppressions_can_be_left_out() {
    let table = [
        ("", true),
        ("rules: {AKS907: 'off'}", false),
        ("ignore: AKS907", false),
        ("select: AKS1", false),
        ("select: AKS907", true),
    ];
    for (config, expected) in table {
        assert_eq!(is_wanted(&options(config)), expected, "{config}");
    }
}

#[test]
fn clusters_are_counted_by_what_counts() {
    let file = examples::pretty();
    let open = examples::open_to_all(&file);
    let unknown = Finding { outcome: Outcome::Unknown, ..open.clone() };
    let counted = |config: &str, findings: Vec<Finding>| {
        let mut report = Report { findings, ..Report::default() };
        (report.clusters.checked, report.clusters.failed) = (1, 1);
        settle(&options(config), &[], &mut report);
        (report.clusters.failed, report.clusters.undecided)
    };
    assert_eq!(counted("", vec![open.clone()]), (1, 0));
    assert_eq!(counted("rules: {AKS104: 'off'}", vec![open.clone()]), (0, 0));
    assert_eq!(counted("rules: {AKS104: note}", vec![open.clone(), unknown.clone()]), (0, 1));
    assert_eq!(counted("suppress: [{rule: AKS104, path: infra}]", vec![open, unknown]), (0, 0));
}
