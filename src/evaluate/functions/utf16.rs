//! Texts as sequences of UTF-16 code units, the way the engine counts them.

use crate::evaluate::call::Stop;

/// The number of UTF-16 code units.
pub fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The part from `start`, `length` units long. `None` outside of the text.
pub fn slice(text: &str, start: usize, length: usize) -> Option<Result<String, Stop>> {
    let end = start.checked_add(length)?;
    if text.is_ascii() {
        return text.get(start..end).map(|part| Ok(part.to_owned()));
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let part = units.get(start..end)?;
    Some(
        String::from_utf16(part)
            .map_err(|_| Stop::unsettled("a text is cut inside a character outside of the basic plane")),
    )
}

/// The text with characters that differ only in case made equal, unit by unit, so that positions stay.
pub fn folded(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    for character in text.chars() {
        let mut upper = character.to_uppercase();
        let folded = match (upper.next(), upper.next()) {
            (Some(upper), None) if upper.len_utf16() == character.len_utf16() => upper,
            _ => character,
        };
        units.extend_from_slice(folded.encode_utf16(&mut [0; 2]));
    }
    units
}

/// Where `needle` first stands in `text`, ignoring case, in units.
pub fn find(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (folded(text), folded(needle));
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len()).position(|window| window == needle)
}

/// Where `needle` last stands in `text`, ignoring case, in units. An empty needle stands at the last unit.
pub fn rfind(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (folded(text), folded(needle));
    if needle.is_empty() {
        return Some(text.len().saturating_sub(1));
    }
    text.windows(needle.len()).rposition(|window| window == needle)
}

/// Whether `text` starts with `prefix`, ignoring case.
pub fn starts_with(text: &str, prefix: &str) -> bool {
    folded(text).starts_with(&folded(prefix))
}

/// Whether `text` ends with `suffix`, ignoring case.
pub fn ends_with(text: &str, suffix: &str) -> bool {
    folded(text).ends_with(&folded(suffix))
}

/// Whether the whole `text` matches `pattern`, in which `*` stands for any text, ignoring case.
pub fn like(text: &str, pattern: &str) -> bool {
    let text = folded(text);
    let pieces: Vec<Vec<u16>> = pattern.split('*').map(folded).collect();
    let Some((first, others)) = pieces.split_first() else { return false };
    let Some((last, middle)) = others.split_last() else { return text == *first };
    let Some(mut rest) = text.strip_prefix(first.as_slice()) else { return false };
    for piece in middle {
        if piece.is_empty() {
            continue;
        }
        let found = rest.windows(piece.len()).position(|window| window == piece);
        match found.and_then(|at| rest.get(at + piece.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}
