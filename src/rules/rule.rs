//! The kinds of a rule file, read: rules, selectors, baselines, suppression groups, and a set of them.

use super::conditions::{Definition, Prepared};
use super::document::{Node, Text};
use super::functions::Function;
use super::path::ObjectPath;
use super::template::Template;
use crate::date::Moment;
use crate::finding::Level;
use crate::source::{SourceFile, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where something of a rule file is written.
#[derive(Clone, Debug)]
pub struct SourcePlace {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Span,
    /// The 1-based line, also for the shipped rules, whose text is not kept.
    pub line: u32,
}

/// What all kinds share.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// `metadata.name`.
    pub name: Arc<str>,
    /// `metadata.ref`; empty if there is none.
    pub reference: Arc<str>,
    /// `metadata.alias`.
    pub aliases: Vec<String>,
    /// `metadata.displayName`.
    pub display_name: Option<Text>,
    /// `metadata.description`.
    pub description: Option<Text>,
    /// The synopsis comment.
    pub synopsis: Option<Text>,
    /// `metadata.tags`.
    pub tags: BTreeMap<String, String>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, Vec<String>>,
    /// `metadata.annotations`, scalars as text.
    pub annotations: BTreeMap<String, String>,
    /// `metadata.link`.
    pub link: Option<Text>,
    /// Where it is written.
    pub source: SourcePlace,
}

impl Metadata {
    /// Whether `reference` names this: by name, ref or alias, ignoring case, with or without a scope (`.\Name`, `Module\Name`).
    pub fn is_called(&self, reference: &str) -> bool {
        self.has_name(without_scope(reference))
    }

    /// As [`is_called`](Self::is_called), of a name without scope.
    fn has_name(&self, name: &str) -> bool {
        let is = |other: &str| !other.is_empty() && other.eq_ignore_ascii_case(name);
        is(&self.name) || is(&self.reference) || self.aliases.iter().any(|alias| is(alias))
    }
}

/// `Name` of `.\Name`.
fn without_scope(reference: &str) -> &str {
    reference.rsplit('\\').next().unwrap_or(reference)
}

/// The rules of a set by all their names: rules ask for each other often.
#[derive(Clone, Debug, Default)]
pub struct RuleNames(FxHashMap<String, usize>);

impl RuleNames {
    /// The names, refs and aliases in `set`.
    pub fn new(set: &RuleSet) -> Self {
        let mut names = FxHashMap::default();
        for (index, rule) in set.rules.iter().enumerate() {
            let Metadata { name, reference, aliases, .. } = &rule.metadata;
            let all = [&**name, &**reference].into_iter().chain(aliases.iter().map(String::as_str));
            for name in all.filter(|name| !name.is_empty()) {
                names.entry(name.to_ascii_lowercase()).or_insert(index);
            }
        }
        Self(names)
    }

    /// The index of the rule that [`RuleSet::rule`] gives.
    pub fn index(&self, reference: &str) -> Option<usize> {
        self.0.get(&without_scope(reference).to_ascii_lowercase()).copied()
    }
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Name, ref, synopsis and so on.
    pub metadata: Metadata,
    /// `spec.level`.
    pub level: Level,
    /// `spec.levels`: the first whose condition holds replaces `level`.
    pub levels: Vec<(Condition, Level)>,
    /// `spec.type`: the types it is about, any one of them; empty: all.
    pub types: Vec<String>,
    /// `spec.with`: selectors, any one of them; empty: no demand.
    pub with: Vec<String>,
    /// `spec.where`.
    pub where_: Option<Condition>,
    /// `spec.condition`; none: always passes.
    pub condition: Option<Condition>,
    /// `spec.separately`: the conditions of a root `allOf` fail each by itself.
    pub separately: bool,
    /// `spec.yieldsTo`: rules whose failure makes this one's outcome none.
    pub yields_to: Vec<String>,
    /// `spec.recommend`.
    pub recommend: Option<Text>,
    /// `spec.message`.
    pub message: Option<Template>,
    /// `spec.label`: what to say beside the excerpt.
    pub label: Option<Template>,
    /// `spec.note`: why it matters.
    pub note: Option<Template>,
    /// `spec.help`: what to do.
    pub help: Option<Template>,
    /// `spec.fix`, as written; see [`Failure::fix`](super::evaluate::Failure::fix).
    pub fix: Option<Node>,
    /// `spec.default`: false for rules that run only when selected.
    pub default: bool,
}

impl Rule {
    /// The rule's name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The rule's ref; empty if it has none.
    pub fn reference(&self) -> &str {
        &self.metadata.reference
    }

    /// Whether its results are computed by the linter itself; its document says what it is and is never evaluated.
    pub fn is_computed(&self) -> bool {
        self.metadata.annotations.get("computed").is_some_and(|value| value == "true")
    }

    /// Whether it comes with the linter.
    pub fn is_shipped(&self) -> bool {
        // The text of the shipped documents is not kept.
        self.metadata.source.file.text().is_empty()
    }
}

/// A selector: a named condition.
#[derive(Clone, Debug)]
pub struct Selector {
    /// Name and so on.
    pub metadata: Metadata,
    /// `spec.type`; empty: all.
    pub types: Vec<String>,
    /// `spec.if`; none: always true.
    pub condition: Option<Condition>,
}

/// A baseline: which rules run, with what configuration and at which level.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Name and so on.
    pub metadata: Metadata,
    /// `spec.rule.include`: names, refs or one pattern ending in `*`; empty: all.
    pub include: Vec<String>,
    /// `spec.rule.exclude`.
    pub exclude: Vec<String>,
    /// `spec.rule.includeLocal`: whether rules that do not come with the linter run whatever the rest of the filter says.
    pub include_local: Option<bool>,
    /// `spec.rule.tag`: each tag with the values it may have; `*`: any.
    pub tags: BTreeMap<String, Vec<String>>,
    /// `spec.rule.labels`, likewise; no values: any.
    pub labels: BTreeMap<String, Vec<String>>,
    /// `spec.configuration`.
    pub configuration: Configuration,
    /// `spec.override.level`.
    pub levels: Vec<(String, Level)>,
}

/// A suppression group.
#[derive(Clone, Debug)]
pub struct SuppressionGroup {
    /// Name and so on; the synopsis is the justification.
    pub metadata: Metadata,
    /// `spec.rule`: names, refs or aliases; empty: all rules.
    pub rules: Vec<String>,
    /// `spec.type`; empty: all.
    pub types: Vec<String>,
    /// `spec.if`; none: always.
    pub condition: Option<Condition>,
    /// `spec.expiresOn`: from when on it counts no more.
    pub expires_on: Option<Expiry>,
}

/// When something expires.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// As written.
    pub text: String,
    /// When.
    pub moment: Moment,
    /// Where it is written, in the document's file.
    pub span: Span,
}

impl SuppressionGroup {
    /// Whether it names a rule; no names are all rules. The names of shipped rules cover the rules below them too, as everywhere.
    pub fn names(&self, rule: &Rule) -> bool {
        self.rules.is_empty() || self.rules.iter().any(|name| is_named(rule, name))
    }

    /// Why it suppresses, if it says so: its synopsis, description or title.
    pub fn reason(&self) -> Option<String> {
        let Metadata { synopsis, description, display_name, .. } = &self.metadata;
        synopsis
            .clone()
            .or_else(|| description.clone())
            .or_else(|| display_name.clone())
            .filter(|text| !text.is_empty())
            .map(Text::into_owned)
    }
}

/// Whether a suppression group that names `name` means `rule`.
pub(super) fn is_named(rule: &Rule, name: &str) -> bool {
    rule.metadata.is_called(name) || (rule.is_shipped() && begins_at_dot(rule.name(), without_scope(name)))
}

/// Whether `name` begins with `prefix`, ignoring case, followed by a dot.
pub(super) fn begins_at_dot(name: &str, prefix: &str) -> bool {
    let (Some(start), Some(rest)) = (name.get(..prefix.len()), name.get(prefix.len()..)) else { return false };
    start.eq_ignore_ascii_case(prefix) && rest.starts_with('.')
}

/// Configuration values by name; names ignore case.
#[derive(Clone, Debug, Default)]
pub struct Configuration(BTreeMap<String, Node>);

impl Configuration {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.0.get(&name.to_ascii_uppercase())
    }

    /// Sets a value; an earlier one of the same name is replaced.
    pub fn set(&mut self, name: &str, value: Node) {
        self.0.insert(name.to_ascii_uppercase(), value);
    }

    /// Takes over all values of `other`.
    pub fn extend(&mut self, other: &Configuration) {
        self.0.extend(other.0.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}

/// All that was read from rule files.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// Rules in order of reading.
    pub rules: Vec<Rule>,
    /// Selectors.
    pub selectors: Vec<Selector>,
    /// Baselines.
    pub baselines: Vec<Baseline>,
    /// Suppression groups.
    pub groups: Vec<SuppressionGroup>,
    /// What module configurations set.
    pub configuration: Configuration,
}

impl RuleSet {
    /// The rule called `reference`: by name, ref or alias, ignoring case.
    pub fn rule(&self, reference: &str) -> Option<&Rule> {
        let name = without_scope(reference);
        self.rules.iter().find(|rule| rule.metadata.has_name(name))
    }

    /// The selector called `reference`.
    pub fn selector(&self, reference: &str) -> Option<&Selector> {
        let name = without_scope(reference);
        self.selectors.iter().find(|selector| selector.metadata.has_name(name))
    }

    /// The baseline called `reference`.
    pub fn baseline(&self, reference: &str) -> Option<&Baseline> {
        self.baselines.iter().find(|baseline| baseline.metadata.is_called(reference))
    }

    /// Adds what `other` holds. What has the same name (ignoring case) as something here replaces it, in its place.
    pub fn add(&mut self, other: RuleSet) {
        fn merge<T>(here: &mut Vec<T>, new: Vec<T>, name: impl Fn(&T) -> &Metadata) {
            for item in new {
                let at = here.iter().position(|old| name(old).name.eq_ignore_ascii_case(&name(&item).name));
                match at.and_then(|at| here.get_mut(at)) {
                    Some(old) => *old = item,
                    None => here.push(item),
                }
            }
        }
        merge(&mut self.rules, other.rules, |rule| &rule.metadata);
        merge(&mut self.selectors, other.selectors, |selector| &selector.metadata);
        merge(&mut self.baselines, other.baselines, |baseline| &baseline.metadata);
        merge(&mut self.groups, other.groups, |group| &group.metadata);
        self.configuration.extend(&other.configuration);
    }

    /// The types that rules ask for, each once, in order; `None` if some rule asks for none, which means any.
    pub fn types(&self) -> Option<Vec<&str>> {
        let mut types: Vec<&str> = Vec::new();
        for rule in &self.rules {
            if rule.types.is_empty() {
                return None;
            }
            for type_ in &rule.types {
                if !types.iter().any(|known| known.eq_ignore_ascii_case(type_)) {
                    types.push(type_);
                }
            }
        }
        Some(types)
    }
}

/// A condition of the rule language, read.
#[derive(Clone, Debug)]
pub enum Condition {
    /// `allOf`.
    All(Vec<Condition>),
    /// `anyOf`.
    Any(Vec<Condition>),
    /// `not`.
    Not(Box<Condition>),
    /// A sub-selector: an operator with `field`.
    Each(Box<Each>),
    /// A named condition.
    Test(Box<Test>),
    /// Always this.
    Always(bool),
    /// Cannot be evaluated; reaching it is an error of the rule.
    Broken(String),
}

/// A sub-selector.
#[derive(Clone, Debug)]
pub struct Each {
    /// Leads to the items.
    pub field: ObjectPath,
    /// Items that fail this are skipped.
    pub where_: Option<Condition>,
    /// What each item must meet.
    pub body: Condition,
    /// How many must; none: all.
    pub quantifier: Option<Quantifier>,
}

/// How many items must meet a sub-selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// `count`.
    Count(i64),
    /// `less`, `lessOrEqual`, `greater`, `greaterOrEqual`.
    Ordered(super::compare::Ordering, i64),
}

/// A named condition with its operands and modifiers.
#[derive(Clone, Debug)]
pub struct Test {
    /// Which one.
    pub definition: &'static Definition,
    /// What it looks at.
    pub operands: Operands,
    /// What it expects.
    pub expected: Argument,
    /// What was made of the expected value when the rule was read.
    pub prepared: Prepared,
    /// Modifiers, names in lower case.
    pub modifiers: Vec<(String, Node)>,
}

/// The operands of a condition, tried in the order of the fields.
#[derive(Clone, Debug, Default)]
pub struct Operands {
    /// `field`.
    pub field: Option<ObjectPath>,
    /// `type: .`
    pub type_: bool,
    /// `name: .`
    pub name: bool,
    /// `source`.
    pub source: Option<String>,
    /// `value`.
    pub value: Option<Argument>,
    /// `scope: .`
    pub scope: bool,
}

/// A literal or a function.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Written out.
    Literal(Node),
    /// Computed.
    Function(Box<Function>),
}
