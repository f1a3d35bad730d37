//! The line that says how far a long run is, on a terminal as the `script` program of Linux gives one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A template with so many clusters, none of which has a finding at the fail level.
fn template(clusters: usize) -> String {
    let mut text = String::from(
        r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": ["#,
    );
    for index in 0..clusters {
        let comma = if index == 0 { "" } else { ",\n" };
        write!(
            text,
            r#"{comma}{{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks-{index}",
            "location": "westeurope", "properties": {{"apiServerAccessProfile": {{"enablePrivateCluster": true}}}}}}"#
        )
        .unwrap();
    }
    text.push_str("]}\n");
    text
}

/// What a terminal of 24 columns gets of a run on the template: of standard error alone, or `None` where there is no terminal to be had.
fn watched(folder: &Path, environment: &[(&str, &str)], options: &str) -> Option<String> {
    let program = assert_cmd::cargo::cargo_bin!("akslint");
    let line = format!("stty columns 24 rows 10; '{}' check main.json {options} > report", program.display());
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]).current_dir(folder);
    command.env("TERM", "xterm").env_remove("NO_COLOR").env("SHELL", "/bin/sh").envs(environment.iter().copied());
    let said = command.stdin(Stdio::null()).output().ok()?;
    assert_eq!(said.status.code(), Some(0), "{}", String::from_utf8_lossy(&said.stdout));
    Some(String::from_utf8(said.stdout).unwrap())
}

/// A folder with a template that takes long enough, and what the terminal got.
fn long_run() -> Option<(tempfile::TempDir, String)> {
    let folder = tempfile::tempdir().unwrap();
    // How fast a machine is nobody knows.
    for clusters in [1000, 8000, 64000] {
        fs::write(folder.path().join("main.json"), template(clusters)).unwrap();
        let shown = watched(folder.path(), &[("NO_COLOR", "1")], "")?;
        if !shown.is_empty() {
            return Some((folder, shown));
        }
    }
    panic!("no line, however long the run");
}

#[test]
fn a_long_run_says_how_far_it_is_on_a_terminal_and_nowhere_else() {
    let Some((folder, shown)) = long_run() else { return };
    let folder = folder.path();
    assert!(shown.contains("checking: 0 of 1 file\r"), "{shown:?}");
    assert!(shown.ends_with(&format!("\r{}\r", " ".repeat(21))), "it is erased: {shown:?}");
    assert!(!shown.contains('\x1b') && !shown.contains('\n'), "plain characters on one line: {shown:?}");
    let report = fs::read_to_string(folder.join("report")).unwrap();
    assert!(report.contains("1 checked") && !report.contains("checking"), "{report}");

    let silent: [(&[(&str, &str)], &str); 4] =
        [(&[], "--quiet"), (&[("TERM", "dumb")], ""), (&[], "--format github"), (&[], "2> errors")];
    for (environment, options) in silent {
        assert_eq!(watched(folder, environment, options).as_deref(), Some(""), "{environment:?} {options}");
    }
    assert_eq!(fs::read_to_string(folder.join("errors")).unwrap(), "");
}

#[test]
fn a_short_run_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.json"), template(1)).unwrap();
    // Where there is no such terminal, there is nothing to test.
    assert_eq!(watched(folder.path(), &[], "").unwrap_or_default(), "");
}
