//! JUnit's XML, which every CI system reads: a file is a suite, a rule and a resource are a case.

use super::merge::{Merged, merged};
use super::text::{visible, write_xml};
use super::{InputKind, InputRecord, InputStatus, Report, Show, words};
use crate::finding::{Finding, Outcome};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use rustc_hash::FxHashMap;
use std::io::{self, Write};

/// The class of the cases that say whether an input could be read.
const INPUTS: &str = "akslint";

/// Writes the report without times, so that equal inputs give equal bytes.
///
/// A failure is a failure, a rule that went wrong an error; what could not be decided, what does not apply and what is suppressed
/// is skipped, with its reason. Each input that was looked at has a case of its own that says so: a run without findings is then
/// not empty, which some CI systems take for an error.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    let mut suites = Suites::default();
    for input in report.sorted_inputs() {
        if let Some(case) = input_case(input) {
            suites.add(&input.path, case);
        }
    }
    for group in cases(merged(&report.findings, show)) {
        if let Some(first) = group.first() {
            suites.add(first.finding.primary.location.file.path(), case(&group));
        }
    }
    let mut document = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
    suites.list.sort_by(|left, right| left.name.as_str().cmp(right.name.as_str()));
    document.add_test_suites(suites.list);
    write_xml(out, &document.to_string().map_err(io::Error::other)?)
}

/// Suites by their name.
#[derive(Default)]
struct Suites {
    list: Vec<TestSuite>,
    index: FxHashMap<String, usize>,
}

impl Suites {
    fn add(&mut self, path: &str, case: TestCase) {
        let at = *self.index.entry(path.to_owned()).or_insert_with(|| {
            self.list.push(TestSuite::new(visible(path)));
            self.list.len() - 1
        });
        if let Some(suite) = self.list.get_mut(at) {
            suite.add_test_case(case);
        }
    }
}

/// Results of one file, rule and resource together, in order of the first of each.
fn cases<'f>(results: impl Iterator<Item = Merged<'f>>) -> Vec<Vec<Merged<'f>>> {
    let mut groups: Vec<Vec<Merged<'f>>> = vec![];
    let mut index = FxHashMap::default();
    for merged in results {
        let finding = merged.finding;
        let resource = finding.resource.as_ref().map(|resource| (resource.declaration.file.path(), &*resource.path));
        let key = (finding.primary.location.file.path(), &*finding.reference, &*finding.rule, resource);
        let at = *index.entry(key).or_insert_with(|| {
            groups.push(vec![]);
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.push(merged);
        }
    }
    groups
}

/// The case of a file's results of one rule on one resource. The worst decides.
fn case(group: &[Merged<'_>]) -> TestCase {
    let worst = group.iter().min_by_key(|merged| {
        let finding = merged.finding;
        (finding.suppressed.is_some(), finding.outcome, std::cmp::Reverse(finding.level))
    });
    let Some(worst) = worst else { return TestCase::new("", TestCaseStatus::success()) };
    let finding = worst.finding;
    let mut status = match finding.outcome {
        Outcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Fail if finding.suppressed.is_none() => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Fail | Outcome::Unknown | Outcome::None => TestCaseStatus::skipped(),
        Outcome::Pass => TestCaseStatus::success(),
    };
    if finding.outcome != Outcome::Pass {
        status.set_message(visible(&words::message(worst)));
        status.set_type(words::word(finding));
        status.set_description(
            group
                .iter()
                .filter(|merged| merged.finding.outcome != Outcome::Pass)
                .map(line)
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    let name = match finding.resource.as_ref() {
        Some(resource) => format!("{} {}", words::rule(finding), resource.name.as_deref().unwrap_or(&resource.path)),
        None => words::rule(finding),
    };
    let mut case = TestCase::new(visible(&name), status);
    case.set_classname(visible(&finding.rule));
    let position = finding.primary.location.file.position(finding.primary.location.span.start);
    case.extra.insert("file".into(), visible(finding.primary.location.file.path()).as_ref().into());
    case.extra.insert("line".into(), position.line.to_string().as_str().into());
    case
}

/// A result with its place, what it means and what to do.
fn line(merged: &Merged<'_>) -> String {
    let finding: &Finding = merged.finding;
    let place = &finding.primary.location;
    let position = place.file.position(place.span.start);
    let mut lines = vec![format!(
        "{}:{}:{}: {}",
        visible(place.file.path()),
        position.line,
        position.column,
        visible(&words::message(merged))
    )];
    let more = [("note", &finding.note), ("help", &finding.help)].into_iter().filter(|(_, text)| !text.is_empty());
    lines.extend(more.map(|(word, text)| format!("  {word}: {}", visible(text))));
    lines.join("\n")
}

/// Whether the input could be read. Checked parameters files and rule documents have no case: no result is theirs.
fn input_case(input: &InputRecord) -> Option<TestCase> {
    let reason = visible(input.message.as_deref().unwrap_or("no reason given"));
    let status = match input.status {
        InputStatus::Checked if matches!(input.kind, InputKind::Template | InputKind::Resources) => {
            TestCaseStatus::success()
        }
        InputStatus::Checked => return None,
        InputStatus::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason);
            status
        }
        InputStatus::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(reason).set_type(InputStatus::Failed.as_str());
            status.set_description(super::human::input_line(input));
            status
        }
    };
    let mut case = TestCase::new(format!("read {}", input.kind.as_str()), status);
    case.set_classname(INPUTS);
    Some(case)
}
