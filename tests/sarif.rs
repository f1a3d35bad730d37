//! SARIF as services take it: from real runs, with names that are hard to write as URIs, from any working directory.
//!
//! The reports stay in `target/tmp/sarif` for other validators. With `AKSLINT_SARIF_SCHEMA` naming the official schema, each is
//! validated against it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "administrators": { "type": "array" } },
  "variables": { "ranges": "[parameters('administrators')]" },
  "resources": [
    {
      "type": "Microsoft.ContainerService/managedClusters",
      "apiVersion": "2025-05-01",
      "name": "müller😀",
      "properties": { "apiServerAccessProfile": { "authorizedIPRanges": "[variables('ranges')]" } }
    },
    {
      "type": "Microsoft.ContainerService/managedClusters",
      "apiVersion": "2025-05-01",
      "name": "workshop",
      // akslint-ignore AKS104: deleted every evening
      "properties": { "apiServerAccessProfile": { "authorizedIPRanges": ["0.0.0.0/0"] } }
    }
  ]
}
"#;
const PARAMETERS: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "administrators": { "value": [ /* 😀 */ "0.0.0.0/0", "137.117.106.90/29"] } }
}
"#;

/// Runs the program, keeps its report under `name`, and holds it against the schema.
fn report(name: &str, folder: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder).env_clear().args(arguments).args(["--format", "sarif", "--fail-on", "never"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sarif");
    fs::create_dir_all(&kept).unwrap();
    fs::write(kept.join(name).with_extension("sarif"), &output.stdout).unwrap();
    let report = serde_json::from_slice(&output.stdout).expect("a report");
    validate(name, &report);
    report
}

fn validate(name: &str, report: &Value) {
    let Some(path) = std::env::var_os("AKSLINT_SARIF_SCHEMA") else { return };
    let schema = serde_json::from_str(fs::read_to_string(path).unwrap().trim_start_matches('\u{feff}')).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(report).take(10).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
}

/// A repository in which names are awkward, a parameters file decides, and two files cannot be read.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let broken = "{\"a\" 1 \"Microsoft.ContainerService/managedClusters\"}";
    for (name, text) in [
        (".git/HEAD", ""),
        ("infra/my app/cluster #1 ü.json", TEMPLATE),
        ("infra/my app/cluster #1 ü.parameters.json", PARAMETERS),
        ("infra/my app/100% broken.json", broken),
        ("infra/my app/main.bicep", "param x string"),
        ("elsewhere/x.txt", ""),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn results(report: &Value) -> &Vec<Value> {
    report["runs"][0]["results"].as_array().unwrap()
}

/// All URIs of a report, except those of the rules' pages.
fn uris(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let (Some(uri), Some(base)) = (members.get("uri"), members.get("uriBaseId")) {
                found.push(format!("{} {}", base.as_str().unwrap(), uri.as_str().unwrap()));
            }
            members.values().for_each(|member| uris(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| uris(item, found)),
        _ => {}
    }
}

#[test]
fn files_are_told_from_the_root_of_the_repository_wherever_the_program_runs() {
    let repository = repository();
    let full = repository.path().join("infra/my app").canonicalize().unwrap();
    let full = full.to_str().unwrap();
    let table: [(&str, &str, &[&str]); 5] = [
        ("root", "", &["."]),
        ("inside", "infra/my app", &[]),
        ("above", "infra", &["my app"]),
        ("beside", "elsewhere", &["../infra/my app"]),
        ("absolute", "elsewhere", &[full]),
    ];
    for (name, folder, paths) in table {
        let report = report(name, &repository.path().join(folder), paths);
        let mut found = vec![];
        uris(&report, &mut found);
        found.sort();
        found.dedup();
        let expected = [
            "%SRCROOT% infra/my%20app/100%25%20broken.json",
            "%SRCROOT% infra/my%20app/cluster%20%231%20%C3%BC.json",
            "%SRCROOT% infra/my%20app/cluster%20%231%20%C3%BC.parameters.json",
            "%SRCROOT% infra/my%20app/main.bicep",
        ];
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_report_has_all_that_a_service_shows() {
    let repository = repository();
    let report = report("everything", repository.path(), &["--show", "all"]);
    let run = &report["runs"][0];
    let of = |rule: &str, kind: &str| {
        let all = results(&report).iter().filter(|result| result["ruleId"] == rule && result["kind"] == kind);
        all.collect::<Vec<_>>()
    };

    let open = of("AKS104", "fail");
    assert_eq!(open.len(), 2, "one counts, one is suppressed");
    let (suppressed, counted): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| one.get("suppressions").is_some());
    assert_eq!(suppressed[0]["suppressions"][0]["kind"], "inSource");
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], "deleted every evening");

    // The literal stands in the parameters file, behind a character of two UTF-16 units.
    let region = &counted[0]["locations"][0]["physicalLocation"]["region"];
    let line = PARAMETERS.lines().nth(3).unwrap();
    let column = line[..line.find("\"0.0.0.0/0\"").unwrap()].encode_utf16().count() + 1;
    assert_eq!((&region["startLine"], &region["startColumn"]), (&4.into(), &column.into()));

    let flow = counted[0]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let words: Vec<_> = flow.iter().map(|step| step["location"]["message"]["text"].as_str().unwrap()).collect();
    let expected = [
        "every address",
        "passed as 'administrators' by this parameters file",
        "parameter 'administrators' is declared here",
        "reaches the resource here",
        "in 'müller😀'",
    ];
    assert_eq!(words, expected);

    let fixed = of("AKS211", "fail");
    let change = &fixed[0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "137.117.106.88/29");
    assert!(results(&report).iter().any(|result| result["kind"] == "pass"));
    assert!(results(&report).iter().any(|result| result["kind"] == "notApplicable"));
    assert!(
        results(&report).iter().all(|result| result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()))
    );

    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    let levels: Vec<_> = notifications.iter().map(|one| one["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "note"], "{notifications:#?}");
}

#[test]
fn a_default_enters_a_linked_template_through_its_parameter() {
    let folder = tempfile::tempdir().unwrap();
    let linking = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "unused": { "type": "array", "defaultValue": [] },
    "office": { "type": "array", "defaultValue": ["137.117.106.90/29"] } },
  "resources": [ { "type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d",
    "properties": { "mode": "Incremental", "templateLink": { "relativePath": "cluster/main.json" },
      "parameters": { "administrators": { "value": "[parameters('office')]" } } } } ]
}"#;
    fs::create_dir(folder.path().join("cluster")).unwrap();
    fs::write(folder.path().join("main.json"), linking).unwrap();
    fs::write(folder.path().join("cluster/main.json"), TEMPLATE).unwrap();
    let report = report("linked", folder.path(), &["main.json"]);
    let found = results(&report).iter().find(|result| result["ruleId"] == "AKS211").unwrap();
    let flow = found["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let steps = flow.iter().map(|step| {
        let place = &step["location"]["physicalLocation"];
        let (file, line) = (&place["artifactLocation"]["uri"], &place["region"]["startLine"]);
        format!("{}:{line} {}", file.as_str().unwrap(), step["location"]["message"]["text"].as_str().unwrap())
    });
    let expected = [
        "main.json:4 the network is 137.117.106.88/29",
        "main.json:4 the default of parameter 'office'",
        "main.json:7 passed to the nested deployment as 'administrators'",
        "cluster/main.json:11 reaches the resource here",
        "cluster/main.json:8 in 'müller😀'",
    ];
    assert_eq!(steps.collect::<Vec<_>>(), expected);
}

#[test]
fn every_rule_of_the_pack_is_reported_in_a_valid_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = report("fixtures", root, &["tests/fixtures", "examples"]);
    let mut rules: Vec<_> = results(&report).iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(rules.len() > 40, "many kinds of findings: {rules:?}");
    assert!(results(&report).iter().any(|result| result["kind"] == "open"));
    assert!(results(&report).iter().any(|result| result.get("fixes").is_some()));
}
