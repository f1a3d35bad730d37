use super::*;
use crate::finding::{Applicability, Fix};
use crate::fix::apply;
use crate::source::SourceFile;
use crate::syntax::Node;
use proptest::prelude::*;
use std::sync::Arc;

fn carried_out(text: &str, replacements: Vec<Replacement>) -> String {
    let file = Arc::new(SourceFile::new("a.json", text));
    let edits = replacements.into_iter().map(|replacement| replacement.in_file(&file)).collect();
    let fix = Fix { description: String::new(), applicability: Applicability::Safe, edits };
    let (result, taken) = apply(text, &[&fix]);
    assert_eq!(taken, [0], "{text}");
    result
}

/// The root's member `a`, or the root itself.
fn removed(text: &str, array: Span, element: Span) -> Result<Vec<Replacement>, Refusal> {
    remove_element(&Container::array(text, array)?, element)
}

fn split(text: &str, array: Span, element: Span, values: &[&str]) -> Result<Vec<Replacement>, Refusal> {
    split_element(&Container::array(text, array)?, element, values)
}

fn subject(root: &Node) -> &Node {
    root.get("a").unwrap_or(root)
}

#[test]
fn removes_elements_with_their_comma() {
    let table = [
        ("[1, 2, 3]", 0, "[2, 3]"),
        ("[1, 2, 3]", 1, "[1, 3]"),
        ("[1, 2, 3]", 2, "[1, 2]"),
        ("[1,2,3]", 1, "[1,3]"),
        ("[1,2,3]", 2, "[1,2]"),
        ("[ 1, 2 ]", 1, "[ 1 ]"),
        ("[1, 2,]", 1, "[1,]"),
        ("[1, 2,]", 0, "[2,]"),
        ("[\r\n  1,\r\n  2,\r\n  3\r\n]", 0, "[\r\n  2,\r\n  3\r\n]"),
        ("[\r\n  1,\r\n  2,\r\n  3\r\n]", 1, "[\r\n  1,\r\n  3\r\n]"),
        ("[\r\n  1,\r\n  2,\r\n  3\r\n]", 2, "[\r\n  1,\r\n  2\r\n]"),
        ("[\n  1,\n  2,\n]", 1, "[\n  1,\n]"),
        ("[\n  1, // one\n  2, // two\n  3 // three\n]", 0, "[\n  // one\n  2, // two\n  3 // three\n]"),
        ("[\n  1, // one\n  2, // two\n  3 // three\n]", 1, "[\n  1, // one\n  // two\n  3 // three\n]"),
        ("[\n  1, // one\n  2, // two\n  3 // three\n]", 2, "[\n  1, // one\n  2 // two\n  // three\n]"),
        ("[\n  1, // one\n  2\n]", 1, "[\n  1 // one\n]"),
        ("[\n  1, // one\n  2 ]", 1, "[\n  1 // one\n   ]"),
        ("[\n  1, // one\n  2, ]", 1, "[\n  1, // one\n   ]"),
        ("[\n  1, // one\n  2,\n]", 1, "[\n  1, // one\n]"),
        ("[1 /* a */, /* b */ 2 /* c */]", 0, "[/* a */ /* b */ 2 /* c */]"),
        ("[1 /* a */, /* b */ 2 /* c */]", 1, "[1 /* a */ /* b */ /* c */]"),
        ("[1 // a\n, 2]", 0, "[// a\n 2]"),
        ("[1, 2,\n 3]", 1, "[1,\n 3]"),
        ("[1,\n 2]", 0, "[2]"),
        ("[\n  1\n  , 2\n  , 3\n]", 1, "[\n  1\n  , 3\n]"),
        ("[\"// no\", \"/* no\", 3]", 1, "[\"// no\", 3]"),
        ("\u{feff}{\"a\": [[1], {\"b\": \",\"}]}", 1, "\u{feff}{\"a\": [[1]]}"),
    ];
    for (text, index, expected) in table {
        let root = parse(text).unwrap();
        let array = subject(&root);
        let element = array.elements()[index].span;
        let result = carried_out(text, removed(text, array.span, element).unwrap());
        assert_eq!(result, expected, "{text:?} without {index}");
        assert!(parse(&result).is_ok(), "{result}");
    }
    assert_eq!(removed("[1]", Span::new(0, 3), Span::new(1, 2)), Err(Refusal::OnlyElement));
    assert_eq!(removed("[1, 2]", Span::new(0, 6), Span::new(1, 3)), Err(Refusal::NotThere));
    assert_eq!(removed("{\"a\": 1}", Span::new(0, 8), Span::new(1, 7)), Err(Refusal::NotThere));
}

#[test]
fn removes_members() {
    let table = [
        ("{\"x\": 1, \"y\": 2}", "x", "{\"y\": 2}"),
        ("{\"x\": 1, \"y\": 2}", "y", "{\"x\": 1}"),
        ("{\n  \"x\": 1\n}", "x", "{}"),
        ("{\n  \"x\": 1,\n}", "x", "{}"),
        ("{\n  // why\n  \"x\": 1\n}", "x", "{\n  // why\n}"),
        ("{\n  \"x\": {\n    \"z\": 1\n  },\n  \"y\": 2\n}", "x", "{\n  \"y\": 2\n}"),
    ];
    for (text, name, expected) in table {
        let root = parse(text).unwrap();
        let key = root.member(name).unwrap().key.span;
        let result = carried_out(text, remove_member(text, root.span, key).unwrap());
        assert_eq!(result, expected, "{text:?} without {name}");
        assert!(parse(&result).is_ok());
    }
    assert_eq!(remove_member("{\"x\": 1}", Span::new(0, 8), Span::new(2, 3)), Err(Refusal::NotThere));
}

#[test]
fn splits_elements_as_they_stand() {
    let table = [
        ("[1]", 0, "[7, 8]"),
        ("{\"a\": [1]}", 0, "{\"a\": [7, 8]}"),
        ("{\"a\":[1]}", 0, "{\"a\":[7,8]}"),
        ("[1, 2]", 1, "[1, 7, 8]"),
        ("[1,2]", 0, "[7,8,2]"),
        ("[\r\n\t1, // one\r\n\t2\r\n]", 0, "[\r\n\t7,\r\n\t8, // one\r\n\t2\r\n]"),
        ("[\n  1\n]", 0, "[\n  7,\n  8\n]"),
    ];
    for (text, index, expected) in table {
        let root = parse(text).unwrap();
        let array = subject(&root);
        let parts = split(text, array.span, array.elements()[index].span, &["7", "8"]).unwrap();
        let result = carried_out(text, parts);
        assert_eq!(result, expected);
    }
    let text = "[1]";
    assert_eq!(split(text, Span::new(0, 3), Span::new(1, 2), &["x"]), Err(Refusal::NotJson));
    assert_eq!(split(text, Span::new(0, 3), Span::new(1, 2), &[]), Err(Refusal::OnlyElement));
}

#[test]
fn replaces_strings_keys_and_values() {
    let text = "{\"a\" : [\"x\\u00fc\" /* c */]}";
    let root = parse(text).unwrap();
    let (key, list) = (root.members()[0].key.span, root.members()[0].value.span);
    let string = root.get("a").unwrap().elements()[0].span;
    let quote = carried_out(text, replace_string(text, string, "ü\"\\\n[").unwrap());
    assert_eq!(quote, "{\"a\" : [\"ü\\\"\\\\\\n[\" /* c */]}");
    assert_eq!(carried_out(text, rename_key(text, key, "b").unwrap()), "{\"b\" : [\"x\\u00fc\" /* c */]}");
    assert_eq!(carried_out(text, wrap_in_array(text, string).unwrap()), "{\"a\" : [[\"x\\u00fc\"] /* c */]}");
    assert_eq!(carried_out(text, replace_value(text, list, "null").unwrap()), "{\"a\" : null}");
    assert_eq!(replace_value(text, list, "nul"), Err(Refusal::NotJson));
    assert_eq!(replace_value(text, list, "1 // c"), Err(Refusal::NotJson));
    assert_eq!(replace_string(text, list, ""), Err(Refusal::NotThere));
    assert_eq!(replace_string(text, Span::new(900, 910), ""), Err(Refusal::NotThere));
    assert_eq!(wrap_in_array(text, Span::new(string.start, string.end + 1)), Err(Refusal::NotThere));
}

fn trivia() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![" ", "\t", "\n", "\r\n    ", "/* , ] } \" */", "// , ] \"\n", "//\r\n"]);
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["1", "\"a, ]// b\"", "[1,2]", "{\"k\": \"}\"}", "null", "\"ü😀\"", "\"\\\"\""])
}

/// The text of an array or object with blank space and comments between all its parts, and how many children it has.
fn container() -> impl Strategy<Value = (String, bool, usize)> {
    let children = prop::collection::vec((trivia(), value(), trivia(), trivia()), 1..6);
    (children, any::<bool>(), any::<bool>(), trivia()).prop_map(|(children, is_object, has_trailing_comma, last)| {
        let count = children.len();
        let mut text = String::from(if is_object { "{" } else { "[" });
        for (index, (before, value, between, after)) in children.into_iter().enumerate() {
            let key = if is_object { format!("\"k{index}\"{between}:") } else { String::new() };
            let comma = if index + 1 < count || has_trailing_comma { "," } else { "" };
            text.push_str(&format!("{before}{key}{value}{after}{comma}"));
        }
        text.push_str(&last);
        text.push(if is_object { '}' } else { ']' });
        (text, is_object, count)
    })
}

fn children(node: &Node) -> Vec<Node> {
    node.elements().iter().chain(node.members().iter().map(|member| &member.value)).cloned().collect()
}

/// The values alone, places and all else left out.
fn values(text: &str, nodes: &[Node]) -> Vec<String> {
    nodes.iter().map(|node| text[node.span.start as usize..node.span.end as usize].to_owned()).collect()
}

proptest! {
    #[test]
    fn removing_keeps_everything_else((text, is_object, count) in container(), pick in any::<prop::sample::Index>()) {
        let root = parse(&text).unwrap();
        let index = pick.index(count);
        let removed = if is_object {
            remove_member(&text, root.span, root.members()[index].key.span)
        } else {
            removed(&text, root.span, root.elements()[index].span)
        };
        if !is_object && count == 1 {
            prop_assert_eq!(removed, Err(Refusal::OnlyElement));
            return Ok(());
        }
        let result = carried_out(&text, removed.unwrap());
        let after = parse(&result);
        prop_assert!(after.is_ok(), "{text:?} without {index}: {result:?}");
        let mut expected = values(&text, &children(&root));
        expected.remove(index);
        prop_assert_eq!(values(&result, &children(&after.unwrap())), expected);
        for comment in ["/* , ] } \" */", "// , ] \"", "//"] {
            // What ends one comment and begins the next would look like a third kind.
            let count = |text: &str| text.replace("*/", "*|").matches(&comment.replace("*/", "*|")).count();
            // A comment between key and value goes with its member.
            let end = children(&root)[index].span.end;
            let start = if is_object { root.members()[index].key.span.start } else { root.elements()[index].span.start };
            let own = count(&text[start as usize..end as usize]);
            prop_assert_eq!(count(&result), count(&text) - own, "{:?} without {}: {:?}", text, index, result);
        }
    }

    #[test]
    fn splitting_and_wrapping_keep_everything_else((text, is_object, count) in container(), pick in any::<prop::sample::Index>()) {
        let root = parse(&text).unwrap();
        let index = pick.index(count);
        let all = children(&root);
        let wrapped = carried_out(&text, wrap_in_array(&text, all[index].span).unwrap());
        prop_assert!(children(&parse(&wrapped).unwrap())[index].is_array());
        if !is_object {
            let parts = carried_out(&text, split(&text, root.span, all[index].span, &["7", "8"]).unwrap());
            let mut expected = values(&text, &all);
            expected.splice(index..=index, ["7".to_owned(), "8".to_owned()]);
            prop_assert_eq!(values(&parts, &children(&parse(&parts).unwrap())), expected);
        }
    }

    #[test]
    fn strings_arrive_as_given(content in "\\PC{0,20}|[\u{0}-\u{20}\"\\\\]{0,8}") {
        let text = "[\"x\"]";
        let result = carried_out(text, replace_string(text, Span::new(1, 4), &content).unwrap());
        let root = parse(&result).unwrap();
        prop_assert_eq!(root.elements()[0].as_str(), Some(content.as_str()));
    }
}
