//! Which parameters file belongs to which template.

use crate::discover::tidied;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A parameters file, as far as pairing needs it.
#[derive(Clone, Debug)]
pub struct ParametersHead {
    /// Its full path.
    pub path: Arc<Path>,
    /// `metadata.template`, as written.
    pub template: Option<String>,
    /// The names of its entries.
    pub entries: Vec<String>,
}

/// A template, as far as pairing needs it.
#[derive(Clone, Debug)]
pub struct TemplateHead {
    /// Its full path.
    pub path: Arc<Path>,
    /// The names of the parameters it declares; `None` if it was not parsed.
    pub parameters: Option<Vec<String>>,
}

/// Templates, found by their paths and folders.
#[derive(Debug, Default)]
pub struct Templates {
    heads: Vec<TemplateHead>,
    /// Made when the first parameters file asks; many trees have none.
    index: OnceCell<Index>,
}

/// Indices of templates.
#[derive(Debug, Default)]
struct Index {
    by_path: FxHashMap<Arc<Path>, usize>,
    /// The first template of each folder, and whether there are others.
    by_folder: FxHashMap<PathBuf, (usize, bool)>,
}

impl Index {
    fn new(heads: &[TemplateHead]) -> Self {
        let mut all = Self::default();
        for (index, head) in heads.iter().enumerate() {
            all.by_path.insert(head.path.clone(), index);
            let folder = head.path.parent().unwrap_or(Path::new(""));
            match all.by_folder.get_mut(folder) {
                Some((_, others)) => *others = true,
                None => drop(all.by_folder.insert(folder.to_owned(), (index, false))),
            }
        }
        all
    }
}

impl Templates {
    /// These templates, each of a path of its own.
    pub fn new(heads: Vec<TemplateHead>) -> Self {
        Self { heads, index: OnceCell::new() }
    }

    /// The template of that index.
    pub fn get(&self, index: usize) -> Option<&TemplateHead> {
        self.heads.get(index)
    }

    /// The index of the template that a parameters file belongs to: the one its metadata names; else the one beside it whose name
    /// its own name starts with; else, for `parameters.json`, the only template of its folder, if that declares all its entries.
    pub fn owner_of(&self, file: &ParametersHead) -> Option<usize> {
        let templates = self.index.get_or_init(|| Index::new(&self.heads));
        let at = |path: &Path| templates.by_path.get(path).copied();
        if let Some(written) = &file.template {
            return places_of(&file.path, written).iter().find_map(|place| at(place));
        }
        let beside = |stem: &String| at(&file.path.with_file_name(format!("{stem}.json")));
        if let Some(named) = stems(&file.path).iter().find_map(beside) {
            return Some(named);
        }
        if !is_folders_parameters(&file.path) {
            return None;
        }
        let (index, others) = *templates.by_folder.get(file.path.parent()?)?;
        (!others && declares_all(self.heads.get(index)?, file)).then_some(index)
    }
}

/// Whether the file is called `parameters.json`, and so belongs to the only template of its folder.
pub fn is_folders_parameters(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("parameters.json"))
}

/// Whether the template declares every entry of the parameters file, or may, for all that is known; names are compared ignoring case, as Azure does.
pub fn declares_all(template: &TemplateHead, file: &ParametersHead) -> bool {
    let Some(parameters) = &template.parameters else { return true };
    file.entries.iter().all(|entry| parameters.iter().any(|name| name.eq_ignore_ascii_case(entry)))
}

/// Where `metadata.template` may lead: from the file's folder, then from each folder above, up to the repository's root. A Bicep
/// source stands for the JSON compiled beside it.
pub fn places_of(file: &Path, written: &str) -> Vec<PathBuf> {
    let mut written = PathBuf::from(written.replace('\\', "/"));
    if written.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bicep")) {
        written.set_extension("json");
    }
    let mut places = vec![];
    for folder in file.ancestors().skip(1) {
        places.push(tidied(&folder.join(&written)));
        if folder.join(".git").exists() {
            break;
        }
    }
    places
}

/// The stems of templates that a parameters file of this name may belong to, the longest first:
/// `STEM.parameters.json`, `STEM.parameters.*.json`, `STEM.*.parameters.json`.
pub fn stems(path: &Path) -> Vec<String> {
    let name = name_of(path);
    let parts: Vec<&str> = name.split('.').collect();
    let [stem @ .., extension] = parts.as_slice() else { return vec![] };
    let Some(word) = stem.iter().position(|part| part.eq_ignore_ascii_case("parameters")) else { return vec![] };
    if !extension.eq_ignore_ascii_case("json") || word == 0 {
        return vec![];
    }
    let last = word + 1 == stem.len();
    let longest = stem.get(..word).unwrap_or_default();
    // Only a name that ends in `.parameters.json` may have more words between the stem and `parameters`.
    let shortest = if last { 1 } else { longest.len() };
    (shortest..=longest.len()).rev().filter_map(|length| Some(longest.get(..length)?.join("."))).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_stems() {
        let table: [(&str, &[&str]); 8] = [
            ("a/main.parameters.json", &["main"]),
            ("main.parameters.prod.json", &["main"]),
            ("main.prod.parameters.json", &["main.prod", "main"]),
            ("a.b.c.parameters.json", &["a.b.c", "a.b", "a"]),
            ("a.b.parameters.x.json", &["a.b"]),
            ("parameters.json", &[]),
            ("main.json", &[]),
            ("main.parameters.yaml", &[]),
        ];
        for (name, expected) in table {
            assert_eq!(stems(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn pairs_files_with_templates() {
        let template = |path: &str, parameters: &[&str]| TemplateHead {
            path: Path::new(path).into(),
            parameters: Some(parameters.iter().map(ToString::to_string).collect()),
        };
        let templates = Templates::new(vec![
            template("/r/a/main.json", &["x"]),
            template("/r/a/main.prod.json", &["x"]),
            template("/r/b/azuredeploy.json", &["X", "y"]),
            template("/r/t.json", &[]),
        ]);
        type Row = (&'static str, Option<&'static str>, &'static [&'static str], Option<usize>);
        let table: [Row; 9] = [
            ("/r/a/main.parameters.json", None, &[], Some(0)),
            ("/r/a/main.prod.parameters.json", None, &[], Some(1)),
            ("/r/a/main.dev.parameters.json", None, &[], Some(0)),
            ("/r/a/other.parameters.json", None, &[], None),
            ("/r/a/parameters.json", None, &["x"], None),
            ("/r/b/parameters.json", None, &["x"], Some(2)),
            ("/r/b/parameters.json", None, &["z"], None),
            ("/r/b/p/any.json", Some("t.json"), &[], Some(3)),
            ("/r/b/any.json", Some("../a/main.bicep"), &[], Some(0)),
        ];
        for (path, template, entries, expected) in table {
            let head = ParametersHead {
                path: Path::new(path).into(),
                template: template.map(str::to_owned),
                entries: entries.iter().map(ToString::to_string).collect(),
            };
            assert_eq!(templates.owner_of(&head), expected, "{path}");
        }
    }
}
