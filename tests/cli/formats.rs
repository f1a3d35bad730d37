//! Formats, files of reports, colours and the rest of what a report looks like.

use super::{PARAMETERS, TEMPLATE, akslint, folder, json, run, said};
use std::fs;
use std::process::Stdio;

/// A template that is read, a parameters file of no template, and a file that cannot be read.
fn mixed() -> tempfile::TempDir {
    folder(&[
        ("main.json", TEMPLATE.as_bytes()),
        ("lost.parameters.json", PARAMETERS.as_bytes()),
        ("broken.json", b"{\n  \"a\" 1 \"Microsoft.ContainerService/managedClusters\"\n}"),
    ])
}

#[test]
fn every_format_reports_what_could_not_be_read() {
    let folder = mixed();
    let table = [
        ("human", "failed broken.json:2:7:"),
        ("json", "\"status\": \"failed\""),
        ("sarif", "\"executionSuccessful\": false"),
        (
            "github",
            "::error file=broken.json,line=2,col=7,endLine=2,endColumn=7,title=akslint could not check this file::",
        ),
        (
            "azure-pipelines",
            "##vso[task.logissue type=error;sourcepath=broken.json;linenumber=2;columnnumber=7;code=akslint]",
        ),
        ("junit", "<testsuite name=\"broken.json\" tests=\"1\" skipped=\"0\" errors=\"1\" failures=\"0\">"),
        ("markdown", "- broken.json:2:7: not JSON:"),
    ];
    for (format, expected) in table {
        let (code, out, error) = run(folder.path(), &[".", "--format", format]);
        assert_eq!(code, 2, "{format}: {error}");
        assert!(out.contains(expected), "{format}: {out}");
        assert_eq!(error.contains("failed broken.json:2:7"), format != "human", "{format}: {error}");
    }
    // One line a finding, and nothing but findings.
    let (code, out, error) = run(folder.path(), &[".", "--format", "concise"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.starts_with("failed broken.json:2:7"), "{error}");
}

#[test]
fn formats_that_list_skipped_files() {
    let folder = mixed();
    for (format, expected) in [
        ("human", "skipped lost.parameters.json: belongs to no template"),
        ("junit", "<skipped message=\"belongs to no template\"/>"),
        ("markdown", "### Skipped files\n\n- lost.parameters.json: belongs to no template"),
    ] {
        let (_, out, _) = run(folder.path(), &[".", "--format", format]);
        assert!(out.contains(expected), "{format}: {out}");
    }
}

#[test]
fn quiet_and_verbose() {
    let names: Vec<String> = (0..9).map(|n| format!("m{n}.bicep")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    files.push(("main.json", TEMPLATE.as_bytes()));
    let folder = folder(&files);
    let (code, out, error) = run(folder.path(), &["-q", "."]);
    assert_eq!((code, out.as_str(), error.as_str()), (0, "", ""));
    assert_eq!(run(folder.path(), &["."]).1.matches("skipped m").count(), 0);
    assert_eq!(run(folder.path(), &["-v", "."]).1.matches("skipped m").count(), 9);
    assert_eq!(run(folder.path(), &["-q", "-v", "."]).0, 2);
}

#[test]
fn the_extension_decides_the_format_of_a_file() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let arguments: Vec<&str> = ["r.sarif", "r.json", "r.xml", "r.md", "r.txt", "github=r", "concise=r.json.log"]
        .into_iter()
        .flat_map(|output| ["--output", output])
        .collect();
    let (code, out, error) = run(folder.path(), &[&["main.json"], &*arguments].concat());
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.starts_with("Findings:"), "{out}");
    let file = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(json(&file("r.sarif"))["version"], "2.1.0");
    assert_eq!(json(&file("r.json"))["schemaVersion"], 1);
    assert!(file("r.xml").contains("<testcase name=\"read template\" classname=\"akslint\"/>"));
    assert!(file("r.md").starts_with("## akslint: no findings\n"));
    assert!(file("r.txt").starts_with("Findings:"));
    assert_eq!(file("r") + &file("r.json.log"), "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8, "nothing is left beside");
}

#[test]
fn a_report_that_cannot_be_written_costs_no_other() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes()), ("dir.json/x", b"")]);
    let arguments = ["main.json", "--output", "no/such.json", "--output", "dir.json", "--output", "yes.json"];
    let (code, out, error) = run(folder.path(), &arguments);
    assert_eq!(code, 2);
    assert!(out.starts_with("Findings:"), "{out}");
    assert!(error.contains("cannot write no/such.json: ") && error.contains("cannot write dir.json: "), "{error}");
    assert!(folder.path().join("yes.json").exists());
}

#[test]
fn a_file_is_reported_to_once() {
    let folder = folder(&[("main.json", TEMPLATE.as_bytes())]);
    let (code, out, error) = run(folder.path(), &["main.json", "--output", "a.json", "--output", "sarif=a.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("a.json is named twice"), "{error}");
}

#[test]
fn colours_are_for_who_wants_them() {
    let folder = mixed();
    let colours = |arguments: &str, environment: &str| {
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        let mut command = akslint(folder.path(), &[&["."], &*arguments].concat());
        command.envs(environment.split_whitespace().filter_map(|set| set.split_once('='))).stdin(Stdio::null());
        said(command.output().unwrap()).1.contains('\u{1b}')
    };
    let table = [
        ("", "", false),
        ("", "CLICOLOR_FORCE=1", true),
        ("", "CLICOLOR_FORCE=0", false),
        ("", "CLICOLOR_FORCE=1 NO_COLOR=1", false),
        ("--color always", "NO_COLOR=1", true),
        ("--color never", "CLICOLOR_FORCE=1", false),
        ("--color never", "FORCE_HYPERLINK=1", false),
        ("--color always --format json", "", false),
        ("--color always --format markdown", "FORCE_HYPERLINK=1", false),
    ];
    for (arguments, environment, expected) in table {
        assert_eq!(colours(arguments, environment), expected, "{arguments:?} {environment:?}");
    }
}

#[test]
fn completions_of_each_shell() {
    let folder = folder(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, error) = run(folder.path(), &["completions", shell]);
        assert_eq!((code, error.as_str()), (0, ""), "{shell}");
        assert!(out.contains("akslint"), "{shell}: {out}");
    }
    assert_eq!(run(folder.path(), &["completions", "tcsh"]).0, 2);
}
