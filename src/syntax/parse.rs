//! From text to [`Node`]s. `jsonc_parser` does the grammar; this converts its tree, corrects its offsets and words its errors.

use super::{Member, Node, NodeKind, Text};
use crate::source::Span;
use jsonc_parser::ast::{ObjectPropName, StringLit, Value};
use jsonc_parser::common::Range;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, ParseStringErrorKind, parse_to_ast};
use std::borrow::Cow;

/// The deepest nesting of arrays and objects that is read. It protects the stack; real templates reach 36.
pub const MAX_NESTING: usize = 256;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong and what was expected.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Span,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// JSON with comments and trailing commas, and no other leniency.
// Every field is written out, so that a leniency added by the library fails to compile instead of slipping in.
pub(crate) const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

const NOTHING_ELSE: CollectOptions = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };

/// Reads one JSON value from `text`, a file's whole text, with or without byte-order mark. Spans count bytes from the start of
/// `text`, the mark included.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    if text.len() > u32::MAX as usize {
        let message = "the file is larger than 4 GiB".to_owned();
        return Err(SyntaxError { message, span: Span::default() });
    }
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let converter = Converter { shift: text.len() - body.len() };
    match parse_to_ast(body, &NOTHING_ELSE, &DIALECT) {
        Ok(result) => match result.value {
            Some(value) => converter.node(value, 0),
            None => {
                let end = text.len() as u32;
                let message = "no JSON value: expected an object, an array or another value".to_owned();
                Err(SyntaxError { message, span: Span::new(end, end) })
            }
        },
        Err(error) => Err(converter.error(&error)),
    }
}

struct Converter {
    /// The length of the byte-order mark that the parser did not see, in bytes.
    shift: usize,
}

impl Converter {
    fn span(&self, range: Range) -> Span {
        Span::new((range.start + self.shift) as u32, (range.end + self.shift) as u32)
    }

    fn node(&self, value: Value<'_>, depth: usize) -> Result<Node, SyntaxError> {
        let (range, kind) = match value {
            Value::NullKeyword(null) => (null.range, NodeKind::Null),
            Value::BooleanLit(boolean) => (boolean.range, NodeKind::Bool(boolean.value)),
            Value::NumberLit(number) => (number.range, NodeKind::Number(number.value.into())),
            Value::StringLit(string) => (string.range, NodeKind::String(self.text(&string))),
            Value::Array(array) => {
                self.check_depth(array.range, depth)?;
                let elements = array.elements.into_iter().map(|element| self.node(element, depth + 1));
                (array.range, NodeKind::Array(elements.collect::<Result<_, _>>()?))
            }
            Value::Object(object) => {
                self.check_depth(object.range, depth)?;
                let members = object.properties.into_iter().map(|property| {
                    let key = match &property.name {
                        ObjectPropName::String(name) => self.text(name),
                        ObjectPropName::Word(word) => {
                            Text { text: word.value.into(), span: self.span(word.range), escaped: false }
                        }
                    };
                    Ok(Member { key, value: self.node(property.value, depth + 1)? })
                });
                (object.range, NodeKind::Object(members.collect::<Result<_, _>>()?))
            }
        };
        Ok(Node { span: self.span(range), kind })
    }

    fn text(&self, string: &StringLit<'_>) -> Text {
        // The library borrows the text exactly when it has no escape.
        let escaped = matches!(string.value, Cow::Owned(_));
        Text { text: string.value.as_ref().into(), span: self.span(string.range), escaped }
    }

    fn check_depth(&self, range: Range, depth: usize) -> Result<(), SyntaxError> {
        if depth < MAX_NESTING {
            return Ok(());
        }
        let start = self.span(range).start;
        Err(SyntaxError { message: too_deep(), span: Span::new(start, start + 1) })
    }

    fn error(&self, error: &ParseError) -> SyntaxError {
        let mut span = self.span(error.range());
        // Of what is never closed the library marks everything up to the end; the opening character alone says it.
        if is_unclosed(error.kind()) {
            span.end = span.end.min(span.start + 1);
        }
        SyntaxError { message: message(error.kind()), span }
    }
}

fn is_unclosed(kind: &ParseErrorKind) -> bool {
    use ParseErrorKind as Kind;
    let unclosed_string = matches!(kind, Kind::String(ParseStringErrorKind::UnterminatedStringLiteral));
    unclosed_string
        || matches!(kind, Kind::UnterminatedObject | Kind::UnterminatedArray | Kind::UnterminatedCommentBlock)
}

fn too_deep() -> String {
    format!("nested more than {MAX_NESTING} levels deep")
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
        Kind::NestingDepthExceeded => return too_deep(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_the_dialect() {
        let table = [
            "{}",
            "// c\n{\"a\": /* b */ [1, 2,],}\n// end",
            "\"raw\r\n\ttext\"",
            "1e400",
            "123456789012345678901234567890",
            "\u{feff} null",
        ];
        for text in table {
            assert!(parse(text).is_ok(), "{text:?}: {:?}", parse(text));
        }
    }

    #[test]
    fn says_what_was_expected_and_where() {
        let table = [
            ("", "no JSON value", 0, 0),
            ("\u{feff}// nothing\n", "no JSON value", 14, 14),
            ("{a: 1}", "expected a key in double quotes", 1, 2),
            ("{1: 1}", "expected a key in double quotes", 1, 2),
            ("[1 2]", "expected `,`", 2, 2),
            ("{\"a\": 1 \"b\": 2}", "expected `,`", 7, 7),
            ("'a'", "expected double quotes", 0, 1),
            ("0x1F", "no hexadecimal", 0, 1),
            ("+1", "without `+`", 0, 1),
            (".5", "decimal point", 0, 1),
            ("5.", "decimal point", 0, 2),
            ("NaN", "expected a value", 0, 3),
            ("01", "end of the file", 1, 2),
            (r#"["\x41"]"#, "expected one of", 2, 4),
            (r#"["a\'"]"#, "expected one of", 3, 5),
            (r#"["\d"]"#, "expected one of", 2, 4),
            (r#"["\ud800"]"#, "in pairs", 2, 9),
            (r#"["\u12"]"#, "four hexadecimal digits", 2, 7),
            ("\u{feff}{\"a\": [1}", "open array", 11, 12),
            ("{} {}", "end of the file", 3, 4),
            ("[1, {\"a\": 1", "expected `}`", 4, 5),
            ("[1, ", "expected `]`", 0, 1),
            ("{\"a\" 1}", "expected `:`", 5, 6),
            ("{\"a\": }", "expected a value", 6, 7),
            ("\"abc", "expected `\"`", 0, 1),
            ("/* x", "expected `*/`", 0, 1),
            ("[word]", "expected a value", 1, 5),
        ];
        for (text, expected, start, end) in table {
            let error = parse(text).expect_err(text);
            assert!(error.message.contains(expected), "{text}: {error:?}");
            assert_eq!(error.span, Span::new(start, end), "{text}: {error:?}");
        }
    }

    #[test]
    fn counts_the_byte_order_mark() {
        let text = "\u{feff}{\"a\": [true]}";
        let node = parse(text).unwrap();
        assert_eq!(node.span, Span::new(3, 16));
        assert_eq!(node.member("a").unwrap().key.span, Span::new(4, 7));
        assert_eq!(node.get("a").unwrap().elements()[0].span, Span::new(10, 14));
    }

    #[test]
    fn limits_nesting() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(&nested(MAX_NESTING)).is_ok());
        for levels in [MAX_NESTING + 1, 600, 100_000] {
            assert!(parse(&nested(levels)).unwrap_err().message.contains("256 levels"), "{levels}");
        }
        assert_eq!(parse(&nested(MAX_NESTING + 1)).unwrap_err().span, Span::new(256, 257));
    }

    fn json_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just(" true".to_owned()),
            "-?[1-9][0-9]{0,20}(\\.[0-9]{1,3})?",
            string_text(),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let members = prop::collection::vec((string_text(), inner.clone()), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(|elements| format!("[{}]", elements.join(" , "))),
                members.prop_map(|members| {
                    let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
                    format!("{{ {} }}", members.join("/**/,\r\n"))
                }),
            ]
        })
    }

    fn string_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-zA-Z\\[\\]'() ü€😀\t\n]{0,4}",
            prop::sample::select(vec![r"\n", r"\u00fc", r"\ud83d\ude00", r#"\""#, r"\\", r"\/"])
                .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
    }

    fn check_spans(text: &str, node: &Node) {
        let within = |inner: Span| assert!(node.span.contains(inner));
        for member in node.members() {
            within(member.key.span);
            within(member.value.span);
            assert!(member.key.span.end < member.value.span.start);
            check_text(text, &member.key);
            check_spans(text, &member.value);
        }
        for element in node.elements() {
            within(element.span);
            check_spans(text, element);
        }
        if let Some(string) = node.as_text() {
            assert_eq!(string.span, node.span);
            check_text(text, string);
        }
    }

    fn check_text(text: &str, string: &Text) {
        let slice = &text[string.span.start as usize..string.span.end as usize];
        assert_eq!(parse(slice).unwrap().as_str(), Some(&*string.text));
        let map = string.offsets(text);
        assert_eq!(map.at(string.text.len()), string.span.end - 1);
        for (at, char) in string.text.char_indices() {
            let written = &text[map.at(at) as usize..];
            assert!(written.starts_with(char) || written.starts_with('\\'), "{string:?} at {at}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\",:\\\\u0-9a-f'+.\\-/* \n\u{feff}ü]{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn spans_nest_and_strings_parse_again(text in json_text(), mark in any::<bool>()) {
            let text = if mark { format!("\u{feff}{text}") } else { text };
            check_spans(&text, &parse(&text).unwrap());
        }
    }
}
