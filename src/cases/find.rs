//! Files of cases, and the rule documents beside them.

use std::path::{Path, PathBuf};

/// The endings of files of cases, in lower case.
const ENDINGS: &[&str] = &[".rule.test.yaml", ".rule.test.yml", ".rule.test.json"];
/// What the rule document beside one may end in.
const DOCUMENTS: &[&str] = &[".yaml", ".yml", ".json", ".jsonc"];
/// How deeply folders are searched.
const MAX_DEPTH: usize = 32;

/// The files of cases that a path names: itself, or those in a folder and below, sorted. `Err` says why there are none.
pub fn find(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Err(format!("{}: no such file or folder", path.display()));
    }
    let mut found = Vec::new();
    search(path, 0, &mut found)?;
    found.sort();
    match found.is_empty() {
        true => Err(format!("{}: no file of cases (*.Rule.test.yaml) here or below", path.display())),
        false => Ok(found),
    }
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("{}: folders nest more than {MAX_DEPTH} levels deep", folder.display()));
    }
    let trouble = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        // Links to folders are not followed: they may lead back here. Hidden folders hold other people's files.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                search(&entry.path(), depth + 1, found)?;
            }
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// The rule document `NAME.Rule.*` beside `NAME.Rule.test.*`, if there is one.
pub(super) fn document_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let ending = ENDINGS.iter().find(|ending| name.to_ascii_lowercase().ends_with(*ending))?;
    let stem = name.get(..name.len() - ending.len() + ".rule".len())?;
    DOCUMENTS.iter().map(|ending| path.with_file_name(format!("{stem}{ending}"))).find(|path| path.is_file())
}
