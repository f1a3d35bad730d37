//! Prepares the rule pack: the documents of `rules/*.Rule.yaml` as one JSON text, and the list of the rules' pages. No checks here; the
//! library reads the result, and tests compare it with the files.

#[allow(dead_code)]
#[path = "src/rules/yaml.rs"]
mod yaml;

use serde_json::{Map, Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    // The build script's `cargo::` lines are its output.
    let print =
        |line: &str| -> std::io::Result<()> { std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()) };
    print(
        "cargo::rerun-if-changed=build.rs\ncargo::rerun-if-changed=rules\ncargo::rerun-if-changed=docs/rules\ncargo::rerun-if-changed=src/rules/yaml.rs\n",
    )?;
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let folder = root.join("rules");
    let names = files(&folder, ".Rule.yaml")?;
    let mut documents = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name))?;
        for document in yaml::documents(&text) {
            let document = document.map_err(|error| format!("rules/{name}: byte {}: {}", error.at, error.message))?;
            let before = text.get(..document.root.span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let root =
                tree(&document.root).map_err(|key| format!("rules/{name}: line {line}: '{key}' is there twice"))?;
            documents.push(
                json!({"file": format!("rules/{name}"), "line": line, "synopsis": document.synopsis, "root": root}),
            );
        }
    }
    fs::write(out.join("rules.json"), serde_json::to_string(&documents)?)?;
    fs::write(out.join("pages.rs"), pages(&root.join("docs/rules"))?)?;
    Ok(())
}

/// The names of the files of a folder that end so, sorted; none if the folder is not there.
fn files(folder: &Path, ending: &str) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(ending) {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// An array of pairs: the reference of a rule, and the text of its page.
fn pages(folder: &Path) -> std::io::Result<String> {
    let mut text = "[\n".to_owned();
    for name in files(folder, ".md")? {
        let reference = name.trim_end_matches(".md");
        if reference.starts_with("AKS") {
            text.push_str(&format!("    ({reference:?}, include_str!({:?})),\n", folder.join(&name)));
        }
    }
    text.push_str("]\n");
    Ok(text)
}

/// The tree as JSON, every scalar a text; `Err` names a key that is there twice. The reader bounds the nesting.
fn tree(node: &yaml::Yaml) -> Result<Value, String> {
    Ok(match &node.kind {
        yaml::YamlKind::Scalar(text) => Value::from(text.as_str()),
        yaml::YamlKind::List(items) => Value::Array(items.iter().map(tree).collect::<Result<_, _>>()?),
        yaml::YamlKind::Map(entries) => {
            let mut map = Map::new();
            for (key, _, value) in entries {
                if map.insert(key.clone(), tree(value)?).is_some() {
                    return Err(key.clone());
                }
            }
            Value::Object(map)
        }
    })
}
