//! Writing files as a whole: who reads one sees what was there before or all of what is there now, also after a crash or on a full
//! disk.

use crate::read::{self, Encoding, MAX_FILE_BYTES, ReadError};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::Builder;

/// Why a file was not replaced. It is as it was.
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

/// Writes `bytes` to the file at `path`, which appears or changes at once. Links are followed, and the permissions of a file that is
/// there are kept. What is no regular file (`/dev/stdout`, a pipe) is written to.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Renaming over a link would replace the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let present = fs::metadata(&target).ok();
    if present.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    if present.is_some() {
        // Renaming would get around a file's own protection.
        OpenOptions::new().write(true).open(&target)?;
    }
    put(&target, present.as_ref(), bytes)
}

/// Whether the file at `path` can be replaced by a mended one: a writable UTF-8 file whose text still is `before`.
pub fn check_writable(path: &Path, before: &str) -> Result<(), WriteError> {
    target(path, before).map(|_| ())
}

/// Replaces the text of the file at `path`, which must still be `before`, by `after`. A symbolic link stays one; its target is
/// replaced.
pub fn replace(path: &Path, before: &str, after: &str) -> Result<(), WriteError> {
    let target = target(path, before)?;
    let present = fs::metadata(&target)?;
    Ok(put(&target, Some(&present), after.as_bytes())?)
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

/// Writes a file beside `target`, brings it to the disk and renames it: with the permissions of what is `present` there and, where the
/// system allows, the same owner.
fn put(target: &Path, present: Option<&fs::Metadata>, bytes: &[u8]) -> io::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".akslint-");
    let permissions = present.map(fs::Metadata::permissions);
    #[cfg(unix)]
    builder.permissions(permissions.clone().unwrap_or_else(ordinary));
    // Under a name that nobody else has; dropping it removes the file.
    let mut beside = builder.tempfile_in(folder).map_err(without_path)?;
    beside.write_all(bytes)?;
    #[cfg(unix)]
    if let Some(present) = present {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only a privileged user can; for others the owner is the same in general.
        let _ = fchown(beside.as_file(), Some(present.uid()), Some(present.gid()));
    }
    if let Some(permissions) = permissions {
        // The system may have taken some of them away on creation.
        beside.as_file().set_permissions(permissions)?;
    }
    beside.as_file().sync_all()?;
    beside.persist(target).map_err(|error| error.error)?;
    // The renaming itself; not every system can open a folder.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// The error without the name of the file beside, which means nothing to anybody.
fn without_path(error: io::Error) -> io::Error {
    match error.get_ref().and_then(|inner| inner.source()).and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(source) => io::Error::new(source.kind(), source.to_string()),
        None => error,
    }
}

/// What any new file gets, before the process's mask.
#[cfg(unix)]
fn ordinary() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_files_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for text in ["one, and longer", "two"] {
            write_file(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_file(&folder.path().join("no/such.txt"), b"").is_err());
        assert!(write_file(folder.path(), b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_and_keeps_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o622)).unwrap();
        symlink("file", &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o622);
    }

    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn replaces_a_text_and_leaves_nothing_beside() {
        let (folder, path) = file("\u{feff}{}\r\n".as_bytes());
        replace(&path, "\u{feff}{}\r\n", "\u{feff}[]\r\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), "\u{feff}[]\r\n".as_bytes());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn refuses_what_it_would_spoil() {
        let utf16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (_folder, path) = file(&utf16);
        assert!(matches!(replace(&path, "\u{feff}{}", "[]"), Err(WriteError::NotUtf8)));
        assert_eq!(fs::read(&path).unwrap(), utf16);
        let (_folder, path) = file(b"{} ");
        assert!(matches!(replace(&path, "{}", "[]"), Err(WriteError::Changed)));
        let (_folder, path) = file(b"{}");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(matches!(replace(&path, "{}", "[]"), Err(WriteError::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), b"{}");
        assert!(matches!(replace(Path::new("gone.json"), "{}", "[]"), Err(WriteError::Unreadable(ReadError::Missing))));
    }

    #[cfg(unix)]
    #[test]
    fn replacing_keeps_links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, path) = file(b"{}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.json");
        symlink("a.json", &link).unwrap();
        replace(&link, "{}", "[]").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"[]");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
