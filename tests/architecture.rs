//! Modules depend downwards: reads the `use` lines of the sources.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What each top-level module may use, tests aside.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        ("cases", vec!["source", "syntax", "finding", "read", "rules", "check"]),
        ("source", vec![]),
        ("limits", vec![]),
        ("finding", vec!["source"]),
        ("syntax", vec!["source", "limits"]),
        ("discover", vec!["limits"]),
        ("read", vec!["limits"]),
        ("sniff", vec!["search"]),
        ("search", vec![]),
        ("network", vec![]),
        ("schema", vec!["rules"]),
        ("template", vec!["source", "syntax", "limits"]),
        ("script", vec!["source", "discover", "search", "evaluate"]),
        ("evaluate", vec!["source", "template", "limits", "digest"]),
        ("rules", vec!["source", "syntax", "finding", "evaluate", "network", "schema", "limits", "read", "date"]),
        ("report", vec!["source", "finding"]),
        ("write", vec!["read"]),
        ("date", vec![]),
        ("digest", vec![]),
        ("config", vec!["source", "limits", "finding", "discover", "read", "evaluate", "date"]),
        (
            "suppress",
            vec!["source", "finding", "syntax", "report", "config", "date", "digest", "discover", "read", "write"],
        ),
        ("fix", vec!["source", "finding", "syntax", "discover", "read"]),
        (
            "judge",
            vec![
                "source", "finding", "syntax", "template", "evaluate", "rules", "schema", "network", "report",
                "limits", "fix", "script", "digest",
            ],
        ),
        (
            "check",
            vec![
                "config", "suppress", "date", "source", "limits", "finding", "syntax", "discover", "read", "sniff",
                "search", "template", "evaluate", "rules", "judge", "report", "fix", "script",
            ],
        ),
    ])
}

/// Files of tests may build what they test from above.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.parent().is_some_and(|folder| folder.ends_with("tests"))
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests may build what they test from above.
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
            found.push((path.to_string_lossy().replace('\\', "/"), code));
        }
    }
}

#[test]
fn modules_depend_downwards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 40, "the sources are found");
    let mut upward = Vec::new();
    for (path, code) in files {
        let inside = path.split("/src/").last().unwrap();
        let module = inside.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(allowed) = allowed().remove(module) else { continue };
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !used.is_empty() && used != module && !allowed.contains(&used.as_str()) && used != "testing" {
                    upward.push(format!("{inside} uses {used}: {}", line.trim()));
                }
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}
