//! Patterns of paths: `infra/**/*.json`, or a plain folder.

use crate::discover::tidied;
use globset::{GlobBuilder, GlobMatcher};
use std::path::Path;

/// A pattern of paths below the configuration's folder, with `/`: `*` within a name, `**` through folders, `?`, `[a-z]`, `{a,b}`. One
/// that names a folder holds for all below it.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    itself: GlobMatcher,
    below: GlobMatcher,
}

impl PathPattern {
    /// Reads a pattern; or says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let tidy = text.trim_start_matches("./").trim_end_matches('/');
        if tidy.is_empty() {
            return Err("expected a path or a pattern of paths, such as `test/**`".to_owned());
        }
        if tidy.starts_with('/') || tidy.split('/').any(|part| part == "..") {
            return Err(format!("`{text}` does not lie below the folder of the configuration"));
        }
        let glob = |pattern: &str| {
            let built = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            built
                .map(|glob| glob.compile_matcher())
                .map_err(|error| format!("`{text}` is no pattern of paths: {}", error.kind()))
        };
        Ok(Self { text: text.to_owned(), itself: glob(tidy)?, below: glob(&format!("{tidy}/**"))? })
    }

    /// Whether the full path `path` is one of those, seen from `folder`.
    pub fn matches(&self, folder: &Path, path: &Path) -> bool {
        let (folder, path) = (tidied(folder), tidied(path));
        path.strip_prefix(&folder).is_ok_and(|path| self.itself.is_match(path) || self.below.is_match(path))
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_below_the_folder() {
        let table = [
            ("a.json", "/w/a.json", true),
            ("a.json", "/w/b/a.json", false),
            ("**/a.json", "/w/a.json", true),
            ("**/a.json", "/w/b/c/a.json", true),
            ("b", "/w/b/c/a.json", true),
            ("./b/", "/w/b/c/a.json", true),
            ("b/*", "/w/b/c/a.json", true),
            ("b/*.json", "/w/b/c/a.json", false),
            ("b/**/*.json", "/w/b/c/a.json", true),
            ("*.{json,jsonc}", "/w/a.jsonc", true),
            ("a.json", "/v/a.json", false),
            ("test", "/w/test.json", false),
        ];
        for (pattern, path, expected) in table {
            let pattern = PathPattern::new(pattern).unwrap();
            assert_eq!(pattern.matches(Path::new("/w"), Path::new(path)), expected, "{pattern:?} {path}");
        }
        for pattern in ["", "/", "/abs", "../x", "a/../b", "[a", "{a"] {
            assert!(PathPattern::new(pattern).is_err(), "{pattern}");
        }
    }
}
