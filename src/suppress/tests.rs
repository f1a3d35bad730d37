use super::*;
use crate::finding::ResourceIdentity;
use crate::source::Span;

const TEMPLATE: &str = r#"{
  "metadata": {},
  "resources": [
    // FIRST
    {
      // SECOND
      "type": "X",
      "metadata": {},
      // THIRD
      "ranges": "open" // FOURTH
    },
    {
      "type": "Y",
      "ranges": "half"
    }
  ]
}
"#;

fn at(file: &Arc<SourceFile>, needle: &str) -> Location {
    let start = file.text().find(needle).unwrap_or_else(|| panic!("{needle}")) as u32;
    Location { file: file.clone(), span: Span::new(start, start + needle.len() as u32) }
}

fn finding(file: &Arc<SourceFile>, type_: &str, value: &str, rule: &str, reference: &str) -> Finding {
    let declaration = at(file, type_);
    Finding {
        rule: rule.into(),
        reference: reference.into(),
        resource: Some(ResourceIdentity { type_: String::new(), name: None, path: String::new(), declaration }),
        fingerprint: format!("{reference}-{value}"),
        ..remark(at(file, value), String::new())
    }
}

fn infos() -> Vec<RuleInfo> {
    let info = |name: &str, reference: &str| RuleInfo { name: name.into(), reference: reference.into(), ..rule() };
    vec![info("Azure.AKS.Open", "AKS101"), info("Azure.AKS.Open.Half", "AKS102"), info("Azure.AKS.Version", "AKS300")]
}

/// The findings of a template: by rule, how each is suppressed; then the remarks.
fn outcome(text: &str, config: &str, baseline: Option<&Baseline>) -> String {
    let file = Arc::new(SourceFile::new("infra/main.json", text));
    let mut findings = vec![
        finding(&file, "\"X\"", "\"open\"", "Azure.AKS.Open", "AKS101"),
        finding(&file, "\"Y\"", "\"half\"", "Azure.AKS.Open.Half", "AKS102"),
    ];
    let config = Config::read("akslint.yaml", Path::new("/w"), config).unwrap();
    let rules = infos();
    let circumstances = Circumstances {
        working_directory: Path::new("/w"),
        config: &config,
        baseline,
        today: "2026-06-15".parse().ok(),
        rules: &rules,
        are_all_rules: true,
    };
    let remarks = apply(&mut findings, &[Checked::of(&file)], &circumstances);
    let shown = findings.iter().map(|finding| match &finding.suppressed {
        None => "-".to_owned(),
        Some(Suppression { kind, reason, .. }) => format!("{kind}({})", reason.clone().unwrap_or_default()),
    });
    let remarks = remarks.iter().map(|remark| {
        let location = &remark.primary.location;
        format!("{} {}: {}", location.file.path(), location.file.position(location.span.start).line, remark.message)
    });
    shown.chain(remarks).collect::<Vec<_>>().join(" | ")
}

#[test]
fn comments_cover_places_and_declarations() {
    let ignore = |id: &str| format!("akslint-ignore {id}: why");
    let table = [
        ("FIRST", ignore("AKS101"), "comment(why) | -"),
        ("SECOND", ignore("AKS101"), "comment(why) | -"),
        ("THIRD", ignore("Azure.AKS.Open"), "comment(why) | -"),
        ("FOURTH", ignore("azure.aks."), "comment(why) | -"),
        ("FOURTH", "akslint-ignore AKS101".to_owned(), "comment() | -"),
        ("FIRST", "akslint-ignore-file Azure.AKS.Open: all".to_owned(), "comment(all) | comment(all)"),
        (
            "FIRST",
            ignore("AKS102"),
            "- | - | infra/main.json 4: AKS102 is suppressed here without need: no finding matches",
        ),
        (
            "FIRST",
            ignore("AKS101, AKS300"),
            "comment(why) | - | infra/main.json 4: AKS300 is suppressed here without need: no finding matches",
        ),
        ("FIRST", ignore("AKS1O1"), "- | - | infra/main.json 4: no rule is called AKS1O1; did you mean AKS101?"),
        (
            "FIRST",
            "akslint-ignore AKS101 until 2026-06-14: why".to_owned(),
            "- | - | infra/main.json 4: the suppression of AKS101 ended on 2026-06-14",
        ),
        ("FIRST", "akslint-ignore AKS101 until 2026-06-15: why".to_owned(), "comment(why) | -"),
        (
            "FIRST",
            "akslint-ignore: why".to_owned(),
            "- | - | infra/main.json 4: the suppression names no rule; write `akslint-ignore RULE: reason`",
        ),
    ];
    for (marker, comment, expected) in table {
        assert_eq!(outcome(&TEMPLATE.replace(marker, &comment), "", None), expected, "{marker} {comment}");
    }
}

#[test]
fn reasons_may_be_required() {
    let bare = TEMPLATE.replace("FIRST", "akslint-ignore AKS101");
    let expected = "- | - | infra/main.json 4: the suppression of AKS101 gives no reason, as the configuration demands";
    assert_eq!(outcome(&bare, "requireReason: true", None), expected);
    assert_eq!(outcome(&bare.replace("AKS101", "AKS101: why"), "requireReason: true", None), "comment(why) | -");
}

#[test]
fn metadata_covers_its_object() {
    let own = r#""metadata": {"akslint": {"ignore": [{"rule": "Azure.AKS.Open", "reason": "why"}]}}"#;
    let (head, tail) = TEMPLATE.split_once("\"metadata\": {}").unwrap();
    assert_eq!(outcome(&format!("{head}{own}{tail}"), "", None), "metadata(why) | metadata(why)");
    let resource = tail.replace("\"metadata\": {}", own);
    assert_eq!(outcome(&format!("{head}\"metadata\": {{}}{resource}"), "", None), "metadata(why) | -");
}

#[test]
fn the_configuration_covers_paths() {
    let table = [
        ("suppress: [{rule: AKS101, reason: why}]", "configuration(why) | -"),
        ("suppress: [{rule: AKS101, path: infra}]", "configuration() | -"),
        ("suppress: [{rule: AKS101, path: other}]", "- | -"),
        ("suppress: [{rule: AKS300}]", "- | -"),
        (
            "suppress:\n  - {rule: AKS101}\n  - {rule: AKS300, path: infra}",
            "configuration() | - | akslint.yaml 3: AKS300 is suppressed here without need: no finding matches",
        ),
        (
            "suppress: [{rule: AKS101, until: 2020-01-01}]",
            "- | - | akslint.yaml 1: the suppression of AKS101 ended on 2020-01-01",
        ),
    ];
    for (config, expected) in table {
        assert_eq!(outcome(TEMPLATE, config, None), expected, "{config}");
    }
}

/// What the remarks say, shortened to the first and the last one, and their number.
fn remarks(outcome: &str) -> (usize, String, String) {
    let remarks: Vec<&str> = outcome.split(" | ").skip(2).map(|remark| remark.split_once(": ").unwrap().1).collect();
    (remarks.len(), remarks[0].to_owned(), remarks.last().unwrap().to_string())
}

#[test]
fn of_very_many_names_the_first_are_told_one_by_one() {
    let names = |count: usize| (0..count).map(|number| format!("AKS9{number:05}")).collect::<Vec<_>>().join(" ");
    let comment = TEMPLATE.replace("FIRST", &format!("akslint-ignore AKS101 {}: why", names(50_000)));
    let metadata = names(50_000).replace(' ', "\", \"");
    let (head, tail) = TEMPLATE.split_once("\"metadata\": {}").unwrap();
    let own =
        format!(r#""metadata": {{"akslint": {{"ignore": [{{"rule": ["AKS101", "{metadata}"], "reason": "x"}}]}}}}"#);
    for text in [comment, format!("{head}{own}{tail}")] {
        let got = outcome(&text, "", None);
        assert!(got.contains("(why) | -") || got.contains("(x) | -"), "{}", &got[..100]);
        let (number, first, last) = remarks(&got);
        assert_eq!(number, MAX_NAMED + 1);
        assert_eq!(first, "no rule is called AKS900000");
        assert_eq!(last, "49900 more names are suppressed here without need, or are those of no rule");
    }
    let levels = names(20_000).replace(' ', ": note\n  ");
    let (number, _, last) = remarks(&outcome(TEMPLATE, &format!("rules:\n  {levels}: note"), None));
    assert_eq!((number, &*last), (MAX_NAMED + 1, "19900 more names here are those of no rule"));
}

#[test]
fn very_many_suppressions_and_findings_are_not_held_against_each_other() {
    let lines = 30_000;
    let text: String = (0..lines).map(|line| format!("  \"r{line}\" // akslint-ignore AKS101: why\n")).collect();
    let entries: String = (0..20_000).map(|number| format!("- {{rule: AKS102, path: \"a{number}/b\"}}\n")).collect();
    let comments = text.replace("\"r", ", \"r").replacen(", ", "", 1);
    let file = Arc::new(SourceFile::new("a7/b", format!("[\n{comments}]")));
    let mut findings: Vec<Finding> = Vec::new();
    let mut at = 0;
    for line in 0..lines {
        let needle = format!("\"r{line}\"");
        at += file.text()[at..].find(&needle).unwrap();
        let location = Location { file: file.clone(), span: Span::new(at as u32, (at + needle.len()) as u32) };
        for (rule, reference) in [("Azure.AKS.Open", "AKS101"), ("Azure.AKS.Open.Half", "AKS102")] {
            findings.push(Finding {
                rule: rule.into(),
                reference: reference.into(),
                ..remark(location.clone(), String::new())
            });
        }
    }
    let config = Config::read("akslint.yaml", Path::new("/w"), &format!("suppress:\n{entries}")).unwrap();
    let places: Vec<u32> = config.suppress.iter().map(|entry| entry.span.start).collect();
    assert!(places.is_sorted() && places.first() == Some(&12) && places.len() == 20_000);
    let circumstances = Circumstances {
        working_directory: Path::new("/w"),
        config: &config,
        baseline: None,
        today: None,
        rules: &infos(),
        are_all_rules: true,
    };
    let remarks = apply(&mut findings, &[Checked::of(&file)], &circumstances);
    assert!(remarks.is_empty(), "{:?}", remarks.first());
    let kinds = |reference: &str| {
        let own = findings.iter().filter(|finding| &*finding.reference == reference);
        own.filter_map(|finding| finding.suppressed.as_ref()).map(|by| by.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("AKS101"), vec!["comment"; lines]);
    assert_eq!(kinds("AKS102"), vec!["configuration"; lines]);
}

#[test]
fn levels_of_unknown_rules_are_told() {
    let expected = "- | - | akslint.yaml 2: no rule is called AKS1011; did you mean AKS101?";
    assert_eq!(
        outcome(TEMPLATE, "rules:\n  AKS1011: note\n  AKS101: note\n  AKS907: note\n  Azure: note", None),
        expected
    );
}

#[test]
fn a_baseline_knows_its_findings_wherever_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base.json");
    let file = Arc::new(SourceFile::new("infra/main.json", TEMPLATE));
    let open = finding(&file, "\"X\"", "\"open\"", "Azure.AKS.Open", "AKS101");
    let gone = Finding { fingerprint: "gone".into(), ..open.clone() };
    let accepted = Finding {
        fingerprint: "accepted".into(),
        suppressed: Some(Suppression { kind: "comment", reason: None, location: None }),
        ..open.clone()
    };
    let all = [&open, &gone, &open, &accepted];
    let (text, number) = baseline::text(all, Path::new("/w"), Path::new("/w/infra"));
    assert_eq!(text.matches("\"rule\": ").count(), number, "{text}");
    assert_eq!(text.matches("\"path\": \"main.json\"").count(), 2, "{text}");
    assert_eq!(text, baseline::text([&gone, &open], Path::new("/w"), Path::new("/w/infra")).0);
    std::fs::write(&path, baseline::text(all, Path::new("/w"), folder.path()).0).unwrap();
    let baseline = Baseline::load(folder.path(), Path::new("base.json")).unwrap();
    let got = outcome(TEMPLATE, "", Some(&baseline));
    assert!(got.starts_with("baseline() | - | base.json 5: 1 entry of the baseline match"), "{got}");
    let table = [("{", "no baseline"), (r#"{"schemaVersion": 2, "findings": []}"#, "version 2")];
    for (text, expected) in table {
        std::fs::write(&path, text).unwrap();
        let error = Baseline::load(folder.path(), Path::new("base.json")).map(|_| ()).unwrap_err();
        assert!(error.starts_with("base.json: ") && error.contains(expected), "{error}");
    }
}

#[test]
fn the_documentation_shows_what_is_read() {
    let page = include_str!("../../docs/suppression.md");
    for (language, expected) in [("jsonc", "AKS101 AKS104 AKS105"), ("json", "AKS101")] {
        let opening = format!("```{language}\n");
        let block = page.split(&opening).nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let file = Arc::new(SourceFile::new("a.json", block));
        let source = Source::read(&Checked::of(&file)).unwrap();
        let (entries, wrong) = source.entries();
        assert!(wrong.is_empty(), "{wrong:?}");
        let ids: Vec<String> = entries.iter().flat_map(|entry| entry.ids.clone()).collect();
        assert_eq!(ids.join(" "), expected);
        assert!(entries.iter().all(|entry| entry.reason.is_some()));
    }
}
