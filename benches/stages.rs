//! The stages of a run one by one, on templates made here: `cargo bench`.
#![allow(clippy::unwrap_used)]

mod templates;

use akslint::check::linked::{LinkedFiles, Reach};
use akslint::check::{CheckOptions, StandardInput, check};
use akslint::evaluate::linked::Links;
use akslint::evaluate::{Evaluation, Settings};
use akslint::judge::{Ruling, template};
use akslint::report::{Report, Show, human, json, sarif};
use akslint::rules::evaluate::Circumstances;
use akslint::rules::pack;
use akslint::rules::rule::RuleNames;
use akslint::search::Needles;
use akslint::source::{SourceFile, Sources};
use akslint::syntax::{Node, parse};
use akslint::template::{Template, arm};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use std::rc::Rc;
use std::sync::Arc;

fn main() {
    divan::main();
}

const MEGABYTE: usize = 1 << 20;

fn needles() -> Needles {
    Needles::new(["Microsoft.ContainerService/managedClusters", "Microsoft.ContainerService/fleets"])
}

/// Nothing found, and the structure followed to its end.
#[divan::bench]
fn search(bencher: Bencher<'_, '_>) {
    let text = templates::large(MEGABYTE, false);
    let needles = needles();
    let bencher = bencher.counter(BytesCount::of_str(&text));
    bencher.bench_local(|| assert!(!needles.may_hold(black_box(text.as_bytes()))));
}

#[divan::bench]
fn parse_text(bencher: Bencher<'_, '_>) {
    let text = templates::large(MEGABYTE, true);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| parse(black_box(&text)).unwrap());
}

fn declared(text: &str) -> (Rc<Template>, Rc<Node>, Sources) {
    let mut sources = Sources::new();
    let file = sources.add(Arc::new(SourceFile::new("main.json", text)));
    let root = Rc::new(parse(text).unwrap());
    (Rc::new(arm::read(&root, text, file)), root, sources)
}

#[divan::bench]
fn declare(bencher: Bencher<'_, '_>) {
    let text = templates::large(MEGABYTE, true);
    let root = parse(&text).unwrap();
    let file = Sources::new().add(Arc::new(SourceFile::new("main.json", text.as_str())));
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| arm::read(black_box(&root), &text, file));
}

#[divan::bench(args = [10, 100])]
fn evaluate(bencher: Bencher<'_, '_>, clusters: usize) {
    let (template, ..) = declared(&templates::clusters(clusters));
    bencher.counter(ItemsCount::new(clusters)).bench_local(|| {
        let evaluation = Rc::new(Evaluation::new(template.clone(), None, Settings::default()));
        let views: Vec<_> =
            evaluation.instances().iter().map(|instance| evaluation.view(evaluation.context(), instance)).collect();
        views.len()
    });
}

fn judged(bencher: Bencher<'_, '_>, text: &str, items: usize) {
    let (declared, root, sources) = declared(text);
    let rules = pack::embedded();
    let names = RuleNames::new(rules);
    let chosen: Vec<usize> = (0..rules.rules.len()).collect();
    let ruling = Ruling {
        rules,
        names: &names,
        chosen: &chosen,
        passes: false,
        groups: &[],
        circumstances: Circumstances::default(),
    };
    let settings = Settings::default();
    let reach = Reach::new(&CheckOptions::new("."));
    let links: Rc<dyn Links> = Rc::new(LinkedFiles::new(reach, sources, &declared));
    let bencher = bencher.counter(ItemsCount::new(items));
    bencher.bench_local(|| template(&ruling, &declared, &root, None, &settings, &links));
}

#[divan::bench(args = [1, 10, 100])]
fn judge_clusters(bencher: Bencher<'_, '_>, clusters: usize) {
    judged(bencher, &templates::clusters(clusters), clusters);
}

#[divan::bench(args = [1, 2, 4, 8])]
fn judge_conditions(bencher: Bencher<'_, '_>, conditions: usize) {
    judged(bencher, &templates::undecided(conditions), 1);
}

fn report() -> Report {
    let mut options = CheckOptions::new(".");
    options.standard_input = Some(StandardInput { path: None, bytes: templates::clusters(100).into_bytes() });
    options.passes = false;
    check(&options).unwrap()
}

type Write = fn(&mut Vec<u8>, &Report);

#[divan::bench(args = ["human", "json", "sarif"])]
fn render(bencher: Bencher<'_, '_>, format: &str) {
    let report = report();
    let write: Write = match format {
        "human" => |out, report| human::write(out, report, &Show::default(), &human::HumanOptions::default()).unwrap(),
        "json" => |out, report| json::write(out, report, &Show::default()).unwrap(),
        _ => |out, report| sarif::write(out, report, &Show::default(), sarif::Places::default()).unwrap(),
    };
    bencher.counter(ItemsCount::new(report.findings.len())).bench_local(|| {
        let mut out = vec![];
        write(&mut out, &report);
        out
    });
}
