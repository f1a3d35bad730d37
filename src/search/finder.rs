//! Finds words in bytes, ignoring ASCII case, about as fast as memory can be read: of each word three neighbouring bytes are
//! compared at many positions at once, and only where these match the whole word.

use aho_corasick::AhoCorasick;

/// With more words than this, one automaton is faster than looking for each.
const FEW: usize = 16;
/// Positions that are compared at once.
const BLOCK: usize = 64;
/// Bytes of a word that are compared at first.
const PRINT: usize = 3;
/// The bit in which ASCII letters of either case differ. Other bytes that differ in it alone are told apart later.
const CASE: u8 = 0x20;

/// A search for any of some words.
#[derive(Clone, Debug)]
pub struct Finder {
    words: Vec<Word>,
    many: Option<AhoCorasick>,
}

/// A word, and which of its bytes are compared first.
#[derive(Clone, Debug)]
struct Word {
    text: Box<[u8]>,
    /// Where in the text the compared bytes start.
    offset: usize,
    print: [u8; PRINT],
}

/// A word that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The index of the word among those given.
    pub word: usize,
    /// Its first byte, counted from 0.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl Finder {
    /// A search for `words`. `None` if one is too short to be looked for, or has letters whose case bytes do not show.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<Self> {
        let words = words.into_iter().map(Word::new).collect::<Option<Vec<_>>>()?;
        let many = match words.len() > FEW {
            true => Some(
                AhoCorasick::builder().ascii_case_insensitive(true).build(words.iter().map(|word| &word.text)).ok()?,
            ),
            false => None,
        };
        Some(Self { words, many })
    }

    /// A match in `bytes` that starts at `from` or later and that `accept` accepts. All matches are shown to it until one is accepted,
    /// overlapping ones too, nearly in order.
    pub fn find(&self, bytes: &[u8], from: usize, mut accept: impl FnMut(Match) -> bool) -> Option<Match> {
        if let Some(many) = &self.many {
            let matches = many.find_overlapping_iter(bytes.get(from..)?);
            let from_start = |found: aho_corasick::Match| Match {
                word: found.pattern().as_usize(),
                start: from + found.start(),
                end: from + found.end(),
            };
            return matches.map(from_start).find(|found| accept(*found));
        }
        let mut at = from;
        while at < bytes.len() {
            let hits = match bytes.get(at..).and_then(<[u8]>::first_chunk) {
                Some(block) => self.hits(block),
                None => {
                    // The last bytes, made up to a block; no word holds a zero.
                    let mut block = [0; BLOCK + PRINT - 1];
                    block.iter_mut().zip(bytes.get(at..)?).for_each(|(to, from)| *to = *from);
                    self.hits(&block)
                }
            };
            if let Some(found) = self.confirm(bytes, from, at, hits, &mut accept) {
                return Some(found);
            }
            at += BLOCK;
        }
        None
    }

    /// The length of the longest word, in bytes.
    pub fn longest(&self) -> usize {
        self.words.iter().map(|word| word.text.len()).max().unwrap_or_default()
    }

    /// The positions of the block where the compared bytes of some word stand, as bits. Written so that it becomes vector code.
    fn hits(&self, block: &[u8; BLOCK + PRINT - 1]) -> u64 {
        let mut lower = [0; BLOCK + PRINT - 1];
        lower.iter_mut().zip(block).for_each(|(to, from)| *to = from | CASE);
        let mut hits = [0_u8; BLOCK];
        let [_, second @ ..] = &lower;
        let [_, _, third @ ..] = &lower;
        for Word { print: [a, b, c], .. } in &self.words {
            for (((hit, x), y), z) in hits.iter_mut().zip(&lower).zip(second).zip(third) {
                *hit |= u8::from(x == a) & u8::from(y == b) & u8::from(z == c);
            }
        }
        if hits.iter().fold(0, |any, hit| any | hit) == 0 {
            return 0;
        }
        hits.iter().enumerate().fold(0, |bits, (at, hit)| bits | u64::from(*hit) << at)
    }

    fn confirm(
        &self,
        bytes: &[u8],
        from: usize,
        at: usize,
        mut hits: u64,
        accept: &mut impl FnMut(Match) -> bool,
    ) -> Option<Match> {
        while hits != 0 {
            let place = at + hits.trailing_zeros() as usize;
            hits &= hits - 1;
            for (index, word) in self.words.iter().enumerate() {
                let Some(start) = place.checked_sub(word.offset).filter(|start| *start >= from) else { continue };
                let end = start + word.text.len();
                let is_there = bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(&word.text));
                let found = Match { word: index, start, end };
                if is_there && accept(found) {
                    return Some(found);
                }
            }
        }
        None
    }
}

impl Word {
    fn new(text: &str) -> Option<Self> {
        if !text.is_ascii() || text.contains('\0') {
            return None;
        }
        let windows = text.as_bytes().windows(PRINT).enumerate();
        let (offset, print) =
            windows.min_by_key(|(_, window)| window.iter().map(|byte| commonness(*byte)).sum::<u32>())?;
        let [a, b, c] = print else { return None };
        Some(Self { text: text.as_bytes().into(), offset, print: [a | CASE, b | CASE, c | CASE] })
    }
}

/// How common a byte is in templates, roughly: parts in a thousand.
fn commonness(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'e' => 70,
        b't' | b'a' | b'i' | b'r' | b's' | b'n' | b'o' => 45,
        b'p' | b'l' | b'm' | b'c' | b'd' | b'"' | b'u' => 25,
        b'g' | b'f' | b'h' | b'y' | b'v' | b'b' => 10,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn found(words: &[&str], text: &str) -> Option<(usize, usize)> {
        Finder::new(words.iter().copied())
            .unwrap()
            .find(text.as_bytes(), 0, |_| true)
            .map(|found| (found.word, found.start))
    }

    #[test]
    fn finds_words_in_any_case() {
        let far = format!("{}MANAGEDclusters", " ".repeat(200));
        let table = [
            ("managedClusters", Some((0, 0))),
            (" xmanagedCLUSTERS.", Some((0, 2))),
            (far.as_str(), Some((0, 200))),
            ("managedCluster", None),
            (r"a\U00b", Some((1, 1))),
            ("|u00", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(found(&["managedclusters", r"\u00"], text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_find() {
        for word in ["", "ab", "größe", "a\0b"] {
            assert!(Finder::new([word]).is_none(), "{word}");
        }
        assert!(Finder::new([]).is_some_and(|none| none.find(b"abc", 0, |_| true).is_none()));
    }

    proptest! {
        #[test]
        fn shows_all_that_a_plain_search_finds(
            text in "[aAbB\"\\[ü]{0,200}",
            words in prop::collection::vec("[ab\"\\[]{3,5}", 1..20),
            from in 0_usize..20,
        ) {
            let finder = Finder::new(words.iter().map(String::as_str)).unwrap();
            let lower = text.to_ascii_lowercase().into_bytes();
            let from = from.min(lower.len());
            let mut plain = BTreeSet::new();
            for start in from..lower.len() {
                let starts = |word: &String| lower[start..].starts_with(word.as_bytes());
                plain.extend(words.iter().enumerate().filter(|(_, word)| starts(word)).map(|(index, _)| (start, index)));
            }
            let mut found = BTreeSet::new();
            finder.find(text.as_bytes(), from, |one| {
                found.insert((one.start, one.word));
                false
            });
            prop_assert_eq!(found, plain);
        }
    }
}
