//! The commands about rules, run as users run them: `rules`, `explain`, `test`, and rule documents in `check`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const RULES: &str = "# Synopsis: Clusters say who owns them.
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: Rule
metadata:
  name: Local.Owner
spec:
  type: [ Microsoft.ContainerService/managedClusters ]
  level: Warning
  condition:
    field: tags.owner
    exists: true
---
# Synopsis: What we look at.
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: Baseline
metadata:
  name: Local.Base
spec:
  rule:
    include: [ Local.Owner ]
  override:
    level:
      Local.Owner: Error
";

const CLUSTER: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    { "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks", "properties": {} }
  ]
}"#;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder).env_clear().env("COLUMNS", "100").args(arguments).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn rules_are_listed() {
    let folder = folder(&[("own.Rule.yaml", RULES)]);
    let run = |arguments: &[&str]| run(folder.path(), &[&["rules"], arguments].concat());
    let (code, out, error) = run(&[]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.starts_with("rules/") && out.contains("AKS101  Azure.AKS.AuthorizedIPs"), "{out}");
    assert!(out.split_whitespace().collect::<Vec<_>>().join(" ").contains("(off unless selected)"), "{out}");
    let (_, out, _) = run(&["--rules", "own.Rule.yaml", "--no-default-rules"]);
    assert!(out.contains("own.Rule.yaml\n") && out.contains("Local.Owner"), "{out}");
    assert!(out.contains("AKS902") && !out.contains("AKS101"), "the linter still says what it could not do: {out}");
    let (_, out, _) =
        run(&["--rules", "own.Rule.yaml", "--rule-baseline", "Local.Base", "--ignore", "tag:family=tool"]);
    assert_eq!(out, "own.Rule.yaml\n    Local.Owner  error    Clusters say who owns them.\n");
    let (_, out, _) = run(&["--select", "AKS104", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["rules"].as_array().unwrap().len(), 1);
    assert_eq!(json["rules"][0]["rule"], "Azure.AKS.AuthorizedIPs.Internet");
    let (code, _, error) = run(&["--select", "AKS1O4"]);
    assert_eq!(code, 2);
    assert!(error.contains("no rule is meant by 'AKS1O4'"), "{error}");
    assert_eq!(run(&["--rules", "gone.Rule.yaml"]).0, 2);
}

#[test]
fn rules_are_explained() {
    let folder = folder(&[("own.Rule.yaml", RULES)]);
    let run = |arguments: &[&str]| run(folder.path(), &[&["explain"], arguments].concat());
    let (code, out, error) = run(&["azure.aks.authorizedips.internet"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.starts_with("AKS104 Azure.AKS.AuthorizedIPs.Internet\n\nLevel: error"), "{out}");
    assert_eq!(out, run(&["aks104"]).1);
    assert!(run(&["AKS104", "--color", "always"]).1.starts_with("\u{1b}[1mAKS104"));
    let (code, out, _) = run(&["Azure.ARO"]);
    assert!(code == 0 && out.contains("AKS502") && out.contains("AKS503"), "{out}");
    let (_, out, _) = run(&["Local.Owner", "--rules", "own.Rule.yaml"]);
    assert!(out.starts_with("Local.Owner\n\nLevel: warning | From: own.Rule.yaml, line 2\n\nClusters say"), "{out}");
    let (code, out, error) = run(&["Azure.AKS.AuthorisedIPs"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(error, "error: there is no rule 'Azure.AKS.AuthorisedIPs'; did you mean 'Azure.AKS.AuthorizedIPs'?\n");
}

#[test]
fn baselines_of_rule_documents_take_part() {
    let folder = folder(&[("own.Rule.yaml", RULES), ("main.json", CLUSTER)]);
    let run = |arguments: &[&str]| {
        run(folder.path(), &[&["main.json", "--format", "concise", "--rules", "own.Rule.yaml"], arguments].concat())
    };
    let (code, out, _) = run(&["--rule-baseline", "local.base"]);
    assert_eq!(code, 1);
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(out.contains(": error: ") && out.contains("[Local.Owner]"), "{out}");
    let (code, _, error) = run(&["--rule-baseline", "other"]);
    assert_eq!(code, 2);
    assert!(error.contains("there is no baseline 'other'; there are: Local.Base"), "{error}");
}

#[test]
fn doubtful_rule_documents_are_aks909() {
    let folder =
        folder(&[("own.Rule.yaml", &RULES.replace("level: Warning", "levle: Warning")), ("main.json", CLUSTER)]);
    let run = |arguments: &[&str]| {
        let all = &["main.json", "--format", "concise", "--rules", "own.Rule.yaml", "--fail-on", "never"];
        run(folder.path(), &[all, arguments].concat())
    };
    let (code, out, error) = run(&[]);
    assert_eq!(code, 0, "{error}");
    let said = "own.Rule.yaml:8:3: warning: ";
    assert!(out.contains(said) && out.contains("did you mean 'level'?") && out.contains("AKS909"), "{out}");
    assert!(!run(&["--ignore", "AKS909"]).1.contains("AKS909"));
    assert_eq!(run(&["--strict-rules"]).0, 2);
}

#[test]
fn the_cases_of_the_shipped_rules_come_out() {
    let (code, out, error) = run(Path::new(env!("CARGO_MANIFEST_DIR")), &["test", "--strict-rules", "rules"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(out.contains("rules/exposure.Rule.test.yaml\n  ok      "), "{out}");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".Rule.yaml").filter(|stem| *stem != "selectors") else { continue };
        assert!(out.contains(&format!("rules/{stem}.Rule.test.yaml\n")), "{stem} has no cases");
    }
}

#[test]
fn cases_that_come_out_otherwise_fail_the_run() {
    let cases = "cases:\n- name: nobody\n  resource: { type: Microsoft.ContainerService/managedClusters, name: aks }\n  expect: { Local.Owner: pass }\n";
    let folder = folder(&[("own.Rule.yaml", RULES), ("own.Rule.test.yaml", cases)]);
    let (code, out, error) = run(folder.path(), &["test"]);
    assert_eq!((code, error.as_str()), (1, ""), "{out}");
    let start = "own.Rule.test.yaml\n  FAILED  nobody\n          own.Rule.test.yaml:4:13\n            Local.Owner: expected pass, got fail\n";
    assert!(out.starts_with(start) && out.ends_with("0 passed, 1 failed\n"), "{out}");
    fs::write(folder.path().join("own.Rule.test.yaml"), cases.replace("pass }", "pas }")).unwrap();
    let (code, out, error) = run(folder.path(), &["test", "own.Rule.test.yaml"]);
    assert_eq!(code, 2, "{error}");
    assert_eq!(error, "error: own.Rule.test.yaml:4:26: the outcome 'pas' is not known; did you mean 'pass'?\n");
    assert_eq!(out, "0 passed, 0 failed, 1 unusable file\n");
    assert_eq!(run(folder.path(), &["test", "gone"]).0, 2);
}

#[test]
fn the_example_of_the_documentation_works() {
    let page = include_str!("../docs/testing-rules.md");
    let examples: Vec<&str> = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let folder = folder(&[("owner.Rule.yaml", examples[0]), ("owner.Rule.test.yaml", examples[1])]);
    let (code, out, error) = run(folder.path(), &["test", "--strict-rules"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert!(page.contains(&out), "the page shows what is printed:\n{out}");
}
