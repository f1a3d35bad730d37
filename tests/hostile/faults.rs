//! `--fix` and reports when the machine fails: killed at any moment, on a full disk, without a reader.

use super::{akslint, finish, folder, run, template};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A template with fixes, large enough that writing it takes a moment.
fn template_with_fixes() -> String {
    let filler = format!(", \"metadata\": {{\"filler\": \"{}\"}}", "x".repeat(200_000));
    template("[\"20.101.4.20/28\", \" 51.124.8.0/24\", \"20.101.4.16/28,51.125.8.0/24\"]", &filler)
}

/// The same after `--fix`.
fn fixed() -> String {
    let text = template_with_fixes();
    let folder = folder(&[("main.json", text.as_bytes())]);
    run(folder.path(), &["--fix", "main.json"]);
    let fixed = fs::read_to_string(folder.path().join("main.json")).unwrap();
    assert_ne!(fixed, text);
    fixed
}

fn others(path: &Path) -> Vec<String> {
    let names = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "main.json").collect()
}

#[test]
fn killed_at_any_moment_either_file_is_there() {
    let (old, new) = (template_with_fixes(), fixed());
    let folder = folder(&[("main.json", old.as_bytes())]);
    let path = folder.path().join("main.json");
    let command = || {
        let mut command = akslint(folder.path(), &["--fix", "main.json"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let start = Instant::now();
    command().status().unwrap();
    let whole = start.elapsed();
    let (mut is_old, mut is_new) = (0, 0);
    for round in 0..16 {
        fs::write(&path, &old).unwrap();
        let mut child = command().spawn().unwrap();
        // Most of them about the moment of writing, which is the last.
        thread::sleep(whole.mul_f64(0.4 + 0.7 * f64::from(round) / 16.0));
        child.kill().unwrap();
        child.wait().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text == old || text == new, "{} bytes are there after {round} rounds", text.len());
        is_old += usize::from(text == old);
        is_new += usize::from(text == new);
        // What is left beside is hidden, is no input of the next run, and does not keep it from its work.
        assert!(others(folder.path()).iter().all(|name| name.starts_with(".akslint-")));
    }
    assert!(is_old > 0, "{is_old} old, {is_new} new");
    run(folder.path(), &["--fix", "."]);
    assert_eq!(fs::read_to_string(&path).unwrap(), new);
}

/// Runs the program where a file can hold 64 KiB at most. With `is_told` the system says so in an error; else it ends the process.
fn where_files_are_small(folder: &Path, arguments: &str, is_told: bool) -> super::Run {
    let program = assert_cmd::cargo::cargo_bin!("akslint");
    let trap = if is_told { "trap '' XFSZ; " } else { "" };
    let mut command = Command::new("sh");
    // Blocks of 512 bytes, or of 1,024 in some shells.
    command.arg("-c").arg(format!("{trap}ulimit -c 0; ulimit -f 64; exec '{}' {arguments}", program.display()));
    command.current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    finish(command, b"")
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let old = template_with_fixes();
    for is_told in [true, false] {
        let folder = folder(&[("main.json", old.as_bytes())]);
        let run = where_files_are_small(folder.path(), "--fix main.json", is_told);
        assert_eq!(fs::read_to_string(folder.path().join("main.json")).unwrap(), old);
        if is_told {
            assert_eq!(run.code, Some(2), "{run:?}");
            assert!(run.error.contains("cannot write main.json"), "{run:?}");
            assert_eq!(others(folder.path()), [""; 0], "nothing is left beside");
        } else {
            assert_eq!(run.code, None, "{run:?}");
        }
    }
}

#[test]
fn a_report_on_a_full_disk_is_not_there_by_half() {
    let ranges: Vec<String> = (0..900).map(|number| format!("\"no range {number}\"")).collect();
    let folder =
        folder(&[("main.json", template(&format!("[{}]", ranges.join(", ")), "").as_bytes()), ("report.json", b"old")]);
    let run = where_files_are_small(folder.path(), "main.json --output report.json", true);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.error.contains("cannot write report.json"), "{run:?}");
    assert_eq!(fs::read(folder.path().join("report.json")).unwrap(), b"old");
}

#[test]
fn output_that_nobody_takes() {
    let text = template("[\"0.0.0.0/0\", \"20.101.4.20/28\"]", "");
    let folder = folder(&[("main.json", text.as_bytes())]);
    let commands: [&[&str]; 7] = [
        &["main.json"],
        &["main.json", "--format", "sarif"],
        &["main.json", "--diff"],
        &["expand", "main.json"],
        &["rules"],
        &["explain", "AKS104"],
        &["--help"],
    ];
    for arguments in commands {
        let mut command = akslint(folder.path(), arguments);
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = command.stdin(Stdio::null()).stdout(full.try_clone().unwrap()).stderr(full).status().unwrap();
        if arguments != ["--help"] {
            assert_eq!(status.code(), Some(2), "{arguments:?} on a full disk");
        }
        let mut child = akslint(folder.path(), arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?} without a reader: {output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    }
    let run = run(folder.path(), &["main.json", "--output", "json=/dev/full"]);
    assert_eq!(run.code, Some(2));
    assert!(run.error.contains("cannot write /dev/full"), "{run:?}");
}

#[test]
fn standard_input_that_never_ends_is_refused() {
    let folder = folder(&[("akslint.yaml", b"limits: {fileSizeMiB: 1}")]);
    let start = Instant::now();
    let run = finish(akslint(folder.path(), &["-"]), &b" ".repeat(3 << 20));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.out.contains("larger than the limit") || run.error.contains("larger than the limit"), "{run:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
}
