//! Putting a mended text in the place of a file, so that at any moment either the old or the new one is there.

use crate::read::{self, Encoding, MAX_FILE_BYTES, ReadError};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many names are tried for the temporary file.
const ATTEMPTS: u32 = 100;

/// Why a file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It cannot be read any more.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// Its permissions say that nobody is to change it.
    #[error("it is read-only")]
    ReadOnly,
    /// Only UTF-8 is written.
    #[error("it is UTF-16; save it as UTF-8 to have it mended")]
    NotUtf8,
    /// It is not what was checked.
    #[error("it has changed since it was checked")]
    Changed,
    /// The system refused.
    #[error("{0}")]
    Refused(#[from] io::Error),
}

/// Whether the file at `path` can be replaced by a mended one: a writable UTF-8 file whose text still is `before`.
pub fn check_writable(path: &Path, before: &str) -> Result<(), WriteError> {
    target(path, before).map(|_| ())
}

/// Replaces the text of the file at `path`, which must still be `before`, by `after`: written beside it, brought to the disk and
/// renamed, with the same permissions and, where the system allows, the same owner. A symbolic link stays one; its target is replaced.
pub fn write(path: &Path, before: &str, after: &str) -> Result<(), WriteError> {
    let target = target(path, before)?;
    let (temporary, file) = create_beside(&target)?;
    let written = fill(file, &target, after).and_then(|()| fs::rename(&temporary, &target));
    if let Err(error) = written {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
        return Err(error.into());
    }
    if let Some(folder) = target.parent() {
        // The renaming itself; not every system can open a folder.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// The file itself, behind symbolic links, if it may be replaced.
fn target(path: &Path, before: &str) -> Result<PathBuf, WriteError> {
    let limit = MAX_FILE_BYTES.max(before.len() as u64);
    let bytes = read::read(path, limit)?;
    let decoded = read::decode(&bytes)?;
    if decoded.encoding != Encoding::Utf8 {
        return Err(WriteError::NotUtf8);
    }
    if decoded.text != before {
        return Err(WriteError::Changed);
    }
    let target = fs::canonicalize(path)?;
    if fs::metadata(&target)?.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    Ok(target)
}

fn create_beside(target: &Path) -> io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default();
    let mut attempt = 0;
    loop {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".akslint-{}-{attempt}", std::process::id()));
        let path = target.with_file_name(hidden);
        // Never through a file or link that somebody put there.
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

fn fill(mut file: File, target: &Path, text: &str) -> io::Result<()> {
    let metadata = fs::metadata(target)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only a privileged user can; for others the owner is the same in general.
        let _ = fchown(&file, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.set_permissions(metadata.permissions())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn replaces_a_file_and_leaves_nothing_beside() {
        let (folder, path) = file("\u{feff}{}\r\n".as_bytes());
        write(&path, "\u{feff}{}\r\n", "\u{feff}[]\r\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), "\u{feff}[]\r\n".as_bytes());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn refuses_what_it_would_spoil() {
        let utf16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (_folder, path) = file(&utf16);
        assert!(matches!(write(&path, "\u{feff}{}", "[]"), Err(WriteError::NotUtf8)));
        assert_eq!(fs::read(&path).unwrap(), utf16);
        let (_folder, path) = file(b"{} ");
        assert!(matches!(write(&path, "{}", "[]"), Err(WriteError::Changed)));
        let (_folder, path) = file(b"{}");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(matches!(write(&path, "{}", "[]"), Err(WriteError::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), b"{}");
        assert!(matches!(write(Path::new("gone.json"), "{}", "[]"), Err(WriteError::Unreadable(ReadError::Missing))));
    }

    #[cfg(unix)]
    #[test]
    fn keeps_links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, path) = file(b"{}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.json");
        symlink("a.json", &link).unwrap();
        write(&link, "{}", "[]").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"[]");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
