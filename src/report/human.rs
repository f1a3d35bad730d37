//! Text for people: each finding with the lines that decide it, then what the run did and did not do.

use super::merge::{Merged, merged};
use super::snippet::{Frame, Mark, Snippet, are_near};
use super::text::{count, defused, is_web_address, visible, wrap};
use super::{InputKind, InputRecord, InputStatus, Report, Show, words};
use crate::finding::{Applicability, Label, Level, Outcome};
use crate::source::SourceFile;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, ThemeCharacters, ThemeStyles,
};
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::Arc;

/// Narrower screens are treated as this wide.
const NARROWEST: usize = 40;
/// More skipped inputs of one kind and reason than this are grouped.
const LISTED: usize = 5;

/// How the text looks. Chosen by the caller: nothing here reads the environment.
#[derive(Clone, Copy, Debug)]
pub struct HumanOptions {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// Whether rules link to their pages, with the escape sequence OSC 8.
    pub hyperlinks: bool,
    /// Whether the terminal shows characters beyond ASCII.
    pub unicode: bool,
    /// Characters a line has.
    pub width: usize,
    /// Whether to leave out the closing summary.
    pub quiet: bool,
    /// Whether to list each skipped input, however many there are.
    pub verbose: bool,
}

impl Default for HumanOptions {
    /// No colours or links, drawn in ASCII, 100 characters wide, with a summary.
    fn default() -> Self {
        Self { color: false, hyperlinks: false, unicode: false, width: 100, quiet: false, verbose: false }
    }
}

/// Writes findings and summary.
pub fn write(out: &mut dyn Write, report: &Report, show: &Show, options: &HumanOptions) -> io::Result<()> {
    let painter = Painter::new(options);
    let mut after_line = false;
    for merged in merged(&report.findings, show) {
        let finding = merged.finding;
        if finding.suppressed.is_some() && !show.every_unknown {
            continue;
        }
        let is_line = matches!(finding.outcome, Outcome::Pass | Outcome::None);
        if is_line {
            painter.line(out, &merged)?;
        } else {
            if after_line {
                writeln!(out)?;
            }
            painter.finding(out, report, &merged)?;
        }
        after_line = is_line;
    }
    if after_line {
        writeln!(out)?;
    }
    if options.quiet { Ok(()) } else { painter.summary(out, report) }
}

/// What miette draws: one message, one snippet.
#[derive(Debug)]
struct Drawing {
    code: Option<String>,
    url: Option<String>,
    message: String,
    help: Option<String>,
    severity: Severity,
    snippet: Option<Snippet>,
}

impl Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        Some(Box::new(snippet.labels.iter().cloned()))
    }
}

struct Painter<'a> {
    options: &'a HumanOptions,
    frame: Frame,
    main: GraphicalReportHandler,
    /// For labels that are too far away for the main snippet.
    beside: GraphicalReportHandler,
}

impl<'a> Painter<'a> {
    fn new(options: &'a HumanOptions) -> Self {
        let width = options.width.max(NARROWEST);
        let characters = if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let styles = if options.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let mut theme = GraphicalTheme { characters, styles };
        theme.characters.advice = if options.unicode { "•".into() } else { "*".into() };
        let handler = |theme: &GraphicalTheme| {
            GraphicalReportHandler::new_themed(theme.clone())
                .with_width(width)
                .with_urls(options.hyperlinks)
                .with_link_display_text("")
                .without_syntax_highlighting()
        };
        let main = handler(&theme);
        theme.characters.advice = if options.unicode { "→".into() } else { "->".into() };
        let frame = Frame { width, unicode: options.unicode };
        Self { options, frame, main, beside: handler(&theme) }
    }

    /// A finding: header, message, snippet, places far away, help.
    fn finding(&self, out: &mut dyn Write, report: &Report, merged: &Merged<'_>) -> io::Result<()> {
        let finding = merged.finding;
        let file = &finding.primary.location.file;
        let (near, far): (Vec<&Label>, Vec<&Label>) = merged.related.iter().partition(|label| {
            same_file(&label.location.file, file)
                && are_near(file, label.location.span, finding.primary.location.span, self.frame)
        });
        let labels: Vec<_> = std::iter::once(&finding.primary).chain(near).collect();
        let (severity, word) = match (finding.outcome, finding.level) {
            (Outcome::Error, _) => (Severity::Error, "rule failed"),
            (Outcome::Unknown, _) => (Severity::Advice, "unknown"),
            (_, Level::Error) => (Severity::Error, "error"),
            (_, Level::Warning) => (Severity::Warning, "warning"),
            (_, Level::Note) => (Severity::Advice, "note"),
        };
        let page = report.rule_of(finding).and_then(|rule| rule.help_url.as_deref().map(str::to_owned));
        let drawing = Drawing {
            url: page.filter(|url| self.options.hyperlinks && is_web_address(url)),
            code: Some(visible(&[word, &finding.reference, &finding.rule].join(" ")).replace("  ", " ")),
            message: message(merged),
            help: None,
            severity,
            snippet: self.snippet(&labels),
        };
        self.draw(out, &self.main, &drawing)?;
        for group in self.neighbours(far) {
            let [first, others @ ..] = group.as_slice() else { continue };
            // The first one's text stands above the snippet, so that it is not said twice.
            let bare = Label { location: first.location.clone(), text: String::new() };
            let labels: Vec<_> = std::iter::once(&bare).chain(others.iter().copied()).collect();
            let text = if first.text.is_empty() { "see also" } else { first.text.as_str() };
            let snippet = self.snippet(&labels);
            let message = visible(text).into_owned();
            self.draw(
                out,
                &self.beside,
                &Drawing { code: None, url: None, message, help: None, severity: Severity::Advice, snippet },
            )?;
        }
        for (word, text) in self.help(report, merged) {
            self.paragraph(out, &format!("  {word}: "), Color::Cyan, &visible(&text))?;
        }
        writeln!(out)
    }

    /// Labels far from the finding, those near each other together.
    fn neighbours<'l>(&self, labels: Vec<&'l Label>) -> Vec<Vec<&'l Label>> {
        let mut groups: Vec<Vec<&Label>> = vec![];
        for label in labels {
            let near = |group: &&mut Vec<&Label>| {
                group.iter().all(|other| {
                    let (here, there) = (&other.location, &label.location);
                    same_file(&here.file, &there.file) && are_near(&here.file, here.span, there.span, self.frame)
                })
            };
            match groups.iter_mut().find(near) {
                Some(group) => group.push(label),
                None => groups.push(vec![label]),
            }
        }
        groups
    }

    fn snippet(&self, labels: &[&Label]) -> Option<Snippet> {
        let file = &labels.first()?.location.file;
        let texts: Vec<_> = labels.iter().map(|label| visible(&label.text)).collect();
        let marks: Vec<_> =
            labels.iter().zip(&texts).map(|(label, text)| Mark { span: label.location.span, text }).collect();
        Snippet::new(file, &visible(file.path()), &marks, self.frame)
    }

    fn draw(&self, out: &mut dyn Write, handler: &GraphicalReportHandler, drawing: &Drawing) -> io::Result<()> {
        let mut text = String::new();
        if handler.render_report(&mut text, drawing).is_err() {
            // Better a finding without its picture than none.
            text = format!("{}\n  {}\n", drawing.code.as_deref().unwrap_or_default(), drawing.message);
        }
        // miette pads some lines with blanks that nobody sees.
        for line in defused(&text).lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Why it matters, and how to mend it: the fixes, else what the finding or its rule recommends.
    fn help(&self, report: &Report, merged: &Merged<'_>) -> Vec<(&'static str, String)> {
        let finding = merged.finding;
        if !matches!(finding.outcome, Outcome::Fail | Outcome::Unknown) {
            return vec![];
        }
        let note = Some(("note", finding.note.clone())).filter(|(_, note)| !note.is_empty());
        let fixes = finding.fixes.iter().map(|fix| {
            let word = match fix.applicability {
                Applicability::Safe => "fix",
                Applicability::Unsafe => "fix (unsafe)",
                Applicability::DisplayOnly => "help",
            };
            (word, fix.description.clone())
        });
        let mut help: Vec<_> = note.into_iter().chain(fixes).collect();
        if finding.fixes.is_empty() {
            let rule = || report.rule_of(finding).map(|rule| rule.recommendation.to_string());
            let own = Some(finding.help.clone()).filter(|help| !help.is_empty());
            help.extend(own.or_else(rule).filter(|help| !help.is_empty()).map(|help| ("help", help)));
        }
        help
    }

    /// A result that needs no picture.
    fn line(&self, out: &mut dyn Write, merged: &Merged<'_>) -> io::Result<()> {
        let finding = merged.finding;
        let place = &finding.primary.location;
        let position = place.file.position(place.span.start);
        let text = format!(
            "{} {} {}:{}:{}",
            finding.reference,
            finding.rule,
            place.file.path(),
            position.line,
            position.column
        );
        let name = finding.resource.as_ref().and_then(|resource| resource.name.as_deref());
        let text = name.map_or(text.clone(), |name| format!("{text} {name}"));
        self.paragraph(
            out,
            &format!("{} ", finding.outcome.as_str()),
            Color::Green,
            visible(text.trim_start()).as_ref(),
        )
    }

    /// Text with a coloured start, wrapped and indented under it.
    fn paragraph(&self, out: &mut dyn Write, start: &str, color: Color, text: &str) -> io::Result<()> {
        let indent = start.chars().count();
        for (at, line) in wrap(text, self.frame.width.saturating_sub(indent)).iter().enumerate() {
            let start = if at == 0 { self.paint(color, start) } else { " ".repeat(indent) };
            writeln!(out, "{}", defused(&format!("{start}{line}")))?;
        }
        Ok(())
    }

    fn paint(&self, color: Color, text: &str) -> String {
        let code = match color {
            Color::None => return text.to_owned(),
            _ if !self.options.color => return text.to_owned(),
            Color::Red => 31,
            Color::Green => 32,
            Color::Yellow => 33,
            Color::Cyan => 36,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// What the run found, did and did not do.
    fn summary(&self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let (results, files, clusters) = (report.results(), report.files(), report.clusters);
        let mut found = vec![
            count(results.error, "error", "errors"),
            count(results.warning, "warning", "warnings"),
            count(results.note, "note", "notes"),
            format!("{} unknown", results.unknown),
        ];
        if results.suppressed > 0 {
            found.push(format!("{} suppressed", results.suppressed));
        }
        let color = match (results.error, results.warning) {
            (0, 0) => Color::None,
            (0, _) => Color::Yellow,
            _ => Color::Red,
        };
        self.paragraph(out, "Findings: ", color, &found.join(", "))?;
        let checked = format!(
            "{} checked: {} failed, {} undecided; {} not deployed",
            clusters.checked, clusters.failed, clusters.undecided, clusters.not_deployed
        );
        self.paragraph(out, "Clusters: ", Color::None, &checked)?;
        let mut read = vec![
            format!("{} checked", files.checked),
            format!("{} skipped", files.skipped),
            format!("{} failed", files.failed),
        ];
        if files.other > 0 {
            read.push(format!("{} other JSON", files.other));
        }
        self.paragraph(out, "Files:    ", Color::None, &read.join(", "))?;
        self.inputs(out, report, InputStatus::Skipped, Color::Yellow)?;
        self.inputs(out, report, InputStatus::Failed, Color::Red)?;
        match fixes(report) {
            Some(fixes) => self.paragraph(out, "Fixes:    ", Color::None, &fixes),
            None => Ok(()),
        }
    }

    /// Each skipped or failed input with its reason; many alike in one line.
    fn inputs(&self, out: &mut dyn Write, report: &Report, status: InputStatus, color: Color) -> io::Result<()> {
        let start = format!("  {} ", status.as_str());
        let mut inputs: Vec<_> = report.sorted_inputs().into_iter().filter(|input| input.status == status).collect();
        if status == InputStatus::Skipped && !self.options.verbose {
            for group in groups(&inputs) {
                self.paragraph(out, &start, color, &group.0)?;
                inputs.retain(|input| input.kind != group.1);
            }
        }
        for input in inputs {
            self.paragraph(out, &start, color, &input_line(input))?;
        }
        Ok(())
    }
}

/// How many findings can be mended by a command, and by which; `None`: none can.
fn fixes(report: &Report) -> Option<String> {
    let (mut safe, mut unsafe_) = (0, 0);
    for merged in merged(&report.findings, &Show::default()) {
        let finding = merged.finding;
        let counts = finding.outcome == Outcome::Fail && finding.suppressed.is_none();
        match finding.fixes.iter().filter(|_| counts).map(|fix| fix.applicability).max() {
            Some(Applicability::Safe) => safe += 1,
            Some(Applicability::Unsafe) => unsafe_ += 1,
            Some(Applicability::DisplayOnly) | None => {}
        }
    }
    match (safe, unsafe_) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} with --fix")),
        (0, unsafe_) => Some(format!("{unsafe_} with --fix=unsafe, to be looked at")),
        (safe, unsafe_) => Some(format!("{safe} with --fix, {unsafe_} more with --fix=unsafe, to be looked at")),
    }
}

#[derive(Clone, Copy)]
enum Color {
    None,
    Red,
    Green,
    Yellow,
    Cyan,
}

/// Many skipped inputs of one kind: a line for all, and the kind.
fn groups(inputs: &[&InputRecord]) -> Vec<(String, InputKind)> {
    let mut groups = vec![];
    for kind in [InputKind::Bicep, InputKind::Parameters] {
        let alike: Vec<_> = inputs.iter().copied().filter(|input| input.kind == kind).collect();
        let Some(first) = alike.first().filter(|_| alike.len() > LISTED) else { continue };
        let (noun, reason) = match kind {
            InputKind::Bicep => {
                ("Bicep files", "not compiled; `az bicep build --file FILE` or `bicep build FILE` makes the JSON")
            }
            _ => ("parameters files", first.message.as_deref().unwrap_or_default()),
        };
        let uniform = kind == InputKind::Bicep || alike.iter().all(|input| input.message == first.message);
        if uniform {
            let line = format!("{} {noun}, {} first: {reason} (-v lists them)", alike.len(), visible(&first.path));
            groups.push((line, kind));
        }
    }
    groups
}

/// One line that names an input and says why it was skipped or failed: `main.json:2:7: not JSON: ...`.
pub fn input_line(input: &InputRecord) -> String {
    let place = input.location.as_ref().map(|location| {
        let position = location.file.position(location.span.start);
        format!(":{}:{}", position.line, position.column)
    });
    let reason = input.message.as_deref().unwrap_or("no reason given");
    format!("{}{}: {}", visible(&input.path), place.unwrap_or_default(), visible(reason))
}

/// The message, and under which answers, with which parameters and for which resource it holds.
fn message(merged: &Merged<'_>) -> String {
    let lines = std::iter::once(merged.finding.message.clone()).chain(words::remarks(merged));
    lines.map(|line| visible(&line).into_owned()).collect::<Vec<_>>().join("\n")
}

fn same_file(one: &Arc<SourceFile>, other: &Arc<SourceFile>) -> bool {
    Arc::ptr_eq(one, other) || one.path() == other.path()
}
