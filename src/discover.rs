//! From the paths a user names to the files worth reading, in a stable order.

use ignore::WalkBuilder;
use std::borrow::Cow;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// How many names a missing one is compared with.
const MAX_NEIGHBOURS: usize = 10_000;

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is, without `.`.
    pub path: Arc<Path>,
    /// The path as reports print it: relative to the working directory, with `/`.
    pub shown: Arc<str>,
    /// What its name says it is.
    pub kind: FoundKind,
    /// Whether the user named it, rather than a folder above it.
    pub named: bool,
}

/// What a file's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// `.json`, `.jsonc`, or a file of any name that the user named.
    Json,
    /// `.bicep`.
    Bicep {
        /// Whether the compiled template lies beside it.
        compiled: bool,
    },
    /// A script; only where scripts are asked for.
    Script(ScriptKind),
}

/// What a script's name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptKind {
    /// For sh or bash: `.sh`, `.bash`, `.azcli`.
    Shell,
    /// For PowerShell: `.ps1`, `.psm1`.
    PowerShell,
    /// YAML with scripts in it: `.yml`, `.yaml`.
    Pipeline,
}

impl ScriptKind {
    /// The kind of the file at `path`; `None` if its name is no script's.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "sh" | "bash" | "azcli" => Self::Shell,
            "ps1" | "psm1" => Self::PowerShell,
            "yml" | "yaml" => Self::Pipeline,
            _ => return None,
        })
    }
}

/// A path that gives no files, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The path as reports print it.
    pub shown: String,
    /// The reason.
    pub message: String,
}

/// What [`discover`] found.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// The files, by their shown path, each once.
    pub files: Vec<Found>,
    /// What could not be looked into, by path.
    pub troubles: Vec<Trouble>,
}

/// Finds the files that `paths` name: a file as it is, whatever its name; in a folder every `.json`, `.jsonc` and `.bicep` below
/// it, without hidden ones and those that `.gitignore` leaves out (in a git repository or not). Symbolic links are followed
/// when named, not when met. Nothing is opened but folders and `.gitignore` files.
pub fn discover(working_directory: &Path, paths: &[PathBuf]) -> Discovered {
    discover_with(working_directory, paths, false)
}

/// As [`discover`], with scripts if `scripts`: pipelines lie in hidden folders, so scripts are taken from there too.
pub fn discover_with(working_directory: &Path, paths: &[PathBuf], scripts: bool) -> Discovered {
    let mut files: Vec<Found> = vec![];
    let mut troubles = vec![];
    for path in paths {
        let full = working_directory.join(path);
        let shown = shown_path(working_directory, &full);
        let metadata = fs::metadata(&full);
        // Leaves out what says nothing, `.`, but no `name/..`: the name may be a link.
        let full: PathBuf = full.components().collect();
        match metadata {
            Err(error) => {
                let meant = neighbour(&full).map(|meant| shown_path(working_directory, &meant));
                let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
                troubles.push(Trouble { shown, message: reason(&error) + &meant });
            }
            Ok(metadata) if metadata.is_dir() => {
                walk(working_directory, &full, scripts, &mut files, &mut troubles);
            }
            Ok(_) => {
                let kind = kind_by_name(&full).or_else(|| script_by_name(&full, scripts)).unwrap_or(FoundKind::Json);
                files.push(Found { path: full.into(), shown: shown.into(), kind, named: true });
            }
        }
    }
    files.sort_by(|left, right| left.shown.cmp(&right.shown));
    files.dedup_by(|again, first| {
        let is_same = again.shown == first.shown;
        // A file that was named stays named.
        if is_same && again.named {
            std::mem::swap(again, first);
        }
        is_same
    });
    troubles.sort_by(|left, right| (&left.shown, &left.message).cmp(&(&right.shown, &right.message)));
    troubles.dedup();
    Discovered { files, troubles }
}

fn walk(base: &Path, folder: &Path, scripts: bool, files: &mut Vec<Found>, troubles: &mut Vec<Trouble>) {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).hidden(!scripts);
    if scripts {
        walk.filter_entry(|entry| entry.file_name() != ".git");
    }
    let (tidy_base, tidy_folder) = (tidied(base), tidied(folder));
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                troubles.push(trouble(base, folder, &error));
                continue;
            }
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let path = entry.path();
        let inside = path.strip_prefix(folder).ok();
        let is_hidden = || scripts && inside.is_some_and(is_hidden);
        let kind = kind_by_name(path).filter(|_| !is_hidden());
        let Some(kind) = kind.or_else(|| script_by_name(path, scripts)) else { continue };
        let tidy = match inside {
            Some(inside) if tidy_folder != folder => Cow::Owned(tidy_folder.join(inside)),
            _ => Cow::Borrowed(path),
        };
        let shown = shown_tidy(&tidy_base, &tidy).into();
        files.push(Found { path: path.into(), shown, kind, named: false });
    }
}

fn trouble(base: &Path, folder: &Path, error: &ignore::Error) -> Trouble {
    let (mut path, mut inner) = (folder, error);
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            ignore::Error::Loop { child, .. } => {
                let message = "a symbolic link leads back to a folder above".to_owned();
                return Trouble { shown: shown_path(base, child), message };
            }
            ignore::Error::Io(error) => return Trouble { shown: shown_path(base, path), message: reason(error) },
            other => return Trouble { shown: shown_path(base, path), message: other.to_string() },
        }
    }
}

/// The file or folder beside a missing one whose name is alone nearest to it: at most a third of its characters differ, the extension
/// counted apart.
fn neighbour(missing: &Path) -> Option<PathBuf> {
    let wanted = missing.file_name()?.to_string_lossy().to_lowercase();
    let stem = Path::new(&wanted).file_stem().map_or(0, |stem| stem.to_string_lossy().chars().count());
    let mut near: Vec<(usize, PathBuf)> = Vec::new();
    for entry in fs::read_dir(missing.parent()?).ok()?.flatten().take(MAX_NEIGHBOURS) {
        let distance = strsim::osa_distance(&wanted, &entry.file_name().to_string_lossy().to_lowercase());
        if distance <= (stem / 3).max(1) {
            near.push((distance, entry.path()));
        }
    }
    near.sort();
    match near.as_slice() {
        [(least, path), others @ ..] if others.first().is_none_or(|(distance, _)| distance > least) => {
            Some(path.clone())
        }
        _ => None,
    }
}

/// The reason without the system's error number, which differs between systems.
fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "no such file or folder".into(),
        ErrorKind::PermissionDenied => "cannot be read: permission denied".into(),
        _ => format!("cannot be read: {error}"),
    }
}

/// Whether a part of the path begins with a dot.
fn is_hidden(path: &Path) -> bool {
    let starts_with_dot = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
    path.components().any(starts_with_dot)
}

fn script_by_name(path: &Path, scripts: bool) -> Option<FoundKind> {
    if scripts { ScriptKind::of(path).map(FoundKind::Script) } else { None }
}

fn kind_by_name(path: &Path) -> Option<FoundKind> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "json" | "jsonc" => Some(FoundKind::Json),
        "bicep" => Some(FoundKind::Bicep { compiled: path.with_extension("json").is_file() }),
        _ => None,
    }
}

/// The path as reports print it: relative to `base` where it lies below it, without `.` and (where names decide) `..`, with `/`.
pub fn shown_path(base: &Path, path: &Path) -> String {
    shown_tidy(&tidied(base), &tidied(path))
}

/// The same of paths that are tidy.
fn shown_tidy(base: &Path, path: &Path) -> String {
    let shown = path.strip_prefix(base).unwrap_or(path).to_string_lossy();
    if shown.is_empty() {
        ".".into()
    } else if cfg!(windows) {
        shown.replace(std::path::MAIN_SEPARATOR, "/")
    } else {
        shown.into_owned()
    }
}

/// The path without `.`, and without `name/..`.
pub fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        folder
    }

    fn shown(folder: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        let found = discover(folder.path(), &paths);
        assert_eq!(found.troubles, []);
        found.files.into_iter().map(|file| file.shown.to_string()).collect()
    }

    #[test]
    fn walks_in_a_stable_order() {
        let folder =
            folder(&["b.json", "a/z.JSON", "a/b.jsonc", "a/c.bicep", "a/d.txt", ".hidden/e.json", "node/f.json"]);
        fs::write(folder.path().join(".gitignore"), "node\n").unwrap();
        assert_eq!(shown(&folder, &["."]), ["a/b.jsonc", "a/c.bicep", "a/z.JSON", "b.json"]);
        assert_eq!(shown(&folder, &["a/../b.json", "./b.json", "."]).len(), 4, "each file once");
        let named = ["a/d.txt", ".hidden", "node/f.json"];
        assert_eq!(shown(&folder, &named), [".hidden/e.json", "a/d.txt", "node/f.json"], "what is named is read");
    }

    #[test]
    fn knows_compiled_sources() {
        let folder = folder(&["a.bicep", "a.json", "b.bicep"]);
        let found = discover(folder.path(), &[PathBuf::from(".")]);
        let kinds: Vec<_> = found.files.iter().map(|file| file.kind).collect();
        let bicep = |compiled| FoundKind::Bicep { compiled };
        assert_eq!(kinds, [bicep(true), FoundKind::Json, bicep(false)]);
    }

    #[test]
    fn says_what_is_missing() {
        let folder = folder(&["a.json"]);
        let found = discover(folder.path(), &["gone".into(), "a.json/b".into(), "a.json".into()]);
        let troubles: Vec<_> = found.troubles.iter().map(|trouble| trouble.shown.as_str()).collect();
        assert_eq!(troubles, ["a.json/b", "gone"]);
        assert_eq!(found.files.len(), 1);
    }

    #[test]
    fn suggests_what_lies_beside() {
        let folder = folder(&["main.json", "a/one.json", "a/two.json", "b1.json", "b2.json", "Readme"]);
        let table = [
            ("main.jsno", "; did you mean main.json?"),
            ("mian.json", "; did you mean main.json?"),
            ("a/ones.json", "; did you mean a/one.json?"),
            ("a/six.json", ""),
            ("b3.json", ""),
            ("README", if cfg!(target_os = "linux") { "; did you mean Readme?" } else { "" }),
            ("gone/main.json", ""),
        ];
        for (path, meant) in table {
            let troubles = discover(folder.path(), &[path.into()]).troubles;
            let messages: Vec<_> = troubles.into_iter().map(|trouble| trouble.message).collect();
            let expected = if path == "README" && meant.is_empty() {
                vec![]
            } else {
                vec![format!("no such file or folder{meant}")]
            };
            assert_eq!(messages, expected, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn survives_link_loops() {
        let folder = folder(&["a/b.json"]);
        std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink("itself", folder.path().join("itself")).unwrap();
        assert_eq!(shown(&folder, &["."]), ["a/b.json"]);
    }

    #[test]
    fn shows_paths_relative_to_the_working_directory() {
        let table = [
            ("/w", "/w/a/b.json", "a/b.json"),
            ("/w", "/w/./a/../b.json", "b.json"),
            ("/w", "/x/b.json", "/x/b.json"),
            ("/w", "/w", "."),
            ("/w/v", "/w/v/../b.json", "/w/b.json"),
        ];
        for (base, path, expected) in table {
            assert_eq!(shown_path(Path::new(base), Path::new(path)), expected);
        }
    }
}
