//! From what decided a rule to failures with messages.

use super::evidence::Evidence;
use super::{Anchor, Failure, Target};
use crate::limits::MAX_NAME;
use crate::rules::conditions::{Fact, show};
use crate::rules::document::{Entry, Node, NodeKind, Text};
use crate::rules::path::ObjectPath;
use crate::rules::rule::Rule;
use crate::rules::template::Template;
use crate::rules::texts::cut;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Values in messages are cut to this many characters.
const VALUE_LENGTH: usize = 80;

/// One failure for each item that failed; one in all if no items did.
pub(super) fn failures(rule: &Rule, target: &Target<'_>, evidence: Vec<Evidence>, facts: &[Fact]) -> Vec<Failure> {
    let evidence: Vec<Evidence> = evidence.into_iter().map(|it| it.knowing(facts)).collect();
    let mut groups: Vec<Vec<Evidence>> = Vec::new();
    let mut group_of: FxHashMap<Option<Rc<str>>, usize> = FxHashMap::default();
    let by_item = evidence.iter().any(|it| it.item.is_some());
    for it in evidence.into_iter().filter(|it| !by_item || it.item.is_some()) {
        let path = it.item.as_ref().map(|item| item.value.path.clone());
        let at = *group_of.entry(path).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(it),
            None => groups.push(vec![it]),
        }
    }
    if groups.is_empty() {
        groups.push(vec![Evidence {
            path: Rc::default(),
            anchor: Anchor::Value(target.object.value.clone()),
            value: None,
            reason: None,
            facts: facts.to_vec(),
            item: None,
        }]);
    }
    groups.into_iter().filter_map(|group| failure(rule, target, group)).collect()
}

fn failure(rule: &Rule, target: &Target<'_>, group: Vec<Evidence>) -> Option<Failure> {
    let mut reasons: Vec<String> = Vec::new();
    let mut facts: Vec<Fact> = Vec::new();
    for evidence in &group {
        let reason = evidence.reason.as_ref().map(|reason| match &*evidence.path {
            "" => reason.clone(),
            path => format!("`{path}` {reason}"),
        });
        if let Some(reason) = reason.filter(|reason| !reasons.contains(reason)) {
            reasons.push(reason);
        }
        for fact in &evidence.facts {
            if !facts.iter().any(|known| known.name == fact.name) {
                facts.push(fact.clone());
            }
        }
    }
    let first = group.into_iter().next()?;
    let reason = if reasons.is_empty() {
        rule.recommend.clone().or_else(|| rule.metadata.synopsis.clone()).map(Text::into_owned)
    } else {
        Some(reasons.join("; "))
    };
    let reason = reason.unwrap_or_else(|| format!("the condition of {} does not hold", rule.name()));
    let lookup = |name: &str| placeholder(name, target, &first, &facts, &reason);
    let render = |template: &Option<Template>| template.as_ref().map(|it| it.render(&lookup));
    Some(Failure {
        message: render(&rule.message).unwrap_or_else(|| reason.clone()),
        label: render(&rule.label),
        note: render(&rule.note),
        help: render(&rule.help).or_else(|| rule.recommend.clone().map(Text::into_owned)),
        fix: rule.fix.as_ref().map(|fix| fill(fix, &lookup)),
        path: first.path.clone(),
        anchor: first.anchor.clone(),
        item: first.item.clone(),
        facts: facts.clone(),
    })
}

/// `spec.fix` with its texts filled in. Texts that are no templates were refused when the rule was read.
fn fill(node: &Node, lookup: &dyn Fn(&str) -> Option<String>) -> Node {
    let kind = match &node.kind {
        NodeKind::Text(text) => match Template::parse(text.clone()) {
            Ok(template) => NodeKind::Text(template.render(lookup).into()),
            Err(_) => NodeKind::Text(text.clone()),
        },
        NodeKind::List(items) => NodeKind::List(items.iter().map(|item| fill(item, lookup)).collect()),
        NodeKind::Map(entries) => NodeKind::Map(
            entries.iter().map(|entry| Entry { value: fill(&entry.value, lookup), ..entry.clone() }).collect(),
        ),
        scalar => scalar.clone(),
    };
    Node { span: node.span, kind }
}

fn placeholder(name: &str, target: &Target<'_>, evidence: &Evidence, facts: &[Fact], reason: &str) -> Option<String> {
    if let Some(fact) = facts.iter().find(|fact| fact.name == name) {
        return Some(fact.text.clone());
    }
    if let Some(path) = name.strip_prefix("field:") {
        let found = ObjectPath::parse(path).ok()?.resolve(target.object, target.view()).ok()?;
        return found.into_operand().map(|found| show(&found.value, VALUE_LENGTH));
    }
    match name {
        "value" => {
            Some(evidence.value.as_ref().map_or_else(|| "nothing".to_owned(), |value| show(value, VALUE_LENGTH)))
        }
        "item" => evidence.item.as_ref().map(|item| show(&item.value.value, VALUE_LENGTH)),
        "index" => evidence.item.as_ref().map(|item| item.index.to_string()),
        "name" => Some(target.name.map_or_else(|| "(unknown name)".to_owned(), |name| cut(name, MAX_NAME))),
        "type" => Some(target.type_.to_owned()),
        "apiVersion" => target.api_version.map(str::to_owned),
        "path" => Some(evidence.path.to_string()),
        "property" => Some(evidence.path.rsplit('.').next().unwrap_or_default().to_owned()),
        "reason" => Some(reason.to_owned()),
        _ => None,
    }
}
