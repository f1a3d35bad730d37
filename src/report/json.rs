//! JSON for scripts: every result of every evaluation, in a form that stays as it is.

use super::text::{Each, write_json};
use super::{InputRecord, Report, Show, merge};
use crate::finding::{Applicability, Edit, Finding, Fix, Label, Location};
use serde::Serialize;
use std::io::{self, Write};

/// The version of the form. It grows by members; a member never changes its meaning within a version.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<I, R> {
    schema_version: u32,
    tool: Tool,
    inputs: I,
    results: R,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Input<'a> {
    path: &'a str,
    kind: &'static str,
    status: &'static str,
    message: Option<&'a str>,
    location: Option<Range<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    rule: &'a str,
    #[serde(rename = "ref")]
    reference: &'a str,
    level: &'static str,
    outcome: &'static str,
    message: &'a str,
    resource: Option<Resource<'a>>,
    location: Range<'a>,
    related: Vec<Related<'a>>,
    conditions: &'a [String],
    parameters_file: Option<&'a str>,
    fixes: Vec<Remedy<'a>>,
    fingerprint: &'a str,
    suppressed: Option<Suppressed<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(rename = "type")]
    type_: &'a str,
    name: Option<&'a str>,
    file: &'a str,
    path: &'a str,
}

#[derive(Serialize)]
struct Range<'a> {
    path: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Range<'a>,
}

#[derive(Serialize)]
struct Remedy<'a> {
    description: &'a str,
    applicability: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    path: &'a str,
    start: Point,
    end: Point,
    text: &'a str,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    kind: &'static str,
    reason: Option<&'a str>,
    location: Option<Range<'a>>,
}

#[derive(Serialize)]
struct Summary {
    clusters: Clusters,
    results: Results,
    files: Files,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Clusters {
    checked: usize,
    failed: usize,
    undecided: usize,
    not_deployed: usize,
}

#[derive(Serialize)]
struct Results {
    error: usize,
    warning: usize,
    note: usize,
    unknown: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct Files {
    checked: usize,
    skipped: usize,
    failed: usize,
    other: usize,
}

/// Writes the report, one result for each evaluation, with a line break at the end.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    let (inputs, findings) = (report.sorted_inputs(), merge::sorted(&report.findings, show));
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        inputs: Each::new(inputs.iter().map(|record| input(record))),
        results: Each::new(findings.iter().map(|finding| record(finding))),
        summary: summary(report),
    };
    write_json(out, &document)
}

fn input(input: &InputRecord) -> Input<'_> {
    Input {
        path: &input.path,
        kind: input.kind.as_str(),
        status: input.status.as_str(),
        message: input.message.as_deref(),
        location: input.location.as_ref().map(range),
    }
}

fn record(finding: &Finding) -> Record<'_> {
    Record {
        rule: &finding.rule,
        reference: &finding.reference,
        level: finding.level.as_str(),
        outcome: finding.outcome.as_str(),
        message: &finding.message,
        resource: finding.resource.as_ref().map(|resource| Resource {
            type_: &resource.type_,
            name: resource.name.as_deref(),
            file: resource.declaration.file.path(),
            path: &resource.path,
        }),
        location: range(&finding.primary.location),
        related: finding.related.iter().map(related).collect(),
        conditions: &finding.conditions,
        parameters_file: finding.parameters_file.as_deref(),
        fixes: finding.fixes.iter().filter_map(remedy).collect(),
        fingerprint: &finding.fingerprint,
        suppressed: finding.suppressed.as_ref().map(|suppression| Suppressed {
            kind: suppression.kind,
            reason: suppression.reason.as_deref(),
            location: suppression.location.as_ref().map(range),
        }),
    }
}

fn related(label: &Label) -> Related<'_> {
    Related { message: &label.text, location: range(&label.location) }
}

/// A fix that may be applied; those only to be looked at are for people.
fn remedy(fix: &Fix) -> Option<Remedy<'_>> {
    let applicability = match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::DisplayOnly => return None,
    };
    Some(Remedy { description: &fix.description, applicability, edits: fix.edits.iter().map(replacement).collect() })
}

fn replacement(edit: &Edit) -> Replacement<'_> {
    let Range { path, start, end } = range(&edit.location);
    Replacement { path, start, end, text: &edit.text }
}

fn range(location: &Location) -> Range<'_> {
    Range {
        path: location.file.path(),
        start: point(location, location.span.start),
        end: point(location, location.span.end),
    }
}

fn point(location: &Location, offset: u32) -> Point {
    let position = location.file.position(offset);
    Point { line: position.line, column: position.column }
}

fn summary(report: &Report) -> Summary {
    let (results, files) = (report.results(), report.files());
    Summary {
        clusters: Clusters {
            checked: report.clusters.checked,
            failed: report.clusters.failed,
            undecided: report.clusters.undecided,
            not_deployed: report.clusters.not_deployed,
        },
        results: Results {
            error: results.error,
            warning: results.warning,
            note: results.note,
            unknown: results.unknown,
            suppressed: results.suppressed,
        },
        files: Files { checked: files.checked, skipped: files.skipped, failed: files.failed, other: files.other },
    }
}
