//! Versions and constraints on them: semantic ones (`version`) and dates (`apiVersion`), which share a grammar.

use std::cmp::Ordering;

/// Which kind of version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `1.2.3-beta.1`.
    Semantic,
    /// `2026-01-31-preview`.
    Date,
}

/// A version: three numbers (or year, month, day) and the identifiers of a pre-release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Major, minor, patch; or year, month, day.
    pub parts: [u64; 3],
    /// The identifiers of a pre-release; empty: stable.
    pub prerelease: Vec<String>,
}

impl Version {
    /// `[v]1.2.3[-pre][+build]`: missing numbers are 0, a fourth one and build metadata are ignored, as is text after a blank or `|`.
    pub fn semantic(text: &str) -> Option<Self> {
        let text = text.split([' ', '|']).next()?;
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split('+').next()?;
        let (numbers, prerelease) = match text.split_once('-') {
            Some((numbers, prerelease)) => (numbers, Some(prerelease)),
            None => (text, None),
        };
        let mut parts = [0; 3];
        for (index, number) in numbers.split('.').enumerate() {
            let value = digits(number)?;
            match parts.get_mut(index) {
                Some(part) => *part = value,
                None if index == 3 => {}
                None => return None,
            }
        }
        Some(Self { parts, prerelease: identifiers(prerelease)? })
    }

    /// `YYYY-MM-DD[-pre]`.
    pub fn date(text: &str) -> Option<Self> {
        let text = text.split([' ', '|']).next()?;
        let mut fields = text.splitn(4, '-');
        let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let parts = [digits(year)?, digits(month)?, digits(day)?];
        let [_, month, day] = parts;
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        Some(Self { parts, prerelease: identifiers(fields.next())? })
    }

    fn is_stable(&self) -> bool {
        self.prerelease.is_empty()
    }
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}

/// The identifiers of a pre-release. One number with a leading zero is none.
fn identifiers(text: Option<&str>) -> Option<Vec<String>> {
    let Some(text) = text else { return Some(Vec::new()) };
    let fits = |identifier: &str| {
        !identifier.is_empty() && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let identifiers: Vec<String> = text.split('.').map(str::to_owned).collect();
    if !identifiers.iter().all(|identifier| fits(identifier)) {
        return None;
    }
    match identifiers.as_slice() {
        [only] if only.len() > 1 && only.starts_with('0') && digits(only).is_some() => None,
        _ => Some(identifiers),
    }
}

/// Orders pre-releases: none is above all, numbers are below texts, more identifiers are above fewer.
fn compare_prereleases(left: &[String], right: &[String]) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    for (left, right) in left.iter().zip(right) {
        let ordering = match (digits(left), digits(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left.cmp(right),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.len().cmp(&right.len())
}

/// A constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    text: String,
    scheme: Scheme,
    include_prerelease: bool,
    /// Any of these; of each all.
    alternatives: Vec<Vec<Term>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    operator: Operator,
    /// `None`: a wildcard or missing.
    parts: [Option<u64>; 3],
    prerelease: Vec<String>,
    include_prerelease: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Caret,
    Tilde,
}

impl Constraint {
    /// Reads a constraint; `Err` says what is wrong.
    pub fn parse(text: &str, scheme: Scheme, include_prerelease: bool) -> Result<Self, String> {
        let mut constraint = Self { text: text.to_owned(), scheme, include_prerelease, alternatives: Vec::new() };
        if text.trim().is_empty() {
            return Ok(constraint);
        }
        let mut whole = include_prerelease;
        for (index, group) in text.split("||").enumerate() {
            let mut terms = Vec::new();
            let mut next = false;
            for (word_index, word) in group.split_whitespace().enumerate() {
                if matches!(word.to_ascii_lowercase().as_str(), "@pre" | "@prerelease") {
                    match scheme {
                        Scheme::Semantic => next = true,
                        Scheme::Date if index == 0 && word_index == 0 => whole = true,
                        Scheme::Date => return Err(format!("in '{text}', {word} must come first")),
                    }
                    continue;
                }
                let mut term =
                    term(word, scheme).ok_or_else(|| format!("'{word}' in '{text}' is not a version constraint"))?;
                term.include_prerelease = next || whole;
                next = false;
                terms.push(term);
            }
            if terms.is_empty() {
                return Err(format!("'{text}' has an empty alternative"));
            }
            constraint.alternatives.push(terms);
        }
        Ok(constraint)
    }

    /// What PSRule makes otherwise of it, in words that begin "in PSRule".
    pub fn differences(&self) -> Vec<&'static str> {
        let mut differences = Vec::new();
        let is_partial = |term: &Term| term.operator == Operator::Tilde && term.parts.get(1) == Some(&None);
        if self.alternatives.iter().flatten().any(is_partial) {
            differences.push("'~' with a major number alone is never met");
        }
        let but_last = self.alternatives.len().saturating_sub(1);
        if self.alternatives.iter().take(but_last).any(|terms| terms.len() > 1) {
            differences.push("alternatives behind several terms are lost where any term but the last of these fails");
        }
        differences
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Which kind of version it speaks of.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether a version satisfies it.
    pub fn accepts(&self, version: &Version) -> bool {
        if self.alternatives.is_empty() {
            return version.is_stable() || self.include_prerelease;
        }
        self.alternatives.iter().any(|terms| terms.iter().all(|term| term.accepts(version)))
    }
}

fn term(word: &str, scheme: Scheme) -> Option<Term> {
    let operators = [
        (">=", Operator::GreaterOrEqual),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        ("<", Operator::Less),
        ("=", Operator::Equal),
        ("^", Operator::Caret),
        ("~", Operator::Tilde),
    ];
    let found = operators.iter().find_map(|(sign, operator)| word.strip_prefix(sign).map(|rest| (*operator, rest)));
    let (operator, rest) = found.unwrap_or((Operator::Equal, word));
    if scheme == Scheme::Date && matches!(operator, Operator::Caret | Operator::Tilde) {
        return None;
    }
    let (numbers, prerelease, separator) = match scheme {
        Scheme::Semantic => {
            let rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
            let rest = rest.split('+').next()?;
            match rest.split_once('-') {
                Some((numbers, prerelease)) => (numbers, Some(prerelease), '.'),
                None => (rest, None, '.'),
            }
        }
        Scheme::Date => match rest.match_indices('-').nth(2) {
            Some((at, _)) => (rest.get(..at)?, rest.get(at + 1..), '-'),
            None => (rest, None, '-'),
        },
    };
    let mut parts = [None; 3];
    for (index, number) in numbers.split(separator).enumerate() {
        let part = parts.get_mut(index)?;
        *part = match number {
            "*" | "x" | "X" => None,
            number => Some(digits(number)?),
        };
    }
    Some(Term { operator, parts, prerelease: identifiers(prerelease)?, include_prerelease: false })
}

impl Term {
    fn accepts(&self, version: &Version) -> bool {
        if self.operator == Operator::Equal {
            return self.prefix_equal(version, 3) && self.prerelease == version.prerelease;
        }
        let full = version.is_stable() || self.include_prerelease;
        if !full {
            if self.prerelease.is_empty() {
                return false;
            }
            let same_numbers = self.prefix_equal(version, 3) && self.parts.iter().all(Option::is_some);
            if !same_numbers && !matches!(self.operator, Operator::Caret | Operator::Tilde) {
                return false;
            }
        }
        let numbers = self.compare_numbers(version);
        let ranges_by_numbers = !full || version.is_stable();
        let ordering = match (self.operator, ranges_by_numbers) {
            (Operator::Caret | Operator::Tilde, true) => numbers,
            _ => numbers.then_with(|| compare_prereleases(&version.prerelease, &self.prerelease)),
        };
        match self.operator {
            Operator::Equal => false,
            Operator::Greater => ordering == Ordering::Greater,
            Operator::GreaterOrEqual => ordering != Ordering::Less,
            Operator::Less => ordering == Ordering::Less,
            Operator::LessOrEqual => ordering != Ordering::Greater || self.is_partial_prefix(version),
            Operator::Caret => self.prefix_equal(version, 1) && ordering != Ordering::Less,
            Operator::Tilde => self.prefix_equal(version, 2) && ordering != Ordering::Less,
        }
    }

    /// Whether the first `count` numbers are equal as far as they are given.
    fn prefix_equal(&self, version: &Version, count: usize) -> bool {
        self.parts.iter().zip(version.parts).take(count).all(|(bound, part)| bound.is_none_or(|bound| bound == part))
    }

    fn is_partial_prefix(&self, version: &Version) -> bool {
        self.parts.iter().any(Option::is_none) && self.prefix_equal(version, 3)
    }

    /// How the version's numbers stand to the bound's; a part that is not given is below every number.
    fn compare_numbers(&self, version: &Version) -> Ordering {
        for (bound, part) in self.parts.iter().zip(version.parts) {
            let ordering = match bound {
                Some(bound) => part.cmp(bound),
                None => Ordering::Greater,
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semantic_constraints() {
        let table = [
            ("", "1.2.3", true),
            ("", "1.2.3-beta", false),
            ("1.2.3", "1.2.3", true),
            ("1.2.3", "v1.2.3+build", true),
            ("=1.2.3", "1.2.4", false),
            ("1.2", "1.2.9", true),
            ("1.x", "1.9.9", true),
            ("1.*", "2.0.0", false),
            ("*", "7.0.0", true),
            ("*", "7.0.0-rc", false),
            ("1.2.3", "1.2.3-beta", false),
            ("1.2.3-beta", "1.2.3-beta", true),
            ("^1.2.3", "1.9.0", true),
            ("^1.2.3", "1.2.2", false),
            ("^1.2.3", "2.0.0", false),
            ("^0.1.0", "0.9.0", true),
            ("~1.2.3", "1.2.9", true),
            ("~1.2.3", "1.3.0", false),
            ("~1", "1.5.0", true),
            ("~1", "2.0.0", false),
            (">=1", "1.0.0", true),
            (">1", "1.0.0", true),
            ("<1", "0.9.9", true),
            ("<1", "1.0.0", false),
            ("<=1", "1.9.9", true),
            ("<=1", "2.0.0", false),
            (">1.2.3-beta", "1.2.3", true),
            (">=1.2.3", "1.3.0-beta", false),
            ("@pre >=1.2.3", "1.3.0-beta", true),
            ("@pre >=1.2.3", "1.2.3-beta", false),
            (">1.2.3-alpha", "1.2.3-beta", true),
            (">1.2.3-alpha", "1.2.4-beta", false),
            ("^1.2.3-beta", "1.2.3-alpha", true),
            ("^1.2.3-beta", "1.9.0-rc", true),
            (">=1.0.0 <2.0.0", "1.5.0", true),
            (">=1.0.0 <2.0.0 || <0.9.0", "0.5.0", true),
            (">=1.0.0 <2.0.0 || <0.9.0", "2.5.0", false),
            ("@pre >1.0.0-alpha.2", "1.0.0-alpha.10", true),
            ("@pre >1.0.0-2", "1.0.0-alpha", true),
            ("@pre >1.0.0-alpha", "1.0.0-alpha.1", true),
            ("1.2.3", "1.2.3.4", true),
            ("1", "1", true),
        ];
        for (text, version, expected) in table {
            let constraint = Constraint::parse(text, Scheme::Semantic, false).unwrap();
            let version = Version::semantic(version).unwrap();
            assert_eq!(constraint.accepts(&version), expected, "{text} on {version:?}");
        }
        for invalid in ["1.2.3-01", "1a", "", "a", "1..2", "1.2.3.4.5"] {
            assert_eq!(Version::semantic(invalid), None, "{invalid}");
        }
        for invalid in [">= 1.0.0", "1.0.0 ||", "one", "=>1"] {
            assert!(Constraint::parse(invalid, Scheme::Semantic, false).is_err(), "{invalid}");
        }
        let included = Constraint::parse("", Scheme::Semantic, true).unwrap();
        assert!(included.accepts(&Version::semantic("1.0.0-beta").unwrap()));
    }

    #[test]
    fn what_psrule_makes_otherwise_of_constraints() {
        let table =
            [("~1", 1), ("~1.2", 0), (">=1.0.0 <2.0.0 || <0.9.0", 1), ("<0.9.0 || >=1.0.0 <2.0.0", 0), ("1 || ~2", 1)];
        for (text, expected) in table {
            assert_eq!(
                Constraint::parse(text, Scheme::Semantic, false).unwrap().differences().len(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn date_constraints() {
        let table = [
            (">=2024-01-01", "2024-01-01", true),
            (">=2024-01-01", "2023-12-31", false),
            (">=2024-01-01", "2024-02-02-preview", false),
            ("@pre >=2024-01-01", "2024-02-02-preview", true),
            ("@pre >=2024-01-02 || 2019-02-01", "2019-02-01", true),
            ("<2019-08-01", "2019-06-01", true),
            ("2019-02-01 || 2019-04-01", "2019-04-01", true),
            ("2022", "2022-05-06", true),
            ("2022-05-06-preview", "2022-05-06-preview", true),
        ];
        for (text, version, expected) in table {
            let constraint = Constraint::parse(text, Scheme::Date, false).unwrap();
            let version = Version::date(version).unwrap();
            assert_eq!(constraint.accepts(&version), expected, "{text} on {version:?}");
        }
        assert!(Constraint::parse("^2022-01-01", Scheme::Date, false).is_err());
        assert_eq!(Version::date("2022-13-01"), None);
        assert_eq!(Version::date("latest"), None);
    }
}
