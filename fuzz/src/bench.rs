//! The linter with its shipped rules on texts in memory.

use super::SEPARATOR;
use akslint::check::CheckOptions;
use akslint::check::analysis::{Analysis, Prepared, Task, TaskKind, analyse, prepare};
use akslint::check::offers::gives_way;
use akslint::check::shape::{Shape, shape};
use akslint::finding::{Applicability, Finding};
use akslint::fix::{Fixed, Settings, run};
use akslint::report::human::HumanOptions;
use akslint::report::{InputKind, InputRecord, InputStatus, Report, Show};
use akslint::report::{azure_pipelines, concise, github, human, json, junit, markdown, sarif};
use akslint::rules::rule::Rule;
use akslint::source::SourceFile;
use akslint::syntax::parse;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

/// The report path of the template.
pub const TEMPLATE: &str = "main.json";

/// A folder that is not there: nothing that a template links to is read.
const NOWHERE: &str = "/nonexistent/akslint";

/// A template and its parameters files.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The template, or exported resources.
    pub template: String,
    /// The parameters files.
    pub parameters: Vec<String>,
}

impl Input {
    /// The files, as a seed would hold them.
    pub fn show(&self) -> String {
        std::iter::once(&self.template).chain(&self.parameters).map(String::as_str).collect::<Vec<_>>().join(SEPARATOR)
    }
}

/// The families of the shipped rules.
const FAMILIES: [&str; 6] = ["exposure", "breaks", "rejected", "neighbours", "hygiene", "tool"];

/// How many courts there are; see [`court`].
pub const COURTS: usize = FAMILIES.len() + 1;

static SHIPPED: LazyLock<Prepared> = LazyLock::new(|| prepare(&options()).expect("the shipped rules"));

/// All rules, and those of each family alone, without fixes: trying what is offered takes several times as long as judging.
static COURTS_WITHOUT_FIXES: LazyLock<Vec<Prepared>> = LazyLock::new(|| {
    let court = |family: Option<&str>| {
        let mut prepared = prepare(&options()).expect("the shipped rules");
        let mut set = prepared.rule_set.into_owned();
        set.rules.iter_mut().for_each(|rule| rule.fix = None);
        let is_in = |rule: &Rule| family.is_none_or(|family| is_of(rule, family));
        prepared.chosen.retain(|index| is_in(&set.rules[*index]));
        prepared.rule_set = Cow::Owned(set);
        prepared
    };
    std::iter::once(None).chain(FAMILIES.map(Some)).map(court).collect()
});

/// The rules that mend, and those that no fix may make fail.
static MENDING: LazyLock<Prepared> = LazyLock::new(|| {
    let mut prepared = prepare(&options()).expect("the shipped rules");
    let set = prepared.rule_set.clone();
    let is_in = |rule: &Rule| rule.fix.is_some() || is_of(rule, FAMILIES[0]);
    prepared.chosen.retain(|index| is_in(&set.rules[*index]));
    prepared.passes = false;
    prepared
});

fn is_of(rule: &Rule, family: &str) -> bool {
    rule.metadata.tags.get("family").is_some_and(|known| known == family)
}

/// Options that read nothing from the disk.
pub fn options() -> CheckOptions {
    let mut options = CheckOptions::new(NOWHERE);
    // Findings under many conditions are looked at in the tests of worlds; here many inputs are.
    options.config.limits.steps = 100_000;
    options
}

/// The shipped rules, prepared.
pub fn shipped() -> &'static Prepared {
    &SHIPPED
}

/// The shipped rules without fixes: all with number 0, else those of one family.
pub fn court(number: usize) -> &'static Prepared {
    &COURTS_WITHOUT_FIXES[number % COURTS]
}

/// The shipped rules that mend, and those that say that a cluster is open.
pub fn mending() -> &'static Prepared {
    &MENDING
}

/// The report path of the parameters file of that number.
fn parameters_path(index: usize) -> String {
    format!("main.{index}.parameters.json")
}

/// Analyses the texts; `None` if the first is neither template nor exported resources.
pub fn analysed(prepared: &Prepared, input: &Input) -> Option<(Vec<Arc<SourceFile>>, Analysis)> {
    let root = Rc::new(parse(&input.template).ok()?);
    let kind = match shape(&root) {
        Shape::Template { .. } => TaskKind::Template,
        Shape::Resources => TaskKind::Resources,
        Shape::Parameters { .. } | Shape::Other => return None,
    };
    let file = Arc::new(SourceFile::new(TEMPLATE, &*input.template));
    let is_parameters = |text: &&String| parse(text).is_ok_and(|root| matches!(shape(&root), Shape::Parameters { .. }));
    let parameters = input.parameters.iter().filter(is_parameters).enumerate();
    let parameters: Vec<_> =
        parameters.map(|(index, text)| Arc::new(SourceFile::new(parameters_path(index), &**text))).collect();
    let files = std::iter::once(&file).chain(&parameters).cloned().collect();
    Some((files, analyse(prepared, &Task { kind, file, parameters }, root)))
}

/// The findings on the texts.
pub fn findings(prepared: &Prepared, input: &Input) -> Vec<Finding> {
    analysed(prepared, input).map(|(_, analysis)| analysis.findings).unwrap_or_default()
}

/// Carries out the fixes of these findings: what became of them, and the texts after.
pub fn fix(prepared: &Prepared, input: &Input, first: &[Finding], applicability: Applicability) -> (Fixed, Input) {
    let yields = |new: &str, old: &str| gives_way(&prepared.rule_set, new, old);
    let settings = Settings { applicability, refusal: &|_| None, yields: &yields };
    let with = |texts: &BTreeMap<String, String>| {
        let text = |path: &str, old: &String| texts.get(path).unwrap_or(old).clone();
        let parameters = input.parameters.iter().enumerate();
        Input {
            template: text(TEMPLATE, &input.template),
            parameters: parameters.map(|(index, old)| text(&parameters_path(index), old)).collect(),
        }
    };
    let mut recheck = |texts: &BTreeMap<String, String>| Ok(findings(prepared, &with(texts)));
    let fixed = run(first, &settings, &mut recheck);
    let after = fixed.files.iter().map(|file| (file.path.clone(), file.after.clone())).collect();
    let after = with(&after);
    (fixed, after)
}

/// Every span that a finding names lies in its file, and every format can show it.
pub fn check_report(files: &[Arc<SourceFile>], analysis: &Analysis) {
    for finding in &analysis.findings {
        let related = finding.related.iter().map(|label| &label.location);
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| &edit.location);
        for location in std::iter::once(&finding.primary.location).chain(related).chain(edits) {
            let (start, end) = (location.span.start as usize, location.span.end as usize);
            assert!(location.file.text().get(start..end).is_some(), "{finding:?}");
        }
    }
    let input = |file: &Arc<SourceFile>| InputRecord {
        path: file.shared_path().clone(),
        kind: InputKind::Template,
        status: InputStatus::Checked,
        message: None,
        location: None,
    };
    let report = Report {
        declared: vec![],
        inputs: files.iter().map(input).collect(),
        findings: analysis.findings.clone(),
        clusters: analysis.clusters,
        other_files: 0,
        rules: shipped().rules.clone(),
    };
    let (out, show) = (&mut Vec::new(), &Show::all());
    human::write(out, &report, show, &HumanOptions::default()).expect("written");
    concise::write(out, &report, show).expect("written");
    json::write(out, &report, show).expect("written");
    github::write(out, &report, show).expect("written");
    azure_pipelines::write(out, &report, show).expect("written");
    junit::write(out, &report, show).expect("written");
    markdown::write(out, &report, show).expect("written");
    let places = sarif::Places::default();
    sarif::write(out, &report, show, places).expect("written");
}
