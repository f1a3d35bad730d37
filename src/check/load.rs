//! From found files to those worth analysing: read, sniffed, and parsed only where that does not tell what they are.

use super::shape::{Shape, shape};
use super::text::{Room, Text};
use crate::discover::ScriptKind;
use crate::finding::Location;
use crate::read::{self, ReadError};
use crate::report::{InputKind, InputRecord, InputStatus};
use crate::search::Needles;
use crate::sniff::{Sniffed, looks_cut_off, sniff, speaks_of_azure, starts_with_schema};
use crate::source::SourceFile;
use crate::syntax::{SyntaxError, parse_within};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Bytes of text that are kept from loading to analysing: enough for most runs to read each file once.
const KEPT_BYTES: usize = 8 << 20;

/// What became of one file. Small: a run has one of each file that it found.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// It names the schema of a template and was not parsed: its analysis will show whether it is one.
    Template {
        /// Its text.
        text: Text,
        /// Whether a rule may have something to say about it.
        may_hold: bool,
    },
    /// It parses, and is to be looked at.
    File {
        /// Its text.
        text: Text,
        /// What it is; never [`Shape::Other`].
        shape: Box<Shape>,
        /// Whether a rule may have something to say about it.
        may_hold: bool,
    },
    /// A template that cannot hold what rules ask for; it was not parsed.
    Excluded,
    /// JSON that has nothing to do with Azure.
    Other,
    /// It could not be read, or is none of this tool's business after all; the record says which.
    Unusable(Box<InputRecord>),
}

impl Loaded {
    /// Whether a rule may have something to say about it.
    pub fn may_hold(&self) -> bool {
        matches!(self, Self::Template { may_hold: true, .. } | Self::File { may_hold: true, .. })
    }
}

/// A file to load.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where it is; `None` for a text that is on no disk.
    pub path: Option<&'a Arc<Path>>,
    /// The path as reports print it.
    pub shown: &'a Arc<str>,
    /// Whether the user named it: then it must parse; another one only if it speaks of Azure.
    pub named: bool,
    /// Whether a template must be parsed, because the names of its parameters are asked for.
    pub parse: bool,
}

/// Loads files; many threads may share one.
#[derive(Debug)]
pub struct Loader<'a> {
    texts: &'a BTreeMap<String, String>,
    needles: &'a Needles,
    limit: u64,
    nesting: usize,
    room: Room,
}

impl<'a> Loader<'a> {
    /// Loads files of at most `limit` bytes, with so many arrays and objects within each other at most, that may hold what `needles` look for. Of the files among `texts`, by the paths that
    /// reports print, only these texts count.
    pub fn new(texts: &'a BTreeMap<String, String>, needles: &'a Needles, limit: u64, nesting: usize) -> Self {
        Self { texts, needles, limit, nesting, room: Room::new(KEPT_BYTES) }
    }

    /// Loads a file from disk by way of `buffer`, whose content does not matter.
    pub fn load(&self, request: Request<'_>, buffer: &mut Vec<u8>) -> Loaded {
        if let Some(text) = self.texts.get(&**request.shown) {
            return self.load_text(Request { path: None, ..request }, text.as_bytes());
        }
        match read::read_into(request.path.map_or(Path::new(""), |path| path), self.limit, buffer) {
            Ok(()) => self.load_text(request, buffer),
            Err(error) => Loaded::Unusable(record(request.shown, InputStatus::Failed, error.to_string()).into()),
        }
    }

    /// Loads a file that is on no disk from its bytes.
    pub fn load_bytes(&self, request: Request<'_>, bytes: &[u8]) -> Loaded {
        let bytes = self.texts.get(&**request.shown).map_or(bytes, |text| text.as_bytes());
        self.load_text(Request { path: None, ..request }, bytes)
    }

    fn load_text(&self, request: Request<'_>, bytes: &[u8]) -> Loaded {
        let Request { path, shown, named, .. } = request;
        let decoded = match read::decode(bytes) {
            Ok(decoded) => decoded,
            Err(error) => return self.unusable(request, bytes, &error),
        };
        let text = decoded.text.as_bytes();
        let (sniffed, may_hold) = (sniff(text), self.needles.may_hold(text));
        let cut_off = looks_cut_off(text) && speaks_of_azure(text);
        if !named && !may_hold && !cut_off {
            match sniffed {
                Sniffed::Template => return Loaded::Excluded,
                Sniffed::Other => return Loaded::Other,
                Sniffed::Parameters | Sniffed::Unclear => {}
            }
        }
        if sniffed == Sniffed::Template && !request.parse && starts_with_schema(text) {
            return Loaded::Template { text: self.room.text(path, shown, &decoded.text), may_hold };
        }
        match parse_within(&decoded.text, self.nesting) {
            Ok(root) => match shape(&root) {
                Shape::Other => Loaded::Other,
                shape => {
                    let text = self.room.text(path, shown, &decoded.text);
                    Loaded::File { text, shape: Box::new(shape), may_hold }
                }
            },
            Err(error) => {
                let file = Arc::new(SourceFile::new(shown.clone(), decoded.text));
                Loaded::Unusable(broken(&file, &error, named, self.needles).into())
            }
        }
    }

    fn unusable(&self, request: Request<'_>, bytes: &[u8], error: &ReadError) -> Loaded {
        let status = status_of_broken(bytes, request.named, self.needles);
        Loaded::Unusable(record(request.shown, status, error.to_string()).into())
    }
}

/// What is said of a file that does not parse.
pub fn broken(file: &Arc<SourceFile>, error: &SyntaxError, named: bool, needles: &Needles) -> InputRecord {
    let status = status_of_broken(file.text().as_bytes(), named, needles);
    let location = Some(Location { file: file.clone(), span: error.span });
    let hint = match ScriptKind::of(Path::new(file.path())) {
        Some(_) => "; --scripts reads the commands in it",
        None => "",
    };
    InputRecord { location, ..record(file.shared_path(), status, format!("not JSON: {}{hint}", error.message)) }
}

/// A broken file that somebody named, or that speaks of Azure, makes the run incomplete; others were none of its business.
fn status_of_broken(bytes: &[u8], named: bool, needles: &Needles) -> InputStatus {
    if named || speaks_of_azure(bytes) || needles.names_one(bytes) { InputStatus::Failed } else { InputStatus::Skipped }
}

fn record(path: &Arc<str>, status: InputStatus, message: String) -> InputRecord {
    InputRecord { path: path.clone(), kind: InputKind::Template, status, message: Some(message), location: None }
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
            (format!("{{{schema}, \"resources\": []}}"), true, "template false"),
            (format!("{{{schema}, \"x\": \"managedClusters\"}}"), false, "template true"),
            (format!("{{\"x\": \"managedClusters\", {schema}}}"), false, "file true"),
            (format!("{{{schema}, \"resources\": ["), false, "template false"),
            (format!("{{\"x\": 1, {schema}, \"resources\": ["), false, "failed"),
            (format!("{{{schema}, \"x\": \"managedClusters\" 1}}"), false, "template true"),
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
            let request = Request { path: None, shown: &"a.json".into(), named, parse: false };
            let got = match Loader::new(&BTreeMap::new(), &needles, 1000, crate::limits::MAX_NESTING)
                .load_bytes(request, text.as_bytes())
            {
                Loaded::Template { may_hold, .. } => format!("template {may_hold}"),
                Loaded::File { may_hold, .. } => format!("file {may_hold}"),
                Loaded::Excluded => "excluded".into(),
                Loaded::Other => "other".into(),
                Loaded::Unusable(record) => record.status.as_str().into(),
            };
            assert_eq!(got, expected, "{text} named: {named}");
        }
    }

    #[test]
    fn given_texts_win() {
        let folder = tempfile::tempdir().unwrap();
        let path: Arc<Path> = folder.path().join("a.json").into();
        std::fs::write(&path, "{\"parameters\": {\"disk\": {\"value\": 1}}}").unwrap();
        let given = "{\"parameters\": {\"given\": {\"value\": 1}}}";
        let texts = BTreeMap::from([("a.json".to_owned(), given.to_owned())]);
        let needles = Needles::new(["Microsoft.ContainerService/managedClusters"]);
        let loader = Loader::new(&texts, &needles, 1000, crate::limits::MAX_NESTING);
        for (shown, expected) in [("a.json", true), ("b.json", false)] {
            let request = Request { path: Some(&path), shown: &shown.into(), named: true, parse: true };
            let from_disk = loader.load(request, &mut vec![]);
            let from_bytes = loader.load_bytes(request, b"{\"parameters\": {\"bytes\": {\"value\": 1}}}");
            for loaded in [from_disk, from_bytes] {
                let Loaded::File { text, .. } = loaded else { panic!("{loaded:?}") };
                // Also if the text has to be got again.
                assert_eq!(text.get(1000).unwrap().text() == given, expected, "{shown}");
            }
        }
    }
}
