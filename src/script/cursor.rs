//! Going through the text of a script character by character.

use super::word::{Letter, What, Word};
use crate::source::Span;

/// A byte that stands for nothing: what masking leaves of an escape or a quote of the file around a script.
pub const FILLER: u8 = 0;

/// A command is read to the end of at most this many bytes.
const MAX_BYTES: usize = 64 << 10;

/// A place in a text, and how far reading may go.
#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Cursor<'t> {
    /// At byte `at` of `text`, up to byte `end`, or to what one command may have.
    pub fn new(text: &'t str, at: usize, end: usize) -> Self {
        let mut end = end.min(text.len()).min(at.saturating_add(MAX_BYTES));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self { text, at, end }
    }

    /// The byte it stands at.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    /// The next character.
    pub fn peek(&mut self) -> Option<char> {
        while self.rest().as_bytes().first() == Some(&FILLER) {
            self.at += 1;
        }
        self.rest().chars().next()
    }

    /// The next character, and goes behind it.
    pub fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Goes behind `text` if it comes next.
    pub fn eat(&mut self, text: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes behind an end of line, if one comes next.
    pub fn eat_line_end(&mut self) -> bool {
        self.eat("\r\n") || self.eat("\n") || self.eat("\r")
    }

    /// Goes on while `is_wanted`.
    pub fn skip_while(&mut self, is_wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_wanted) {
            self.bump();
        }
    }

    /// Goes behind `text`, wherever it comes; `false`, and to the end, if it does not.
    pub fn skip_behind(&mut self, text: &str) -> bool {
        match self.rest().find(text) {
            Some(found) => {
                self.at += found + text.len();
                true
            }
            None => {
                self.at = self.end;
                false
            }
        }
    }

    /// The span from byte `start` to here.
    pub fn span_from(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    /// The text from byte `start` to here, without fillers.
    pub fn text_from(&self, start: usize) -> String {
        self.text.get(start..self.at).unwrap_or_default().replace(char::from(FILLER), "")
    }

    /// Adds the character that was read from byte `start` on to a word.
    pub fn push(&self, word: &mut Word, start: usize, c: char) {
        word.letters.push(Letter { span: self.span_from(start), what: What::Char(c) });
    }

    /// Adds what was read from byte `start` on to a word as an expression.
    pub fn push_open(&self, word: &mut Word, start: usize) {
        let text = self.text_from(start);
        word.letters.push(Letter { span: self.span_from(start), what: What::Open(text.into()) });
    }

    /// Goes behind a placeholder that a pipeline or template engine fills in before any shell runs: `${{ ... }}` or `{{ ... }}`.
    pub fn eat_placeholder(&mut self) -> bool {
        let is_one = self.eat("${{") || self.eat("{{");
        if is_one {
            self.skip_behind("}}");
        }
        is_one
    }
}
