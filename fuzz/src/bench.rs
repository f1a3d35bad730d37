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
use akslint::source::SourceFile;
use akslint::syntax::parse;
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

static SHIPPED: LazyLock<Prepared> = LazyLock::new(|| prepare(&options()).expect("the shipped rules"));

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
pub fn findings(input: &Input) -> Vec<Finding> {
    analysed(shipped(), input).map(|(_, analysis)| analysis.findings).unwrap_or_default()
}

/// Carries out fixes: what became of them, and the texts after.
pub fn fix(input: &Input, applicability: Applicability) -> (Fixed, Input) {
    let yields = |new: &str, old: &str| gives_way(&shipped().rule_set, new, old);
    let settings = Settings { applicability, refusal: &|_| None, yields: &yields };
    let with = |texts: &BTreeMap<String, String>| {
        let text = |path: &str, old: &String| texts.get(path).unwrap_or(old).clone();
        let parameters = input.parameters.iter().enumerate();
        Input {
            template: text(TEMPLATE, &input.template),
            parameters: parameters.map(|(index, old)| text(&parameters_path(index), old)).collect(),
        }
    };
    let mut recheck = |texts: &BTreeMap<String, String>| Ok(findings(&with(texts)));
    let fixed = run(&findings(input), &settings, &mut recheck);
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
        path: file.path().to_owned(),
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
