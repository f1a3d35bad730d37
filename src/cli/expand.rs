//! `akslint expand`.

use super::args::ExpandArguments;
use super::evaluation::{Loaded, at_place, is_error, load};
use super::{INCOMPLETE, complain, mebibytes};
use crate::evaluate::export::{self, Missing};
use crate::evaluate::mark;
use crate::evaluate::print::to_text;
use crate::evaluate::unknown::{Cause, Unknown};
use crate::evaluate::value::{Data, Value};
use crate::limits::MAX_PRINTED;
use crate::report::text::{Each, count, write_json};
use crate::source::{Place, Sources};
use rustc_hash::FxHashSet;
use std::io::{self, BufWriter, StdoutLock, Write};
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
    let mut missing = Missing::default();
    let mut open = |value: &Value| {
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
    };
    let resources = export::resources(&evaluation, &mut open, &mut missing);
    let mut out = BufWriter::new(Output { out: io::stdout().lock(), is_closed: false });
    let written = write_json(&mut out, &Each::new(resources)).and_then(|()| out.flush());
    written.map_err(|error| format!("cannot write the output: {error}"))?;
    troubles.extend(said_of(missing));
    for unread in evaluation.unread() {
        complain(&format!("not read: {}: {}", at_place(&sources, unread.place), unread.reason));
    }
    for trouble in &troubles {
        complain(&format!("error: {trouble}"));
    }
    Ok(if troubles.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

/// What of the resources is not printed, in words.
fn said_of(missing: Missing) -> Vec<String> {
    let mut said = Vec::new();
    if missing.parts {
        said.push("a resource has more than a million parts; the rest of it stands as \"[...]\"".to_owned());
    }
    if missing.bytes {
        let rest = match missing.resources {
            0 => String::new(),
            number => format!(", and {} left out", count(number, "more resource is", "more resources are")),
        };
        let most = mebibytes(MAX_PRINTED);
        said.push(format!("the resources take more than {most}; the rest of one stands as \"[...]\"{rest}"));
    }
    said
}

/// Standard output. Where a reader has seen enough, the rest is evaluated all the same: it decides the exit code.
struct Output {
    out: StdoutLock<'static>,
    is_closed: bool,
}

impl Output {
    fn unless_closed<T>(
        &mut self,
        otherwise: T,
        write: impl FnOnce(&mut StdoutLock<'static>) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.is_closed {
            return Ok(otherwise);
        }
        match write(&mut self.out) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            written => written,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), |out| out.flush())
    }
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
