//! The README does what it says: its commands run, in order, in a folder with the examples, and show what it shows.
//!
//! In `console` blocks, lines behind `$ ` are commands, the lines below what they say; `...` stands for any lines. In `sh` blocks, lines
//! that begin with `akslint` run. A block `jsonc FILE:LINE` replaces that line of the file.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the command line in the folder; gives what it said and its exit code.
fn run(folder: &Path, line: &str) -> (String, i32) {
    let program = assert_cmd::cargo::cargo_bin!("akslint");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.parent().unwrap().display());
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &format!("{line} 2>&1")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8");
    let output = command.env("COLUMNS", "100").stdin(Stdio::null()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

/// Whether the text is what is expected, where `...` stands for any lines.
fn is_shown(text: &str, expected: &[&str]) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut at = 0;
    let mut chunks = expected.split(|line| *line == "...").enumerate().peekable();
    while let Some((number, chunk)) = chunks.next() {
        let chunk: Vec<&str> = chunk.iter().map(|line| line.trim_end()).collect();
        let is_last = chunks.peek().is_none();
        let found = (at..=lines.len().saturating_sub(chunk.len())).find(|from| {
            let is_here = lines[*from..].starts_with(&chunk);
            is_here && (number > 0 || *from == 0) && (!is_last || chunk.is_empty() || from + chunk.len() == lines.len())
        });
        let Some(from) = found else { return false };
        at = from + chunk.len();
        if is_last && number == 0 && at != lines.len() {
            return false;
        }
    }
    true
}

#[test]
fn the_commands_of_the_readme_do_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("examples")).unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let example = "examples/open-cluster.json";
    fs::copy(root.join(example), folder.path().join(example)).unwrap();
    let text = fs::read_to_string(root.join("README.md")).unwrap();
    let mut ran = 0;
    let mut blocks = text.split("\n```");
    blocks.next();
    // Every second piece is a block.
    while let (Some(block), rest) = (blocks.next(), blocks.next()) {
        let (kind, body) = block.split_once('\n').unwrap_or((block, ""));
        assert!(rest.is_some() || body.is_empty(), "a block is not closed");
        match kind.split_once(' ') {
            Some(("jsonc", place)) => {
                let (file, line) = place.split_once(':').unwrap();
                let path = folder.path().join(file);
                let old = fs::read_to_string(&path).unwrap();
                let mut lines: Vec<&str> = old.lines().collect();
                lines[line.parse::<usize>().unwrap() - 1] = body;
                fs::write(path, lines.join("\n") + "\n").unwrap();
            }
            None if kind == "console" => {
                for session in body.strip_prefix("$ ").expect("a command first").split("\n$ ") {
                    let mut lines = session.lines();
                    let command = lines.next().unwrap();
                    let expected: Vec<&str> = lines.collect();
                    let (said, code) = run(folder.path(), command);
                    assert!(matches!(code, 0 | 1), "{command}: {code}: {said}");
                    assert!(is_shown(&said, &expected), "{command} says:\n{said}\nnot:\n{}", expected.join("\n"));
                    ran += 1;
                }
            }
            None if kind == "sh" => {
                for command in body.lines().filter(|line| line.starts_with("akslint ")) {
                    let (said, code) = run(folder.path(), command);
                    assert!(matches!(code, 0 | 1), "{command}: {code}: {said}");
                    ran += 1;
                }
            }
            _ => {}
        }
    }
    assert!(ran >= 10, "only {ran} commands");
}

#[test]
fn links_of_the_readme_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "docs/ci.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let file = link.split('#').next().unwrap();
            let target = root.join(page).parent().unwrap().join(file);
            assert!(link.starts_with("https://") || target.exists(), "{page}: {link}");
        }
    }
}

/// The one version stands in several files.
#[test]
fn versions_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let version = env!("CARGO_PKG_VERSION");
    for (file, line) in [
        ("pyproject.toml", format!("version = \"{version}\"\n")),
        ("pyproject.toml", format!("dependencies = [\"akslint=={version}\"]\n")),
        ("action.yml", format!("default: \"{version}\"\n")),
        ("README.md", format!("rev: v{version}\n")),
        ("README.md", format!("akslint/akslint@v{version}\n")),
        ("docs/ci.md", format!("akslint/akslint@v{version}\n")),
        ("docs/ci.md", format!("pip install akslint=={version}\n")),
        ("docs/ci.md", format!("rev: v{version}\n")),
    ] {
        assert!(fs::read_to_string(root.join(file)).unwrap().contains(&line), "{file} has no {line}");
    }
}
