//! What a fix changes, as `diff -u` shows it and `git apply` reads it.

use similar::TextDiff;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The unified diff of a file's text before and after; empty if nothing changed. `path` is the one that reports print: below the
/// working directory it gets the usual `a/` and `b/`.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let is_outside = path.starts_with('/') || path.starts_with("..") || path.contains(':');
    let (old, new) = if is_outside { ("", "") } else { ("a/", "b/") };
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(CONTEXT).header(&format!("{old}{path}"), &format!("{new}{path}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_line_ends_and_names_a_missing_one() {
        let table = [
            ("a.json", "x\n", "x\n", ""),
            (
                "i/a.json",
                "x\r\ny\r\n",
                "x\r\nz\r\n",
                "--- a/i/a.json\n+++ b/i/a.json\n@@ -1,2 +1,2 @@\n x\r\n-y\r\n+z\r\n",
            ),
            (
                "/a.json",
                "x",
                "y",
                "--- /a.json\n+++ /a.json\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n",
            ),
        ];
        for (path, before, after, expected) in table {
            assert_eq!(unified(path, before, after), expected);
        }
    }
}
