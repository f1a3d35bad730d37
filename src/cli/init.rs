//! `akslint init`.

use super::complain;
use crate::config::FILE_NAMES;
use crate::config::example::EXAMPLE;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// Writes a commented configuration to the working directory, if it has none.
pub fn run() -> Result<ExitCode, String> {
    let [name, other] = FILE_NAMES;
    if Path::new(other).exists() {
        return Err(format!("{other} exists already"));
    }
    let created = OpenOptions::new().write(true).create_new(true).open(name);
    match created.and_then(|mut file| file.write_all(EXAMPLE.as_bytes())) {
        Ok(()) => {
            complain(&format!("wrote {name}: everything in it is commented out"));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(format!("{name} exists already")),
        Err(error) => Err(format!("cannot write {name}: {error}")),
    }
}
