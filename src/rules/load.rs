//! Rule files that users name: files, or folders searched for `*.Rule.yaml`, `*.Rule.yml`, `*.Rule.json` and `*.Rule.jsonc`.

use super::pattern::Patterns;
use super::read::{self, ReadOptions, Reading};
use crate::read::read as read_file;
use crate::source::SourceFile;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The endings of rule files, in lower case.
const ENDINGS: &[&str] = &[".rule.yaml", ".rule.yml", ".rule.json", ".rule.jsonc"];
/// How deeply folders are searched.
const MAX_DEPTH: usize = 32;
/// Rule files larger than this many bytes are refused.
const MAX_SIZE: u64 = 16 << 20;

/// A path that gave no rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Unreadable {
    /// The path as given or found.
    pub path: PathBuf,
    /// Why.
    pub message: String,
}

/// Rules that were loaded.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What the files hold.
    pub reading: Reading,
    /// The files read, in order.
    pub files: Vec<Arc<SourceFile>>,
    /// Paths that could not be read, or held no rule file.
    pub unreadable: Vec<Unreadable>,
    /// Rules in PSRule's other form, script, which are left out.
    pub scripts: Vec<Unreadable>,
}

/// Loads rule files from files and folders, in the order given, each once; within a folder sorted by path. `name` gives the path as reports
/// print it.
pub fn load(paths: &[PathBuf], options: ReadOptions, name: &dyn Fn(&Path) -> String) -> Loaded {
    let mut loaded = Loaded::default();
    let patterns = Patterns::new(options.pattern);
    let mut known = FxHashSet::default();
    for path in paths {
        let mut files = Vec::new();
        if path.is_dir() {
            search(path, 0, &mut files, &mut loaded.unreadable);
            files.sort();
            if files.iter().all(|file| is_script(file)) {
                let message =
                    format!("the folder holds no rule file ({})", "*.Rule.yaml, *.Rule.yml, *.Rule.json, *.Rule.jsonc");
                loaded.unreadable.push(Unreadable { path: path.clone(), message });
            }
        } else {
            files.push(path.clone());
        }
        for file in files {
            if is_script(&file) && path.is_dir() {
                let message = "rules written as PowerShell scripts are not run".to_owned();
                loaded.scripts.push(Unreadable { path: file, message });
                continue;
            }
            // A folder and a file in it may both be named.
            if !known.insert(std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone())) {
                continue;
            }
            match text(&file) {
                Ok(text) => {
                    let file = Arc::new(SourceFile::new(name(&file), text));
                    loaded.reading.add(read::file_among(&file, options, &patterns));
                    loaded.files.push(file);
                }
                Err(message) => loaded.unreadable.push(Unreadable { path: file, message }),
            }
        }
    }
    loaded
}

/// Whether a path is named like a rule file.
pub fn is_rule_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a path is named like a rule file of PSRule's that is a script.
fn is_script(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().to_ascii_lowercase().ends_with(".rule.ps1"))
}

fn search(folder: &Path, depth: usize, files: &mut Vec<PathBuf>, unreadable: &mut Vec<Unreadable>) {
    let fail = |message: String| Unreadable { path: folder.to_owned(), message };
    if depth > MAX_DEPTH {
        return unreadable.push(fail(format!("folders nest more than {MAX_DEPTH} levels deep")));
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return unreadable.push(fail(error.to_string())),
    };
    for entry in entries {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                // Links to folders are not followed: they may lead back here.
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder {
                    search(&path, depth + 1, files, unreadable);
                } else if is_rule_file(&path) || is_script(&path) {
                    files.push(path);
                }
            }
            Err(error) => unreadable.push(fail(error.to_string())),
        }
    }
}

fn text(path: &Path) -> Result<String, String> {
    let lower = path.to_string_lossy().to_ascii_lowercase();
    if lower.ends_with(".ps1") {
        return Err("rules written in PowerShell cannot be run".to_owned());
    }
    // What is not there is of no kind.
    if !path.exists() {
        return Err("no such file or folder".to_owned());
    }
    if ![".yaml", ".yml", ".json", ".jsonc"].iter().any(|ending| lower.ends_with(ending)) {
        return Err("a rule file is YAML or JSON".to_owned());
    }
    let bytes = read_file(path, MAX_SIZE).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let rule = |name: &str| {
            format!(
                "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata: {{ name: {name} }}\nspec: {{ condition: {{}} }}\n"
            )
        };
        write("b.Rule.yaml", &rule("Local.B"));
        write("sub/A.rule.YML", &rule("Local.A"));
        write("other.yaml", "x: 1");
        write("twice.Rule.yaml", &rule("Local.B"));
        write("script.Rule.ps1", "");
        let plain = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let loaded = load(
            &["", "missing.yaml", "script.Rule.ps1", "sub", "b.Rule.yaml"].map(|name| folder.path().join(name)),
            ReadOptions::new(false),
            &plain,
        );
        let names: Vec<&str> = loaded.reading.set.rules.iter().map(|rule| rule.name()).collect();
        assert_eq!(names, ["Local.B", "Local.A"]);
        assert_eq!((loaded.unreadable.len(), loaded.scripts.len()), (2, 1));
        assert_eq!(loaded.reading.unusable, 1);
        let lines: Vec<String> = loaded.reading.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["twice.Rule.yaml:3:19: another rule called 'Local.B' stands in b.Rule.yaml, line 1"]);
    }
}
