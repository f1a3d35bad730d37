//! Finding the text of a value in its file, and what stands around it.

use super::list::{List, Looks};
use crate::evaluate::value::{Data, Origin, Value};
use crate::fix::edits::{Replacement, replace_string};
use crate::limits::{MAX_FIXES, MAX_LOOKS};
use crate::rules::path::PathSlot;
use crate::source::{FileId, Place, SourceFile, Sources, Span};
use crate::syntax::{Member, Node, parse};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The texts of an evaluation's files, parsed when a fix asks for what stands around a literal, and once.
pub(in crate::judge) struct Literals<'a> {
    sources: &'a Sources,
    trees: RefCell<FxHashMap<FileId, Option<Rc<Node>>>>,
    /// How many fixes may still be worked out.
    room: Cell<usize>,
    /// How much of lists may still be looked at for them.
    pub(super) looks: Looks,
    /// The list that was read last: findings on one list come one after the other.
    list: RefCell<Option<Rc<Known<'a>>>>,
    /// What is known of names: whether what has them is only ever used as a whole, its elements or else its properties.
    whole: RefCell<FxHashMap<(bool, Vec<String>), bool>>,
}

/// A list, the file in which it stands, and the values among which its elements are.
struct Known<'a> {
    siblings: Rc<Vec<PathSlot>>,
    file: FileId,
    list: Rc<List<'a>>,
}

/// A text that reaches its use unchanged, as it stands in its file.
pub(super) struct Literal {
    pub(super) place: Place,
    pub(super) origin: Origin,
    pub(super) text: Rc<str>,
    /// Whether it is a string of its own, not one inside an expression.
    pub(super) is_json: bool,
}

/// What holds a value or key.
pub(super) enum Holder<'n> {
    /// It is an element of this array.
    Array(&'n Node),
    /// It is the value of this member of this object.
    Value(&'n Node, &'n Member),
    /// It is the key of this member of this object.
    Key(&'n Node, &'n Member),
}

impl<'a> Literals<'a> {
    pub(in crate::judge) fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            trees: RefCell::default(),
            room: Cell::new(MAX_FIXES),
            looks: Looks::new(MAX_LOOKS),
            list: RefCell::default(),
            whole: RefCell::default(),
        }
    }

    /// The same, with a file that is parsed already.
    pub(in crate::judge) fn with_tree(sources: &'a Sources, file: FileId, root: Rc<Node>) -> Self {
        Self { trees: RefCell::new(FxHashMap::from_iter([(file, Some(root))])), ..Self::new(sources) }
    }

    /// Whether one more fix may be worked out.
    pub(super) fn take_room(&self) -> bool {
        let room = self.room.get();
        self.room.set(room.saturating_sub(1));
        room > 0
    }

    /// The list in which an entry stands at `place`, among these values: the one read last, or the one that `read` gives.
    pub(super) fn list(
        &self,
        siblings: &Rc<Vec<PathSlot>>,
        place: Place,
        read: impl FnOnce() -> Option<List<'a>>,
    ) -> Option<Rc<List<'a>>> {
        let is_it = |known: &&Rc<Known<'a>>| {
            Rc::ptr_eq(&known.siblings, siblings) && known.file == place.file && known.list.has(place.span)
        };
        if let Some(known) = self.list.borrow().as_ref().filter(is_it) {
            return Some(known.list.clone());
        }
        let list = Rc::new(read()?);
        let known = Known { siblings: siblings.clone(), file: place.file, list: list.clone() };
        self.list.replace(Some(Rc::new(known)));
        Some(list)
    }

    /// Whether what has these names is only ever used as a whole, asked once.
    pub(super) fn are_whole(&self, elements: bool, names: &[&str], ask: impl FnOnce() -> bool) -> bool {
        let key = (elements, names.iter().map(|name| (*name).to_owned()).collect());
        if let Some(known) = self.whole.borrow().get(&key) {
            return *known;
        }
        let answer = ask();
        self.whole.borrow_mut().insert(key, answer);
        answer
    }

    pub(super) fn file(&self, id: FileId) -> Option<&'a Arc<SourceFile>> {
        self.sources.get(id)
    }

    pub(super) fn text(&self, id: FileId) -> Option<&'a str> {
        self.file(id).map(|file| file.text())
    }

    /// The file's tree; `None` if it does not parse.
    pub(super) fn tree(&self, id: FileId) -> Option<Rc<Node>> {
        let read = || parse(self.text(id)?).ok().map(Rc::new);
        self.trees.borrow_mut().entry(id).or_insert_with(read).clone()
    }

    /// The literal that the value is; `None` if it is none, or if it is written in a way that is better not edited.
    pub(super) fn of(&self, value: &Value) -> Option<Literal> {
        let Data::String(text) = &value.data else { return None };
        let place = value.origin.place;
        if !value.origin.literal {
            return None;
        }
        let slice = self.file(place.file)?.slice(place.span);
        let inside = slice.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let is_json = match inside {
            Some(inside) if inside == &**text && is_plain(inside) => false,
            Some(_) => return None,
            None if parse(slice).ok()?.as_str() == Some(text) => true,
            None => return None,
        };
        Some(Literal { place, origin: value.origin.clone(), text: text.clone(), is_json })
    }

    /// Replaces the literal's text. Inside an expression only plain text is written.
    pub(super) fn replaced(&self, literal: &Literal, content: &str) -> Option<Vec<Replacement>> {
        let span = literal.place.span;
        if literal.is_json {
            // A bracket at the start would begin an expression.
            return match content.starts_with('[') {
                true => None,
                false => replace_string(self.text(literal.place.file)?, span, content).ok(),
            };
        }
        let inside = Span::new(span.start + 1, span.end.checked_sub(1)?);
        is_plain(content).then(|| vec![Replacement { span: inside, text: content.to_owned() }])
    }
}

/// Whether the text stands for itself both in JSON and between an expression's quotes.
fn is_plain(text: &str) -> bool {
    !text.contains(['\'', '"', '\\']) && !text.contains(char::is_control)
}

/// What holds the value or key at `span` in the tree; `None` if there is none at exactly this place.
pub(super) fn holder(root: &Node, span: Span) -> Option<Holder<'_>> {
    let mut here = root;
    loop {
        // Children stand in order and apart: the first that does not end before the span is the only one that can hold it.
        let elements = here.elements();
        let members = here.members();
        if let Some(element) = elements.get(elements.partition_point(|element| element.span.end < span.end)) {
            if element.span == span {
                return Some(Holder::Array(here));
            }
            here = element;
        } else if let Some(member) = members.get(members.partition_point(|member| member.value.span.end < span.end)) {
            if member.key.span == span {
                return Some(Holder::Key(here, member));
            }
            if member.value.span == span {
                return Some(Holder::Value(here, member));
            }
            here = &member.value;
        } else {
            return None;
        }
        if !here.span.contains(span) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_holds_a_span() {
        let text = r#"{"a": ["x", ["y"], {"b": "z"}], "c": 1}"#;
        let root = parse(text).unwrap();
        let table = [
            ("\"x\"", "element of [\"x\", [\"y\"], {\"b\": \"z\"}]"),
            ("\"y\"", "element of [\"y\"]"),
            ("[\"y\"]", "element of [\"x\", [\"y\"], {\"b\": \"z\"}]"),
            ("\"z\"", "value of \"b\""),
            ("\"b\"", "key in {\"b\": \"z\"}"),
            ("\"a\"", "key in whole"),
            ("1", "value of \"c\""),
            (", ", "nothing"),
            ("z", "nothing"),
            (text, "nothing"),
        ];
        for (needle, expected) in table {
            let start = text.find(needle).unwrap() as u32;
            let span = Span::new(start, start + needle.len() as u32);
            let slice = |span: Span| text[span.start as usize..span.end as usize].to_owned();
            let found = match holder(&root, span) {
                Some(Holder::Array(array)) => format!("element of {}", slice(array.span)),
                Some(Holder::Value(_, member)) => format!("value of {}", slice(member.key.span)),
                Some(Holder::Key(object, _)) if object.span == root.span => "key in whole".to_owned(),
                Some(Holder::Key(object, _)) => format!("key in {}", slice(object.span)),
                None => "nothing".to_owned(),
            };
            assert_eq!(found, expected, "{needle}");
        }
    }
}
