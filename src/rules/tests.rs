//! The language as a whole: rule files, and the verdicts the reference predicts.

use super::testing::{Setting, failures, json_rule_of, outcome, rule_of, rules};

/// The logic of PSRule's rule of that name.
const AUTHORIZED_IPS: &str = "
# Synopsis: Restrict access to API server endpoints to authorized IP addresses.
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata:
  name: Azure.AKS.AuthorizedIPs
  ref: AZR-000030
  tags:
    release: GA
    ruleSet: 2021_06
    Azure.WAF/pillar: Security
  labels:
    Azure.MCSB.v1/control: NS-1
spec:
  type:
  - Microsoft.ContainerService/managedClusters
  where:
    field: properties.apiServerAccessProfile.enablePrivateCluster
    notEquals: true
  condition:
    field: properties.apiServerAccessProfile.authorizedIPRanges
    greaterOrEquals: 1
";

#[test]
fn psrules_own_rule_gives_psrules_verdicts() {
    let profile = |profile: &str| format!(r#"{{"properties": {{"apiServerAccessProfile": {profile}}}}}"#);
    let table = [
        ("{}".to_owned(), "fail"),
        (r#"{"properties": {}}"#.to_owned(), "fail"),
        (profile("null"), "fail"),
        (profile("{}"), "fail"),
        (profile(r#"{"authorizedIPRanges": null}"#), "fail"),
        (profile(r#"{"authorizedIPRanges": []}"#), "fail"),
        (profile(r#"{"authorizedIPRanges": ""}"#), "fail"),
        (profile(r#"{"authorizedIPRanges": ["0.0.0.0/0"]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": ["0.0.0.0/32"]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": ["not-an-ip"]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": [""]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": [null]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": "1.2.3.4/32"}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": 1}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": 0}"#), "fail"),
        (profile(r#"{"authorizedIPRanges": true}"#), "fail"),
        (profile(r#"{"authorizedIPRanges": {"a": 1}}"#), "fail"),
        (profile(r#"{"authorizedIpRanges": ["1.2.3.4"]}"#), "pass"),
        (profile(r#"{"enablePrivateCluster": true}"#), "none"),
        (profile(r#"{"enablePrivateCluster": "true"}"#), "none"),
        (profile(r#"{"enablePrivateCluster": "True", "authorizedIPRanges": ["1.2.3.4"]}"#), "none"),
        (profile(r#"{"enablePrivateCluster": false}"#), "fail"),
        (profile(r#"{"enablePrivateCluster": null, "authorizedIPRanges": ["1.2.3.4"]}"#), "pass"),
        (profile(r#"{"enablePrivateCluster": true, "authorizedIPRanges": ["1.2.3.4"]}"#), "none"),
        // What PSRule takes for defaults is asked or left open here.
        (profile(r#"{"authorizedIPRanges": {"$unknown": "parameters('ranges')", "kind": "array"}}"#), "unknown"),
        (
            profile(r#"{"authorizedIPRanges": {"$unknown": "parameters('ranges')", "kind": "array", "minLength": 1}}"#),
            "pass",
        ),
        (profile(r#"{"authorizedIPRanges": [{"$unknown": "reference('ip')"}]}"#), "pass"),
        (profile(r#"{"authorizedIPRanges": [{"$rest": "parameters('ranges')"}]}"#), "unknown"),
        (profile(r#"{"authorizedIPRanges": [{"$rest": "parameters('ranges')"}, "1.2.3.4"]}"#), "pass"),
        (
            profile(r#"{"enablePrivateCluster": {"$unknown": "parameters('private')", "kind": "bool"}}"#),
            "none if parameters('private') is true, fail if parameters('private') is false",
        ),
        (
            profile(
                r#"{"$choice": "parameters('x')", "then": {"enablePrivateCluster": true}, "else": {"authorizedIPRanges": ["a"]}}"#,
            ),
            "none if parameters('x') is true, pass if parameters('x') is false",
        ),
        (r#"{"properties": {"$unknown": "parameters('p')", "kind": "object"}}"#.to_owned(), "unknown"),
    ];
    let reading = rules(AUTHORIZED_IPS, true);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let setting = Setting { type_: "microsoft.containerservice/managedClusters", ..Setting::default() };
    for (object, expected) in &table {
        assert_eq!(outcome(&reading.set, object, &setting), *expected, "{object}");
    }
    let other = Setting { type_: "Microsoft.ContainerService/managedClusters/agentPools", ..Setting::default() };
    assert_eq!(outcome(&reading.set, "{}", &other), "none");
    let rule = &reading.set.rules[0];
    assert_eq!(
        rule.metadata.synopsis.as_deref(),
        Some("Restrict access to API server endpoints to authorized IP addresses.")
    );
    assert_eq!(rule.reference(), "AZR-000030");
}

/// Verdicts of conditions in YAML flow style.
#[track_caller]
fn check(condition: &str, object: &str, expected: &str) {
    let json = condition.trim_start().starts_with("{\"");
    let text = if json { json_rule_of(condition) } else { rule_of(condition) };
    let reading = rules(&text, false);
    assert_eq!(reading.unusable, 0, "{:?}", reading.diagnostics);
    assert_eq!(outcome(&reading.set, object, &Setting::default()), expected, "{condition} on {object}");
}

#[test]
fn operators() {
    let table = [
        ("{}", "{}", "pass"),
        ("{ allOf: [] }", "{}", "pass"),
        ("{ anyOf: [] }", "{}", "fail"),
        ("{ not: [] }", "{}", "fail"),
        ("{ not: {} }", "{}", "fail"),
        ("{ allOf: [{ field: a, equals: 1 }, { field: b, equals: 2 }] }", r#"{"a": 1, "b": 2}"#, "pass"),
        ("{ allOf: [{ field: a, equals: 1 }, { field: b, equals: 2 }] }", r#"{"a": 1, "b": 3}"#, "fail"),
        ("{ anyOf: [{ field: a, equals: 1 }, { field: b, equals: 2 }] }", r#"{"a": 0, "b": 2}"#, "pass"),
        ("{ not: { field: a, equals: 1 } }", r#"{"a": 1}"#, "fail"),
        ("{ not: [{ field: a, equals: 1 }, { field: a, equals: 2 }] }", r#"{"a": 2}"#, "pass"),
        ("{ AllOf: [{ FIELD: a, EQUALS: 1 }] }", r#"{"a": 1}"#, "pass"),
        // The last condition of a mapping counts; an operator wins over a condition but makes it an error.
        ("{ field: a, equals: 1, hasValue: true }", r#"{"a": 2}"#, "pass"),
        ("{ allOf: [], exists: true }", "{}", "error"),
        // Mappings without a condition.
        ("{ field: a }", "{}", "pass"),
        ("{ not: { field: a } }", "{}", "fail"),
        ("{ allOf: [{ field: a }] }", "{}", "error"),
        ("{ anyOf: [{ field: b, exists: false }, { field: a }] }", "{}", "pass"),
        // Three values: what is certain decides.
        (
            "{ allOf: [{ field: u, equals: x }, { field: a, equals: 1 }] }",
            r#"{"u": {"$unknown": "u"}, "a": 2}"#,
            "fail",
        ),
        (
            "{ allOf: [{ field: u, equals: x }, { field: a, equals: 1 }] }",
            r#"{"u": {"$unknown": "u"}, "a": 1}"#,
            "unknown",
        ),
        (
            "{ anyOf: [{ field: u, equals: x }, { field: a, equals: 1 }] }",
            r#"{"u": {"$unknown": "u"}, "a": 1}"#,
            "pass",
        ),
        (
            "{ anyOf: [{ field: u, equals: x }, { field: a, equals: 1 }] }",
            r#"{"u": {"$unknown": "u"}, "a": 2}"#,
            "unknown",
        ),
        ("{ not: { field: u, equals: x } }", r#"{"u": {"$unknown": "u"}}"#, "unknown"),
        // A question is only put where its answer matters.
        (
            "{ allOf: [{ field: u, equals: true }, { field: a, equals: 1 }] }",
            r#"{"u": {"$unknown": "u", "kind": "bool"}, "a": 2}"#,
            "fail",
        ),
        (
            "{ allOf: [{ field: u, equals: true }] }",
            r#"{"u": {"$unknown": "u", "kind": "bool"}}"#,
            "pass if u is true, fail if u is false",
        ),
    ];
    for (condition, object, expected) in table {
        check(condition, object, expected);
    }
}

#[test]
fn sub_selectors_and_quantifiers() {
    let all = "{ field: items, allOf: [{ field: ok, equals: true }] }";
    let ending = |rest: &str| format!("{{ field: items, allOf: [{{ field: ok, equals: true }}], {rest} }}");
    let (yes, no) = (r#"{"ok": true}"#, r#"{"ok": false}"#);
    let items = |items: &[&str]| format!(r#"{{"items": [{}]}}"#, items.join(", "));
    let table = [
        (all.to_owned(), items(&[]), "pass"),
        (all.to_owned(), "{}".to_owned(), "pass"),
        (all.to_owned(), items(&[yes, yes]), "pass"),
        (all.to_owned(), items(&[yes, no]), "fail"),
        (all.to_owned(), r#"{"items": {"ok": true}}"#.to_owned(), "pass"),
        (all.to_owned(), r#"{"items": "text"}"#.to_owned(), "fail"),
        (ending("greater: 0"), items(&[]), "fail"),
        (ending("greaterOrEqual: 1"), items(&[no]), "fail"),
        (ending("greaterOrEqual: 1"), items(&[no, yes]), "pass"),
        (ending("less: 3"), items(&[]), "pass"),
        (ending("lessOrEqual: 1"), items(&[yes, yes]), "fail"),
        (ending("count: 0"), items(&[no]), "pass"),
        (ending("count: 1"), items(&[no, yes]), "pass"),
        (ending("greaterOrEquals: 1"), items(&[no, yes]), "fail"),
        (ending("where: { field: mode, equals: a }"), items(&[no, r#"{"mode": "a", "ok": true}"#]), "pass"),
        (ending("where: { field: mode, equals: a }"), items(&[no]), "pass"),
        // Unknown items.
        (all.to_owned(), items(&[yes, r#"{"ok": {"$unknown": "u"}}"#]), "unknown"),
        (all.to_owned(), items(&[no, r#"{"$rest": "r"}"#]), "fail"),
        (all.to_owned(), items(&[yes, r#"{"$rest": "r"}"#]), "unknown"),
        (ending("greaterOrEqual: 1"), items(&[yes, r#"{"$rest": "r"}"#]), "pass"),
        (ending("less: 2"), items(&[yes, r#"{"ok": {"$unknown": "u"}}"#]), "unknown"),
        (ending("less: 3"), items(&[yes, r#"{"ok": {"$unknown": "u"}}"#]), "pass"),
        (ending("less: 3"), items(&[yes, r#"{"$rest": "r"}"#]), "unknown"),
        (all.to_owned(), r#"{"items": {"$unknown": "u", "kind": "array"}}"#.to_owned(), "unknown"),
    ];
    for (condition, object, expected) in &table {
        check(condition, object, expected);
    }
}

#[test]
fn each_failing_item_gives_one_failure_with_its_path() {
    let text = rule_of(
        "{ field: properties.ranges, allOf: [{ field: ., notIn: [ all, any ] }, { field: ., notEquals: none }] }",
    );
    let reading = rules(&text, true);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let found = failures(&reading.set, r#"{"properties": {"ranges": ["ok", "any", "None", "all"]}}"#);
    let lines: Vec<String> = found.iter().map(|it| format!("{}: {}", it.path, it.message)).collect();
    assert_eq!(
        lines,
        [
            "properties.ranges[1]: `properties.ranges[1]` is \"any\"",
            "properties.ranges[2]: `properties.ranges[2]` is \"None\"",
            "properties.ranges[3]: `properties.ranges[3]` is \"all\"",
        ]
    );
    let text =
        rule_of("{ field: pools, allOf: [{ field: prefix, hasValue: true }], where: { field: public, equals: true } }");
    let found = failures(&rules(&text, true).set, r#"{"pools": [{"public": true, "prefix": "x"}, {"public": true}]}"#);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "pools[1].prefix");
    assert_eq!(found[0].item.as_ref().unwrap().value.path, "pools[1]");
}
