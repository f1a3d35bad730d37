//! The truth of each condition on each type, on missing, null and unknown values.

use crate::rules::testing::{Setting, json_rule_of, outcome, rule_of, rules};

/// The values that `v` takes, one column each.
const COLUMNS: &[&str] = &[
    "", // missing
    "null",
    "true",
    "5",
    "1.5",
    r#""abc""#,
    r#"["abc"]"#,
    "{}",
    r#"{"$unknown": "u"}"#,
    r#"{"$unknown": "u", "kind": "string"}"#,
    r#"{"$unknown": "u", "kind": "int"}"#,
    r#"{"$unknown": "u", "kind": "array"}"#,
    r#"{"$unknown": "u", "kind": "bool"}"#,
    r#"{"$unknown": "u", "kind": "float"}"#,
    r#"{"$unknown": "u", "kind": "object"}"#,
    r#"{"$unknown": "u", "kind": "string", "nullable": true}"#,
    r#"[{"$unknown": "u", "kind": "string"}]"#,
    r#"[{"$rest": "r"}]"#,
];

#[test]
fn truth_tables() {
    // P: pass, F: fail, ?: unknown, S: it depends on a question. Columns as above.
    let table = [
        ("exists: true", "FPPPPPPP?PPPPPP?PP"),
        ("exists: false", "PFFFFFFF?FFFFFF?FF"),
        ("exists: yes", "FFFFFFFFFFFFFFFFFF"),
        ("hasValue: true", "FFPPPPPP??P?PPP?P?"),
        ("hasValue: false", "PPFFFFFF??F?FFF?F?"),
        ("hasDefault: abc", "PFFFFPFF??FFFFF?FF"),
        ("equals: ABC", "FFFFFPFF??FFFFF?FF"),
        ("equals: ABC, caseSensitive: true", "FFFFFFFF??FFFFF?FF"),
        ("notEquals: abc", "PPPPPFPP??PPPPP?PP"),
        ("equals: true", "FFPFFFFF??FFSFF?FF"),
        ("notEquals: true", "PPFPPPPP??PPSPP?PP"),
        ("equals: 5", "FFFPFFFF???FFFF?FF"),
        ("equals: '1.5'", "FFFFFFFF??FFFFF?FF"),
        ("equals: [ abc ]", "FFFFFFPF?FF?FFFF??"),
        ("equals: [ ABC ]", "FFFFFFFF?FF?FFFF??"),
        ("in: [ ABC, def ]", "FFFFFPPF??F?FFF???"),
        ("in: [ 5, true ]", "FFFFFFFF??F?FFF???"),
        ("in: abc", "FFFFFFFFFFFFFFFFFF"),
        ("notIn: [ abc ]", "PPPPPFFP??P?PPP???"),
        ("match: ^A", "FFFFFPFF??FFFFF?FF"),
        ("match: ^A, caseSensitive: true", "FFFFFFFF??FFFFF?FF"),
        ("notMatch: b", "PPPPPFPP??PPPPP?PP"),
        ("match: '('", "FEEEEEEEEEEEEEEEEE"),
        ("like: [ x, 'A?[a-d]' ]", "FFFFFPFF??FFFFF?FF"),
        ("like: '5', convert: true", "FFFPFFFF???FFFF?FF"),
        ("notLike: a*", "FPPPPFPP??PPPPP?PP"),
        ("startsWith: A", "FFFFFPPF??F?FFF???"),
        ("notStartsWith: [ a, x ]", "FPPPPFFP??P?PPP???"),
        ("endsWith: BC", "FFFFFPPF??F?FFF???"),
        ("notEndsWith: c", "FPPPPFFP??P?PPP???"),
        ("contains: b", "FFFFFPPF??F?FFF???"),
        ("notContains: b", "FPPPPFFP??P?PPP???"),
        ("less: 4", "FPFFFPPF????FFF?P?"),
        ("lessOrEquals: 3", "FPFFFPPF????FFF?P?"),
        ("greater: 3", "FFFPFFFF????FFF?F?"),
        ("greaterOrEquals: 1", "FFFPFPPF????FFF?P?"),
        ("greaterOrEquals: abc", "FFFFFFFFFFFFFFFFFF"),
        ("count: 1", "FFFFFFPF??F?FFF?P?"),
        ("notCount: 1", "FFFFFPFF??F?FFF?F?"),
        ("setOf: [ ABC ]", "FFFFFFPF?FF?FFFF??"),
        ("setOf: [ ABC ], caseSensitive: true", "FFFFFFFF?FF?FFFF??"),
        ("subset: [ abc ]", "FFFFFFPF?FF?FFFF??"),
        ("isString: true", "FFFFFPFF?PFFFFF?FF"),
        ("isString: false", "FPPPPFPP?FPPPPPFPP"),
        ("isArray: true", "FFFFFFPF?FFPFFFFPP"),
        ("isArray: false", "FPPPPPFP?PPFPPP?FF"),
        ("isBoolean: true", "FFPFFFFF?FFFPFFFFF"),
        ("isBoolean: true, convert: true", "FFPPFFFF??PFPFF?FF"),
        ("isInteger: true", "FFFPFFFF?FPFFFFFFF"),
        ("isInteger: true, convert: true", "FFFPFFFF??PFFFF?FF"),
        ("isNumeric: true", "FFFPPFFF?FPFFPFFFF"),
        ("isDateTime: true", "FFFFFFFF??FFFFF?FF"),
        ("isLower: true", "FFFFFPFF??FFFFF?FF"),
        ("isLower: false", "FPPPPFPP??PPPPP?PP"),
        ("isUpper: true", "FFFFFFFF??FFFFF?FF"),
        ("version: '>=1.0.0'", "FFFFFFFF??FFFFF?FF"),
        ("apiVersion: '>=2024-01-01'", "FFFFFFFF??FFFFF?FF"),
        ("hasSchema: []", "FFFFFFFF?FFFFF?FFF"),
        ("withinPath: abc", "FFFFFPFF??FFFFF?FF"),
        ("notWithinPath: abc", "FPPPPFPP??PPPPP?PP"),
        ("hasDefault: 5", "PFFPFFFF???FFFF?FF"),
        ("hasDefault: true", "PFPFFFFF??FFSFF?FF"),
        ("notEquals: 5", "PPPFPPPP???PPPP?PP"),
        ("equals: ABC, convert: true", "FFFFFPFF???FFFF?FF"),
        ("equals: 5, convert: true", "FFFPFFFF???FFFF?FF"),
        ("notMatch: '('", "PEEEEEEEEEEEEEEEEE"),
        ("notLike: [ x*, y* ], caseSensitive: true", "FPPPPPPP??PPPPP?PP"),
        ("startsWith: '5', convert: true", "FFFPFFFF????FFF???"),
        ("less: 4, convert: true", "FPFFFPPF????FFF?P?"),
        ("greater: -1", "FPFPFPPF?P?PFFF?PP"),
        ("notIn: abc", "FFFFFFFFFFFFFFFFFF"),
        ("subset: []", "FFFFFFPF?FFPFFFFPP"),
        ("subset: [ abc ], unique: true", "FFFFFFPF?FF?FFFF??"),
        ("setOf: []", "FFFFFFFF?FF?FFFFF?"),
        ("isBoolean: false", "FPFPPPPP?PPPFPP?PP"),
        ("isInteger: false", "FPPFPPPP?PFPPPP?PP"),
        ("isNumeric: false", "FPPFFPPP?PFPPFP?PP"),
        ("isNumeric: true, convert: true", "FFFPPFFF??PFFPF?FF"),
        ("isDateTime: false", "FPPPPPPP??PPPPP?PP"),
        ("isDateTime: true, convert: true", "FFFPFFFF??PFFFF?FF"),
        ("isUpper: false", "FPPPPPPP??PPPPP?PP"),
        ("version: ''", "FFFFFFFF??FFFFF?FF"),
        ("version: '> 1'", "FEEEEEEEEEEEEEEEEE"),
        ("hasSchema: [ x ]", "FFFFFFFF?FFFFF?FFF"),
        ("rangeIsBlank: true", "FPFFFFFFFFFFFFFFFF"),
        ("rangeIsSentinel: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsInternet: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsServiceTag: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsIPv6: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsMalformed: true", "FFFFFPFFFFFFFFFFFF"),
        ("rangeHasHostBits: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsSpecialPurpose: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsBare: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsPadded: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangeIsSample: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangePrefixAtLeast: 24", "PPPPPPPPPPPPPPPPPP"),
        ("writtenInTemplate: true", "FPPPPPPPFFFFPFFFPP"),
        ("rangesCoverBelow: 50", "PPPPPPPP????P???P?"),
        ("rangesFillBelow: 80", "PPPPPPPP????P???PP"),
        ("rangesFillAtMost: 100", "PPPPPPPP????P???PP"),
        ("rangesAreEmpty: true", "FFFFFFFF????F???F?"),
        ("rangesAreBlank: true", "FFFFFFFF????F???F?"),
        ("rangesAreSentinel: true", "FFFFFFFF????F???F?"),
        ("rangesMixSentinel: true", "FFFFFFFF????F???FF"),
        ("rangesAreServiceTags: true", "FFFFFFFF????F???F?"),
        ("rangesAreSpecialPurpose: true", "FFFFFFFF????F???F?"),
        ("rangesAreDistinct: true", "PPPPPPPP????P???PP"),
        ("rangesAreMinimal: true", "PPPPPPPP????P???PP"),
        ("rangesHoldEgress: true", "FFFFFFFF????F???PP"),
        ("isListedPrefix: true", "FFFFFFFFFFFFFFFFFF"),
        ("rangesAreKnown: true", "FFFFFFPF????F???FF"),
        ("existsInApiVersion: true", "PPPPPPPPPPPPPPPPPP"),
        ("namesExist: true", "PPPPPPPPPPPPPPPPPP"),
        ("namesMean: [ abc ]", "FFFFFFFFFFFFFFFFFF"),
        ("namesAreCanonical: true", "PPPPPPPPPPPPPPPPPP"),
        ("isSet: true", "FFPPPPPP?PPPPPP?PP"),
        ("isSet: false", "PPFFFFFF?FFFFFF?FF"),
        ("canBe: string", "PPFFFPFFPPFFFFFPFF"),
        ("canBe: [ array, 'object' ]", "PPFFFFPPPFFPFFPPPP"),
    ];
    let mut wrong = Vec::new();
    for (condition, expected) in table {
        let reading = rules(&rule_of(&format!("{{ field: v, {condition} }}")), false);
        assert_eq!(reading.unusable, 0, "{:?}", reading.diagnostics);
        let mut found = String::new();
        for column in COLUMNS {
            let object = if column.is_empty() { "{}".to_owned() } else { format!(r#"{{"v": {column}}}"#) };
            let setting = Setting { nulls_exist: *column == "null", ..Setting::default() };
            found.push(letter(&outcome(&reading.set, &object, &setting)));
        }
        if found != expected {
            wrong.push(format!("        (\"{condition}\", \"{found}\"),"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let names: Vec<String> =
        table.iter().map(|(condition, _)| condition.split(':').next().unwrap().to_owned()).collect();
    for definition in super::all().filter(|it| !it.without_operand) {
        assert!(names.iter().any(|name| name == definition.name), "{} has no truth table", definition.name);
    }
}

fn letter(outcome: &str) -> char {
    match outcome {
        "pass" => 'P',
        "fail" => 'F',
        "unknown" => '?',
        "error" => 'E',
        _ => 'S',
    }
}

#[track_caller]
fn check(condition: &str, value: &str, expected: &str) {
    let json = condition.contains("\"field\"");
    let text = if json { json_rule_of(condition) } else { rule_of(&format!("{{ field: v, {condition} }}")) };
    let reading = rules(&text, false);
    assert_eq!(reading.unusable, 0, "{:?}", reading.diagnostics);
    let object = format!(r#"{{"v": {value}}}"#);
    assert_eq!(outcome(&reading.set, &object, &Setting::default()), expected, "{condition} on {value}");
}

#[test]
fn equality_converts_the_expected_side() {
    let table = [
        ("equals: true", r#""True""#, "pass"),
        ("equals: true", "1", "fail"),
        ("equals: true, convert: true", "1", "fail"),
        ("equals: true, convert: true, caseSensitive: true", "true", "fail"),
        ("equals: 5", r#""5""#, "pass"),
        (r#"{"field": "v", "equals": true}"#, r#""true""#, "fail"),
        (r#"{"field": "v", "equals": true, "convert": true}"#, r#""true""#, "pass"),
        (r#"{"field": "v", "equals": 5}"#, r#""5""#, "fail"),
        (r#"{"field": "v", "equals": 5, "convert": true}"#, r#""5""#, "pass"),
        (r#"{"field": "v", "equals": 5}"#, "true", "pass"),
        (r#"{"field": "v", "equals": 0}"#, "false", "pass"),
        (r#"{"field": "v", "equals": 1.5}"#, "1.5", "pass"),
        (r#"{"field": "v", "equals": ["a", "b"]}"#, r#"["a", "b"]"#, "pass"),
        (r#"{"field": "v", "equals": ["a", "b"]}"#, r#"["b", "a"]"#, "fail"),
        (r#"{"field": "v", "equals": [1]}"#, "[1]", "fail"),
        ("equals: [ a, b ]", r#"["a", {"$unknown": "u", "kind": "string"}]"#, "unknown"),
        ("equals: [ a, b ]", r#"["x", {"$unknown": "u", "kind": "string"}]"#, "fail"),
        ("equals: strasse", r#""STRASSE""#, "pass"),
        ("equals: straße", r#""STRASSE""#, "fail"),
    ];
    for (condition, value, expected) in table {
        check(condition, value, expected);
    }
    let reading = rules(&json_rule_of(r#"{"field": "v", "equals": null}"#), true);
    assert!(reading.diagnostics.is_empty());
    let setting = Setting { nulls_exist: true, ..Setting::default() };
    assert_eq!(outcome(&reading.set, r#"{"v": null}"#, &setting), "pass");
    assert_eq!(outcome(&reading.set, "{}", &setting), "fail");
}

#[test]
fn details_of_single_conditions() {
    let table = [
        ("hasValue: true", r#""""#, "fail"),
        // One pattern with and without case.
        ("match: ^AB, caseSensitive: true", r#""abc""#, "fail"),
        ("match: ^AB", r#""abc""#, "pass"),
        ("hasValue: true", "[]", "fail"),
        ("hasValue: true", r#"[""]"#, "pass"),
        ("hasValue: true", "0", "pass"),
        ("hasValue: true", r#"" ""#, "pass"),
        ("match: b$", r#""ab\n""#, "pass"),
        ("match: '^(a|b$)'", r#""b\n""#, "pass"),
        ("match: 'a(?=b)'", r#""ab""#, "error"),
        ("match: '['", r#""ab""#, "error"),
        ("like: 'a`*'", r#""a*""#, "pass"),
        ("like: 'a`*'", r#""ab""#, "fail"),
        ("contains: b", r#"["x", "abc"]"#, "pass"),
        ("contains: ''", r#""x""#, "pass"),
        ("contains: [ q, b ]", r#"[1, "b"]"#, "pass"),
        ("contains: '1'", "[1]", "fail"),
        ("contains: '1', convert: true", "[1]", "pass"),
        ("less: 3, convert: true", r#""2""#, "pass"),
        ("less: 3", r#""1234""#, "fail"),
        ("less: 3, convert: true", r#""1234""#, "fail"),
        // Dates stand so many days from today, which is 2026-11-22.
        ("less: 0", r#""2026-11-21T23:59:59Z""#, "pass"),
        ("less: 0", r#""2026-11-22T00:00:00Z""#, "fail"),
        ("lessOrEquals: 0", r#""2026-11-22T23:00:00Z""#, "pass"),
        ("lessOrEquals: 0", r#""2026-11-22T23:00:00-02:00""#, "fail"),
        ("greater: 30", r#""2026-12-23T00:00:00""#, "pass"),
        ("greater: 30", r#""2026-12-22T10:00:00.5Z""#, "fail"),
        ("greaterOrEquals: -1", r#""2026-11-21T10:00:00Z""#, "pass"),
        ("greater: 30", r#""2030-01-01""#, "fail"),
        ("greater: 30, convert: true", r#""2030-01-01""#, "pass"),
        ("less: 3, convert: true", r#""2.5""#, "fail"),
        ("isDateTime: true", r#""2026-13-31T10:00:00Z""#, "fail"),
        ("greater: 1", r#""😀""#, "pass"),
        ("count: 0", "[]", "pass"),
        ("count: 2", r#""ab""#, "pass"),
        ("setOf: [ a, b ]", r#"["B", "a"]"#, "pass"),
        ("setOf: [ a, b ]", r#"["a", "b", "c"]"#, "fail"),
        ("setOf: [ a, b ]", r#"["a", {"$unknown": "u"}]"#, "unknown"),
        ("setOf: [ a, b ]", r#"["a", "b", "c", {"$rest": "r"}]"#, "fail"),
        ("subset: [ a ]", r#"["a", "a", "b"]"#, "pass"),
        ("subset: [ a ], unique: true", r#"["a", "A", "b"]"#, "fail"),
        ("subset: [ a ], unique: true", r#"["a", {"$rest": "r"}]"#, "unknown"),
        ("subset: [ a ]", r#"["a", {"$rest": "r"}]"#, "pass"),
        ("subset: [ a ]", r#"[{"$rest": "r"}]"#, "unknown"),
        ("isBoolean: true, convert: true", r#"" True ""#, "pass"),
        ("isNumeric: true, convert: true", r#""1.5""#, "pass"),
        ("isDateTime: true", r#""2026-01-31T10:00:00Z""#, "pass"),
        ("isString: true", r#""2026-01-31T10:00:00Z""#, "pass"),
        ("isDateTime: true", r#""2026-01-31""#, "fail"),
        ("isDateTime: true, convert: true", r#""2026-01-31""#, "pass"),
        ("isUpper: true", r#""A-1""#, "pass"),
        ("version: '>=1.2.0'", r#""1.10.0""#, "pass"),
        ("version: '>=1.2.0'", r#""1.10.0-beta""#, "fail"),
        ("version: '>=1.2.0', includePrerelease: true", r#""1.10.0-beta""#, "pass"),
        ("version: 'bad x'", r#""1.0.0""#, "error"),
        ("apiVersion: '<2024-01-01'", r#""2023-11-01""#, "pass"),
        ("hasSchema: [ 'https://a/b.json' ]", r##"{"$schema": "HTTPS://a/b.json#"}"##, "pass"),
        ("hasSchema: [ 'https://a/b.json' ]", r##"{"$schema": "http://a/b.json"}"##, "fail"),
        ("hasSchema: [ 'https://a/b.json' ], ignoreScheme: true", r##"{"$schema": "http://a/b.json"}"##, "pass"),
        ("hasSchema: []", r##"{"$schema": "x"}"##, "pass"),
        ("withinPath: 'a/b'", r#""a/./b/c.json""#, "pass"),
        ("withinPath: '/work/a'", r#""a/b.json""#, "pass"),
        ("withinPath: a", r#""../a/b.json""#, "fail"),
        ("withinPath: '..'", r#""../a/b.json""#, "pass"),
        ("withinPath: '/'", r#""a/b.json""#, "pass"),
        ("withinPath: A", r#""a/b.json""#, "pass"),
        ("withinPath: A, caseSensitive: true", r#""a/b.json""#, "fail"),
        ("notWithinPath: [ x, a ]", r#""a\\b.json""#, "fail"),
        ("withinPath: 'a/b'", r#""a/bc/d.json""#, "fail"),
    ];
    for (condition, value, expected) in table {
        check(condition, value, expected);
    }
}

#[test]
fn what_is_certain_about_an_unknown_decides() {
    let unknown = |rest: &str| format!(r#"{{"$unknown": "u", {rest}}}"#);
    let pieces = unknown(r#""kind": "string", "pieces": ["10.", null, "/32"]"#);
    let sku = unknown(r#""kind": "string", "domain": ["standard", "basic", "free"]"#);
    let table = [
        ("startsWith: 10", pieces.clone(), "pass"),
        ("startsWith: '11.'", pieces.clone(), "fail"),
        ("startsWith: '10.1'", pieces.clone(), "unknown"),
        ("notEndsWith: '/0'", pieces.clone(), "pass"),
        ("contains: '/3'", pieces.clone(), "pass"),
        ("contains: '7'", pieces.clone(), "unknown"),
        ("equals: '0.0.0.0/0'", pieces.clone(), "fail"),
        ("equals: '10.1.1.1/32'", pieces.clone(), "unknown"),
        ("in: [ a, b ]", pieces.clone(), "fail"),
        ("hasValue: true", pieces, "pass"),
        ("equals: premium", sku.clone(), "fail"),
        ("in: [ Standard, Basic, Free ]", sku.clone(), "pass"),
        ("equals: Basic", sku.clone(), "pass if u is 'basic', fail if u is not 'basic'"),
        ("match: ^b", sku.clone(), "pass if u is 'basic', fail if u is not 'basic'"),
        ("in: [ standard, free ]", sku, "fail if u is 'basic', pass if u is not 'basic'"),
        ("hasValue: true", unknown(r#""kind": "array", "minLength": 1"#), "pass"),
        ("hasValue: true", unknown(r#""kind": "array", "minLength": 1, "nullable": true"#), "unknown"),
        ("greaterOrEquals: 1", unknown(r#""kind": "array", "minLength": 1"#), "pass"),
        ("lessOrEquals: 200", unknown(r#""kind": "array", "maxLength": 200"#), "pass"),
        ("lessOrEquals: 200", unknown(r#""kind": "array", "minLength": 201"#), "fail"),
        ("count: 3", unknown(r#""kind": "array", "maxLength": 2"#), "fail"),
        ("equals: abc", unknown(r#""kind": "string", "maxLength": 2"#), "fail"),
        ("isString: true", unknown(r#""kind": "string", "nullable": true"#), "unknown"),
        ("isArray: true", unknown(r#""kind": "string", "nullable": true"#), "fail"),
        (
            "equals: true",
            unknown(r#""kind": "bool", "nullable": true"#),
            "fail if u is null, pass if u is not null and u is true, fail if u is not null and u is false",
        ),
        ("exists: true", unknown(r#""kind": "bool", "nullable": true"#), "fail if u is null, pass if u is not null"),
        ("isBoolean: true", unknown(r#""kind": "bool""#), "pass"),
    ];
    for (condition, value, expected) in &table {
        check(condition, value, expected);
    }
}

#[test]
fn operands() {
    let table = [
        ("{ type: ., equals: microsoft.test/THINGS }", "{}", "pass"),
        ("{ name: ., equals: n }", r#"{"name": "n"}"#, "pass"),
        ("{ name: ., equals: n }", "{}", "fail"),
        ("{ name: ., equals: n }", r#"{"name": {"$unknown": "u", "kind": "string"}}"#, "unknown"),
        ("{ value: abc, equals: ABC }", "{}", "pass"),
        ("{ field: a, value: abc, equals: abc }", "{}", "pass"),
        ("{ field: a, value: abc, equals: abc }", r#"{"a": "x"}"#, "fail"),
        ("{ source: Template, withinPath: folder }", "{}", "pass"),
        ("{ source: template, equals: /work/folder/file.json }", "{}", "pass"),
        // No such file: the next operand, else nothing.
        ("{ source: Parameter, withinPath: folder }", "{}", "fail"),
        ("{ source: Parameter, notWithinPath: folder }", "{}", "fail"),
        ("{ source: Other, value: abc, equals: abc }", "{}", "pass"),
        (
            "{ source: Parameter, withinPath: p }",
            r#"{"_PSRule": {"source": [{"file": "t.json", "type": "Template"}, {"file": "p/x.json", "type": "Parameter"}]}}"#,
            "pass",
        ),
        ("{ scope: ., startsWith: /sub }", r#"{"scope": "/subscriptions/x"}"#, "pass"),
        ("{ equals: 1 }", "{}", "fail"),
        ("{ notEquals: 1 }", "{}", "fail"),
        (
            "{ field: items, allOf: [{ type: ., equals: t }, { name: ., equals: n }] }",
            r#"{"items": [{"type": "t", "name": "n"}]}"#,
            "pass",
        ),
        (
            "{ field: items, allOf: [{ value: { $: { path: top } }, equals: 1 }] }",
            r#"{"top": 1, "items": [{"top": 2}]}"#,
            "pass",
        ),
        ("{ name: ., exists: true }", r#"{"name": "n"}"#, "fail"),
    ];
    for (condition, object, expected) in table {
        let reading = rules(&rule_of(condition), false);
        assert_eq!(reading.unusable, 0, "{:?}", reading.diagnostics);
        assert_eq!(outcome(&reading.set, object, &Setting::default()), expected, "{condition} on {object}");
    }
}

#[test]
fn every_name_is_there_once() {
    let mut names: Vec<String> = super::all().map(|it| it.name.to_ascii_lowercase()).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}
