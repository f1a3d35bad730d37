//! The program as its users meet it: arguments and files in; text, an exit code and nothing else out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[path = "cli/expand.rs"]
mod expand;
#[path = "cli/formats.rs"]
mod formats;

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"size": {"type": "int"}},
  "resources": []
}
"#;
const PARAMETERS: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"size": {"value": 3}}
}
"#;

/// The program in `folder`, with an environment that is the same everywhere.
fn akslint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("akslint"));
    command.current_dir(folder).env_clear().env("COLUMNS", "100").args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(akslint(folder, arguments).stdin(Stdio::null()).output().unwrap())
}

fn run_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut command = akslint(folder, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    said(child.wait_with_output().unwrap())
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().expect("ended by a signal"), text(output.stdout), text(output.stderr))
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_missing_path_is_an_incomplete_run() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let (code, out, _) = run(folder.path(), &["check", "gone.json", "main.json"]);
    assert_eq!(code, 2);
    assert!(out.contains("failed gone.json: no such file or folder"), "{out}");
    assert!(out.contains("1 checked"), "the other file is checked all the same: {out}");
}

#[test]
fn usage_errors_suggest_what_was_meant() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let table: [(&[&str], &str); 18] = [
        (&["--formt", "json"], "--format"),
        (&["check", "--paramters", "x"], "--parameters"),
        (&["--format", "jsn"], "json"),
        (&["--show", "fial"], "fail"),
        (&["--output", "x.html"], "human, json, sarif"),
        (&["--fail-on", "warn"], "warning"),
        (&["--stdin-filename", "x.json"], "`-`"),
        (&["--fix=all"], "unsafe"),
        (&["--fix-generated"], "--fix"),
        (&["--fix", "-"], "--diff"),
        (&["--fix", "unsafe"], "did you mean --fix=unsafe, with `=`?"),
        (&["chekc"], "no file and no command 'chekc'; did you mean `akslint check`?"),
        (&["--output", "juint=x.xml"], "did you mean junit=x.xml?"),
        (&["--select", "AKS1O4"], "no rule is meant by 'AKS1O4'; did you mean 'AKS104'?"),
        (&["--ignore", "Azure.AKS.AuthorisedIPs"], "did you mean 'Azure.AKS.AuthorizedIPs'?"),
        (&["--select", "tag:no=thing"], "`akslint rules` lists those there are"),
        (&["explain", "AKS1O4"], "did you mean 'AKS104'?"),
        (&["completions", "zhs"], "zsh"),
    ];
    for (arguments, hint) in table {
        let (code, out, error) = run(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(error.contains(hint), "{arguments:?}: {error}");
    }
}

#[test]
fn help_and_version_are_answers() {
    let folder = folder(&[]);
    for arguments in [&["--help"][..], &["-h"], &["check", "--help"]] {
        let (code, out, error) = run(folder.path(), arguments);
        assert_eq!((code, error.as_str()), (0, ""), "{arguments:?}");
        for word in ["Examples:", "Exit codes:", "--parameters", "--fail-on"] {
            assert!(out.contains(word), "{arguments:?} says nothing of {word}");
        }
    }
    assert_eq!(run(folder.path(), &["--version"]).1, concat!("akslint ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn every_command_teaches_by_examples_or_says_all() {
    let folder = folder(&[]);
    for command in ["check", "expand", "eval", "rules", "explain", "test", "baseline", "completions"] {
        let (code, out, _) = run(folder.path(), &[command, "--help"]);
        assert!(
            code == 0
                && out.contains(&format!("Examples:\n  akslint {}", if command == "check" { "." } else { command })),
            "{out}"
        );
    }
}

#[test]
fn a_missing_file_has_neighbours() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let (code, out, _) = run(folder.path(), &["mian.json"]);
    assert_eq!(code, 2);
    assert!(out.contains("failed mian.json: no such file or folder; did you mean main.json?"), "{out}");
    let (code, out, _) = run(folder.path(), &["main.json", "--rules", "gone"]);
    assert_eq!(code, 2);
    assert!(out.contains("failed gone: no such file or folder"), "{out}");
    let (code, _, error) = run(folder.path(), &["test", "gone"]);
    assert_eq!((code, error.as_str()), (2, "error: gone: no such file or folder\n"));
}

#[test]
fn nothing_to_check_is_no_failure() {
    let folder = folder(&[("package.json", b"{\"name\": \"left-pad\"}")]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    for path in ["empty", "package.json", "."] {
        let (code, _, error) = run(folder.path(), &[path]);
        assert_eq!((code, error.as_str()), (0, "no template found: nothing to check\n"), "{path}");
    }
}

#[test]
fn unreadable_input_is_named_with_its_reason() {
    let cut = TEMPLATE.get(..TEMPLATE.len() - 4).unwrap();
    let files: [(&str, &[u8]); 9] = [
        ("broken.json", b"{\n  \"a\" 1\n}"),
        ("cut.json", cut.as_bytes()),
        ("empty.json", b""),
        ("binary.json", b"\x7fELF\x00\x01\x02\x00"),
        ("latin.json", b"{\"name\": \"M\xfcller\"}"),
        ("half.json", b"\xff\xfe{\x00\""),
        ("deep.json", &b"[".repeat(100_000)),
        ("two.json", b"{} {}"),
        ("notes.txt", b"not JSON"),
    ];
    let folder = folder(&files);
    for (name, _) in files {
        let (code, out, error) = run(folder.path(), &[name]);
        assert_eq!(code, 2, "{name}: {out}{error}");
        assert!(out.contains(&format!("failed {name}")), "{name}: {out}");
        let (code, _, error) = run(folder.path(), &["-q", name]);
        assert_eq!(code, 2);
        assert!(error.starts_with(&format!("failed {name}")), "{name}: {error}");
    }
    // Met on a walk, only the one that speaks of Azure matters.
    let (code, out, _) = run(folder.path(), &["."]);
    assert_eq!(code, 2);
    assert!(out.contains("1 failed") && out.contains("failed cut.json:"), "{out}");
}

#[test]
fn reads_what_windows_writes() {
    let folder = folder(&[
        ("marked.json", &utf16(&format!("\u{feff}{TEMPLATE}"))),
        ("bare.json", &utf16(TEMPLATE)),
        ("bom.json", format!("\u{feff}{}", TEMPLATE.replace('\n', "\r\n")).as_bytes()),
    ]);
    let (code, out, error) = run(folder.path(), &["--format", "json", "."]);
    assert_eq!((code, error.as_str()), (0, ""), "{out}");
    assert_eq!(json(&out)["summary"]["files"]["checked"], 3, "{out}");
}

#[cfg(unix)]
#[test]
fn never_waits_for_a_pipe() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let made = Command::new("mkfifo").arg(folder.path().join("pipe.json")).status().unwrap();
    assert!(made.success());
    assert_eq!(run(folder.path(), &["."]).0, 0, "a pipe met on a walk is no file");
    let (code, out, _) = run(folder.path(), &["pipe.json"]);
    assert_eq!(code, 2);
    assert!(out.contains("failed pipe.json: not a regular file"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_a_failure() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let path = folder.path().join("main.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // The superuser reads everything.
    }
    let (code, out, _) = run(folder.path(), &["."]);
    assert_eq!(code, 2);
    assert!(out.contains("failed main.json: cannot be read"), "{out}");
}

#[test]
fn reads_standard_input() {
    let folder = folder(&[("main.parameters.json", PARAMETERS.as_bytes())]);
    let (code, out, _) = run_with_input(folder.path(), &["-", "--format", "json"], TEMPLATE.as_bytes());
    assert_eq!(code, 0);
    assert_eq!(json(&out)["inputs"][0]["path"], "<stdin>");
    let arguments = ["-", "--stdin-filename", "main.json", "--format", "json"];
    let (code, out, _) = run_with_input(folder.path(), &arguments, TEMPLATE.as_bytes());
    assert_eq!(code, 0);
    let paths: Vec<_> = json(&out)["inputs"].as_array().unwrap().iter().map(|input| input["path"].clone()).collect();
    assert_eq!(paths, ["main.json", "main.parameters.json"]);
    assert_eq!(run_with_input(folder.path(), &["-"], b"{").0, 2);
}

#[test]
fn parameters_files_find_their_templates() {
    let at = format!("{{\"metadata\": {{\"template\": \"infra/main.json\"}}, {}", &PARAMETERS[1..]);
    let folder = folder(&[
        ("infra/main.json", TEMPLATE.as_bytes()),
        ("infra/main.prod.parameters.json", PARAMETERS.as_bytes()),
        ("infra/env/any.json", at.as_bytes()),
        ("lost.parameters.json", PARAMETERS.as_bytes()),
    ]);
    let inputs = |arguments: &[&str]| {
        let (code, out, error) = run(folder.path(), &[arguments, &["--format", "json"]].concat());
        let of = |input: &serde_json::Value| {
            format!("{} {}", input["path"].as_str().unwrap(), input["status"].as_str().unwrap())
        };
        let inputs: Vec<_> = json(&out)["inputs"].as_array().unwrap().iter().map(of).collect();
        (code, inputs.join(", "), error)
    };
    let table: [(&[&str], i32, &str); 6] = [
        (
            &["."],
            0,
            "infra/env/any.json checked, infra/main.json checked, infra/main.prod.parameters.json checked, lost.parameters.json skipped",
        ),
        (&["infra/main.json"], 0, "infra/main.json checked, infra/main.prod.parameters.json checked"),
        (&["infra/main.prod.parameters.json"], 0, "infra/main.json checked, infra/main.prod.parameters.json checked"),
        (&["infra/env/any.json"], 0, "infra/env/any.json checked, infra/main.json checked"),
        (
            &["infra/main.json", "--parameters", "lost.parameters.json"],
            0,
            "infra/main.json checked, lost.parameters.json checked",
        ),
        (&["infra/main.json", "--parameters", "gone.json"], 2, "gone.json failed, infra/main.json checked"),
    ];
    for (arguments, code, expected) in table {
        let got = inputs(arguments);
        assert_eq!((got.0, got.1.as_str()), (code, expected), "{arguments:?} {}", got.2);
    }
}

#[test]
fn sources_that_were_not_compiled_are_named() {
    let folder = folder(&[("a.bicep", b""), ("b.bicep", b""), ("b.json", TEMPLATE.as_bytes())]);
    let (code, out, _) = run(folder.path(), &["."]);
    assert_eq!(code, 0);
    let line = "skipped a.bicep: not compiled; run `az bicep build --file a.bicep` or `bicep build a.bicep`";
    assert!(out.contains(line) && !out.contains("b.bicep"), "{out}");
}

#[test]
fn writes_reports_to_files_besides() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let (code, out, _) = run(folder.path(), &["main.json", "--output", "a.sarif", "--output", "json=b.txt"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("Findings:"), "{out}");
    let file = |name| json(&fs::read_to_string(folder.path().join(name)).unwrap());
    assert_eq!(file("a.sarif")["version"], "2.1.0");
    assert_eq!(file("b.txt")["schemaVersion"], 1);
    let (code, _, error) = run(folder.path(), &["main.json", "--output", "no/such/folder.json"]);
    assert_eq!(code, 2);
    assert!(error.contains("cannot write no/such/folder.json"), "{error}");
}

#[test]
fn fixing_nothing_changes_nothing() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let (code, out, error) = run(folder.path(), &["--diff", "main.json"]);
    assert_eq!((code, out.as_str(), error.as_str()), (0, "", "no fix to carry out\n"));
    let (code, out, error) = run(folder.path(), &["--fix=unsafe", "main.json"]);
    assert_eq!((code, error.as_str()), (0, "no fix to carry out\n"));
    assert!(out.starts_with("Findings:"), "{out}");
    assert_eq!(fs::read(folder.path().join("main.json")).unwrap(), TEMPLATE.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let mut child = akslint(folder.path(), &["main.json", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let (code, _, error) = said(child.wait_with_output().unwrap());
    assert_eq!((code, error.as_str()), (0, ""));
}

#[test]
fn the_order_of_arguments_and_threads_changes_nothing() {
    let names: Vec<String> = (0..40).map(|n| format!("{}/t{n}.json", n % 3)).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), TEMPLATE.as_bytes())).collect();
    let folder = folder(&files);
    let run = |threads: &str, paths: &[&str]| {
        let mut command = akslint(folder.path(), &[paths, &["--format", "json"]].concat());
        said(command.env("RAYON_NUM_THREADS", threads).stdin(Stdio::null()).output().unwrap()).1
    };
    let one = run("1", &["0", "1", "2"]);
    assert_eq!(one, run("8", &["2", "0", "1", "./0"]));
    assert_eq!(one, run("3", &["."]));
}

#[test]
fn a_large_template_gets_the_parameters_that_name_it_from_afar() {
    let cluster = r#"{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks", "location": "westeurope",
        "properties": {"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('ranges')]"}}}"#;
    let (start, rest) = TEMPLATE.split_once("\"size\": {\"type\": \"int\"}").unwrap();
    let long = "x".repeat(300_000);
    let head = format!("{start}\"ranges\": {{\"type\": \"array\", \"metadata\": {{\"description\": \"{long}\"}}}}");
    let template = format!("{head}{}", rest.replace("[]", &format!("[{cluster}]")));
    let parameters = r#"{"metadata": {"template": "../infra/main.json"},
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0", "parameters": {"ranges": {"value": ["0.0.0.0/0"]}}}"#;
    let folder = folder(&[("infra/main.json", template.as_bytes()), ("values/prod.json", parameters.as_bytes())]);
    let (code, out, _) = run(folder.path(), &[".", "--format", "concise"]);
    assert!(out.contains("values/prod.json") && out.contains("AKS104") && !out.contains("AKS901"), "{out}");
    assert_eq!(code, 1);
    let (code, out, _) = run(folder.path(), &["infra", "--format", "concise"]);
    assert!(out.contains("AKS901") && !out.contains("AKS104"), "{out}");
    assert_eq!(code, 0);
}
