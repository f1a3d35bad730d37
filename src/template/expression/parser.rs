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

use super::{Expression, ExpressionKind};
use crate::source::Span;
use crate::syntax::OffsetMap;
use std::borrow::Cow;
use std::rc::Rc;

/// The deepest nesting of calls, indices and suffixes that is read. It protects the stack; real expressions reach 23.
pub const MAX_NESTING: usize = 256;

/// The longest expression that is read, in bytes: 1 MiB. Real ones reach 78,234 characters.
pub const MAX_LENGTH: usize = 1 << 20;

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
    let end = text.len().saturating_sub(1);
    Parser { text, end, at: 1, offsets }.whole()
}

/// Parses an expression typed by a person, with or without the brackets around it; spans count bytes of `text` from 0.
pub fn parse_typed(text: &str) -> Result<Expression, ExpressionError> {
    let offsets = OffsetMap::direct(0);
    let kept = text.trim_end();
    let blanks = kept.len() - kept.trim_start().len();
    match kept.get(blanks..) {
        Some(inner) if is_expression(inner) => {
            Parser { text, end: kept.len().saturating_sub(1), at: blanks + 1, offsets: &offsets }.whole()
        }
        _ => Parser { text, end: text.len(), at: 0, offsets: &offsets }.whole(),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Where the expression ends: the position of the closing bracket, or the text's length.
    end: usize,
    /// The next byte to read.
    at: usize,
    offsets: &'a OffsetMap,
}

/// An expression and how many levels it is high.
type Parsed = (Rc<Expression>, usize);

impl<'a> Parser<'a> {
    fn whole(mut self) -> Result<Expression, ExpressionError> {
        if self.text.len() > MAX_LENGTH {
            let message = format!("the expression is longer than {MAX_LENGTH} bytes");
            return Err(ExpressionError { message, span: self.offsets.span(0, self.text.len()) });
        }
        let (expression, _) = self.expression(0)?;
        if self.skip_blanks() < self.end {
            return Err(self.expected("the end of the expression"));
        }
        Ok(Rc::unwrap_or_clone(expression))
    }

    /// Parses an expression at nesting level `depth`.
    fn expression(&mut self, depth: usize) -> Result<Parsed, ExpressionError> {
        let start = self.skip_blanks();
        if depth >= MAX_NESTING {
            return Err(self.too_deep());
        }
        let (kind, height) = self.primary(start, depth)?;
        let (mut expression, mut height) = self.node(start, kind, height, depth)?;
        loop {
            self.skip_blanks();
            let (kind, inner) = if self.take('.') {
                let name_start = self.skip_blanks();
                let name = self.name().ok_or_else(|| self.expected("a property name after `.`"))?;
                let name_span = self.span_from(name_start);
                (ExpressionKind::Property { base: expression, name: name.into(), name_span }, height)
            } else if self.take('[') {
                let (index, index_height) = self.expression(depth + 1)?;
                self.close(']', "`]`")?;
                (ExpressionKind::Index { base: expression, index }, height.max(index_height))
            } else {
                return Ok((expression, height));
            };
            (expression, height) = self.node(start, kind, inner, depth)?;
        }
    }

    /// The node of `kind` from `start` to here, one level above its parts. The limit counts suffixes too: they nest in the tree.
    fn node(&self, start: usize, kind: ExpressionKind, inner: usize, depth: usize) -> Result<Parsed, ExpressionError> {
        let height = inner + 1;
        if depth + height > MAX_NESTING {
            return Err(self.too_deep());
        }
        Ok((Rc::new(Expression { span: self.span_from(start), kind }), height))
    }

    /// Parses a primary and gives the height of its parts.
    fn primary(&mut self, start: usize, depth: usize) -> Result<(ExpressionKind, usize), ExpressionError> {
        match self.peek() {
            Some('\'') => Ok((ExpressionKind::String(self.string()?.into()), 0)),
            Some(char) if char == '-' || char.is_ascii_digit() => Ok((ExpressionKind::Int(self.integer()?), 0)),
            Some(char) if starts_name(char) => self.call(start, depth),
            _ => Err(self.expected("an expression: a function call, a string in single quotes or a whole number")),
        }
    }

    fn call(&mut self, start: usize, depth: usize) -> Result<(ExpressionKind, usize), ExpressionError> {
        let name = self.name().unwrap_or_default();
        let name_span = self.span_from(start);
        self.skip_blanks();
        if self.take('(') {
            let (args, height) = self.arguments(depth)?;
            let name = lower_case(name).into();
            return Ok((ExpressionKind::Call { name, name_span, args }, height));
        }
        if let Some(constant) = constant(name) {
            return Ok((constant, 0));
        }
        if !self.take('.') {
            return Err(self.expected(&format!("`(` after `{name}`")));
        }
        self.skip_blanks();
        let member = self.name().ok_or_else(|| self.expected("the name of a function after `.`"))?;
        let name_span = self.span_from(start);
        self.skip_blanks();
        if !self.take('(') {
            return Err(self.expected(&format!("`(` after `{name}.{member}`")));
        }
        let (args, height) = self.arguments(depth)?;
        Ok((ExpressionKind::UserCall { namespace: name.into(), name: member.into(), name_span, args }, height))
    }

    /// Parses arguments and the closing parenthesis, and gives their greatest height.
    fn arguments(&mut self, depth: usize) -> Result<(Vec<Rc<Expression>>, usize), ExpressionError> {
        let mut args = Vec::new();
        let mut height = 0;
        self.skip_blanks();
        if self.take(')') {
            return Ok((args, height));
        }
        loop {
            let (argument, argument_height) = self.expression(depth + 1)?;
            args.push(argument);
            height = height.max(argument_height);
            self.skip_blanks();
            if !self.take(',') {
                self.close(')', "`,` or `)`")?;
                return Ok((args, height));
            }
        }
    }

    /// Parses a string literal. The next character is its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, ExpressionError> {
        let opening = self.here();
        self.take('\'');
        let mut decoded = Cow::Borrowed("");
        loop {
            let rest = self.rest();
            let Some(quote) = rest.find('\'') else {
                let message = "expected `'` at the end of this string".to_owned();
                return Err(ExpressionError { message, span: opening });
            };
            let piece = rest.get(..quote).unwrap_or_default();
            self.at += quote + 1;
            decoded += piece;
            if !self.take('\'') {
                return Ok(decoded);
            }
            decoded += "'";
        }
    }

    fn integer(&mut self) -> Result<i64, ExpressionError> {
        let start = self.at;
        self.take('-');
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.expected("a digit after `-`"));
        }
        self.at += digits;
        let text = self.text.get(start..self.at).unwrap_or_default();
        text.parse().map_err(|_| ExpressionError {
            message: "expected a whole number of at most 64 bits".to_owned(),
            span: self.span_from(start),
        })
    }

    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        rest.chars().next().filter(|char| starts_name(*char))?;
        let length = rest.find(|char: char| !continues_name(char)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length)
    }

    fn close(&mut self, closing: char, expected: &str) -> Result<(), ExpressionError> {
        self.skip_blanks();
        if self.take(closing) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// What is still to be read.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    /// Goes to the next character that is not blank, and gives its position.
    fn skip_blanks(&mut self) -> usize {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    fn span_from(&self, start: usize) -> Span {
        self.offsets.span(start, self.at)
    }

    /// The next character; at the end, the closing bracket or nothing.
    fn here(&self) -> Span {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.offsets.span(self.at, self.at + length)
    }

    fn too_deep(&self) -> ExpressionError {
        let message = format!("the expression is nested more than {MAX_NESTING} levels deep");
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

fn starts_name(char: char) -> bool {
    char.is_alphabetic() || char == '_'
}

fn continues_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

fn constant(name: &str) -> Option<ExpressionKind> {
    match lower_case(name).as_ref() {
        "true" => Some(ExpressionKind::Bool(true)),
        "false" => Some(ExpressionKind::Bool(false)),
        "null" => Some(ExpressionKind::Null),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
