//! How much of the Internet a list admits.

use super::data;
use ipnet::Ipv4Net;

/// All IPv4 addresses.
const ALL: u64 = 1 << 32;

/// What the union of a list's networks covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Addresses in the union.
    pub addresses: u64,
    /// Those of them outside the special-purpose blocks: addresses that machines of the Internet can have.
    pub routable: u64,
}

/// A share of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    part: u64,
    whole: u64,
}

impl Share {
    /// In percent.
    pub fn percent(self) -> f64 {
        if self.whole == 0 { 0.0 } else { self.part as f64 * 100.0 / self.whole as f64 }
    }

    /// Whether it is at least this many percent, computed without rounding.
    pub fn is_at_least(self, percent: u64) -> bool {
        u128::from(self.part) * 100 >= u128::from(self.whole) * u128::from(percent)
    }
}

impl std::fmt::Display for Share {
    /// `50%`, `56.5%`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.1}", self.percent());
        write!(f, "{}%", text.strip_suffix(".0").unwrap_or(&text))
    }
}

impl Coverage {
    /// The coverage of the union of `networks`, which may overlap.
    pub fn of(networks: impl IntoIterator<Item = Ipv4Net>) -> Self {
        let covered = union(networks);
        let special = union(data::special_purpose().iter().map(|block| block.network));
        let addresses = size(&covered);
        let overlap: u64 = covered.iter().flat_map(|one| special.iter().map(|other| intersection(*one, *other))).sum();
        Self { addresses, routable: addresses.saturating_sub(overlap) }
    }

    /// Addresses outside the special-purpose blocks: 3,702,258,431.
    pub fn all_routable() -> u64 {
        ALL.saturating_sub(size(&union(data::special_purpose().iter().map(|block| block.network))))
    }

    /// The share of all IPv4 addresses.
    pub fn share_of_all(self) -> Share {
        Share { part: self.addresses, whole: ALL }
    }

    /// The share of routable addresses.
    pub fn share_of_routable(self) -> Share {
        Share { part: self.routable, whole: Self::all_routable() }
    }

    /// The larger of the two shares: `0.0.0.0/1` is half of IPv4 but more than half of the routable Internet.
    pub fn larger_share(self) -> Share {
        let (all, routable) = (self.share_of_all(), self.share_of_routable());
        if routable.percent() > all.percent() { routable } else { all }
    }
}

/// Half-open intervals, ascending and apart.
fn union(networks: impl IntoIterator<Item = Ipv4Net>) -> Vec<(u64, u64)> {
    let mut intervals: Vec<(u64, u64)> = networks
        .into_iter()
        .map(|network| (u64::from(u32::from(network.network())), u64::from(u32::from(network.broadcast())) + 1))
        .collect();
    intervals.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(intervals.len());
    for (start, end) in intervals {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn size(intervals: &[(u64, u64)]) -> u64 {
    intervals.iter().map(|(start, end)| end.saturating_sub(*start)).sum()
}

fn intersection(one: (u64, u64), other: (u64, u64)) -> u64 {
    one.1.min(other.1).saturating_sub(one.0.max(other.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(list: &[&str]) -> Coverage {
        Coverage::of(list.iter().map(|text| text.parse::<Ipv4Net>().unwrap()))
    }

    #[test]
    fn special_purpose_space_has_the_known_size() {
        assert_eq!(ALL - Coverage::all_routable(), 592_708_865);
        assert_eq!(Coverage::all_routable(), 3_702_258_431);
    }

    #[test]
    fn shares_are_those_of_the_union() {
        let table: &[(&[&str], &str, &str)] = &[
            (&["0.0.0.0/0"], "100%", "100%"),
            (&["0.0.0.0/1", "128.0.0.0/1"], "100%", "100%"),
            (&["0.0.0.0/1"], "50%", "56.5%"),
            (&["128.0.0.0/1"], "50%", "43.5%"),
            (&["64.0.0.0/2", "128.0.0.0/2"], "50%", "57.4%"),
            (&["10.0.0.0/8"], "0.4%", "0%"),
            (&["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8"], "0.4%", "0%"),
            (&[], "0%", "0%"),
        ];
        for (list, all, routable) in table {
            let coverage = coverage(list);
            assert_eq!(coverage.share_of_all().to_string(), *all, "{list:?}");
            assert_eq!(coverage.share_of_routable().to_string(), *routable, "{list:?}");
        }
    }

    #[test]
    fn half_of_the_internet_counts_either_way() {
        for list in [&["128.0.0.0/1"][..], &["0.0.0.0/1"], &["64.0.0.0/2", "128.0.0.0/2"]] {
            assert!(coverage(list).larger_share().is_at_least(50), "{list:?}");
        }
        assert!(!coverage(&["64.0.0.0/2"]).larger_share().is_at_least(50));
        assert!(coverage(&["10.0.0.0/24"]).addresses == 256);
    }
}
