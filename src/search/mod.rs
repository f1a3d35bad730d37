//! Whether a file can be of interest at all, decided on its bytes alone: most files need not be parsed.
//!
//! The search may say yes too often, never too seldom. It looks for the last word of each type (`managedClusters`), which stands
//! in a template however the type is put together (`type` and `apiVersion` as one string, a child in a parent and a nested
//! child), ignores case as ARM does, and lets everything pass in which the word could hide: where `signs` sees that something may,
//! [`structure`] tells.

pub mod finder;
mod signs;
pub mod structure;

use finder::{Finder, Match};
use structure::may_hide;

/// A search for the types that the loaded rules ask for.
#[derive(Clone, Debug)]
pub struct Needles {
    /// The types' names, and behind them the words that are signs of something hidden. `None`: every file may hold one.
    words: Option<Finder>,
    /// How many names there are.
    names: usize,
}

impl Needles {
    /// A search that lets every file pass: for a rule that names no type.
    pub fn everything() -> Self {
        Self { words: None, names: 0 }
    }

    /// A search for resource types such as `Microsoft.ContainerService/managedClusters`, in any case.
    ///
    /// ```
    /// let needles = akslint::search::Needles::new(["Microsoft.ContainerService/managedClusters"]);
    /// assert!(needles.may_hold(br#"{"type": "microsoft.containerservice\/MANAGEDCLUSTERS"}"#));
    /// assert!(!needles.may_hold(br#"{"type": "Microsoft.Storage/storageAccounts"}"#));
    /// ```
    pub fn new<'a>(types: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> = vec![];
        for type_ in types {
            let name = type_.rsplit('/').next().unwrap_or(type_).trim();
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        // A name that cannot be looked for must not hide anything.
        Self { names: names.len(), words: Finder::new(names.into_iter().chain(signs::WORDS)) }
    }

    /// Whether one of the types' names is written in the file as it stands.
    pub fn names_one(&self, bytes: &[u8]) -> bool {
        self.words.as_ref().is_some_and(|words| words.find(bytes, 0, |found| found.word < self.names).is_some())
    }

    /// Whether a file of these bytes may hold a resource of one of the types, here or in a template it links to.
    pub fn may_hold(&self, bytes: &[u8]) -> bool {
        let Some(words) = &self.words else { return true };
        let mut has_sign = false;
        let is_name = |found: Match| {
            has_sign |= found.word >= self.names;
            found.word < self.names
        };
        words.find(bytes, 0, is_name).is_some()
            || (has_sign || signs::has_expression(bytes)) && may_hide(bytes)
            // UTF-16 that has not been decoded hides everything, but not that the first character of JSON is one of ASCII.
            || bytes.iter().take(2).any(|byte| *byte == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_misses_a_cluster() {
        let needles = Needles::new(["Microsoft.ContainerService/managedClusters", "Microsoft.Network/virtualNetworks"]);
        let table = [
            (r#"{"type": "Microsoft.ContainerService/managedClusters"}"#, true),
            (r#"{"TYPE": "MICROSOFT.CONTAINERSERVICE\/MANAGEDCLUSTERS"}"#, true),
            (r#"{"type": "Microsoft.ContainerService/m\u0061nagedClusters"}"#, true),
            (r#"{"type": "Microsoft.ContainerService/m\U0061nagedClusters"}"#, true),
            (r#"{"resources": [{"type": "[parameters('type')]"}]}"#, true),
            (r#"{"Resources": {"a": {"Type"  :  "[variables('t')]"}}}"#, true),
            ("{\"resources\": [{\"type\" // why\n : \"[variables('t')]\"}]}", true),
            ("{\"resources\": [{\"type\": /* why */ \"[variables('t')]\"}]}", true),
            (r#"{"resources": [{"type": "a", "properties": {"template": "[variables('$fxv#0')]"}}]}"#, true),
            (r#"{"resources": "[variables('all')]"}"#, true),
            (r#"{"resources": [{"properties": {"templateLink": {"uri": "x"}}}]}"#, true),
            ("{\0\"\0", true),
            (r#"{"type": "[parameters('type')]"#, true),
            (r#"{"type": "Microsoft.Storage/storageAccounts", "name": "[parameters('n')]"}"#, false),
            (r#"{"properties": {"type": "string", "template": {}}}"#, false),
            (r#"{"resources": [{"type": "a", "identity": {"type": "[parameters('i')]"}}]}"#, false),
            (r#"{"note": "\u00e4", "templateLink": "x"}"#, false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(needles.may_hold(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_rule_without_type_sees_every_file() {
        assert!(Needles::everything().may_hold(b"{}"));
        assert!(Needles::new(["Microsoft.X/"]).may_hold(b"{}"));
        assert!(!Needles::new([]).may_hold(b"{}"));
    }

    #[test]
    fn a_name_is_more_than_a_doubt() {
        let needles = Needles::new(["Microsoft.ContainerService/managedClusters"]);
        assert!(needles.names_one(b"\"managedCLUSTERS"));
        assert!(!needles.names_one(b"\"type\": \"[x]\""));
    }
}
