//! Places in files, as SARIF tells them.

use super::model::{ArtifactLocation, Location, PhysicalLocation, Region, Text};
use crate::finding::{Label, Location as Place};
use std::fmt::Write;

/// How paths are told: relative ones from the root of the repository, because that is where services look for files.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// The folder that `%SRCROOT%` stands for: a full path with `/`. Empty: the working directory.
    pub root: &'a str,
    /// The folder from which reports tell paths: a full path with `/`, or empty where `root` is.
    pub working_directory: &'a str,
}

impl Places<'_> {
    /// The location of a file whose path is written with `/`: below the root under `%SRCROOT%`, elsewhere as a `file` URI.
    pub fn artifact(self, path: &str) -> ArtifactLocation {
        let full = if is_full(path) { path.to_owned() } else { tidied(self.working_directory, path) };
        match self.below_root(&full) {
            Some(below) => ArtifactLocation { uri: encode(below), uri_base_id: Some("%SRCROOT%") },
            None => {
                let slashes = if full.starts_with('/') { "//" } else { "///" };
                ArtifactLocation { uri: format!("file:{slashes}{}", encode(&full)), uri_base_id: None }
            }
        }
    }

    fn below_root(self, full: &str) -> Option<&str> {
        if self.root.is_empty() {
            return (!is_full(full)).then_some(full);
        }
        let rest = full.strip_prefix(self.root.trim_end_matches('/'))?;
        rest.strip_prefix('/')
    }

    /// The place, with its file and region.
    pub fn physical(self, place: &Place) -> PhysicalLocation {
        PhysicalLocation { artifact_location: self.artifact(place.file.path()), region: Some(region(place)) }
    }

    /// The place, without words.
    pub fn location(self, place: &Place) -> Location {
        Location { id: None, physical_location: self.physical(place), message: None }
    }

    /// The place with its words, if it has any.
    pub fn labelled(self, label: &Label) -> Location {
        let message = (!label.text.is_empty()).then(|| Text { text: label.text.clone() });
        Location { message, ..self.location(&label.location) }
    }
}

/// Lines and columns of the place.
pub fn region(place: &Place) -> Region {
    let start = place.file.position_utf16(place.span.start);
    let end = place.file.position_utf16(place.span.end.max(place.span.start));
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn is_full(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    drive || path.starts_with('/')
}

/// The path below the folder, without `.` and, where names decide, `..`.
fn tidied(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let start = if folder.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

/// Percent-encodes every byte but the unreserved ones of RFC 3986 and `/`.
fn encode(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(byte as char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_paths() {
        let (nowhere, repository) = (("", ""), ("/r/my repo", "/r/my repo/infra/app"));
        let table = [
            (nowhere, "a/b.json", "a/b.json", true),
            (nowhere, "my folder/ü#1%?.json", "my%20folder/%C3%BC%231%25%3F.json", true),
            (nowhere, "a:b.json", "file:///a%3Ab.json", false),
            (nowhere, "../x.json", "../x.json", true),
            (nowhere, "/tmp/x y.json", "file:///tmp/x%20y.json", false),
            (("/", "/"), "x.json", "x.json", true),
            (("/r", "/r"), "./x.json", "x.json", true),
            (("/r", "/r"), "/repository/x.json", "file:///repository/x.json", false),
            (("C:/r", "C:/r/a"), "x.json", "a/x.json", true),
            (("C:/r", "C:/r/a"), "D:/x.json", "file:///D%3A/x.json", false),
            (repository, "x.json", "infra/app/x.json", true),
            (repository, "../x.json", "infra/x.json", true),
            (repository, "../../../y/x.json", "file:///r/y/x.json", false),
            (repository, "/r/my repo/other/x.json", "other/x.json", true),
            (repository, "/tmp/x.json", "file:///tmp/x.json", false),
        ];
        for ((root, working_directory), path, uri, relative) in table {
            let location = Places { root, working_directory }.artifact(path);
            assert_eq!(location.uri, uri, "{path}");
            assert_eq!(location.uri_base_id.is_some(), relative, "{path}");
        }
    }
}
