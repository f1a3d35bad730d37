//! Of texts that are too long to be kept or shown: the beginning, and a number that tells them from others.

/// The beginning of a text: at most so many bytes, and no half character.
///
/// ```
/// assert_eq!(akslint::digest::head("aß", 2), "a");
/// assert_eq!(akslint::digest::head("aß", 3), "aß");
/// ```
pub fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// FNV-1a, 64 bits: stable across versions and machines, as the standard hashers are not.
pub fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard() {
        let table = [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, expected) in table {
            assert_eq!(fnv(text), expected, "{text}");
        }
    }
}
