//! The tokens of a text: most are plain to see, all others are left to `jsonc_parser`.

use super::{DIALECT, SyntaxError};
use crate::source::Span;
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use memchr::memchr2;
use std::borrow::Cow;

const OPTIONS: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: DIALECT.allow_single_quoted_strings,
    allow_hexadecimal_numbers: DIALECT.allow_hexadecimal_numbers,
    allow_unary_plus_numbers: DIALECT.allow_unary_plus_numbers,
    allow_bare_decimal_point_numbers: DIALECT.allow_bare_decimal_point_numbers,
    allow_non_finite_numbers: DIALECT.allow_non_finite_numbers,
    allow_extended_string_escapes: DIALECT.allow_extended_string_escapes,
};

/// Goes from token to token.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// Where the last token starts.
    start: usize,
    /// Where it ends, and the search for the next one begins.
    at: usize,
}

impl<'t> Tokens<'t> {
    /// The tokens of `text` from byte `at` on.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, start: at, at }
    }

    /// The last token's place; what was read of it if it could not be read.
    pub(super) fn span(&self) -> Span {
        Span::new(self.start as u32, self.at as u32)
    }

    /// The next token that is no comment.
    pub(super) fn next(&mut self) -> Result<Option<Token<'t>>, SyntaxError> {
        loop {
            self.skip_blanks();
            let token = match self.bytes().first() {
                Some(b'"') => match self.plain_string() {
                    Some(token) => token,
                    None => self.scan()?,
                },
                Some(b'{') => self.mark(Token::OpenBrace),
                Some(b'}') => self.mark(Token::CloseBrace),
                Some(b'[') => self.mark(Token::OpenBracket),
                Some(b']') => self.mark(Token::CloseBracket),
                Some(b':') => self.mark(Token::Colon),
                Some(b',') => self.mark(Token::Comma),
                _ => self.scan()?,
            };
            match token {
                Some(Token::CommentLine(_) | Token::CommentBlock(_)) => {}
                token => return Ok(token),
            }
        }
    }

    /// What is not read yet.
    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Goes over the blanks that everybody writes.
    fn skip_blanks(&mut self) {
        loop {
            match self.bytes().first() {
                Some(b' ' | b'\r' | b'\t') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.skip_indentation();
                }
                _ => return,
            }
        }
    }

    /// Goes over spaces, eight at a time.
    fn skip_indentation(&mut self) {
        while let Some(chunk) = self.bytes().first_chunk() {
            let others = u64::from_le_bytes(*chunk) ^ u64::from_le_bytes([b' '; 8]);
            let spaces = others.trailing_zeros() as usize / 8;
            self.at += spaces;
            if spaces < 8 {
                return;
            }
        }
    }

    /// The token of one byte that stands here.
    fn mark(&mut self, token: Token<'t>) -> Option<Token<'t>> {
        self.start = self.at;
        self.at += 1;
        Some(token)
    }

    /// The string that starts here, if it ends and has no escapes.
    fn plain_string(&mut self) -> Option<Option<Token<'t>>> {
        let start = self.at + 1;
        let end = start + memchr2(b'"', b'\\', self.bytes().get(1..)?)?;
        let text = self.text.get(start..end)?;
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.start = self.at;
        self.at = end + 1;
        Some(Some(Token::String(Cow::Borrowed(text))))
    }

    /// The next token, whatever it is.
    fn scan(&mut self) -> Result<Option<Token<'t>>, SyntaxError> {
        let mut scanner = Scanner::new(self.text.get(self.at..).unwrap_or_default(), &OPTIONS);
        let before = self.at;
        let token = scanner.scan();
        self.start = before + scanner.token_start();
        self.at = before + scanner.token_end();
        token.map_err(|error| {
            let range = error.range();
            SyntaxError::new(error.kind(), Span::new((before + range.start) as u32, (before + range.end) as u32))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by the library alone.
    fn plain(text: &str) -> Vec<Result<(Token<'_>, Span), SyntaxError>> {
        let mut scanner = Scanner::new(text, &OPTIONS);
        let span = |start: usize, end: usize| Span::new(start as u32, end as u32);
        let mut found = vec![];
        loop {
            match scanner.scan() {
                Ok(Some(Token::CommentLine(_) | Token::CommentBlock(_))) => {}
                Ok(Some(token)) => found.push(Ok((token, span(scanner.token_start(), scanner.token_end())))),
                Ok(None) => return found,
                Err(error) => {
                    let at = span(error.range().start, error.range().end);
                    found.push(Err(SyntaxError::new(error.kind(), at)));
                    return found;
                }
            }
        }
    }

    fn fast(text: &str) -> Vec<Result<(Token<'_>, Span), SyntaxError>> {
        let mut tokens = Tokens::new(text, 0);
        let mut found = vec![];
        loop {
            match tokens.next() {
                Ok(Some(token)) => found.push(Ok((token, tokens.span()))),
                Ok(None) => return found,
                Err(error) => {
                    found.push(Err(error));
                    return found;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn are_those_of_the_library(
            text in "[\\[\\]{}\",:\\\\u0-9a-f'+.\\-/* \n\r\t\u{b}\u{a0}ü]{0,60}|(\\[|\\}|:|,|\"ü\\\\n\"|\"a\"|-1.5e3|true|nul|//|\n {0,20}| ){0,20}",
        ) {
            prop_assert_eq!(fast(&text), plain(&text), "{}", text);
        }
    }
}
