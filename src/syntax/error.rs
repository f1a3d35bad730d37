//! What is said of a text that is not JSON.

use crate::limits::MAX_NESTING;
use crate::source::Span;
use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::ParseErrorKind;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong and what was expected.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Span,
}

impl SyntaxError {
    /// The error of that kind in the bytes of `span`.
    pub(super) fn new(kind: &ParseErrorKind, mut span: Span) -> Self {
        // What is never closed goes on to the end of the file; the opening character alone says it.
        if is_unclosed(kind) {
            span.end = span.end.min(span.start + 1);
        }
        Self { message: message(kind), span }
    }

    /// The error for what opens at `open`, one level too deep.
    pub(super) fn too_deep(nesting: usize, open: Span) -> Self {
        Self { message: too_deep(nesting), span: open }
    }
}

fn is_unclosed(kind: &ParseErrorKind) -> bool {
    use ParseErrorKind as Kind;
    let unclosed_string = matches!(kind, Kind::String(ParseStringErrorKind::UnterminatedStringLiteral));
    unclosed_string
        || matches!(kind, Kind::UnterminatedObject | Kind::UnterminatedArray | Kind::UnterminatedCommentBlock)
}

fn too_deep(nesting: usize) -> String {
    format!("nested more than {nesting} levels deep")
}

/// What was expected, for each way a text can fail to be JSON.
fn message(kind: &ParseErrorKind) -> String {
    use ParseErrorKind as Kind;
    let message = match kind {
        Kind::BareDecimalPointNumbersNotAllowed => "expected a digit on both sides of the decimal point",
        Kind::CommentsNotAllowed => "comments are not allowed here",
        Kind::ExpectedColonAfterObjectKey => "expected `:` after the key",
        Kind::ExpectedObjectValue => "expected a value after `:`",
        Kind::ExpectedDigit => "expected a digit",
        Kind::ExpectedDigitFollowingNegativeSign => "expected a digit after `-`",
        Kind::ExpectedPlusMinusOrDigitInNumberLiteral => "expected a digit, `+` or `-` in the exponent",
        Kind::ExpectedStringObjectProperty => "expected a key in double quotes",
        Kind::HexadecimalNumbersNotAllowed => "expected a decimal number: JSON has no hexadecimal ones",
        Kind::ExpectedComma => "expected `,`",
        Kind::MultipleRootJsonValues => "expected the end of the file after the first JSON value",
        Kind::NonFiniteNumbersNotAllowed => "expected a number: JSON has no Infinity and no NaN",
        Kind::SingleQuotedStringsNotAllowed => "expected double quotes around the string",
        Kind::String(error) => return string_message(error),
        Kind::TrailingCommasNotAllowed => "a trailing comma is not allowed here",
        Kind::UnaryPlusNumbersNotAllowed => "expected a number without `+`",
        Kind::UnexpectedCloseBrace => "expected a value, or the `]` of an open array, before `}`",
        Kind::UnexpectedCloseBracket => "expected a value, or the `}` of an open object, before `]`",
        Kind::UnexpectedColon => "expected a value before `:`",
        Kind::UnexpectedComma => "expected a value before `,`",
        Kind::UnexpectedToken => "expected a value",
        Kind::UnexpectedTokenInObject => "expected a key in double quotes, `,` or `}`",
        Kind::UnexpectedWord => "expected a value: text needs double quotes",
        Kind::UnterminatedArray => "expected `]` for this array before the end of the file",
        Kind::UnterminatedCommentBlock => "expected `*/` for this comment before the end of the file",
        Kind::UnterminatedObject => "expected `}` for this object before the end of the file",
        Kind::NestingDepthExceeded => return too_deep(MAX_NESTING),
    };
    message.to_owned()
}

fn string_message(kind: &ParseStringErrorKind) -> String {
    use ParseStringErrorKind as Kind;
    match kind {
        Kind::InvalidEscape | Kind::InvalidEscapeInSingleQuoteString | Kind::InvalidEscapeInDoubleQuoteString => {
            r#"expected one of `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\uXXXX`"#.to_owned()
        }
        Kind::ExpectedFourHexDigits => r"expected four hexadecimal digits after `\u`".to_owned(),
        Kind::ExpectedTwoHexDigits => r"expected two hexadecimal digits after `\x`".to_owned(),
        Kind::InvalidUnicodeEscapeSequence(_) => {
            r"expected a character: `\uD800` to `\uDFFF` stand in pairs".to_owned()
        }
        Kind::UnterminatedStringLiteral => "expected `\"` at the end of this string".to_owned(),
    }
}
