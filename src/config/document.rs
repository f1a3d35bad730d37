//! The configuration file as it is written: every key, its type and its bounds.

use super::error::ConfigError;
use super::levels::{RuleLevel, RuleLevels};
use super::paths::PathPattern;
use super::{Config, Pairing, SuppressEntry, Thresholds, position};
use crate::date::Date;
use crate::discover::tidied;
use crate::evaluate::DeploymentContext;
use crate::limits::{self, ExpressionLimits, Limits};
use crate::source::{SourceFile, Span};
use saphyr_parser::{Event, Parser};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The reference of the rule on what is open by a parameter's default alone.
const DEFAULTS_RULE: &str = "AKS112";

/// The deepest nesting of lists and mappings that is read; the schema has four levels.
const MAX_NESTING: usize = 64;

/// Reads a configuration's text.
pub(super) fn read(shown: &str, text: &str) -> Result<Document, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if is_too_deep(text) {
        return Err(ConfigError::unplaced(shown, format!("nested more than {MAX_NESTING} levels deep")));
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else { return Ok(Document::default()) };
    let document = Option::<Document>::deserialize(first).map_err(|error| ConfigError::of(shown, &error))?;
    match documents.next() {
        // Text behind the document is read only when asked for.
        Some(second) => match IgnoredAny::deserialize(second) {
            Ok(_) => Err(ConfigError::unplaced(shown, "expected one YAML document, found several".to_owned())),
            Err(error) => Err(ConfigError::of(shown, &error)),
        },
        None => Ok(document.unwrap_or_default()),
    }
}

/// Whether lists and mappings nest deeper than any configuration. The reader behind would take very long to say so.
fn is_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::SequenceStart(..) | Event::MappingStart(..), _)) => depth += 1,
            Ok((Event::SequenceEnd | Event::MappingEnd, _)) => depth = depth.saturating_sub(1),
            Ok(_) => {}
            // The reader words it, unless its brackets would keep it busy.
            Err(_) => return deepest_bracket(text) > MAX_NESTING,
        }
        if depth > MAX_NESTING {
            return true;
        }
    }
    false
}

/// How deep brackets nest, wherever they stand.
fn deepest_bracket(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The whole file.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Document {
    rules: Entries<RuleLevel>,
    rule_files: Many,
    rule_baseline: Option<Filled>,
    select: Many,
    ignore: Many,
    paths: Paths,
    scripts: bool,
    parameters: Entries<Many, Pattern>,
    deployment: Deployment,
    module_defaults: Option<RuleLevel>,
    limits: LimitsSection,
    thresholds: ThresholdsSection,
    suppress: Vec<Suppress>,
    require_reason: bool,
    configuration: Entries<serde_json::Value>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Paths {
    exclude: Patterns,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Deployment {
    subscription: Option<Guid>,
    resource_group: Option<Filled>,
    location: Option<Filled>,
    tenant: Option<Guid>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct LimitsSection {
    #[serde(rename = "fileSizeMiB")]
    file_size: Option<Within<1, 4095>>,
    nesting: Option<Within<8, { limits::MAX_NESTING as u64 }>>,
    #[serde(rename = "expressionKiB")]
    expression_length: Option<Within<1, 16_384>>,
    expression_depth: Option<Within<8, { limits::MAX_EXPRESSION_DEPTH as u64 }>>,
    depth: Option<Within<16, 512>>,
    steps: Option<Within<1000, 1_000_000_000>>,
    worlds: Option<Within<1, 1024>>,
    questions: Option<Within<1, 64>>,
    copies: Option<Within<1, 10_000>>,
    resources: Option<Within<1, 1_000_000>>,
    deployments: Option<Within<1, 32>>,
    judged: Option<Within<1, 1_000_000>>,
    findings: Option<Within<1, 1_000_000>>,
    #[serde(rename = "textKiB")]
    text: Option<Within<1, 65_536>>,
    elements: Option<Within<100, 1_000_000>>,
    #[serde(rename = "patternKiB")]
    pattern: Option<Within<1, 65_536>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct ThresholdsSection {
    coverage_percent: Option<Within<1, 100>>,
    broad_prefix: Option<Within<0, 32>>,
    warn_prefix: Option<Within<0, 32>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Suppress {
    rule: Many,
    path: Option<Pattern>,
    reason: Option<Filled>,
    until: Option<Day>,
}

impl Document {
    /// The configuration that `file`, which lies in `folder`, holds.
    pub(super) fn into_config(self, file: Arc<SourceFile>, folder: &Path) -> Config {
        let mut levels = self.rules.0;
        // The rule's own entry comes later and wins.
        levels.splice(0..0, self.module_defaults.map(|level| (DEFAULTS_RULE.to_owned(), level)));
        let pairing = |(template, files): (Pattern, Many)| {
            let files = files.0.iter().map(|path| tidied(&folder.join(path))).collect::<Vec<PathBuf>>();
            Pairing { template: template.0, files }
        };
        let places = if self.suppress.is_empty() { Vec::new() } else { position::of_entries(&file, "suppress") };
        let places = places.into_iter().chain(std::iter::repeat(Span::default()));
        let suppress = self.suppress.into_iter().zip(places).map(|(entry, span)| SuppressEntry {
            rules: entry.rule.0,
            path: entry.path.map(|pattern| pattern.0),
            reason: entry.reason.map(|reason| reason.0),
            until: entry.until.map(|until| until.0),
            span,
        });
        Config {
            levels: RuleLevels::new(levels),
            rule_files: self.rule_files.0.iter().map(|path| tidied(&folder.join(path))).collect(),
            rule_baseline: self.rule_baseline.map(|name| name.0),
            select: self.select.0,
            ignore: self.ignore.0,
            exclude: self.paths.exclude.0,
            scripts: self.scripts,
            parameters: self.parameters.0.into_iter().map(pairing).collect(),
            deployment: DeploymentContext {
                subscription: self.deployment.subscription.map(|guid| guid.0),
                resource_group: self.deployment.resource_group.map(|name| name.0),
                location: self.deployment.location.map(|name| name.0),
                tenant: self.deployment.tenant.map(|guid| guid.0),
            },
            limits: self.limits.into_limits(),
            thresholds: Thresholds {
                coverage_percent: self.thresholds.coverage_percent.map(|percent| percent.0),
                broad_prefix: self.thresholds.broad_prefix.map(|prefix| prefix.0),
                warn_prefix: self.thresholds.warn_prefix.map(|prefix| prefix.0),
            },
            suppress: suppress.collect(),
            require_reason: self.require_reason,
            configuration: self.configuration.0.into_iter().collect(),
            folder: folder.to_owned(),
            file: Some(file),
        }
    }
}

impl LimitsSection {
    fn into_limits(self) -> Limits {
        let given = Limits::default();
        Limits {
            file_size: self.file_size.map_or(given.file_size, |mebibytes| mebibytes.0 << 20),
            nesting: self.nesting.map_or(given.nesting, |limit| limit.0 as usize),
            expression: ExpressionLimits {
                length: self.expression_length.map_or(given.expression.length, kibibytes),
                depth: self.expression_depth.map_or(given.expression.depth, |limit| limit.0 as usize),
            },
            depth: self.depth.map_or(given.depth, |limit| limit.0 as u32),
            steps: self.steps.map_or(given.steps, |limit| limit.0),
            worlds: self.worlds.map_or(given.worlds, |limit| limit.0 as usize),
            questions: self.questions.map_or(given.questions, |limit| limit.0 as usize),
            copies: self.copies.map_or(given.copies, |limit| limit.0 as i64),
            resources: self.resources.map_or(given.resources, |limit| limit.0 as usize),
            deployments: self.deployments.map_or(given.deployments, |limit| limit.0 as usize),
            judged: self.judged.map_or(given.judged, |limit| limit.0 as usize),
            findings: self.findings.map_or(given.findings, |limit| limit.0 as usize),
            text: self.text.map_or(given.text, kibibytes),
            elements: self.elements.map_or(given.elements, |limit| limit.0 as usize),
            pattern: self.pattern.map_or(given.pattern, kibibytes),
        }
    }
}

fn kibibytes<const LEAST: u64, const MOST: u64>(limit: Within<LEAST, MOST>) -> usize {
    (limit.0 as usize) << 10
}

/// A text that its reader may refuse, with the refusal at the text's own place.
trait Read: Sized {
    const EXPECTED: &'static str;
    fn read(text: &str) -> Result<Self, String>;
}

struct ReadVisitor<T>(PhantomData<T>);

impl<T: Read> Visitor<'_> for ReadVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(E::custom)
    }
}

macro_rules! read_from_text {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(ReadVisitor(PhantomData))
            }
        }
    )*};
}

read_from_text!(Guid, Filled, Day, Pattern);

/// A subscription or tenant.
#[derive(Debug)]
struct Guid(String);

impl Read for Guid {
    const EXPECTED: &'static str = "a GUID";

    fn read(text: &str) -> Result<Self, String> {
        let parts: Vec<usize> = text.split('-').map(str::len).collect();
        let is_guid = parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
        if is_guid { Ok(Self(text.to_owned())) } else { Err(format!("expected a GUID, found `{text}`")) }
    }
}

/// A text with something in it.
#[derive(Debug)]
struct Filled(String);

impl Read for Filled {
    const EXPECTED: &'static str = "a text";

    fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            Err("expected a text, found nothing".to_owned())
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

#[derive(Debug)]
struct Day(Date);

impl Read for Day {
    const EXPECTED: &'static str = "a day, written as 2026-12-31";

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error: crate::date::NoDate| format!("{error}, found `{text}`"))
    }
}

#[derive(Debug)]
struct Pattern(PathPattern);

impl Read for Pattern {
    const EXPECTED: &'static str = "a pattern of paths";

    fn read(text: &str) -> Result<Self, String> {
        PathPattern::new(text).map(Self)
    }
}

/// A whole number with bounds.
#[derive(Clone, Copy, Debug)]
struct Within<const LEAST: u64, const MOST: u64>(u64);

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Within<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<const LEAST: u64, const MOST: u64>;
        impl<const LEAST: u64, const MOST: u64> Visitor<'_> for Number<LEAST, MOST> {
            type Value = u64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from {LEAST} to {MOST}")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
                if (LEAST..=MOST).contains(&number) {
                    Ok(number)
                } else {
                    Err(E::custom(format!("expected a whole number from {LEAST} to {MOST}, found {number}")))
                }
            }
        }
        deserializer.deserialize_u64(Number::<LEAST, MOST>).map(Self)
    }
}

/// One text or a list of them.
#[derive(Debug, Default)]
struct Many(Vec<String>);

/// One pattern or a list of them.
#[derive(Debug, Default)]
struct Patterns(Vec<PathPattern>);

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Read + Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, or a list of such", T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        Ok(vec![T::read(text).map_err(E::custom)?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(all)
    }
}

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all: Vec<Filled> = deserializer.deserialize_any(ListVisitor(PhantomData))?;
        Ok(Self(all.into_iter().map(|text| text.0).collect()))
    }
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all: Vec<Pattern> = deserializer.deserialize_any(ListVisitor(PhantomData))?;
        Ok(Self(all.into_iter().map(|pattern| pattern.0).collect()))
    }
}

/// A mapping in its order, each key once.
#[derive(Debug)]
struct Entries<T, K = String>(Vec<(K, T)>);

trait Key {
    fn text(&self) -> &str;
}

impl Key for String {
    fn text(&self) -> &str {
        self
    }
}

impl Key for Pattern {
    fn text(&self) -> &str {
        self.0.as_str()
    }
}

impl<T, K> Default for Entries<T, K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, K: Key + Deserialize<'de>> Deserialize<'de> for Entries<T, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mapping<T, K>(PhantomData<(K, T)>);
        impl<'de, T: Deserialize<'de>, K: Key + Deserialize<'de>> Visitor<'de> for Mapping<T, K> {
            type Value = Vec<(K, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut known = BTreeSet::new();
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<K>()? {
                    if !known.insert(key.text().to_lowercase()) {
                        return Err(A::Error::custom(format!("`{}` stands here twice", key.text())));
                    }
                    entries.push((key, map.next_value()?));
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Mapping(PhantomData)).map(Self)
    }
}
