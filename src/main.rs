//! The `akslint` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    akslint::cli::main()
}
