//! Configuration, baselines and pairing as users meet them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"size": {"type": "int"}},
  "resources": []
}
"#;
const PARAMETERS: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"size": {"value": 3}}
}
"#;

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder).env_clear().env("COLUMNS", "100").args(arguments).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("ended by a signal"), text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The inputs of a run, each with its status.
fn inputs(folder: &Path, arguments: &[&str]) -> String {
    let (_, out, error) = run(folder, &[arguments, &["--format", "json"]].concat());
    let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{error}"));
    let of = |input: &serde_json::Value| {
        format!("{} {}", input["path"].as_str().unwrap(), input["status"].as_str().unwrap())
    };
    report["inputs"].as_array().unwrap().iter().map(of).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_wrong_configuration_is_an_incomplete_run() {
    let folder = folder(&[("main.json", TEMPLATE), ("akslint.yaml", "rules:\n  AKS101: warn\nlimit: {}\n")]);
    let (code, out, error) = run(folder.path(), &["main.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.starts_with("error: akslint.yaml:2:11: unknown value `warn` in `rules.AKS101`"), "{error}");
    let (code, _, error) = run(folder.path(), &["--config", "other.yaml", "main.json"]);
    assert_eq!((code, error.as_str()), (2, "error: other.yaml: no such file or folder\n"));
    fs::write(folder.path().join("other.yaml"), "").unwrap();
    assert_eq!(
        run(folder.path(), &["--config", "other.yaml", "main.json"]).0,
        0,
        "the named one replaces the found one"
    );
}

#[test]
fn the_nearest_configuration_holds_for_a_path() {
    let folder = folder(&[
        ("a/main.json", TEMPLATE),
        ("a/akslint.yaml", "paths: {exclude: main.json}"),
        ("b/main.json", TEMPLATE),
        ("b/old/main.json", TEMPLATE),
        ("akslint.yml", "paths: {exclude: '*/old'}"),
    ]);
    let table: [(&[&str], &str); 5] = [
        (&["a/main.json"], "a/main.json skipped"),
        (
            &["a/main.json", "b/main.json", "b/old/main.json"],
            "a/main.json skipped, b/main.json checked, b/old/main.json skipped",
        ),
        (&["."], "a/main.json checked, b/main.json checked"),
        (&[".", "a/main.json"], "a/main.json checked, b/main.json checked"),
        (&["a", "b"], "b/main.json checked"),
    ];
    for (paths, expected) in table {
        assert_eq!(inputs(folder.path(), paths), expected, "{paths:?}");
    }
    let (code, _, error) = run(folder.path(), &["a", "b", "--parameters", "p.json"]);
    assert_eq!(code, 2);
    assert!(error.contains("(a/akslint.yaml and akslint.yml)") && error.contains("--config"), "{error}");
}

#[test]
fn the_configuration_pairs_templates_with_parameters() {
    let folder = folder(&[
        ("main.json", TEMPLATE),
        ("main.parameters.json", PARAMETERS),
        ("env/prod.json", PARAMETERS),
        ("env/lost.json", PARAMETERS),
        ("akslint.yaml", "parameters:\n  main.json: [env/prod.json]\n"),
    ]);
    let table: [(&[&str], &str); 4] = [
        (&["."], "env/lost.json skipped, env/prod.json checked, main.json checked, main.parameters.json skipped"),
        (&["main.json"], "env/prod.json checked, main.json checked"),
        (&["env/prod.json"], "env/prod.json checked, main.json checked"),
        (&["main.json", "--parameters", "env/lost.json"], "env/lost.json checked, main.json checked"),
    ];
    for (paths, expected) in table {
        assert_eq!(inputs(folder.path(), paths), expected, "{paths:?}");
    }
    fs::remove_file(folder.path().join("env/prod.json")).unwrap();
    assert_eq!(inputs(folder.path(), &["main.json"]), "env/prod.json failed, main.json checked");
}

#[test]
fn a_template_that_is_none_gives_its_parameters_back() {
    let broken = TEMPLATE.replace("\"resources\"", "resources");
    let folder = folder(&[
        ("broken.json", &broken),
        ("main.json", TEMPLATE),
        ("p.json", PARAMETERS),
        ("akslint.yaml", "parameters:\n  '*.json': [p.json]\n"),
    ]);
    let table: [(&[&str], &str); 2] = [
        (&["broken.json", "main.json"], "broken.json failed, main.json checked, p.json checked"),
        (&["broken.json"], "broken.json failed, p.json skipped"),
    ];
    for (paths, expected) in table {
        assert_eq!(inputs(folder.path(), paths), expected, "{paths:?}");
    }
}

#[test]
fn comments_in_all_checked_files_are_read() {
    let cluster = "[// akslint-ignore AKS999: no such rule\n{\"type\": \"Microsoft.ContainerService/managedClusters\", \
                   \"apiVersion\": \"2024-09-01\", \"name\": \"x\", \"location\": \"westeurope\", \"properties\": {}}]";
    let template = TEMPLATE.replace("[]", cluster);
    let parameters =
        PARAMETERS.replace("\"parameters\": {", "\"parameters\": { // akslint-ignore AKS998: no such rule\n");
    let folder = folder(&[("main.json", &template), ("main.parameters.json", &parameters)]);
    let (_, out, error) = run(folder.path(), &["main.json", "--format", "concise"]);
    for id in ["AKS998", "AKS999"] {
        assert!(out.contains(&format!("no rule is called {id}")), "{out}{error}");
    }
}

#[test]
fn init_writes_what_is_read() {
    let folder = folder(&[("main.json", TEMPLATE)]);
    let (code, out, error) = run(folder.path(), &["init"]);
    assert_eq!((code, out.as_str()), (0, ""), "{error}");
    assert_eq!(run(folder.path(), &["main.json"]).0, 0);
    let (code, _, error) = run(folder.path(), &["init"]);
    assert_eq!((code, error.as_str()), (2, "error: akslint.yaml exists already\n"));
}

#[test]
fn a_baseline_is_written_and_read() {
    let folder = folder(&[("main.json", TEMPLATE)]);
    let (code, out, error) = run(folder.path(), &["baseline"]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.starts_with("{\n  \"schemaVersion\": 1,\n  \"findings\": ["), "{out}");
    let (code, out, error) = run(folder.path(), &["baseline", ".", "--output", "known.json"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(
        error.starts_with("wrote known.json: ")
            && error.ends_with(if error.contains(" 1 ") { "finding\n" } else { "findings\n" }),
        "{error}"
    );
    assert_eq!(run(folder.path(), &["--baseline", "known.json", "main.json"]).0, 0);
    let (code, _, error) = run(folder.path(), &["--baseline", "main.json", "main.json"]);
    assert_eq!(code, 2);
    assert!(error.starts_with("error: main.json: this is no baseline"), "{error}");
    let (code, _, error) = run(folder.path(), &["baseline", "gone.json"]);
    assert_eq!((code, error.as_str()), (2, "failed gone.json: no such file or folder\n"));
}

/// Each limit of its own kind is reached by a file that the defaults let pass.
#[test]
fn what_is_read_and_made_is_limited_as_configured() {
    const LARGE: &str = r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "variables": {
        "deep": [[[[[[[[1]]]]]]]],
        "name": "[concat(toLower(toLower(toLower(toLower(toLower(toLower(toLower(toLower('A')))))))), 'LONG')]",
        "text": "[padLeft('x', 2000)]"
      },
      "resources": [
        {
          "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01",
          "name": "[variables('name')]", "location": "[variables('text')]",
          "properties": {
            "apiServerAccessProfile": {
              "authorizedIPRanges": "[map(range(0, 150), lambda('i', format('20.101.4.{0}/32', lambdaVariables('i'))))]"
            }
          }
        }
      ]
    }"#;
    const RULE: &str = "---\n# Synopsis: words\napiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata:\n  \
                        name: Local.Words\nspec:\n  condition:\n    field: name\n    match: '\\w{20}'\n";
    let template = LARGE.replace("LONG", &"o".repeat(1100));
    let table = [
        ("{}", ""),
        ("nesting: 8", "not JSON: nested more than 8 levels deep"),
        ("expressionDepth: 8", "the expression is nested more than 8 levels deep"),
        ("expressionKiB: 1", "the expression is longer than 1024 bytes"),
        ("textKiB: 1", "texts of 1024 bytes"),
        ("elements: 100", "arrays of 100 elements"),
        ("patternKiB: 1", "the pattern '\\w{20}' is too large"),
    ];
    let said = table.map(|(limit, _)| {
        let config = format!("limits: {{{}}}\n", limit.trim_matches(['{', '}']));
        let files = [("main.json", &*template), ("akslint.yaml", &*config), ("words.Rule.yaml", RULE)];
        let folder = folder(&files);
        let (_, out, error) = run(folder.path(), &["main.json", "--rules", ".", "--format", "concise"]);
        out + &error
    });
    for ((limit, expected), text) in table.iter().zip(&said) {
        assert!(text.contains(expected), "{limit}: {text}");
        let others = table.iter().filter(|(other, _)| !other.contains("{}") && other != limit);
        for (_, other) in others {
            assert!(!text.contains(other), "{limit}: {text}");
        }
    }
}
