//! Prepares the rule pack: the documents of `rules/*.Rule.yaml` in a form that is quickly read, and the list of the rules' pages. No
//! checks here; the library reads the result, and tests compare it with the files.

#[allow(dead_code)]
#[path = "src/rules/yaml.rs"]
mod yaml;

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
    let (mut documents, mut count) = (String::new(), 0);
    for name in names {
        let text = fs::read_to_string(folder.join(&name))?;
        for document in yaml::documents(&text) {
            let document = document.map_err(|error| format!("rules/{name}: byte {}: {}", error.at, error.message))?;
            let before = text.get(..document.root.span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            count += 1;
            documents.push_str("4[");
            write_text(&mut documents, &format!("rules/{name}"));
            write_text(&mut documents, &line.to_string());
            documents.push_str(if document.synopsis.is_some() { "1[" } else { "0[" });
            document.synopsis.iter().for_each(|synopsis| write_text(&mut documents, synopsis));
            write_node(&mut documents, &document.root)
                .map_err(|key| format!("rules/{name}: line {line}: '{key}' is there twice"))?;
        }
    }
    fs::write(out.join("rules.txt"), format!("{count}[{documents}"))?;
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

/// Writes a text as `src/rules/pack.rs` reads it.
fn write_text(out: &mut String, text: &str) {
    out.push_str(&format!("{}:{text}", text.len()));
}

/// Likewise a tree, every scalar a text; `Err` names a key that is there twice. The reader bounds the nesting.
fn write_node(out: &mut String, node: &yaml::Yaml) -> Result<(), String> {
    match &node.kind {
        yaml::YamlKind::Scalar(text) => write_text(out, text),
        yaml::YamlKind::List(items) => {
            out.push_str(&format!("{}[", items.len()));
            for item in items {
                write_node(out, item)?;
            }
        }
        yaml::YamlKind::Map(entries) => {
            out.push_str(&format!("{}{{", entries.len()));
            for (index, (key, _, value)) in entries.iter().enumerate() {
                if entries.iter().take(index).any(|(earlier, ..)| earlier == key) {
                    return Err(key.clone());
                }
                write_text(out, key);
                write_node(out, value)?;
            }
        }
    }
    Ok(())
}
