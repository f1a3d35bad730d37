//! Which files can hold a resource that some rule asks for: decided on their bytes, without parsing.
//!
//! The search may say "may hold one" of a file that does not; never the other way round. So it looks for the bare last
//! word of each type (`managedclusters`: the full type may be written with `\/`, or be split between a parent and a nested
//! child), ignores case as ARM does, and lets everything pass in which the word could hide.

use regex::bytes::{Regex, RegexBuilder};

/// What hides a type from a search for its name:
/// - `\u00`: letters written as escapes (a letter of a type's name is below U+0100, so its escape starts so);
/// - a zero byte: UTF-16 that has not been decoded;
/// - `templateLink`: the resources stand in another file;
/// - `type`, `template` or `resources` given by an expression. A comment may stand on either side of the colon.
const HIDDEN: &str = r#"\\u00|\x00|templatelink|"(?:type|template|resources)"\s*(?:/|:\s*(?:/|"\[))"#;

/// A search for the types that the loaded rules ask for.
#[derive(Clone, Debug)]
pub struct Needles {
    /// `None`: every file may hold one.
    pattern: Option<Regex>,
    /// The names alone. `None`: no names.
    names: Option<Regex>,
}

impl Needles {
    /// A search that lets every file pass: for a rule that names no type.
    pub fn everything() -> Self {
        Self { pattern: None, names: None }
    }

    /// A search for resource types such as `Microsoft.ContainerService/managedClusters`, in any case.
    ///
    /// ```
    /// let needles = akslint::search::Needles::new(["Microsoft.ContainerService/managedClusters"]);
    /// assert!(needles.may_hold(br#"{"type": "microsoft.containerservice\/MANAGEDCLUSTERS"}"#));
    /// assert!(!needles.may_hold(br#"{"type": "Microsoft.Storage/storageAccounts"}"#));
    /// ```
    pub fn new<'a>(types: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = vec![];
        for type_ in types {
            let word = type_.rsplit('/').next().unwrap_or(type_).trim();
            // Without letters there is nothing to look for; letters beyond ASCII have a case that bytes do not show.
            if word.is_empty() || !word.is_ascii() {
                return Self::everything();
            }
            words.push(regex::escape(word));
        }
        let names = words.join("|");
        let pattern = if names.is_empty() { HIDDEN.to_owned() } else { format!("{HIDDEN}|{names}") };
        let names = if names.is_empty() { None } else { compile(&names) };
        // A pattern that is too large to compile must not hide anything.
        Self { pattern: compile(&pattern), names }
    }

    /// Whether one of the types' names is written in the file as it stands.
    pub fn names_one(&self, bytes: &[u8]) -> bool {
        self.names.as_ref().is_some_and(|names| names.is_match(bytes))
    }

    /// Whether a file of these bytes may hold a resource of one of the types, here or in a template it links to.
    pub fn may_hold(&self, bytes: &[u8]) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(bytes))
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).case_insensitive(true).unicode(false).build().ok()
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
            (r#"{"type": "[parameters('type')]"}"#, true),
            (r#"{"Type"  :  "[variables('t')]"}"#, true),
            ("{\"type\" // why\n : \"[variables('t')]\"}", true),
            ("{\"type\": /* why */ \"[variables('t')]\"}", true),
            (r#"{"template": "[variables('$fxv#0')]"}"#, true),
            (r#"{"resources": "[variables('all')]"}"#, true),
            (r#"{"templateLink": {"uri": "x"}}"#, true),
            ("{\0\"\0", true),
            (r#"{"type": "Microsoft.Storage/storageAccounts", "name": "[parameters('n')]"}"#, false),
            (r#"{"properties": {"type": "string", "template": {}}}"#, false),
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
