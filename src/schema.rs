//! What the published schema says of managed clusters: which properties about access exist in which API version, and which
//! names people write instead.

use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::LazyLock;

/// An API version: a date, and whether it is a preview. Versions compare by date; a preview counts from its own date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ApiVersion {
    date: [u16; 3],
    preview: bool,
}

impl ApiVersion {
    /// Reads `2024-01-01` or `2024-01-02-preview`; `None` for other texts.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, suffix) = text.split_at_checked(10)?;
        let mut parts = date.split('-').map(|part| part.parse::<u16>());
        let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        let right = parts.next().is_none() && (suffix.is_empty() || suffix.starts_with('-'));
        right.then_some(Self { date: [year, month, day], preview: !suffix.is_empty() })
    }

    /// Whether it is a preview.
    pub fn is_preview(self) -> bool {
        self.preview
    }

    /// Whether its date is that of `other` or later.
    pub fn is_from(self, other: Self) -> bool {
        self.date >= other.date
    }
}

impl TryFrom<String> for ApiVersion {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no API version")
    }
}

impl std::fmt::Display for ApiVersion {
    /// The date alone: what a preview is called beside it differs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [year, month, day] = self.date;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A property about access.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Property {
    /// Its path in the resource: `properties.apiServerAccessProfile.authorizedIPRanges`.
    pub path: String,
    stable: Option<ApiVersion>,
    preview: Option<ApiVersion>,
    #[serde(default)]
    only: Vec<ApiVersion>,
    /// The path of the property that took its place.
    now: Option<String>,
}

impl Property {
    /// Its name: the path's last part.
    pub fn name(&self) -> &str {
        name(&self.path)
    }

    /// Whether `version` has it.
    pub fn exists_in(&self, version: ApiVersion) -> bool {
        if !self.only.is_empty() {
            return self.only.contains(&version);
        }
        let first = if version.preview { self.preview.or(self.stable) } else { self.stable };
        first.is_some_and(|first| version.is_from(first))
    }

    /// The versions that have it, for a person: "2019-08-01 and later".
    pub fn versions(&self) -> String {
        match (&self.stable, &self.preview, self.only.as_slice()) {
            (Some(stable), Some(preview), _) => format!("{stable} and later, or previews from {preview}-preview"),
            (Some(stable), None, _) => format!("{stable} and later"),
            (None, _, only) => only.iter().map(ApiVersion::to_string).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A name that people write in a place where Azure has none.
#[derive(Clone, Debug, Deserialize)]
struct Misplaced {
    path: String,
    means: String,
}

#[derive(Default, Deserialize)]
struct Schema {
    stable: Vec<String>,
    #[serde(rename = "newestPreview")]
    newest_preview: String,
    #[serde(rename = "strictFrom")]
    strict_from: Option<ApiVersion>,
    properties: Vec<Property>,
    misplaced: Vec<Misplaced>,
}

static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| serde_json::from_str(include_str!("../rules/data/managed-clusters.json")).unwrap_or_default());

/// How the name of a member relates to the properties that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Naming {
    /// A property, or nothing this table knows of.
    Plain,
    /// A property in another casing than its usual one, which this is.
    Casing(&'static str),
    /// No property, but one was meant: its path in the resource.
    Meant(&'static str),
}

/// The names that the table has below one object.
#[derive(Default)]
pub struct Names {
    properties: Vec<Name>,
    /// Names of none, that people write.
    misplaced: Vec<Name>,
}

/// A name below one object.
struct Name {
    text: &'static str,
    letters: u32,
    /// The path of the property it means.
    means: &'static str,
    /// That property, if this is its name.
    property: Option<&'static Property>,
}

impl Name {
    fn new(path: &'static str, means: &'static str, property: Option<&'static Property>) -> Self {
        let text = name(path);
        Self { text, letters: letters(text), means, property }
    }
}

/// What the table has below each object, by its path in lower case.
static NAMES: LazyLock<FxHashMap<String, Names>> = LazyLock::new(|| {
    let mut names: FxHashMap<String, Names> = FxHashMap::default();
    let schema: &'static Schema = &SCHEMA;
    for property in &schema.properties {
        let name = Name::new(&property.path, &property.path, Some(property));
        names.entry(parent(&property.path)).or_default().properties.push(name);
    }
    for misplaced in &schema.misplaced {
        let name = Name::new(&misplaced.path, &misplaced.means, None);
        names.entry(parent(&misplaced.path)).or_default().misplaced.push(name);
    }
    names
});

/// The names below the object at `parent` (a path in the resource, empty for its root); `None` if the table has none there.
pub fn names(parent: &str) -> Option<&'static Names> {
    NAMES.get(&parent.to_ascii_lowercase())
}

impl Names {
    /// Judges the member `name` of the object.
    pub fn naming(&self, name: &str) -> Naming {
        if let Some(known) = self.properties.iter().find(|known| known.text.eq_ignore_ascii_case(name)) {
            return if known.text == name { Naming::Plain } else { Naming::Casing(known.text) };
        }
        self.meanings(name).first().map_or(Naming::Plain, |meant| Naming::Meant(meant))
    }

    /// The properties, by their paths in the resource, for which `name`, which is none, may stand in the object: none, one, or several
    /// that it resembles equally.
    pub fn meanings(&self, name: &str) -> Vec<&'static str> {
        if let Some(misplaced) = self.misplaced.iter().find(|misplaced| misplaced.text.eq_ignore_ascii_case(name)) {
            return vec![misplaced.means];
        }
        let letters = letters(name);
        // An edit takes away one letter at most, and brings one.
        let is_near = |known: &&Name| (letters ^ known.letters).count_ones() <= 4;
        let mut least = usize::MAX;
        let mut nearest = Vec::new();
        for known in self.properties.iter().chain(&self.misplaced).filter(is_near) {
            let Some(distance) = resemblance(name, known.text).filter(|distance| *distance <= least) else { continue };
            if distance < least {
                least = distance;
                nearest.clear();
            }
            if !nearest.contains(&known.means) {
                nearest.push(known.means);
            }
        }
        nearest
    }
}

/// A path with every index as the table writes it: `properties.agentPoolProfiles[*]` for `properties.agentPoolProfiles[3]`.
pub fn generic(path: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => {
                inside = true;
                text.push_str("[*]");
            }
            ']' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// The edit distance of two names, ignoring case, if it is at most 2 and at most a third of the length; a swap counts one.
fn resemblance(name: &str, known: &str) -> Option<usize> {
    if name.len().abs_diff(known.len()) > 2 {
        return None;
    }
    let (name, known) = (name.to_ascii_lowercase(), known.to_ascii_lowercase());
    let distance = strsim::osa_distance(&name, &known);
    (distance <= 2 && distance * 3 <= known.chars().count()).then_some(distance)
}

/// Which ASCII letters the name has, ignoring case, as bits.
fn letters(name: &str) -> u32 {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic);
    letters.fold(0, |letters, letter| letters | 1 << (letter & 0x1f))
}

/// The known property at `path`, ignoring case.
pub fn property(path: &str) -> Option<&'static Property> {
    let names = NAMES.get(&parent(path))?;
    names.properties.iter().find(|known| known.means.eq_ignore_ascii_case(path))?.property
}

/// The property that stood for the one at `path` in earlier versions, ignoring case.
pub fn predecessor(path: &str) -> Option<&'static Property> {
    let is_it = |property: &&Property| property.now.as_ref().is_some_and(|now| now.eq_ignore_ascii_case(path));
    SCHEMA.properties.iter().find(is_it)
}

/// Whether `version` rejects properties it does not know; earlier ones ignore them (Azure/AKS#4060).
pub fn is_strict(version: ApiVersion) -> bool {
    SCHEMA.strict_from.is_some_and(|first| version.is_from(first))
}

/// The newest stable version, `2026-05-01`.
pub fn newest_stable() -> &'static str {
    SCHEMA.stable.last().map_or("", String::as_str)
}

/// The newest preview.
pub fn newest_preview() -> &'static str {
    &SCHEMA.newest_preview
}

fn name(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}

/// The path of the object that holds the property, in lower case.
fn parent(path: &str) -> String {
    path.rsplit_once('.').map_or("", |(parent, _)| parent).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_date() {
        let version = |text| ApiVersion::parse(text).unwrap();
        assert!(version("2024-01-02-preview").is_from(version("2024-01-01")));
        assert!(is_strict(version("2024-01-02-preview")) && is_strict(version("2024-01-01")));
        assert!(!is_strict(version("2023-11-02-preview")) && !is_strict(version("2023-11-01")));
        assert_eq!(ApiVersion::parse("latest"), None);
        assert_eq!(ApiVersion::parse("2024-01"), None);
        assert_eq!(SCHEMA.stable.len(), 64);
        assert_eq!(newest_stable(), "2026-05-01");
    }

    #[test]
    fn properties_exist_in_the_versions_that_declare_them() {
        let table = [
            ("properties.apiServerAuthorizedIPRanges", "2019-04-01", true),
            ("properties.apiServerAuthorizedIPRanges", "2019-08-01", false),
            ("properties.apiServerAccessProfile", "2019-06-01", false),
            ("properties.apiServerAccessProfile.authorizedIPRanges", "2019-08-01", true),
            ("properties.apiServerAccessProfile.enableVnetIntegration", "2024-02-01", false),
            ("properties.apiServerAccessProfile.enableVnetIntegration", "2024-02-02-preview", true),
            ("properties.apiServerAccessProfile.enableVnetIntegration", "2022-03-02-preview", false),
            ("properties.apiServerAccessProfile.enableVnetIntegration", "2025-03-01", true),
        ];
        for (path, version, exists) in table {
            let found = property(path).unwrap().exists_in(ApiVersion::parse(version).unwrap());
            assert_eq!(found, exists, "{path} in {version}");
        }
    }

    #[test]
    fn names_that_are_none_are_told_from_others() {
        let profile = "properties.apiServerAccessProfile";
        let ranges = "properties.apiServerAccessProfile.authorizedIPRanges";
        let private = "properties.apiServerAccessProfile.enablePrivateCluster";
        let table = [
            (profile, "authorizedIPRanges", Naming::Plain),
            (profile, "authorizedIpRanges", Naming::Casing("authorizedIPRanges")),
            (profile, "authorizedIPRange", Naming::Meant(ranges)),
            (profile, "authorizedIPRagnes", Naming::Meant(ranges)),
            (profile, "authorisedIPRanges", Naming::Meant(ranges)),
            (profile, "authorized_ip_ranges", Naming::Meant(ranges)),
            (profile, "enablePrivatCluster", Naming::Meant(private)),
            (profile, "subnetID", Naming::Casing("subnetId")),
            ("properties", "enablePrivateCluster", Naming::Meant(private)),
            ("properties", "apiServerAuthorizedIPRanges", Naming::Plain),
            ("properties", "apiServerAccesProfile", Naming::Meant(profile)),
            ("properties", "dnsPrefix", Naming::Plain),
            ("properties", "networkProfile", Naming::Plain),
            ("properties.networkProfile", "networkPolicy", Naming::Plain),
            ("properties.networkProfile", "loadBalancerSKU", Naming::Casing("loadBalancerSku")),
            ("properties.agentPoolProfiles[*]", "name", Naming::Plain),
            (
                "properties.agentPoolProfiles[*]",
                "nodePublicIPPrefix",
                Naming::Meant("properties.agentPoolProfiles[*].nodePublicIPPrefixID"),
            ),
            ("", "apiServerAccessProfile", Naming::Meant(profile)),
            ("", "properties", Naming::Plain),
        ];
        for (parent, name, expected) in table {
            assert_eq!(names(parent).unwrap().naming(name), expected, "{parent} {name}");
        }
    }
}
