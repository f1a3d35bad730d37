//! Tables about addresses, read once from `rules/data/`.

use ipnet::Ipv4Net;
use serde::Deserialize;
use std::sync::LazyLock;

/// A block of addresses that no machine of the Internet has.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Block {
    /// The block.
    pub network: Ipv4Net,
    /// What it is for: "private space (RFC 1918)".
    pub what: String,
}

/// A service tag that exists.
#[derive(Clone, Debug)]
pub struct KnownTag {
    /// Its name in its usual spelling.
    pub name: String,
    /// Whether it admits the machines of every customer of Azure.
    pub broad: bool,
}

#[derive(Default, Deserialize)]
struct SpecialPurpose {
    blocks: Vec<Block>,
}

#[derive(Default, Deserialize)]
struct Samples {
    networks: Vec<Ipv4Net>,
}

#[derive(Default, Deserialize)]
struct Tags {
    broad: Vec<String>,
    tags: Vec<String>,
}

/// A table that does not parse is empty; a test reads each.
fn read<T: Default + for<'de> Deserialize<'de>>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

static SPECIAL: LazyLock<Vec<Block>> =
    LazyLock::new(|| read::<SpecialPurpose>(include_str!("../../rules/data/special-purpose.json")).blocks);
static SAMPLES: LazyLock<Vec<Ipv4Net>> =
    LazyLock::new(|| read::<Samples>(include_str!("../../rules/data/documentation-samples.json")).networks);
static TAGS: LazyLock<Vec<KnownTag>> = LazyLock::new(|| {
    let Tags { broad, tags } = read(include_str!("../../rules/data/service-tags.json"));
    tags.into_iter().map(|name| KnownTag { broad: broad.contains(&name), name }).collect()
});

/// The special-purpose blocks, ascending, not overlapping.
pub fn special_purpose() -> &'static [Block] {
    &SPECIAL
}

/// The addresses that documentation uses as examples.
pub fn documentation_samples() -> &'static [Ipv4Net] {
    &SAMPLES
}

/// The service tags that count as such in a list of ranges.
pub fn service_tags() -> &'static [KnownTag] {
    &TAGS
}
