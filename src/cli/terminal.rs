//! What the screen can show. The one place that reads the environment.

use clap::ValueEnum;
use std::env;
use std::io::IsTerminal;

/// Characters a line has where nothing says how many.
const DEFAULT_WIDTH: usize = 100;
/// Characters that every line of a terminal has, or nearly.
const NARROW: usize = 40;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What standard output can show.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether to write colours.
    pub color: bool,
    /// Whether to link to pages.
    pub hyperlinks: bool,
    /// Whether characters beyond ASCII can be shown.
    pub unicode: bool,
    /// Characters a line has.
    pub width: usize,
}

impl Terminal {
    /// Asks the environment; `--color` has the last word on colours.
    pub fn detect(color: Color) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if is_set("NO_COLOR") => false,
            Color::Auto if env::var("CLICOLOR_FORCE").is_ok_and(|value| !value.is_empty() && value != "0") => true,
            Color::Auto => is_terminal && env::var("TERM").map_or(cfg!(windows), |term| term != "dumb"),
        };
        // Who wants no colours wants no escape sequences.
        let hyperlinks = color && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        Self { color, hyperlinks, unicode: speaks_unicode(), width: width(is_terminal) }
    }
}

/// Characters of a line of standard error if that is a terminal on which a line can be written over; `None` if not.
pub fn rewritable_width() -> Option<usize> {
    let stderr = std::io::stderr();
    let is_watched = stderr.is_terminal() && env::var("TERM").map_or(cfg!(windows), |term| term != "dumb");
    is_watched.then(|| terminal_size::terminal_size_of(stderr).map_or(NARROW, |(width, _)| usize::from(width.0)))
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// As the C library does: the first of these that is set names the encoding.
fn speaks_unicode() -> bool {
    if cfg!(windows) {
        return is_set("WT_SESSION") || is_set("TERM");
    }
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| env::var(name).ok()).find(|value| !value.is_empty());
    match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(target_os = "macos"),
    }
}

fn width(is_terminal: bool) -> usize {
    let wished = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let measured = || {
        let (width, _) = terminal_size::terminal_size().filter(|_| is_terminal)?;
        Some(usize::from(width.0))
    };
    wished.or_else(measured).unwrap_or(DEFAULT_WIDTH)
}
