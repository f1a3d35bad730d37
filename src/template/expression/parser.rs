//! The grammar of expressions:
//!
//! ```text
//! expression := primary suffix*
//! suffix     := '.' name | '[' expression ']'
//! primary    := string | integer | name '(' args? ')' | name '.' name '(' args? ')'
//! args       := expression (',' expression)*
//! string     := "'" ( any char except "'" | "''" )* "'"
//! integer    := '-'? digits
//! name       := letter or '_', then letters, digits, '_'
//! ```
//!
//! Blanks are free between tokens. Beyond it, bare `true`, `false` and `null` are accepted.

mod build;

use super::{Expression, ExpressionKind};
use crate::limits::ExpressionLimits;
use crate::source::Span;
use crate::syntax::OffsetMap;
use build::{Build, Nothing, Tree};
use std::rc::Rc;

/// Why a text that should be an expression is none.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong and what was expected.
    pub message: String,
    /// Where, as the offset map tells it.
    pub span: Span,
}

/// Whether a decoded string is an expression: it starts with `[`, not with `[[`, and ends with `]`.
pub fn is_expression(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
}

/// The text that a string which is no expression stands for: `[[...]` loses one leading bracket, anything else stays.
pub fn literal_text(text: &str) -> &str {
    match text.strip_prefix('[') {
        Some(rest) if rest.starts_with('[') && rest.ends_with(']') => rest,
        _ => text,
    }
}

/// Parses `text`, a whole string for which [`is_expression`] holds, brackets included. `offsets` says where each of its bytes stands.
pub fn parse(text: &str, offsets: &OffsetMap) -> Result<Expression, ExpressionError> {
    tree(text, 1, end_of(text), offsets, ExpressionLimits::default())
}

/// Parses what [`check`] has let pass.
pub(super) fn parse_checked(text: &str, offsets: &OffsetMap) -> Result<Expression, ExpressionError> {
    tree(text, 1, end_of(text), offsets, ExpressionLimits { length: usize::MAX, ..ExpressionLimits::default() })
}

/// Whether there is an expression within the limits, in a fraction of the time of parsing; or what is wrong.
pub(super) fn check(text: &str, offsets: &OffsetMap, limits: ExpressionLimits) -> Result<(), ExpressionError> {
    Parser { text, end: end_of(text), at: 1, offsets, limits, build: Nothing }.whole()
}

/// Where the closing bracket of an expression stands.
fn end_of(text: &str) -> usize {
    text.len().saturating_sub(1)
}

fn tree(
    text: &str,
    at: usize,
    end: usize,
    offsets: &OffsetMap,
    limits: ExpressionLimits,
) -> Result<Expression, ExpressionError> {
    Parser { text, end, at, offsets, limits, build: Tree { offsets } }.whole().map(Rc::unwrap_or_clone)
}

/// Parses an expression typed by a person, with or without the brackets around it; spans count bytes of `text` from 0.
pub fn parse_typed(text: &str) -> Result<Expression, ExpressionError> {
    let (offsets, limits) = (OffsetMap::direct(0), ExpressionLimits::default());
    let kept = text.trim_end();
    let blanks = kept.len() - kept.trim_start().len();
    match kept.get(blanks..) {
        Some(inner) if is_expression(inner) => tree(text, blanks + 1, end_of(kept), &offsets, limits),
        _ => tree(text, 0, text.len(), &offsets, limits),
    }
}

struct Parser<'a, B> {
    text: &'a str,
    /// Where the expression ends: the position of the closing bracket, or the text's length.
    end: usize,
    /// The next byte to read.
    at: usize,
    offsets: &'a OffsetMap,
    limits: ExpressionLimits,
    build: B,
}

/// What was made of an expression, and how many levels it is high.
type Parsed<B> = (<B as Build>::Node, usize);

impl<'a, B: Build> Parser<'a, B> {
    fn whole(mut self) -> Result<B::Node, ExpressionError> {
        let limit = self.limits.length;
        if self.text.len() > limit {
            let message = format!("the expression is longer than {limit} bytes");
            return Err(ExpressionError { message, span: self.offsets.span(0, self.text.len()) });
        }
        let (expression, _) = self.expression(0)?;
        if self.skip_blanks() < self.end {
            return Err(self.expected("the end of the expression"));
        }
        Ok(expression)
    }

    /// Parses an expression at nesting level `depth`.
    fn expression(&mut self, depth: usize) -> Result<Parsed<B>, ExpressionError> {
        let start = self.skip_blanks();
        if depth >= self.limits.depth {
            return Err(self.too_deep());
        }
        let (mut expression, inner) = self.primary(start, depth)?;
        let mut height = self.height(inner, depth)?;
        loop {
            self.skip_blanks();
            let inner = if self.take(b'.') {
                let name_start = self.skip_blanks();
                let name = self.name().ok_or_else(|| self.expected("a property name after `.`"))?;
                let name_at = name_start..self.at;
                expression = self.build.property(start..self.at, expression, name, name_at);
                height
            } else if self.take(b'[') {
                let (index, index_height) = self.expression(depth + 1)?;
                self.close(b']', "`]`")?;
                expression = self.build.index(start..self.at, expression, index);
                height.max(index_height)
            } else {
                return Ok((expression, height));
            };
            height = self.height(inner, depth)?;
        }
    }

    /// The height of what is one level above its parts. The limit counts suffixes too: they nest in the tree.
    fn height(&self, inner: usize, depth: usize) -> Result<usize, ExpressionError> {
        let height = inner + 1;
        if depth + height > self.limits.depth { Err(self.too_deep()) } else { Ok(height) }
    }

    /// Parses a primary and gives the height of its parts.
    fn primary(&mut self, start: usize, depth: usize) -> Result<Parsed<B>, ExpressionError> {
        match self.bytes().first() {
            Some(b'\'') => {
                let raw = self.string()?;
                let text = || ExpressionKind::String(raw.replace("''", "'").into());
                Ok((self.build.leaf(start..self.at, text), 0))
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.integer()?;
                Ok((self.build.leaf(start..self.at, || ExpressionKind::Int(number)), 0))
            }
            _ if self.starts_name() => self.call(start, depth),
            _ => Err(self.expected("an expression: a function call, a string in single quotes or a whole number")),
        }
    }

    fn call(&mut self, start: usize, depth: usize) -> Result<Parsed<B>, ExpressionError> {
        let name = self.name().unwrap_or_default();
        let name_at = start..self.at;
        self.skip_blanks();
        if self.take(b'(') {
            let (args, height) = self.arguments(depth)?;
            return Ok((self.build.call(start..self.at, name, name_at, args), height));
        }
        if let Some(constant) = constant(name) {
            return Ok((self.build.leaf(start..self.at, || constant), 0));
        }
        if !self.take(b'.') {
            return Err(self.expected(&format!("`(` after `{name}`")));
        }
        self.skip_blanks();
        let member = self.name().ok_or_else(|| self.expected("the name of a function after `.`"))?;
        let name_at = start..self.at;
        self.skip_blanks();
        if !self.take(b'(') {
            return Err(self.expected(&format!("`(` after `{name}.{member}`")));
        }
        let (args, height) = self.arguments(depth)?;
        Ok((self.build.user_call(start..self.at, name, member, name_at, args), height))
    }

    /// Parses arguments and the closing parenthesis, and gives their greatest height.
    fn arguments(&mut self, depth: usize) -> Result<(Vec<B::Node>, usize), ExpressionError> {
        let mut args = Vec::new();
        let mut height = 0;
        self.skip_blanks();
        if self.take(b')') {
            return Ok((args, height));
        }
        loop {
            let (argument, argument_height) = self.expression(depth + 1)?;
            args.push(argument);
            height = height.max(argument_height);
            self.skip_blanks();
            if !self.take(b',') {
                self.close(b')', "`,` or `)`")?;
                return Ok((args, height));
            }
        }
    }

    /// Parses a string literal and gives what stands between its quotes. The next character is its opening quote.
    fn string(&mut self) -> Result<&'a str, ExpressionError> {
        let opening = self.at;
        self.at += 1;
        let start = self.at;
        loop {
            let Some(quote) = memchr::memchr(b'\'', self.bytes()) else {
                self.at = opening;
                let message = "expected `'` at the end of this string".to_owned();
                return Err(ExpressionError { message, span: self.here() });
            };
            self.at += quote + 1;
            if !self.take(b'\'') {
                return Ok(self.text.get(start..self.at - 1).unwrap_or_default());
            }
        }
    }

    fn integer(&mut self) -> Result<i64, ExpressionError> {
        let start = self.at;
        self.take(b'-');
        let digits = self.bytes().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return Err(self.expected("a digit after `-`"));
        }
        self.at += digits;
        let text = self.text.get(start..self.at).unwrap_or_default();
        text.parse().map_err(|_| ExpressionError {
            message: "expected a whole number of at most 64 bits".to_owned(),
            span: self.offsets.span(start, self.at),
        })
    }

    fn name(&mut self) -> Option<&'a str> {
        if !self.starts_name() {
            return None;
        }
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_', char::is_alphanumeric);
        self.text.get(start..self.at)
    }

    fn starts_name(&self) -> bool {
        match self.bytes().first() {
            Some(byte) if byte.is_ascii() => byte.is_ascii_alphabetic() || *byte == b'_',
            _ => self.peek().is_some_and(char::is_alphabetic),
        }
    }

    fn close(&mut self, closing: u8, expected: &str) -> Result<(), ExpressionError> {
        self.skip_blanks();
        if self.take(closing) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// What is still to be read.
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..self.end).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..self.end)?.chars().next()
    }

    /// Goes over the ASCII character `expected` if it is the next one.
    fn take(&mut self, expected: u8) -> bool {
        let found = self.bytes().first() == Some(&expected);
        self.at += usize::from(found);
        found
    }

    /// Goes over the characters that are of a kind: `ascii` tells it of a byte, and says no to what is not ASCII, `other` of other
    /// characters.
    fn skip_while(&mut self, ascii: impl Fn(&u8) -> bool, other: impl Fn(char) -> bool) {
        loop {
            let rest = self.bytes();
            let length = rest.iter().position(|byte| !ascii(byte)).unwrap_or(rest.len());
            self.at += length;
            match rest.get(length).filter(|byte| !byte.is_ascii()).and_then(|_| self.peek()) {
                Some(char) if other(char) => self.at += char.len_utf8(),
                _ => return,
            }
        }
    }

    /// Goes to the next character that is not blank, and gives its position.
    fn skip_blanks(&mut self) -> usize {
        // There is none as a rule.
        if !matches!(self.bytes().first(), Some(b'!'..=b'~')) {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r'), char::is_whitespace);
        }
        self.at
    }

    /// The next character; at the end, the closing bracket or nothing.
    fn here(&self) -> Span {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.offsets.span(self.at, self.at + length)
    }

    fn too_deep(&self) -> ExpressionError {
        let message = format!("the expression is nested more than {} levels deep", self.limits.depth);
        ExpressionError { message, span: self.here() }
    }

    fn expected(&self, what: &str) -> ExpressionError {
        let message = match self.peek() {
            Some(found) => format!("expected {what}, found `{}`", found.escape_debug()),
            None => format!("expected {what}, found the end of the expression"),
        };
        ExpressionError { message, span: self.here() }
    }
}

fn constant(name: &str) -> Option<ExpressionKind> {
    let is = |constant: &str| name.eq_ignore_ascii_case(constant);
    if is("true") || is("false") {
        return Some(ExpressionKind::Bool(is("true")));
    }
    is("null").then_some(ExpressionKind::Null)
}

#[cfg(test)]
mod tests;
