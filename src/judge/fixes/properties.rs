//! Fixes of properties: their names, their values, and whether they are there at all.

use super::entries::parts;
use super::literal::{Holder, Literals, holder};
use super::uses::{Change, are_whole};
use super::{Plan, Request, VALUE_LENGTH};
use crate::evaluate::value::Value;
use crate::fix::edits::{remove_member, rename_key, replace_value, wrap_in_array};
use crate::rules::conditions::show;
use crate::rules::evaluate::{Anchor, Failure};
use crate::rules::path::{ObjectPath, Resolution, View};
use crate::schema::{self, Naming};
use crate::syntax::{Node, NodeKind};

/// Properties that are lists of ranges.
const LISTS: [&str; 2] = ["authorizedIPRanges", "apiServerAuthorizedIPRanges"];

fn name_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn deciding(failure: &Failure) -> Option<&Value> {
    match &failure.anchor {
        Anchor::Value(value) => Some(value),
        Anchor::Missing { .. } => None,
    }
}

/// A text where a list of ranges belongs, as a list of what it stands for.
pub(super) fn wrap(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let name = name_of(&failure.path);
    if !LISTS.iter().any(|list| list.eq_ignore_ascii_case(name)) {
        return None;
    }
    let value = deciding(failure)?;
    let literal = literals.of(value)?;
    let (file, span) = (literal.place.file, literal.place.span);
    // Behind another key (a variable's, a parameter's) it may be used as a text elsewhere.
    let root = literals.tree(file)?;
    match holder(&root, span)? {
        Holder::Value(_, member) if member.key.is(name) && are_whole(&value.origin, Change::Property, literals) => {}
        _ => return None,
    }
    let parts = parts(&literal.text)?;
    let text = literals.text(file)?;
    let replacements = match parts.as_slice() {
        [part] if **part == *literal.text => wrap_in_array(text, span),
        parts => {
            let quoted: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
            let separator = if text.contains([' ', '\n']) { ", " } else { "," };
            replace_value(text, span, &format!("[{}]", quoted.join(separator)))
        }
    };
    let description = format!("make {} a list", show(value, VALUE_LENGTH));
    Some(Plan { description, file, replacements: replacements.ok()? })
}

/// Another text in the value's place.
pub(super) fn set(failure: &Failure, wanted: &str, literals: &Literals<'_>) -> Option<Plan> {
    let value = deciding(failure)?;
    let literal = literals.of(value)?;
    let replacements = literals.replaced(&literal, wanted)?;
    let description = format!("write '{wanted}' instead of {}", show(value, VALUE_LENGTH));
    Some(Plan { description, file: literal.place.file, replacements })
}

/// The object without the property, if the value stands right behind its name.
pub(super) fn remove(failure: &Failure, literals: &Literals<'_>) -> Option<Plan> {
    let value = deciding(failure)?;
    let name = name_of(&failure.path);
    let place = value.origin.place;
    if !value.origin.literal {
        return None;
    }
    let root = literals.tree(place.file)?;
    let Some(Holder::Value(object, member)) = holder(&root, place.span) else { return None };
    if !member.key.is(name) || !are_whole(&value.origin, Change::Property, literals) {
        return None;
    }
    let replacements = remove_member(literals.text(place.file)?, object.span, member.key.span).ok()?;
    Some(Plan { description: format!("remove {name}"), file: place.file, replacements })
}

/// The property under the name that is meant. One that stands in a wrong place is not moved: where to, people see better.
pub(super) fn rename(request: &Request<'_>, literals: &Literals<'_>) -> Option<Plan> {
    let failure = request.failure;
    let item = failure.item.as_ref()?;
    let odd = item.value.value.as_str()?;
    let place = item.value.value.origin.place;
    let fact = |name: &str| failure.facts.iter().find(|fact| fact.name == name).map(|fact| fact.text.as_str());
    let parent = item.value.path.rsplit_once('.').map_or("", |(parent, _)| parent);
    let wanted = match fact("canonical") {
        Some(canonical) => canonical,
        None => {
            let meant = fact("meantPath")?;
            if !is_unambiguous(parent, odd) {
                return None;
            }
            let (holder, wanted) = meant.rsplit_once('.').unwrap_or(("", meant));
            if !holder.eq_ignore_ascii_case(&schema::generic(parent)) {
                let description = format!("move '{odd}' to {meant}");
                return Some(Plan { description, file: place.file, replacements: Vec::new() });
            }
            // Written elsewhere, it may be used under its odd name elsewhere.
            let resource = request.subject.place();
            let is_inside = place.file == resource.file && resource.span.contains(place.span);
            if !is_inside || exists(request, parent, wanted) {
                return None;
            }
            wanted
        }
    };
    let root = literals.tree(place.file)?;
    let Some(Holder::Key(object, member)) = holder(&root, place.span) else { return None };
    if &*member.key.text != odd || has_another(object, member.key.span, parent, wanted) {
        return None;
    }
    let replacements = rename_key(literals.text(place.file)?, place.span, wanted).ok()?;
    Some(Plan { description: format!("rename '{odd}' to '{wanted}'"), file: place.file, replacements })
}

/// Whether the name stands for one property only.
fn is_unambiguous(parent: &str, name: &str) -> bool {
    schema::names(&schema::generic(parent)).is_some_and(|names| names.meanings(name).len() == 1)
}

/// Whether the resource has the property, or may have it: under another layer of what is merged.
fn exists(request: &Request<'_>, parent: &str, name: &str) -> bool {
    let start = request.subject.shown(request.context).object;
    let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
    let Ok(path) = ObjectPath::parse(&path) else { return true };
    !matches!(path.resolve(&start, View::default()), Ok(Resolution::Missing(_)))
}

/// Whether the object has another member, or makes one in a loop, that has the name or means it.
fn has_another(object: &Node, own: crate::source::Span, parent: &str, wanted: &str) -> bool {
    let names = schema::names(&schema::generic(parent));
    let is_rival = |name: &str| {
        let naming = names.map_or(Naming::Plain, |names| names.naming(name));
        name.eq_ignore_ascii_case(wanted)
            || matches!(naming, Naming::Meant(path) if name_of(path).eq_ignore_ascii_case(wanted))
    };
    object.members().iter().filter(|member| member.key.span != own).any(|member| {
        let loops = || member.value.elements().iter().filter_map(|entry| entry.get("name")).filter_map(Node::as_str);
        let is_loop = member.key.is("copy") && matches!(member.value.kind, NodeKind::Array(_));
        is_rival(&member.key.text) || is_loop && loops().any(is_rival)
    })
}
