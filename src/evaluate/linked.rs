//! Templates that stand in files of their own. Evaluation reads no file: who wants linked templates evaluated gives it the means.

use super::call::known;
use super::context::Context;
use super::scope::{Arguments, Frame};
use super::term;
use super::unknown::Piece;
use super::value::{Data, Lookup, Value};
use crate::source::{FileId, Sources};
use crate::template::{Expression, ExpressionKind, Template, Term, TermKind, VariableValue};
use std::rc::Rc;

/// How many variables in a row are followed to the expression that names a file.
const MAX_VARIABLES: usize = 8;
/// How deep the texts of an expression are looked for.
const MAX_DEPTH: usize = 32;

/// A path from one file to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The file that holds the link.
    pub from: FileId,
    /// The path as written, relative to the folder of that file, with `/`.
    pub path: Rc<str>,
}

/// Why a linked template cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// There is no such file.
    Absent,
    /// There may be, but it is not read: why.
    Refused(String),
}

/// Finds templates by path.
pub trait Links {
    /// The template that a link leads to: the same one each time it is asked for.
    fn template(&self, link: &Link) -> Result<Rc<Template>, NotRead>;

    /// All files of the evaluation, those of the linked templates found so far among them.
    fn sources(&self) -> Sources;
}

/// A linked template, and what had to be assumed for the link to lead there.
pub(super) struct Found {
    pub(super) template: Rc<Template>,
    pub(super) assumption: Option<Rc<str>>,
}

/// The template that `templateLink` of a deployment leads to, or why it was not read.
pub(super) fn find(context: &Rc<Context>, frame: &Frame, link: &Rc<Term>) -> Result<Found, String> {
    let unread = || "the linked template was not read".to_owned();
    let Some(links) = context.links() else { return Err(unread()) };
    // Which file it is does not hang on the world.
    let context = context.open();
    let value = term::evaluate(&context, frame, link);
    let at = |path: &str| links.template(&Link { from: frame.file, path: path.into() });
    let found = if let Some(path) = known_member(&value, "relativePath") {
        match at(&path) {
            Ok(template) => Found { template, assumption: None },
            Err(NotRead::Absent) => return Err(format!("the linked template '{path}' is not there")),
            Err(NotRead::Refused(why)) => return Err(format!("the linked template '{path}' was not read: {why}")),
        }
    } else {
        let found = paths_of_uri(frame, link, &value).into_iter().find_map(|path| Some((at(&path).ok()?, path)));
        let Some((template, path)) = found else { return Err(unread()) };
        let assumption = format!("the template linked by URI is the file '{path}'");
        Found { template, assumption: Some(assumption.into()) }
    };
    if is_around(frame, found.template.file) {
        return Err("the linked template was not read: it links back to a template around it".to_owned());
    }
    Ok(found)
}

/// Whether the frame stands in that file, or in a deployment that does.
fn is_around(frame: &Frame, file: FileId) -> bool {
    let mut frame = Some(frame);
    while let Some(this) = frame {
        if this.file == file {
            return true;
        }
        frame = match &this.scope.arguments {
            Arguments::Deployment { frame, .. } => Some(frame),
            Arguments::Root(_) => None,
        };
    }
    false
}

fn known_member(value: &Value, name: &str) -> Option<Rc<str>> {
    match value.member(name) {
        Lookup::Present(value) => match known(value).ok()?.data {
            Data::String(text) if !text.is_empty() => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The paths that a link by URI may mean beside the template, the likeliest first: what its expression appends to a place that is
/// known only while deploying, else the end of the URI, a folder at least.
fn paths_of_uri(frame: &Frame, link: &Term, value: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    let mut add = |path: &str, least: usize| {
        let segments = path.split('/').filter(|segment| !segment.is_empty()).count();
        if segments >= least && !path.contains("://") && !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    };
    let uri = match &link.kind {
        TermKind::Object(object) => object.get("uri"),
        _ => None,
    };
    if let Some(TermKind::Expression(expression)) = uri.map(|uri| &uri.kind) {
        let mut texts = Vec::new();
        collect_texts(frame, expression.get(), MAX_VARIABLES, MAX_DEPTH, &mut texts);
        for path in texts.iter().filter_map(|text| file_part(text)) {
            add(path, 1);
        }
    }
    let end = match value.member("uri") {
        Lookup::Present(Value { data: Data::String(text), .. }) => Some(text),
        Lookup::Present(Value { data: Data::Unknown(unknown), .. }) => {
            let pieces = unknown.bounds.pieces.iter().flat_map(|pieces| pieces.iter());
            let texts = pieces.filter_map(|piece| match piece {
                Piece::Known(text) => Some(text.clone()),
                Piece::Unknown(_) => None,
            });
            texts.into_iter().find(|text| file_part(text).is_some())
        }
        _ => None,
    };
    if let Some(end) = end.as_deref().and_then(file_part) {
        let end = end.split_once("://").map_or(end, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let mut rest = Some(end);
        while let Some(path) = rest {
            add(path, 2);
            rest = path.split_once('/').map(|(_, rest)| rest);
        }
    }
    paths
}

/// The part of a text that names a JSON file: without what follows `.json`, a leading slash, and what `format` puts before it.
fn file_part(text: &str) -> Option<&str> {
    let end = text.to_ascii_lowercase().find(".json")? + ".json".len();
    let path = text.get(..end)?;
    let path = path.rsplit_once('}').map_or(path, |(_, path)| path).trim_start_matches('/');
    (path.len() > ".json".len()).then_some(path)
}

/// The texts written in an expression, in order; those of the variables it reads too.
fn collect_texts(frame: &Frame, expression: &Expression, variables: usize, depth: usize, texts: &mut Vec<Rc<str>>) {
    if depth == 0 {
        return;
    }
    match &expression.kind {
        ExpressionKind::String(text) => texts.push(text.clone()),
        ExpressionKind::Call { name, args, .. } => {
            if let ("variables", Some(ExpressionKind::String(name))) = (&**name, args.first().map(|arg| &arg.kind)) {
                let Some(variables) = variables.checked_sub(1) else { return };
                let Some(variable) = frame.scope.template.variable(name) else { return };
                match &variable.value {
                    VariableValue::Term(term) => match &term.kind {
                        TermKind::Expression(inner) => collect_texts(frame, inner.get(), variables, depth - 1, texts),
                        TermKind::String(text) => texts.push(text.clone()),
                        _ => {}
                    },
                    VariableValue::Copy(_) => {}
                }
                return;
            }
            args.iter().for_each(|arg| collect_texts(frame, arg, variables, depth - 1, texts));
        }
        ExpressionKind::UserCall { args, .. } => {
            args.iter().for_each(|arg| collect_texts(frame, arg, variables, depth - 1, texts));
        }
        ExpressionKind::Property { base, .. } | ExpressionKind::Index { base, .. } => {
            collect_texts(frame, base, variables, depth - 1, texts);
        }
        ExpressionKind::Int(_) | ExpressionKind::Bool(_) | ExpressionKind::Null => {}
    }
}

#[cfg(test)]
mod tests {
    use super::file_part;

    #[test]
    fn finds_the_file_in_a_text() {
        let table = [
            ("nested/x.json", Some("nested/x.json")),
            ("/nested/x.JSON?sas", Some("nested/x.JSON")),
            ("{0}/nested/x.json{1}", Some("nested/x.json")),
            ("https://h/a/x.json", Some("https://h/a/x.json")),
            (".json", None),
            ("x.bicep", None),
        ];
        for (text, expected) in table {
            assert_eq!(file_part(text), expected, "{text}");
        }
    }
}
