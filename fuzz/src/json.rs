//! JSON: any bytes are read or refused with a place; spans nest; what was read can be written and read again.

use super::forms::{self, Form};
use akslint::read::decode;
use akslint::source::{SourceFile, Span};
use akslint::syntax::{Node, NodeKind, Text, parse};
use serde_json::Value as Json;

/// Reads the bytes as a file.
pub fn run(data: &[u8]) {
    let Ok(decoded) = decode(data) else { return };
    let text = &*decoded.text;
    let file = SourceFile::new("a.json", text);
    match parse(text) {
        Ok(node) => {
            check_spans(text, &node);
            node.duplicate_keys();
            file.position(node.span.end);
            for form in Form::ALL {
                let written = forms::write(&node, form);
                let again = parse(&written).unwrap_or_else(|error| panic!("{error} in {written}"));
                assert!(forms::is_same(&node, &again), "{form:?}: {written}");
            }
        }
        Err(error) => {
            assert!(is_in(text, error.span), "{error:?}");
            file.position(error.span.start);
        }
    }
    // Whoever reads JSON reads at least what the standard allows, and reads the same.
    if let Ok(json) = serde_json::from_str::<Json>(text) {
        let node = parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert!(agree(&node, &json), "{json}");
    }
}

fn is_in(text: &str, span: Span) -> bool {
    text.get(span.start as usize..span.end as usize).is_some()
}

fn check_spans(text: &str, node: &Node) {
    assert!(is_in(text, node.span));
    for member in node.members() {
        assert!(node.span.contains(member.key.span) && node.span.contains(member.value.span));
        assert!(member.key.span.end < member.value.span.start);
        check_text(text, &member.key);
        check_spans(text, &member.value);
    }
    let mut end = node.span.start;
    for element in node.elements() {
        assert!(node.span.contains(element.span) && end <= element.span.start);
        end = element.span.end;
        check_spans(text, element);
    }
    if let Some(string) = node.as_text() {
        assert_eq!(string.span, node.span);
        check_text(text, string);
    }
}

fn check_text(text: &str, string: &Text) {
    let slice = text.get(string.span.start as usize..string.span.end as usize).expect("the span of a string");
    assert_eq!(parse(slice).expect("the string on its own").as_str(), Some(&*string.text));
    let map = string.offsets(text);
    assert_eq!(map.at(string.text.len()), string.span.end - 1);
    // Each character is where the map says, at least for the first ones.
    for (at, char) in string.text.char_indices().take(64) {
        let written = text.get(map.at(at) as usize..).expect("a place on a character's boundary");
        assert!(written.starts_with(char) || written.starts_with('\\'), "{string:?} at {at}");
    }
}

fn agree(node: &Node, json: &Json) -> bool {
    match (&node.kind, json) {
        (NodeKind::Null, Json::Null) | (NodeKind::Number(_), Json::Number(_)) => true,
        (NodeKind::Bool(one), Json::Bool(other)) => one == other,
        (NodeKind::String(one), Json::String(other)) => *one.text == **other,
        (NodeKind::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| agree(one, other))
        }
        (NodeKind::Object(one), Json::Object(other)) => {
            one.iter().all(|member| other.contains_key(&*member.key.text))
                && other.iter().all(|(key, value)| node.get(key).is_some_and(|node| agree(node, value)))
        }
        _ => false,
    }
}
