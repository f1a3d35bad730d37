use crate::rules::testing::{Setting, outcome, rule_of, rules};

/// Checks `condition` on objects: each is the list or value under `x`, and the outcome expected.
fn check(condition: &str, table: &[(&str, &str)]) {
    let set = rules(&rule_of(condition), true);
    assert!(set.diagnostics.is_empty(), "{condition}: {}", set.diagnostics[0]);
    for (value, expected) in table {
        let object = format!("{{\"x\": {value}}}");
        assert_eq!(outcome(&set.set, &object, &Setting::default()), *expected, "{condition} on {value}");
    }
}

/// Checks a condition on each entry of the list `x`.
fn entries(condition: &str, table: &[(&str, &str)]) {
    check(&format!("{{ field: x, allOf: [ {{ field: ., {condition} }} ] }}"), table);
}

const KNOWN_LATER: &str = r#"[{"$unknown": "reference('ip').ipAddress"}]"#;
const OPEN_END: &str = r#"["20.1.2.0/24", {"$rest": "parameters('more')"}]"#;
const MASK_ZERO: &str = r#"[{"$unknown": "f", "kind": "string", "pieces": [null, "/0"]}]"#;
const ONE_OF: &str = r#"[{"$unknown": "p", "kind": "string", "domain": ["20.1.2.0/24", "0.0.0.0/0"]}]"#;

#[test]
fn entries_are_judged_one_by_one() {
    entries("rangeIsBlank: false", &[("[\"\"]", "fail"), ("[\" \"]", "fail"), ("[null]", "fail"), ("[\"a\"]", "pass")]);
    entries("rangeIsSentinel: true", &[("[\"0.0.0.0/32\"]", "pass"), ("[\"0.0.0.0/0\"]", "fail")]);
    entries("rangeIsServiceTag: false", &[("[\"AzureDevOps\"]", "fail"), ("[\"20.1.2.3\"]", "pass")]);
    entries("rangeIsServiceTag: false, broad: true", &[("[\"AzureDevOps\"]", "pass"), ("[\"AzureCloud\"]", "fail")]);
    entries("rangeIsIPv6: false", &[("[\"2a02::/16\"]", "fail"), ("[\"::/0\"]", "pass")]);
    entries("rangeIsMalformed: false", &[("[\"1.2.3\"]", "fail"), ("[7]", "pass"), (KNOWN_LATER, "pass")]);
    entries("rangeHasHostBits: false", &[("[\"20.1.2.3/24\"]", "fail"), ("[\"20.1.2.0/24\"]", "pass")]);
    entries("rangeIsSpecialPurpose: false", &[("[\"10.0.0.0/8\"]", "fail"), ("[\"0.0.0.0/32\"]", "pass")]);
    entries("rangeIsBare: false", &[("[\"20.1.2.3\"]", "fail"), ("[\"20.1.2.3/32\"]", "pass")]);
    entries("rangeIsPadded: false", &[("[\" 20.1.2.3\"]", "fail"), ("[\"20.1.2.3\"]", "pass")]);
    entries("rangeIsSample: false", &[("[\"8.8.8.8\"]", "fail"), ("[\"8.8.8.9\"]", "pass")]);
    entries(
        "rangePrefixAtLeast: 16",
        &[("[\"20.0.0.0/15\"]", "fail"), ("[\"20.0.0.0/16\"]", "pass"), ("[\"a\"]", "pass")],
    );
}

#[test]
fn an_entry_known_only_later_is_one_restricted_entry() {
    let table = [
        ("[\"0.0.0.0/0\"]", "fail"),
        (KNOWN_LATER, "pass"),
        (MASK_ZERO, "fail"),
        (ONE_OF, "pass if p is '20.1.2.0/24', fail if p is not '20.1.2.0/24'"),
        (OPEN_END, "unknown"),
        ("{\"$unknown\": \"parameters('all')\", \"kind\": \"array\"}", "unknown"),
    ];
    for (list, expected) in table {
        entries("rangeIsInternet: false", &[(list, expected)]);
    }
}

#[test]
fn lists_are_judged_as_a_whole() {
    check(
        "{ field: x, rangesAreEmpty: false }",
        &[("[]", "fail"), ("[\"\"]", "pass"), (OPEN_END, "pass"), ("null", "pass")],
    );
    let filled = r#"{"$unknown": "p", "kind": "array", "minLength": 1}"#;
    check("{ field: x, rangesAreEmpty: false }", &[(filled, "pass")]);
    check("{ field: y, rangesAreEmpty: false }", &[("[]", "pass")]);
    check("{ field: x, rangesAreBlank: false }", &[("[\"\", \" \"]", "fail"), ("[]", "pass"), (KNOWN_LATER, "pass")]);
    check(
        "{ field: x, rangesAreSentinel: true }",
        &[("[\"0.0.0.0/32\"]", "pass"), ("[\"0.0.0.0/32\", \"a\"]", "fail")],
    );
    let mixed = r#"["0.0.0.0/32", {"$unknown": "later"}]"#;
    check(
        "{ field: x, rangesMixSentinel: false }",
        &[(mixed, "fail"), ("[\"0.0.0.0/32\"]", "pass"), (OPEN_END, "unknown")],
    );
    check("{ field: x, rangesAreServiceTags: false }", &[("[\"AzureDevOps\"]", "fail"), (KNOWN_LATER, "pass")]);
    check("{ field: x, rangesAreSpecialPurpose: false }", &[("[\"10.0.0.0/8\"]", "fail"), (KNOWN_LATER, "pass")]);
    check("{ field: x, rangesAreKnown: true }", &[("[\"a\"]", "pass"), (KNOWN_LATER, "fail"), (OPEN_END, "fail")]);
    let halves = r#"["0.0.0.0/1", "128.0.0.0/1", {"$rest": "more"}]"#;
    check("{ field: x, rangesCoverBelow: 50 }", &[(halves, "fail"), (OPEN_END, "unknown"), (KNOWN_LATER, "pass")]);
    check(
        "{ field: x, rangesAreDistinct: true }",
        &[("[\"20.1.2.3\", \"20.1.2.3/32\"]", "fail"), ("[\"a\", \"a\"]", "pass")],
    );
    let inside = r#"["20.1.2.0/24", "20.1.0.0/16"]"#;
    let halves = r#"["20.1.2.0/25", "20.1.2.128/25"]"#;
    let apart = r#"["20.1.2.128/25", "20.1.3.0/25"]"#;
    check("{ field: x, rangesAreMinimal: true }", &[(inside, "fail"), (halves, "fail"), (apart, "pass")]);
}

#[test]
fn names_and_kinds() {
    check(
        "{ field: x, canBe: boolean }",
        &[("true", "pass"), ("\"true\"", "fail"), ("null", "pass"), ("{\"$unknown\": \"u\"}", "pass")],
    );
    check("{ field: x, canBe: [ string, array ] }", &[("\"a\"", "pass"), ("[]", "pass"), ("1", "fail")]);
    check("{ field: x, isSet: true }", &[("1", "pass"), ("null", "fail"), ("{\"$unknown\": \"u\"}", "unknown")]);
    let known = |profile: &str, expected: &str| {
        let set = rules(&rule_of("{ field: properties.apiServerAccessProfile, namesExist: true }"), true);
        let object = format!("{{\"properties\": {{\"apiServerAccessProfile\": {profile}}}}}");
        assert_eq!(outcome(&set.set, &object, &Setting::default()), expected, "{profile}");
    };
    known("{\"authorizedIPRanges\": []}", "pass");
    known("{\"authorizedIpRanges\": []}", "pass");
    known("{\"authorisedIPRanges\": []}", "fail");
    known("{\"$unknown\": \"u\"}", "pass");
}

#[test]
fn properties_are_looked_up_in_the_declared_version() {
    let rule = "{ field: properties.apiServerAccessProfile.enableVnetIntegration, existsInApiVersion: true }";
    let set = rules(&rule_of(rule), true);
    for (version, expected) in [("2024-09-01", "fail"), ("2024-09-02-preview", "pass"), ("2025-03-01", "pass")] {
        let profile = "{\"apiServerAccessProfile\": {\"enableVnetIntegration\": true}}";
        let object = format!("{{\"apiVersion\": \"{version}\", \"properties\": {profile}}}");
        assert_eq!(outcome(&set.set, &object, &Setting::default()), expected, "{version}");
    }
}

#[test]
fn a_path_by_api_version_leads_to_the_name_of_that_version() {
    const RANGES: &str = "field: properties.apiServerAccessProfile.authorizedIPRanges, byApiVersion: true";
    let both = r#"{"apiServerAuthorizedIPRanges": ["old"], "apiServerAccessProfile": {"authorizedIPRanges": ["new"]}}"#;
    let table = [
        ("\"2018-03-31\"", "nothing"),
        ("\"2019-02-01\"", "old"),
        ("\"2019-06-01\"", "old"),
        ("\"2019-08-01\"", "new"),
        ("\"2026-05-02-preview\"", "new"),
        ("\"latest\"", "new"),
        ("null", "new"),
        ("{\"$unknown\": \"parameters('version')\", \"kind\": \"string\"}", "new"),
    ];
    for (version, expected) in table {
        let object = format!("{{\"apiVersion\": {version}, \"properties\": {both}}}");
        let holds = |condition: &str| {
            let set = rules(&rule_of(condition), true);
            assert!(set.diagnostics.is_empty(), "{}", set.diagnostics[0]);
            outcome(&set.set, &object, &Setting::default()) == "pass"
        };
        assert_eq!(holds(&format!("{{ {RANGES}, exists: true }}")), expected != "nothing", "{version}");
        assert_eq!(holds(&format!("{{ {RANGES}, in: [ {expected} ] }}")), expected != "nothing", "{version}");
        let plainly = "{ field: properties.apiServerAccessProfile.authorizedIPRanges, in: [ new ] }";
        let both_ways = format!("{{ allOf: [ {plainly}, {{ {RANGES}, in: [ {expected} ] }}, {plainly} ] }}");
        assert_eq!(holds(&both_ways), expected != "nothing", "{version}: one does not stand for the other");
        let each = format!("{{ {RANGES}, allOf: [ {{ field: ., equals: {expected} }} ] }}");
        assert!(holds(&each), "{version}: in a sub-selector, which has no items where the path leads nowhere");
    }
    let set = rules(&rule_of("{ field: properties.x, byApiVersion: maybe, exists: true }"), false);
    assert_eq!(set.diagnostics.len(), 1);
}

#[test]
fn the_address_of_the_nodes_may_be_on_the_list() {
    check(
        "{ field: x, rangesHoldEgress: true }",
        &[("[\"20.1.2.0/24\"]", "fail"), ("[]", "fail"), (KNOWN_LATER, "pass"), (OPEN_END, "pass"), ("7", "fail")],
    );
    check("{ field: x, isListedPrefix: true }", &[("\"/publicIPPrefixes/nodes\"", "fail"), ("null", "fail")]);
}

#[test]
fn a_property_of_an_unknown_object_may_not_be_there() {
    let rule = "{ field: properties.apiServerAccessProfile.enableVnetIntegration, existsInApiVersion: true }";
    let set = rules(&rule_of(rule), true);
    for (version, expected) in [("2020-09-01", "unknown"), ("2025-05-01", "pass")] {
        let profile = r#"{"apiServerAccessProfile": {"$unknown": "parameters('p')", "kind": "object"}}"#;
        let object = format!("{{\"apiVersion\": \"{version}\", \"properties\": {profile}}}");
        assert_eq!(outcome(&set.set, &object, &Setting::default()), expected, "{version}");
    }
}
