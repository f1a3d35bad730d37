//! `akslint expand`.

use super::args::ExpandArguments;
use super::evaluation::{Loaded, at_place, is_error, load};
use super::{INCOMPLETE, complain, print_text};
use crate::evaluate::export;
use crate::evaluate::mark;
use crate::evaluate::print::to_text;
use crate::evaluate::unknown::{Cause, Unknown};
use crate::evaluate::value::Data;
use crate::report::text::write_json;
use crate::source::{Place, Sources};
use rustc_hash::FxHashSet;
use std::process::ExitCode;

/// What has been said already.
#[derive(PartialEq, Eq, Hash)]
enum Seen {
    Error(Place),
    Limit(String),
}

/// Prints the resources. What cannot be evaluated, and templates that were not read, are named on standard error.
pub fn run(arguments: &ExpandArguments) -> Result<ExitCode, String> {
    let Loaded { evaluation, sources, problems } = load(Some(&arguments.file), arguments.parameters.as_deref())?;
    let mut troubles = problems;
    let mut seen = FxHashSet::default();
    let exported = export::resources(&evaluation, &mut |value| {
        let Data::Unknown(unknown) = &value.data else { return to_text(value) };
        if !is_error(&unknown.reason) {
            return unknown.symbol.shown().into_owned();
        }
        let place = unknown.reason.place;
        // A limit that is reached in one place is reached in all that follow.
        let is_limit = matches!(unknown.reason.cause, Cause::Limit(_));
        if seen.insert(if is_limit { Seen::Limit(unknown.reason.to_string()) } else { Seen::Error(place) }) {
            troubles.push(format!("{}: {}", at_place(&sources, place), unknown.reason));
        }
        as_written(unknown, &sources)
    });
    if !exported.is_whole {
        troubles.push("a resource has more than a million parts; the rest of it stands as \"[...]\"".to_owned());
    }
    let mut bytes = vec![];
    write_json(&mut bytes, &exported.resources).map_err(|error| error.to_string())?;
    print_text(&String::from_utf8_lossy(&bytes))?;
    for unread in evaluation.unread() {
        complain(&format!("not read: {}: {}", at_place(&sources, unread.place), unread.reason));
    }
    for trouble in &troubles {
        complain(&format!("error: {trouble}"));
    }
    Ok(if troubles.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

/// The text of a value that cannot be had, with what the file says in place of the evaluation's name for it.
fn as_written(unknown: &Unknown, sources: &Sources) -> String {
    let place = unknown.reason.place;
    let text = &unknown.symbol.text;
    let written = sources.get(place.file).map(|file| file.slice(place.span)).unwrap_or_default();
    // A whole string, when the expression does not parse.
    let written = written.trim_matches('"').trim_start_matches('[').trim_end_matches(']');
    let names = ["error", "limit"].map(|name| format!("{name}{}", mark::at(place)));
    if written.is_empty() {
        return unknown.symbol.shown().into_owned();
    }
    let text = names.iter().fold(text.to_string(), |text, name| text.replace(name.as_str(), written));
    mark::without(&text).into_owned()
}
