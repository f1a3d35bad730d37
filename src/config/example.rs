//! The configuration that `akslint init` writes.

/// A configuration file in which every key stands, explained and commented out.
pub const EXAMPLE: &str = include_str!("example.yaml");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    /// The example with everything in force: lines `#key` are settings, lines `# text` are words.
    pub(crate) fn in_force() -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && (!rest.starts_with(' ') || rest.starts_with("  ")) => rest.to_owned(),
            _ => line.to_owned(),
        };
        EXAMPLE.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_reader_accepts_it() {
        let read = |text: &str| Config::read("akslint.yaml", Path::new("/w"), text).unwrap();
        let nothing = read(EXAMPLE);
        assert!(nothing.levels.is_empty() && nothing.suppress.is_empty() && nothing.exclude.is_empty());
        let all = read(&in_force());
        assert_eq!(all.levels.ids().count(), 3);
        assert_eq!((all.exclude.len(), all.parameters.len(), all.suppress.len()), (2, 2, 1));
        assert_eq!(all.configuration.len(), 1);
        assert!(all.require_reason);
    }

    #[test]
    fn it_shows_every_key() {
        let shown: serde_json::Value = serde_yaml::from_str(&in_force()).unwrap();
        for key in crate::config::schema::schema()["properties"].as_object().unwrap().keys() {
            assert!(shown.get(key).is_some(), "the example does not show {key}");
        }
    }

    #[test]
    fn its_limits_are_the_defaults() {
        let read = |text: &str| Config::read("akslint.yaml", Path::new("/w"), text).unwrap().limits;
        assert_eq!(format!("{:?}", read(&in_force())), format!("{:?}", read("")));
    }
}
