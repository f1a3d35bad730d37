//! What is wrong with a configuration file, where, and what was probably meant.

use strsim::osa_distance;

/// Why a configuration file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {message}", .place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
pub struct ConfigError {
    /// The file, as messages name it.
    pub path: String,
    /// Line and column, both from 1, the column in characters; `None` if the whole file is meant.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
}

impl ConfigError {
    /// An error of the whole file.
    pub(super) fn unplaced(path: &str, message: String) -> Self {
        Self { path: path.to_owned(), place: None, message }
    }

    /// The YAML reader's error in this program's words.
    pub(super) fn of(path: &str, error: &serde_yaml::Error) -> Self {
        let place = error.location().map(|location| (location.line(), location.column()));
        let text = error.to_string();
        // The place is told apart.
        let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
        Self { path: path.to_owned(), place, message: reworded(text) }
    }
}

/// `limits: unknown field` and so on: with a suggestion, and in the words of a configuration's author.
fn reworded(text: &str) -> String {
    for (marker, kind, others) in [("unknown field `", "key", "keys"), ("unknown variant `", "value", "values")] {
        let Some((context, rest)) = text.split_once(marker) else { continue };
        let Some((wrong, rest)) = rest.split_once('`') else { continue };
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        let context = context.trim_end_matches([' ', ':']);
        let place = if context.is_empty() || context == "." { String::new() } else { format!(" in `{context}`") };
        return match closest(wrong, &known) {
            Some(meant) => format!("unknown {kind} `{wrong}`{place}; did you mean `{meant}`?"),
            None => format!("unknown {kind} `{wrong}`{place}; the {others} here are {}", known.join(", ")),
        };
    }
    if text.contains("expected struct Document") {
        return "a configuration is a mapping of keys such as `rules:`; `akslint init` writes one with all of them"
            .into();
    }
    match text.split_once(": ") {
        Some((context, rest)) if !context.contains(' ') => format!("`{context}`: {rest}"),
        _ => text.to_owned(),
    }
}

/// The one of `known` that `wrong` probably was meant to be: within a third of its length, and alone at that distance.
pub(crate) fn closest<'k>(wrong: &str, known: &[&'k str]) -> Option<&'k str> {
    // What is far longer than all of them is no slip, and long to compare.
    let longest = known.iter().map(|name| name.len()).max().unwrap_or_default();
    if wrong.chars().nth(2 * longest + 3).is_some() {
        return None;
    }
    let lower = wrong.to_lowercase();
    let mut best: Vec<(usize, &str)> =
        known.iter().map(|name| (osa_distance(&lower, &name.to_lowercase()), *name)).collect();
    best.sort_unstable();
    let (distance, name) = *best.first()?;
    let is_alone = best.get(1).is_none_or(|(next, _)| *next > distance);
    if is_alone && distance * 3 <= wrong.chars().count().max(3) {
        return Some(name);
    }
    // A word cut short: `warn`.
    let mut longer = known.iter().filter(|name| lower.len() > 2 && name.to_lowercase().starts_with(&lower));
    longer.next().copied().filter(|_| longer.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewords_with_suggestions() {
        let table = [
            ("unknown field `ruls`, expected one of `rules`, `limits`", "unknown key `ruls`; did you mean `rules`?"),
            ("limits: unknown field `x`, expected `depth`", "unknown key `x` in `limits`; the keys here are depth"),
            (
                "rules.A: unknown variant `warn`, expected one of `off`, `warning`",
                "unknown value `warn` in `rules.A`; did you mean `warning`?",
            ),
            (
                "rules.A: unknown variant `high`, expected one of `off`, `warning`",
                "unknown value `high` in `rules.A`; the values here are off, warning",
            ),
            (
                "invalid type: sequence, expected struct Document",
                "a configuration is a mapping of keys such as `rules:`; `akslint init` writes one with all of them",
            ),
            (
                "limits.depth: invalid type: string \"a\", expected x",
                "`limits.depth`: invalid type: string \"a\", expected x",
            ),
            ("did not find expected node content", "did not find expected node content"),
        ];
        for (text, expected) in table {
            assert_eq!(reworded(text), expected);
        }
    }
}
