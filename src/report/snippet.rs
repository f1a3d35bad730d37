//! The few lines of a file around its labels, cut to the width of the screen.
//!
//! miette asks a source for text and draws what it gets, however long: a minified template would print whole. So each
//! diagnostic gets a small text of its own, made here, and labels are moved to where their characters stand in it.

use super::text::{is_harmful, wrap};
use crate::source::{Position, SourceFile, Span};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Lines shown before the first and after the last labelled line.
const CONTEXT_LINES: usize = 1;
/// Labels at most this many lines apart share a snippet.
const NEAR_LINES: usize = 4;
/// A label over more lines than this is cut down to its first line.
const MULTILINE: usize = 6;
/// Code wider than this is cut, however wide the screen is.
const WIDEST: usize = 110;
/// A label's text gets at least this many characters on a line of its own.
const LABEL_WIDTH: usize = 24;

/// How a snippet is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Characters a line of the screen has.
    pub width: usize,
    /// Whether characters beyond ASCII may be used for drawing.
    pub unicode: bool,
}

impl Frame {
    /// Characters a line of code has, beside the line numbers and bars that miette draws.
    fn code_width(self, last_line: usize) -> usize {
        let gutter = last_line.to_string().len() + 7;
        self.width.saturating_sub(gutter).clamp(LABEL_WIDTH, WIDEST)
    }

    fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// A label to draw.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// The bytes in the file.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: &'a str,
}

/// Whether two labels of a file are so close that one snippet shows both.
pub fn are_near(file: &SourceFile, one: Span, other: Span, frame: Frame) -> bool {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    let (above, below) = (file.line_index(first.start), file.line_index(second.start));
    if above != below {
        return below - above <= NEAR_LINES;
    }
    let width = frame.code_width(below + 1);
    let line = file.line_span(above).unwrap_or_default();
    let reach = second.end.max(first.end).saturating_sub(first.start) as usize;
    (line.len() as usize) <= width || reach <= width * 2 / 3
}

/// Text for one diagnostic, with its labels in it.
#[derive(Debug)]
pub struct Snippet {
    path: String,
    text: String,
    /// The 0-based number of the first line.
    first_line: usize,
    /// Where the main label really stands.
    position: Position,
    /// The labels, in the snippet's own bytes; the main one first.
    pub labels: Vec<LabeledSpan>,
}

impl Snippet {
    /// The snippet that shows all marks; the first is the main one. `None` if there is no mark or no text to show.
    pub fn new(file: &SourceFile, path: &str, marks: &[Mark<'_>], frame: Frame) -> Option<Self> {
        let main = marks.first()?;
        let spans: Vec<_> = marks.iter().map(|mark| clipped(file, mark.span)).collect();
        let first = spans.iter().map(|span| file.line_index(span.start)).min()?;
        let last = spans.iter().map(|span| file.line_index(span.end)).max()?;
        let lines: Vec<_> = (first.saturating_sub(CONTEXT_LINES)..=last + CONTEXT_LINES)
            .filter_map(|index| Some((index, line_without_break(file, index)?)))
            .collect();
        let (first_line, width) = (lines.first()?.0, frame.code_width(lines.last()?.0 + 1));
        let indent = common_indent(file, &lines, width);
        let mut shown = Shown { text: String::new(), spans: vec![None; spans.len()] };
        for (_, line) in &lines {
            shown.push_line(file, *line, indent, &spans, marks, width, frame);
        }
        if shown.text.trim().is_empty() {
            return None;
        }
        let labels = shown
            .spans
            .iter()
            .zip(marks)
            .enumerate()
            .filter_map(|(at, (span, mark))| {
                let span = (*span)?;
                let room = width.saturating_sub(column(&shown.text, span)).max(LABEL_WIDTH);
                let text = (!mark.text.is_empty()).then(|| wrap(mark.text, room).join("\n"));
                let span = (span.start as usize, span.len() as usize);
                Some(if at == 0 {
                    LabeledSpan::new_primary_with_span(text, span)
                } else {
                    LabeledSpan::new_with_span(text, span)
                })
            })
            .collect();
        let position = file.position(main.span.start);
        Some(Self { path: path.to_owned(), text: shown.text, first_line, position, labels })
    }
}

/// The snippet's text so far, and where each label stands in it.
struct Shown {
    text: String,
    spans: Vec<Option<Span>>,
}

impl Shown {
    #[expect(clippy::too_many_arguments, reason = "one step of a loop, with all that the loop knows")]
    fn push_line(
        &mut self,
        file: &SourceFile,
        line: Span,
        indent: u32,
        spans: &[Span],
        marks: &[Mark<'_>],
        width: usize,
        frame: Frame,
    ) {
        let cut = window(file, line, indent, spans, marks, width);
        if cut.start > line.start + indent {
            self.text.push_str(frame.ellipsis());
        }
        let mut starts: Vec<Option<u32>> = spans.iter().map(|span| starts_at(*span, cut)).collect();
        let mut at = cut.start;
        let mut visual = 0;
        for c in file.slice(cut).chars() {
            self.settle(at, spans, &mut starts);
            visual += push_visible(&mut self.text, c, visual, frame);
            at += c.len_utf8() as u32;
        }
        self.settle(at, spans, &mut starts);
        let here = self.text.len() as u32;
        // What reaches beyond the cut, or onto the next line, ends (for now) where the text does.
        for (span, shown) in spans.iter().zip(&mut self.spans) {
            if let Some(shown) = shown
                && span.end > cut.end
                && span.start <= cut.end
            {
                shown.end = here;
            }
        }
        if cut.end < line.end {
            self.text.push_str(frame.ellipsis());
        }
        self.text.push('\n');
    }

    /// Notes labels that start or end at byte `at` of the file, which is where the text now ends.
    fn settle(&mut self, at: u32, spans: &[Span], starts: &mut [Option<u32>]) {
        let here = self.text.len() as u32;
        for ((span, shown), start) in spans.iter().zip(&mut self.spans).zip(starts) {
            if shown.is_none() && start.is_some_and(|start| start <= at) {
                *shown = Some(Span::new(here, here));
                *start = None;
            }
            if let Some(shown) = shown
                && span.end == at
            {
                shown.end = here;
            }
        }
    }
}

/// The byte of the window at which a span becomes visible, if it does.
fn starts_at(span: Span, cut: Span) -> Option<u32> {
    let visible = span.start <= cut.end && (span.start >= cut.start || span.end > cut.start);
    visible.then(|| span.start.max(cut.start))
}

/// Writes one character so that it can only be read; gives how many columns it takes.
fn push_visible(text: &mut String, c: char, visual: usize, frame: Frame) -> usize {
    match c {
        '\t' => {
            let spaces = 4 - visual % 4;
            text.extend(std::iter::repeat_n(' ', spaces));
            spaces
        }
        '\u{feff}' => 0,
        c if is_harmful(c) => {
            text.push(if frame.unicode { '\u{fffd}' } else { '?' });
            1
        }
        c => {
            text.push(c);
            1
        }
    }
}

/// The part of a line to show: all of it if it fits, else what surrounds its labels.
fn window(file: &SourceFile, line: Span, indent: u32, spans: &[Span], marks: &[Mark<'_>], width: usize) -> Span {
    let from = (line.start + indent).min(line.end);
    let labelled = spans
        .iter()
        .zip(marks)
        .filter(|(span, _)| span.start >= line.start && span.start <= line.end)
        .min_by_key(|(span, _)| **span);
    let rest = file.slice(Span::new(from, line.end));
    let fits = |text: &str| text.len() <= width || text.chars().nth(width).is_none();
    let Some((label, mark)) = labelled else {
        return Span::new(from, advance(from, rest, width));
    };
    let before = file.slice(Span::new(from, label.start));
    let label_column = if before.len() > width * 4 { usize::MAX } else { before.chars().count() };
    let longest_word = mark.text.chars().count().min(LABEL_WIDTH);
    if fits(rest) && label_column.saturating_add(longest_word) <= width {
        return Span::new(from, line.end);
    }
    let lead = if fits(rest) { width / 5 } else { width / 3 };
    let start = if label_column <= lead { from } else { back(label.start, before, lead) };
    Span::new(start, advance(start, file.slice(Span::new(start, line.end)), width))
}

/// The byte `characters` characters after `from`, which is where `text` starts.
fn advance(from: u32, text: &str, characters: usize) -> u32 {
    from + text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at) as u32
}

/// The byte `characters` characters before `to`, which is where `text` ends.
fn back(to: u32, text: &str, characters: usize) -> u32 {
    let length = text.chars().rev().take(characters).map(char::len_utf8).sum::<usize>();
    to.saturating_sub(length as u32)
}

/// Bytes of white space that all lines start with, if some line is too wide to show it.
fn common_indent(file: &SourceFile, lines: &[(usize, Span)], width: usize) -> u32 {
    let texts = || lines.iter().map(|(_, line)| file.slice(*line)).filter(|text| !text.trim().is_empty());
    if texts().all(|text| text.len() + LABEL_WIDTH <= width) {
        return 0;
    }
    let indent = |text: &str| text.len() - text.trim_start_matches(' ').len();
    texts().map(indent).min().unwrap_or_default() as u32
}

/// A span inside the file, on character boundaries, and of few lines.
fn clipped(file: &SourceFile, span: Span) -> Span {
    let text = file.text();
    let inside = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset as u32
    };
    let start = inside(span.start);
    let end = inside(span.end.max(start));
    let first = file.line_index(start);
    if file.line_index(end) - first < MULTILINE {
        return Span::new(start, end);
    }
    let line = line_without_break(file, first).unwrap_or(Span::new(start, start));
    Span::new(start, line.end.max(start))
}

fn line_without_break(file: &SourceFile, index: usize) -> Option<Span> {
    let line = file.line_span(index)?;
    let length = file.slice(line).trim_end_matches(['\r', '\n']).len();
    Some(Span::new(line.start, line.start + length as u32))
}

/// The column, in characters from 0, of a span's middle: where miette hangs the label's text.
fn column(text: &str, span: Span) -> usize {
    let middle = (span.start + span.end) as usize / 2;
    let before = text.char_indices().take_while(|(at, _)| *at < middle);
    before.fold(0, |column, (_, c)| if c == '\n' { 0 } else { column + 1 })
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let name = self.path.clone();
        // Asked without context, miette wants the place for the header: the true one, not the snippet's.
        if context_lines_before == 0 && context_lines_after == 0 {
            let data = self.text.get(span.offset()..span.offset() + span.len()).unwrap_or_default();
            let (line, column) = (self.position.line as usize - 1, self.position.column as usize - 1);
            return Ok(Box::new(MietteSpanContents::new_named(name, data.as_bytes(), *span, line, column, 1)));
        }
        let whole = SourceSpan::from((0, self.text.len()));
        let lines = self.text.lines().count();
        let data = self.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(name, data, whole, self.first_line, 0, lines)))
    }
}
