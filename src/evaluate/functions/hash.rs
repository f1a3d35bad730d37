//! `guid` and `uniqueString`, exactly as the engine computes them.

use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::unknown::{Bounds, Unknown};
use crate::evaluate::value::{Data, Kind, Value};
use std::fmt::Write as _;
use std::rc::Rc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "guid", min: 1, max: None, kind: Some(Kind::String), run: guid_of },
    Function { name: "uniquestring", min: 1, max: None, kind: Some(Kind::String), run: unique_string_of },
];

/// 11fb06fb-712d-4ddd-98c7-e71bbd588830, in network order.
const NAMESPACE: [u8; 16] =
    [0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30];

fn guid_of(call: &Call<'_>) -> Result<Value, Stop> {
    hashed(call, guid, 36)
}

fn unique_string_of(call: &Call<'_>) -> Result<Value, Stop> {
    hashed(call, unique_string, 13)
}

fn hashed(call: &Call<'_>, hash: fn(&str) -> String, length: u64) -> Result<Value, Stop> {
    let unknown = |unknown: &Rc<Unknown>| {
        let bounds = Bounds { min_length: length, max_length: Some(length), ..Bounds::of(Kind::String) };
        call.unknown(unknown, bounds)
    };
    let mut parts = Vec::with_capacity(call.args.len());
    for index in 0..call.args.len() {
        match call.string(index) {
            Ok(part) => parts.push(part),
            Err(Stop::Unknown(cause)) => return Ok(unknown(&cause)),
            Err(stop) => return Err(stop),
        }
    }
    Ok(call.result(Data::text(hash(&parts.join("-")))))
}

/// A UUID of version 5 (RFC 4122, 4.3).
fn guid(name: &str) -> String {
    let mut sha = sha1_smol::Sha1::new();
    sha.update(&NAMESPACE);
    sha.update(name.as_bytes());
    let mut text = String::with_capacity(36);
    for (index, byte) in sha.digest().bytes().into_iter().take(16).enumerate() {
        let byte = match index {
            6 => (byte & 0x0f) | 0x50,
            8 => (byte & 0x3f) | 0x80,
            _ => byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A 64-bit hash of two 32-bit lanes in base 32.
fn unique_string(text: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hash = murmur(text.as_bytes());
    let mut result = String::with_capacity(13);
    for _ in 0..13 {
        let letter = ALPHABET.get((hash >> 59) as usize).copied().unwrap_or_default();
        result.push(char::from(letter));
        hash <<= 5;
    }
    result
}

fn murmur(bytes: &[u8]) -> u64 {
    const A: u32 = 0x239b_961b;
    const B: u32 = 0xab0e_9789;
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    let first = |k: u32| k.wrapping_mul(A).rotate_left(15).wrapping_mul(B);
    let second = |k: u32| k.wrapping_mul(B).rotate_left(17).wrapping_mul(A);
    let finish = |mut h: u32| {
        h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
        h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
        h ^ (h >> 16)
    };
    let (mut h1, mut h2) = (0_u32, 0_u32);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        let (low, high) = block.split_at(4);
        h1 = (h1 ^ first(word(low))).rotate_left(19).wrapping_add(h2);
        h1 = h1.wrapping_mul(5).wrapping_add(0x561c_cd1b);
        h2 = (h2 ^ second(word(high))).rotate_left(13).wrapping_add(h1);
        h2 = h2.wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let tail = blocks.remainder();
    let (low, high) = tail.split_at(tail.len().min(4));
    if !low.is_empty() {
        h1 ^= first(word(low));
    }
    if !high.is_empty() {
        h2 ^= second(word(high));
    }
    // The length wraps like all else here.
    let length = bytes.len() as u32;
    h1 ^= length;
    h2 ^= length;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = finish(h1);
    h2 = finish(h2);
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    (u64::from(h2) << 32) | u64::from(h1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::functions::tests::check;

    #[test]
    fn hashes_as_the_engine_does() {
        assert_eq!(murmur(b"hello-world"), 571_013_382_255_652_050);
        assert_eq!(murmur(b"tyeth"), 14_461_957_094_069_383_279);
        check(&[
            ("guid('asdf')", "'228d27cc-6fdb-5934-b7ac-1efccebade04'"),
            ("guid('foo', 'bar', 'baz')", "'2ed86837-7c7c-5eaa-9864-dd077fd19b0d'"),
            ("guid('')", "'e655a85f-3ab2-5e4a-9666-569aa72a5a10'"),
            ("uniqueString('hello', 'world')", "'a7wkljktk6wne'"),
            ("uniqueString('tyeth')", "'zcztcwvu6iyg6'"),
            (
                "uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg')",
                "'js26ofeqkqeve'",
            ),
            ("uniqueString('a')", "'eveiun73364hy'"),
            ("uniqueString('abcd')", "'2vkzoblxv4fya'"),
            ("uniqueString('abcdefgh')", "'q7ncvd5x2rx4e'"),
            ("uniqueString('')", "'aaaaaaaaaaaaa'"),
            ("uniqueString('a', @('text'))", "uniquestring('a', @('text'))"),
            ("empty(uniqueString(@('text')))", "false()"),
            ("length(guid(@('text')))", "length(guid(@('text')))"),
            ("equals(length(guid(@('text'))), 13)", "false()"),
        ]);
    }
}
