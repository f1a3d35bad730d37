//! `akslint baseline`.

use super::args::{BaselineArguments, Format};
use super::progress::Line;
use super::runs::{Inputs, runs};
use super::{INCOMPLETE, complain};
use crate::check::check;
use crate::discover::tidied;
use crate::report::human::input_line;
use crate::report::text::count;
use crate::report::{InputStatus, Report};
use crate::suppress::baseline;
use crate::write::write_file;
use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Checks, and writes down what was found.
pub fn run(arguments: &BaselineArguments) -> Result<ExitCode, String> {
    let base = env::current_dir().map_err(|error| format!("no working directory: {error}"))?;
    let mut report = Report::default();
    let line = Line::new(false, Format::Human);
    for options in runs(&Inputs::from(arguments))? {
        let options = line.watching(options);
        report.extend(line.during(|| check(&options))?);
    }
    let place = arguments.output.as_ref().map(|path| tidied(&base.join(path)));
    let folder = place.as_deref().and_then(Path::parent).unwrap_or(&base);
    let (text, number) = baseline::text(&report.findings, &base, folder);
    match &arguments.output {
        Some(path) => {
            write_file(path, text.as_bytes()).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            complain(&format!("wrote {}: {}", path.display(), count(number, "finding", "findings")));
        }
        None => match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(format!("cannot write the baseline: {error}"));
            }
            _ => {}
        },
    }
    for input in report.sorted_inputs() {
        if input.status == InputStatus::Failed {
            complain(&format!("failed {}", input_line(input)));
        }
    }
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}
