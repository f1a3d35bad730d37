//! The language as a whole: rule files, and the verdicts the reference predicts.

use super::evaluate::{Anchor, Circumstances, Files, Memo, Nowhere, Surroundings, Target, level};
use super::path::Located;
use super::rule::Configuration;
use super::testing::{Setting, failures, json_rule_of, outcome, rule_of, rules, value};
use super::tri::Tri;
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::World;
use crate::finding::Level;

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
        (ending("where: { field: mode, equals: a }"), items(&[r#"{"mode": {"$unknown": "u"}, "ok": true}"#]), "pass"),
        (
            ending("where: { field: mode, equals: a }"),
            items(&[r#"{"mode": {"$unknown": "u"}, "ok": false}"#]),
            "unknown",
        ),
        (
            ending("where: { field: mode, equals: a }, count: 0"),
            items(&[r#"{"mode": {"$unknown": "u"}, "ok": false}"#]),
            "pass",
        ),
        (
            ending("where: { field: mode, equals: a }, count: 0"),
            items(&[r#"{"mode": {"$unknown": "u"}, "ok": true}"#]),
            "unknown",
        ),
        // `where` may stand anywhere.
        (
            "{ not: { field: ok, equals: false }, field: items, where: { field: mode, equals: a } }".to_owned(),
            items(&[no, r#"{"mode": "a", "ok": true}"#]),
            "pass",
        ),
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
    assert_eq!(&*found[0].path, "pools[1].prefix");
    assert_eq!(&*found[0].item.as_ref().unwrap().value.path, "pools[1]");
}

#[test]
fn preconditions_that_are_unknown_leave_open_what_does_not_pass() {
    let rule = |spec: &str| {
        format!(
            "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata: {{ name: Test.Rule }}\nspec: {spec}\n---\n\
             apiVersion: github.com/microsoft/PSRule/v1\nkind: Selector\nmetadata: {{ name: Test.Yes }}\nspec: {{ if: {{ field: sel, equals: y }} }}\n---\n\
             apiVersion: github.com/microsoft/PSRule/2025-01-01\nkind: Selector\nmetadata: {{ name: Test.Typed }}\nspec: {{ type: [ other/type ] }}\n"
        )
    };
    let condition = "condition: { field: a, equals: 1 }";
    let where_ = format!("{{ where: {{ field: w, equals: y }}, {condition} }}");
    let with = format!("{{ with: [ Test.Yes ], {condition} }}");
    let table = [
        (where_.clone(), r#"{"w": "y", "a": 1}"#, "pass"),
        (where_.clone(), r#"{"w": "y", "a": 2}"#, "fail"),
        (where_.clone(), r#"{"w": "n", "a": 2}"#, "none"),
        (where_.clone(), r#"{"w": {"$unknown": "u"}, "a": 1}"#, "pass"),
        (where_.clone(), r#"{"w": {"$unknown": "u"}, "a": 2}"#, "unknown"),
        (where_, r#"{"w": {"$unknown": "u"}, "a": {"$unknown": "v"}}"#, "unknown"),
        (with.clone(), r#"{"sel": "y", "a": 2}"#, "fail"),
        (with.clone(), r#"{"sel": "n", "a": 2}"#, "none"),
        (with.clone(), r#"{"sel": {"$unknown": "u"}, "a": 2}"#, "unknown"),
        (with, r#"{"sel": {"$unknown": "u"}, "a": 1}"#, "pass"),
        (format!("{{ with: [ Test.Typed ], {condition} }}"), r#"{"a": 2}"#, "none"),
        (format!("{{ with: [ Test.Typed, '.\\Test.Yes' ], {condition} }}"), r#"{"sel": "y", "a": 2}"#, "fail"),
        (format!("{{ with: [ Test.None ], {condition} }}"), r#"{"a": 2}"#, "none"),
        (format!("{{ type: [ other/type ], {condition} }}"), r#"{"a": 2}"#, "none"),
        (format!("{{ type: [ other/type, microsoft.test/THINGS ], {condition} }}"), r#"{"a": 2}"#, "fail"),
        ("{ where: {}, condition: {} }".to_owned(), "{}", "pass"),
        ("{}".to_owned(), "{}", "pass"),
        ("{ where: { allOf: [ { field: x } ] } }".to_owned(), "{}", "error"),
    ];
    for (spec, object, expected) in &table {
        let reading = rules(&rule(spec), false);
        assert_eq!(reading.unusable, 0, "{:?}", reading.diagnostics);
        assert_eq!(outcome(&reading.set, object, &Setting::default()), *expected, "{spec} on {object}");
    }
}

#[test]
fn messages_say_what_is_wrong_where() {
    let text = "
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Test.Rule }
spec:
  recommend: Do better.
  message: '{item} of {name} ({apiVersion??no version}) at {path} is {value}, as {field:top.x} says{missing? never}{passing??!}'
  label: '{property}'
  note: 'index {index}'
  fix: { replace: { with: '{value}!' }, list: [ '{name}' ] }
  condition:
    field: top.items
    allOf:
    - { field: v, equals: 1 }
"
    .replace("{missing? never}", "");
    let reading = rules(&text, true);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let found = failures(&reading.set, r#"{"top": {"x": "X", "items": [{"v": 1}, {"v": "two"}, {}]}}"#);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].message,
        r#"{"v": "two"} of (unknown name) (no version) at top.items[1].v is "two", as "X" says!"#
    );
    assert_eq!(found[0].label.as_deref(), Some("v"));
    assert_eq!(found[0].note.as_deref(), Some("index 1"));
    assert_eq!(found[0].help.as_deref(), Some("Do better."));
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!(fix.get("replace").unwrap().get("with").unwrap().as_text(), Some("\"two\"!"));
    assert!(found[1].message.contains("top.items[2].v is nothing"), "{}", found[1].message);
    assert!(matches!(&found[1].anchor, Anchor::Missing { rest, .. } if rest == "v"));

    let own =
        |condition: &str, object: &str| failures(&rules(&rule_of(condition), false).set, object).remove(0).message;
    let table = [
        ("{ field: a.b, exists: true }", "{}", "`a.b` is not set"),
        ("{ field: a, exists: false }", r#"{"a": 1}"#, "`a` is set"),
        ("{ field: a, greaterOrEquals: 3 }", r#"{"a": [1]}"#, "`a` has 1 item, not >= 3"),
        ("{ field: a, greaterOrEquals: 3 }", r#"{"a": "x"}"#, "`a` has 1 character, not >= 3"),
        ("{ field: a, greaterOrEquals: 3 }", r#"{"a": true}"#, "`a` is true, which has no number to compare"),
        ("{ field: a, in: [ x, y ] }", r#"{"a": "z"}"#, "`a` is \"z\", which is none of x, y"),
        ("{ not: { field: a, match: x } }", r#"{"a": "xy"}"#, "`a` is \"xy\", which matches x"),
        (
            "{ anyOf: [{ field: a, equals: 1 }, { field: b, hasValue: true }] }",
            r#"{"a": 2}"#,
            "`a` is 2; `b` is not set",
        ),
        ("{ field: a, setOf: [ x ] }", r#"{"a": ["y", "z"]}"#, "`a` has 2 items instead of 1"),
        ("{ field: a, subset: [ x ] }", r#"{"a": ["y"]}"#, "`a` lacks x"),
        ("{ field: a, version: ^1.0.0 }", r#"{"a": "x"}"#, "`a` is \"x\", which is not a version"),
        ("{ field: a, count: 2 }", r#"{"a": []}"#, "`a` has 0 items instead of 2"),
        (
            "{ field: a, allOf: [{ field: ., equals: 1 }], greater: 1 }",
            r#"{"a": [1, 2]}"#,
            "`a` has 1 of 2 items that meet the condition, not > 1",
        ),
        ("{ field: a, anyOf: [] }", r#"{"a": [1]}"#, "the condition of Test.Rule does not hold"),
    ];
    for (condition, object, expected) in table {
        assert_eq!(own(condition, object), expected, "{condition}");
    }
}

#[test]
fn a_null_with_a_place_decides_where_a_property_is_missing() {
    let set = rules(&rule_of("{ field: a.b.c, hasValue: true }"), true).set;
    let found = failures(&set, r#"{"a": {"b": null}}"#);
    assert_eq!(&*found[0].path, "a.b.c");
    assert!(matches!(found[0].anchor, Anchor::Value(_)));
    let found = failures(&set, r#"{"a": {}}"#);
    assert!(matches!(&found[0].anchor, Anchor::Missing { rest, .. } if rest == "b.c"));
}

#[test]
fn levels_are_chosen_by_the_failing_item() {
    let text = "
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Test.Rule }
spec:
  level: Error
  levels:
  - { if: { field: size, greater: 10 }, level: Warning }
  - { if: { field: size, greater: 5 }, level: Information }
  condition: { field: items, allOf: [{ field: ok, equals: true }] }
";
    let reading = rules(text, true);
    let object = r#"{"items": [{"size": 11}, {"size": 6}, {"size": 1}, {"size": {"$unknown": "u"}}]}"#;
    let configuration = Configuration::default();
    let object_ = Located::whole(value(object, &World::default()));
    let target = Target {
        object: &object_,
        type_: "a/b",
        name: None,
        api_version: None,
        files: Files::default(),
        circumstances: Circumstances::default(),
        rules: &reading.set,
        configuration: &configuration,
        surroundings: &Nowhere,
        memo: &Memo::default(),
        nulls_exist: false,
    };
    let rule = &reading.set.rules[0];
    let levels: Vec<Level> =
        failures(&reading.set, object).iter().map(|failure| level(rule, &target, failure).unwrap()).collect();
    assert_eq!(levels, [Level::Warning, Level::Note, Level::Error, Level::Note]);
}

#[test]
fn conditions_may_ask_the_run() {
    struct Run;
    impl Surroundings for Run {
        fn fails(&self, reference: &str, item: Option<&str>) -> Result<Tri, Stop> {
            Ok((reference == "AKS101" || (reference == "AKS102" && item == Some("items[1]"))).into())
        }
        fn open_by_default(&self, references: &[String]) -> Result<Tri, Stop> {
            Ok((references.len() == 2).into())
        }
    }
    let table = [
        ("{ fails: AKS101 }", "pass"),
        ("{ fails: [ AKS103, AKS101 ] }", "pass"),
        ("{ fails: AKS102 }", "fail"),
        ("{ not: { fails: AKS102 } }", "pass"),
        ("{ field: items, allOf: [{ fails: AKS102 }], count: 1 }", "pass"),
        ("{ openByDefault: [ AKS101, AKS102 ] }", "pass"),
        ("{ openByDefault: AKS101 }", "fail"),
    ];
    for (condition, expected) in table {
        let reading = rules(&rule_of(condition), true);
        assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        let setting = Setting { surroundings: &Run, ..Setting::default() };
        assert_eq!(outcome(&reading.set, r#"{"items": [1, 2]}"#, &setting), expected, "{condition}");
    }
}

#[test]
fn hostile_documents_are_refused_or_bounded() {
    let nested =
        |levels: usize| format!("{}{{ field: a, exists: true }}{}", "{ not: ".repeat(levels), " }".repeat(levels));
    let reading = rules(&rule_of(&nested(120)), false);
    assert_eq!(reading.unusable, 0);
    assert_eq!(outcome(&reading.set, r#"{"a": 1}"#, &Setting::default()), "pass");
    assert_eq!(rules(&rule_of(&nested(10_000)), false).unusable, 1);
    let each = format!("{}{{ field: ., exists: true }}{}", "{ field: ., allOf: [ ".repeat(60), " ] }".repeat(60));
    let reading = rules(&rule_of(&each), false);
    assert_eq!(outcome(&reading.set, "{}", &Setting::default()), "pass");
    let concat = format!("{{ value: {{ $: {}1{} }}, equals: 1 }}", "{ concat: [ ".repeat(50), " ] }".repeat(50));
    assert_eq!(rules(&rule_of(&concat), false).unusable, 1);
    let pattern = format!("{{ field: a, match: '{}' }}", "(a{1,100}){1,100}".repeat(10));
    let reading = rules(&rule_of(&pattern), false);
    assert_eq!(outcome(&reading.set, r#"{"a": "x"}"#, &Setting::default()), "error");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in "[a-z:{}\\[\\],'\"#&*|>$.@? \n-]{0,80}") {
        let _ = rules(&text, false);
        let _ = rules(&rule_of(&text), false);
        let _ = rules(&json_rule_of(&text), false);
        let _ = super::path::ObjectPath::parse(&text);
        let _ = super::template::Template::parse(text.clone().into());
        let patterns = super::pattern::Patterns::new(crate::limits::PATTERN_BYTES);
        let _ = super::compare::regex(&text, false, &patterns);
        let _ = super::compare::wildcard(&text, true, &patterns);
    }
}

#[test]
fn reads_what_psrule_would_skip_for_its_order() {
    let text = "
spec: { condition: { field: a, exists: true } }
kind: Rule
apiVersion: github.com/microsoft/PSRule/v1
metadata: { name: Test.Rule }
";
    let reading = rules(text, false);
    assert_eq!(reading.diagnostics.len(), 1);
    assert_eq!(outcome(&reading.set, "{}", &Setting::default()), "fail");
    assert_eq!(rules(text, true).unusable, 1);
    let set = rules(&rule_of("{ field: a, equals: 1 }"), true).set;
    assert_eq!(outcome(&set, r#"{"A": 2, "a": 1}"#, &Setting::default()), "pass");
}

const PAGE: &str = include_str!("../../docs/rule-language.md");

#[test]
fn the_examples_of_the_page_read_strictly() {
    let blocks: Vec<&str> = PAGE.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        let text = if block.contains("apiVersion:") {
            block.to_owned()
        } else {
            let indented: String = block.lines().map(|line| format!("  {line}\n")).collect();
            format!(
                "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata: {{ name: Test.Rule }}\nspec:\n{indented}"
            )
        };
        let reading = rules(&text, true);
        assert!(reading.diagnostics.is_empty(), "{:?}\n{text}", reading.diagnostics);
        assert_eq!(reading.set.rules.len(), 1);
    }
}

#[test]
fn the_page_names_every_condition_placeholder_and_function() {
    let conditions = super::conditions::all().map(|definition| definition.name);
    for name in
        conditions.chain(super::template::PLACEHOLDERS.iter().copied()).chain(super::functions::NAMES.iter().copied())
    {
        assert!(
            PAGE.contains(&format!("`{name}")) || PAGE.contains(&format!("`{{{name}}}`")),
            "{name} is not in the page"
        );
    }
}

#[test]
fn conditions_fail_separately() {
    let rule = |separately: bool| {
        let condition = "
    allOf:
    - { field: a, equals: 1 }
    - { field: b, equals: 1 }
    - field: c
      allOf:
      - { field: ., equals: 1 }";
        format!("{}  separately: {separately}\n  message: '{{path}}'\n", rule_of(condition))
    };
    let messages = |separately: bool, object: &str| -> Vec<String> {
        let reading = rules(&rule(separately), true);
        assert!(reading.diagnostics.is_empty(), "{}", reading.diagnostics[0]);
        failures(&reading.set, object).into_iter().map(|failure| failure.message).collect()
    };
    let object = r#"{"a": 2, "b": 1, "c": [1, 2, 3]}"#;
    assert_eq!(messages(false, object), ["a"]);
    assert_eq!(messages(true, object), ["a", "c[1]", "c[2]"]);
    let verdict = |object: &str| outcome(&rules(&rule(true), true).set, object, &Setting::default());
    let unknown = r#"{"$unknown": "parameters('b')"}"#;
    let table = [
        (r#"{"a": 1, "b": 1, "c": []}"#.to_owned(), "pass"),
        (r#"{"a": 2, "b": 2}"#.to_owned(), "fail"),
        (format!(r#"{{"a": 1, "b": {unknown}}}"#), "unknown"),
        (format!(r#"{{"a": 2, "b": {unknown}}}"#), "fail"),
        (
            r#"{"a": 1, "b": {"$choice": "q", "then": 1, "else": 2}}"#.to_owned(),
            "pass if q is true, fail if q is false",
        ),
    ];
    for (object, expected) in table {
        let found = verdict(&object);
        assert_eq!(found, expected, "{object}");
    }
    let without = rules(&format!("{}  separately: true\n", rule_of("{ field: a, exists: true }")), false);
    assert_eq!(without.diagnostics.len(), 1, "it has no effect without a list of conditions");
}
