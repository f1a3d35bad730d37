//! Finds words in bytes, ignoring ASCII case, about as fast as memory can be read: of each word three neighbouring bytes are looked
//! for, in either case, and only where they stand the whole word.

use aho_corasick::packed::{self, Searcher};
use aho_corasick::{AhoCorasick, Span};
use memchr::memmem;

/// Bytes of a word that are looked for first.
const PRINT: usize = 3;

/// How much more common a print may be for each other word that has it too: few prints are looked for faster than many.
const WORTH: i32 = 25;

/// More prints than a search can look for.
const MAX_PRINTS: usize = 64;

/// A search for any of some words.
#[derive(Clone, Debug)]
pub struct Finder {
    words: Vec<Word>,
    search: Search,
}

#[derive(Clone, Debug)]
enum Search {
    /// For a few words' prints. No search at all for no words.
    Prints(Option<Searcher>),
    /// For many words, and on machines without vectors that the former needs.
    Words(AhoCorasick),
}

/// A word, and which of its bytes are looked for first.
#[derive(Clone, Debug)]
struct Word {
    text: Box<[u8]>,
    /// Where in the text these bytes start.
    offset: usize,
    /// In lower case.
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
        let texts: Vec<String> = words.into_iter().map(str::to_ascii_lowercase).collect();
        // Too many have no prints looked for, whichever they are.
        let sharing = if texts.len() > MAX_PRINTS { &[] } else { texts.as_slice() };
        let words = texts.iter().map(|text| Word::new(text, sharing)).collect::<Option<Vec<Word>>>()?;
        let search = match prints(&words) {
            Some(searcher) => Search::Prints(Some(searcher)),
            None if words.is_empty() => Search::Prints(None),
            None => {
                let texts = words.iter().map(|word| &word.text);
                Search::Words(AhoCorasick::builder().ascii_case_insensitive(true).build(texts).ok()?)
            }
        };
        Some(Self { words, search })
    }

    /// A match in `bytes` that starts at `from` or later and that `accept` accepts. All matches are shown to it until one is accepted,
    /// overlapping ones too, nearly in order.
    pub fn find(&self, bytes: &[u8], from: usize, mut accept: impl FnMut(Match) -> bool) -> Option<Match> {
        match &self.search {
            Search::Words(automaton) => {
                let matches = automaton.find_overlapping_iter(bytes.get(from..)?);
                let from_start = |found: aho_corasick::Match| Match {
                    word: found.pattern().as_usize(),
                    start: from + found.start(),
                    end: from + found.end(),
                };
                matches.map(from_start).find(|found| accept(*found))
            }
            Search::Prints(searcher) => {
                let mut at = from;
                while at < bytes.len() {
                    let place = searcher.as_ref()?.find_in(bytes, Span { start: at, end: bytes.len() })?.start();
                    if let Some(found) = self.confirm(bytes, from, place, &mut accept) {
                        return Some(found);
                    }
                    at = place + 1;
                }
                None
            }
        }
    }

    /// The length of the longest word, in bytes.
    pub fn longest(&self) -> usize {
        self.words.iter().map(|word| word.text.len()).max().unwrap_or_default()
    }

    /// The words of which the print stands at `place`.
    fn confirm(
        &self,
        bytes: &[u8],
        from: usize,
        place: usize,
        accept: &mut impl FnMut(Match) -> bool,
    ) -> Option<Match> {
        let candidates = self.words.iter().enumerate().filter_map(|(index, word)| {
            let start = place.checked_sub(word.offset).filter(|start| *start >= from)?;
            let end = start + word.text.len();
            let is_there = bytes.get(start..end)?.eq_ignore_ascii_case(&word.text);
            is_there.then_some(Match { word: index, start, end })
        });
        candidates.into_iter().find(|found| accept(*found))
    }
}

/// A search for the words' prints in either case, if there are few enough of them.
fn prints(words: &[Word]) -> Option<Searcher> {
    let mut search = packed::Config::new().builder();
    let mut added: Vec<[u8; PRINT]> = vec![];
    for word in words {
        for upper in 0..1_u8 << PRINT {
            let mut print = word.print;
            for (at, byte) in print.iter_mut().enumerate() {
                *byte = if upper >> at & 1 == 1 { byte.to_ascii_uppercase() } else { *byte };
            }
            if !added.contains(&print) {
                added.push(print);
                search.add(print);
            }
        }
    }
    search.build()
}

impl Word {
    /// The word, which is in lower case, with its rarest bytes for a print; rather with one that others of `all` have too.
    fn new(text: &str, all: &[String]) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let windows = text.as_bytes().windows(PRINT).enumerate();
        let (offset, print) = windows.min_by_key(|(_, print)| {
            let having = all.iter().filter(|other| memmem::find(other.as_bytes(), print).is_some()).count();
            let worth = WORTH.saturating_mul(i32::try_from(having).unwrap_or(i32::MAX));
            print.iter().map(|byte| commonness(*byte)).sum::<i32>().saturating_sub(worth)
        })?;
        Some(Self { text: text.as_bytes().into(), offset, print: print.try_into().ok()? })
    }
}

/// How common a byte is in templates, roughly: parts in a thousand, or nearly none.
fn commonness(byte: u8) -> i32 {
    match byte.to_ascii_lowercase() {
        b'e' => 70,
        b't' | b'a' | b'i' | b'r' | b's' | b'n' | b'o' => 45,
        b'p' | b'l' | b'm' => 35,
        b'c' | b'd' | b'"' | b'u' => 25,
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
    fn words_share_prints_where_they_can() {
        let finder = Finder::new(["fleets", "openShiftClusters", "managedClusters", "templateLink", r"\u00"]).unwrap();
        let prints: Vec<_> = finder.words.iter().map(|word| std::str::from_utf8(&word.print).unwrap()).collect();
        assert_eq!(prints, ["fle", "clu", "clu", "ink", r"\u0"]);
    }

    #[test]
    fn refuses_what_it_cannot_find() {
        for word in ["", "ab", "größe"] {
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
