//! Patterns of paths: `infra/**/*.json`, or a plain folder.

use super::glob;
use crate::discover::tidied;
use globset::{GlobBuilder, GlobMatcher};
use std::path::{Component, Path, PathBuf};

/// Bytes of a pattern. Far longer ones cannot be made into an automaton.
const MAX_LENGTH: usize = 1024;

/// A pattern of paths below the configuration's folder, with `/`: `*` within a name, `**` through folders, `?`, `[a-z]`, `{a,b}`. One
/// that names a folder holds for all below it.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A path.
    Plain(PathBuf),
    /// Names with `*`, `?` and `**`.
    Glob(glob::Glob),
    /// What it says itself, and what lies below.
    Automata(Box<[GlobMatcher; 2]>),
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
        if tidy.len() > MAX_LENGTH {
            return Err(format!("a pattern of paths has at most {MAX_LENGTH} bytes; this one has {}", tidy.len()));
        }
        let glob = |pattern: &str| {
            let built = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            built.map_err(|error| format!("`{text}` is no pattern of paths: {}", error.kind()))
        };
        let kind = match glob::Glob::new(tidy) {
            _ if is_plain(tidy) => Kind::Plain(tidy.into()),
            Some(glob) => Kind::Glob(glob),
            None => {
                let globs = [glob(tidy)?, glob(&format!("{tidy}/**"))?];
                Kind::Automata(Box::new(globs.map(|glob| glob.compile_matcher())))
            }
        };
        Ok(Self { text: text.to_owned(), kind })
    }

    /// Whether the full path `path` is one of those, seen from `folder`.
    pub fn matches(&self, folder: &Path, path: &Path) -> bool {
        Below::of(folder, path).is_some_and(|path| self.holds_for(&path))
    }

    /// Whether the path is one of those.
    pub fn holds_for(&self, path: &Below) -> bool {
        match &self.kind {
            Kind::Plain(plain) => path.0.starts_with(plain),
            Kind::Glob(glob) => glob.holds_for(&path.0),
            Kind::Automata(matchers) => matchers.iter().any(|matcher| matcher.is_match(&path.0)),
        }
    }

    /// Whether one of the paths, which are sorted, is one of those.
    pub fn holds_for_any(&self, paths: &[Below]) -> bool {
        match &self.kind {
            // What lies below a folder follows it at once.
            Kind::Plain(plain) => {
                let at = paths.partition_point(|path| path.0 < *plain);
                paths.get(at).is_some_and(|path| self.holds_for(path))
            }
            Kind::Glob(_) | Kind::Automata(_) => paths.iter().any(|path| self.holds_for(path)),
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A path as seen from the folder that patterns start from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Below(PathBuf);

impl Below {
    /// The full path `path` as seen from `folder`; `None`: it does not lie below it.
    pub fn of(folder: &Path, path: &Path) -> Option<Self> {
        tidied(path).strip_prefix(tidied(folder)).ok().map(|path| Self(path.to_owned()))
    }
}

/// Whether the pattern means a path alone, that is written as paths are.
fn is_plain(pattern: &str) -> bool {
    let parts = pattern.split('/').zip(Path::new(pattern).components());
    !pattern.contains(['*', '?', '[', ']', '{', '}', '\\', ','])
        && pattern.split('/').count() == Path::new(pattern).components().count()
        && parts.into_iter().all(|(part, component)| matches!(component, Component::Normal(name) if name == part))
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
            ("b/c", "/w/b/c", true),
            ("b/c", "/w/b/c/d/e", true),
            ("b/c", "/w/b/cc", false),
            ("b//c", "/w/b/c", false),
            ("b/./c", "/w/b/c", false),
        ];
        for (pattern, path, expected) in table {
            let pattern = PathPattern::new(pattern).unwrap();
            let mut among = ["a", "a.j", "b.json", "b-c/a", "zz"].map(|name| Below(name.into())).to_vec();
            among.extend(Below::of(Path::new("/w"), Path::new(path)));
            among.sort();
            assert_eq!(pattern.holds_for_any(&among), expected, "{pattern:?} {path}");
            assert_eq!(pattern.matches(Path::new("/w"), Path::new(path)), expected, "{pattern:?} {path}");
        }
        for pattern in ["", "/", "/abs", "../x", "a/../b", "[a", "{a"] {
            assert!(PathPattern::new(pattern).is_err(), "{pattern}");
        }
        for part in ["?", "*", "**/", "[!é]", "{a,b}", "\\u{1f600}"] {
            let most = PathPattern::new(&part.repeat(MAX_LENGTH / part.len())).unwrap();
            assert!(!most.matches(Path::new("/w"), Path::new("/v/a")));
            let _ = most.matches(Path::new("/w"), Path::new("/w/a/b"));
            assert!(PathPattern::new(&part.repeat(MAX_LENGTH)).is_err() || part.len() == 1, "{part}");
        }
    }
}
