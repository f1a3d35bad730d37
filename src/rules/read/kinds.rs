//! The kinds of documents.

use super::super::document::{Entry, Node, NodeKind, Text};
use super::super::rule::{
    Baseline, Condition, Expiry, Metadata, Rule, RuleSet, Selector, SourcePlace, SuppressionGroup, Test,
};
use super::super::template::{PLACEHOLDERS, Template};
use super::Reader;
use super::condition::{self, Role};
use crate::date::NoMoment;
use crate::finding::Level;
use crate::rules::path::ObjectPath;
use std::collections::BTreeMap;

const V1: &str = "github.com/microsoft/PSRule/v1";
const V2025: &str = "github.com/microsoft/PSRule/2025-01-01";
const KINDS: &[&str] = &["Rule", "Selector", "SuppressionGroup", "Baseline", "ModuleConfig"];
const RESOURCE: &[&str] = &["apiVersion", "kind", "metadata", "spec"];
const METADATA: &[&str] =
    &["name", "displayName", "description", "ref", "alias", "tags", "labels", "annotations", "link"];
const RULE: &[&str] = &[
    "level",
    "recommend",
    "type",
    "with",
    "where",
    "condition",
    "levels",
    "separately",
    "yieldsTo",
    "message",
    "label",
    "note",
    "help",
    "fix",
    "default",
];

/// Reads the reader's document into `set`.
pub(super) fn read(reader: &mut Reader<'_>, set: &mut RuleSet) {
    let root = &reader.document.root;
    let Some(entries) = root.as_map() else {
        return reader.error(root.span, format!("a rule document is a mapping, not {}", root.what()));
    };
    // The build refuses shipped rules with such keys.
    if !reader.document.is_shipped() {
        reader.duplicates(root);
    }
    for entry in entries.iter().filter(|entry| !RESOURCE.contains(&&*entry.key)) {
        reader.unknown(false, entry.span, "the key", &entry.key, RESOURCE);
    }
    let at = |key: &str| entries.iter().position(|entry| entry.key == key);
    if let (Some(spec), Some(later)) = (at("spec"), at("apiVersion").max(at("kind")).max(at("metadata")))
        && spec < later
    {
        let span = entries.get(spec).map(|entry| entry.span).unwrap_or_default();
        reader.warn(span, "PSRule ignores what stands after 'spec', or a 'spec' before 'kind': let 'spec' come last");
    }
    let text = |key: &str| root.get(key).and_then(Node::scalar).unwrap_or_default();
    let (version, kind) = (text("apiVersion"), text("kind"));
    if version != V1 && version != V2025 {
        let span = root.get("apiVersion").map_or(root.span, |node| node.span);
        return reader
            .warn(span, format!("the apiVersion '{version}' is not {V1} or {V2025}; the document is skipped"));
    }
    if !KINDS.contains(&&*kind) {
        let span = root.get("kind").map_or(root.span, |node| node.span);
        reader.unknown(false, span, "the kind", &kind, KINDS);
        return;
    }
    let Some(metadata) = metadata(reader, root) else { return };
    let empty = Node { span: root.span, kind: NodeKind::Map(Vec::new()) };
    let spec = root.get("spec").unwrap_or(&empty);
    if spec.as_map().is_none() {
        return reader.error(spec.span, format!("'spec' is a mapping, not {}", spec.what()));
    }
    match &*kind {
        "Rule" => set.rules.push(rule(reader, metadata, spec)),
        "Selector" => {
            known(reader, spec, &["if", "type"]);
            let types = types_of_2025(reader, spec, &version);
            let condition = spec.get("if").map(|node| condition::read(reader, node, Role::Root));
            set.selectors.push(Selector { metadata, types, condition });
        }
        "SuppressionGroup" => {
            known(reader, spec, &["rule", "expiresOn", "if", "type"]);
            let rules = texts(reader, spec, "rule");
            let types = types_of_2025(reader, spec, &version);
            let condition = spec.get("if").map(|node| condition::read(reader, node, Role::Root));
            let expires_on = expiry(reader, spec);
            set.groups.push(SuppressionGroup { metadata, rules, types, condition, expires_on });
        }
        "Baseline" => set.baselines.push(baseline(reader, metadata, spec)),
        _ => {
            known(reader, spec, &["binding", "configuration", "convention", "output", "rule", "capabilities"]);
            for entry in entries_of(reader, spec, "configuration") {
                set.configuration.set(&entry.key, entry.value.clone());
            }
        }
    }
}

/// `spec.type` of selectors and suppression groups, which the first version of the language does not know.
fn types_of_2025(reader: &mut Reader<'_>, spec: &Node, version: &str) -> Vec<String> {
    let types = texts(reader, spec, "type");
    if version != V1 || types.is_empty() {
        return types;
    }
    let span =
        spec.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == "type")).map(|entry| entry.span);
    reader.warn(span.unwrap_or(spec.span), format!("'type' is ignored here: it needs the apiVersion {V2025}"));
    Vec::new()
}

fn expiry(reader: &mut Reader<'_>, spec: &Node) -> Option<Expiry> {
    let text = optional(reader, spec, "expiresOn").filter(|text| !text.is_empty())?;
    let span = spec.get("expiresOn").map_or(spec.span, |node| node.span);
    match text.parse() {
        Ok(moment) => Some(Expiry { text: text.into_owned(), moment, span }),
        Err(NoMoment) => {
            reader.error(span, format!("'expiresOn': {NoMoment}"));
            None
        }
    }
}

fn known(reader: &mut Reader<'_>, spec: &Node, names: &[&str]) {
    for entry in spec.as_map().unwrap_or_default() {
        if !names.contains(&&*entry.key) {
            reader.unknown(false, entry.span, "the key", &entry.key, names);
        }
    }
}

/// The entries of the mapping under `key`; anything else there is reported.
fn entries_of<'a>(reader: &mut Reader<'_>, node: &'a Node, key: &str) -> &'a [Entry] {
    let Some(value) = node.get(key) else { return &[] };
    let is_nothing = value.kind == NodeKind::Null || value.as_text() == Some("");
    if value.as_map().is_none() && !is_nothing {
        reader.warn(value.span, format!("'{key}' must be a mapping, not {}", value.what()));
    }
    value.as_map().unwrap_or_default()
}

fn texts(reader: &mut Reader<'_>, spec: &Node, key: &str) -> Vec<String> {
    spec.get(key).map(|node| reader.texts(node, format_args!("'{key}'"))).unwrap_or_default()
}

fn optional(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<Text> {
    let text = node.get(key).and_then(|value| reader.text(value, format_args!("'{key}'")))?;
    Some(match text {
        Text::Borrowed(text) => text.trim().into(),
        Text::Owned(text) => text.trim().to_owned().into(),
    })
}

fn metadata(reader: &mut Reader<'_>, root: &Node) -> Option<Metadata> {
    let empty = Node { span: root.span, kind: NodeKind::Map(Vec::new()) };
    entries_of(reader, root, "metadata");
    let node = root.get("metadata").unwrap_or(&empty);
    known(reader, node, METADATA);
    let name = optional(reader, node, "name").unwrap_or_default();
    let span = node.get("name").map_or(node.span, |name| name.span);
    if name.is_empty() {
        reader.error(span, "'metadata.name' is missing");
        return None;
    }
    check_name(reader, span, &name);
    let reference = optional(reader, node, "ref").unwrap_or_default();
    if let Some(node) = node.get("ref") {
        check_name(reader, node.span, &reference);
    }
    let aliases = texts(reader, node, "alias");
    if let Some(node) = node.get("alias") {
        aliases.iter().for_each(|alias| check_name(reader, node.span, alias));
    }
    let scalars = |reader: &mut Reader<'_>, key: &str| -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        for entry in entries_of(reader, node, key) {
            if let Some(text) = reader.text(&entry.value, format_args!("'{}' in '{key}'", entry.key)) {
                values.insert(entry.key.to_string(), text.into_owned());
            }
        }
        values
    };
    let tags = scalars(reader, "tags");
    let mut labels = BTreeMap::new();
    for entry in entries_of(reader, node, "labels") {
        labels.insert(entry.key.to_string(), reader.texts(&entry.value, format_args!("a label")));
    }
    let annotations = scalars(reader, "annotations");
    if annotations.get("obsolete").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        reader.say(false, span, format!("'{name}' is marked as obsolete"), None);
    }
    Some(Metadata {
        name: (&*name).into(),
        reference: (&*reference).into(),
        aliases,
        display_name: optional(reader, node, "displayName"),
        description: optional(reader, node, "description"),
        synopsis: reader.document.synopsis.clone(),
        tags,
        labels,
        annotations,
        link: optional(reader, node, "link"),
        source: SourcePlace { file: reader.document.file.clone(), span, line: reader.document.line },
    })
}

/// Names, refs and aliases: 3 to 128 characters, none of them reserved.
fn check_name(reader: &mut Reader<'_>, span: crate::source::Span, name: &str) {
    let length = name.chars().count();
    let reserved = |c: char| c.is_control() || "<>:/\\|?*\"'`+@".contains(c);
    let edge = |c: Option<char>| c.is_some_and(|c| matches!(c, '.' | '_' | '-'));
    if !(3..=128).contains(&length) {
        reader.error(span, format!("'{name}' has {length} characters; a name has 3 to 128"));
    } else if let Some(c) = name.chars().find(|c| reserved(*c)) {
        reader.error(span, format!("'{name}' holds {c:?}, which names must not"));
    } else if edge(name.chars().next()) || edge(name.chars().next_back()) {
        reader.error(span, format!("'{name}' must not begin or end with '.', '_' or '-'"));
    }
}

fn level(reader: &mut Reader<'_>, node: &Node) -> Option<Level> {
    let text = node.scalar().unwrap_or_default();
    match &*text.to_ascii_lowercase() {
        "error" | "none" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "information" | "note" => Some(Level::Note),
        _ => {
            reader.unknown(false, node.span, "the level", &text, &["Error", "Warning", "Information"]);
            None
        }
    }
}

fn rule(reader: &mut Reader<'_>, metadata: Metadata, spec: &Node) -> Rule {
    known(reader, spec, RULE);
    let default_level = spec.get("level").and_then(|node| level(reader, node)).unwrap_or(Level::Error);
    let where_ = spec.get("where").map(|node| condition::read(reader, node, Role::Root));
    let condition = spec.get("condition").map(|node| condition::read(reader, node, Role::Root));
    let levels = levels(reader, spec);
    let mut facts: Vec<&str> = Vec::new();
    for condition in where_.iter().chain(&condition) {
        collect_facts(condition, &mut facts);
    }
    let default = flag(reader, spec, "default").unwrap_or(true);
    let separately = flag(reader, spec, "separately").unwrap_or(false);
    if separately && !matches!(condition, Some(Condition::All(_))) {
        let span = spec.get("separately").map(|node| node.span).unwrap_or_default();
        reader.warn(span, "'separately' has no effect: the condition is no 'allOf'");
    }
    let fix = spec.get("fix").cloned();
    if let Some(fix) = &fix {
        check_fix(reader, fix, &facts);
    }
    Rule {
        level: default_level,
        levels,
        types: texts(reader, spec, "type"),
        with: texts(reader, spec, "with"),
        where_,
        condition,
        separately,
        yields_to: texts(reader, spec, "yieldsTo"),
        recommend: optional(reader, spec, "recommend"),
        message: template(reader, spec, "message", &facts),
        label: template(reader, spec, "label", &facts),
        note: template(reader, spec, "note", &facts),
        help: template(reader, spec, "help", &facts),
        fix,
        default,
        metadata,
    }
}

/// A key that is true or false, if it is there and is.
fn flag(reader: &mut Reader<'_>, spec: &Node, key: &str) -> Option<bool> {
    let node = spec.get(key)?;
    let value = node.as_bool();
    if value.is_none() {
        reader.warn(node.span, format!("'{key}' must be true or false"));
    }
    value
}

fn levels(reader: &mut Reader<'_>, spec: &Node) -> Vec<(Condition, Level)> {
    let Some(node) = spec.get("levels") else { return Vec::new() };
    let Some(items) = node.as_list() else {
        reader.error(node.span, "'levels' is a list of { if, level }");
        return Vec::new();
    };
    let mut levels = Vec::new();
    for item in items {
        match (item.get("if"), item.get("level").and_then(|node| level(reader, node))) {
            (Some(node), Some(level)) => {
                known(reader, item, &["if", "level"]);
                levels.push((condition::read(reader, node, Role::Root), level));
            }
            _ => reader.error(item.span, "each item of 'levels' needs 'if' and 'level'"),
        }
    }
    levels
}

/// The facts that the conditions below `condition` may record.
fn collect_facts(condition: &Condition, facts: &mut Vec<&'static str>) {
    match condition {
        Condition::All(children) | Condition::Any(children) => {
            children.iter().for_each(|child| collect_facts(child, facts));
        }
        Condition::Not(child) => collect_facts(child, facts),
        Condition::Each(each) => {
            if let Some(condition) = &each.where_ {
                collect_facts(condition, facts);
            }
            collect_facts(&each.body, facts);
            facts.push("passing");
        }
        Condition::Test(test) => facts.extend(Test::facts(test)),
        Condition::Always(_) | Condition::Broken(_) => {}
    }
}

impl Test {
    /// The facts it may record.
    pub fn facts(&self) -> &'static [&'static str] {
        self.definition.facts
    }
}

fn template(reader: &mut Reader<'_>, spec: &Node, key: &str, facts: &[&str]) -> Option<Template> {
    let text = optional(reader, spec, key)?;
    let span = spec.get(key).map(|node| node.span).unwrap_or_default();
    check_template(reader, span, text, facts)
}

fn check_template(reader: &mut Reader<'_>, span: crate::source::Span, text: Text, facts: &[&str]) -> Option<Template> {
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(message) => {
            reader.error(span, message);
            return None;
        }
    };
    for name in template.names() {
        match name.strip_prefix("field:") {
            Some(path) => {
                if let Err(message) = ObjectPath::parse(path) {
                    reader.error(span, format!("the path '{path}' cannot be read: {message}"));
                }
            }
            None if PLACEHOLDERS.contains(&name) || facts.contains(&name) => {}
            None => {
                let names: Vec<&str> = PLACEHOLDERS.iter().chain(facts).copied().collect();
                reader.unknown(true, span, "the placeholder", name, &names);
            }
        }
    }
    Some(template)
}

/// Checks the placeholders in every text of a fix. The nesting was bounded when the document was read.
fn check_fix(reader: &mut Reader<'_>, node: &Node, facts: &[&str]) {
    match &node.kind {
        NodeKind::Text(text) => {
            check_template(reader, node.span, text.clone(), facts);
        }
        NodeKind::List(items) => items.iter().for_each(|item| check_fix(reader, item, facts)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| check_fix(reader, &entry.value, facts)),
        _ => {}
    }
}

fn baseline(reader: &mut Reader<'_>, metadata: Metadata, spec: &Node) -> Baseline {
    known(reader, spec, &["rule", "configuration", "convention", "override", "binding"]);
    let empty = Node { span: spec.span, kind: NodeKind::Map(Vec::new()) };
    entries_of(reader, spec, "rule");
    let filter = spec.get("rule").unwrap_or(&empty);
    known(reader, filter, &["include", "exclude", "tag", "labels", "includeLocal", "baseline"]);
    let mut values = |key: &str| -> BTreeMap<String, Vec<String>> {
        let mut values = BTreeMap::new();
        for entry in entries_of(reader, filter, key) {
            values.insert(entry.key.to_string(), reader.texts(&entry.value, format_args!("a tag or label")));
        }
        values
    };
    let (tags, labels) = (values("tag"), values("labels"));
    let mut configuration = super::super::rule::Configuration::default();
    for entry in entries_of(reader, spec, "configuration") {
        configuration.set(&entry.key, entry.value.clone());
    }
    let mut levels = Vec::new();
    if let Some(overrides) = spec.get("override") {
        known(reader, overrides, &["level"]);
        for entry in entries_of(reader, overrides, "level") {
            if let Some(level) = level(reader, &entry.value) {
                levels.push((entry.key.to_string(), level));
            }
        }
    }
    let include = texts(reader, filter, "include");
    if include.len() > 1 && include.iter().any(|name| name.contains('*')) {
        let span = filter.get("include").map_or(spec.span, |node| node.span);
        reader.warn(span, "a name with '*' in 'include' means something only if it is the one name there");
    }
    let include_local = filter.get("includeLocal").and_then(|node| {
        if node.as_bool().is_none() {
            reader.warn(node.span, "'includeLocal' must be true or false");
        }
        node.as_bool()
    });
    Baseline {
        include,
        include_local,
        exclude: texts(reader, filter, "exclude"),
        metadata,
        tags,
        labels,
        configuration,
        levels,
    }
}
