//! Entries of one list, to be asked about each other without comparing every one with every other.

use super::{Entry, Meaning, merged};
use ipnet::Ipv4Net;
use rustc_hash::FxHashMap;

/// A list's entries by what they say.
#[derive(Clone, Debug, Default)]
pub struct EntryIndex {
    /// The first entry that Azure stores so.
    by_canonical: FxHashMap<String, usize>,
    /// The first entry that admits this network.
    by_network: FxHashMap<Ipv4Net, usize>,
}

/// Why an entry adds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redundancy {
    /// It lies inside this network.
    Within(Ipv4Net),
    /// It and this network are one together.
    Merges(Ipv4Net, Ipv4Net),
}

impl EntryIndex {
    /// The index of these entries, each with its number in the list, in ascending order.
    pub fn new(entries: impl IntoIterator<Item = (usize, Entry)>) -> Self {
        let mut index = Self::default();
        for (number, entry) in entries {
            if let Some(canonical) = entry.canonical() {
                index.by_canonical.entry(canonical).or_insert(number);
            }
            if let Meaning::Network(range) = &entry.meaning {
                index.by_network.entry(range.network).or_insert(number);
            }
        }
        index
    }

    /// Whether an entry before `number` says the same as `entry`.
    pub fn has_before(&self, number: usize, entry: &Entry) -> bool {
        let first = entry.canonical().and_then(|canonical| self.by_canonical.get(&canonical));
        first.is_some_and(|first| *first < number)
    }

    /// The first entry that holds all of entry `number`, which admits `network`, or that stands before it and makes a common network
    /// with it. Entries that admit everything are left out: they are another rule's.
    pub fn redundancy(&self, number: usize, network: Ipv4Net) -> Option<Redundancy> {
        let above = (1..network.prefix_len()).filter_map(|length| Ipv4Net::new(network.network(), length).ok());
        let above = above.map(|wider| wider.trunc());
        let around = above.filter_map(|wider| Some((*self.by_network.get(&wider)?, Redundancy::Within(wider))));
        around.chain(self.neighbour(number, network)).min_by_key(|(first, _)| *first).map(|(_, why)| why)
    }

    fn neighbour(&self, number: usize, network: Ipv4Net) -> Option<(usize, Redundancy)> {
        let length = network.prefix_len();
        let last_bit = 1_u32.checked_shl(32 - u32::from(length))?;
        let other = Ipv4Net::new((u32::from(network.network()) ^ last_bit).into(), length).ok()?;
        let first = *self.by_network.get(&other).filter(|first| **first < number)?;
        Some((first, Redundancy::Merges(other, merged(network, other)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::classify;
    use proptest::prelude::*;

    /// The same by comparing with every other entry.
    fn plainly(entries: &[(usize, Entry)], number: usize, this: &Entry, network: Ipv4Net) -> Option<Redundancy> {
        entries.iter().find_map(|(index, other)| {
            let Meaning::Network(another) = &other.meaning else { return None };
            if other.covers(this) {
                return Some(Redundancy::Within(another.network));
            }
            let common = merged(network, another.network).filter(|_| *index < number)?;
            Some(Redundancy::Merges(another.network, common))
        })
    }

    proptest! {
        #[test]
        fn says_what_comparing_all_says(texts in prop::collection::vec(
            "(10\\.0\\.[01]\\.(0|64|128|1)(/(1|8|16|23|24|25|26|32))?|AzureCloud|x|0\\.0\\.0\\.0/(0|1|32))", 0..12,
        )) {
            let entries: Vec<_> = texts.iter().map(|text| classify(text)).enumerate().collect();
            let index = EntryIndex::new(entries.clone());
            for (number, this) in &entries {
                let earlier = entries.iter().any(|(other, entry)| other < number && entry.is_same_as(this));
                prop_assert_eq!(index.has_before(*number, this), earlier);
                if let Meaning::Network(range) = &this.meaning {
                    let plain = plainly(&entries, *number, this, range.network);
                    prop_assert_eq!(index.redundancy(*number, range.network), plain, "{:?} {}", texts, number);
                }
            }
        }
    }
}
