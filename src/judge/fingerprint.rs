//! Fingerprints: what makes a finding the same after edits elsewhere in the file.

use super::subject::Subject;
use crate::digest::fnv;
use crate::evaluate::Context;
use crate::evaluate::print::to_text;
use crate::rules::rule::Rule;
use crate::syntax::{Node, NodeKind, parse};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// Makes fingerprints for one resource, telling equal findings apart by their number.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: FxHashMap<u64, u32>,
}

impl Fingerprints {
    /// The fingerprint of a rule's word on a property of a resource: rule, resource and property, but no position in the file and
    /// no number of a list's item. `what` is the value that decides.
    pub(super) fn of(
        &mut self,
        rule: &Rule,
        subject: &Subject,
        context: &Rc<Context>,
        path: &str,
        what: &str,
    ) -> String {
        let id = if rule.metadata.reference.is_empty() { &rule.metadata.name } else { &rule.metadata.reference };
        let name = subject.name(context).map(|name| to_text(&name)).unwrap_or_default();
        let type_ = subject.type_().unwrap_or_default().to_ascii_lowercase();
        let path = without_indices(path).to_ascii_lowercase();
        let text = [id, type_.as_str(), &name, &path, what].join("\u{0}");
        let hash = fnv(&text);
        let number = self.seen.entry(hash).and_modify(|number| *number += 1).or_insert(0);
        format!("{:016x}{:04x}", hash, *number)
    }
}

fn without_indices(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|c| {
            let keep = !inside || !c.is_ascii_digit();
            inside = match c {
                '[' => true,
                ']' => false,
                _ => inside,
            };
            keep
        })
        .collect()
}

/// JSON text without what no reader cares about: blanks, comments, escapes. Other text stays as it is.
pub(super) fn unformatted(written: &str) -> Cow<'_, str> {
    match parse(written) {
        Ok(node) => {
            let mut text = String::with_capacity(written.len());
            write(&node, &mut text);
            text.into()
        }
        Err(_) => written.into(),
    }
}

/// The nesting was bounded when the text was read. The result is hashed, not read.
fn write(node: &Node, text: &mut String) {
    match &node.kind {
        NodeKind::Null => text.push_str("null"),
        NodeKind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(number) => text.push_str(number),
        NodeKind::String(string) => {
            text.push('"');
            text.push_str(&string.text);
            text.push('"');
        }
        NodeKind::Array(elements) => {
            text.push('[');
            for element in elements {
                write(element, text);
                text.push(',');
            }
            text.push(']');
        }
        NodeKind::Object(members) => {
            text.push('{');
            for member in members {
                text.push('"');
                text.push_str(&member.key.text);
                text.push_str("\":");
                write(&member.value, text);
                text.push(',');
            }
            text.push('}');
        }
    }
}
