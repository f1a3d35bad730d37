//! Texts of the files under way: few are kept in memory, others are read again when their turn comes.

use crate::read::{self, ReadError};
use crate::source::SourceFile;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The text of a file, or where to get it.
#[derive(Clone, Debug)]
pub enum Text {
    /// In memory.
    Kept(Arc<SourceFile>),
    /// On disk.
    OnDisk {
        /// Where.
        path: Arc<Path>,
        /// The path as reports print it.
        shown: Arc<str>,
        /// How many bytes it had when it was loaded.
        bytes: usize,
    },
}

impl Text {
    /// The file, read again if it was not kept; at most `limit` bytes.
    pub fn get(&self, limit: u64) -> Result<Arc<SourceFile>, ReadError> {
        match self {
            Self::Kept(file) => Ok(file.clone()),
            Self::OnDisk { path, shown, .. } => {
                let bytes = read::read(path, limit)?;
                Ok(Arc::new(SourceFile::new(shown.clone(), read::decode(&bytes)?.text)))
            }
        }
    }

    /// The path as reports print it.
    pub fn shown(&self) -> &Arc<str> {
        match self {
            Self::Kept(file) => file.shared_path(),
            Self::OnDisk { shown, .. } => shown,
        }
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Kept(file) => file.text().len(),
            Self::OnDisk { bytes, .. } => *bytes,
        }
    }
}

/// How many bytes of text may still be kept. What is read twice gives the same report as what is kept.
#[derive(Debug)]
pub struct Room(AtomicUsize);

impl Room {
    /// Room for that many bytes.
    pub fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    /// The text of the file at `path`, kept if there is room. A text without a path is kept in any case.
    pub fn text(&self, path: Option<&Arc<Path>>, shown: &Arc<str>, text: &str) -> Text {
        let take = |room: usize| room.checked_sub(text.len());
        match path {
            Some(path) if self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err() => {
                Text::OnDisk { path: path.clone(), shown: shown.clone(), bytes: text.len() }
            }
            _ => Text::Kept(Arc::new(SourceFile::new(shown.clone(), text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_again_what_found_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "{\"a\": 1}").unwrap();
        let (path, shown): (Arc<Path>, Arc<str>) = (path.into(), "a.json".into());
        let room = Room::new(10);
        let texts = [
            room.text(Some(&path), &shown, "{\"a\": 1}"),
            room.text(Some(&path), &shown, "{\"a\": 1}"),
            room.text(None, &shown, "{\"a\": 1}"),
        ];
        assert!(matches!(texts, [Text::Kept(_), Text::OnDisk { .. }, Text::Kept(_)]));
        for text in texts {
            let file = text.get(100).unwrap();
            assert_eq!((file.path(), file.text(), &**text.shown()), ("a.json", "{\"a\": 1}", "a.json"));
        }
    }
}
