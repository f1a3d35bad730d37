//! Logging commands, which Azure Pipelines turns into issues of a build.

use super::merge::merged;
use super::text::visible;
use super::{InputStatus, Report, Show, words};
use crate::finding::{Finding, Level, Outcome};
use crate::source::Position;
use std::io::{self, Write};

/// Writes a `task.logissue` for each failure, each undecided value, each rule that went wrong and each input that could not be read.
/// Azure Pipelines knows errors and warnings alone: notes and undecided values are warnings that say so. Passing and suppressed
/// results are no issues.
///
/// Source of the form and the escapes: "Logging commands" in the documentation of Azure Pipelines.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    for input in report.sorted_inputs() {
        if input.status == InputStatus::Failed {
            let position = input.location.as_ref().map(|location| location.file.position(location.span.start));
            let reason = input.message.as_deref().unwrap_or("no reason given");
            issue(out, "error", &input.path, position, "akslint", &format!("could not be checked: {reason}"))?;
        }
    }
    for merged in merged(&report.findings, show) {
        let finding = merged.finding;
        if finding.suppressed.is_some() {
            continue;
        }
        let Some((kind, start)) = kind(finding) else { continue };
        let place = &finding.primary.location;
        let code = if finding.reference.is_empty() { &finding.rule } else { &finding.reference };
        let message = format!("{start}{}", words::message(&merged));
        issue(out, kind, place.file.path(), Some(place.file.position(place.span.start)), code, &message)?;
    }
    Ok(())
}

/// The type of the issue and what its message starts with; `None`: no issue.
fn kind(finding: &Finding) -> Option<(&'static str, &'static str)> {
    match (finding.outcome, finding.level) {
        (Outcome::Error, _) | (Outcome::Fail, Level::Error) => Some(("error", "")),
        (Outcome::Fail, Level::Warning) => Some(("warning", "")),
        (Outcome::Fail, Level::Note) => Some(("warning", "note: ")),
        (Outcome::Unknown, _) => Some(("warning", "unknown: ")),
        (Outcome::Pass | Outcome::None, _) => None,
    }
}

fn issue(
    out: &mut dyn Write,
    kind: &str,
    path: &str,
    position: Option<Position>,
    code: &str,
    message: &str,
) -> io::Result<()> {
    write!(out, "##vso[task.logissue type={kind};sourcepath={};", property(path))?;
    if let Some(Position { line, column }) = position {
        write!(out, "linenumber={line};columnnumber={column};")?;
    }
    writeln!(out, "code={}]{}", property(code), data(message))
}

/// A text behind the brackets.
fn data(text: &str) -> String {
    let text = text.replace('%', "%AZP25");
    let lines = text.split('\n').map(|line| line.split('\r').map(visible).collect::<Vec<_>>().join("%0D"));
    lines.collect::<Vec<_>>().join("%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_ends_a_command_or_a_property() {
        let table = [
            ("a%b", "a%AZP25b", "a%AZP25b"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("x;y]z", "x;y]z", "x%3By%5Dz"),
            ("%3B", "%AZP253B", "%AZP253B"),
        ];
        for (text, as_data, as_property) in table {
            assert_eq!(data(text), as_data, "{text:?}");
            assert_eq!(property(text), as_property, "{text:?}");
        }
    }
}
