//! A line on the terminal that says how far a long run is, and goes when the run ends.

use super::args::Format;
use super::terminal;
use crate::check::CheckOptions;
use crate::check::progress::{Progress, Stage};
use crate::report::text::count;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A run that is done before needs no line.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks at the counts.
const PACE: Duration = Duration::from_millis(100);

/// The line, or that there is none.
pub struct Line {
    progress: Option<Arc<Progress>>,
    /// Characters that standard error shows in a row.
    width: usize,
    begin: Instant,
}

impl Line {
    /// A line where somebody watches standard error: not in pipes, not on a terminal that cannot go back to the start of a line, not
    /// among the commands of a CI server, and not if nothing is to be said.
    pub fn new(quiet: bool, format: Format) -> Self {
        let is_wanted = !quiet && !matches!(format, Format::Github | Format::AzurePipelines);
        let width = terminal::rewritable_width().filter(|_| is_wanted);
        Self { progress: width.map(|_| Arc::default()), width: width.unwrap_or_default(), begin: Instant::now() }
    }

    /// The options, with counts that this line shows.
    pub fn watching(&self, options: CheckOptions) -> CheckOptions {
        CheckOptions { progress: self.progress.clone(), ..options }
    }

    /// Runs `work`, with the line below it once it takes long. Nothing else may write to the terminal meanwhile.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let Some(progress) = &self.progress else { return work() };
        thread::scope(|scope| {
            let (end, ended) = channel();
            // Dropped in any case, so that the line ends even if the work panics.
            let end: Sender<()> = end;
            let watch = move || {
                let mut shown = String::new();
                let mut pause = PATIENCE.saturating_sub(self.begin.elapsed());
                while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    let text = text(progress.now(), self.width);
                    if text != shown {
                        write_over(&shown, &text);
                        shown = text;
                    }
                    pause = PACE;
                }
                if !shown.is_empty() {
                    write_over(&shown, "");
                }
            };
            // Without a thread there is no line.
            let watcher = thread::Builder::new().spawn_scoped(scope, watch);
            let done = work();
            drop(end);
            if let Ok(watcher) = watcher {
                // It has no way to fail.
                let _ = watcher.join();
            }
            done
        })
    }
}

/// Writes the text over the one that stands there, and goes back to the start of the line. Plain characters do for that, so there is
/// nothing to turn off for those who want no escape sequences.
fn write_over(before: &str, text: &str) {
    let width = before.chars().count();
    let mut out = io::stderr().lock();
    // A terminal that is gone needs no line.
    let _ = write!(out, "{text:width$}\r");
    let _ = out.flush();
}

/// The words, cut to one character less than the terminal has, because some begin a new line after the last.
fn text((stage, done, total): (Stage, usize, usize), width: usize) -> String {
    let files = count(total, "file", "files");
    let text = match stage {
        Stage::Finding => "looking for files".to_owned(),
        Stage::Reading => format!("reading: {done} of {files}"),
        Stage::Checking => format!("checking: {done} of {files}"),
    };
    text.chars().take(width.saturating_sub(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits() {
        let table = [
            ((Stage::Finding, 0, 0), 80, "looking for files"),
            ((Stage::Reading, 5, 1200), 80, "reading: 5 of 1200 files"),
            ((Stage::Checking, 0, 1), 80, "checking: 0 of 1 file"),
            ((Stage::Checking, 0, 1), 9, "checking"),
            ((Stage::Checking, 0, 1), 1, ""),
            ((Stage::Checking, 0, 1), 0, ""),
        ];
        for (now, width, expected) in table {
            assert_eq!(text(now, width), expected);
        }
    }
}
