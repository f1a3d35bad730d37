//! A page for people who look at a CI job: what was found, in a table, and what was not looked at.

use super::merge::{Merged, merged};
use super::text::{count, is_web_address, visible};
use super::{InputRecord, InputStatus, Report, Show, words};
use crate::finding::Fix;
use std::io::{self, Write};

/// The longest table and the longest list that are written; pages of CI systems have bounds (GitHub's: 1 MiB).
const LISTED: usize = 1_000;

/// Writes the page, in the Markdown that GitHub, GitLab and Azure DevOps share. Suppressed findings are listed with [`Show::all`]
/// alone, and counted always.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    writeln!(out, "## akslint: {}\n", headline(report))?;
    counts(out, report)?;
    let findings: Vec<_> = merged(&report.findings, show)
        .filter(|merged| merged.finding.suppressed.is_none() || show.every_unknown)
        .collect();
    if !findings.is_empty() {
        writeln!(out, "\n| Level | Rule | Where | What |\n|---|---|---|---|")?;
        for merged in findings.iter().take(LISTED) {
            row(out, report, merged)?;
        }
        more(out, findings.len())?;
    }
    inputs(out, report, InputStatus::Failed, "Files that could not be checked")?;
    inputs(out, report, InputStatus::Skipped, "Skipped files")
}

fn headline(report: &Report) -> String {
    let results = report.results();
    let mut found = vec![];
    for (number, one, many) in [
        (results.error, "error", "errors"),
        (results.warning, "warning", "warnings"),
        (results.note, "note", "notes"),
        (results.unknown, "unknown", "unknown"),
    ] {
        if number > 0 {
            found.push(count(number, one, many));
        }
    }
    if found.is_empty() { "no findings".into() } else { found.join(", ") }
}

fn counts(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let (clusters, files, results) = (report.clusters, report.files(), report.results());
    write!(
        out,
        "{} checked: {} failed, {} undecided; {} not deployed. {} checked, {} skipped, {} failed.",
        count(clusters.checked, "cluster", "clusters"),
        clusters.failed,
        clusters.undecided,
        clusters.not_deployed,
        count(files.checked, "file", "files"),
        files.skipped,
        files.failed
    )?;
    if results.suppressed > 0 {
        write!(out, " {} suppressed.", results.suppressed)?;
    }
    writeln!(out)
}

fn row(out: &mut dyn Write, report: &Report, merged: &Merged<'_>) -> io::Result<()> {
    let finding = merged.finding;
    let place = &finding.primary.location;
    let position = place.file.position(place.span.start);
    let rule = words::rule(finding);
    let url = report.rule_of(finding).and_then(|rule| rule.help_url.as_deref()).filter(|url| is_web_address(url));
    let rule = match url {
        // An address may hold what ends a link's target.
        Some(url) => {
            format!("[{}]({})", escaped(&rule), url.replace('(', "%28").replace(')', "%29").replace('|', "%7C"))
        }
        None => escaped(&rule),
    };
    let mut lines = vec![words::message(merged)];
    lines.extend([&finding.note, &finding.help].into_iter().filter(|text| !text.is_empty()).cloned());
    lines.extend(finding.fixes.iter().map(|Fix { description, .. }| format!("Fix: {description}")));
    let what: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
    writeln!(
        out,
        "| {} | {rule} | {}:{}:{} | {} |",
        words::word(finding),
        escaped(place.file.path()),
        position.line,
        position.column,
        what.join("<br>")
    )
}

fn inputs(out: &mut dyn Write, report: &Report, status: InputStatus, title: &str) -> io::Result<()> {
    let inputs: Vec<&InputRecord> = report.sorted_inputs().into_iter().filter(|input| input.status == status).collect();
    if inputs.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### {title}\n")?;
    for input in inputs.iter().take(LISTED) {
        writeln!(out, "- {}", escaped(&super::human::input_line(input)))?;
    }
    more(out, inputs.len())
}

fn more(out: &mut dyn Write, number: usize) -> io::Result<()> {
    match number.checked_sub(LISTED) {
        None | Some(0) => Ok(()),
        Some(rest) => writeln!(out, "\n{rest} more are not listed here; the other formats list all."),
    }
}

/// Text that stays text in a cell of a table: no markup, no HTML, no mention of a person.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            shown.push_str("<br>");
        }
        for c in visible(line).chars() {
            match c {
                '&' => shown.push_str("&amp;"),
                '<' => shown.push_str("&lt;"),
                '>' => shown.push_str("&gt;"),
                '@' => shown.push_str("@<!-- -->"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                    shown.push('\\');
                    shown.push(c);
                }
                c => shown.push(c),
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let table = [
            ("a|b", "a\\|b"),
            ("a\r\nb", "a<br>b"),
            ("<img src=x>&amp;", "&lt;img src=x&gt;&amp;amp;"),
            ("[x](y) *z* `w` @you", "\\[x\\](y) \\*z\\* \\`w\\` @<!-- -->you"),
            ("\u{1b}[0m", "\\\\u{1b}\\[0m"),
        ];
        for (text, expected) in table {
            assert_eq!(escaped(text), expected, "{text:?}");
        }
    }
}
