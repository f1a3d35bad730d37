//! Carrying out fixes on texts: each fix wholly or not at all, and every byte kept that no fix names.

use crate::finding::{Edit, Fix};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What applying fixes gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The texts that were edited, by the path that reports print.
    pub texts: BTreeMap<String, String>,
    /// The indices of the fixes that were carried out, ascending. A fix with the edits of another one counts with it.
    pub taken: Vec<usize>,
}

/// Applies fixes that all edit one file, whose text is `text`. Gives the new text and the indices of the fixes that were carried
/// out; the others touch one of them, or do not fit the text.
pub fn apply(text: &str, fixes: &[&Fix]) -> (String, Vec<usize>) {
    let mut taken = Taken::default();
    let indices = taken.take(fixes, &|_| Some(text));
    let edits: Vec<&Edit> = taken.files.into_values().flat_map(|file| file.edits).collect();
    (edited(text, &edits), indices)
}

/// As [`apply`], for fixes that edit several files. `text_of` gives a file's current text by its path; `None`: not to be edited.
pub fn apply_to_files<'t>(fixes: &[&Fix], text_of: &dyn Fn(&str) -> Option<&'t str>) -> Applied {
    let mut taken = Taken::default();
    let indices = taken.take(fixes, text_of);
    let mut texts = BTreeMap::new();
    for (path, file) in &taken.files {
        if let Some(text) = text_of(path) {
            texts.insert((*path).to_owned(), edited(text, &file.edits));
        }
    }
    Applied { texts, taken: indices }
}

/// The edits of the fixes taken so far, by path.
#[derive(Default)]
struct Taken<'f> {
    files: BTreeMap<&'f str, Edits<'f>>,
}

/// The edits of one file: none overlaps another one.
#[derive(Default)]
struct Edits<'f> {
    edits: Vec<&'f Edit>,
    /// Where they are, so that none has to be compared with all.
    places: BTreeSet<Span>,
}

impl<'f> Taken<'f> {
    fn take<'t>(&mut self, fixes: &[&'f Fix], text_of: &dyn Fn(&str) -> Option<&'t str>) -> Vec<usize> {
        let mut order: Vec<(usize, &Fix)> = fixes.iter().copied().enumerate().collect();
        order.sort_by_key(|(index, fix)| (fix.edits.first().map(place), *index));
        let mut last: Option<&Fix> = None;
        let mut indices = Vec::new();
        for (index, fix) in order {
            // Of fixes that begin at the same place only one is carried out: others touch it.
            if last.is_some_and(|last| what(last).eq(what(fix))) {
                indices.push(index);
            } else if fits(fix, text_of) && !self.touches(fix) {
                for edit in &fix.edits {
                    let file = self.files.entry(edit.location.file.path()).or_default();
                    file.edits.push(edit);
                    file.places.insert(edit.location.span);
                }
                last = Some(fix);
                indices.push(index);
            }
        }
        indices.sort_unstable();
        indices
    }

    /// Whether an edit of the fix overlaps or adjoins one already taken. Adjoining ones wait, too: two that each leave a list
    /// with an element may together leave it empty.
    fn touches(&self, fix: &Fix) -> bool {
        fix.edits.iter().any(|edit| {
            let span = edit.location.span;
            let others = self.files.get(edit.location.file.path()).map(|file| &file.places);
            // Of those that begin before this one ends, the last one reaches farthest.
            let last = others.and_then(|others| others.range(..=Span::new(span.end, u32::MAX)).next_back());
            last.is_some_and(|last| adjoin(*last, span))
        })
    }
}

fn place(edit: &Edit) -> (&str, Span) {
    (edit.location.file.path(), edit.location.span)
}

fn adjoin(left: Span, right: Span) -> bool {
    left.start <= right.end && right.start <= left.end
}

/// What a fix changes: the same for fixes that are equal but for their words.
pub fn what(fix: &Fix) -> impl Iterator<Item = (&str, Span, &str)> {
    fix.edits.iter().map(|edit| (edit.location.file.path(), edit.location.span, edit.text.as_str()))
}

/// Whether the fix has edits, all in texts that may be edited, on character boundaries, ascending and apart.
fn fits<'t>(fix: &Fix, text_of: &dyn Fn(&str) -> Option<&'t str>) -> bool {
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    !fix.edits.is_empty()
        && fix.edits.iter().all(|edit| {
            let (path, span) = place(edit);
            let follows = last.insert(path, span.end).is_none_or(|end| end <= span.start);
            let text = text_of(path);
            follows && text.is_some_and(|text| text.get(span.start as usize..span.end as usize).is_some())
        })
}

/// The text with the edits, which lie in it and apart from each other.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.location.span);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let span = edit.location.span;
        result.push_str(text.get(at..span.start as usize).unwrap_or_default());
        result.push_str(&edit.text);
        at = span.end as usize;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Applicability, Location};
    use crate::source::SourceFile;
    use std::sync::Arc;

    fn fix(file: &Arc<SourceFile>, edits: &[(u32, u32, &str)]) -> Fix {
        let edit = |(start, end, text): &(u32, u32, &str)| Edit {
            location: Location { file: file.clone(), span: Span::new(*start, *end) },
            text: (*text).to_owned(),
        };
        Fix { description: String::new(), applicability: Applicability::Safe, edits: edits.iter().map(edit).collect() }
    }

    #[test]
    fn takes_fixes_whole_and_apart() {
        type Edits = &'static [(u32, u32, &'static str)];
        let table: [(&str, &[Edits], &str, &[usize]); 12] = [
            ("abcdef", &[], "abcdef", &[]),
            ("abcdef", &[&[(1, 2, "B")], &[(3, 4, "")]], "aBcef", &[0, 1]),
            ("abcdef", &[&[(3, 4, "")], &[(1, 2, "B")]], "aBcef", &[0, 1]),
            ("abcdef", &[&[(1, 4, "x")], &[(3, 5, "y")]], "axef", &[0]),
            ("abcdef", &[&[(3, 5, "y")], &[(0, 1, "A"), (4, 5, "z")]], "Abcdzf", &[1]),
            ("abcdef", &[&[(1, 2, "")], &[(2, 3, "")]], "acdef", &[0]),
            ("abcdef", &[&[(1, 2, "B")], &[(1, 2, "B")]], "aBcdef", &[0, 1]),
            ("abcdef", &[&[(1, 2, "B")], &[(1, 2, "C")]], "aBcdef", &[0]),
            ("abcdef", &[&[(0, 1, "A"), (4, 6, "E")], &[(2, 3, "C")], &[(3, 5, "D")]], "AbCdE", &[0, 1]),
            ("abcdef", &[&[(2, 2, "x"), (2, 4, "y")], &[(1, 2, "B")], &[(5, 5, "z")]], "aBcdezf", &[1, 2]),
            ("\u{feff}ü\r\n", &[&[(4, 5, "x")], &[(5, 5, "y")], &[(9, 10, "z")], &[]], "\u{feff}üy\r\n", &[1]),
            ("abc", &[&[(2, 3, ""), (0, 1, "")]], "abc", &[]),
        ];
        for (text, fixes, expected, taken) in table {
            let file = Arc::new(SourceFile::new("a.json", text));
            let fixes: Vec<Fix> = fixes.iter().map(|edits| fix(&file, edits)).collect();
            let fixes: Vec<&Fix> = fixes.iter().collect();
            assert_eq!(apply(text, &fixes), (expected.to_owned(), taken.to_vec()), "{text} {fixes:?}");
        }
    }

    #[test]
    fn a_fix_of_two_files_is_carried_out_in_both_or_in_none() {
        let (one, two) = (Arc::new(SourceFile::new("1", "abc")), Arc::new(SourceFile::new("2", "abc")));
        let mut both = fix(&one, &[(0, 1, "x")]);
        both.edits.extend(fix(&two, &[(0, 1, "y")]).edits);
        let texts = |refused: &'static str| move |path: &str| (path != refused).then_some("abc");
        let applied = apply_to_files(&[&both], &texts(""));
        assert_eq!(applied.texts.into_values().collect::<Vec<_>>(), ["xbc", "ybc"]);
        assert_eq!(apply_to_files(&[&both], &texts("2")), Applied::default());
    }
}
