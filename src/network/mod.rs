//! What one entry of an API server's list of authorised ranges means to Azure, and how much of the Internet a list admits.
//!
//! Pure functions on text: nothing here knows of templates, rules or reports. The facts about Azure come from what its
//! command line and resource provider were seen to accept (Azure/azure-cli `acs/_validators.py`, Azure/AKS#4085).

mod coverage;
pub mod data;
mod index;
mod malformed;

pub use coverage::{Coverage, Share};
pub use index::{EntryIndex, Redundancy};
pub use malformed::Problem;

use data::Block;
use ipnet::Ipv4Net;
use std::net::{Ipv4Addr, Ipv6Addr};

/// One entry of the list, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Whether blanks stand around it. Azure does not trim; its command line does.
    pub padded: bool,
    /// What it means once trimmed.
    pub meaning: Meaning,
}

/// What an entry means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Nothing, or only blanks: switches the list off when it stands alone.
    Blank,
    /// `0.0.0.0/32`: the documented sentinel for "only the cluster's own outbound address".
    Sentinel {
        /// Written without `/32`; Azure appends it (inferred from Azure/AKS#4085).
        bare: bool,
    },
    /// Every address: a prefix of length 0 in any form, `Internet`, `*` or `any`.
    Internet,
    /// A service tag of Azure.
    Tag(Tag),
    /// An IPv6 address or network, other than all of IPv6.
    Ipv6,
    /// An IPv4 network.
    Network(Range),
    /// Nothing that Azure's documented form covers.
    Malformed(Problem),
}

/// A service tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag's name in its usual spelling, without region.
    pub name: &'static str,
    /// What follows the dot, as written: `westeurope`.
    pub region: Option<String>,
    /// Whether it admits the machines of every customer of Azure.
    pub broad: bool,
}

/// An IPv4 network as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The network, host bits cleared.
    pub network: Ipv4Net,
    /// Whether it was written as an address without prefix; Azure stores it with `/32` (Azure/AKS#4085).
    pub bare: bool,
    /// Whether bits beyond the prefix were set, as in `137.117.106.90/29`.
    pub host_bits: bool,
}

impl Range {
    /// The special-purpose block that holds the whole network, if one does: no machine of the Internet has such an address.
    pub fn special(&self) -> Option<&'static Block> {
        data::special_purpose().iter().find(|block| block.network.contains(&self.network))
    }

    /// The well-known sample of documentation that this network is, if it is one.
    pub fn is_documentation_sample(&self) -> bool {
        data::documentation_samples().contains(&self.network)
    }
}

/// Judges one entry as Azure would take it.
pub fn classify(text: &str) -> Entry {
    let trimmed = text.trim();
    let padded = trimmed.len() != text.len() && !trimmed.is_empty();
    Entry { padded, meaning: meaning(trimmed) }
}

fn meaning(text: &str) -> Meaning {
    if text.is_empty() {
        return Meaning::Blank;
    }
    if ["internet", "*", "any"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Meaning::Internet;
    }
    if let Some(tag) = tag(text) {
        return Meaning::Tag(tag);
    }
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        return ipv4(text, address, prefix);
    }
    if is_ipv6(address) {
        return match prefix {
            Some(prefix) if is_zero(prefix) => Meaning::Internet,
            _ => Meaning::Ipv6,
        };
    }
    Meaning::Malformed(malformed::diagnose(text))
}

fn ipv4(text: &str, address: Ipv4Addr, prefix: Option<&str>) -> Meaning {
    let Some(prefix) = prefix else {
        return network(address, 32, true);
    };
    if is_zero(prefix) || prefix.parse() == Ok(Ipv4Addr::UNSPECIFIED) {
        return Meaning::Internet;
    }
    match prefix_length(prefix) {
        Some(length) => network(address, length, false),
        None => Meaning::Malformed(malformed::diagnose(text)),
    }
}

fn network(address: Ipv4Addr, length: u8, bare: bool) -> Meaning {
    let Ok(written) = Ipv4Net::new(address, length) else {
        return Meaning::Malformed(Problem::Prefix(length.to_string()));
    };
    if address.is_unspecified() && length == 32 {
        return Meaning::Sentinel { bare };
    }
    let network = written.trunc();
    Meaning::Network(Range { network, bare, host_bits: network.addr() != address })
}

/// A prefix of decimal digits without leading zeros, at most 32. `ipnet` would take `08`.
fn prefix_length(text: &str) -> Option<u8> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|length| plain && *length <= 32)
}

/// `0`, `00`: some parsers take the second, so it counts as open.
fn is_zero(prefix: &str) -> bool {
    !prefix.is_empty() && prefix.bytes().all(|byte| byte == b'0')
}

fn is_ipv6(address: &str) -> bool {
    let unscoped = address.split_once('%').map_or(address, |(address, _)| address);
    let unbracketed = unscoped.trim_start_matches('[').trim_end_matches(']');
    unbracketed.parse::<Ipv6Addr>().is_ok()
}

fn tag(text: &str) -> Option<Tag> {
    let (name, region) = match text.split_once('.') {
        Some((name, region)) => (name, Some(region)),
        None => (text, None),
    };
    if region.is_some_and(|region| region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return None;
    }
    let known = data::service_tags().iter().find(|tag| tag.name.eq_ignore_ascii_case(name))?;
    Some(Tag { name: &known.name, region: region.map(str::to_owned), broad: known.broad })
}

impl Entry {
    /// The network it admits: none for blanks, tags, IPv6, malformed text; the sentinel as `0.0.0.0/32`.
    pub fn network(&self) -> Option<Ipv4Net> {
        match &self.meaning {
            Meaning::Internet => Some(Ipv4Net::default()),
            Meaning::Sentinel { .. } => Some(Ipv4Net::from(Ipv4Addr::UNSPECIFIED)),
            Meaning::Network(range) => Some(range.network),
            _ => None,
        }
    }

    /// How Azure stores it, or would if it were written right: `137.117.106.88/29`, a tag in its usual spelling. `None` where
    /// that is not clear.
    pub fn canonical(&self) -> Option<String> {
        match &self.meaning {
            Meaning::Tag(tag) => Some(match &tag.region {
                Some(region) => format!("{}.{}", tag.name, region.to_ascii_lowercase()),
                None => tag.name.to_owned(),
            }),
            _ => self.network().map(|network| network.to_string()),
        }
    }

    /// Whether it says the same as `other` after normalisation: `1.2.3.4` and `1.2.3.4/32`.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.canonical().is_some_and(|canonical| other.canonical() == Some(canonical))
    }

    /// Whether it admits all that `other` admits, and more.
    pub fn covers(&self, other: &Self) -> bool {
        let (Some(this), Some(other)) = (self.network(), other.network()) else { return false };
        this != other && this.contains(&other)
    }
}

/// The common network of two neighbours that together are one: `10.0.0.0/25` and `10.0.0.128/25`.
pub fn merged(one: Ipv4Net, other: Ipv4Net) -> Option<Ipv4Net> {
    let supernet = one.supernet()?;
    (one.prefix_len() == other.prefix_len() && one != other && other.supernet() == Some(supernet)).then_some(supernet)
}

#[cfg(test)]
mod tests;
