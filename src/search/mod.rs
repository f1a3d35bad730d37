//! Whether a file can be of interest at all, decided on its bytes alone: most files need not be parsed.
//!
//! The search may say yes too often, never too seldom. It looks for the last word of each type (`managedClusters`), which stands
//! in a template however the type is put together (`type` and `apiVersion` as one string, a child in a parent and a nested
//! child), ignores case as ARM does, and lets everything pass in which the word could hide: see [`structure`].

pub mod finder;
pub mod structure;

use finder::{Finder, Match};
use structure::may_hide;

/// What can hide a type from a search for its name. Where one of these is found, [`structure`] decides:
/// - `\u00`: letters written as escapes (a letter of a type's name is below U+0100, so its escape starts so);
/// - `templateLink`: the resources stand in another file;
/// - `type`, `template` or `resources` given by an expression: see [`may_be_expression`].
const HIDING: [&str; 5] = [r"\u00", "templatelink", "\"type\"", "\"template\"", "\"resources\""];
/// The first of them that is a key.
const FIRST_KEY: usize = 2;

/// A search for the types that the loaded rules ask for.
#[derive(Clone, Debug)]
pub struct Needles {
    /// `None`: every file may hold one.
    search: Option<Search>,
}

#[derive(Clone, Debug)]
struct Search {
    /// The names alone.
    names: Finder,
    /// The names, and behind them [`HIDING`].
    all: Finder,
    /// How many names there are.
    count: usize,
}

impl Needles {
    /// A search that lets every file pass: for a rule that names no type.
    pub fn everything() -> Self {
        Self { search: None }
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
        let count = names.len();
        // A name that cannot be looked for must not hide anything.
        let of = |words: &[&str]| Finder::new(words.iter().copied());
        let all = [names.as_slice(), &HIDING].concat();
        let search = of(&names).zip(of(&all)).map(|(names, all)| Search { names, all, count });
        Self { search }
    }

    /// Whether one of the types' names is written in the file as it stands.
    pub fn names_one(&self, bytes: &[u8]) -> bool {
        self.search.as_ref().is_some_and(|search| search.names.find(bytes, 0, |_| true).is_some())
    }

    /// Whether a file of these bytes may hold a resource of one of the types, here or in a template it links to.
    pub fn may_hold(&self, bytes: &[u8]) -> bool {
        let Some(search) = &self.search else { return true };
        // UTF-16 that has not been decoded hides everything.
        search.may_hold(bytes) || memchr::memchr(0, bytes).is_some()
    }
}

impl Search {
    fn may_hold(&self, bytes: &[u8]) -> bool {
        let is_key = |found: &Match| found.word >= self.count + FIRST_KEY;
        let Some(found) = self.all.find(bytes, 0, |found| !is_key(&found) || may_be_expression(bytes, found)) else {
            return false;
        };
        // Once the structure is asked anyway, only names tell more than it does.
        let from = found.start.saturating_sub(self.names.longest());
        found.word < self.count || self.names.find(bytes, from, |_| true).is_some() || may_hide(bytes)
    }
}

/// Whether an expression may follow the key, as far as can be seen from here: comments, and blanks that only the parser knows, may
/// stand on either side of the colon.
fn may_be_expression(bytes: &[u8], key: Match) -> bool {
    let rest = bytes.get(key.end..).unwrap_or_default().trim_ascii_start();
    match rest.split_first() {
        None | Some((b',' | b'}' | b']', _)) => false,
        Some((b':', value)) => match value.trim_ascii_start() {
            [b'"', first, ..] => matches!(first, b'[' | b'\\'),
            [first, ..] => !(first.is_ascii_alphanumeric() || matches!(first, b'{' | b'[' | b'-')),
            [] => false,
        },
        Some(_) => true,
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
