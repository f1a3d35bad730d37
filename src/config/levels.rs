//! Levels that a configuration gives to rules.

use crate::finding::Level;
use serde::Deserialize;

/// What a configuration makes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// Its results are left out.
    Off,
    /// Its failures are errors.
    Error,
    /// Its failures are warnings.
    Warning,
    /// Its failures are notes.
    Note,
}

impl RuleLevel {
    /// The words, as a configuration writes them.
    pub const WORDS: [&'static str; 4] = ["off", "error", "warning", "note"];

    /// The level; `None` for off.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note => Some(Level::Note),
        }
    }
}

/// How closely `id` names a rule: a reference or the whole name most closely, else the length of a beginning of the name that ends at a
/// dot. Case does not count. `None`: not at all.
pub fn matches(id: &str, rule: &str, reference: &str) -> Option<usize> {
    let id = id.trim();
    if id.is_empty() {
        return None;
    }
    if id.eq_ignore_ascii_case(rule) || id.eq_ignore_ascii_case(reference) {
        return Some(usize::MAX);
    }
    let family = id.strip_suffix(".*").or_else(|| id.strip_suffix('.')).unwrap_or(id);
    let (head, rest) = rule.split_at_checked(family.len())?;
    let is_family = head.eq_ignore_ascii_case(family) && (rest.starts_with('.') || rest.is_empty());
    is_family.then_some(family.len())
}

/// Which rules have which level.
#[derive(Clone, Debug, Default)]
pub struct RuleLevels {
    entries: Vec<(String, RuleLevel)>,
}

impl RuleLevels {
    /// From ids of rules and their levels.
    pub fn new(entries: Vec<(String, RuleLevel)>) -> Self {
        Self { entries }
    }

    /// The level of a rule, by the entry that names it most closely; of equal ones the last.
    pub fn of(&self, rule: &str, reference: &str) -> Option<RuleLevel> {
        let named = self.entries.iter().filter_map(|(id, level)| Some((matches(id, rule, reference)?, *level)));
        named.max_by_key(|(closeness, _)| *closeness).map(|(_, level)| level)
    }

    /// The ids, as written.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(id, _)| id.as_str())
    }

    /// Whether nothing is said of any rule.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_rules() {
        let table = [
            ("AKS104", Some(usize::MAX)),
            ("aks104", Some(usize::MAX)),
            ("azure.aks.authorizedips.internet", Some(usize::MAX)),
            ("Azure.AKS.AuthorizedIPs", Some(23)),
            ("Azure.AKS.AuthorizedIPs.", Some(23)),
            ("Azure.AKS.*", Some(9)),
            ("Azure", Some(5)),
            ("Azure.AKS.Auth", None),
            ("AKS10", None),
            ("AKS1", None),
            ("", None),
            (".", None),
            ("Azure.AKS.AuthorizedIPs.Internet.More", None),
        ];
        for (id, expected) in table {
            assert_eq!(matches(id, "Azure.AKS.AuthorizedIPs.Internet", "AKS104"), expected, "{id}");
        }
        assert_eq!(matches("ü", "Azure", ""), None);
        assert_eq!(matches("", "Local.Rule", ""), None, "a rule without a reference");
    }

    #[test]
    fn the_closest_entry_decides() {
        let entry = |id: &str, level| (id.to_owned(), level);
        let levels = RuleLevels::new(vec![
            entry("AKS104", RuleLevel::Note),
            entry("Azure.AKS", RuleLevel::Off),
            entry("Azure.AKS.AuthorizedIPs", RuleLevel::Warning),
        ]);
        assert_eq!(levels.of("Azure.AKS.AuthorizedIPs.Internet", "AKS104"), Some(RuleLevel::Note));
        assert_eq!(levels.of("Azure.AKS.AuthorizedIPs", "AKS101"), Some(RuleLevel::Warning));
        assert_eq!(levels.of("Azure.AKS.Version", ""), Some(RuleLevel::Off));
        assert_eq!(levels.of("Local.Rule", ""), None);
    }
}
