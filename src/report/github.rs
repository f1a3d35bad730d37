//! Workflow commands, which GitHub Actions turns into annotations of the files of a pull request.

use super::merge::{Merged, merged};
use super::text::visible;
use super::{InputRecord, InputStatus, Report, Show, words};
use crate::finding::{Finding, Level, Location, Outcome};
use std::io::{self, Write};

/// Writes an `::error`, `::warning` or `::notice` for each failure, each undecided value, each rule that went wrong and each input
/// that could not be read. Passing and suppressed results have no annotation.
///
/// Source of the form: "Workflow commands for GitHub Actions" in GitHub's documentation; of the escapes: `@actions/core`.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    for input in report.sorted_inputs() {
        if input.status == InputStatus::Failed {
            failed(out, input)?;
        }
    }
    for merged in merged(&report.findings, show) {
        let is_annotated = matches!(merged.finding.outcome, Outcome::Fail | Outcome::Unknown | Outcome::Error);
        if is_annotated && merged.finding.suppressed.is_none() {
            finding(out, &merged)?;
        }
    }
    Ok(())
}

fn finding(out: &mut dyn Write, merged: &Merged<'_>) -> io::Result<()> {
    let finding = merged.finding;
    let mut text = words::message(merged);
    if finding.outcome == Outcome::Fail {
        for more in [&finding.note, &finding.help] {
            if !more.is_empty() {
                text.push('\n');
                text.push_str(more);
            }
        }
    }
    let title = words::rule(finding);
    command(out, severity(finding), &place(&finding.primary.location), &title, &text)
}

fn failed(out: &mut dyn Write, input: &InputRecord) -> io::Result<()> {
    let properties = match &input.location {
        Some(location) => place(location),
        None => format!("file={}", property(&input.path)),
    };
    let reason = input.message.as_deref().unwrap_or("no reason given");
    command(out, "error", &properties, "akslint could not check this file", reason)
}

fn command(out: &mut dyn Write, name: &str, place: &str, title: &str, text: &str) -> io::Result<()> {
    writeln!(out, "::{name} {place},title={}::{}", property(title), data(text))
}

fn severity(finding: &Finding) -> &'static str {
    match (finding.outcome, finding.level) {
        (Outcome::Error, _) | (Outcome::Fail, Level::Error) => "error",
        (Outcome::Fail, Level::Warning) => "warning",
        _ => "notice",
    }
}

/// The properties that place an annotation. GitHub ignores columns when there are several lines; so they are not given then.
fn place(location: &Location) -> String {
    let file = &location.file;
    // Annotations name the last line and column, not the ones behind them.
    let last = location.span.end.saturating_sub(1).max(location.span.start);
    let (start, end) = (file.position(location.span.start), file.position(last));
    let path = property(file.path());
    if start.line == end.line {
        format!("file={path},line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column)
    } else {
        format!("file={path},line={},endLine={}", start.line, end.line)
    }
}

/// A text behind `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").split('\n').map(line).collect::<Vec<_>>().join("%0A")
}

/// A line of it: carriage returns are kept escaped, other control characters made visible.
fn line(text: &str) -> String {
    text.split('\r').map(visible).collect::<Vec<_>>().join("%0D")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_ends_a_command_or_a_property() {
        let table = [
            ("a%b", "a%25b", "a%25b"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("x::y,z", "x::y,z", "x%3A%3Ay%2Cz"),
            ("\u{1b}[2J%0A", "\\u{1b}[2J%250A", "\\u{1b}[2J%250A"),
        ];
        for (text, as_data, as_property) in table {
            assert_eq!(data(text), as_data, "{text:?}");
            assert_eq!(property(text), as_property, "{text:?}");
        }
    }
}
