//! What lies between the children of an array or object: commas, comments, blank space.

use super::replacement::{Refusal, Replacement};
use crate::source::Span;
use crate::syntax::parse;

/// An array or object in a file's text, with the places of its children: read once, however many of them are edited.
#[derive(Debug)]
pub struct Container<'t> {
    text: &'t str,
    span: Span,
    /// Elements; or members, each from its key to its value.
    pub(super) children: Vec<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Comma,
    LineComment,
    BlockComment,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

impl<'t> Container<'t> {
    /// Reads the array at `span`.
    pub fn array(text: &'t str, span: Span) -> Result<Self, Refusal> {
        match text.as_bytes().get(span.start as usize) {
            Some(b'[') => Self::read(text, span),
            _ => Err(Refusal::NotThere),
        }
    }

    /// Reads the array or object at `span`.
    pub(super) fn read(text: &'t str, span: Span) -> Result<Self, Refusal> {
        let slice = text.get(span.start as usize..span.end as usize).ok_or(Refusal::NotThere)?;
        let node = parse(slice).map_err(|_| Refusal::NotThere)?;
        let moved = |start: u32, end: u32| Span::new(span.start + start, span.start + end);
        let elements = node.elements().iter().map(|element| moved(element.span.start, element.span.end));
        let members = node.members().iter().map(|member| moved(member.key.span.start, member.value.span.end));
        if node.span.len() != span.len() || !(node.is_array() || node.is_object()) {
            return Err(Refusal::NotThere);
        }
        Ok(Self { text, span, children: elements.chain(members).collect() })
    }

    /// Removes the child of that index with one comma and its blank space. Comments stay.
    pub(super) fn without(&self, index: usize) -> Result<Vec<Replacement>, Refusal> {
        let child = *self.children.get(index).ok_or(Refusal::NotThere)?;
        let (start, end) = (child.start as usize, child.end as usize);
        let (lower, upper) = self.bounds(index);
        let (before, after) = (self.tokens(lower, start), self.tokens(end, upper));
        if self.children.len() == 1 && before.iter().chain(&after).all(|token| token.kind == Kind::Comma) {
            return Ok(deletions([(lower, upper)]));
        }
        let is_last = index + 1 == self.children.len();
        let comma_after = after.iter().position(|token| token.kind == Kind::Comma);
        let follower = after.first().map_or(upper, |token| token.start);
        let blank_start = before.last().map_or(lower, |token| token.end);
        // A comment behind the child on its line takes its place; else the blank space before the child goes with it.
        let rest = comma_after.and_then(|at| after.get(at)).map_or(end, |comma| comma.end);
        let heir = after.iter().find(|token| token.kind != Kind::Comma && !self.has_line_break(end, token.start));
        let mut deleted = Vec::new();
        match comma_after.and_then(|at| after.get(at).map(|comma| (at, comma))) {
            Some((at, comma)) if !is_last => {
                let next = after.get(at + 1).map_or(upper, |token| token.start);
                let shares_line = before.last().is_some_and(|token| token.kind == Kind::Comma)
                    && !self.has_line_break(blank_start, start);
                if shares_line && self.has_line_break(comma.end, next) && follower == comma.start {
                    deleted.push((blank_start, comma.end));
                } else if follower == comma.start {
                    deleted.push((start, next));
                } else {
                    deleted.extend([(start, follower), (comma.start, comma.end)]);
                }
            }
            comma => {
                match heir {
                    Some(heir) => deleted.push((start, after.first().map_or(heir.start, |token| token.start))),
                    None => deleted.push((self.blank_start(&before, blank_start, start, rest), end)),
                }
                let own = comma.map(|(_, comma)| comma);
                let superfluous = own.or_else(|| before.iter().find(|token| token.kind == Kind::Comma));
                deleted.extend(superfluous.map(|comma| (comma.start, comma.end)));
            }
        }
        Ok(deletions(deleted))
    }

    /// What stands between two children, for new ones beside the child of that index: a comma and blank space.
    pub(super) fn separator(&self, index: usize) -> String {
        let start = self.children.get(index).map_or(self.span.start, |child| child.start) as usize;
        let head = self.text.get(..start).unwrap_or_default();
        let line_start = head.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let indent = head.get(line_start..).unwrap_or_default();
        let is_blank = |text: &str| text.chars().all(|c| c == ' ' || c == '\t');
        if line_start > self.span.start as usize && is_blank(indent) {
            let line_break =
                if head.get(..line_start).is_some_and(|head| head.ends_with("\r\n")) { "\r\n" } else { "\n" };
            return format!(",{line_break}{indent}");
        }
        let gap = self.children.first().zip(self.children.get(1)).and_then(|(first, second)| {
            let gap = self.text.get(first.end as usize..second.start as usize)?.strip_prefix(',')?;
            is_blank(gap).then_some(gap)
        });
        // Alone in its list: minified text has no space behind a colon.
        let is_minified = self.text.get(..self.span.start as usize).is_some_and(|head| head.ends_with([':', '[', ',']));
        format!(",{}", gap.unwrap_or(if is_minified { "" } else { " " }))
    }

    /// The ends of the neighbours of a child, or of the brackets.
    fn bounds(&self, index: usize) -> (usize, usize) {
        let previous = index.checked_sub(1).and_then(|previous| self.children.get(previous));
        let lower = previous.map_or(self.span.start + 1, |child| child.end);
        let upper = self.children.get(index + 1).map_or(self.span.end - 1, |child| child.start);
        (lower as usize, upper as usize)
    }

    /// Where to delete from, so that the blank space before the child goes with it and a `//` comment before it still ends.
    fn blank_start(&self, before: &[Token], blank_start: usize, start: usize, rest: usize) -> usize {
        let needs_break = before.last().is_some_and(|token| token.kind == Kind::LineComment);
        let tail = self.text.get(rest..).unwrap_or_default().trim_start_matches([' ', '\t']);
        if needs_break && !tail.starts_with(['\n', '\r']) { start } else { blank_start }
    }

    fn has_line_break(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).unwrap_or_default().contains(['\n', '\r'])
    }

    /// The commas and comments between two places that have no value between them.
    fn tokens(&self, from: usize, to: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = from;
        while let Some(rest) = self.text.get(at..to).filter(|rest| !rest.is_empty()) {
            let blank = rest.len() - rest.trim_start().len();
            let start = at + blank;
            let rest = rest.get(blank..).unwrap_or_default();
            let (kind, length) = if rest.starts_with("//") {
                (Kind::LineComment, rest.find(['\n', '\r']).unwrap_or(rest.len()))
            } else if rest.starts_with("/*") {
                (Kind::BlockComment, rest.find("*/").map_or(rest.len(), |end| end + 2))
            } else if rest.starts_with(',') {
                (Kind::Comma, 1)
            } else {
                break;
            };
            tokens.push(Token { kind, start, end: start + length });
            at = start + length;
        }
        tokens
    }
}

/// Deletions in ascending order, adjoining ones made one.
fn deletions(ranges: impl IntoIterator<Item = (usize, usize)>) -> Vec<Replacement> {
    let mut ranges: Vec<(usize, usize)> = ranges.into_iter().filter(|(start, end)| start < end).collect();
    ranges.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in ranges {
        match merged.last_mut() {
            Some((_, last)) if *last >= start => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    let deletion = |(start, end)| Replacement { span: Span::new(start as u32, end as u32), text: String::new() };
    merged.into_iter().map(deletion).collect()
}
