//! The replacements that fixes are made of, built from a file's text and the spans of what they change.
//!
//! All of these are pure: text and spans in, [`Replacement`]s out. They look at the bytes around (commas, comments, line breaks,
//! indentation) and keep whatever is not theirs to change. Spans are those that [`parse`] gives, in bytes of the whole text.

pub use super::children::Container;
pub use super::replacement::{Refusal, Replacement};
use crate::source::Span;
use crate::syntax::{NodeKind, parse};

/// Replaces what stands between the quotes of the string at `string` (quotes included) by `content`, escaped as JSON wants it. Whether
/// a leading `[` needs doubling, because the text is no expression, is for the caller to know.
pub fn replace_string(text: &str, string: Span, content: &str) -> Result<Vec<Replacement>, Refusal> {
    expect(text, string, |kind| matches!(kind, NodeKind::String(_)))?;
    let span = Span::new(string.start + 1, string.end - 1);
    Ok(vec![Replacement { span, text: escaped(content) }])
}

/// Replaces the value at `value` by the JSON text `json`.
pub fn replace_value(text: &str, value: Span, json: &str) -> Result<Vec<Replacement>, Refusal> {
    expect(text, value, |_| true)?;
    expect_json(json)?;
    Ok(vec![Replacement { span: value, text: json.to_owned() }])
}

/// Renames the member whose key stands at `key`, quotes included.
pub fn rename_key(text: &str, key: Span, name: &str) -> Result<Vec<Replacement>, Refusal> {
    replace_string(text, key, name)
}

/// Makes the value at `value` the only element of a list.
pub fn wrap_in_array(text: &str, value: Span) -> Result<Vec<Replacement>, Refusal> {
    expect(text, value, |_| true)?;
    let insert = |at, text: &str| Replacement { span: Span::new(at, at), text: text.to_owned() };
    Ok(vec![insert(value.start, "["), insert(value.end, "]")])
}

/// Removes the element at `element` from the array, with a comma and its blank space; comments stay. Refused for the only
/// element: an empty list means something else to Azure than a shorter one.
pub fn remove_element(array: &Container<'_>, element: Span) -> Result<Vec<Replacement>, Refusal> {
    let index = index_of(array, element)?;
    if array.children.len() == 1 {
        return Err(Refusal::OnlyElement);
    }
    array.without(index)
}

/// Removes the member whose key stands at `key` from the object at `object`, with a comma and its blank space; comments stay.
pub fn remove_member(text: &str, object: Span, key: Span) -> Result<Vec<Replacement>, Refusal> {
    let container = Container::read(text, object)?;
    let index = container.children.iter().position(|child| child.start == key.start && child.end > key.end);
    container.without(index.ok_or(Refusal::NotThere)?)
}

/// Replaces the element at `element` of the array by several, given as JSON texts. They stand as the element did: on lines of
/// their own, or side by side.
pub fn split_element(array: &Container<'_>, element: Span, values: &[&str]) -> Result<Vec<Replacement>, Refusal> {
    let index = index_of(array, element)?;
    if values.is_empty() {
        return Err(Refusal::OnlyElement);
    }
    for value in values {
        expect_json(value)?;
    }
    Ok(vec![Replacement { span: element, text: values.join(&array.separator(index)) }])
}

/// The text between the quotes of a JSON string for `content`.
pub fn escaped(content: &str) -> String {
    let quoted = serde_json::Value::from(content).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

fn index_of(container: &Container<'_>, child: Span) -> Result<usize, Refusal> {
    // Children stand in order.
    container.children.binary_search(&child).map_err(|_| Refusal::NotThere)
}

/// Whether the span holds exactly one value, of the right kind.
fn expect(text: &str, span: Span, is_right: impl FnOnce(&NodeKind) -> bool) -> Result<(), Refusal> {
    let slice = text.get(span.start as usize..span.end as usize).ok_or(Refusal::NotThere)?;
    let node = parse(slice).map_err(|_| Refusal::NotThere)?;
    if node.span == Span::new(0, span.len()) && is_right(&node.kind) { Ok(()) } else { Err(Refusal::NotThere) }
}

fn expect_json(json: &str) -> Result<(), Refusal> {
    // Strict, so that what fits the dialect alone (comments) is not put into a file.
    serde_json::from_str::<serde::de::IgnoredAny>(json).map(|_| ()).map_err(|_| Refusal::NotJson)
}

#[cfg(test)]
mod tests;
