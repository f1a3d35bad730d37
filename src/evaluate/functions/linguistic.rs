//! The order of texts in the invariant culture, as far as it is certain: letters before case, lower case first.

use crate::evaluate::call::Stop;
use std::cmp::Ordering;

/// ASCII punctuation in the order of the root collation; digits and letters follow.
const PUNCTUATION: &str = "\t\n\u{b}\u{c}\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// Compares two texts. Texts beyond ASCII, and those whose order hangs on how hyphens and apostrophes weigh, are not settled.
pub fn compare(a: &str, b: &str) -> Result<Ordering, Stop> {
    if a == b {
        return Ok(Ordering::Equal);
    }
    let unsettled = || Stop::unsettled(format!("the order of '{a}' and '{b}'"));
    let counted = weighed(a, |_| true).zip(weighed(b, |_| true)).map(|(a, b)| a.cmp(&b));
    let light = |character: char| !matches!(character, '-' | '\'');
    let skipped = weighed(a, light).zip(weighed(b, light)).map(|(a, b)| a.cmp(&b));
    match (counted, skipped) {
        (Some(counted), Some(skipped)) if counted == skipped => Ok(counted),
        _ => Err(unsettled()),
    }
}

/// Weights of the characters without case, then their cases.
fn weighed(text: &str, counts: impl Fn(char) -> bool) -> Option<(Vec<usize>, Vec<bool>)> {
    let mut weights = Vec::with_capacity(text.len());
    let mut cases = Vec::with_capacity(text.len());
    for character in text.chars().filter(|character| counts(*character)) {
        let weight = match character {
            '0'..='9' => 100 + character as usize - '0' as usize,
            'a'..='z' => 200 + character as usize - 'a' as usize,
            'A'..='Z' => 200 + character as usize - 'A' as usize,
            _ => PUNCTUATION.find(character)?,
        };
        weights.push(weight);
        cases.push(character.is_ascii_uppercase());
    }
    Some((weights, cases))
}
