//! The texts that a condition expects: in the order written, and so that one is found without a look at each.

use super::compare::fold;
use crate::limits::MAX_SHOWN;
use rustc_hash::FxHashMap;
use std::ops::Deref;
use std::sync::OnceLock;

/// The texts that a condition expects.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    written: Vec<String>,
    exact: OnceLock<Keys>,
    folded: OnceLock<Keys>,
}

/// Texts as they are compared.
#[derive(Clone, Debug)]
pub struct Keys {
    /// In the order written.
    texts: Vec<String>,
    /// The first place of each.
    index: FxHashMap<String, usize>,
    /// How many bytes they have: each number once.
    lengths: Vec<usize>,
}

impl From<Vec<String>> for Texts {
    fn from(written: Vec<String>) -> Self {
        Self { written, ..Self::default() }
    }
}

impl Deref for Texts {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.written
    }
}

impl Texts {
    /// The texts as they are compared.
    pub fn keys(&self, case_sensitive: bool) -> &Keys {
        let made = if case_sensitive { &self.exact } else { &self.folded };
        made.get_or_init(|| {
            let adapt = |text: &String| if case_sensitive { text.clone() } else { fold(text) };
            Keys::new(self.written.iter().map(adapt).collect())
        })
    }

    /// The first of them, for a message, and how many there are beside.
    pub fn shown(&self, separator: &str, show: impl Fn(&str) -> String) -> String {
        /// More help nobody.
        const SHOWN: usize = 10;
        let shown: Vec<String> = self.written.iter().take(SHOWN).map(|text| show(&cut(text, MAX_SHOWN))).collect();
        let shown = shown.join(separator);
        match self.written.len().saturating_sub(SHOWN) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }
}

/// A text in a message: of more than `most` characters the first ones.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl Keys {
    fn new(texts: Vec<String>) -> Self {
        let mut index = FxHashMap::default();
        for (at, text) in texts.iter().enumerate() {
            index.entry(text.clone()).or_insert(at);
        }
        let mut lengths: Vec<usize> = texts.iter().map(String::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self { texts, index, lengths }
    }

    /// In the order written.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// How many there are that differ.
    pub fn count(&self) -> usize {
        self.index.len()
    }

    /// The first place of one that is `text`.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.index.get(text).copied()
    }

    /// Whether `text` starts with one.
    pub fn starts(&self, text: &str) -> bool {
        self.by_length(text, |length| text.get(..length))
    }

    /// Whether `text` ends with one.
    pub fn ends(&self, text: &str) -> bool {
        self.by_length(text, |length| text.get(text.len() - length..))
    }

    fn by_length<'t>(&self, text: &str, part: impl Fn(usize) -> Option<&'t str>) -> bool {
        let fitting = self.lengths.iter().take_while(|length| **length <= text.len());
        fitting.filter_map(|length| part(*length)).any(|part| self.index.contains_key(part))
    }

    /// Whether one stands anywhere in `text`.
    pub fn within(&self, text: &str) -> bool {
        // Many texts have few lengths.
        if self.lengths.len() * 8 < self.texts.len() {
            (0..=text.len()).filter_map(|at| text.get(at..)).any(|rest| self.starts(rest))
        } else {
            self.texts.iter().any(|wanted| text.contains(wanted))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_texts_and_their_parts() {
        let texts = Texts::from(["ab", "c", "ß", "AB"].map(str::to_owned).to_vec());
        let (folded, exact) = (texts.keys(false), texts.keys(true));
        assert_eq!((folded.count(), exact.count()), (3, 4));
        assert_eq!((folded.find("AB"), exact.find("AB"), exact.find("B")), (Some(0), Some(3), None));
        for (text, starts, ends, within) in [
            ("abx", true, false, true),
            ("xab", false, true, true),
            ("xcx", false, false, true),
            ("ßx", true, false, true),
            ("xß", false, true, true),
            ("é", false, false, false),
            ("", false, false, false),
            ("ab", true, true, true),
        ] {
            assert_eq!((exact.starts(text), exact.ends(text), exact.within(text)), (starts, ends, within), "{text}");
        }
        let many = Texts::from((10..99).map(|n| n.to_string()).collect::<Vec<_>>());
        for (text, within) in [("ä10", true), ("1x0", false), ("x99", false), ("", false), ("98", true)] {
            assert_eq!(many.keys(true).within(text), within, "{text}");
        }
        let empty = Texts::from(vec![String::new()]);
        assert!(empty.keys(true).starts("") && empty.keys(true).ends("x") && empty.keys(true).within("x"));
        assert!(!Texts::default().keys(true).within("x"));
    }

    #[test]
    fn messages_name_a_bounded_number() {
        let all = |count: usize| Texts::from((0..count).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(all(3).shown(", ", str::to_owned), "0, 1, 2");
        assert_eq!(all(50_000).shown(", ", str::to_owned), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 49990 more");
        assert_eq!(cut(&"ü".repeat(1_000), 7), "üüüüüüü...");
    }
}
