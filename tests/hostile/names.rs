//! Names that try to be more than names: shown harmlessly, in every format.

use super::{folder, run, template};

const FORMATS: [&str; 8] = ["human", "concise", "json", "sarif", "github", "azure-pipelines", "junit", "markdown"];

/// What terminals and CI systems would carry out, or what would break a format.
const NASTY: [&str; 10] = [
    "::error::injected",
    "esc\u{1b}[31m\u{1b}]0;title\u{7}",
    "line\nfeed\r\n::error::injected",
    "##vso[task.complete result=Succeeded]",
    "reverse\u{202e}gnp\u{200b}.\u{2066}",
    "</testcase>]]><!--\"'&<script>",
    "back`tick` | pipe **bold** [link](http://x)",
    "del\u{7f}\u{9b}31m\u{85}",
    "tab\tback\u{8}\u{c}",
    "emoji😀\u{fffe}\u{feff}",
];

fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
}

/// Nothing in the text moves a cursor, and no line begins a command that somebody else wrote.
fn assert_harmless(what: &str, format: &str, text: &str) {
    if let Some(c) = text.chars().find(|c| is_harmful(*c)) {
        panic!("{format} of {what:?} holds {c:?}: {text}");
    }
    let own = ["::error ", "::warning ", "::notice ", "::group", "::endgroup", "##vso[task.logissue "];
    for line in text.lines() {
        let line = line.trim_start();
        let is_command = line.starts_with("::") || line.to_lowercase().contains("##vso[");
        assert!(!is_command || own.iter().any(|own| line.starts_with(own)), "{format} of {what:?}: {line}");
    }
    match format {
        "json" | "sarif" => drop(serde_json::from_str::<serde_json::Value>(text).unwrap()),
        "junit" => assert!(!text.contains("<script>") && !text.contains("</testcase>]]>"), "{text}"),
        _ => {}
    }
}

#[test]
fn names_of_resources() {
    for nasty in NASTY {
        let quoted = serde_json::Value::from(nasty).to_string();
        // In a name, a range, a key, a comment, and an unknown function.
        let text = template(
            &format!(
                "[{quoted}, \"0.0.0.0/0\", \"[parameters({})]\"], {quoted}: 1",
                nasty.escape_default().to_string().replace(['"', '\\'], "")
            ),
            "",
        )
        .replace("\"aks\"", &quoted);
        let folder = folder(&[("main.json", text.as_bytes())]);
        for format in FORMATS {
            let run = run(folder.path(), &["main.json", "--format", format, "--show", "all"]);
            assert_harmless(nasty, format, &run.out);
            assert_harmless(nasty, "concise", &run.error);
        }
        let run = run(folder.path(), &["expand", "main.json"]);
        assert_harmless(nasty, "concise", &run.out);
        assert_harmless(nasty, "concise", &run.error);
    }
}

#[test]
fn names_of_files() {
    for nasty in NASTY {
        let name = format!("{}.json", nasty.replace('/', "|"));
        let text = template("[\"0.0.0.0/0\"]", "");
        let broken = format!("b{name}");
        let folder = folder(&[(name.as_str(), text.as_bytes()), (broken.as_str(), b"{\"managedClusters\" 1}")]);
        for format in FORMATS {
            let run = run(folder.path(), &[".", &name, &broken, "./missing\u{1b}[2J", "--format", format]);
            assert_eq!(run.code, Some(2), "{run:?}");
            assert_harmless(nasty, format, &run.out);
            assert_harmless(nasty, "concise", &run.error);
        }
    }
}

#[test]
fn arguments() {
    let folder = folder(&[("main.json", template("[\"0.0.0.0/0\"]", "").as_bytes())]);
    for nasty in NASTY {
        for arguments in [
            vec!["--select", nasty, "main.json"],
            vec!["--rules", nasty, "main.json"],
            vec!["explain", nasty],
            vec!["eval", nasty],
            vec!["--config", nasty, "main.json"],
            vec!["--output", nasty, "--format", nasty],
        ] {
            let run = run(folder.path(), &arguments);
            assert!(!run.error.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{arguments:?}: {run:?}");
        }
    }
}
