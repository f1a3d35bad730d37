use super::*;
use crate::check::CheckOptions;
use crate::check::ruleset;
use std::path::Path;

const RULES: &str = "
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Local.Tier, ref: LOC1 }
spec: { level: Warning, type: [ a.b/c ], condition: { field: sku.tier, in: [ Standard, Premium ] } }
---
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: Rule
metadata: { name: Local.Count }
spec: { default: false, type: [ a.b/c ], condition: { field: properties.count, isInteger: true, convert: false } }
";

/// Each case with what was missed, or what makes the file unusable with its places.
fn said(cases: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.Rule.test.yaml");
    std::fs::write(folder.path().join("own.Rule.yaml"), RULES).unwrap();
    std::fs::write(
        folder.path().join("exported.json"),
        r#"{"type": "a.b/c", "name": "x", "sku": {"tier": "Standard"}}"#,
    )
    .unwrap();
    let file = Arc::new(SourceFile::new("own.Rule.test.yaml", cases));
    let problems = |problems: Vec<Problem>| {
        let line = |problem: &Problem| {
            let at = problem.file.position(problem.span.start);
            format!("{}:{}: {}", at.line, at.column, problem.message)
        };
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let suite = match read(&file, &path) {
        Ok(suite) => suite,
        Err(found) => return problems(found),
    };
    let mut options = CheckOptions::new(folder.path());
    options.rules = suite.rules.clone();
    let line = |tested: &Tested| {
        let missed: Vec<String> = tested.missed.iter().map(|(_, text)| format!(" [{text}]")).collect();
        format!("{}:{}", tested.name, missed.concat())
    };
    match run(&suite, &ruleset::load(&options).unwrap().set, &options) {
        Ok(tested) => tested.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(found) => problems(found),
    }
}

#[test]
fn compares_what_rules_say() {
    let cases = "
cases:
- name: in the template
  resource: { type: a.b/c, apiVersion: 2025-01-01, name: x, sku: { tier: Standard }, properties: { count: 3 } }
  expect: { Local.Tier: pass, Local.Count: pass }
- name: text is text
  resource: { type: a.b/c, apiVersion: 2025-01-01, name: x, properties: { count: '3' } }
  expect:
    LOC1: { outcome: fail, level: warning, message: tier }
    Local.Count: fail
    AKS101: none
- name: by parameter
  template:
    $schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
    contentVersion: 1.0.0.0
    parameters: { tier: { type: string } }
    resources:
    - { type: a.b/c, apiVersion: 2025-01-01, name: one, sku: { tier: \"[parameters('tier')]\" } }
    - { type: a.b/c, apiVersion: 2025-01-01, name: two }
  parameters: { tier: Premium }
  expect:
    Local.Tier: [ { resource: one, outcome: pass }, { resource: two, outcome: fail }, { resource: three, outcome: none } ]
- name: unknown
  template:
    contentVersion: 1.0.0.0
    parameters: { tier: { type: string } }
    resources:
    - { type: a.b/c, apiVersion: 2025-01-01, name: one, sku: { tier: \"[parameters('tier')]\" } }
  expect: { Local.Tier: unknown, AKS901: unknown }
- name: exported
  file: exported.json
  expect: { Local.Tier: pass }
- name: wrong
  resource: { type: a.b/c, apiVersion: 2025-01-01, name: x }
  expect:
    Local.Tier: [ pass, { outcome: fail, level: error }, { outcome: fail, message: never } ]
";
    let text = said(cases);
    let expected = "in the template:\ntext is text:\nby parameter:\nunknown:\nexported:\nwrong: [Local.Tier: expected pass, got fail";
    assert!(text.starts_with(expected), "{text}");
    for part in ["expected the level error, got\n  warning: ", "expected a message with 'never', got\n  warning: "] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn unusable_files_are_told_with_places() {
    let resource = "resource: { type: a.b/c, name: x }";
    let table = [
        ("", "1:1: expected one YAML document with 'cases'".to_owned()),
        ("cases: []", "1:8: there are no cases".to_owned()),
        ("case: []", "1:1: the key 'case' is not known; did you mean 'cases'?\n1:1: there are no 'cases'".to_owned()),
        ("cases: [", "1:".to_owned()),
        (&format!("cases:\n- {resource}\n  expect: {{ LOC1: fail }}"), "2:3: the case has no 'name'".to_owned()),
        ("cases:\n- name: a\n  expect: { LOC1: fail }", "2:3: a case has one of".to_owned()),
        (&format!("cases:\n- name: a\n  {resource}"), "2:3: the case does not say what to 'expect'".to_owned()),
        (
            &format!("cases:\n- name: a\n  {resource}\n  expect: {{ LOC1: fial }}"),
            "4:19: the outcome 'fial' is not known; did you mean 'fail'?".to_owned(),
        ),
        (
            &format!("cases:\n- name: a\n  {resource}\n  expect: {{ Local.Teir: fail }}"),
            "4:13: there is no rule 'Local.Teir'; did you mean 'Local.Tier'?".to_owned(),
        ),
        (
            "cases:\n- name: a\n  resource: { a: 1, a: 2 }\n  expect: { LOC1: fail }",
            "3:21: the key 'a' is there twice".to_owned(),
        ),
        ("cases:\n- name: a\n  file: gone.json\n  expect: { LOC1: fail }", "3:9: gone.json: ".to_owned()),
        (
            "cases:\n- name: a\n  template: { x: 1 }\n  expect: { LOC1: fail }",
            "2:3: own.Rule.test.yaml (template) is neither".to_owned(),
        ),
    ];
    for (cases, expected) in table {
        let text = said(cases);
        assert!(text.starts_with(&expected), "{cases}\n{text}");
    }
}

#[test]
fn files_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["b.Rule.test.yaml", "a/c.rule.test.YML", "a/c.Rule.yaml", ".git/d.Rule.test.yaml"];
    for name in names {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let shown: Vec<String> = (find(folder.path()).unwrap().iter())
        .map(|path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    assert_eq!(shown, ["a/c.rule.test.YML", "b.Rule.test.yaml"]);
    assert!(find(&folder.path().join(".git/none")).is_err() && find(Path::new("no such folder")).is_err());
}
