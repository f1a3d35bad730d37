//! Which configuration file holds for a path.

use std::path::{Path, PathBuf};

/// The names of configuration files; the first one wins within a folder.
pub const FILE_NAMES: [&str; 2] = ["akslint.yaml", "akslint.yml"];

/// The nearest configuration file for the full path `path`: in its folder (or itself, if it is one), or in a folder above. The search
/// ends with the folder that holds `.git`, so that what lies around a repository has no say in it.
pub fn nearest(path: &Path) -> Option<PathBuf> {
    let start = if path.is_dir() { Some(path) } else { path.parent() };
    for folder in start?.ancestors() {
        if let Some(found) = FILE_NAMES.iter().map(|name| folder.join(name)).find(|file| file.is_file()) {
            return Some(found);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_nearest_one_wins_and_the_repository_is_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["repo/.git", "repo/a/b", "repo/c"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        fs::write(at("akslint.yaml"), "").unwrap();
        fs::write(at("repo/a/akslint.yml"), "").unwrap();
        let table = [
            ("repo/a/b/x.json", Some("repo/a/akslint.yml")),
            ("repo/a/b", Some("repo/a/akslint.yml")),
            ("repo/a/akslint.yml", Some("repo/a/akslint.yml")),
            ("repo/c", None),
            ("repo", None),
            ("x.json", Some("akslint.yaml")),
        ];
        for (path, expected) in table {
            assert_eq!(nearest(&at(path)), expected.map(at), "{path}");
        }
    }
}
