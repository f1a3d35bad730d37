//! The command line: arguments in, one call of the library, an exit code out. The only module that prints.

pub mod args;
mod baseline;
mod check;
mod clock;
mod eval;
mod evaluation;
mod examples;
mod expand;
mod explain;
mod fix;
mod init;
#[cfg(test)]
mod man;
mod progress;
pub mod rule_arguments;
mod rules;
mod runs;
mod terminal;
mod test;

use crate::report::text::{defused, is_harmful, visible};
use args::{Arguments, Command};
use clap::{CommandFactory, Parser};
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

/// Wrong usage, or a run that could not do all of its job.
const INCOMPLETE: u8 = 2;
/// A value that is not known before deploying.
const UNKNOWN: u8 = 3;
/// Bytes of stack for evaluating: nesting is bounded, and its bound fits here with room to spare.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Runs the program on the process's arguments and gives its exit code.
pub fn main() -> ExitCode {
    quiet_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors. A closed pipe is nobody's fault.
            if !error.use_stderr() {
                return match error.print() {
                    Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(INCOMPLETE),
                    _ => ExitCode::SUCCESS,
                };
            }
            let text = error.render().to_string();
            match text.lines().any(|line| line.contains(is_harmful)) {
                // What was typed may be anything.
                true => text.lines().for_each(complain),
                false => drop(error.print()),
            }
            return ExitCode::from(INCOMPLETE);
        }
    };
    let done = match arguments.command {
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Expand(arguments)) => with_stack(move || expand::run(&arguments)),
        Some(Command::Eval(arguments)) => with_stack(move || eval::run(&arguments)),
        Some(Command::Rules(arguments)) => rules::run(&arguments),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Test(arguments)) => with_stack(move || test::run(&arguments)),
        Some(Command::Completions { shell }) => completions(shell),
        Some(Command::Baseline(arguments)) => baseline::run(&arguments),
        Some(Command::Init) => init::run(),
        None => check::run(&arguments.check),
    };
    match done {
        Ok(code) => code,
        Err(message) => {
            complain(&format!("error: {message}"));
            ExitCode::from(INCOMPLETE)
        }
    }
}

/// Runs a command where expressions may be nested as deeply as they are read.
fn with_stack(run: impl FnOnce() -> Result<ExitCode, String> + Send + 'static) -> Result<ExitCode, String> {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let thread = thread.map_err(|error| format!("cannot start: {error}"))?;
    thread.join().unwrap_or_else(|payload| {
        let reason = payload.downcast_ref::<String>().map(String::as_str);
        let reason = reason.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(format!("a defect of akslint, please report it: {reason}"))
    })
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode, String> {
    let mut bytes = vec![];
    clap_complete::generate(shell, &mut Arguments::command(), env!("CARGO_PKG_NAME"), &mut bytes);
    print_text(&String::from_utf8_lossy(&bytes))?;
    Ok(ExitCode::SUCCESS)
}

/// So many bytes, in words.
fn mebibytes(bytes: usize) -> String {
    format!("{} MiB", bytes >> 20)
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no error.
fn print_text(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write the output: {error}")),
        _ => Ok(()),
    }
}

/// A defect in the analysis of a file becomes part of the report, which says it better than a backtrace; who wants that sets
/// `RUST_BACKTRACE`.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// Writes a line to standard error.
fn complain(line: &str) {
    let line = visible(line);
    // Where nobody can be told, the exit code says it.
    let _ = writeln!(anstream::stderr(), "{}", defused(&line));
}
