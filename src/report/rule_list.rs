//! Lists of rules, for people and as JSON.

use super::RuleInfo;
use super::text::{visible, wrap, write_json};
use crate::finding::Level;
use serde::Serialize;
use std::io::{self, Write};

/// A rule in a list.
#[derive(Clone, Debug)]
pub struct ListedRule {
    /// What reports say about it.
    pub info: RuleInfo,
    /// The types it is about; empty: all.
    pub types: Vec<String>,
    /// Whether it runs only when it is selected by name.
    pub is_opt_in: bool,
    /// Whether it comes with the linter.
    pub is_shipped: bool,
    /// The document it stands in: the path, and the line of its first key, from 1.
    pub source: (String, u32),
}

/// How a table looks. Chosen by the caller.
#[derive(Clone, Copy, Debug)]
pub struct TableOptions {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// Characters a line has.
    pub width: usize,
}

/// A synopsis gets at least this many characters a line.
const NARROWEST: usize = 30;
/// What is said of rules that run only when selected.
const OPT_IN: &str = "(off unless selected)";

/// Writes a table: the rules under the documents they stand in, in the order given.
pub fn write_table(out: &mut dyn Write, rules: &[ListedRule], options: &TableOptions) -> io::Result<()> {
    let widest = |of: fn(&ListedRule) -> &str| rules.iter().map(|rule| of(rule).chars().count()).max().unwrap_or(0);
    let (references, names) = (widest(|rule| &rule.info.reference), widest(|rule| &rule.info.name));
    // Two blanks before the row and between its columns; `warning` is the longest level.
    let before = 2 + references + 2 + names + 2 + 7 + 2;
    let left = options.width.saturating_sub(before);
    let mut last = None;
    for rule in rules {
        let source = rule.source.0.as_str();
        if last != Some(source) {
            let end = if rule.is_shipped { " (comes with akslint)" } else { "" };
            let start = if last.is_some() { "\n" } else { "" };
            writeln!(out, "{start}{}{end}", paint(options, "1", &visible(source)))?;
            last = Some(source);
        }
        let info = &rule.info;
        let (reference, name, level) = (visible(&info.reference), visible(&info.name), info.level.as_str());
        let code = match info.level {
            Level::Error => "31",
            Level::Warning => "33",
            Level::Note => "36",
        };
        let padded = paint(options, code, &format!("{level:7}"));
        let row = format!("  {reference:references$}  {name:names$}  {padded}");
        let mut synopsis = visible(&info.synopsis).into_owned();
        if rule.is_opt_in {
            synopsis = format!("{synopsis} {OPT_IN}").trim_start().to_owned();
        }
        // On a narrow screen the synopsis stands below.
        let (indent, mut lines) = if left >= NARROWEST {
            (before, wrap(&synopsis, left))
        } else {
            let mut lines = wrap(&synopsis, options.width.max(NARROWEST).saturating_sub(6));
            lines.insert(0, String::new());
            (6, lines)
        };
        let first = if lines.is_empty() { String::new() } else { lines.remove(0) };
        writeln!(out, "{}", format!("{row}  {first}").trim_end())?;
        for line in lines.iter().filter(|line| !line.is_empty()) {
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    Ok(())
}

fn paint(options: &TableOptions, code: &str, text: &str) -> String {
    if options.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    rules: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    rule: &'a str,
    #[serde(rename = "ref")]
    reference: &'a str,
    level: &'static str,
    synopsis: &'a str,
    description: String,
    recommendation: String,
    types: &'a [String],
    tags: &'a [String],
    opt_in: bool,
    shipped: bool,
    source: Source<'a>,
    help_url: Option<&'a str>,
}

#[derive(Serialize)]
struct Source<'a> {
    path: &'a str,
    line: u32,
}

/// Writes one JSON document with all that is known of the rules.
pub fn write_list(out: &mut dyn Write, rules: &[ListedRule]) -> io::Result<()> {
    let tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    write_json(out, &Document { schema_version: 1, tool, rules: rules.iter().map(entry).collect() })
}

fn entry(rule: &ListedRule) -> Entry<'_> {
    let info = &rule.info;
    Entry {
        rule: &info.name,
        reference: &info.reference,
        level: info.level.as_str(),
        synopsis: &info.synopsis,
        description: info.full_description().into_owned(),
        recommendation: info.full_recommendation().into_owned(),
        types: &rule.types,
        tags: &info.tags,
        opt_in: rule.is_opt_in,
        shipped: rule.is_shipped,
        source: Source { path: &rule.source.0, line: rule.source.1 },
        help_url: info.help_url.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::examples;

    fn rules() -> Vec<ListedRule> {
        let listed = |(index, info): (usize, RuleInfo)| ListedRule {
            is_opt_in: index == 1,
            is_shipped: index == 0,
            source: (["rules/a.Rule.yaml", "own.Rule.yaml"].into_iter().nth(index.min(1)).unwrap().to_owned(), 3),
            types: vec![],
            info,
        };
        examples::report().rules.into_iter().take(2).enumerate().map(listed).collect()
    }

    fn table(color: bool, width: usize) -> String {
        let mut out = vec![];
        write_table(&mut out, &rules(), &TableOptions { color, width }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tables_fit_their_width() {
        for width in [20, 60, 80, 120] {
            let text = table(false, width);
            assert!(text.starts_with("rules/a.Rule.yaml (comes with akslint)\n"), "{text}");
            assert!(text.contains("\nown.Rule.yaml\n"), "{text}");
            assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(OPT_IN), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= width.max(60)), "{width}:\n{text}");
        }
        assert!(table(true, 80).contains("\u{1b}[31merror  \u{1b}[0m"));
    }

    #[test]
    fn lists_are_json() {
        let mut out = vec![];
        write_list(&mut out, &rules()).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(json["schemaVersion"], 1);
        assert_eq!(json["rules"][0]["source"]["line"], 3);
        assert_eq!(json["rules"][1]["optIn"], true);
        assert!(json["rules"][0]["description"].as_str().is_some_and(|text| !text.is_empty()));
    }
}
