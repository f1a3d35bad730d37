//! Finding things by name among many.

use super::Name;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// So many names are looked through one by one.
const FEW: usize = 16;

/// The numbers of named things, made when first asked for: a template may declare a hundred thousand, and name each.
#[derive(Debug, Default)]
pub struct NameIndex(OnceCell<FxHashMap<String, usize>>);

impl NameIndex {
    /// The number of the last of `names` that is `name`, ignoring ASCII case. It is given the same names each time.
    pub fn find<'n>(
        &self,
        name: &str,
        names: impl ExactSizeIterator<Item = &'n Name> + DoubleEndedIterator,
    ) -> Option<usize> {
        let mut names = names;
        if names.len() <= FEW {
            return names.rposition(|known| known.is(name));
        }
        let numbered = || names.enumerate().map(|(number, name)| (name.text.to_ascii_lowercase(), number)).collect();
        self.0.get_or_init(numbered).get(&name.to_ascii_lowercase()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn finds_the_last_of_few_and_many() {
        for count in [4, 400] {
            let name = |number: usize| Name { text: format!("Name{}", number / 2).into(), span: Span::new(0, 0) };
            let names: Vec<Name> = (0..count).map(name).collect();
            let index = NameIndex::default();
            for (name, expected) in [("nAME0", Some(1)), ("name1", Some(3)), ("name", None), ("", None)] {
                assert_eq!(index.find(name, names.iter()), expected, "{name} of {count}");
            }
        }
    }
}
