//! From documents to rules, with everything that looks like a mistake reported.
//!
//! What PSRule silently takes otherwise than its author meant is a diagnostic: a warning, or under strict reading an error. The
//! verdict stays PSRule's. A document with an error is unusable and left out; it never disables others.

mod condition;
mod kinds;

use super::document::{self, Document, Node, NodeKind, Text};
use super::pattern::Patterns;
use super::rule::{Baseline, Metadata, Rule, RuleSet, SourcePlace, is_named};
use crate::limits::{MAX_SUGGESTIONS, PATTERN_BYTES};
use crate::source::{SourceFile, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;
use std::sync::Arc;

/// Something to say about a rule file.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Whether the document is unusable for it.
    pub is_error: bool,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes it is about.
    pub span: Span,
    /// 1-based line; for the shipped rules, whose text is not kept, the document's first.
    pub line: u32,
}

impl fmt::Display for Diagnostic {
    /// `path:line:column: message; did you mean 'x'?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.file.position(self.span.start).column;
        write!(f, "{}:{}:{column}: {}", self.file.path(), self.line, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean '{suggestion}'?"),
            None => Ok(()),
        }
    }
}

/// What reading gives: all that is usable, and what to say.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What is usable.
    pub set: RuleSet,
    /// What to say, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents are unusable, files that do not parse among them.
    pub unusable: usize,
    /// The names, refs and aliases of what is usable, in lower case, by its kind.
    names: FxHashMap<(&'static str, String), SourcePlace>,
}

impl Reading {
    /// The reading of a set that was read before.
    pub fn of(set: RuleSet) -> Self {
        let mut reading = Self::default();
        reading.add(Self { set, ..Self::default() });
        reading
    }

    /// Takes over what another reading gave. What has the name, ref or alias of something already here is left out and reported.
    pub fn add(&mut self, other: Reading) {
        self.diagnostics.extend(other.diagnostics);
        self.unusable += other.unusable;
        let RuleSet { rules, selectors, baselines, groups, configuration } = other.set;
        let mut clashes = Vec::new();
        let names = &mut self.names;
        take(&mut self.set.rules, rules, |it| &it.metadata, "rule", names, &mut clashes);
        take(&mut self.set.selectors, selectors, |it| &it.metadata, "selector", names, &mut clashes);
        take(&mut self.set.baselines, baselines, |it| &it.metadata, "baseline", names, &mut clashes);
        take(&mut self.set.groups, groups, |it| &it.metadata, "suppression group", names, &mut clashes);
        self.set.configuration.extend(&configuration);
        self.unusable += clashes.len();
        self.diagnostics.extend(clashes);
    }

    /// Adds what [`references`] reports: to be called once everything is read.
    pub fn check_references(&mut self, strict: bool) {
        self.diagnostics.extend(references(&self.set, strict));
    }
}

/// Reports names of selectors and rules that nothing in `set` has.
pub fn references(set: &RuleSet, strict: bool) -> Vec<Diagnostic> {
    let selectors: Vec<&str> = set.selectors.iter().map(|it| &*it.metadata.name).collect();
    let rules: Vec<&str> = set.rules.iter().map(Rule::name).collect();
    let mut diagnostics = Vec::new();
    let mut named = 0;
    let mut nearest = |name: &str, known: &[&str]| {
        named += 1;
        if named > MAX_SUGGESTIONS { None } else { nearest(name, known).map(str::to_owned) }
    };
    for rule in &set.rules {
        let mut report = |message: String, suggestion: Option<String>| {
            diagnostics.push(Diagnostic { is_error: strict, message, suggestion, ..at(&rule.metadata) });
        };
        for name in rule.with.iter().filter(|name| set.selector(name).is_none()) {
            report(format!("the selector '{name}' is not there, so it counts as false"), nearest(name, &selectors));
        }
        for name in rule.yields_to.iter().filter(|name| set.rule(name).is_none()) {
            report(format!("the rule '{name}' that this one yields to is not there"), nearest(name, &rules));
        }
    }
    for group in &set.groups {
        for name in group.rules.iter().filter(|name| !set.rules.iter().any(|rule| is_named(rule, name))) {
            let message = format!("the rule '{name}' is not there, so nothing of it is suppressed");
            let suggestion = nearest(name, &rules);
            diagnostics.push(Diagnostic { is_error: strict, message, suggestion, ..at(&group.metadata) });
        }
    }
    diagnostics
}

/// Reports names in a baseline that no rule of `set` has.
pub fn unknown_in(baseline: &Baseline, set: &RuleSet, strict: bool) -> Vec<Diagnostic> {
    let rules: Vec<&str> = set.rules.iter().map(Rule::name).collect();
    let named = baseline.include.iter().chain(&baseline.exclude).chain(baseline.levels.iter().map(|(name, _)| name));
    let unknown = named.filter(|name| !name.contains('*') && set.rule(name).is_none());
    let diagnostic = |(number, name): (usize, &String)| {
        let suggestion = if number < MAX_SUGGESTIONS { nearest(name, &rules) } else { None };
        let suggestion = suggestion.map(str::to_owned);
        let message = format!("the rule '{name}' that this baseline names is not there");
        Diagnostic { is_error: strict, message, suggestion, ..at(&baseline.metadata) }
    };
    unknown.enumerate().map(diagnostic).collect()
}

/// Reports that a baseline lets local rules through that it does not ask for.
pub fn vague(baseline: &Baseline) -> Diagnostic {
    let message = "rules of one's own run whatever the baseline includes, unless 'includeLocal' is false".to_owned();
    Diagnostic { is_error: false, message, ..at(&baseline.metadata) }
}

/// A diagnostic, without words, at what `metadata` names.
fn at(metadata: &Metadata) -> Diagnostic {
    let SourcePlace { file, span, line } = metadata.source.clone();
    let line = if file.text().is_empty() { line } else { file.position(span.start).line };
    Diagnostic { is_error: true, message: String::new(), suggestion: None, file, span, line }
}

/// Moves into `here` what is new there, by its `names`.
fn take<T>(
    here: &mut Vec<T>,
    new: Vec<T>,
    metadata: fn(&T) -> &Metadata,
    kind: &'static str,
    names: &mut FxHashMap<(&'static str, String), SourcePlace>,
    clashes: &mut Vec<Diagnostic>,
) {
    for item in new {
        let Metadata { name, reference, aliases, source, .. } = metadata(&item);
        let all = [&**name, &**reference].into_iter().chain(aliases.iter().map(String::as_str));
        let all: Vec<_> =
            all.filter(|name| !name.is_empty()).map(|name| (name, (kind, name.to_ascii_lowercase()))).collect();
        match all.iter().find_map(|(name, key)| Some((name, names.get(key)?))) {
            Some((name, SourcePlace { file, line, .. })) => {
                let message = format!("another {kind} called '{name}' stands in {}, line {line}", file.path());
                clashes.push(Diagnostic { message, ..at(metadata(&item)) });
            }
            None => {
                names.extend(all.into_iter().map(|(_, key)| (key, source.clone())));
                here.push(item);
            }
        }
    }
}

/// How rule files are read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Whether what PSRule silently takes otherwise is an error.
    pub strict: bool,
    /// The bytes that a pattern may take once compiled.
    pub pattern: usize,
}

impl ReadOptions {
    /// Strict or not, with patterns as large as they may be by default.
    pub fn new(strict: bool) -> Self {
        Self { strict, pattern: PATTERN_BYTES }
    }
}

/// Reads a rule file.
pub fn file(file: &Arc<SourceFile>, options: ReadOptions) -> Reading {
    self::file_among(file, options, &Patterns::new(options.pattern))
}

/// Like [`file()`], with patterns that count among these.
pub fn file_among(file: &Arc<SourceFile>, options: ReadOptions, patterns: &Patterns) -> Reading {
    let mut reading = Reading::default();
    let (documents, errors) = document::read(file);
    for error in errors {
        reading.unusable += 1;
        let line = file.position(error.span.start).line;
        let message = format!("the document cannot be read: {}", error.message);
        let (file, span) = (file.clone(), error.span);
        reading.diagnostics.push(Diagnostic { is_error: true, message, suggestion: None, file, span, line });
    }
    for document in documents {
        reading.add(document_among(&document, options, patterns));
    }
    reading
}

/// Reads one document.
pub fn document(document: &Document, options: ReadOptions) -> Reading {
    document_among(document, options, &Patterns::new(options.pattern))
}

fn document_among(document: &Document, options: ReadOptions, patterns: &Patterns) -> Reading {
    let path = document.file.path().to_ascii_lowercase();
    let is_yaml = !path.ends_with(".json") && !path.ends_with(".jsonc");
    let mut reader =
        Reader { document, is_yaml, options, patterns, diagnostics: Vec::new(), unusable: false, named: 0 };
    let mut set = RuleSet::default();
    kinds::read(&mut reader, &mut set);
    if reader.unusable {
        set = RuleSet::default();
    }
    let unusable = usize::from(reader.unusable);
    Reading { set, unusable, diagnostics: reader.diagnostics, ..Reading::default() }
}

/// Reads one document, collecting diagnostics.
struct Reader<'a> {
    document: &'a Document,
    /// Whether scalars are texts only because the language knows no others.
    is_yaml: bool,
    options: ReadOptions,
    patterns: &'a Patterns,
    diagnostics: Vec<Diagnostic>,
    unusable: bool,
    /// How many names were not known.
    named: usize,
}

impl Reader<'_> {
    /// Something PSRule takes silently.
    fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.say(self.options.strict, span, message.into(), None);
    }

    /// Something that PSRule reads otherwise, against all sense. That is no mistake, but strict reading says so.
    fn differs(&mut self, span: Span, difference: &str) {
        if self.options.strict {
            self.say(false, span, format!("in PSRule, {difference}; not here"), None);
        }
    }

    /// Something that makes the document unusable.
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.say(true, span, message.into(), None);
    }

    /// A name that is not known, with the nearest that is.
    fn unknown(&mut self, is_error: bool, span: Span, what: &str, name: &str, known: &[&str]) {
        self.named += 1;
        let suggestion = if self.named > MAX_SUGGESTIONS { None } else { nearest(name, known) };
        let suggestion = suggestion.map(str::to_owned);
        self.say(is_error || self.options.strict, span, format!("{what} '{name}' is not known"), suggestion);
    }

    fn say(&mut self, is_error: bool, span: Span, message: String, suggestion: Option<String>) {
        self.unusable |= is_error;
        let file = self.document.file.clone();
        let line = if self.document.is_shipped() { self.document.line } else { file.position(span.start).line };
        self.diagnostics.push(Diagnostic { is_error, message, suggestion, file, span, line });
    }

    /// Reports keys that stand twice in a mapping, anywhere below `node`. Nesting was bounded when the document was read.
    fn duplicates(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::List(items) => items.iter().for_each(|item| self.duplicates(item)),
            NodeKind::Map(entries) => {
                let mut seen = FxHashSet::default();
                for entry in entries {
                    if !seen.insert(&entry.key) {
                        self.warn(entry.span, format!("the key '{}' is there twice; this one counts", entry.key));
                    }
                    self.duplicates(&entry.value);
                }
            }
            _ => {}
        }
    }

    /// A scalar's text; anything else is reported.
    fn text(&mut self, node: &Node, what: fmt::Arguments<'_>) -> Option<Text> {
        let text = node.scalar();
        if text.is_none() && node.kind != NodeKind::Null {
            self.warn(node.span, format!("{what} must be a text, not {}", node.what()));
        }
        text
    }

    /// A list of texts, or one text.
    fn texts(&mut self, node: &Node, what: fmt::Arguments<'_>) -> Vec<String> {
        match &node.kind {
            NodeKind::List(items) => {
                items.iter().filter_map(|item| self.text(item, what)).map(Text::into_owned).collect()
            }
            NodeKind::Map(_) => {
                self.warn(node.span, format!("{what} must be a list, not a mapping"));
                Vec::new()
            }
            _ => node.scalar().filter(|text| !text.is_empty()).map(Text::into_owned).into_iter().collect(),
        }
    }
}

/// How many known names are compared with one that is not known.
const MAX_KNOWN: usize = 5_000;
/// How many characters a name has that is compared: that takes the product of the lengths.
const MAX_COMPARED: usize = 200;

/// The known name nearest to `name`, if one alone is near: a third of the length, at least one edit; swaps count one.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    let length = lower.chars().count();
    if length > MAX_COMPARED {
        return None;
    }
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
    // What differs in length by more is farther away.
    let is_near = |candidate: &&&str| candidate.chars().count().abs_diff(length) <= limit;
    for candidate in known.iter().take(MAX_KNOWN).filter(is_near) {
        let distance = strsim::osa_distance(&lower, &candidate.to_ascii_lowercase());
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => alone = false,
            _ => {
                best = Some((distance, candidate));
                alone = true;
            }
        }
    }
    best.filter(|(distance, _)| alone && *distance <= limit).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests;
