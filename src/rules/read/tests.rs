//! What reading reports, and what stays usable.

use crate::finding::Level;
use crate::rules::read::Diagnostic;
use crate::rules::testing::{Setting, all_said, json_rule_of, outcome, rule_of, rules};

/// A rule document with this metadata and spec, in flow style.
fn document(metadata: &str, spec: &str) -> String {
    format!("apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata: {metadata}\nspec: {spec}\n")
}

#[test]
fn reports_what_psrule_silently_takes_otherwise() {
    let condition = |condition: &str| rule_of(condition);
    let spec = |spec: &str| document("{ name: Test.Rule }", spec);
    // The text, whether the document stays usable, the first diagnostic behind what it is about.
    let table = [
        (
            condition("{ field: a, equals: null }"),
            true,
            "null|in YAML this is the text \"null\"; to ask for null write hasValue: false",
        ),
        (condition("{ field: a, equal: 1 }"), true, "equal|the condition 'equal' is not known; did you mean 'equals'?"),
        (condition("{ feild: a, equals: 1 }"), true, "feild|the key 'feild' is not known; did you mean 'field'?"),
        (
            condition("{ field: a, equals: 1, in: [ a ] }"),
            true,
            "equals|'equals' is ignored: only the last condition of a mapping, 'in', counts",
        ),
        (
            condition("{ field: a, equals: 1, caseSensitive: yes }"),
            true,
            "yes|'caseSensitive' must be true or false; it counts as false",
        ),
        (
            condition("{ field: a, exists: yes }"),
            true,
            "yes|'exists': true or false is expected, not 'yes', so it is always false",
        ),
        (
            condition("{ field: a, less: abc }"),
            true,
            "abc|'less': an integer is expected, not 'abc', so it is always false",
        ),
        (condition("{ field: a, in: abc }"), true, "abc|'in': a list is expected, not 'abc', so it is always false"),
        (
            condition("{ field: a, in: [ { b: c } ] }"),
            true,
            "[ { b: c } ]|'in': the items of the list must be plain values, so it is always false",
        ),
        (condition("{ field: a, match: '[' }"), true, "'['|'match': '[' is not a valid pattern"),
        (
            condition("{ field: a, version: '>= 1' }"),
            true,
            "'>= 1'|'version': '>=' in '>= 1' is not a version constraint",
        ),
        (condition("{ field: a, exists: true, unique: true }"), true, "unique|'unique' has no effect on 'exists'"),
        (
            condition("{ type: ., exists: true }"),
            true,
            "type|'exists' takes only 'field', so with 'type' it is always false",
        ),
        (condition("{ equals: 1 }"), true, "equals|'equals' has no operand such as 'field', so it is always false"),
        (condition("{ type: name, equals: 1 }"), true, "name|'type' takes only '.'"),
        (condition("{ field: a }"), true, "{ field: a }|there is no condition here, so this is always true"),
        (condition("{ not: { field: a } }"), true, "{ field: a }|there is no condition here, so this is always false"),
        (
            condition("{ allOf: [ { field: a } ] }"),
            true,
            "{ field: a }|there is no condition here, so reaching this is an error",
        ),
        (condition("{ allOf: [], exists: true }"), true, "exists|'exists' beside 'allOf' needs a 'field' too"),
        (
            condition("{ field: a, allOf: [], greaterOrEquals: 1 }"),
            true,
            "greaterOrEquals|the key of a sub-selector 'greaterOrEquals' is not known; did you mean 'greaterOrEqual'?",
        ),
        (
            condition("{ not: [ { field: a, exists: true }, { field: b, exists: true } ] }"),
            true,
            "{ field: b, exists: true }|'not' takes one condition: this one and those after it are ignored",
        ),
        (
            condition("{ field: foo bar, exists: true }"),
            true,
            "foo bar|in the path 'foo bar', ' ' means nothing in a path",
        ),
        (
            condition("{ field: a, match: { $: { path: a } } }"),
            true,
            "{ $: { path: a } }|'match' takes no function, so it is always false",
        ),
        (
            condition("{ field: a, exists: true, field: b }"),
            true,
            "field|the key 'field' is there twice; this one counts",
        ),
        (spec("{ conditions: {} }"), true, "conditions|the key 'conditions' is not known; did you mean 'condition'?"),
        (spec("{ level: Eror, condition: {} }"), true, "Eror|the level 'Eror' is not known; did you mean 'Error'?"),
        // Errors: the document is unusable.
        (condition("{ allOf: [], anyOf: [] }"), false, "anyOf|two operators stand in one mapping"),
        (
            condition("{ allOf: { field: a, exists: true } }"),
            false,
            "{ field: a, exists: true }|'allOf' takes a list of conditions",
        ),
        (condition("{ field: a, equals: 1, other: { b: c } }"), false, "other|the key 'other' is not known"),
        (
            condition("{ field: 'a[1,2]', exists: true }"),
            false,
            "'a[1,2]'|the path 'a[1,2]' cannot be read: a list of names or indexes in brackets is not supported",
        ),
        (condition("text"), false, "text|a condition is a mapping, not a text"),
        (
            condition("{ value: { concat: [] }, equals: 1 }"),
            false,
            "{ concat: [] }|a function stands under the key '$'",
        ),
        (condition("[ 1"), false, ""),
        (
            spec("{ message: 'is {valu}' }"),
            false,
            "'is {valu}'|the placeholder 'valu' is not known; did you mean 'value'?",
        ),
        (spec("{ message: 'is {value' }"), false, "'is {value'|the placeholder '{value' is never closed"),
        (spec("{ fix: { set: [ '{network}' ] } }"), false, "'{network}'|the placeholder 'network' is not known"),
        (
            spec("{ levels: [ { level: Error } ] }"),
            false,
            "{ level: Error }|each item of 'levels' needs 'if' and 'level'",
        ),
        (spec("text"), false, "text|'spec' is a mapping, not a text"),
        (document("{ name: ab }", "{}"), false, "ab|'ab' has 2 characters; a name has 3 to 128"),
        (document("{ name: 'a/b' }", "{}"), false, "'a/b'|'a/b' holds '/', which names must not"),
        (document("{ name: abc. }", "{}"), false, "abc.|'abc.' must not begin or end with '.', '_' or '-'"),
        (document("{ }", "{}"), false, "{ }|'metadata.name' is missing"),
        ("just text\n".to_owned(), false, "just text|a rule document is a mapping, not a text"),
    ];
    for (text, usable, expected) in &table {
        let reading = rules(text, false);
        let first = reading.diagnostics.first().unwrap_or_else(|| panic!("nothing is said about\n{text}"));
        if !expected.is_empty() {
            let said = first.to_string().splitn(4, ':').last().unwrap_or_default().trim().to_owned();
            assert_eq!(format!("{}|{said}", first.file.slice(first.span)), *expected, "{text}");
        }
        assert_eq!(reading.set.rules.len() == 1, *usable, "{text}");
        let strict = rules(text, true);
        assert_eq!(strict.unusable, 1, "{text}");
        assert!(strict.set.rules.is_empty(), "{text}");
    }
}

#[test]
fn a_bad_document_costs_no_other() {
    let good = |name: &str| document(&format!("{{ name: {name} }}"), "{}");
    let text = [
        good("Test.One"),
        "a: [1\n".to_owned(),
        good("Test.Two"),
        document("{ name: x }", "{}"),
        "apiVersion: other/v1\nkind: Rule\nmetadata: { name: Test.Other }\nspec: {}\n".to_owned(),
        "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rul\nmetadata: { name: Test.Other }\nspec: {}\n".to_owned(),
        good("test.two"),
        good("Test.Three"),
    ]
    .join("---\n");
    let reading = rules(&text, false);
    let names: Vec<&str> = reading.set.rules.iter().map(|rule| rule.name()).collect();
    assert_eq!(names, ["Test.One", "Test.Two", "Test.Three"]);
    let lines: Vec<String> = reading.diagnostics.iter().map(|it| format!("{} {it}", it.is_error)).collect();
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert_eq!(reading.unusable, 3);
    assert!(lines[0].starts_with("true test.Rule.yaml:"), "{}", lines[0]);
    assert!(lines.iter().any(|line| line.ends_with("the kind 'Rul' is not known; did you mean 'Rule'?")), "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.ends_with("another rule called 'test.two' stands in test.Rule.yaml, line 8")),
        "{lines:#?}"
    );
}

#[test]
fn reads_json_with_comments_and_types() {
    let text = r#"[
    // A comment.
    {
        // Synopsis: From JSON.
        "apiVersion": "github.com/microsoft/PSRule/2025-01-01",
        "kind": "Rule",
        "metadata": { "name": "Test.Json", "ref": "T-001", "tags": { "a": true }, "labels": { "l": "one", "m": ["x", "y"] } },
        "spec": {
            // Synopsis: not this one
            "level": "Information", "type": ["Microsoft.Test/things"],
            "condition": { "field": "a", "equals": true },
        },
    },
    { "apiVersion": "github.com/microsoft/PSRule/v1", "kind": "Selector", "metadata": { "name": "Test.Select" }, "spec": { "if": { "field": "x", "in": ["a", "b"] } } }
]"#;
    let reading = rules(text, true);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let rule = &reading.set.rules[0];
    assert_eq!((rule.reference(), rule.level), ("T-001", Level::Note));
    assert_eq!(rule.metadata.synopsis.as_deref(), Some("From JSON."));
    assert_eq!(rule.metadata.labels["m"], ["x", "y"]);
    assert_eq!(rule.metadata.tags["a"], "true");
    assert_eq!(outcome(&reading.set, r#"{"a": true}"#, &Setting::default()), "pass");
    assert_eq!(outcome(&reading.set, r#"{"a": "true"}"#, &Setting::default()), "fail");
    let broken = rules("[{ \"a\": 1, \"a\": 2 }]", false);
    assert_eq!((broken.unusable, broken.diagnostics.len()), (1, 1));
    assert_eq!(rules("[{", false).unusable, 1);
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    assert_eq!(rules(&deep, false).unusable, 1);
}

#[test]
fn reads_the_other_kinds() {
    let text = "
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: SuppressionGroup
metadata: { name: Test.Group }
spec: { rule: [ Test.Rule ], type: [ a/b ], expiresOn: 2026-01-01T00:00:00Z, if: { field: a, exists: true } }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: ModuleConfig
metadata: { name: Test.Config }
spec: { configuration: { TEST_MAX: 3 } }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Test.Rule }
spec: { with: [ Test.Selekt ], yieldsTo: [ Test.Rul ] }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Selector
metadata: { name: Test.Select }
spec: { if: { field: a, exists: true } }
";
    let mut reading = rules(text, true);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    let group = &reading.set.groups[0];
    assert_eq!(
        (group.rules.as_slice(), group.expires_on.as_ref().map(|expiry| expiry.text.as_str())),
        (["Test.Rule".to_owned()].as_slice(), Some("2026-01-01T00:00:00Z"))
    );
    assert_eq!(reading.set.configuration.get("test_max").unwrap().as_int(), Some(3));
    reading.check_references(false);
    let lines: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "test.Rule.yaml:14:19: the selector 'Test.Selekt' is not there, so it counts as false; did you mean 'Test.Select'?",
            "test.Rule.yaml:14:19: the rule 'Test.Rul' that this one yields to is not there; did you mean 'Test.Rule'?",
        ]
    );
}

/// What is said of a condition, strictly or not, without its place.
fn said(condition: &str, strict: bool) -> Vec<String> {
    let text = if condition.starts_with("{\"") { json_rule_of(condition) } else { rule_of(condition) };
    let reading = all_said(&text, strict);
    reading
        .diagnostics
        .iter()
        .map(|it| format!("{} {}", if it.is_error { "error" } else { "warning" }, it.message))
        .collect()
}

#[test]
fn strict_reading_says_what_psrule_reads_otherwise() {
    let table = [
        ("field: prop.x", "a last member of one character is dropped ('prop.x')"),
        (
            "field: 'list[?@.on && @.count > 1]'",
            "'&&' acts as '||' behind a bare path, and before a group or a negation",
        ),
        ("field: 'list[?@.one == @.two && @.count > 1]'", "'&&' acts as"),
        ("field: 'list[?@.count > 1 && (@.on)]'", "'&&' acts as"),
        ("field: 'list[?@.count > 1 && !@.on]'", "'&&' acts as"),
        ("field: 'list[?$.on == true]'", "'$' on the left in a filter is the item"),
        ("field: 'list[?@.name ~= \"^s\"]'", "'~=' takes the value for the pattern"),
        ("field: 'list[-2:]'", "a slice does not count from the end"),
        ("field: 'list[0:-1]'", "a slice does not count from the end"),
        ("field: 'list[?@.count > 1 && @.on]'", ""),
        ("field: 'list[?(@.on) && @.count > 1]'", ""),
        ("field: 'list[?@.on || @.off]'", ""),
        ("field: 'list[::-1]'", ""),
        ("field: 'list[0]'", ""),
        ("field: .", ""),
    ];
    for (field, expected) in table {
        let condition = format!("{{ {field}, exists: true }}");
        assert_eq!(said(&condition, false), Vec::<String>::new(), "{field}");
        let strictly = said(&condition, true);
        match expected {
            "" => assert_eq!(strictly, Vec::<String>::new(), "{field}"),
            _ => assert!(strictly[0].starts_with(&format!("warning in PSRule, {expected}")), "{strictly:?}"),
        }
    }
    let versions = [("~1", 1), ("'>=1.0.0 <2.0.0 || <0.9.0'", 1), ("^1.2.3", 0)];
    for (constraint, expected) in versions {
        assert_eq!(said(&format!("{{ field: prop, version: {constraint} }}"), true).len(), expected, "{constraint}");
    }
}

#[test]
fn what_psrule_takes_silently_is_a_warning_and_strictly_an_error() {
    let table = [
        ("{ field: prop, equals: true, caseSensitve: true }", "the key 'caseSensitve' is not known"),
        ("{ field: prop, equals: 1, exists: true }", "'equals' is ignored: only the last condition of a mapping"),
        ("{ field: prop, exists: yes }", "'exists': true or false is expected, not 'yes'"),
        ("{ field: prop, less: many }", "'less': an integer is expected, not 'many'"),
        ("{ field: prop, equals: a, convert: 1 }", "'convert' must be true or false"),
        ("{ field: prop, equals: a, unique: true }", "'unique' has no effect on 'equals'"),
        ("{ field: prop, equals: null }", "in YAML this is the text \"null\""),
        ("{ field: prop, equals: a, greaterOrEqual: 1 }", "'greaterOrEqual' has no effect here"),
        ("{ field: 'foo bar', exists: true }", "in the path 'foo bar', ' ' means nothing in a path"),
        ("{ field: prop, match: '(' }", "'match': '(' is not a valid pattern"),
        ("{ field: prop, version: '>= 1' }", "'version': '>=' in '>= 1' is not a version constraint"),
        ("{ field: prop, in: abc }", "'in': a list is expected, not 'abc'"),
        ("{ field: prop, in: [ abc, '' ] }", "'in' leaves out null and empty items"),
        ("{ field: prop, contains: [ abc, '' ] }", "'contains' leaves out null and empty items"),
        ("{ field: prop, notIn: [ abc, null ] }", "in YAML this is the text \"null\""),
        (r#"{"field": "prop", "equals": [1, 2]}"#, "'equals' takes an integer for a text"),
        ("{ field: prop, in: [ { field: x } ] }", "'in': the items of the list must be plain values"),
        (r#"{"field": "prop", "in": [5]}"#, "'in' takes an integer for a text, which no other value equals"),
        (r#"{"field": "prop", "setOf": ["a", null]}"#, "'setOf' leaves out null and empty items"),
        ("{ field: prop, match: { $: { path: prop } } }", "'match' takes no function"),
        ("{ value: { $: { substring: abc, lenght: 2 } }, equals: ab }", "the key of a function 'lenght' is not known"),
        (
            "{ value: { $: { padLeft: abc, totalLength: few } }, equals: ab }",
            "'totalLength' must be an integer from 0 on",
        ),
        (
            "{ value: { $: { concat: [ { trim: x, trimm: y } ] } }, equals: ab }",
            "the key of a function 'trimm' is not known",
        ),
        ("{ field: prop, equals: { $: { path: prop }, also: x } }", "the key of a function 'also' is not known"),
        ("{ type: here, equals: a }", "'type' takes only '.'"),
        ("{ source: Templat, exists: true }", "the kind of file 'Templat' is not known"),
        ("{ equals: a }", "'equals' has no operand"),
        ("{ name: ., exists: true }", "'exists' takes only 'field'"),
        ("{ field: prop }", "there is no condition here, so this is always true"),
        ("{ not: { field: prop } }", "there is no condition here, so this is always false"),
        ("{ anyOf: [ { field: prop } ] }", "there is no condition here, so reaching this is an error"),
        ("{ feild: prop }", "the condition 'feild' is not known"),
        ("{ allOf: [], exists: true }", "'exists' beside 'allOf' needs a 'field' too"),
        ("{ field: prop, allOf: [], exists: true }", "'exists' is ignored beside the operator 'allOf'"),
        ("{ field: prop, allOf: [], greaterOrEquals: 1 }", "the key of a sub-selector 'greaterOrEquals' is not known"),
        ("{ field: prop, allOf: [], count: x }", "'count' must be an integer"),
        ("{ field: prop, allOf: [], count: 1, less: 2 }", "'count' is ignored: there is another quantifier"),
        ("{ not: [ { field: prop, exists: true }, { field: prop, exists: true } ] }", "'not' takes one condition"),
        ("{ not: [] }", "'not' of nothing is always false"),
        ("{ field: prop, field: other, exists: true }", "the key 'field' is there twice"),
    ];
    for (condition, expected) in table {
        for strict in [false, true] {
            let found = said(condition, strict);
            let start = format!("{} {expected}", if strict { "error" } else { "warning" });
            assert!(found.iter().any(|line| line.starts_with(&start)), "{condition}: {found:?}");
        }
    }
}

#[test]
fn what_psrule_takes_silently_elsewhere() {
    let head = "apiVersion: github.com/microsoft/PSRule/v1\nmetadata: { name: Test.Name }\n";
    let table = [
        ("kind: Rule\nspec: { levle: Error }", "the key 'levle' is not known"),
        ("kind: Rule\nspec: { level: Fatal }", "the level 'Fatal' is not known"),
        ("kind: Rule\nspec: { type: { a: b } }", "'type' must be a list, not a mapping"),
        ("kind: Rul\nspec: {}", "the kind 'Rul' is not known"),
        ("kind: Rule\nextra: 1\nspec: {}", "the key 'extra' is not known"),
        ("spec: {}\nkind: Rule", "PSRule ignores what stands after 'spec'"),
        ("kind: Selector\nspec: { type: [ a/b ], if: {} }", "'type' is ignored here"),
        ("kind: SuppressionGroup\nspec: { type: [ a/b ], if: {} }", "'type' is ignored here"),
        ("kind: SuppressionGroup\nspec: { rules: [ a ] }", "the key 'rules' is not known"),
        ("kind: Baseline\nspec: { rule: { include: [ 'Azure.*', Other ] } }", "a name with '*' in 'include'"),
        ("kind: Baseline\nspec: { rule: { includeLocal: perhaps } }", "'includeLocal' must be true or false"),
        ("kind: Baseline\nspec: { configuration: [ a ] }", "'configuration' must be a mapping, not a list"),
        ("kind: ModuleConfig\nspec: { configuration: a }", "'configuration' must be a mapping, not a text"),
    ];
    for (rest, expected) in table {
        for strict in [false, true] {
            let reading = rules(&format!("{head}{rest}\n"), strict);
            let is_it = |said: &Diagnostic| said.message.starts_with(expected) && said.is_error == strict;
            assert!(reading.diagnostics.iter().any(is_it), "{rest}: {:?}", reading.diagnostics);
        }
    }
    let tags = "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata: { name: Test.Name, alias: [ x ], tags: { a: [ b ] }, labels: 1 }\n";
    let lines: Vec<String> = rules(tags, false).diagnostics.into_iter().map(|said| said.message).collect();
    let expected = [
        "'x' has 1 characters; a name has 3 to 128",
        "'a' in 'tags' must be a text, not a list",
        "'labels' must be a mapping, not a text",
    ];
    assert_eq!(lines, expected);
}
