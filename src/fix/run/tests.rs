use super::*;
use crate::finding::{Edit, Label, Level, Location, ResourceIdentity};
use crate::source::Span;

/// A rule that knows one bad word, and fixes.
struct Rule {
    name: &'static str,
    bad: &'static str,
    good: &'static str,
    applicability: Applicability,
}

const fn rule(name: &'static str, bad: &'static str, good: &'static str) -> Rule {
    Rule { name, bad, good, applicability: Applicability::Safe }
}

/// What the rules say of the texts.
fn findings(rules: &[Rule], texts: &Texts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in texts {
        let file = Arc::new(SourceFile::new(path.clone(), text.clone()));
        for rule in rules {
            for (at, bad) in text.match_indices(rule.bad) {
                let span = Span::new(at as u32, (at + bad.len()) as u32);
                let location = Location { file: file.clone(), span };
                let fix = Fix {
                    description: format!("write {}", rule.good),
                    applicability: rule.applicability,
                    edits: vec![Edit { location: location.clone(), text: rule.good.to_owned() }],
                };
                findings.push(Finding {
                    rule: rule.name.into(),
                    reference: rule.name.into(),
                    level: Level::Error,
                    outcome: Outcome::Fail,
                    message: format!("{} is bad", rule.bad),
                    note: String::new(),
                    help: String::new(),
                    resource: Some(ResourceIdentity {
                        type_: String::new(),
                        name: None,
                        path: "$".to_owned(),
                        declaration: location.clone(),
                    }),
                    primary: Label { location, text: String::new() },
                    related: vec![],
                    conditions: vec![],
                    parameters_file: None,
                    fixes: vec![fix],
                    fingerprint: at.to_string(),
                    suppressed: None,
                });
            }
        }
    }
    findings
}

fn fixed(rules: &[Rule], texts: &[(&str, &str)], applicability: Applicability) -> Fixed {
    let texts: Texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let refusal = |file: &SourceFile| file.path().starts_with("generated").then(|| "generated".to_owned());
    let settings = Settings { applicability, refusal: &refusal, yields: &|_, _| false };
    let mut recheck = |changed: &Texts| {
        let mut all = texts.clone();
        all.extend(changed.clone());
        Ok(findings(rules, &all))
    };
    run(&findings(rules, &texts), &settings, &mut recheck)
}

fn after(fixed: &Fixed) -> Vec<&str> {
    fixed.files.iter().map(|file| file.after.as_str()).collect()
}

#[test]
fn goes_on_until_nothing_applies() {
    let rules = [rule("A", "\"a\"", "\"b\""), rule("B", "\"b\"", "\"c\"")];
    let result = fixed(&rules, &[("x", "[\"a\", \"b\"]")], Applicability::Safe);
    assert_eq!(after(&result), ["[\"c\", \"c\"]"]);
    // Alone, the fix of A brings a failure of B where there was none.
    let result = fixed(&rules, &[("x", "[\"a\"]")], Applicability::Safe);
    assert_eq!(after(&result), [""; 0]);
    assert_eq!(result.defects.len(), 1, "{:?}", result.defects);
    assert!(result.defects[0].contains("took back the fix of A (write \"b\"): it brings B"), "{:?}", result.defects);

    let rules = [rule("A", "a", "")];
    let result = fixed(&rules, &[("x", "[\"aaaaa\"]"), ("y", "[\"a\"]"), ("z", "[]")], Applicability::Safe);
    assert_eq!(after(&result), ["[\"\"]", "[\"\"]"]);
    assert_eq!(result.applied.len(), 6);
    assert_eq!(result.defects, [""; 0]);
}

#[test]
fn takes_back_what_does_not_parse_or_does_not_end() {
    let rules = [rule("A", "\"a\"", "\"a"), rule("B", "\"b\"", "\"c\"")];
    let result = fixed(&rules, &[("x", "[\"a\", \"b\"]")], Applicability::Safe);
    assert_eq!(after(&result), ["[\"a\", \"c\"]"], "the other fix is carried out all the same");
    assert!(result.defects[0].contains("would not parse"), "{:?}", result.defects);

    let endless = [rule("A", "a", "aa")];
    let result = fixed(&endless, &[("x", "[\"a\"]")], Applicability::Safe);
    assert_eq!(result.files.len(), 0, "twice as many failures are new ones");
    let to_and_fro = [rule("A", "a", "ba")];
    let result = fixed(&to_and_fro, &[("x", "[\"a\"]")], Applicability::Safe);
    assert!(result.defects[0].contains("did not come to an end"), "{:?}", result.defects);
    let idle = [rule("A", "a", "a")];
    let result = fixed(&idle, &[("x", "[\"a\"]")], Applicability::Safe);
    assert!(result.files.is_empty() && result.defects[0].contains("changes nothing"), "{:?}", result.defects);
}

#[test]
fn finds_the_one_that_went_wrong_by_halves() {
    let words: Vec<String> =
        (0..3000).map(|n| if n == 1234 { "\"x\"".to_owned() } else { "\"a\"".to_owned() }).collect();
    let texts = Texts::from([("x".to_owned(), format!("[{}]", words.join(", ")))]);
    let rules = [rule("A", "\"a\"", "\"b\""), rule("B", "\"x\"", "\"x")];
    let settings = Settings { applicability: Applicability::Safe, refusal: &|_| None, yields: &|_, _| false };
    let mut checks = 0;
    let result = run(&findings(&rules, &texts), &settings, &mut |changed| {
        checks += 1;
        let mut all = texts.clone();
        all.extend(changed.clone());
        Ok(findings(&rules, &all))
    });
    assert_eq!(result.applied.len(), 2999);
    assert_eq!(result.defects.len(), 1, "{:?}", result.defects);
    // What does not parse is not checked.
    assert!(checks < 40, "{checks}");
}

#[test]
fn heeds_applicability_and_refusals() {
    let rules = [
        rule("A", "a", "A"),
        Rule { applicability: Applicability::Unsafe, ..rule("B", "b", "B") },
        Rule { applicability: Applicability::DisplayOnly, ..rule("C", "c", "C") },
    ];
    let texts = [("generated.json", "[\"a b c\"]"), ("x", "[\"a b c\"]")];
    let table = [
        (Applicability::Safe, "[\"A b c\"]"),
        (Applicability::Unsafe, "[\"A B c\"]"),
        (Applicability::DisplayOnly, "[\"A B c\"]"),
    ];
    for (applicability, expected) in table {
        let result = fixed(&rules, &texts, applicability);
        assert_eq!(after(&result), [expected]);
        assert_eq!(result.refused.len(), 1);
        assert_eq!(result.defects, [""; 0]);
    }
}

#[test]
fn a_check_that_fails_stops_the_fix() {
    let texts = Texts::from([("x".to_owned(), "[\"a\"]".to_owned())]);
    let rules = [rule("A", "a", "b")];
    let settings = Settings { applicability: Applicability::Safe, refusal: &|_| None, yields: &|_, _| false };
    let result = run(&findings(&rules, &texts), &settings, &mut |_| Err("no".to_owned()));
    assert!(result.files.is_empty());
    assert_eq!(result.defects, ["x: took back the fix of A (write b): no"]);
}

#[test]
fn what_gave_way_to_a_mended_failure_is_not_new() {
    let texts = |text: &str| Texts::from([("x".to_owned(), text.to_owned())]);
    let before = findings(&[rule("A", "a", "")], &texts("[\"a\"]"));
    let after = findings(&[rule("B", "b", "")], &texts("[\"b\"]"));
    let is_new = |after: &[Finding], yields: &Yields<'_>| newcomer(&before, after, yields).is_some();
    let yields = |new: &str, old: &str| (new, old) == ("B", "A");
    assert!(is_new(&after, &|_, _| false));
    assert!(is_new(&after, &|new, old| yields(old, new)));
    assert!(!is_new(&after, &yields));
    let still: Vec<Finding> = before.iter().chain(&after).cloned().collect();
    assert!(is_new(&still, &yields), "nothing was mended that could have hidden it");
    let milder: Vec<Finding> =
        before.iter().cloned().map(|finding| Finding { level: Level::Warning, ..finding }).collect();
    assert!(newcomer(&milder, &after, &yields).is_some(), "it is graver than what is mended");
    let unknown: Vec<Finding> =
        after.iter().cloned().map(|finding| Finding { outcome: Outcome::Unknown, ..finding }).collect();
    assert!(is_new(&unknown, &yields));
}
