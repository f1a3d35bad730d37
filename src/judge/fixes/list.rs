//! A list of authorised ranges as it is written, for the fixes of its entries: read once for all of them.

use crate::fix::edits::Container;
use crate::network::Entry;
use crate::source::Span;
use std::cell::Cell;

/// The literal array that holds an entry, as far as its elements are texts that reach the use too.
pub(super) struct List<'t> {
    pub(super) array: Container<'t>,
    /// The elements that are texts, in order.
    pub(super) entries: Vec<(Span, Entry)>,
}

impl List<'_> {
    /// Whether one of those stands at `span`.
    pub(super) fn has(&self, span: Span) -> bool {
        self.entries.binary_search_by_key(&span, |(place, _)| *place).is_ok()
    }

    /// The entries beside the one at `span`. Each that is looked at costs `looks`; without any left the list seems to end, and
    /// [`Looks::are_left`] says so.
    pub(super) fn others<'l>(&'l self, span: Span, looks: &'l Looks) -> impl Iterator<Item = &'l (Span, Entry)> {
        self.entries.iter().filter(move |(place, _)| *place != span).take_while(|_| looks.take(1))
    }
}

/// How many elements of lists may still be looked at for fixes of their entries.
pub(super) struct Looks(Cell<usize>);

impl Looks {
    pub(super) fn new(number: usize) -> Self {
        Self(Cell::new(number))
    }

    /// Takes so many; `false`: there are not so many left, and now there are none.
    pub(super) fn take(&self, number: usize) -> bool {
        let left = self.0.get().checked_sub(number);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }

    pub(super) fn are_left(&self) -> bool {
        self.0.get() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::classify;

    #[test]
    fn looks_come_to_an_end() {
        let text = r#"["a", "b", "c"]"#;
        let entries = [1, 6, 11].map(|start| (Span::new(start, start + 3), classify("a"))).to_vec();
        let list = List { array: Container::array(text, Span::new(0, 15)).unwrap(), entries };
        let looks = Looks::new(5);
        let starts =
            |at: u32| list.others(Span::new(at, at + 3), &looks).map(|(place, _)| place.start).collect::<Vec<_>>();
        assert_eq!(starts(6), [1, 11]);
        assert_eq!(starts(0), [1, 6, 11]);
        assert!(!looks.are_left());
        assert_eq!(starts(1), [0; 0]);
        assert!(list.has(Span::new(6, 9)) && !list.has(Span::new(6, 10)));
        assert!(!Looks::new(2).take(3));
    }
}
