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

const GROUPS: &str = "# Synopsis: The workshop's clusters are deleted every evening.
apiVersion: github.com/microsoft/PSRule/v1
kind: SuppressionGroup
metadata: { name: Local.Workshop }
spec:
  rule: [ Local.Owner ]
  if: { field: tags.purpose, equals: workshop }
---
# Synopsis: Until everybody has moved.
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: SuppressionGroup
metadata: { name: Local.Moved }
spec:
  type: [ Microsoft.ContainerService/managedClusters ]
  expiresOn: 2020-06-30
---
apiVersion: github.com/microsoft/PSRule/v1
kind: SuppressionGroup
metadata: { name: Local.Unknown }
spec: { rule: [ Local.Ownr ] }
";

/// A template with one cluster that has these tags.
fn tagged(tags: &str) -> String {
    CLUSTER.replace("\"properties\"", &format!("\"tags\": {tags}, \"properties\""))
}

fn json(out: &str) -> serde_json::Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

/// The results of a rule.
fn results(report: &serde_json::Value, rule: &str) -> Vec<serde_json::Value> {
    let is_its = |result: &&serde_json::Value| result["rule"] == rule || result["ref"] == rule;
    report["results"].as_array().unwrap().iter().filter(is_its).cloned().collect()
}

#[test]
fn suppression_groups_accept_findings_by_condition() {
    let parameter = tagged("{ \"purpose\": \"[if(parameters('w'), 'workshop', 'work')]\" }")
        .replace("\"resources\"", "\"parameters\": { \"w\": { \"type\": \"bool\" } },\n  \"resources\"");
    let folder = folder(&[
        ("own.Rule.yaml", RULES),
        ("groups.Rule.yaml", GROUPS),
        ("workshop.json", &tagged("{ \"purpose\": \"Workshop\" }")),
        ("other.json", &tagged("{}")),
        ("open.json", &parameter),
        ("some.json", &tagged("{ \"purpose\": \"[reference('x', '2020-01-01').y]\" }")),
    ]);
    let check = |file: &str, arguments: &[&str]| {
        let all =
            ["--rules", "own.Rule.yaml", "--rules", "groups.Rule.yaml", "--no-default-rules", "--fail-on", "warning"];
        run(folder.path(), &[&[file][..], &all, arguments].concat())
    };
    let (code, out, error) = check("workshop.json", &["--format", "json", "--ignore", "AKS909"]);
    assert_eq!(code, 0, "{error}");
    let report = json(&out);
    let [result] = results(&report, "Local.Owner").try_into().unwrap();
    assert_eq!((&result["outcome"], &result["level"]), (&"fail".into(), &"warning".into()));
    let suppressed = &result["suppressed"];
    assert_eq!(suppressed["kind"], "group");
    assert_eq!(suppressed["reason"], "The workshop's clusters are deleted every evening.");
    assert_eq!(
        (&suppressed["location"]["path"], &suppressed["location"]["start"]["line"]),
        (&"groups.Rule.yaml".into(), &4.into())
    );
    assert_eq!(
        (&report["summary"]["results"]["suppressed"], &report["summary"]["clusters"]["failed"]),
        (&1.into(), &0.into())
    );
    let sarif = json(&check("workshop.json", &["--format", "sarif"]).1);
    let result = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|result| result["ruleId"] == "Local.Owner")
        .unwrap();
    let suppression = &result["suppressions"][0];
    assert_eq!(suppression["justification"], "The workshop's clusters are deleted every evening.");
    assert_eq!(suppression["kind"], "external");
    assert!(!check("workshop.json", &[]).1.contains("tags.owner"));
    assert!(check("workshop.json", &["--show", "all"]).1.contains("suppressed by group: The workshop's"));

    // Another resource is not covered; the group that expired covers nothing and is told, and so is a name that means nothing.
    let (code, out, _) = check("other.json", &["--format", "json"]);
    assert_eq!(code, 1);
    let report = json(&out);
    assert_eq!(results(&report, "Local.Owner")[0]["suppressed"], serde_json::Value::Null);
    let [expired] = results(&report, "AKS907").try_into().unwrap();
    assert_eq!((&expired["level"], &expired["location"]["start"]["line"]), (&"note".into(), &15.into()));
    assert_eq!(expired["message"], "the suppression group Local.Moved expired on 2020-06-30");
    let message = "the rule 'Local.Ownr' is not there, so nothing of it is suppressed; did you mean 'Local.Owner'?";
    assert_eq!(results(&report, "AKS909")[0]["message"], message);
    assert!(!check("other.json", &["--ignore", "AKS907"]).1.contains("AKS907"));

    // An open question: the finding is about the worlds that the group does not cover.
    let result = results(&json(&check("open.json", &["--format", "json"]).1), "Local.Owner").remove(0);
    assert_eq!(result["conditions"], serde_json::json!(["parameters('w') is false"]));
    assert_eq!(result["suppressed"], serde_json::Value::Null);
    // What cannot be decided suppresses nothing.
    let result = results(&json(&check("some.json", &["--format", "json"]).1), "Local.Owner").remove(0);
    assert_eq!((&result["outcome"], &result["suppressed"]), (&"fail".into(), &serde_json::Value::Null));
}

#[test]
fn suppression_groups_cover_families_and_need_reasons_where_these_are_demanded() {
    let group = "apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: SuppressionGroup
metadata: { name: Local.All }
spec: { rule: [ Azure.AKS.AuthorizedIPs ], expiresOn: '2999-12-31T00:00:00+01:00' }
";
    let open = CLUSTER.replace(
        "\"properties\": {}",
        "\"properties\": { \"apiServerAccessProfile\": { \"authorizedIPRanges\": [ \"0.0.0.0/0\" ] } }",
    );
    let folder = folder(&[("own.Rule.yaml", group), ("main.json", &open)]);
    let check = |arguments: &[&str]| {
        json(
            &run(folder.path(), &[&["main.json", "--rules", "own.Rule.yaml", "--format", "json"], arguments].concat())
                .1,
        )
    };
    let suppressed = results(&check(&[]), "AKS104")[0]["suppressed"].clone();
    assert_eq!((&suppressed["kind"], &suppressed["reason"]), (&"group".into(), &serde_json::Value::Null));
    // A comment that covers it too is not needless.
    fs::write(
        folder.path().join("main.json"),
        open.replace("{ \"type\"", "// akslint-ignore AKS104: x\n    { \"type\""),
    )
    .unwrap();
    let report = check(&[]);
    assert_eq!(results(&report, "AKS104")[0]["suppressed"]["kind"], "group");
    assert_eq!(results(&report, "AKS907"), Vec::<serde_json::Value>::new());
    fs::write(folder.path().join("main.json"), &open).unwrap();
    fs::write(folder.path().join("akslint.yaml"), "requireReason: true\n").unwrap();
    let report = check(&[]);
    assert_eq!(results(&report, "AKS104")[0]["suppressed"], serde_json::Value::Null);
    let message = "the suppression group Local.All gives no reason, as the configuration demands";
    assert_eq!(results(&report, "AKS907")[0]["message"], message);
    // A day that does not exist makes the document unusable.
    fs::write(folder.path().join("own.Rule.yaml"), group.replace("2999-12-31", "2999-02-31")).unwrap();
    let (code, _, error) = run(folder.path(), &["main.json", "--rules", "own.Rule.yaml", "--format", "json"]);
    assert_eq!(code, 2);
    assert!(error.contains("own.Rule.yaml:4:55: 'expiresOn': expected a day or a moment"), "{error}");
}

#[test]
fn suppression_groups_cover_what_is_undecided() {
    let ranges = CLUSTER
        .replace(
            "\"properties\": {}",
            "\"properties\": { \"apiServerAccessProfile\": { \"authorizedIPRanges\": \"[parameters('r')]\" } }",
        )
        .replace("\"resources\"", "\"parameters\": { \"r\": { \"type\": \"array\" } },\n  \"resources\"");
    let group = |rules: &str| {
        format!(
            "[{{\n  // Synopsis: Callers pass the ranges.\n  \"apiVersion\": \"github.com/microsoft/PSRule/v1\", \"kind\": \"SuppressionGroup\",\n  \"metadata\": {{ \"name\": \"Local.Callers\" }}, \"spec\": {{ \"rule\": {rules}, }}\n}}]"
        )
    };
    // For all rules; for those that hang on the value but one; for none of them.
    let table = [
        ("[]", Some("Callers pass the ranges."), 1),
        ("[\"Azure.AKS\"]", Some("Callers pass the ranges."), 1),
        ("[\"Azure.AKS.AuthorizedIPs\"]", None, 0),
    ];
    for (rules, reason, suppressed) in table {
        let folder = folder(&[("main.json", &ranges), ("g.Rule.jsonc", &group(rules))]);
        let arguments = ["main.json", "--rules", "g.Rule.jsonc", "--fail-on", "unknown", "--format", "json"];
        let (code, out, error) = run(folder.path(), &arguments);
        assert_eq!(code, i32::from(reason.is_none()), "{rules}: {error}");
        let report = json(&out);
        let [result] = results(&report, "AKS901").try_into().unwrap();
        assert_eq!(result["suppressed"]["reason"].as_str(), reason, "{rules}");
        assert_eq!(report["summary"]["results"]["suppressed"], suppressed);
        let rules = result["related"][0]["message"].as_str().unwrap().to_owned();
        assert!(!rules.contains("AKS102") || reason.is_some(), "{rules}");
    }
}

#[test]
fn the_group_of_the_documentation_works() {
    let page = include_str!("../docs/suppression.md");
    let example = page.split("```yaml group\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = folder(&[("groups.Rule.yaml", example), ("main.json", &tagged("{ \"purpose\": \"workshop\" }"))]);
    let (code, out, error) =
        run(folder.path(), &["main.json", "--rules", "groups.Rule.yaml", "--strict-rules", "--format", "json"]);
    assert_eq!(code, 0, "{error}");
    assert_eq!(results(&json(&out), "AKS101")[0]["suppressed"]["kind"], "group");
}

#[test]
fn the_configuration_names_rule_documents() {
    let folder = folder(&[
        ("akslint.yaml", "ruleFiles: own\nruleBaseline: Local.Base\nrules: { AKS104: off, AKS102: note }\n"),
        ("main.json", CLUSTER),
    ]);
    fs::create_dir_all(folder.path().join("own")).unwrap();
    fs::write(folder.path().join("own/own.Rule.yaml"), RULES).unwrap();
    fs::write(
        folder.path().join("own/own.Rule.test.yaml"),
        "cases:\n- name: one\n  resource: { type: Microsoft.ContainerService/managedClusters, name: a, tags: { owner: me } }\n  expect: { Local.Owner: pass, AKS101: fail }\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let (code, out, error) = run(&["main.json", "--format", "concise"]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}{error}");
    assert!(out.contains(": error: ") && out.contains("[Local.Owner]"), "{out}");
    let (_, out, _) = run(&["rules", "--ignore", "tag:family=tool"]);
    assert_eq!(out, "own/own.Rule.yaml\n    Local.Owner  error    Clusters say who owns them.\n");
    assert!(run(&["explain", "local.owner"]).1.starts_with("Local.Owner\n\nLevel: error | From: own/own.Rule.yaml"));
    // The document beside the cases is loaded once, though its folder is named too.
    let (code, out, error) = run(&["test"]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    let (_, out, _) = run(&["baseline"]);
    assert!(out.contains("Local.Owner") && !out.contains("AKS101"), "{out}");
    // The command line wins, and adds.
    fs::write(folder.path().join("akslint.yaml"), "ruleFiles: own\nrules: { AKS104: off, AKS102: note }\n").unwrap();
    let (_, out, _) = run(&["rules"]);
    assert!(out.contains("AKS101") && !out.contains("AKS104") && out.contains("Local.Owner"), "{out}");
    let (_, out, _) = run(&["baseline", "--rule-baseline", "Local.Base"]);
    assert!(out.contains("Local.Owner") && !out.contains("AKS101"), "{out}");
    fs::write(folder.path().join("other.yaml"), "{}").unwrap();
    assert!(!run(&["rules", "--config", "other.yaml"]).1.contains("Local.Owner"));
}

#[test]
fn scripts_among_rule_documents_are_told() {
    let folder = folder(&[("main.json", CLUSTER)]);
    fs::create_dir_all(folder.path().join("own")).unwrap();
    fs::write(folder.path().join("own/own.Rule.yaml"), RULES).unwrap();
    fs::write(folder.path().join("own/more.Rule.ps1"), "Rule 'Local.Script' { }").unwrap();
    let (code, out, _) = run(folder.path(), &["main.json", "--rules", "own", "--no-default-rules", "--format", "json"]);
    let inputs = json(&out)["inputs"].clone();
    let script = inputs.as_array().unwrap().iter().find(|input| input["path"] == "own/more.Rule.ps1").unwrap().clone();
    assert_eq!((code, &script["status"]), (0, &"skipped".into()));
}
