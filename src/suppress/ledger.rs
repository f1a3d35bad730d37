//! The suppressions in force, and which of their ids were of use.
//!
//! There may be tens of thousands of suppressions, of ids in one of them, and of findings. So none is held against each: a finding
//! asks the spots at which suppressions may cover it, and each spot answers once for each rule.

use super::entry::{Entry, Places, Scope};
use super::{Circumstances, MAX_MEANT, MAX_NAMED, Sources, unknown_rule};
use crate::config::{Below, matches};
use crate::finding::{Finding, Location, Suppression};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where suppressions hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Spot {
    /// In a file: suppressions of the whole file, and of paths that it has.
    File(Arc<str>),
    /// On a line of a file, counted from 0.
    Line(Arc<str>, usize),
    /// Within a span of a file.
    Within(Arc<str>, Span),
    /// For all files.
    Everywhere,
}

/// The suppressions of one run.
pub(super) struct Ledger<'c> {
    circumstances: &'c Circumstances<'c>,
    entries: Vec<Kept>,
    /// The suppressions of each spot by their numbers, ascending; those of paths are not among them.
    spots: FxHashMap<Spot, Vec<usize>>,
    /// The suppressions of paths.
    of_paths: Vec<usize>,
    /// The spans within which suppressions hold, by file.
    spans: FxHashMap<Arc<str>, Nest>,
    /// The first suppression that holds at a spot for a rule.
    known: FxHashMap<(Spot, usize), Option<usize>>,
    /// The numbers of the rules that were asked for, by name and reference.
    rules: FxHashMap<(Arc<str>, Arc<str>), usize>,
}

impl<'c> Ledger<'c> {
    pub(super) fn new(entries: Vec<Entry>, circumstances: &'c Circumstances<'c>) -> Self {
        let mut spots: FxHashMap<Spot, Vec<usize>> = FxHashMap::default();
        let mut spans: FxHashMap<Arc<str>, Vec<Span>> = FxHashMap::default();
        let mut of_paths = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let path = entry.location.file.shared_path();
            let spot = match &entry.scope {
                Scope::File => Spot::File(path.clone()),
                Scope::Line(line) => Spot::Line(path.clone(), *line),
                Scope::Within(span) => {
                    spans.entry(path.clone()).or_default().push(*span);
                    Spot::Within(path.clone(), *span)
                }
                Scope::Everywhere => Spot::Everywhere,
                Scope::Paths(_) => {
                    of_paths.push(number);
                    continue;
                }
            };
            spots.entry(spot).or_default().push(number);
        }
        Self {
            circumstances,
            entries: entries.into_iter().map(Kept::new).collect(),
            spots,
            of_paths,
            spans: spans.into_iter().map(|(path, spans)| (path, Nest::new(spans))).collect(),
            known: FxHashMap::default(),
            rules: FxHashMap::default(),
        }
    }

    /// The first suppression that holds for the finding; all that do are noted as used.
    pub(super) fn suppression(&mut self, finding: &Finding, sources: &Sources) -> Option<Suppression> {
        if self.entries.is_empty() {
            return None;
        }
        let new = self.rules.len();
        let rule = *self.rules.entry((finding.rule.clone(), finding.reference.clone())).or_insert(new);
        let mut spots = vec![Spot::Everywhere];
        let places = Places::of(finding, |path| sources.telling.get(path)?.root.as_ref());
        for place in &places.places {
            let path = place.location.file.shared_path();
            spots.push(Spot::File(path.clone()));
            spots.extend(place.lines.iter().map(|line| Spot::Line(path.clone(), *line)));
            let around = self.spans.get(path).into_iter().flat_map(|spans| spans.around(place.location.span));
            spots.extend(around.map(|span| Spot::Within(path.clone(), span)));
        }
        let first = spots.into_iter().filter_map(|spot| self.first(spot, rule, finding)).min();
        let Kept { entry, .. } = self.entries.get(first?)?;
        Some(Suppression { kind: entry.kind, reason: entry.reason.clone(), location: Some(entry.location.clone()) })
    }

    /// The first suppression that holds at the spot for the finding's rule, whose number is `rule`.
    fn first(&mut self, spot: Spot, rule: usize, finding: &Finding) -> Option<usize> {
        let of_paths = if matches!(spot, Spot::File(_)) { self.of_paths.as_slice() } else { &[] };
        // Most spots have no suppression at all.
        if of_paths.is_empty() && !self.spots.contains_key(&spot) {
            return None;
        }
        let key = (spot, rule);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut first: Option<usize> = None;
        let mut note = |number: usize| first = Some(first.map_or(number, |first| first.min(number)));
        for number in self.spots.get(&key.0).into_iter().flatten() {
            if self.entries.get_mut(*number).is_some_and(|kept| kept.names(finding)) {
                note(*number);
            }
        }
        if let Spot::File(path) = &key.0
            && let Some(path) = below(path, self.circumstances)
        {
            for number in of_paths {
                let Some(kept) = self.entries.get_mut(*number) else { continue };
                let covers = matches!(&kept.entry.scope, Scope::Paths(pattern) if pattern.holds_for(&path));
                if covers && kept.names(finding) {
                    note(*number);
                }
            }
        }
        self.known.insert(key, first);
        first
    }

    /// What to say of the ids that no finding matched.
    pub(super) fn unused(self, sources: &Sources) -> Vec<(Location, String)> {
        let circumstances = self.circumstances;
        let mut paths: Vec<Below> = Vec::new();
        if !self.of_paths.is_empty() {
            paths.extend(sources.paths().filter_map(|path| below(path, circumstances)));
            paths.sort_unstable();
        }
        let mut remarks = Vec::new();
        let mut unknown = 0;
        for Kept { entry, used, .. } in self.entries {
            if used.iter().all(|used| *used) {
                continue;
            }
            let is_asked = entry.scope.is_asked(&paths);
            let mut more = 0;
            let before = remarks.len();
            for (id, _) in entry.ids.iter().zip(used).filter(|(_, used)| !used) {
                let ran = circumstances.rules.iter().any(|rule| matches(id, &rule.name, &rule.reference).is_some());
                let is_unknown = !ran && circumstances.are_all_rules && !circumstances.rules.is_empty();
                if !(is_unknown || ran && is_asked) {
                    continue;
                }
                if remarks.len() - before == MAX_NAMED {
                    more += 1;
                    continue;
                }
                let message = if is_unknown {
                    unknown += 1;
                    unknown_rule(id, if unknown > MAX_MEANT { &[] } else { circumstances.rules })
                } else {
                    format!("{id} is suppressed here without need: no finding matches")
                };
                remarks.push((entry.location.clone(), message));
            }
            if more > 0 {
                let message = format!("{more} more names are suppressed here without need, or are those of no rule");
                remarks.push((entry.location, message));
            }
        }
        remarks
    }
}

/// A suppression, and which of its ids were of use.
struct Kept {
    entry: Entry,
    used: Vec<bool>,
    /// Where each id stands among the others, if they are too many to be gone through: by [`spelled`].
    index: Option<FxHashMap<String, Vec<usize>>>,
}

/// Ids of one suppression that are gone through.
const FEW: usize = 16;

impl Kept {
    fn new(entry: Entry) -> Self {
        let index = (entry.ids.len() > FEW).then(|| {
            let mut index: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (at, id) in entry.ids.iter().enumerate() {
                let spelled = spelled(id);
                index.entry(family(&spelled).to_owned()).or_default().push(at);
                if family(&spelled) != spelled {
                    index.entry(spelled).or_default().push(at);
                }
            }
            index
        });
        Self { used: vec![false; entry.ids.len()], entry, index }
    }

    /// Whether one of its ids names the finding's rule; all that do are noted as used.
    fn names(&mut self, finding: &Finding) -> bool {
        let Self { entry, used, index } = self;
        let mut is_named = false;
        let mut ask = |at: usize| {
            let (Some(id), Some(used)) = (entry.ids.get(at), used.get_mut(at)) else { return };
            if matches(id, &finding.rule, &finding.reference).is_some() {
                *used = true;
                is_named = true;
            }
        };
        match index {
            None => (0..entry.ids.len()).for_each(ask),
            Some(index) => {
                let (rule, reference) = (spelled(&finding.rule), spelled(&finding.reference));
                let beginnings = rule.match_indices('.').filter_map(|(at, _)| rule.get(..at));
                let words: BTreeSet<&str> = beginnings.chain([&*rule, &*reference]).collect();
                words.into_iter().filter_map(|word| index.get(word)).flatten().copied().for_each(&mut ask);
            }
        }
        is_named
    }
}

/// As ids are compared.
fn spelled(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

/// What an id for several rules begins with.
fn family(id: &str) -> &str {
    id.strip_suffix(".*").or_else(|| id.strip_suffix('.')).unwrap_or(id)
}

/// Spans of the nodes of one tree: any two lie in each other or apart.
struct Nest {
    /// From the outer to the inner ones where they begin together.
    spans: Vec<Span>,
    /// For each the one that it lies in.
    parents: Vec<Option<usize>>,
}

impl Nest {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
        spans.dedup();
        let mut parents: Vec<Option<usize>> = Vec::with_capacity(spans.len());
        let mut open: Vec<usize> = Vec::new();
        for (number, span) in spans.iter().enumerate() {
            while open.last().and_then(|last| spans.get(*last)).is_some_and(|last| !last.contains(*span)) {
                open.pop();
            }
            parents.push(open.last().copied());
            open.push(number);
        }
        Self { spans, parents }
    }

    /// Those that contain `span`.
    fn around(&self, span: Span) -> impl Iterator<Item = Span> {
        let last = self.spans.partition_point(|other| other.start <= span.start).checked_sub(1);
        let chain = std::iter::successors(last, |number| self.parents.get(*number).copied().flatten());
        chain.filter_map(|number| self.spans.get(number).copied()).filter(move |other| other.contains(span))
    }
}

fn below(path: &str, circumstances: &Circumstances<'_>) -> Option<Below> {
    Below::of(&circumstances.config.folder, &circumstances.working_directory.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ids_name_what_each_of_them_names() {
        let file = Arc::new(crate::source::SourceFile::new("a", ""));
        let location = Location { file, span: Span::default() };
        let ids = [
            "Azure",
            "azure.aks.",
            "Azure.AKS.*",
            "Azure.AKS.Op",
            " AKS101 ",
            "AKS101.",
            "AKS101.*",
            "",
            ".",
            ".*",
            "*",
            "É",
        ];
        let rules = [
            ("Azure.AKS.Open.Half", "AKS101"),
            ("Azure", ""),
            ("É.x", "aks101"),
            ("AKS101.x", "X"),
            ("..", "."),
            ("", ""),
        ];
        for (rule, reference) in rules {
            let finding = super::super::remark(location.clone(), String::new());
            let finding = Finding { rule: rule.into(), reference: reference.into(), ..finding };
            let expected: Vec<bool> = ids.iter().map(|id| matches(id, rule, reference).is_some()).collect();
            for more in [0, FEW] {
                let others = (0..more).map(|number| format!("other{number}"));
                let entry = Entry {
                    kind: "comment",
                    ids: ids.iter().map(ToString::to_string).chain(others).collect(),
                    reason: None,
                    until: None,
                    location: location.clone(),
                    scope: Scope::File,
                };
                let mut kept = Kept::new(entry);
                assert_eq!(kept.index.is_some(), more > 0);
                assert_eq!(kept.names(&finding), expected.contains(&true), "{rule} {reference}");
                assert_eq!(kept.used.get(..ids.len()), Some(expected.as_slice()), "{rule} {reference}");
            }
        }
    }

    #[test]
    fn finds_the_spans_around() {
        let span = |(start, end): (u32, u32)| Span::new(start, end);
        let nest = Nest::new([(0, 100), (10, 50), (10, 20), (60, 90), (70, 80), (70, 80)].map(span).to_vec());
        type Ends = (u32, u32);
        let table: [(Ends, &[Ends]); 7] = [
            ((12, 13), &[(10, 20), (10, 50), (0, 100)]),
            ((10, 50), &[(10, 50), (0, 100)]),
            ((30, 31), &[(10, 50), (0, 100)]),
            ((55, 56), &[(0, 100)]),
            ((70, 75), &[(70, 80), (60, 90), (0, 100)]),
            ((85, 95), &[(0, 100)]),
            ((100, 101), &[]),
        ];
        for (asked, expected) in table {
            let found: Vec<Span> = nest.around(span(asked)).collect();
            assert_eq!(found, expected.iter().copied().map(span).collect::<Vec<_>>(), "{asked:?}");
        }
    }
}
