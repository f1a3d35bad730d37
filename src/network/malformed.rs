//! Why a text is no entry, and what was probably meant.

use super::{Entry, Meaning, classify};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Longer texts are not looked into, in bytes. An entry takes 18, and Azure at most 2,000 entries.
const MAX_LENGTH: usize = 1 << 16;

/// What keeps a text from being an address, a network or a service tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Several entries in one text.
    Joined {
        /// Each for itself, if all are right then.
        parts: Option<Vec<String>>,
    },
    /// Quotes or brackets around the entry or entries.
    Quoted {
        /// What they hold, if that is right.
        parts: Option<Vec<String>>,
    },
    /// A blank inside.
    InnerBlank {
        /// Without it, if that is right.
        joined: Option<String>,
    },
    /// A mask in the prefix's place.
    Mask {
        /// The same network with a prefix, if the mask is contiguous.
        network: Option<String>,
    },
    /// A number above 255.
    Octet(String),
    /// Fewer or more than four numbers.
    Octets(usize),
    /// A number with leading zeros, which parsers read differently.
    LeadingZero(String),
    /// A prefix that is no number from 0 to 32.
    Prefix(String),
    /// A dot at the end.
    TrailingDot {
        /// Without it, if that is right.
        trimmed: Option<String>,
    },
    /// `a-b`.
    Dash,
    /// An octet that stands for any.
    Wildcard,
    /// A port after the address.
    Port,
    /// A URL or a host name.
    Host,
    /// Something to be filled in.
    Placeholder,
    /// Any other text.
    Text,
}

impl Problem {
    /// What to write instead, in order, where that is certain.
    pub fn suggestion(&self) -> Option<Vec<String>> {
        match self {
            Self::Joined { parts } | Self::Quoted { parts } => parts.clone(),
            Self::InnerBlank { joined: one } | Self::Mask { network: one } | Self::TrailingDot { trimmed: one } => {
                one.clone().map(|one| vec![one])
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Problem {
    /// A clause: "it joins several entries in one text".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Joined { .. } => f.write_str("it joins several entries in one text"),
            Self::Quoted { .. } => f.write_str("quotes or brackets are part of the text"),
            Self::InnerBlank { .. } => f.write_str("it has a blank inside"),
            Self::Mask { .. } => f.write_str("it has a mask where a prefix length belongs"),
            Self::Octet(number) => write!(f, "{number} is above 255"),
            Self::Octets(count) => {
                let plural = if *count == 1 { "number" } else { "numbers" };
                write!(f, "it has {count} {plural} instead of four")
            }
            Self::LeadingZero(number) => write!(f, "{number} has a leading zero"),
            Self::Prefix(prefix) if prefix.is_empty() => f.write_str("the prefix length is missing"),
            Self::Prefix(prefix) => write!(f, "/{prefix} is no prefix length from 0 to 32"),
            Self::TrailingDot { .. } => f.write_str("it ends with a dot"),
            Self::Dash => f.write_str("it is a range from one address to another"),
            Self::Wildcard => f.write_str("it has a wildcard"),
            Self::Port => f.write_str("it has a port"),
            Self::Placeholder => f.write_str("it is a placeholder"),
            Self::Host => f.write_str("it is a host name or URL"),
            Self::Text => f.write_str("it is neither an address nor a known service tag"),
        }
    }
}

/// Says what is wrong with `text`, which is trimmed, not empty, and no entry.
pub(super) fn diagnose(text: &str) -> Problem {
    if text.len() > MAX_LENGTH {
        return Problem::Text;
    }
    if !text.contains([',', ';']) && is_placeholder(text) {
        return Problem::Placeholder;
    }
    let quotes = |c: char| matches!(c, '"' | '\'' | '`' | '[' | ']' | '(' | ')' | '{' | '}');
    if text.contains(quotes) {
        let bare: String = text.chars().filter(|c| !quotes(*c)).collect();
        return Problem::Quoted { parts: parts(&bare) };
    }
    if text.contains("://") {
        return Problem::Host;
    }
    if text.contains([',', ';', '|', '\n']) {
        return Problem::Joined { parts: parts(text) };
    }
    if text.contains(char::is_whitespace) {
        return blanks(text);
    }
    if let Some((from, to)) = text.split_once('-')
        && from.parse::<Ipv4Addr>().is_ok()
        && to.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Problem::Dash;
    }
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        return bad_prefix(address, prefix.unwrap_or_default());
    }
    bad_address(address, prefix)
}

/// Whether a tool or a person is to write something else there: `${ip}`, `$(ip)`, `$IP/32`, `{{ ip }}`, `#{ip}#`, `<ip>`, `__ip__`.
fn is_placeholder(text: &str) -> bool {
    let between = |open: &str, close: &str| {
        text.split_once(open).and_then(|(_, rest)| rest.split_once(close)).is_some_and(|(name, _)| !name.is_empty())
    };
    let marks = [("${", "}"), ("$(", ")"), ("{{", "}}"), ("#{", "}#"), ("<", ">"), ("__", "__")];
    text.starts_with('$') || marks.iter().any(|(open, close)| between(open, close))
}

fn blanks(text: &str) -> Problem {
    if text.contains(" - ") {
        let without: String = text.split_whitespace().collect();
        return diagnose(&without);
    }
    let several = text.split_whitespace().filter(|part| is_right(&classify(part))).count();
    if several > 1 {
        return Problem::Joined { parts: parts(text) };
    }
    let joined: String = text.split_whitespace().collect();
    Problem::InnerBlank { joined: is_right(&classify(&joined)).then_some(joined) }
}

fn bad_prefix(address: Ipv4Addr, prefix: &str) -> Problem {
    if let Ok(mask) = prefix.parse::<Ipv4Addr>() {
        // A host mask is the complement of a network mask.
        let hostmask = Ipv4Addr::from(!u32::from(mask));
        let network = Ipv4Net::with_netmask(address, mask).or_else(|_| Ipv4Net::with_netmask(address, hostmask));
        return Problem::Mask { network: network.ok().map(|network| network.trunc().to_string()) };
    }
    let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    match prefix.starts_with('0') && digits {
        true => Problem::LeadingZero(prefix.to_owned()),
        false => Problem::Prefix(prefix.to_owned()),
    }
}

fn bad_address(address: &str, prefix: Option<&str>) -> Problem {
    if let Some(trimmed) = address.strip_suffix('.')
        && trimmed.parse::<Ipv4Addr>().is_ok()
    {
        let whole = prefix.map_or_else(|| trimmed.to_owned(), |prefix| format!("{trimmed}/{prefix}"));
        return Problem::TrailingDot { trimmed: is_right(&classify(&whole)).then_some(whole) };
    }
    if let Some((host, port)) = address.split_once(':')
        && host.parse::<Ipv4Addr>().is_ok()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Problem::Port;
    }
    let octets: Vec<&str> = address.split('.').collect();
    let is_number = |octet: &&str| !octet.is_empty() && octet.bytes().all(|byte| byte.is_ascii_digit());
    let is_wild = |octet: &&str| octet.contains('*') || octet.eq_ignore_ascii_case("x");
    if octets.iter().any(is_wild) && octets.iter().all(|octet| is_number(octet) || is_wild(octet)) {
        return Problem::Wildcard;
    }
    if !octets.iter().all(|octet| octet.is_empty() || is_number(octet)) {
        let host =
            octets.len() > 1 && address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        return if host { Problem::Host } else { Problem::Text };
    }
    let numbers = octets.iter().filter(|octet| is_number(octet)).count();
    if numbers != 4 || octets.len() != 4 {
        return Problem::Octets(numbers);
    }
    match octets.iter().find(|octet| octet.len() > 1 && octet.starts_with('0')) {
        Some(octet) => Problem::LeadingZero((*octet).to_owned()),
        None => {
            let above = octets.iter().find(|octet| octet.parse::<u8>().is_err());
            above.map_or(Problem::Text, |octet| Problem::Octet((*octet).to_owned()))
        }
    }
}

/// The entries in a text that joins them, if all are right.
fn parts(text: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = text
        .split(|c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    (!parts.is_empty() && parts.iter().all(|part| is_right(&classify(part)))).then_some(parts)
}

fn is_right(entry: &Entry) -> bool {
    match &entry.meaning {
        Meaning::Network(_) | Meaning::Sentinel { .. } | Meaning::Tag(_) => true,
        Meaning::Internet => entry.canonical().is_some(),
        _ => false,
    }
}
