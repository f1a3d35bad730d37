//! Regular expressions of rules: read when their rule is, compiled when first asked, shared by all that write the same.
//!
//! Reading tells whether a pattern is one. Whether it stays within the bytes it may take shows only when it is compiled; so those that come
//! near are compiled at once, and a mistake is found in its place.

use crate::limits::MAX_PATTERNS;
use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is estimated may be wrong by this factor.
const MARGIN: usize = 4;

/// The patterns of one set of rules: what they have cost so far, and what is still free.
#[derive(Debug)]
pub struct Patterns {
    /// The bytes that one pattern may take once compiled.
    size: usize,
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// By the text and whether case counts.
    known: FxHashMap<(String, bool), Result<Pattern, Refusal>>,
    /// The estimated bytes of all of them.
    taken: usize,
    #[cfg(test)]
    compiled: usize,
}

/// Why a pattern cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is none.
    Invalid,
    /// It takes more bytes than it may.
    TooLarge,
    /// All patterns together take more than they may.
    TooMany,
}

/// A pattern of a rule. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Source>);

#[derive(Debug)]
struct Source {
    text: String,
    case_sensitive: bool,
    size: usize,
    regex: OnceLock<Option<Regex>>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text && self.0.case_sensitive == other.0.case_sensitive
    }
}

impl Patterns {
    /// No patterns yet; each may take so many bytes once compiled.
    pub fn new(size: usize) -> Self {
        Self { size, shared: Mutex::default() }
    }

    /// The pattern that `text` is, in the syntax of the library.
    pub fn pattern(&self, text: &str, case_sensitive: bool) -> Result<Pattern, Refusal> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (text.to_owned(), case_sensitive);
        if let Some(known) = shared.known.get(&key) {
            return known.clone();
        }
        let pattern = self.add(&mut shared, text, case_sensitive);
        shared.known.insert(key, pattern.clone());
        pattern
    }

    fn add(&self, shared: &mut Shared, text: &str, case_sensitive: bool) -> Result<Pattern, Refusal> {
        let pattern = Pattern(Arc::new(Source {
            text: text.to_owned(),
            case_sensitive,
            size: self.size,
            regex: OnceLock::new(),
        }));
        let parsed = ParserBuilder::new().case_insensitive(!case_sensitive).build().parse(text);
        // Compiling stops where the bytes are used up, so none costs more than that.
        let weight = parsed.as_ref().map_or(self.size, weight).min(self.size);
        if parsed.is_ok() {
            shared.taken = shared.taken.saturating_add(weight);
            if shared.taken > self.size.saturating_mul(MAX_PATTERNS) {
                return Err(Refusal::TooMany);
            }
        }
        if weight > self.size / MARGIN {
            #[cfg(test)]
            {
                shared.compiled += 1;
            }
            let compiled = compile(&pattern.0).map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => Refusal::TooLarge,
                _ => Refusal::Invalid,
            })?;
            let _ = pattern.0.regex.set(Some(compiled));
        }
        Ok(pattern)
    }
}

impl Pattern {
    /// Whether `text` matches; `None` if the pattern turns out to be too large.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        let regex = self.0.regex.get_or_init(|| compile(&self.0).ok());
        regex.as_ref().map(|regex| regex.is_match(text))
    }
}

fn compile(source: &Source) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&source.text).case_insensitive(!source.case_sensitive).size_limit(source.size).build()
}

/// The bytes that an expression will take once compiled, about. Its nesting was bounded when it was read.
fn weight(hir: &Hir) -> usize {
    const STATE: usize = 32;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => literal.0.len().saturating_mul(STATE),
        HirKind::Class(Class::Bytes(class)) => STATE + class.ranges().len() * STATE,
        // Characters of several bytes have a state for each byte, and ranges of them several ways of being written.
        HirKind::Class(Class::Unicode(class)) => {
            let ways = class.ranges().iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end()));
            STATE + ways.map(|way| way.len() * STATE).sum::<usize>()
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)) as usize;
            STATE.saturating_add(weight(&repetition.sub).saturating_add(STATE).saturating_mul(times))
        }
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2 * STATE),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(STATE, |sum, part| sum.saturating_add(weight(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::PATTERN_BYTES;

    #[test]
    fn the_estimate_is_within_its_margin() {
        for text in [
            "^a+$",
            "^[a-z]{1,50}x123(foo|bar)+$",
            r"\w",
            r"^\w{1,20}x$",
            r"\d{3}-\p{L}+",
            r"[^a]{10}",
            ".*a.*b",
            r"\s*(?s:.)\b",
            "ä|ö|ü",
            r"\p{Greek}{2,4}[[:alpha:]]",
            "0|1|2|3|4|5",
            r"(?:\n?\z)",
            r"[\u4e00-\u9fff]{1,30}",
            "(?i)straße",
        ] {
            let hir = ParserBuilder::new().case_insensitive(true).build().parse(text).unwrap();
            let weight = weight(&hir);
            let fits = |size| RegexBuilder::new(text).case_insensitive(true).size_limit(size).build().is_ok();
            assert!(fits(weight * MARGIN), "{text} takes more than {weight} by more than the margin");
            // Plain texts are not compiled.
            assert!(weight < 500 || !fits(weight / (2 * MARGIN)), "{text} takes far less than {weight}");
        }
    }

    #[test]
    fn equal_patterns_are_one_and_small_ones_wait() {
        let patterns = Patterns::new(PATTERN_BYTES);
        let first = patterns.pattern(r"^\w{1,20}$", false).unwrap();
        for _ in 0..2_000 {
            assert!(Arc::ptr_eq(&first.0, &patterns.pattern(r"^\w{1,20}$", false).unwrap().0));
            patterns.pattern("^a{1,20}$", false).unwrap();
            assert_eq!(patterns.pattern(r"^\w{1,2000}$", false).unwrap_err(), Refusal::TooLarge);
        }
        let exact = patterns.pattern("^a{1,20}$", true).unwrap();
        assert_eq!((exact.is_match("a"), exact.is_match("A")), (Some(true), Some(false)));
        assert_eq!(patterns.shared.lock().unwrap().compiled, 2, "the large one and the one that is too large");
    }

    #[test]
    fn all_together_have_a_bound() {
        let patterns = Patterns::new(1 << 16);
        let asked: Vec<_> = (0..2_000).map(|n| patterns.pattern(&format!(r"^\w{{1,{}}}$", 2_000 + n), false)).collect();
        assert_eq!(patterns.shared.lock().unwrap().compiled, MAX_PATTERNS);
        assert_eq!(asked.first().unwrap().as_ref().unwrap_err(), &Refusal::TooLarge);
        assert_eq!(asked.last().unwrap().as_ref().unwrap_err(), &Refusal::TooMany);
        assert_eq!(patterns.pattern("(", false).unwrap_err(), Refusal::Invalid);
    }
}
