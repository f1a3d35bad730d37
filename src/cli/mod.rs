//! The command line: arguments in, one call of the library, an exit code out. The only module that prints.

pub mod args;
mod baseline;
mod check;
mod fix;
mod init;
mod runs;
mod terminal;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Wrong usage, or a run that could not do all of its job.
const INCOMPLETE: u8 = 2;

/// Runs the program on the process's arguments and gives its exit code.
pub fn main() -> ExitCode {
    quiet_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors. A closed pipe is nobody's fault.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { INCOMPLETE } else { 0 });
        }
    };
    let done = match arguments.command {
        Some(Command::Check(check)) => check::run(&check),
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

/// A defect in the analysis of a file becomes part of the report, which says it better than a backtrace; who wants that sets
/// `RUST_BACKTRACE`.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// Writes a line to standard error.
fn complain(line: &str) {
    anstream::eprintln!("{}", crate::report::text::visible(line));
}
