//! JSONPaths of declarations, as reports print them.

use std::fmt::Write;

/// `path` extended by member `key`: `.key` for a plain identifier, else `['key']`.
pub(super) fn member(path: &str, key: &str) -> String {
    let mut extended = String::with_capacity(path.len() + key.len() + 4);
    extended.push_str(path);
    let starts_plain = key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
    if starts_plain && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        extended.push('.');
        extended.push_str(key);
        return extended;
    }
    extended.push_str("['");
    for char in key.chars() {
        match char {
            '\'' | '\\' => extended.extend(['\\', char]),
            char if char.is_control() => extended.extend(char.escape_default()),
            char => extended.push(char),
        }
    }
    extended.push_str("']");
    extended
}

/// `path` extended by element `index`, counted from 0.
pub(super) fn element(path: &str, index: usize) -> String {
    let mut extended = path.to_owned();
    // Writing to a string cannot fail.
    let _ = write!(extended, "[{index}]");
    extended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_it() {
        let table = [
            ("cluster", "$.cluster"),
            ("_a1", "$._a1"),
            ("a::b", "$['a::b']"),
            ("1a", "$['1a']"),
            ("", "$['']"),
            (r"it's \ ü", r"$['it\'s \\ ü']"),
            ("a\nb", r"$['a\nb']"),
        ];
        for (key, expected) in table {
            assert_eq!(member("$", key), expected);
        }
        assert_eq!(element("$.resources", 12), "$.resources[12]");
    }
}
