//! Where strings, brackets and comments are in JSON text: a bit for each byte, for a block of bytes at a time.

use wide::u8x16;

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

/// What is known of a block. The lowest bit is that of the first byte.
pub(super) struct Marks {
    /// The opening brackets and braces outside of strings.
    pub(super) opens: u64,
    /// The closing ones.
    pub(super) closes: u64,
    /// The slashes outside of strings.
    pub(super) slashes: u64,
    /// The quotes that open strings.
    pub(super) opening: u64,
    /// The quotes that close strings.
    pub(super) closing: u64,
    /// Of these, the ones that a bracket may follow, as such or escaped.
    pub(super) expressions: u64,
    /// The backslashes in strings that begin an escape.
    pub(super) escapes: u64,
}

/// What one block leaves to the next.
#[derive(Clone, Copy, Default)]
pub(super) struct Carry {
    /// Whether the block starts in a string.
    in_string: bool,
    /// Whether its first byte belongs to an escape.
    is_escaped: bool,
}

impl Carry {
    /// Whether the text ends in a string if it ends here.
    pub(super) fn in_string(self) -> bool {
        self.in_string
    }

    /// The marks of the block that follows.
    #[inline]
    pub(super) fn block(&mut self, block: &[u8; BLOCK]) -> Marks {
        let (lanes, _) = block.as_chunks();
        // With this bit, brackets are as braces.
        let bit = u8x16::splat(0x20);
        let is = |lane: u8x16, byte: u8| lane.simd_eq(u8x16::splat(byte));
        let (mut quotes, mut backslashes, mut opens, mut closes, mut slashes) = (0, 0, 0, 0, 0);
        for lane in lanes.iter().rev() {
            let lane = u8x16::new(*lane);
            let braces = lane | bit;
            quotes = quotes << 16 | mask(is(lane, b'"'));
            backslashes = backslashes << 16 | mask(is(lane, b'\\'));
            opens = opens << 16 | mask(is(braces, b'{'));
            closes = closes << 16 | mask(is(braces, b'}'));
            slashes = slashes << 16 | mask(is(lane, b'/'));
        }
        let (escapes, escaped) = self.escapes(backslashes);
        let quotes = quotes & !escaped;
        // From each opening quote to the byte before its closing one.
        let inside = parity(quotes) ^ if self.in_string { u64::MAX } else { 0 };
        let opening = quotes & inside;
        self.in_string = inside >> (BLOCK - 1) == 1;
        Marks {
            opens: opens & !inside,
            closes: closes & !inside,
            slashes: slashes & !inside,
            opening,
            closing: quotes & !inside,
            // What follows the last byte is not known here.
            expressions: opening & ((opens | backslashes) >> 1 | 1 << (BLOCK - 1)),
            escapes,
        }
    }

    /// The backslashes that begin an escape, and the bytes behind them.
    #[inline]
    fn escapes(&mut self, backslashes: u64) -> (u64, u64) {
        let mut escaped = u64::from(self.is_escaped);
        let mut rest = backslashes & !escaped;
        let mut escapes = 0;
        self.is_escaped = false;
        while rest != 0 {
            let backslash = rest & rest.wrapping_neg();
            escapes |= backslash;
            escaped |= backslash << 1;
            self.is_escaped |= backslash << 1 == 0;
            rest &= !(backslash | backslash << 1);
        }
        (escapes, escaped)
    }
}

fn mask(lane: u8x16) -> u64 {
    u64::from(lane.to_bitmask())
}

/// Each bit the parity of all up to and with it.
fn parity(mut bits: u64) -> u64 {
    for by in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << by;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, byte by byte.
    fn plain(text: &[u8]) -> Vec<[bool; 7]> {
        let (mut in_string, mut is_escaped) = (false, false);
        let mut marks = vec![];
        for (at, byte) in text.iter().enumerate() {
            let was_in_string = in_string;
            let is_quote = *byte == b'"' && !is_escaped;
            in_string ^= is_quote;
            let opens = is_quote && in_string;
            let is_before_bracket = text.get(at + 1).is_some_and(|next| br"[{\".contains(next));
            let is_escape = *byte == b'\\' && !is_escaped;
            is_escaped = is_escape;
            marks.push([
                b"[{".contains(byte) && !was_in_string,
                b"]}".contains(byte) && !was_in_string,
                *byte == b'/' && !was_in_string,
                opens,
                is_quote && was_in_string,
                opens && (is_before_bracket || at % BLOCK == BLOCK - 1),
                is_escape,
            ]);
        }
        marks
    }

    proptest! {
        #[test]
        fn are_what_a_plain_walk_finds(text in "[\"\\\\\\[\\]{}/a ]{0,200}|( |\"|\\[|a){0,200}") {
            let mut carry = Carry::default();
            let mut found = vec![];
            for block in text.as_bytes().chunks(BLOCK) {
                let mut padded = [b' '; BLOCK];
                padded[..block.len()].copy_from_slice(block);
                let marks = carry.block(&padded);
                let Marks { opens, closes, slashes, opening, closing, expressions, escapes } = marks;
                let sets = [opens, closes, slashes, opening, closing, expressions, escapes];
                found.extend((0..block.len()).map(|at| sets.map(|set| set >> at & 1 == 1)));
            }
            prop_assert_eq!(found, plain(text.as_bytes()));
        }
    }
}
