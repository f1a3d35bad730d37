//! What users and machines see, as snapshots.

use super::examples::{file, label, open_to_all, report};
use super::human::HumanOptions;
use super::*;

fn text(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = vec![];
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]")
}

fn human(report: &Report, show: &Show, options: &HumanOptions) -> String {
    text(|out| human::write(out, report, show, options))
}

#[test]
fn human_wide() {
    insta::assert_snapshot!(human(&report(), &Show::default(), &HumanOptions { unicode: true, ..Default::default() }));
}

#[test]
fn human_narrow() {
    let shown = human(&report(), &Show::default(), &HumanOptions { width: 40, ..Default::default() });
    for line in shown.lines() {
        assert!(line.chars().count() <= 60, "too wide: {line}");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn human_all() {
    let options = HumanOptions { unicode: true, verbose: true, ..Default::default() };
    insta::assert_snapshot!(human(&report(), &Show::all(), &options));
}

#[test]
fn human_colours() {
    let file = examples::pretty();
    let report = Report { findings: vec![open_to_all(&file)], ..Default::default() };
    let options = HumanOptions { color: true, unicode: true, quiet: true, ..Default::default() };
    insta::assert_snapshot!(human(&report, &Show::default(), &options).escape_debug().to_string().replace("\\n", "\n"));
}

#[test]
fn human_links_to_rule_pages() {
    let file = examples::pretty();
    let mut report = Report { findings: vec![open_to_all(&file)], rules: report().rules, ..Default::default() };
    let options = HumanOptions { hyperlinks: true, quiet: true, ..Default::default() };
    let start = "\u{1b}]8;;https://github.com/akslint/akslint/blob/main/docs/rules/AKS104.md\u{1b}\\error AKS104";
    let shown = human(&report, &Show::default(), &options);
    assert!(shown.starts_with(start), "{shown:?}");
    for url in [None, Some("javascript:x"), Some("https://x\u{1b}\\")] {
        report.rules[0].help_url = url.map(Into::into);
        assert!(!human(&report, &Show::default(), &options).contains("\u{1b}]"));
    }
}

#[test]
fn concise_has_a_line_a_finding() {
    let shown = text(|out| concise::write(out, &report(), &Show::default()));
    insta::assert_snapshot!(shown);
    let all = text(|out| concise::write(out, &report(), &Show::all()));
    assert!(all.contains("suppressed by comment: a test cluster") && all.lines().count() > shown.lines().count());
}

#[test]
fn github_annotates() {
    insta::assert_snapshot!(text(|out| github::write(out, &report(), &Show::default())));
}

#[test]
fn azure_pipelines_logs_issues() {
    insta::assert_snapshot!(text(|out| azure_pipelines::write(out, &report(), &Show::default())));
}

#[test]
fn junit_has_a_case_a_rule_and_resource() {
    insta::assert_snapshot!(text(|out| junit::write(out, &report(), &Show::all())));
}

#[test]
fn markdown_is_a_page() {
    insta::assert_snapshot!(text(|out| markdown::write(out, &report(), &Show::default())));
}

#[test]
fn a_span_of_several_lines_has_no_columns_in_annotations() {
    let file = examples::pretty();
    let start = file.text().find("\"apiServerAccessProfile\"").unwrap() as u32;
    let span = crate::source::Span::new(start, start + 80);
    let finding = Finding { primary: label(Location { file: file.clone(), span }, ""), ..open_to_all(&file) };
    let report = Report { findings: vec![finding], ..Default::default() };
    let shown = text(|out| github::write(out, &report, &Show::default()));
    assert!(shown.starts_with("::error file=infra/main.json,line=19,endLine=20,title="), "{shown}");
}

#[test]
fn logs_carry_out_no_command_of_a_template() {
    let file = file("::error::x.json", "{\"##vso[task.setvariable variable=a]b\": 1}");
    let finding = Finding {
        primary: label(Location { file: file.clone(), span: crate::source::Span::new(1, 20) }, "##[x]"),
        message: "##vso[task.complete result=Succeeded] ".into(),
        help: format!("{} ::stop-commands::x", "a".repeat(91)),
        related: vec![],
        ..open_to_all(&examples::pretty())
    };
    let report = Report { findings: vec![finding], ..Default::default() };
    let all = human(&report, &Show::default(), &HumanOptions::default())
        + &text(|out| concise::write(out, &report, &Show::default()))
        + &text(|out| json::write(out, &report, &Show::default()))
        + &text(|out| sarif::write(out, &report, &Show::default(), sarif::Places::default()));
    for line in all.lines() {
        assert!(!line.contains("##vso[") && !line.contains("##[") && !line.trim_start().starts_with("::"), "{line}");
    }
}

#[test]
fn human_groups_many_sources() {
    let inputs = (0..20).map(|n| InputRecord {
        path: format!("modules/m{n}.bicep").into(),
        kind: InputKind::Bicep,
        status: InputStatus::Skipped,
        message: Some(format!("not compiled; run `az bicep build --file modules/m{n}.bicep`")),
        location: None,
    });
    let report = Report { inputs: inputs.collect(), ..Default::default() };
    insta::assert_snapshot!(human(&report, &Show::default(), &HumanOptions::default()));
}

#[test]
fn json_lists_every_evaluation() {
    insta::assert_snapshot!(text(|out| json::write(out, &report(), &Show::default())));
}

#[test]
fn sarif_merges_and_notifies() {
    insta::assert_snapshot!(text(|out| sarif::write(out, &report(), &Show::default(), sarif::Places::default())));
}

#[test]
fn nothing_harmful_reaches_the_terminal() {
    for show in [Show::default(), Show::all()] {
        let report = report();
        let shown = human(&report, &show, &HumanOptions { unicode: true, ..Default::default() })
            + &text(|out| concise::write(out, &report, &show))
            + &text(|out| github::write(out, &report, &show))
            + &text(|out| azure_pipelines::write(out, &report, &show))
            + &text(|out| junit::write(out, &report, &show))
            + &text(|out| markdown::write(out, &report, &show));
        assert!(!shown.contains(|c: char| c != '\n' && super::text::is_harmful(c)), "{shown}");
    }
}

#[test]
fn output_does_not_depend_on_the_order_of_findings() {
    let one = report();
    let mut other = report();
    other.findings.reverse();
    other.inputs.reverse();
    let all = |report: &Report| {
        human(report, &Show::all(), &HumanOptions::default())
            + &text(|out| json::write(out, report, &Show::all()))
            + &text(|out| sarif::write(out, report, &Show::all(), sarif::Places::default()))
            + &text(|out| concise::write(out, report, &Show::all()))
            + &text(|out| github::write(out, report, &Show::all()))
            + &text(|out| azure_pipelines::write(out, report, &Show::all()))
            + &text(|out| junit::write(out, report, &Show::all()))
            + &text(|out| markdown::write(out, report, &Show::all()))
    };
    assert_eq!(all(&one), all(&other));
}

#[test]
fn draws_any_span() {
    let texts = ["", "x", "\u{feff}{}\r\n\t\"ü\"\r", "{\n\n\n\n\n\n\n\n\n\n\n}", "a\rb\rc\n", &"😀".repeat(500)];
    for text in texts {
        let file = file("x.json", text);
        let length = text.len() as u32;
        for start in 0..=(length + 2).min(40) {
            for end in [start, start + 1, start + 3, length, length + 9] {
                let mut finding = open_to_all(&examples::pretty());
                let span = crate::source::Span::new(start, end);
                finding.primary = label(Location { file: file.clone(), span }, "here");
                finding.related = vec![label(Location { file: file.clone(), span: Default::default() }, "there")];
                let report = Report { findings: vec![finding], ..Default::default() };
                assert!(human(&report, &Show::default(), &HumanOptions::default()).contains("AKS104"));
                let _ = (
                    json::write(&mut vec![], &report, &Show::default()),
                    sarif::write(&mut vec![], &report, &Show::default(), sarif::Places::default()),
                );
            }
        }
    }
}

#[test]
fn draws_labels_anywhere_on_a_long_line() {
    let long = file("x.json", examples::minified().text());
    let length = long.text().len() as u32;
    let mut seed = 1_u32;
    let mut any = || {
        // A small generator of pseudo-random numbers, the same in each run.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 8
    };
    for round in 0..300 {
        let mut finding = open_to_all(&examples::pretty());
        let near = any() % length;
        let mut span = || {
            let start = if round % 2 == 0 { any() % length } else { (near + any() % 60).min(length) };
            Location { file: long.clone(), span: crate::source::Span::new(start, (start + any() % 90).min(length)) }
        };
        finding.primary = label(span(), "a label with some words in it");
        finding.related = (0..3).map(|_| label(span(), "another one, with rather more words than fit")).collect();
        let report = Report { findings: vec![finding], ..Default::default() };
        for width in [10, 40, 80, 300] {
            let options = HumanOptions { width, unicode: round % 3 == 0, ..Default::default() };
            let shown = human(&report, &Show::default(), &options);
            assert!(shown.lines().all(|line| line.chars().count() <= width.max(40) + 40), "{shown}");
        }
    }
}

#[test]
fn verdicts() {
    let file = examples::pretty();
    let of = |level, outcome| Report {
        findings: vec![Finding { level, outcome, ..open_to_all(&file) }],
        ..Default::default()
    };
    let table = [
        (Level::Error, Outcome::Fail, FailOn::Error, Verdict::Findings),
        (Level::Warning, Outcome::Fail, FailOn::Error, Verdict::Clean),
        (Level::Warning, Outcome::Fail, FailOn::Warning, Verdict::Findings),
        (Level::Note, Outcome::Fail, FailOn::Warning, Verdict::Clean),
        (Level::Note, Outcome::Fail, FailOn::Note, Verdict::Findings),
        (Level::Note, Outcome::Unknown, FailOn::Note, Verdict::Clean),
        (Level::Note, Outcome::Unknown, FailOn::Unknown, Verdict::Findings),
        (Level::Error, Outcome::Fail, FailOn::Never, Verdict::Clean),
        (Level::Error, Outcome::Error, FailOn::Never, Verdict::Incomplete),
        (Level::Error, Outcome::Pass, FailOn::Unknown, Verdict::Clean),
    ];
    for (level, outcome, fail_on, verdict) in table {
        assert_eq!(of(level, outcome).verdict(fail_on), verdict, "{level:?} {outcome:?} {fail_on:?}");
    }
}
