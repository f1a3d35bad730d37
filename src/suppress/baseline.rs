//! Baselines: findings that were there when somebody began to use this program, known by fingerprint, path and rule.

use crate::discover::{shown_path, tidied};
use crate::finding::{Finding, Location, Outcome};
use crate::read;
use crate::source::{SourceFile, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The version of the form that is written.
const VERSION: u32 = 1;
/// Bytes of a baseline that are read.
const MAX_BYTES: u64 = 256 << 20;

/// Known findings.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The folder that paths start from: the one of the file.
    folder: PathBuf,
    file: Arc<SourceFile>,
    known: BTreeSet<Known>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Document {
    schema_version: u32,
    findings: Vec<Known>,
}

impl Baseline {
    /// Reads the baseline at `path`, relative to `working_directory`.
    pub fn load(working_directory: &Path, path: &Path) -> Result<Self, String> {
        let full = tidied(&working_directory.join(path));
        let shown = shown_path(working_directory, &full);
        let failed = |error: read::ReadError| format!("{shown}: {error}");
        let bytes = read::read(&full, MAX_BYTES).map_err(failed)?;
        let text = read::decode(&bytes).map_err(failed)?.text;
        let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let document: Document =
            serde_json::from_str(body).map_err(|error| format!("{shown}: this is no baseline: {error}"))?;
        if document.schema_version != VERSION {
            let version = document.schema_version;
            return Err(format!("{shown}: written in version {version} of the form; this akslint reads {VERSION}"));
        }
        Ok(Self {
            folder: full.parent().unwrap_or(Path::new("")).to_owned(),
            known: document.findings.into_iter().collect(),
            file: Arc::new(SourceFile::new(shown, text)),
        })
    }

    pub(super) fn matcher<'a>(&'a self, working_directory: &'a Path) -> Matcher<'a> {
        Matcher { baseline: self, working_directory, met: BTreeSet::new() }
    }
}

/// The text of a baseline that lies in `folder` and knows the findings that count: sorted, each once, so that it changes as little as
/// they do. Beside it, how many they are.
pub fn text<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    working_directory: &Path,
    folder: &Path,
) -> (String, usize) {
    let counts = |finding: &&Finding| {
        finding.suppressed.is_none() && matches!(finding.outcome, Outcome::Fail | Outcome::Unknown)
    };
    let known: BTreeSet<Known> =
        findings.into_iter().filter(counts).map(|finding| known(finding, working_directory, folder)).collect();
    let number = known.len();
    let document = Document { schema_version: VERSION, findings: known.into_iter().collect() };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    (text, number)
}

fn known(finding: &Finding, working_directory: &Path, folder: &Path) -> Known {
    let rule = if finding.reference.is_empty() { &finding.rule } else { &finding.reference };
    Known {
        path: relative(folder, &working_directory.join(finding.primary.location.file.path())),
        rule: rule.to_string(),
        fingerprint: finding.fingerprint.clone(),
    }
}

/// The way from `folder` to `path`, with `/`: the same on every machine that has the two in the same places to each other.
fn relative(folder: &Path, path: &Path) -> String {
    let (folder, path) = (tidied(folder), tidied(path));
    let shared = folder.components().zip(path.components()).take_while(|(left, right)| left == right).count();
    let up = folder.components().skip(shared).map(|_| "..".to_owned());
    let down = path.components().skip(shared).map(|component| component.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A baseline in use.
pub(super) struct Matcher<'a> {
    baseline: &'a Baseline,
    working_directory: &'a Path,
    met: BTreeSet<Known>,
}

impl Matcher<'_> {
    /// Whether the baseline knows the finding.
    pub(super) fn knows(&mut self, finding: &Finding) -> bool {
        let known = known(finding, self.working_directory, &self.baseline.folder);
        let is_known = self.baseline.known.contains(&known);
        if is_known {
            self.met.insert(known);
        }
        is_known
    }

    /// What to say of entries for the checked files `paths` that met no finding.
    pub(super) fn stale<'p>(self, paths: impl Iterator<Item = &'p str>) -> Option<(Location, String)> {
        let paths: BTreeSet<String> =
            paths.map(|path| relative(&self.baseline.folder, &self.working_directory.join(path))).collect();
        let mut by_path: BTreeMap<&str, usize> = BTreeMap::new();
        for known in self.baseline.known.difference(&self.met).filter(|known| paths.contains(&known.path)) {
            *by_path.entry(&known.path).or_default() += 1;
        }
        let (first, _) = by_path.first_key_value()?;
        let number: usize = by_path.values().sum();
        let entries = crate::report::text::count(number, "entry", "entries");
        let message = format!("{entries} of the baseline match no finding any more (first: {first}); write it again");
        // Where the first of them stands, as far as it can be told from its path.
        let text = self.baseline.file.text();
        let needle = serde_json::Value::from(*first).to_string();
        let start = text.find(&needle).unwrap_or_default();
        let end = if text.contains(&needle) { start + needle.len() } else { start };
        let span = Span::new(start as u32, end as u32);
        Some((Location { file: self.baseline.file.clone(), span }, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_baseline() {
        let table = [
            ("/w", "/w/a/b.json", "a/b.json"),
            ("/w/ci", "/w/a/b.json", "../a/b.json"),
            ("/w/./ci/../ci", "/w/ci/b.json", "b.json"),
            ("/w/a", "/b.json", "../../b.json"),
        ];
        for (folder, path, expected) in table {
            assert_eq!(relative(Path::new(folder), Path::new(path)), expected, "{folder} {path}");
        }
    }
}
