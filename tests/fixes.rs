//! What `--fix` makes of the fixtures: `fail-x.fixed.json` stands beside `fail-x.json`, and `fail-x-parameters.fixed.json` for its
//! parameters file. Rules whose fixes are unsafe are run with `--fix=unsafe`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use akslint::check::CheckOptions;
use akslint::check::analysis::{Prepared, prepare};
use akslint::check::offers::gives_way;
use akslint::finding::{Applicability, Finding, Outcome};
use akslint::fix::{Fixed, newcomer};
use akslint::syntax::{Node, NodeKind, parse};
use fuzz::bench::{self, Input, mending, shipped};
use fuzz::generate::ENTRIES;
use fuzz::laws::empty_lists;
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "laws.rs and the targets of the fuzzer take the rest")]
mod fuzz;

/// Rules with fixes, and whether these are unsafe.
const FIXABLE: [(&str, bool); 17] = [
    ("AKS106", true),
    ("AKS201", true),
    ("AKS202", true),
    ("AKS203", true),
    ("AKS204", false),
    ("AKS205", false),
    ("AKS207", false),
    ("AKS209", false),
    ("AKS210", true),
    ("AKS211", false),
    ("AKS214", true),
    ("AKS401", false),
    ("AKS402", false),
    ("AKS403", false),
    ("AKS404", false),
    ("AKS405", false),
    ("AKS409", false),
];

fn applicability(is_unsafe: bool) -> Applicability {
    if is_unsafe { Applicability::Unsafe } else { Applicability::Safe }
}

/// A template and its parameters files, checked and fixed in memory: the rules are read once for all of them.
struct Bench {
    input: Input,
    rules: &'static Prepared,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let mut texts = files.iter().map(|(_, text)| (*text).to_owned());
        let template = texts.next().unwrap();
        Self { input: Input { template, parameters: texts.collect() }, rules: shipped() }
    }

    fn findings(&self) -> Vec<Finding> {
        bench::findings(self.rules, &self.input)
    }

    /// Carries out the fixes and keeps the files, as the command does.
    fn fix(&mut self, applicability: Applicability) -> Fixed {
        let (fixed, after) = bench::fix(self.rules, &self.input, &self.findings(), applicability);
        self.input = after;
        fixed
    }

    fn text(&self, name: &str) -> &str {
        if name == bench::TEMPLATE { &self.input.template } else { &self.input.parameters[0] }
    }
}

/// The rules of which results are wanted, by what selects them.
fn selected(term: &str) -> &'static Prepared {
    static SELECTIONS: LazyLock<Vec<(&str, Prepared)>> = LazyLock::new(|| {
        let prepared = |term| prepare(&CheckOptions { select: vec![String::from(term)], ..bench::options() }).unwrap();
        ["AKS205", "tag:family=hygiene"].map(|term| (term, prepared(term))).into()
    });
    SELECTIONS.iter().find(|(known, _)| *known == term).map_or(mending(), |(_, prepared)| prepared)
}

fn fails(findings: &[Finding], rule: &str) -> usize {
    findings.iter().filter(|finding| &*finding.reference == rule && finding.outcome == Outcome::Fail).count()
}

/// Whether the rule has fixes left that would be carried out.
fn has_fixes(findings: &[Finding], rule: &str) -> bool {
    findings
        .iter()
        .filter(|finding| &*finding.reference == rule)
        .any(|finding| finding.fixes.iter().any(|fix| fix.applicability != Applicability::DisplayOnly))
}

/// A fixture with what is expected of it.
struct Fixture {
    name: String,
    rule: &'static str,
    is_unsafe: bool,
    before: Vec<(String, String)>,
    /// `None`: the rule offers nothing.
    after: Option<Vec<(String, String)>>,
}

fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for (rule, is_unsafe) in FIXABLE {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(rule);
        let read = |name: String| fs::read_to_string(folder.join(name)).ok();
        let mut names: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.starts_with("fail-") && name.ends_with(".json"));
        names.retain(|name| !name.ends_with(".fixed.json") && !name.ends_with(".parameters.json"));
        names.sort();
        for name in names {
            let stem = name.strip_suffix(".json").unwrap();
            let template = read(name.clone()).unwrap();
            let mut before = vec![("main.json".to_owned(), template.clone())];
            let fixed = read(format!("{stem}.fixed.json"));
            let mut after = vec![("main.json".to_owned(), fixed.clone().unwrap_or(template))];
            let fixed_parameters = read(format!("{stem}-parameters.fixed.json"));
            let is_fixed = fixed.is_some() || fixed_parameters.is_some();
            if let Some(parameters) = read(format!("{stem}.parameters.json")) {
                before.push(("main.parameters.json".to_owned(), parameters.clone()));
                after.push(("main.parameters.json".to_owned(), fixed_parameters.unwrap_or(parameters)));
            }
            let name = format!("{rule}/{stem}");
            fixtures.push(Fixture { name, rule, is_unsafe, before, after: is_fixed.then_some(after) });
        }
    }
    fixtures
}

fn files(files: &[(String, String)]) -> Bench {
    Bench::new(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

#[test]
fn every_fixable_rule_has_a_mended_fixture() {
    let fixtures = fixtures();
    for (rule, _) in FIXABLE {
        assert!(fixtures.iter().any(|fixture| fixture.rule == rule && fixture.after.is_some()), "{rule}");
    }
    assert!(fixtures.iter().any(|fixture| fixture.before.len() > 1 && fixture.after.is_some()), "a parameters file");
    let set = akslint::rules::pack::embedded();
    for rule in set.rules.iter().filter(|rule| rule.fix.is_some()) {
        assert!(FIXABLE.iter().any(|(known, _)| *known == rule.reference()), "{}", rule.reference());
    }
}

#[test]
fn fixtures_are_mended_as_expected_and_for_good() {
    for Fixture { name, rule, is_unsafe, before, after } in fixtures() {
        let mut bench = files(&before);
        let first = bench.findings();
        let Some(after) = after else {
            assert!(!has_fixes(&first, rule), "{name} offers a fix");
            continue;
        };
        let fixed = bench.fix(applicability(is_unsafe));
        assert_eq!(fixed.defects, [""; 0], "{name}");
        for (file, expected) in &after {
            assert_eq!(bench.text(file), expected, "{name}: {file}");
        }
        let last = bench.findings();
        assert!(fails(&last, rule) < fails(&first, rule), "{name}: {rule} fails as often");
        assert!(!has_fixes(&last, rule), "{name}: fixes are left");
        let set = akslint::rules::pack::embedded();
        let new = newcomer(&first, &last, &|new, old| gives_way(set, new, old));
        assert!(new.is_none(), "{name}: {new:?}");
        let again = bench.fix(applicability(is_unsafe));
        assert!(again.files.is_empty() && again.defects.is_empty(), "{name} does not converge");
    }
}

#[test]
fn unsafe_fixes_wait_to_be_asked_for() {
    for Fixture { name, rule, is_unsafe, before, .. } in fixtures() {
        if !is_unsafe {
            continue;
        }
        let mut bench = files(&before);
        let first = bench.findings();
        bench.fix(Applicability::Safe);
        assert_eq!(fails(&bench.findings(), rule), fails(&first, rule), "{name}");
    }
}

/// All files of a fixture in another form.
fn formed(files: &[(String, String)], form: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| (name.clone(), form(text))).collect()
}

#[test]
fn every_other_byte_is_kept_whatever_the_form() {
    let minified = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap().to_string();
    type Form<'a> = (&'a str, &'a dyn Fn(&str) -> String);
    let forms: [Form<'_>; 4] = [
        ("CRLF", &|text| text.replace('\n', "\r\n")),
        ("BOM", &|text| format!("\u{feff}{text}")),
        ("tabs", &|text| text.replace("  ", "\t")),
        ("minified", &minified),
    ];
    for Fixture { name, is_unsafe, before, after, .. } in fixtures() {
        let Some(after) = after else { continue };
        for (form, make) in &forms {
            let mut bench = files(&formed(&before, make));
            bench.fix(applicability(is_unsafe));
            for (file, expected) in formed(&after, make) {
                assert_eq!(bench.text(&file), expected, "{name} as {form}: {file}");
            }
        }
    }
}

/// The value without places, for comparison.
fn value(node: &Node) -> String {
    match &node.kind {
        NodeKind::Array(elements) => format!("[{}]", elements.iter().map(value).collect::<Vec<_>>().join(",")),
        NodeKind::Object(members) => {
            let member = |member: &akslint::syntax::Member| format!("{:?}:{}", member.key.text, value(&member.value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
        NodeKind::String(text) => format!("{:?}", text.text),
        NodeKind::Number(text) => text.to_string(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Null => "null".to_owned(),
    }
}

#[test]
fn comments_stay() {
    let commented = |text: &str| {
        let lines = text.lines().map(|line| format!("/* before */ {line} // behind\n"));
        lines.collect::<String>()
    };
    for Fixture { name, is_unsafe, before, after, .. } in fixtures() {
        let Some(after) = after else { continue };
        let mut bench = files(&formed(&before, &commented));
        bench.fix(applicability(is_unsafe));
        for ((file, expected), (_, original)) in after.iter().zip(&before) {
            let text = bench.text(file);
            assert_eq!(value(&parse(text).unwrap()), value(&parse(expected).unwrap()), "{name}: {file}");
            // A value that goes takes the comments inside it with it: that of a list of three lines, two behind and two before.
            let gone = if name == "AKS201/fail-unknown-entry" { 2 } else { 0 };
            for comment in ["/* before */", "// behind"] {
                let count = original.lines().count() - gone;
                assert_eq!(text.matches(comment).count(), count, "{name}: {file}: {comment}\n{text}");
            }
        }
    }
}

/// A template with clusters whose ranges and kind of access are given as JSON or expressions.
fn template(parameters: &str, variables: &str, clusters: &[(String, &str)]) -> String {
    let clusters: Vec<String> = clusters
        .iter()
        .enumerate()
        .map(|(index, (ranges, private))| {
            format!(
                r#"{{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "c{index}",
  "properties": {{"apiServerAccessProfile": {{"authorizedIPRanges": {ranges}, "enablePrivateCluster": {private}}}}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"parameters": {parameters}, "variables": {variables}, "resources": [{}]}}"#,
        clusters.join(",\n")
    )
}

fn entry() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ENTRIES.to_vec())
}

fn list() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(entry(), 0..6)
}

fn json(list: &[&str]) -> String {
    serde_json::Value::from(list).to_string()
}

/// The clusters that are open, or may be.
fn open(findings: &[Finding]) -> Vec<String> {
    fuzz::laws::open(findings).into_iter().map(|(_, path)| path).collect()
}

/// The clusters that are open with these arguments.
fn open_with(text: &str, home: &str, private: bool) -> Vec<String> {
    let parameters = format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
"contentVersion": "1.0.0.0", "parameters": {{"home": {{"value": "{home}"}}, "private": {{"value": {private}}}}}}}"#
    );
    let files = [("main.json", text), ("main.parameters.json", &parameters)];
    open(&Bench { rules: mending(), ..Bench::new(&files) }.findings())
}

#[test]
fn whatever_is_passed_no_fix_of_two_entries_opens_a_cluster() {
    let parameters = r#"{"home": {"type": "string", "defaultValue": "20.101.4.16/28"}, "private": {"type": "bool", "defaultValue": true}}"#;
    let mut applied = 0;
    for private in ["false", "\"[parameters('private')]\""] {
        for one in ["10.0.0.0/8", "", "0.0.0.0/32", "20.101.4.16/28"] {
            let others =
                ["[parameters('home')]", " ", "20.101.4.20", "192.168.1.7", "51.124.8.0/24,10.0.0.0/8", "nonsense"];
            let pairs = others.into_iter().flat_map(|two| [[one, two], [two, one]]);
            let clusters: Vec<(String, &str)> = pairs.map(|pair| (json(&pair), private)).collect();
            let text = template(parameters, "{}", &clusters);
            let mut bench = Bench { rules: mending(), ..Bench::new(&[("main.json", &text)]) };
            let fixed = bench.fix(Applicability::Unsafe);
            assert_eq!(fixed.defects, [""; 0], "{one}");
            applied += fixed.applied.len();
            let mended = bench.text("main.json");
            assert_eq!(empty_lists(&parse(mended).unwrap()), 0, "{one}: {mended}");
            for (home, private) in [("", false), ("51.124.8.0/24", false)] {
                let before = open_with(&text, home, private);
                let after = open_with(mended, home, private);
                let opened: Vec<&String> = after.iter().filter(|path| !before.contains(path)).collect();
                assert!(opened.is_empty(), "{one:?} with home {home:?}: {opened:?}\n{mended}");
            }
        }
    }
    assert!(applied > 20, "{applied} fixes were tried");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn no_fix_empties_a_list_or_opens_a_cluster(
        one in list(),
        two in list(),
        home in entry(),
        shape in 0..6usize,
        private in prop::sample::select(vec!["false", "true", "\"[parameters('private')]\""]),
        term in prop::sample::select(vec!["", "", "AKS205", "tag:family=hygiene"]),
        is_unsafe in any::<bool>(),
    ) {
        let home = if home.starts_with('[') { "" } else { home };
        let parameters = format!(
            r#"{{"home": {{"type": "string", "defaultValue": "{home}"}}, "private": {{"type": "bool", "defaultValue": true}}}}"#
        );
        let variables = format!(r#"{{"one": {}, "two": {}}}"#, json(&one), json(&two));
        let named = |text: &str| format!("\"[{text}]\"");
        let ranges = match shape {
            0 | 1 => json(&one),
            2 => named("variables('one')"),
            3 => named("concat(variables('one'), variables('two'))"),
            4 => named("union(variables('one'), createArray('20.101.4.16/28'))"),
            _ => named("if(parameters('private'), variables('one'), variables('two'))"),
        };
        let mut clusters = vec![(ranges, private)];
        if shape == 1 || shape == 2 {
            clusters.push((named("variables('one')"), "false"));
        }
        let text = template(&parameters, &variables, &clusters);
        let mut bench = Bench { rules: mending(), ..Bench::new(&[("main.json", &text)]) };
        let before = open(&bench.findings());
        bench.rules = selected(term);
        let fixed = bench.fix(applicability(is_unsafe));
        prop_assert_eq!(&fixed.defects, &Vec::<String>::new());
        bench.rules = mending();
        let after = open(&bench.findings());
        prop_assert!(after.iter().all(|path| before.contains(path)), "{:?} opened by {:?}\n{}", after, fixed.applied, text);
        let mended = bench.text("main.json");
        let (old, new) = (parse(&text).unwrap(), parse(mended).unwrap());
        prop_assert!(empty_lists(&new) <= empty_lists(&old), "{:?}\n{}\n{}", fixed.applied, text, mended);
        // A private cluster by default alone keeps its ranges.
        if private.contains("parameters") {
            prop_assert_eq!(mended.matches("authorizedIPRanges").count(), text.matches("authorizedIPRanges").count());
        }
    }
}
