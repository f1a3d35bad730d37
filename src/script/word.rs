//! Words of a script: what a shell makes of them, letter by letter, each with its place.

use crate::source::Span;
use std::rc::Rc;

/// A word of a command, or a part of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The bytes of the word as written, quotes included.
    pub span: Span,
    /// What the command gets, in order.
    pub letters: Vec<Letter>,
}

/// A letter that a command gets, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The bytes that stand for it.
    pub span: Span,
    /// What it is.
    pub what: What,
}

/// What a [`Letter`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// This character.
    Char(char),
    /// Any text, known when the script runs: the expression as written, `$RANGES`.
    Open(Rc<str>),
}

impl Word {
    /// The text, if all of it is known.
    pub fn text(&self) -> Option<String> {
        self.letters.iter().map(Letter::known).collect()
    }

    /// Whether it is nothing but text that is known only when the script runs; the expression.
    pub fn open(&self) -> Option<Rc<str>> {
        let mut open = None;
        for letter in &self.letters {
            match &letter.what {
                What::Open(text) => open = open.or_else(|| Some(text.clone())),
                What::Char(_) => return None,
            }
        }
        open
    }

    /// The first expression in it that is known only when the script runs.
    pub fn first_open(&self) -> Option<(Rc<str>, Span)> {
        self.letters.iter().find_map(|letter| match &letter.what {
            What::Open(text) => Some((text.clone(), letter.span)),
            What::Char(_) => None,
        })
    }

    /// The known text that it starts with.
    pub fn head(&self) -> String {
        self.letters.iter().map_while(Letter::known).collect()
    }

    /// The word before the first `separator` and the word behind it; `None` for the second if there is no separator.
    pub fn split_once(&self, separator: char) -> (Word, Option<Word>) {
        let Some(at) = self.letters.iter().position(|letter| letter.what == What::Char(separator)) else {
            return (self.clone(), None);
        };
        let (before, after) = self.letters.split_at(at);
        let (from, to) = after.first().map_or((self.span.end, self.span.end), |mark| (mark.span.start, mark.span.end));
        let before = Word { span: Span::new(self.span.start, from), letters: before.to_vec() };
        let after = Word { span: Span::new(to, self.span.end), letters: after.get(1..).unwrap_or_default().to_vec() };
        (before, Some(after))
    }

    /// The parts between `separator`s, each without the blanks around it. A part's span is that of its letters; an empty part has
    /// the span of the whole word.
    pub fn split(&self, separator: char) -> Vec<Word> {
        let parts = self.letters.split(|letter| letter.what == What::Char(separator));
        parts.map(|letters| Word { span: self.span, letters: letters.to_vec() }.trimmed()).collect()
    }

    /// The word without blanks at its ends, with the span of its letters; with its own span if none is left.
    pub fn trimmed(&self) -> Word {
        let is_blank = |letter: &&Letter| matches!(letter.what, What::Char(c) if c.is_whitespace());
        let start = self.letters.iter().take_while(is_blank).count();
        let end = self.letters.len() - self.letters.iter().rev().take_while(is_blank).count();
        let letters = self.letters.get(start..end).unwrap_or_default().to_vec();
        let span = match (letters.first(), letters.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => self.span,
        };
        Word { span, letters }
    }

    /// This word and `other` as one text with a blank between them.
    pub fn joined(mut self, other: &Word) -> Word {
        let gap = Span::new(self.span.end, other.span.start.max(self.span.end));
        self.letters.push(Letter { span: gap, what: What::Char(' ') });
        self.letters.extend(other.letters.iter().cloned());
        self.span.end = other.span.end;
        self
    }
}

impl Letter {
    fn known(&self) -> Option<char> {
        match self.what {
            What::Char(c) => Some(c),
            What::Open(_) => None,
        }
    }
}
