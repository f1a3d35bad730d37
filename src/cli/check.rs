//! `akslint check`.

use super::args::{CheckArguments, Format};
use super::terminal::Terminal;
use super::{INCOMPLETE, complain};
use crate::check::{CheckOptions, StandardInput, check};
use crate::read;
use crate::report::human::{self, HumanOptions, input_line};
use crate::report::{
    InputKind, InputStatus, Report, Verdict, azure_pipelines, concise, github, json, junit, markdown, sarif,
};
use crate::write::write_file;
use std::env;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks, reports, and gives the exit code; or says why there is nothing to report.
pub fn run(arguments: &CheckArguments) -> Result<ExitCode, String> {
    let options = options(arguments)?;
    let report = check(&options)?;
    let terminal = Terminal::detect(arguments.color);
    let written = write_outputs(arguments, &report);
    let human = HumanOptions {
        color: terminal.color,
        hyperlinks: terminal.hyperlinks,
        unicode: terminal.unicode,
        width: terminal.width,
        quiet: arguments.quiet,
        verbose: arguments.verbose,
    };
    print(arguments, &report, &human)?;
    remark(arguments, &report);
    // What was found is said all the same.
    written?;
    Ok(match report.verdict(arguments.fail_on.into()) {
        Verdict::Clean => ExitCode::SUCCESS,
        Verdict::Findings => ExitCode::from(1),
        Verdict::Incomplete => ExitCode::from(INCOMPLETE),
    })
}

/// Writes the files of `--output`, as many as can be written; the error names the others.
fn write_outputs(arguments: &CheckArguments, report: &Report) -> Result<(), String> {
    let plain =
        HumanOptions { unicode: true, quiet: arguments.quiet, verbose: arguments.verbose, ..Default::default() };
    let mut troubles = vec![];
    for output in &arguments.output {
        let mut bytes = vec![];
        let written =
            write(&mut bytes, arguments, report, output.format, &plain).and_then(|()| write_file(&output.path, &bytes));
        if let Err(error) = written {
            troubles.push(format!("cannot write {}: {error}", output.path.display()));
        }
    }
    if troubles.is_empty() { Ok(()) } else { Err(troubles.join("; ")) }
}

fn options(arguments: &CheckArguments) -> Result<CheckOptions, String> {
    let working_directory = env::current_dir().map_err(|error| format!("no working directory: {error}"))?;
    let mut options = CheckOptions::new(working_directory);
    let (dashes, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        arguments.paths.iter().cloned().partition(|path| path == Path::new("-"));
    if !dashes.is_empty() {
        let bytes = read::read_from(io::stdin().lock(), options.max_file_bytes)
            .map_err(|error| format!("standard input: {error}"))?;
        options.standard_input = Some(StandardInput { path: arguments.stdin_filename.clone(), bytes });
    } else if arguments.stdin_filename.is_some() {
        return Err("--stdin-filename needs the path `-`, which reads standard input".into());
    } else if paths.is_empty() {
        paths.push(".".into());
    }
    options.paths = paths;
    options.parameters.clone_from(&arguments.parameters);
    options.select.clone_from(&arguments.select);
    options.ignore.clone_from(&arguments.ignore);
    options.rules.clone_from(&arguments.rules);
    options.default_rules = !arguments.no_default_rules;
    options.strict_rules = arguments.strict_rules;
    let shown = arguments.shown();
    options.passes = shown.pass || shown.none;
    Ok(options)
}

/// Writes the report to standard output. A reader that has seen enough (`| head`) is no error.
fn print(arguments: &CheckArguments, report: &Report, human: &HumanOptions) -> Result<(), String> {
    let choice =
        if human.color || human.hyperlinks { anstream::ColorChoice::Always } else { anstream::ColorChoice::Never };
    let mut out = BufWriter::new(anstream::AutoStream::new(io::stdout().lock(), choice));
    let written = write(&mut out, arguments, report, arguments.format, human).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write the report: {error}")),
        _ => {
            // What is still buffered has no reader.
            let _ = out.into_parts();
            Ok(())
        }
    }
}

fn write(
    out: &mut dyn Write,
    arguments: &CheckArguments,
    report: &Report,
    format: Format,
    human: &HumanOptions,
) -> io::Result<()> {
    let show = arguments.shown();
    match format {
        Format::Human => human::write(out, report, &show, human),
        Format::Json => json::write(out, report, &show),
        Format::Sarif => sarif::write(out, report, &show),
        Format::Concise => concise::write(out, report, &show),
        Format::Github => github::write(out, report, &show),
        Format::AzurePipelines => azure_pipelines::write(out, report, &show),
        Format::Junit => junit::write(out, report, &show),
        Format::Markdown => markdown::write(out, report, &show),
    }
}

/// Says on standard error what standard output does not say to a person.
fn remark(arguments: &CheckArguments, report: &Report) {
    let said = arguments.format == Format::Human && !arguments.quiet;
    if !said {
        for input in report.sorted_inputs() {
            if input.status == InputStatus::Failed {
                complain(&format!("failed {}", input_line(input)));
            }
        }
    }
    let is_template = |kind| matches!(kind, InputKind::Template | InputKind::Resources);
    let looked_at_one =
        report.inputs.iter().any(|input| is_template(input.kind) && input.status != InputStatus::Skipped);
    if !looked_at_one && !arguments.quiet {
        complain("no template found: nothing to check");
    }
}
