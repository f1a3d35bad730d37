//! Paths as URIs.

use super::model::ArtifactLocation;
use std::fmt::Write;

/// The location of a file whose path is written with `/`: relative paths under `%SRCROOT%`, absolute ones as `file` URIs.
pub fn artifact(path: &str) -> ArtifactLocation {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.starts_with('/') {
        ArtifactLocation { uri: format!("file://{}", encode(path)), uri_base_id: None }
    } else if drive {
        ArtifactLocation { uri: format!("file:///{}", encode(path)), uri_base_id: None }
    } else {
        ArtifactLocation { uri: encode(path), uri_base_id: Some("%SRCROOT%") }
    }
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
        let table = [
            ("a/b.json", "a/b.json", true),
            ("my folder/ü#1%?.json", "my%20folder/%C3%BC%231%25%3F.json", true),
            ("a:b.json", "a%3Ab.json", false),
            ("../x.json", "../x.json", true),
            ("/tmp/x y.json", "file:///tmp/x%20y.json", false),
        ];
        for (path, uri, relative) in table {
            let location = artifact(path);
            let expected = if path.starts_with("a:") { format!("file:///{uri}") } else { uri.into() };
            assert_eq!(location.uri, expected, "{path}");
            assert_eq!(location.uri_base_id.is_some(), relative, "{path}");
        }
    }
}
