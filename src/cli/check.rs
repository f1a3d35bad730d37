//! `akslint check`.

use super::args::{Arguments, CheckArguments, Format, Output};
use super::fix;
use super::progress::Line;
use super::runs::{Inputs, runs};
use super::terminal::Terminal;
use super::{INCOMPLETE, complain};
use crate::check::{CheckOptions, check};
use crate::report::human::{self, HumanOptions, input_line};
use crate::report::{
    InputKind, InputStatus, Report, Show, Verdict, azure_pipelines, concise, github, json, junit, markdown, sarif,
};
use crate::rules::read::nearest;
use crate::write::write_file;
use clap::CommandFactory;
use std::env;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Checks, reports, and gives the exit code; or says why there is nothing to report.
pub fn run(arguments: &CheckArguments) -> Result<ExitCode, String> {
    refuse_repeated(&arguments.output)?;
    refuse_misplaced_words(arguments)?;
    let inputs = Inputs::from(arguments);
    refuse_to_fix_nothing(arguments)?;
    let mut report = Report::default();
    let mut fixes = vec![];
    let line = Line::new(arguments.quiet, arguments.format);
    for options in runs(&inputs)? {
        let options = line.watching(options);
        // Between here and writing, texts change, and nothing else.
        let is_fixing = arguments.fix.is_some() || arguments.diff;
        let trying = CheckOptions { reuse: is_fixing.then(Arc::default), ..options.clone() };
        let found = line.during(|| check(&trying))?;
        let fixed = fix::run(arguments, &trying, &found, &line)?;
        drop(trying);
        report.extend(if fixed.is_written { line.during(|| check(&options))? } else { found });
        fixes.push(fixed);
    }
    if !arguments.quiet && (arguments.fix.is_some() || arguments.diff) {
        fix::tell(arguments, &fixes);
    }
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
    if arguments.diff {
        fix::show(&fixes)?;
    } else {
        print(arguments, &report, &human)?;
    }
    remark(arguments, &report);
    // What was found is said all the same.
    written?;
    let code = match report.verdict(arguments.fail_on.into()) {
        _ if fixes.iter().any(|fixed| fixed.is_incomplete) => ExitCode::from(INCOMPLETE),
        Verdict::Clean => ExitCode::SUCCESS,
        Verdict::Findings => ExitCode::from(1),
        Verdict::Incomplete => ExitCode::from(INCOMPLETE),
    };
    // The process ends: all of this goes at once, while dropping it takes longer than small runs last.
    std::mem::forget((report, fixes));
    Ok(code)
}

/// A path that is no file may be a misspelt command, or what `--fix` should have.
fn refuse_misplaced_words(arguments: &CheckArguments) -> Result<(), String> {
    let mut words = arguments.paths.iter().filter_map(|path| path.to_str()).filter(|word| !Path::new(word).exists());
    for word in words.clone().filter(|word| matches!(*word, "safe" | "unsafe")) {
        if arguments.fix.is_some() {
            return Err(format!("no file '{word}'; did you mean --fix={word}, with `=`?"));
        }
    }
    let first = words.next().filter(|word| arguments.paths.first().is_some_and(|path| path == Path::new(word)));
    let Some(word) = first else { return Ok(()) };
    // Only now: it takes longer than looking for the file.
    let command = Arguments::command();
    let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    match nearest(word, &commands) {
        Some(near) => Err(format!("no file and no command '{word}'; did you mean `akslint {near}`?")),
        None => Ok(()),
    }
}

/// Of two reports in one file, one would be lost.
fn refuse_repeated(outputs: &[Output]) -> Result<(), String> {
    for (at, output) in outputs.iter().enumerate() {
        if outputs.iter().take(at).any(|other| other.path == output.path) {
            return Err(format!("--output: {} is named twice", output.path.display()));
        }
    }
    Ok(())
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

fn refuse_to_fix_nothing(arguments: &CheckArguments) -> Result<(), String> {
    let reads_standard_input = arguments.paths.iter().any(|path| path == Path::new("-"));
    if arguments.fix_generated && arguments.fix.is_none() && !arguments.diff {
        Err("--fix-generated needs --fix or --diff".into())
    } else if reads_standard_input && arguments.fix.is_some() && !arguments.diff {
        Err("--fix cannot write to standard input; add --diff to see what would change".into())
    } else {
        Ok(())
    }
}

/// Writes the report to standard output. A reader that has seen enough (`| head`) is no error.
fn print(arguments: &CheckArguments, report: &Report, human: &HumanOptions) -> Result<(), String> {
    // No format writes escape sequences that were not asked for; looking for some to take out would cost more than writing.
    let choice =
        if human.color || human.hyperlinks { anstream::ColorChoice::Always } else { anstream::ColorChoice::AlwaysAnsi };
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
        Format::Sarif => write_sarif(out, report, &show),
        Format::Concise => concise::write(out, report, &show),
        Format::Github => github::write(out, report, &show),
        Format::AzurePipelines => azure_pipelines::write(out, report, &show),
        Format::Junit => junit::write(out, report, &show),
        Format::Markdown => markdown::write(out, report, &show),
    }
}

/// Code scanning looks for files from the root of the repository on, wherever in it the program was started.
fn write_sarif(out: &mut dyn Write, report: &Report, show: &Show) -> io::Result<()> {
    let working_directory = env::current_dir()?;
    let root = working_directory.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&working_directory);
    let text = |path: &Path| path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let places = sarif::Places { root: &text(root), working_directory: &text(&working_directory) };
    sarif::write(out, report, show, places)
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
    let is_template = |kind| matches!(kind, InputKind::Template | InputKind::Resources | InputKind::Script);
    let looked_at_one =
        report.inputs.iter().any(|input| is_template(input.kind) && input.status != InputStatus::Skipped);
    if !looked_at_one && !arguments.quiet {
        complain("no template found: nothing to check");
    }
}
