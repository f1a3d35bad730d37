//! From text to [`Node`]s: the grammar of JSON over its tokens.

use super::tokens::Tokens;
use super::{Member, Node, NodeKind, SyntaxError, Text};
use crate::limits::MAX_NESTING;
use crate::source::Span;
use jsonc_parser::errors::ParseErrorKind as Kind;
use jsonc_parser::tokens::Token;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::rc::Rc;

/// Longer texts are rarely there twice, in bytes.
const SHARED_BYTES: usize = 40;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads one JSON value from `text`, a file's whole text, with or without byte-order mark. Spans count bytes from the start of
/// `text`, the mark included.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    parse_within(text, MAX_NESTING)
}

/// Like [`parse`], with at most so many arrays and objects within each other.
pub fn parse_within(text: &str, nesting: usize) -> Result<Node, SyntaxError> {
    if text.len() > u32::MAX as usize {
        let message = "the file is larger than 4 GiB".to_owned();
        return Err(SyntaxError { message, span: Span::default() });
    }
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let start = text.len() - body.len();
    let mut parser = Parser {
        tokens: Tokens::new(text, start),
        nesting: nesting.min(MAX_NESTING),
        elements: vec![],
        members: vec![],
        texts: FxHashSet::default(),
    };
    let Some(first) = parser.tokens.next()? else {
        let end = text.len() as u32;
        let message = "no JSON value: expected an object, an array or another value".to_owned();
        return Err(SyntaxError { message, span: Span::new(end, end) });
    };
    let root = parser.value(first, 0)?;
    match parser.tokens.next()? {
        None => Ok(root),
        Some(_) => Err(parser.unexpected(&Kind::MultipleRootJsonValues)),
    }
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    /// How many arrays and objects may be within each other.
    nesting: usize,
    /// The elements of all arrays that are open: each array takes as much memory as it needs.
    elements: Vec<Node>,
    /// The members of all objects that are open.
    members: Vec<Member>,
    /// The texts so far: most keys and many values are there again and again.
    texts: FxHashSet<Rc<str>>,
}

impl<'t> Parser<'t> {
    /// The next token inside of what starts at `open`; `unclosed` says that there is none.
    fn inside(&mut self, unclosed: &Kind, open: Span) -> Result<Token<'t>, SyntaxError> {
        self.tokens.next()?.ok_or_else(|| SyntaxError::new(unclosed, open))
    }

    /// The value that starts with `token`, inside of `depth` arrays and objects.
    fn value(&mut self, token: Token<'t>, depth: usize) -> Result<Node, SyntaxError> {
        let span = self.tokens.span();
        let kind = match token {
            Token::OpenBrace => return self.object(depth),
            Token::OpenBracket => return self.array(depth),
            Token::Null => NodeKind::Null,
            Token::Boolean(value) => NodeKind::Bool(value),
            Token::Number(number) => NodeKind::Number(number.into()),
            Token::String(text) => NodeKind::String(self.text(text)),
            Token::CloseBracket => return Err(self.unexpected(&Kind::UnexpectedCloseBracket)),
            Token::CloseBrace => return Err(self.unexpected(&Kind::UnexpectedCloseBrace)),
            Token::Comma => return Err(self.unexpected(&Kind::UnexpectedComma)),
            Token::Colon => return Err(self.unexpected(&Kind::UnexpectedColon)),
            Token::Word(_) => return Err(self.unexpected(&Kind::UnexpectedWord)),
            Token::CommentLine(_) | Token::CommentBlock(_) => return Err(self.unexpected(&Kind::UnexpectedToken)),
        };
        Ok(Node { span, kind })
    }

    fn array(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let open = self.open(depth)?;
        let start = self.elements.len();
        loop {
            match self.inside(&Kind::UnterminatedArray, open)? {
                Token::CloseBracket => break,
                first => {
                    let element = self.value(first, depth + 1)?;
                    self.elements.push(element);
                }
            }
            let end = self.tokens.span().end;
            match self.inside(&Kind::UnterminatedArray, open)? {
                Token::Comma => {}
                Token::CloseBracket => break,
                Token::CloseBrace => return Err(self.unexpected(&Kind::UnexpectedCloseBrace)),
                Token::Colon => return Err(self.unexpected(&Kind::UnexpectedColon)),
                _ => return Err(SyntaxError::new(&Kind::ExpectedComma, Span::new(end, end))),
            }
        }
        Ok(Node {
            span: Span::new(open.start, self.tokens.span().end),
            kind: NodeKind::Array(self.elements.split_off(start)),
        })
    }

    fn object(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let open = self.open(depth)?;
        let start = self.members.len();
        loop {
            match self.inside(&Kind::UnterminatedObject, open)? {
                Token::CloseBrace => break,
                Token::String(key) => {
                    let key = self.text(key);
                    if self.tokens.next()? != Some(Token::Colon) {
                        return Err(self.unexpected(&Kind::ExpectedColonAfterObjectKey));
                    }
                    let Some(first) = self.tokens.next()? else {
                        return Err(self.unexpected(&Kind::ExpectedObjectValue));
                    };
                    let value = self.value(first, depth + 1)?;
                    self.members.push(Member { key, value });
                }
                Token::Word(_) | Token::Number(_) | Token::Boolean(_) | Token::Null => {
                    return Err(self.unexpected(&Kind::ExpectedStringObjectProperty));
                }
                _ => return Err(self.unexpected(&Kind::UnexpectedTokenInObject)),
            }
            let end = self.tokens.span().end;
            match self.inside(&Kind::UnterminatedObject, open)? {
                Token::Comma => {}
                Token::CloseBrace => break,
                Token::CloseBracket | Token::Colon | Token::OpenBrace | Token::OpenBracket => {
                    return Err(self.unexpected(&Kind::UnexpectedTokenInObject));
                }
                _ => return Err(SyntaxError::new(&Kind::ExpectedComma, Span::new(end, end))),
            }
        }
        Ok(Node {
            span: Span::new(open.start, self.tokens.span().end),
            kind: NodeKind::Object(self.members.split_off(start)),
        })
    }

    /// The bracket that was read last, if another level may open.
    fn open(&self, depth: usize) -> Result<Span, SyntaxError> {
        let open = self.tokens.span();
        if depth < self.nesting { Ok(open) } else { Err(SyntaxError::too_deep(self.nesting, open)) }
    }

    /// The string that was read last.
    fn text(&mut self, text: Cow<'t, str>) -> Text {
        // The library borrows the text exactly when it has no escape.
        let escaped = matches!(text, Cow::Owned(_));
        Text { text: self.shared(&text), span: self.tokens.span(), escaped }
    }

    fn shared(&mut self, text: &str) -> Rc<str> {
        if text.len() > SHARED_BYTES {
            return text.into();
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new: Rc<str> = text.into();
        self.texts.insert(new.clone());
        new
    }

    fn unexpected(&self, kind: &Kind) -> SyntaxError {
        SyntaxError::new(kind, self.tokens.span())
    }
}

#[cfg(test)]
mod tests {
    use super::super::DIALECT;
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
        fn accepts_what_the_library_accepts(text in "[\\[\\]{}\",:\\\\u0-9a-f'+.\\-/* \n\u{feff}ü]{0,60}|(\\[|\\]|\\{|\\}|:|,|\"a\"|1| ){0,12}") {
            let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
            let expected = jsonc_parser::parse_to_ast(body, &jsonc_parser::CollectOptions::default(), &DIALECT);
            let expected = expected.is_ok_and(|result| result.value.is_some());
            prop_assert_eq!(parse(&text).is_ok(), expected, "{}", text);
        }

        #[test]
        fn spans_nest_and_strings_parse_again(text in json_text(), mark in any::<bool>()) {
            let text = if mark { format!("\u{feff}{text}") } else { text };
            check_spans(&text, &parse(&text).unwrap());
        }
    }
}
