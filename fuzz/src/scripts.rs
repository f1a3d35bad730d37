//! Scripts: the first line of an input names the kind of the rest. Spans nest, lines that have nothing to do with a command change
//! nothing of it, and the time does not grow faster than the text.

use super::bench;
use akslint::check::analysis::{Task, TaskKind, analyse_script};
use akslint::discover::ScriptKind;
use akslint::script::setting::{Command, Setting};
use akslint::script::word::Word;
use akslint::script::{MAX_COMMANDS, read};
use akslint::source::{SourceFile, Span};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of the text made to see how the time grows.
const LARGE: usize = 128 << 10;

/// What reading that text may take: several hundred times what it does, since others use the machine as well.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads the bytes as a script.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (first, text) = text.split_once('\n').unwrap_or(("", text));
    let kind = match first.trim() {
        "ps" => ScriptKind::PowerShell,
        "yaml" => ScriptKind::Pipeline,
        _ => ScriptKind::Shell,
    };
    let commands = read(text, kind);
    check_spans(text, &commands);
    unrelated_lines(text, kind, &commands);
    if data.len().is_multiple_of(8) {
        takes_linear_time(text, kind);
    } else if !commands.is_empty() {
        is_judged(text, kind);
    }
}

fn check_spans(text: &str, commands: &[Command]) {
    let mut end = 0;
    for command in commands {
        assert!(text.get(range(command.span)).is_some() && command.span.contains(command.head), "{command:?}");
        assert!(command.span.start >= end, "{command:?} begins in the one before");
        end = command.span.end;
        let inside =
            |span: Span| assert!(command.span.contains(span) && text.get(range(span)).is_some(), "{command:?}");
        let word = |word: &Word| {
            inside(word.span);
            let mut end = word.span.start;
            for letter in &word.letters {
                assert!(word.span.contains(letter.span) && letter.span.start >= end, "{word:?}");
                assert!(text.get(range(letter.span)).is_some(), "{word:?}");
                end = letter.span.end;
            }
        };
        command.name.iter().for_each(word);
        command.open.iter().for_each(|(_, span)| inside(*span));
        for given in &command.given {
            inside(given.key);
            match &given.value {
                Setting::Flag(_, span) | Setting::Open(_, span) | Setting::Nothing(span) => inside(*span),
                Setting::Text(text) => word(text),
                Setting::List { items, span, .. } => {
                    inside(*span);
                    items.iter().for_each(word);
                }
            }
        }
    }
}

fn range(span: Span) -> std::ops::Range<usize> {
    span.start as usize..span.end as usize
}

/// Lines before and behind that hold no command.
fn unrelated_lines(text: &str, kind: ScriptKind, commands: &[Command]) {
    // What marks the encoding, and what is said of a whole YAML stream, comes first.
    if text.starts_with(['\u{feff}', '%']) {
        return;
    }
    let before = if kind == ScriptKind::Pipeline { "# unrelated\n" } else { "echo unrelated\n" };
    let later = read(&format!("{before}{text}"), kind);
    assert_eq!(outline(commands, 0, u32::MAX), outline(&later, before.len() as u32, u32::MAX), "behind {before:?}");
    // A command that has not ended goes on in what follows.
    let whole = text.trim_end().len() as u32;
    let longer = read(&format!("{text}\n\n# unrelated\n"), kind);
    assert_eq!(outline(commands, 0, whole), outline(&longer, 0, whole), "before other lines");
}

/// What the commands that end before byte `end` say, and where, counted from byte `origin`.
fn outline(commands: &[Command], origin: u32, end: u32) -> String {
    let mut text = String::new();
    for command in commands.iter().filter(|command| command.span.end.saturating_sub(origin) < end) {
        let at = |span: Span| (span.start - origin, span.end - origin);
        let word = |word: &Word| {
            let letters: Vec<_> = word.letters.iter().map(|letter| (at(letter.span), &letter.what)).collect();
            format!("{:?} {letters:?}", at(word.span))
        };
        let Command { span, head, dialect, shell, is_update, name, given, open, path } = command;
        let _ = writeln!(text, "{path} {dialect:?} {shell:?} {is_update} {:?} {:?}", at(*span), at(*head));
        let _ =
            writeln!(text, " {:?} {:?}", name.as_ref().map(word), open.as_ref().map(|(text, span)| (text, at(*span))));
        for given in given {
            let value = match &given.value {
                Setting::Flag(yes, span) => format!("{yes} {:?}", at(*span)),
                Setting::Text(text) => word(text),
                Setting::List { items, span, splits } => {
                    format!("{:?} {splits} {:?}", at(*span), items.iter().map(word).collect::<Vec<_>>())
                }
                Setting::Open(text, span) => format!("{text} {:?}", at(*span)),
                Setting::Nothing(span) => format!("nothing {:?}", at(*span)),
            };
            let _ = writeln!(text, " {:?} {:?} {value}", given.property, at(given.key));
        }
    }
    text
}

/// The text, again and again.
fn takes_linear_time(text: &str, kind: ScriptKind) {
    if text.is_empty() {
        return;
    }
    for large in [text.repeat(LARGE / text.len() + 1), format!("{text}\n").repeat(LARGE / (text.len() + 1) + 1)] {
        let start = Instant::now();
        let commands = read(&large, kind);
        assert!(commands.len() <= MAX_COMMANDS + 1);
        assert!(start.elapsed() < PATIENCE, "{:?} for {} bytes", start.elapsed(), large.len());
    }
}

fn is_judged(text: &str, kind: ScriptKind) {
    let file = Arc::new(SourceFile::new("main.script", text));
    let task = Task { kind: TaskKind::Script(kind), file: file.clone(), parameters: Vec::new() };
    if let Some(analysis) = analyse_script(bench::mending(), &task, kind) {
        bench::check_report(&[file], &analysis);
    }
}
