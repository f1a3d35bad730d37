//! `// akslint-ignore AKS203: reason`, in any comment of a template or parameters file.

use super::entry::{Entry, Scope};
use crate::date::Date;
use crate::finding::Location;
use crate::source::{SourceFile, Span};
use std::sync::Arc;

const KEYWORD: &str = "akslint-ignore";

/// The suppressions that the comments of a file hold, and what is wrong with others.
pub(super) fn entries(file: &Arc<SourceFile>) -> (Vec<Entry>, Vec<(Location, String)>) {
    entries_of(file, Layout::of)
}

/// As [`entries`], for a script, in which comments begin with `#`.
pub(super) fn entries_of_script(file: &Arc<SourceFile>) -> (Vec<Entry>, Vec<(Location, String)>) {
    entries_of(file, Layout::of_script)
}

fn entries_of(file: &Arc<SourceFile>, layout: impl Fn(&SourceFile) -> Layout) -> (Vec<Entry>, Vec<(Location, String)>) {
    let (mut entries, mut wrong) = (Vec::new(), Vec::new());
    if !file.text().contains(KEYWORD) {
        return (entries, wrong);
    }
    let layout = layout(file);
    for comment in &layout.comments {
        let Some(directive) = directive(file.slice(*comment)) else { continue };
        let location = Location { file: file.clone(), span: *comment };
        match directive {
            Ok(directive) => {
                let scope =
                    if directive.is_for_file { Scope::File } else { Scope::Line(layout.covered_line(file, *comment)) };
                let Directive { ids, reason, until, .. } = directive;
                entries.push(Entry { kind: "comment", ids, reason, until, location, scope });
            }
            Err(message) => wrong.push((location, message)),
        }
    }
    (entries, wrong)
}

#[derive(Debug, PartialEq)]
struct Directive {
    is_for_file: bool,
    ids: Vec<String>,
    until: Option<Date>,
    reason: Option<String>,
}

/// What a comment says to this program; `None`: nothing.
fn directive(comment: &str) -> Option<Result<Directive, String>> {
    let body = match comment.strip_prefix("/*") {
        Some(body) => body.strip_suffix("*/").unwrap_or(body),
        None => comment.strip_prefix("//").or_else(|| comment.strip_prefix('#'))?,
    };
    let rest = body.trim().strip_prefix(KEYWORD)?;
    let (is_for_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if !rest.is_empty() && !rest.starts_with(|c: char| c == ':' || c.is_whitespace()) {
        let word: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != ':').collect();
        let known = format!("`{KEYWORD}` or `{KEYWORD}-file`");
        return Some(Err(format!(
            "unknown directive `{KEYWORD}{}{word}`; write {known}",
            if is_for_file { "-file" } else { "" }
        )));
    }
    let (head, reason) = match rest.split_once(':') {
        Some((head, reason)) => (head, Some(reason.split_whitespace().collect::<Vec<_>>().join(" "))),
        None => (rest, None),
    };
    let reason = reason.filter(|reason| !reason.is_empty());
    Some(ids(head).map(|(ids, until)| Directive { is_for_file, ids, until, reason }))
}

/// Ids, between commas or blanks, and perhaps `until 2026-12-31`.
fn ids(head: &str) -> Result<(Vec<String>, Option<Date>), String> {
    let mut words = head.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
    let (mut ids, mut until) = (Vec::new(), None);
    while let Some(word) = words.next() {
        if word == "until" {
            let day = words.next().unwrap_or_default();
            until = Some(day.parse().map_err(|error| format!("{error}, after `until`"))?);
        } else if word.chars().all(|c| c.is_alphanumeric() || "._-*".contains(c)) {
            ids.push(word.to_owned());
        } else {
            return Err(format!("`{word}` is no rule; write `{KEYWORD} RULE, RULE: reason`"));
        }
    }
    if ids.is_empty() {
        return Err(format!("the suppression names no rule; write `{KEYWORD} RULE: reason`"));
    }
    Ok((ids, until))
}

/// What is comment in a file, and which lines hold anything else.
struct Layout {
    comments: Vec<Span>,
    /// By line, from 0.
    has_code: Vec<bool>,
    /// By line, from 0: the first line from it on that is more than comment.
    next: Vec<usize>,
}

impl Layout {
    /// Walks through a file that parses.
    fn of(file: &SourceFile) -> Self {
        let text = file.text();
        let mut layout =
            Self { comments: Vec::new(), has_code: vec![false; file.line_starts().len()], next: Vec::new() };
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let length = if rest.starts_with("//") {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                let length = if rest.starts_with('"') {
                    string_length(rest)
                } else {
                    rest.chars().next().map_or(1, char::len_utf8)
                };
                if !rest.starts_with(|c: char| c.is_whitespace() || c == '\u{feff}') {
                    layout.mark(file, at, at + length);
                }
                at += length;
                continue;
            };
            layout.comments.push(Span::new(at as u32, (at + length) as u32));
            at += length;
        }
        layout.next = next_lines(file, &layout.comments, &layout.has_code);
        layout
    }

    /// Goes through the lines of a script. A comment that speaks to this program begins with `#` at the start of a line or behind a
    /// blank; what else might be a comment does not matter.
    fn of_script(file: &SourceFile) -> Self {
        let mut layout = Self { comments: Vec::new(), has_code: Vec::new(), next: Vec::new() };
        for (number, start) in file.line_starts().iter().enumerate() {
            let line = file.line_span(number).map(|span| file.slice(span)).unwrap_or_default();
            let text = line.trim_end_matches(['\n', '\r']);
            let speaks = |(at, _): &(usize, &str)| {
                let (before, comment) = text.split_at_checked(*at).unwrap_or_default();
                let is_comment = before.is_empty() || before.ends_with(|c: char| c.is_whitespace());
                is_comment && comment.trim_start_matches('#').trim_start().starts_with(KEYWORD)
            };
            let comment = text.match_indices('#').find(speaks).map(|(at, _)| at);
            let code = text.get(..comment.unwrap_or(text.len())).unwrap_or_default().trim();
            layout.has_code.push(!code.is_empty() && !code.starts_with('#'));
            if let Some(at) = comment {
                layout.comments.push(Span::new(start + at as u32, start + text.len() as u32));
            }
        }
        layout.next = next_lines(file, &layout.comments, &layout.has_code);
        layout
    }

    fn mark(&mut self, file: &SourceFile, start: usize, end: usize) {
        let lines = file.line_index(start as u32)..=file.line_index(end.saturating_sub(1) as u32);
        for line in lines {
            if let Some(has_code) = self.has_code.get_mut(line) {
                *has_code = true;
            }
        }
    }

    /// The line, from 0, that a suppression in this comment covers: its own if anything else stands there; else the next one, comments
    /// left out.
    fn covered_line(&self, file: &SourceFile, comment: Span) -> usize {
        let has_code = |line: usize| self.has_code.get(line).copied().unwrap_or(true);
        let (first, last) = (file.line_index(comment.start), file.line_index(comment.end.saturating_sub(1)));
        let own = [first, last].into_iter().find(|line| has_code(*line));
        own.unwrap_or_else(|| self.next.get(last + 1).copied().unwrap_or(last + 1))
    }
}

/// For each line the first from it on that is more than comment.
fn next_lines(file: &SourceFile, comments: &[Span], has_code: &[bool]) -> Vec<usize> {
    let mut has_comment = vec![false; has_code.len()];
    for comment in comments {
        for line in file.line_index(comment.start)..=file.line_index(comment.end.saturating_sub(1)) {
            if let Some(has_comment) = has_comment.get_mut(line) {
                *has_comment = true;
            }
        }
    }
    let mut next: Vec<usize> = Vec::with_capacity(has_code.len());
    let mut following = has_code.len();
    for (line, (has_code, has_comment)) in has_code.iter().zip(has_comment).enumerate().rev() {
        if *has_code || !has_comment {
            following = line;
        }
        next.push(following);
    }
    next.reverse();
    next
}

/// The length of the string literal that `rest` starts with, quotes included.
fn string_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_directives() {
        let table = [
            ("// akslint-ignore AKS203: a test cluster", "AKS203 | a test cluster"),
            ("//akslint-ignore AKS203", "AKS203 |"),
            ("/* akslint-ignore AKS203, Azure.AKS. AKS1\n  : why:\n not */", "AKS203 Azure.AKS. AKS1 | why: not"),
            ("// akslint-ignore-file AKS203: x", "file AKS203 | x"),
            ("// akslint-ignore AKS203 until 2026-12-31: x", "AKS203 2026-12-31 | x"),
            ("// akslint-ignore AKS203:   ", "AKS203 |"),
            ("// akslint-ignore: x", "names no rule"),
            ("// akslint-ignore", "names no rule"),
            ("// akslint-ignore (AKS203)", "`(AKS203)` is no rule"),
            ("// akslint-ignore AKS203 until tomorrow: x", "after `until`"),
            ("// akslint-ignore-next-line AKS203", "unknown directive `akslint-ignore-next-line`"),
            ("// akslint-ignore-files AKS203", "unknown directive `akslint-ignore-files`"),
            ("// see akslint-ignore AKS203", "-"),
            ("// akslint", "-"),
        ];
        for (comment, expected) in table {
            let got = match directive(comment) {
                None => "-".to_owned(),
                Some(Err(message)) => message,
                Some(Ok(Directive { is_for_file, ids, until, reason })) => {
                    let file = if is_for_file { "file " } else { "" };
                    let until = until.map(|until| format!(" {until}")).unwrap_or_default();
                    format!("{file}{}{until} | {}", ids.join(" "), reason.unwrap_or_default())
                }
            };
            assert!(got.trim_end().contains(expected), "{comment}: {got}");
        }
    }

    /// The lines, from 1, that entries for lines cover.
    fn lines(entries: &[Entry]) -> Vec<usize> {
        let line = |entry: &Entry| match entry.scope {
            Scope::Line(line) => Some(line + 1),
            _ => None,
        };
        entries.iter().filter_map(line).collect()
    }

    #[test]
    fn finds_the_line_of_a_script_that_is_covered() {
        let table = [
            ("# akslint-ignore A: why\naz aks create", 2),
            ("az aks create # akslint-ignore A", 1),
            ("steps:\n  - run: |\n      #akslint-ignore A\r\n      az aks create\n", 4),
            ("x '#' \"# akslint-ignore A\" y", 1),
        ];
        for (text, line) in table {
            let file = Arc::new(SourceFile::new("a.sh", text));
            let (entries, _) = entries_of_script(&file);
            let expected: &[usize] = if text.starts_with('x') { &[] } else { &[line] };
            assert_eq!(lines(&entries), expected, "{text:?}");
        }
    }

    #[test]
    fn finds_the_line_that_is_covered() {
        // Each row: a text with one directive, and the line, from 1, that it covers.
        let table = [
            ("// akslint-ignore A\n{}", 2),
            ("\u{feff}// akslint-ignore A\r\n// more\r\n/* and\r\nmore */\r\n{}", 5),
            ("{ // akslint-ignore A\n}", 1),
            ("{\n  /* akslint-ignore A */ \"a\": 1\n}", 2),
            ("{\n  /* akslint-ignore A\n */ \"a\": 1\n}", 3),
            ("{\n  // akslint-ignore A\n\n  \"a\": 1\n}", 3),
            ("{\"a\": \"\n// akslint-ignore B\n\", // akslint-ignore A\n}", 3),
            ("{\"a\\\"// akslint-ignore B\": 1}\n// akslint-ignore A", 3),
        ];
        for (text, line) in table {
            let file = Arc::new(SourceFile::new("a.json", text));
            let (entries, wrong) = entries(&file);
            assert!(wrong.is_empty());
            assert_eq!(lines(&entries), [line], "{text:?}");
        }
    }
}
