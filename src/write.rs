//! Writing files as a whole: who reads one sees what was there before or all of what is there now.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use tempfile::Builder;

/// Writes `bytes` to the file at `path`, which appears or changes at once: they are written beside it and renamed. Links are
/// followed, and the permissions of a file that is there are kept. What is no regular file (`/dev/stdout`, a pipe) is written to.
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
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".akslint-");
    let permissions = present.map(|metadata| metadata.permissions());
    #[cfg(unix)]
    builder.permissions(permissions.clone().unwrap_or_else(ordinary));
    let mut beside = builder.tempfile_in(folder).map_err(without_path)?;
    beside.write_all(bytes)?;
    if let Some(permissions) = permissions {
        // The system may have taken some of them away on creation.
        beside.as_file().set_permissions(permissions)?;
    }
    beside.persist(&target).map(drop).map_err(|error| error.error)
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
}
