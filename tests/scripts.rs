//! Commands in scripts and pipeline files: what is found in them, where, and what the program says of it.

#![allow(clippy::unwrap_used)]

use akslint::check::{CheckOptions, check};
use akslint::finding::{Finding, Label, Outcome};
use akslint::report::Report;
use assert_cmd::Command;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

fn run() -> Report {
    let mut options = CheckOptions::new(folder());
    options.paths = vec![".".into()];
    options.scripts = true;
    check(&options).unwrap()
}

fn place(label: &Label) -> String {
    let file = &label.location.file;
    let start = file.position(label.location.span.start);
    let text = file.slice(label.location.span).split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}:{}:{} `{text}`", file.path(), start.line, start.column)
}

fn words(report: &Report) -> String {
    let mut findings: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| match finding.outcome {
            Outcome::Fail | Outcome::Error => true,
            Outcome::Unknown => finding.reference.starts_with("AKS9"),
            Outcome::Pass | Outcome::None => false,
        })
        .collect();
    findings.sort_by_key(|finding| {
        (finding.primary.location.file.path().to_owned(), finding.primary.location.span, finding.reference.clone())
    });
    let mut text = String::new();
    for finding in findings {
        let outcome = if finding.outcome == Outcome::Fail { finding.level.as_str() } else { finding.outcome.as_str() };
        let name = finding.resource.as_ref().and_then(|resource| resource.name.as_deref()).unwrap_or("-");
        let accepted = if finding.suppressed.is_some() { " (accepted)" } else { "" };
        writeln!(text, "{outcome} {} {name}: {}{accepted}", finding.reference, finding.message).unwrap();
        writeln!(text, "  at {} {}", place(&finding.primary), finding.primary.text).unwrap();
        for said in [&finding.note, &finding.help].into_iter().filter(|said| !said.is_empty()) {
            writeln!(text, "  {said}").unwrap();
        }
        for condition in &finding.conditions {
            writeln!(text, "  when {condition}").unwrap();
        }
        for fix in &finding.fixes {
            let edits: Vec<_> = fix
                .edits
                .iter()
                .map(|edit| format!("`{}` -> `{}`", edit.location.file.slice(edit.location.span), edit.text))
                .collect();
            writeln!(text, "  fix: {} {}", fix.description, edits.join(", ")).unwrap();
        }
    }
    for input in &report.inputs {
        writeln!(text, "{} {} {}", input.status.as_str(), input.kind.as_str(), input.path).unwrap();
    }
    text
}

#[test]
fn findings_in_scripts() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("scripts");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("findings", words(&run())));
}

fn akslint(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::cargo_bin("akslint").unwrap().env_clear().current_dir(folder()).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn scripts_are_read_on_request_only() {
    let (code, out, error) = akslint(&["--format", "concise", "."]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(error.contains("no template found"), "{error}");
    let (code, out, error) = akslint(&["--format", "concise", "--scripts", "."]);
    assert_eq!((code, error.as_str()), (Some(1), ""));
    for expected in
        [".github/workflows/deploy.yml:16:", "cluster.ps1:13:1: error", "create.sh:17:1: error", "pipelines/"]
    {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    // What is named is read like what is found.
    let (code, named, _) = akslint(&["--format", "concise", "--scripts", "create.sh"]);
    assert_eq!(code, Some(1));
    assert!(named.lines().count() > 10 && named.lines().all(|line| line.starts_with("create.sh:")), "{named}");
    let (code, _, error) = akslint(&["--scripts", "pipelines/none.yaml"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
}

#[test]
fn a_script_named_without_the_option_gets_a_hint() {
    let (code, _, error) = akslint(&["-q", "--format", "json", "create.sh"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--scripts"), "{error}");
}

#[test]
fn standard_input_may_be_a_script() {
    let mut command = Command::cargo_bin("akslint").unwrap();
    command.env_clear().args(["-", "--stdin-filename", "x/deploy.sh", "--scripts", "--format", "concise"]);
    let output = command.write_stdin("az aks create -n c").output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("x/deploy.sh:1:1: error: No authorised IP ranges"), "{out}");
}

#[test]
fn the_configuration_can_ask_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("akslint.yaml"), "scripts: true\npaths: {exclude: [old]}\n").unwrap();
    std::fs::create_dir(folder.path().join("old")).unwrap();
    for path in ["a.azcli", "old/b.sh"] {
        std::fs::write(folder.path().join(path), "az aks create -n c\n").unwrap();
    }
    let output = Command::cargo_bin("akslint")
        .unwrap()
        .env_clear()
        .current_dir(folder.path())
        .arg("--format=json")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["inputs"][0]["kind"], "script", "{json}");
    assert_eq!(json["results"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["results"][0]["resource"]["path"], "$[0]");
    assert_eq!(json["summary"]["clusters"]["failed"], 1);
}

#[test]
fn fixes_stay_inside_of_words() {
    let folder = tempfile::tempdir().unwrap();
    let ranges = "--api-server-authorized-ip-ranges";
    let powershell = "-ApiServerAccessAuthorizedIpRange";
    let table = [
        (
            "a.sh",
            format!("az aks create -n c {ranges} '20.101.4.17/28'"),
            format!("az aks create -n c {ranges} '20.101.4.16/28'"),
        ),
        (
            "b.sh",
            format!("az aks create -n c {ranges}=\"51.124.8.9 , 10.0.0.0/8,${{X}}/32\"\n"),
            format!("az aks create -n c {ranges}=\"51.124.8.9/32,${{X}}/32\"\n"),
        ),
        (
            "c.sh",
            format!("az aks create -n c {ranges} 20.101.4.16/28 51.124.8.0/24"),
            format!("az aks create -n c {ranges} 20.101.4.16/28,51.124.8.0/24"),
        ),
        (
            "d.sh",
            format!("az aks create -n c {ranges} 0.0.0.0/32,20.101.4.16/28"),
            format!("az aks create -n c {ranges} 20.101.4.16/28"),
        ),
        (
            "e.yml",
            format!("run: \"az aks create -n c {ranges} \\\"20.101.4.17/28\\\"\""),
            format!("run: \"az aks create -n c {ranges} \\\"20.101.4.16/28\\\"\""),
        ),
        (
            "f.ps1",
            format!("New-AzAksCluster {powershell} ' 20.101.4.17/28','51.124.8.9'"),
            format!("New-AzAksCluster {powershell} '20.101.4.16/28','51.124.8.9/32'"),
        ),
        // Not one plain word, or the last entry: left alone.
        (
            "g.sh",
            format!("az aks create -n c {ranges} '20.101.'4.17/28"),
            format!("az aks create -n c {ranges} '20.101.'4.17/28"),
        ),
        (
            "h.sh",
            format!("az aks create -n c {ranges} 10.0.0.0/8,$X/32"),
            format!("az aks create -n c {ranges} 10.0.0.0/8,$X/32"),
        ),
        (
            "i.ps1",
            format!("New-AzAksCluster {powershell} '1.1.1.1,9.9.9.9'"),
            format!("New-AzAksCluster {powershell} '1.1.1.1,9.9.9.9'"),
        ),
    ];
    for (path, before, _) in &table {
        std::fs::write(folder.path().join(path), before).unwrap();
    }
    let output = Command::cargo_bin("akslint")
        .unwrap()
        .env_clear()
        .current_dir(folder.path())
        .args(["--scripts", "--fix", "--format", "concise"])
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!error.contains("defect"), "{error}");
    for (path, _, after) in &table {
        assert_eq!(std::fs::read_to_string(folder.path().join(path)).unwrap(), *after, "{path}");
    }
}
