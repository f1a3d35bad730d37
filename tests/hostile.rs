//! Hostile and odd input, through the binary: it ends in time, without a crash, and says what it could not do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]
#![cfg(unix)]

#[path = "hostile/faults.rs"]
mod faults;
#[path = "hostile/files.rs"]
mod files;
#[path = "hostile/names.rs"]
mod names;
#[path = "hostile/rules.rs"]
mod rules;
#[path = "hostile/templates.rs"]
mod templates;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What one run may take. The aim is a second of one core; tests run beside each other, and most often without optimisation.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 8 });

pub(crate) const SCHEMA: &str = "\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\"";

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; `None`: it was ended by a signal.
    pub code: Option<i32>,
    pub out: String,
    pub error: String,
}

/// The program in `folder`, with an environment that is the same everywhere.
pub(crate) fn akslint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder).env_clear().env("COLUMNS", "100").args(arguments);
    command
}

/// Runs a command to its end, which must come in time.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Run {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let id = child.id();
    let waiter = thread::spawn(move || child.wait_with_output().unwrap());
    while !waiter.is_finished() {
        if start.elapsed() > PATIENCE {
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
            panic!("not at its end after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
    writer.join().unwrap();
    let output = waiter.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    let run = Run { code: output.status.code(), out: text(output.stdout), error: text(output.stderr) };
    assert!(!run.out.contains("a defect of akslint") && !run.error.contains("a defect of akslint"), "{run:?}");
    run
}

/// Runs the program in `folder`.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    let run = finish(akslint(folder, arguments), b"");
    assert!(matches!(run.code, Some(0..=2)), "{run:?}");
    run
}

pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// A template with one cluster: its authorised ranges, and what else the template has.
pub(crate) fn template(ranges: &str, more: &str) -> String {
    format!("{{{SCHEMA}{more}, \"resources\": [{}]}}", cluster(ranges))
}

pub(crate) fn cluster(ranges: &str) -> String {
    format!(
        r#"{{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2024-05-01", "name": "aks", "location": "x",
"properties": {{"apiServerAccessProfile": {{"authorizedIPRanges": {ranges}}}}}}}"#
    )
}
