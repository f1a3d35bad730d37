//! `akslint eval`.

use super::args::EvalArguments;
use super::evaluation::{Loaded, at_place, is_error, load};
use super::{INCOMPLETE, UNKNOWN, complain, mebibytes, print_text};
use crate::evaluate::print::{Cut, to_json_with, to_known_json, to_text};
use crate::evaluate::unknown::Unknown;
use crate::evaluate::value::{Data, Object, Slot, Value};
use crate::limits::MAX_PRINTED;
use crate::report::text::{is_harmful, write_json};
use crate::source::{Place, SourceFile, Sources, Span};
use crate::template::expression::parse_typed;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

/// Characters of an expression that are shown around an error.
const SHOWN: usize = 100;

/// Prints the value, or says why there is none.
pub fn run(arguments: &EvalArguments) -> Result<ExitCode, String> {
    let Loaded { evaluation, mut sources, problems } =
        load(arguments.template.as_deref(), arguments.parameters.as_deref())?;
    for problem in problems {
        complain(&format!("warning: {problem}"));
    }
    let typed = Arc::new(SourceFile::new("expression", arguments.expression.as_str()));
    let file = sources.add(typed.clone());
    let expression = match parse_typed(typed.text()) {
        Ok(expression) => Rc::new(expression),
        Err(error) => {
            complain(&format!("error: {}", error.message));
            point(&typed, error.span);
            return Ok(ExitCode::from(INCOMPLETE));
        }
    };
    let value = evaluation.evaluate(&expression, file);
    if let Some(json) = to_known_json(&value) {
        print_json(&json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut open = Open { found: vec![], parts: MAX_LOOKED_AT };
    open.collect(&value, 0);
    let open = open.found;
    let errors: Vec<_> = open.iter().filter(|unknown| is_error(&unknown.reason)).collect();
    if !errors.is_empty() {
        for unknown in errors {
            explain(&sources, &unknown.reason.to_string(), unknown.reason.place, file.0);
        }
        return Ok(ExitCode::from(INCOMPLETE));
    }
    match &value.data {
        // Parts of these may be known: they print as in `expand`.
        Data::Object(_) | Data::Array(_) => {
            let (json, cut) = to_json_with(&value, &mut to_text, &mut { MAX_PRINTED });
            match cut {
                Some(Cut::Parts) => return Err("the value has more than a million parts".to_owned()),
                Some(Cut::Bytes) => return Err(format!("the value takes more than {}", mebibytes(MAX_PRINTED))),
                None => {}
            }
            print_json(&json)?;
        }
        _ => print_text(&format!("{}\n", crate::report::text::visible(&to_text(&value))))?,
    }
    for unknown in open {
        complain(&format!("unknown: {}", unknown.reason));
    }
    Ok(ExitCode::from(UNKNOWN))
}

fn print_json(json: &serde_json::Value) -> Result<(), String> {
    let mut bytes = vec![];
    write_json(&mut bytes, json).map_err(|error| error.to_string())?;
    print_text(&String::from_utf8_lossy(&bytes))
}

/// The unknown parts of a value, each reason once. What stands on one side of an open question is left out: whether it is ever asked
/// for is the question.
struct Open {
    found: Vec<Rc<Unknown>>,
    /// How many parts may still be looked at: values share their parts, and may have more than anybody can count.
    parts: usize,
}

/// Longer values are not printed either.
const MAX_LOOKED_AT: usize = 1_000_000;

impl Open {
    fn collect(&mut self, value: &Value, depth: usize) {
        /// More reasons than these help nobody.
        const MANY: usize = 20;
        if depth > 128 || self.parts == 0 || self.found.len() >= MANY {
            return;
        }
        self.parts -= 1;
        match &value.data {
            Data::Unknown(unknown) if !self.found.iter().any(|other| other.reason == unknown.reason) => {
                self.found.push(unknown.clone());
            }
            Data::Array(array) => {
                for slot in &array.slots {
                    match slot {
                        Slot::Item(item) => self.collect(&item.force(), depth + 1),
                        Slot::Rest(rest) => self.collect(rest, depth + 1),
                    }
                }
            }
            Data::Object(object) => match &**object {
                Object::Members(members) => {
                    members.iter().for_each(|member| self.collect(&member.value.force(), depth + 1));
                }
                Object::Merged { layers, .. } => {
                    layers.iter().for_each(|layer| self.collect(layer, depth + 1));
                }
            },
            _ => {}
        }
    }
}

/// An error with its place: in the expression with a line that points at it, elsewhere by position.
fn explain(sources: &Sources, message: &str, place: Place, typed: u32) {
    complain(&format!("error: {message}"));
    match sources.get(place.file) {
        Some(file) if place.file.0 == typed => point(file, place.span),
        _ => complain(&format!("  at {}", at_place(sources, place))),
    }
}

/// Writes the line of the expression in which `span` starts, and one with carets below it.
fn point(file: &SourceFile, span: Span) {
    let (line, carets) = pointed(file, span);
    complain(&format!("  {line}"));
    complain(&format!("  {carets}"));
}

/// The line in which `span` starts, cut to [`SHOWN`] characters around it, and carets that stand below the span.
fn pointed(file: &SourceFile, span: Span) -> (String, String) {
    let line = file.line_span(file.line_index(span.start)).unwrap_or_default();
    let count = |start, end| file.slice(Span::new(start, end)).chars().count();
    let text: Vec<char> = file.slice(line).trim_end().chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect();
    let before = count(line.start, span.start).min(text.len());
    let marked = count(span.start, span.end.min(line.end)).min(text.len() - before).max(1);
    // A part of a long line, with some of what stands before the span.
    let skipped = if before + marked > SHOWN { before.saturating_sub(SHOWN / 4) } else { 0 };
    let shown: String = text.iter().skip(skipped).take(SHOWN).collect();
    let carets = format!("{}{}", " ".repeat(before - skipped), "^".repeat(marked.min(SHOWN)));
    (shown, carets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_into_expressions() {
        let long = format!("concat({}, x)", "'ü',".repeat(100));
        let end = long.len() as u32;
        let table = [
            ("not(1)", Span::new(4, 5), ("not(1)", "    ^")),
            ("ü😀(", Span::new(6, 7), ("ü😀(", "  ^")),
            ("a(", Span::new(2, 2), ("a(", "  ^")),
            ("a(\n\tb)", Span::new(4, 5), (" b)", " ^")),
            ("", Span::new(0, 0), ("", "^")),
        ];
        for (text, span, (line, carets)) in table {
            let got = pointed(&SourceFile::new("", text), span);
            assert_eq!((got.0.as_str(), got.1.as_str()), (line, carets), "{text}");
        }
        let (line, carets) = pointed(&SourceFile::new("", &*long), Span::new(end - 2, end - 1));
        assert!(line.ends_with("x)") && carets.len() == line.chars().count() - 1, "{line}\n{carets}");
    }
}
