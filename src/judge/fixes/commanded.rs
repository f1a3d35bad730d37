//! Fixes of the words of a command. Only plain text is replaced by plain text, and only inside of what the shell takes for one word,
//! so that no edit needs to quote anything.

use super::entries::{is_sentinel, parts, stays_in_force};
use super::literal::Literals;
use super::{Plan, VALUE_LENGTH};
use crate::evaluate::value::{Data, Slot, Value};
use crate::fix::edits::Replacement;
use crate::network::classify;
use crate::rules::conditions::show;
use crate::rules::document::Text;
use crate::rules::evaluate::{Anchor, Failure};
use crate::rules::path::PathSlot;
use crate::script::{Command, Dialect, Shell};
use crate::source::{FileId, Span};

/// A text as it stands in a script.
struct Literal {
    file: FileId,
    /// The text without quotes.
    span: Span,
    text: String,
}

/// The plan for a fix called `name`, if the words of the command allow it.
pub(super) fn plan(
    name: &str,
    wanted: Option<Text>,
    command: &Command,
    failure: &Failure,
    literals: &Literals<'_>,
) -> Option<Plan> {
    let value = match (&failure.item, &failure.anchor) {
        (Some(item), _) => &item.value.value,
        (None, Anchor::Value(value)) => value,
        (None, Anchor::Missing { .. }) => return None,
    };
    match name {
        "setValue" => {
            let wanted = wanted?;
            replaced(value, &wanted, format!("write {wanted}"), literals)
        }
        "alignNetwork" | "appendPrefix" => {
            let canonical = classify(value.as_str()?).canonical()?;
            replaced(value, &canonical, format!("write {canonical} instead of {}", show(value, VALUE_LENGTH)), literals)
        }
        "trimEntry" => {
            let trimmed = value.as_str()?.trim();
            let description = format!("remove the blanks around {}", show(value, VALUE_LENGTH));
            replaced(value, trimmed, description, literals)
        }
        "replaceEntry" => {
            let parts = parts(value.as_str()?)?;
            // A cmdlet takes each entry as a text of its own; and PowerShell makes a list of what has commas.
            let splits = command.dialect == Dialect::Az && command.shell == Shell::Posix;
            let joined = parts.join(",");
            let description = format!("write {joined} instead of {}", show(value, VALUE_LENGTH));
            (parts.len() == 1 || splits).then(|| replaced(value, &joined, description, literals)).flatten()
        }
        "removeEntry" if command.dialect == Dialect::Az => {
            let slots = failure.item.as_ref()?.siblings.iter();
            let siblings = slots.map(|slot| match slot {
                PathSlot::Found(located) => Some(located.value.clone()),
                PathSlot::Open(..) => None,
            });
            removed(value, &siblings.collect::<Vec<_>>(), literals)
        }
        "removeSentinel" if command.dialect == Dialect::Az => {
            let Data::Array(array) = &value.data else { return None };
            let values: Vec<Option<Value>> = array
                .slots
                .iter()
                .map(|slot| match slot {
                    Slot::Item(item) => Some(item.force_within(&value.origin)),
                    Slot::Rest(_) => None,
                })
                .collect();
            let sentinel = values.iter().flatten().find(|value| is_sentinel(value))?;
            removed(sentinel, &values, literals)
        }
        _ => None,
    }
}

fn replaced(value: &Value, content: &str, description: String, literals: &Literals<'_>) -> Option<Plan> {
    let Literal { file, span, text } = literal(value, literals)?;
    let is_new = is_plain(content) && !content.is_empty() && content != text;
    is_new.then(|| Plan { description, file, replacements: vec![Replacement { span, text: content.to_owned() }] })
}

/// The list without the entry and one comma.
fn removed(value: &Value, siblings: &[Option<Value>], literals: &Literals<'_>) -> Option<Plan> {
    let gone = literal(value, literals)?;
    let texts: Vec<Option<Literal>> =
        siblings.iter().map(|sibling| sibling.as_ref().and_then(|sibling| literal(sibling, literals))).collect();
    let meaning = classify(&gone.text);
    let stays = |other: &Literal| {
        other.span != gone.span && stays_in_force(&classify(&other.text), &meaning, other.span < gone.span)
    };
    if !texts.iter().flatten().any(stays) {
        return None;
    }
    let at = texts.iter().position(|text| text.as_ref().is_some_and(|text| text.span == gone.span))?;
    // Beside the neighbour that is plain text, too.
    let before = at.checked_sub(1).and_then(|at| texts.get(at)).and_then(Option::as_ref);
    let after = texts.get(at + 1).and_then(Option::as_ref);
    let span = match (before, after) {
        (Some(before), _) => Span::new(before.span.end, gone.span.end),
        (None, Some(after)) => Span::new(gone.span.start, after.span.start),
        (None, None) => return None,
    };
    let between = match before {
        Some(_) => Span::new(span.start, gone.span.start),
        None => Span::new(gone.span.end, span.end),
    };
    let between = literals.file(gone.file)?.slice(between);
    let is_separator = between.matches(',').count() == 1 && between.chars().all(|c| matches!(c, ',' | ' '));
    let description = format!("remove {}", show(value, VALUE_LENGTH));
    let replacements = vec![Replacement { span, text: String::new() }];
    is_separator.then_some(Plan { description, file: gone.file, replacements })
}

/// The text, if it stands in the script as it is, perhaps in quotes.
fn literal(value: &Value, literals: &Literals<'_>) -> Option<Literal> {
    let text = value.as_str().filter(|_| value.origin.literal)?;
    let place = value.origin.place;
    let slice = literals.file(place.file)?.slice(place.span);
    let is_here = |inside: &str| inside == text && text.chars().all(|c| is_plain_char(c) || c == ' ');
    if is_here(slice) {
        return Some(Literal { file: place.file, span: place.span, text: text.to_owned() });
    }
    let quoted = ['"', '\''].iter().find_map(|quote| slice.strip_prefix(*quote)?.strip_suffix(*quote));
    let span = Span::new(place.span.start + 1, place.span.end.checked_sub(1)?);
    quoted.filter(|inside| is_here(inside)).map(|_| Literal { file: place.file, span, text: text.to_owned() })
}

/// Whether the text means itself in every shell, quoted or not.
fn is_plain(text: &str) -> bool {
    text.chars().all(is_plain_char)
}

fn is_plain_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ',' | '-' | '_')
}
