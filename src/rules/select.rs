//! Which rules run: the terms of `--select` and `--ignore`, opt-in rules, and baselines.

use super::read::nearest;
use super::rule::{Baseline, Rule, RuleSet, begins_at_dot};
use crate::finding::Level;

/// One term of `--select` or `--ignore`.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A name, ref or alias, or the beginning of a name that ends at a dot: `Azure.AKS` stands for `Azure.AKS.AuthorizedIPs` too.
    Name(String),
    /// `tag:key=value`; without value: any.
    Tag(String, Option<String>),
    /// `label:key=value`; without value: any.
    Label(String, Option<String>),
    /// `level:warning`.
    Level(Level),
}

impl Term {
    /// Reads a term; `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let pair = |text: &str| match text.split_once('=') {
            Some((key, "*")) => (key.to_owned(), None),
            Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
            None => (text.to_owned(), None),
        };
        match text.split_once(':') {
            Some(("tag", rest)) => {
                let (key, value) = pair(rest);
                Ok(Self::Tag(key, value))
            }
            Some(("label", rest)) => {
                let (key, value) = pair(rest);
                Ok(Self::Label(key, value))
            }
            Some(("level", rest)) => match rest.to_ascii_lowercase().as_str() {
                "error" => Ok(Self::Level(Level::Error)),
                "warning" => Ok(Self::Level(Level::Warning)),
                "note" | "information" => Ok(Self::Level(Level::Note)),
                _ => Err(format!("'{rest}' is not a level: error, warning or note")),
            },
            Some((kind, _)) => {
                Err(format!("'{kind}:' is not known: a term is a name, tag:KEY=VALUE, label:KEY=VALUE or level:LEVEL"))
            }
            None if text.is_empty() => Err("an empty term selects nothing".to_owned()),
            None => Ok(Self::Name(text.trim_end_matches('*').trim_end_matches('.').to_owned())),
        }
    }

    /// Whether the term means a rule.
    pub fn matches(&self, rule: &Rule) -> bool {
        match self {
            Self::Name(name) => rule.metadata.is_called(name) || begins_at_dot(rule.name(), name),
            Self::Tag(key, value) => rule.metadata.tags.iter().any(|(tag, text)| {
                tag.eq_ignore_ascii_case(key) && value.as_ref().is_none_or(|value| text.eq_ignore_ascii_case(value))
            }),
            Self::Label(key, value) => rule.metadata.labels.iter().any(|(label, texts)| {
                label.eq_ignore_ascii_case(key) && value.as_ref().is_none_or(|value| texts.contains(value))
            }),
            Self::Level(level) => rule.level == *level || rule.levels.iter().any(|(_, other)| other == level),
        }
    }

    /// Whether the term means this very rule, not only a group it belongs to.
    fn names(&self, rule: &Rule) -> bool {
        match self {
            Self::Name(name) => rule.metadata.is_called(name),
            Self::Tag(..) | Self::Label(..) => self.matches(rule),
            Self::Level(_) => false,
        }
    }
}

/// Which rules run, and at which level.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only rules that one of these means; empty: all that are not opt-in.
    pub select: Vec<Term>,
    /// No rule that one of these means.
    pub ignore: Vec<Term>,
    /// Only rules it lets through, at the levels it says.
    pub baseline: Option<Baseline>,
}

impl Selection {
    /// Whether a rule is one of those not to run.
    pub fn ignores(&self, rule: &Rule) -> bool {
        self.ignore.iter().any(|term| term.matches(rule))
    }

    /// Whether a rule runs. What a user selects by hand outweighs the baseline; what is ignored never runs.
    pub fn runs(&self, rule: &Rule) -> bool {
        if self.ignores(rule) {
            return false;
        }
        if !self.select.is_empty() {
            let terms = || self.select.iter();
            return if rule.default {
                terms().any(|term| term.matches(rule))
            } else {
                terms().any(|term| term.names(rule))
            };
        }
        match &self.baseline {
            // A baseline chooses among rules; what the linter says of its own limits is none of them.
            Some(baseline) if rule.is_computed() => !baseline.excludes(rule),
            Some(baseline) => {
                let named = baseline.include.iter().any(|name| rule.metadata.is_called(name));
                (rule.default || named) && baseline.lets_through(rule)
            }
            None => rule.default,
        }
    }

    /// The level the baseline gives a rule in place of its own.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        self.baseline.as_ref().and_then(|baseline| baseline.level_of(rule))
    }

    /// The terms that mean no rule of `set`, each with the nearest name.
    pub fn idle_terms(&self, set: &RuleSet) -> Vec<(String, Option<String>)> {
        let names = set.rules.iter().flat_map(|rule| [rule.name(), rule.reference()]);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        let mut idle = Vec::new();
        for term in self.select.iter().chain(&self.ignore) {
            if set.rules.iter().any(|rule| term.matches(rule)) {
                continue;
            }
            let pair = |key: &str, value: &Option<String>| {
                value.as_ref().map_or(key.to_owned(), |value| format!("{key}={value}"))
            };
            idle.push(match term {
                Term::Name(name) => (name.clone(), nearest(name, &names).map(str::to_owned)),
                Term::Tag(key, value) => (format!("tag:{}", pair(key, value)), None),
                Term::Label(key, value) => (format!("label:{}", pair(key, value)), None),
                Term::Level(level) => (format!("level:{}", level.as_str()), None),
            });
        }
        idle
    }
}

impl Baseline {
    /// Whether the baseline's filter lets a rule through.
    pub fn lets_through(&self, rule: &Rule) -> bool {
        !self.excludes(rule) && (self.takes_as_local(rule) || self.filters_in(rule))
    }

    /// Whether a rule runs without being asked for, because it is local. PSRule does so unless told otherwise, against its documentation.
    fn takes_as_local(&self, rule: &Rule) -> bool {
        !rule.is_shipped() && self.include_local.unwrap_or(true)
    }

    /// Whether `include`, `tag` and `labels` ask for a rule.
    fn filters_in(&self, rule: &Rule) -> bool {
        let included = match self.include.as_slice() {
            [] => true,
            [only] if only.contains('*') => {
                let prefix = only.split('*').next().unwrap_or_default().to_ascii_lowercase();
                rule.name().to_ascii_lowercase().starts_with(&prefix)
            }
            names => names.iter().any(|name| rule.metadata.is_called(name)),
        };
        included && self.tags_fit(rule) && self.labels_fit(rule)
    }

    /// Whether some rule of `set` runs only because nobody said whether local rules do.
    pub fn is_vague_about(&self, set: &RuleSet) -> bool {
        let is_taken =
            |rule: &Rule| rule.default && !self.excludes(rule) && self.takes_as_local(rule) && !self.filters_in(rule);
        self.include_local.is_none() && set.rules.iter().any(is_taken)
    }

    fn excludes(&self, rule: &Rule) -> bool {
        self.exclude.iter().any(|name| rule.metadata.is_called(name))
    }

    fn tags_fit(&self, rule: &Rule) -> bool {
        self.tags.iter().all(|(key, values)| {
            let found = rule.metadata.tags.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(key));
            found.is_some_and(|(_, text)| values.iter().any(|value| value == "*" || value.eq_ignore_ascii_case(text)))
        })
    }

    fn labels_fit(&self, rule: &Rule) -> bool {
        self.labels.iter().all(|(key, values)| {
            let any = values.is_empty() || values.iter().any(|value| value == "*");
            let found = rule.metadata.labels.iter().find(|(label, _)| label.eq_ignore_ascii_case(key));
            found.is_some_and(|(_, texts)| any || texts.iter().any(|text| values.contains(text)))
        })
    }

    /// The level `override.level` gives a rule: by exact name, else by the longest prefix ending in `*`.
    pub fn level_of(&self, rule: &Rule) -> Option<Level> {
        let exact = self.levels.iter().find(|(name, _)| !name.contains('*') && rule.metadata.is_called(name));
        if let Some((_, level)) = exact {
            return Some(*level);
        }
        let mut prefixes: Vec<(&str, Level)> = self
            .levels
            .iter()
            .filter(|(name, _)| name.contains('*'))
            .map(|(name, level)| (name.split('*').next().unwrap_or_default(), *level))
            .filter(|(prefix, _)| rule.name().starts_with(prefix))
            .collect();
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        prefixes.first().map(|(_, level)| *level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::rules;

    const RULES: &str = "
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Azure.AKS.AuthorizedIPs, ref: AKS101, alias: [ Old.Name ], tags: { pillar: Security }, labels: { control: [ NS-1, NS-2 ] } }
spec: { condition: {} }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Azure.AKS.AuthorizedIPs.Empty, ref: AKS102, tags: { pillar: Security } }
spec: { level: Warning, condition: {} }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Azure.AKS.AuthorizedIPsToo, ref: AKS411, tags: { pillar: Cost } }
spec: { default: false, condition: {} }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Baseline
metadata: { name: Local.Base }
spec:
  rule: { exclude: [ AKS102 ], tag: { pillar: [ security, other ] }, includeLocal: false }
  override: { level: { 'Azure.*': Information, 'Azure.AKS.Auth*': Warning } }
---
apiVersion: github.com/microsoft/PSRule/2025-01-01
kind: Baseline
metadata: { name: Local.Named }
spec:
  rule: { include: [ AKS411, 'Module\\Azure.AKS.AuthorizedIPs.Empty' ], labels: {}, includeLocal: 'False' }
  override: { level: { azure.aks.authorizedipstoo: Error } }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Baseline
metadata: { name: Local.Vague }
spec:
  rule: { include: [ Other ], exclude: [ AKS101 ] }
";

    #[test]
    fn selects_by_name_prefix_tag_label_and_level() {
        let set = rules(RULES, true).set;
        assert_eq!((set.rules.len(), set.baselines.len()), (3, 3));
        type Case = (&'static [&'static str], &'static [&'static str], Option<&'static str>, &'static str);
        let table: &[Case] = &[
            (&[], &[], None, "AKS101 AKS102"),
            (&["Azure.AKS.AuthorizedIPs"], &[], None, "AKS101 AKS102"),
            (&["azure.aks.authorizedips.empty"], &[], None, "AKS102"),
            (&["Azure.AKS.Auth"], &[], None, ""),
            (&["Azure.AKS."], &[], None, "AKS101 AKS102"),
            (&["Azure.*"], &[], None, "AKS101 AKS102"),
            (&["aks411"], &[], None, "AKS411"),
            (&["Old.Name"], &[], None, "AKS101"),
            (&["tag:pillar=security"], &[], None, "AKS101 AKS102"),
            (&["tag:pillar"], &[], None, "AKS101 AKS102 AKS411"),
            (&["label:control=NS-2"], &[], None, "AKS101"),
            (&["label:control=ns-2"], &[], None, ""),
            (&["level:warning"], &[], None, "AKS102"),
            (&[], &["AKS101"], None, "AKS102"),
            (&[], &["Azure.AKS.AuthorizedIPs"], None, ""),
            (&["AKS101"], &["level:error"], None, ""),
            (&[], &[], Some("Local.Base"), "AKS101"),
            (&[], &[], Some("Local.Named"), "AKS102 AKS411"),
            (&[], &[], Some("Local.Vague"), "AKS102"),
        ];
        let terms = |texts: &[&str]| texts.iter().map(|text| Term::parse(text).unwrap()).collect();
        for (select, ignore, baseline, expected) in table {
            let baseline = baseline.map(|name| set.baseline(name).unwrap().clone());
            let selection = Selection { select: terms(select), ignore: terms(ignore), baseline };
            let running: Vec<&str> =
                set.rules.iter().filter(|rule| selection.runs(rule)).map(|rule| rule.reference()).collect();
            assert_eq!(running.join(" "), *expected, "{select:?} {ignore:?}");
        }
        let vague: Vec<bool> = set.baselines.iter().map(|baseline| baseline.is_vague_about(&set)).collect();
        assert_eq!(vague, [false, false, true]);
        assert_eq!(set.baselines[0].level_of(&set.rules[1]), Some(Level::Warning));
        assert_eq!(set.baselines[1].level_of(&set.rules[2]), Some(Level::Error));
        assert_eq!(set.baselines[1].level_of(&set.rules[0]), None);
        let idle = Selection { select: terms(&["Azure.AKS.AuthorisedIPs"]), ..Selection::default() }.idle_terms(&set);
        assert_eq!(idle[0].1.as_deref(), Some("Azure.AKS.AuthorizedIPs"));
        assert!(Term::parse("level:bad").is_err() && Term::parse("kind:x").is_err() && Term::parse("").is_err());
    }
}
