//! From found files to those worth analysing: read, sniffed, parsed once to see what they are.

use super::shape::{Shape, shape};
use crate::discover::Found;
use crate::finding::Location;
use crate::read::{self, ReadError};
use crate::report::{InputKind, InputRecord, InputStatus};
use crate::search::Needles;
use crate::sniff::{Sniffed, looks_cut_off, sniff, speaks_of_azure};
use crate::source::SourceFile;
use crate::syntax::parse;
use std::sync::Arc;

/// What became of one file.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// It parses, and is to be looked at.
    File {
        /// The file.
        file: Arc<SourceFile>,
        /// What it is; never [`Shape::Other`].
        shape: Shape,
        /// Whether a rule may have something to say about it.
        may_hold: bool,
    },
    /// A template that cannot hold what rules ask for; it was not parsed.
    Excluded,
    /// JSON that has nothing to do with Azure.
    Other,
    /// It could not be read, or is none of this tool's business after all; the record says which.
    Unusable(InputRecord),
}

/// Loads a file from disk.
pub fn load(found: &Found, needles: &Needles, limit: u64) -> Loaded {
    match read::read(&found.path, limit) {
        Ok(bytes) => load_bytes(&found.shown, &bytes, found.named, needles),
        Err(error) => Loaded::Unusable(record(&found.shown, InputStatus::Failed, error.to_string())),
    }
}

/// Loads a file from its bytes. A file that the user `named` must parse; another one only if it speaks of Azure.
pub fn load_bytes(shown: &str, bytes: &[u8], named: bool, needles: &Needles) -> Loaded {
    let decoded = match read::decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return unusable(shown, bytes, named, needles, &error),
    };
    let text = decoded.text.as_bytes();
    let (sniffed, may_hold) = (sniff(text), needles.may_hold(text));
    let cut_off = looks_cut_off(text) && speaks_of_azure(text);
    if !named && !may_hold && !cut_off {
        match sniffed {
            Sniffed::Template => return Loaded::Excluded,
            Sniffed::Other => return Loaded::Other,
            Sniffed::Parameters | Sniffed::Unclear => {}
        }
    }
    let file = Arc::new(SourceFile::new(shown, decoded.text));
    match parse(file.text()) {
        Ok(root) => match shape(&root) {
            Shape::Other => Loaded::Other,
            shape => Loaded::File { file, shape, may_hold },
        },
        Err(error) => {
            let text = file.text().as_bytes();
            let status = status_of_broken(text, named, needles);
            let location = Some(Location { file: file.clone(), span: error.span });
            Loaded::Unusable(InputRecord { location, ..record(shown, status, format!("not JSON: {}", error.message)) })
        }
    }
}

fn unusable(shown: &str, bytes: &[u8], named: bool, needles: &Needles, error: &ReadError) -> Loaded {
    Loaded::Unusable(record(shown, status_of_broken(bytes, named, needles), error.to_string()))
}

/// A broken file that somebody named, or that speaks of Azure, makes the run incomplete; others were none of its business.
fn status_of_broken(bytes: &[u8], named: bool, needles: &Needles) -> InputStatus {
    if named || speaks_of_azure(bytes) || needles.names_one(bytes) { InputStatus::Failed } else { InputStatus::Skipped }
}

fn record(path: &str, status: InputStatus, message: String) -> InputRecord {
    InputRecord { path: path.into(), kind: InputKind::Template, status, message: Some(message), location: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_files() {
        let needles = Needles::new(["Microsoft.ContainerService/managedClusters"]);
        let schema = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;
        let table = [
            (format!("{{{schema}, \"resources\": []}}"), false, "excluded"),
            (format!("{{{schema}, \"resources\": []}}"), true, "file false"),
            (format!("{{{schema}, \"x\": \"managedClusters\"}}"), false, "file true"),
            (format!("{{{schema}, \"resources\": ["), false, "failed"),
            (format!("{{{schema}, \"x\": \"managedClusters\" 1}}"), false, "failed"),
            ("{\"type\": 1 \"managedClusters\"}".into(), false, "failed"),
            ("{\"type\": 1 2}".into(), false, "skipped"),
            ("{\"type\": 1 2}".into(), true, "failed"),
            ("{\"name\": \"x\"}".into(), false, "other"),
            ("{\"name\": \"x\"}".into(), true, "other"),
            ("".into(), true, "failed"),
            ("".into(), false, "other"),
            ("\0\0\0\0".into(), false, "skipped"),
        ];
        for (text, named, expected) in table {
            let got = match load_bytes("a.json", text.as_bytes(), named, &needles) {
                Loaded::File { may_hold, .. } => format!("file {may_hold}"),
                Loaded::Excluded => "excluded".into(),
                Loaded::Other => "other".into(),
                Loaded::Unusable(record) => record.status.as_str().into(),
            };
            assert_eq!(got, expected, "{text} named: {named}");
        }
    }
}
