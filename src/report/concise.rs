//! One line a finding, as compilers write them: for editors, `grep` and logs.

use super::merge::merged;
use super::text::{defused, visible};
use super::{Report, Show, words};
use std::io::{self, Write};

/// Writes `PATH:LINE:COLUMN: LEVEL: MESSAGE [RULE]` for each finding. Lines and columns count from 1, columns in characters.
/// Suppressed findings are written with [`Show::all`] alone. Nothing is written of inputs.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    for merged in merged(&report.findings, show) {
        let finding = merged.finding;
        if finding.suppressed.is_some() && !show.every_unknown {
            continue;
        }
        let place = &finding.primary.location;
        let position = place.file.position(place.span.start);
        let line = format!(
            "{}:{}:{}: {}: {} [{}]",
            place.file.path(),
            position.line,
            position.column,
            words::word(finding),
            words::message(&merged),
            words::rule(finding)
        );
        writeln!(out, "{}", defused(&visible(&line)))?;
    }
    Ok(())
}
