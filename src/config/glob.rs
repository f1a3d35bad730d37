//! Patterns of paths made of names, `*`, `?` and `**`: nearly all there are. They are matched as they stand; an automaton would take
//! kilobytes for each.

use std::path::{Component, Path};

/// A pattern, by the parts between its slashes.
#[derive(Clone, Debug)]
pub(super) struct Glob(Box<[Part]>);

#[derive(Clone, Debug)]
enum Part {
    /// `**`: any folders, or none; at the end, at least one name.
    Folders,
    /// A name, with `*` for any bytes and `?` for one.
    Name(Box<[u8]>),
}

impl Glob {
    /// Reads a pattern; `None` if it holds anything else, or is not written as paths are.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern.contains(['[', ']', '{', '}', '\\', ',']) {
            return None;
        }
        let part = |part: &str| match part {
            "" | "." | ".." => None,
            "**" => Some(Part::Folders),
            _ if part.contains("**") => None,
            _ => Some(Part::Name(part.as_bytes().into())),
        };
        pattern.split('/').map(part).collect::<Option<_>>().map(Self)
    }

    /// Whether the pattern means the path, or a folder in which it lies.
    pub(super) fn holds_for(&self, path: &Path) -> bool {
        // Before which parts the names so far may end.
        let mut here = vec![false; self.0.len() + 1];
        if let Some(start) = here.first_mut() {
            *start = true;
        }
        self.pass_folders(&mut here);
        for component in path.components() {
            let Component::Normal(name) = component else { return false };
            let mut next = vec![false; here.len()];
            let mut reach = |at: usize| {
                if let Some(reached) = next.get_mut(at) {
                    *reached = true;
                }
            };
            for (at, part) in self.0.iter().enumerate().filter(|(at, _)| here.get(*at) == Some(&true)) {
                match part {
                    Part::Folders => {
                        reach(at);
                        reach(at + 1);
                    }
                    Part::Name(pattern) if is_name(pattern, name.as_encoded_bytes()) => reach(at + 1),
                    Part::Name(_) => {}
                }
            }
            self.pass_folders(&mut next);
            // After at least one name.
            if next.last() == Some(&true) {
                return true;
            }
            here = next;
        }
        false
    }

    /// `**` may stand for nothing, but for one at the end.
    fn pass_folders(&self, here: &mut [bool]) {
        for (at, part) in self.0.iter().enumerate().take(self.0.len().saturating_sub(1)) {
            if matches!(part, Part::Folders)
                && here.get(at) == Some(&true)
                && let Some(behind) = here.get_mut(at + 1)
            {
                *behind = true;
            }
        }
    }
}

/// Whether the name is one of those. Where it goes wrong, the last `*` takes one byte more: an earlier one need not.
fn is_name(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut byte) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(found) = name.get(byte) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, byte));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted == found => (at, byte) = (at + 1, byte + 1),
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, byte) = (place + 1, taken + 1);
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;

    #[test]
    fn leaves_other_patterns_alone() {
        for pattern in ["[a]", "{a,b}", "a\\b", "a,b", "a//b", "a/./b", "a**", "**a/b", "***", "../a", ""] {
            assert!(Glob::new(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn folders_are_any_or_none_and_at_the_end_some() {
        let table = [
            ("a/**", "a", false),
            ("a/**", "a/b/c", true),
            ("a/**/**", "a", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b/z", true),
            ("**/b", "b", true),
            ("**", "a", true),
            ("**/**", "a", true),
            ("*a*b", "xaxbxab", true),
            ("?", "é", false),
            ("??", "é", true),
        ];
        for (pattern, path, expected) in table {
            let globs = [pattern.to_owned(), format!("{pattern}/**")]
                .map(|pattern| GlobBuilder::new(&pattern).literal_separator(true).build().unwrap().compile_matcher());
            assert_eq!(globs.iter().any(|glob| glob.is_match(path)), expected, "the automaton: {pattern} {path}");
            assert_eq!(Glob::new(pattern).unwrap().holds_for(Path::new(path)), expected, "{pattern} {path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn means_what_the_automaton_means(
            pattern in "(a|b|é|\\*|\\?|x\\*|\\*\\*){1,3}(/(a|b|é|\\*|\\?|ab|\\*b|\\*a\\*|\\*\\*)){0,4}",
            path in "(a|b|ab|é|x.a)(/(a|b|ab|é|abab)){0,5}",
        ) {
            let built = |pattern: &str| GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            let matcher = |pattern: &str| built(pattern).unwrap().compile_matcher();
            if let Some(glob) = Glob::new(&pattern) {
                let expected = matcher(&pattern).is_match(&path) || matcher(&format!("{pattern}/**")).is_match(&path);
                prop_assert_eq!(glob.holds_for(Path::new(&path)), expected);
            }
        }
    }
}
