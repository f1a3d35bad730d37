//! What tells symbols apart that read alike: two calls of `newGuid()`, or the parameters of two deployments.
//!
//! A mark names a place or a number of this one evaluation. It is part of what a symbol is, but not of what people read or of what
//! stays the same after an edit elsewhere: [`without`] takes the marks away.

use crate::source::Place;
use std::borrow::Cow;

/// Stands before and behind each mark. No expression needs the character, and text that has it loses no other.
const EDGE: char = '\u{1}';

/// The mark of what is made at a place.
pub fn at(place: Place) -> String {
    format!("{EDGE}{}:{}{EDGE}", place.file.0, place.span.start)
}

/// The mark of a scope, or of another thing that is counted.
pub fn number(number: u32) -> String {
    format!("{EDGE}{number}{EDGE}")
}

/// The mark of what has this hash.
pub fn hash(hash: u64) -> String {
    format!("{EDGE}{hash:016x}{EDGE}")
}

/// The text of a symbol as people read it.
pub fn without(text: &str) -> Cow<'_, str> {
    let Some((start, mut rest)) = text.split_once(EDGE) else { return Cow::Borrowed(text) };
    let mut shown = start.to_owned();
    let is_of_mark = |c: char| c.is_ascii_hexdigit() || c == ':';
    loop {
        let inside = rest.trim_start_matches(is_of_mark);
        // A mark may be cut off; what is no mark stays.
        let behind = match inside.strip_prefix(EDGE) {
            Some(behind) => behind,
            None if inside.is_empty() => inside,
            None => rest,
        };
        let Some((kept, next)) = behind.split_once(EDGE) else {
            shown.push_str(behind);
            return Cow::Owned(shown);
        };
        shown.push_str(kept);
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn marks_are_not_shown() {
        let place = Place { file: FileId(3), span: Span { start: 12, end: 14 } };
        let cut: String = at(place).chars().take(3).collect();
        for (symbol, shown) in [
            ("parameters('a')".to_owned(), "parameters('a')"),
            (format!("newguid(){}", at(place)), "newguid()"),
            (format!("equals(error{}, newguid(){})", at(place), number(7)), "equals(error, newguid())"),
            (format!("concat('a...{}", hash(255)), "concat('a..."),
            (format!("a{cut}"), "a"),
            ("a\u{1}b at noon\u{1}".to_owned(), "ab at noon"),
            (format!("{}{}", number(1), number(2)), ""),
        ] {
            assert_eq!(without(&symbol), shown, "{symbol:?}");
        }
    }
}
