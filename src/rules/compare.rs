//! Comparing values: PSRule's equality, ordering and text matching, on known and on partly known values.

use super::pattern::{Pattern, Patterns, Refusal};
use super::tri::Tri;
use crate::date::{Date, Moment};
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::{Literal, Symbol, Unknown};
use crate::evaluate::value::{Data, Kind, Slot, Value};
use std::borrow::Cow;
use std::rc::Rc;

/// Domains larger than this are not tried value by value.
const MAX_DOMAIN: usize = 8;

/// The character without case, as .NET's ordinal comparison does it: simple upper-casing, one character to one.
fn folded(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// A text without case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(folded).collect() }
}

/// Whether two texts are equal.
pub fn same_text(left: &str, right: &str, case_sensitive: bool) -> bool {
    match (case_sensitive, left.is_ascii() && right.is_ascii()) {
        (true, _) => left == right,
        (false, true) => left.eq_ignore_ascii_case(right),
        (false, false) => left.chars().map(folded).eq(right.chars().map(folded)),
    }
}

/// Equality without any conversion, ignoring case, as filters in paths use it.
pub fn plain_equal(left: &Data, right: &Data) -> bool {
    match (left, right) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Int(left), Data::Int(right)) => left == right,
        (Data::Float(left), Data::Float(right)) => left == right,
        (Data::String(left), Data::String(right)) => same_text(left, right, false),
        _ => false,
    }
}

/// A value as boolean, as conversions see it.
pub fn to_bool(data: &Data) -> Option<bool> {
    match data {
        Data::Bool(value) => Some(*value),
        Data::Int(value) => Some(*value > 0),
        Data::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Data::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A value as integer, as conversions see it.
pub fn to_int(data: &Data) -> Option<i64> {
    match data {
        Data::Int(value) => Some(*value),
        Data::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A value as text, as conversions see it: booleans capitalised, doubles not at all.
pub fn to_text(data: &Data) -> Option<String> {
    match data {
        Data::String(text) => Some(text.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Bool(true) => Some("True".to_owned()),
        Data::Bool(false) => Some("False".to_owned()),
        _ => None,
    }
}

/// Whether `actual` equals `expected`: the expected side is converted, the actual one only with `convert`. `None` where an
/// unknown inside an array leaves it open.
pub fn equals(actual: &Data, expected: &Data, case_sensitive: bool, convert: bool) -> Result<Option<bool>, Stop> {
    match (actual, expected) {
        (Data::Null, Data::Null) => return Ok(Some(true)),
        (Data::Null, _) | (_, Data::Null) => return Ok(Some(false)),
        _ => {}
    }
    let text = match actual {
        Data::String(text) => Some(Cow::Borrowed(&**text)),
        other if convert => to_text(other).map(Cow::Owned),
        _ => None,
    };
    if let (Some(actual), Data::String(expected)) = (text, expected) {
        return Ok(Some(same_text(&actual, expected, case_sensitive)));
    }
    let bool = match actual {
        Data::Bool(value) => Some(*value),
        other if convert => to_bool(other),
        _ => None,
    };
    if let (Some(actual), Some(expected)) = (bool, to_bool(expected)) {
        return Ok(Some(actual == expected));
    }
    let int = match actual {
        Data::Int(value) => Some(*value),
        other if convert => to_int(other),
        _ => None,
    };
    if let (Some(actual), Some(expected)) = (int, to_int(expected)) {
        return Ok(Some(actual == expected));
    }
    match (actual, expected) {
        (Data::Array(actual), Data::Array(expected)) => {
            let Some(len) = expected.len() else { return Ok(None) };
            match actual.len() {
                Some(actual) if actual != len => return Ok(Some(false)),
                None if actual.min_len() > len => return Ok(Some(false)),
                None => return Ok(None),
                Some(_) => {}
            }
            let mut open = false;
            for (actual, expected) in actual.slots.iter().zip(&expected.slots) {
                let (Slot::Item(actual), Slot::Item(expected)) = (actual, expected) else { return Ok(None) };
                let (actual, expected) = (actual.force(), expected.force());
                match (&actual.data, &expected.data) {
                    (Data::Choice(choice), _) => return Err(Stop::Split(choice.symbol.clone())),
                    (Data::Unknown(_), _) => open = true,
                    (Data::String(actual), Data::String(expected)) if actual == expected => {}
                    (Data::Int(actual), Data::Int(expected)) if actual == expected => {}
                    (Data::Bool(actual), Data::Bool(expected)) if actual == expected => {}
                    _ => return Ok(Some(false)),
                }
            }
            Ok(if open { None } else { Some(true) })
        }
        (Data::Float(actual), Data::Float(expected)) => Ok(Some(actual == expected)),
        _ => Ok(Some(false)),
    }
}

/// What `test` says of every value `unknown` can have, if these are listed and few: the common answer, or a stop that asks
/// which it is. `None`: they are not listed, or `test` cannot tell.
pub fn over_domain(unknown: &Unknown, test: &mut dyn FnMut(&Data) -> Result<Tri, Stop>) -> Result<Option<Tri>, Stop> {
    let both = [Literal::Bool(true), Literal::Bool(false)];
    let domain = match (&unknown.bounds.domain, unknown.bounds.kind) {
        (Some(domain), _) if !domain.is_empty() && domain.len() <= MAX_DOMAIN => &**domain,
        (None, Some(Kind::Bool)) => &both,
        _ => return Ok(None),
    };
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for literal in domain {
        match test(&literal.data())? {
            Tri::True => yes.push(literal),
            Tri::False => no.push(literal),
            Tri::Unknown(_) => return Ok(None),
        }
    }
    let mut null = None;
    if unknown.bounds.nullable {
        match test(&Data::Null)? {
            Tri::Unknown(_) => return Ok(None),
            tri => null = Some(tri.is_true()),
        }
    }
    match (yes.is_empty(), no.is_empty(), null) {
        (false, true, None | Some(true)) => Ok(Some(Tri::True)),
        (true, false, None | Some(false)) => Ok(Some(Tri::False)),
        (_, _, Some(_)) => Err(Stop::Split(Rc::new(Symbol::null(&unknown.symbol)))),
        _ => {
            let minority = if yes.len() <= no.len() { yes.first() } else { no.first() };
            let symbol = match minority {
                Some(Literal::Bool(_)) | None => unknown.symbol.clone(),
                Some(literal) => Symbol::equals(&unknown.symbol, (*literal).clone()),
            };
            Err(Stop::Split(Rc::new(symbol)))
        }
    }
}

/// Whether an unknown equals `expected`; `test` says whether a known scalar does.
pub fn unknown_equals(
    unknown: &Rc<Unknown>,
    expected: &Data,
    path: &str,
    test: &dyn Fn(&Data) -> bool,
) -> Result<Tri, Stop> {
    if let Some(tri) = over_domain(unknown, &mut |data| Ok(test(data).into()))? {
        return Ok(tri);
    }
    if can_equal(unknown, expected) { Ok(Tri::undecided(unknown.clone(), path)) } else { Ok(Tri::False) }
}

/// Whether what is certain about `unknown` leaves it possible that it equals `expected` once deployed.
pub fn can_equal(unknown: &Unknown, expected: &Data) -> bool {
    let bounds = &unknown.bounds;
    if matches!(expected, Data::Null) {
        return bounds.nullable;
    }
    let len = match expected {
        Data::String(text) => Some(text.chars().count()),
        Data::Array(array) => array.len(),
        _ => None,
    };
    let fits = |len: usize| fits_length(unknown, len);
    match (bounds.kind, expected) {
        (None, _) => true,
        (Some(Kind::String), Data::String(text)) => len.is_some_and(fits) && fits_pieces(unknown, text),
        (Some(Kind::Bool), expected) => to_bool(expected).is_some(),
        (Some(Kind::Int), expected) => to_int(expected).is_some(),
        (Some(Kind::Float), expected) => matches!(expected, Data::Float(_)),
        (Some(Kind::Array), Data::Array(_)) => len.is_none_or(fits),
        (Some(_), _) => false,
    }
}

/// Whether an unknown can have so many characters or elements.
pub fn fits_length(unknown: &Unknown, length: usize) -> bool {
    let (length, bounds) = (length as u64, &unknown.bounds);
    length >= bounds.min_length && bounds.max_length.is_none_or(|most| length <= most)
}

/// Whether `text` can start and end as the unknown certainly does, ignoring case.
fn fits_pieces(unknown: &Unknown, text: &str) -> bool {
    let text = fold(text);
    text.starts_with(&fold(&known_start(unknown))) && text.ends_with(&fold(&known_end(unknown)))
}

/// The text an unknown certainly starts with.
pub fn known_start(unknown: &Unknown) -> String {
    edge(unknown, false)
}

/// The text an unknown certainly ends with.
pub fn known_end(unknown: &Unknown) -> String {
    edge(unknown, true)
}

fn edge(unknown: &Unknown, end: bool) -> String {
    use crate::evaluate::unknown::Piece;
    let Some(pieces) = &unknown.bounds.pieces else { return String::new() };
    let piece = if end { pieces.last() } else { pieces.first() };
    match piece {
        Some(Piece::Known(text)) => text.to_string(),
        _ => String::new(),
    }
}

/// A comparison of numbers, lengths or counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Ordering {
    /// Whether `actual` stands so to `bound`.
    pub fn holds(self, actual: i64, bound: i64) -> bool {
        match self {
            Self::Less => actual < bound,
            Self::LessOrEqual => actual <= bound,
            Self::Greater => actual > bound,
            Self::GreaterOrEqual => actual >= bound,
        }
    }

    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What an ordering compares.
#[derive(Clone, Debug)]
pub enum Measure {
    /// Not comparable.
    None,
    /// Between these, both included; no upper bound: any. The unknown is why it is not exact.
    Between(i64, Option<i64>, Option<Rc<Unknown>>),
    /// Nothing certain.
    Open(Rc<Unknown>),
}

/// Number, length in UTF-16 units, or count of a value.
pub fn measure(value: &Value, convert: bool) -> Result<Measure, Stop> {
    let exact = |number: i64| Measure::Between(number, Some(number), None);
    Ok(match &value.data {
        Data::Null => exact(0),
        Data::Int(number) => exact(*number),
        Data::String(text) => match text.trim().parse() {
            Ok(number) if convert => exact(number),
            _ => exact(text.encode_utf16().count() as i64),
        },
        Data::Array(array) => match array.len() {
            Some(len) => exact(len as i64),
            None => Measure::Between(array.min_len() as i64, None, first_gap(&array.slots)?),
        },
        Data::Bool(_) | Data::Float(_) | Data::Object(_) => Measure::None,
        Data::Choice(choice) => return Err(Stop::Split(choice.symbol.clone())),
        Data::Unknown(unknown) if unknown.bounds.nullable => match unknown.bounds.kind {
            Some(Kind::Bool | Kind::Float | Kind::Object) => Measure::None,
            _ => Measure::Open(unknown.clone()),
        },
        Data::Unknown(unknown) => {
            let (min, max) = (unknown.bounds.min_length as i64, unknown.bounds.max_length.map(|max| max as i64));
            match unknown.bounds.kind {
                Some(Kind::Array) => Measure::Between(min, max, Some(unknown.clone())),
                Some(Kind::String) if !convert => {
                    Measure::Between(min, max.map(|max| max.saturating_mul(2)), Some(unknown.clone()))
                }
                Some(Kind::Bool | Kind::Float | Kind::Object) => Measure::None,
                _ => Measure::Open(unknown.clone()),
            }
        }
    })
}

/// Why an array's length is uncertain.
pub fn first_gap(slots: &[Slot]) -> Result<Option<Rc<Unknown>>, Stop> {
    for slot in slots {
        match slot {
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => return Ok(Some(unknown.clone())),
            Slot::Rest(Value { data: Data::Choice(choice), .. }) => return Err(Stop::Split(choice.symbol.clone())),
            _ => {}
        }
    }
    Ok(None)
}

/// Whether `value` stands so to `bound`, by number, length or count.
pub fn ordered(value: &Value, ordering: Ordering, bound: i64, convert: bool, path: &str) -> Tri {
    let (min, max, why) = match measure(value, convert) {
        Err(_) | Ok(Measure::None) => return Tri::False,
        Ok(Measure::Open(unknown)) => return Tri::undecided(unknown, path),
        Ok(Measure::Between(min, max, why)) => (min, max, why),
    };
    let lowest = ordering.holds(min, bound);
    let highest = match max {
        Some(max) => ordering.holds(max, bound),
        None => matches!(ordering, Ordering::Greater | Ordering::GreaterOrEqual),
    };
    match (lowest == highest, why) {
        (true, _) => lowest.into(),
        (false, Some(unknown)) => Tri::undecided(unknown, path),
        (false, None) => Tri::False,
    }
}

/// Whether a text that is a date stands so to `bound` days from today, by days of UTC; `None`: it is no date. With `convert` a day
/// alone is a date too.
pub fn dated(
    text: &str,
    convert: bool,
    ordering: Ordering,
    bound: i64,
    today: Option<Date>,
) -> Result<Option<bool>, Stop> {
    let Some(moment) = date(text).or_else(|| text.trim().parse().ok().filter(|_| convert)) else { return Ok(None) };
    let Some(today) = today else {
        return Err(Stop::error("a date is compared with today, and nobody said what day it is"));
    };
    Ok(Some(ordering.holds(moment.days(), today.days().saturating_add(bound))))
}

/// The moment that a text is in full ISO 8601: `2026-01-31T12:00:00Z`.
pub fn date(text: &str) -> Option<Moment> {
    let is_full = text.len() >= 19 && text.as_bytes().get(10) == Some(&b'T') && text.as_bytes().get(16) == Some(&b':');
    text.parse().ok().filter(|_| is_full)
}

/// A pattern as .NET reads it, as far as it can be had: `$` also matches before a final line break.
pub fn regex(pattern: &str, case_sensitive: bool, patterns: &Patterns) -> Result<Pattern, String> {
    patterns.pattern(&translated(pattern), case_sensitive).map_err(|refusal| match refusal {
        Refusal::TooLarge => format!("the pattern '{pattern}' is too large"),
        Refusal::TooMany => too_many(pattern),
        Refusal::Invalid
            if pattern.contains("(?=")
                || pattern.contains("(?!")
                || pattern.contains("(?<=")
                || pattern.contains("(?<!") =>
        {
            format!("the pattern '{pattern}' looks around, which is not supported")
        }
        Refusal::Invalid => format!("'{pattern}' is not a valid pattern"),
    })
}

fn too_many(pattern: &str) -> String {
    format!("the pattern '{pattern}' and those before it are too large together")
}

/// Whether a text matches. That a pattern is too large is found when it is read, if it is anywhere near.
pub fn matches(pattern: &Pattern, text: &str) -> Result<bool, Stop> {
    pattern.is_match(text).ok_or_else(|| Stop::error("the pattern is too large"))
}

/// Rewrites what .NET reads otherwise: `$` at the end of an alternative, and `\Z`, also match before a final line break, and in a class
/// `[`, `&` and `~` are characters.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if !in_class && chars.next_if_eq(&'Z').is_some() => text.push_str("(?:\\n?\\z)"),
            '\\' => {
                text.push(c);
                text.extend(chars.next());
            }
            '[' if !in_class => {
                in_class = true;
                text.push(c);
                text.extend(chars.next_if_eq(&'^'));
                if chars.next_if_eq(&']').is_some() {
                    text.push_str("\\]");
                }
            }
            '[' | '&' | '~' if in_class => {
                text.push('\\');
                text.push(c);
            }
            ']' if in_class => {
                in_class = false;
                text.push(c);
            }
            '$' if !in_class && matches!(chars.peek(), None | Some('|' | ')')) => text.push_str("(?:\\n?\\z)"),
            _ => text.push(c),
        }
    }
    text
}

/// A PowerShell wildcard pattern: `*`, `?`, `[abc]`, `[a-c]`, a backtick escapes.
pub fn wildcard(pattern: &str, case_sensitive: bool, patterns: &Patterns) -> Result<Pattern, String> {
    let mut text = String::from("(?s)\\A");
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => text.push_str(".*"),
            '?' => text.push('.'),
            '`' => text.push_str(&regex::escape(&chars.next().unwrap_or('`').to_string())),
            '[' => {
                let mut class = String::new();
                loop {
                    match chars.next() {
                        Some(']') if !class.is_empty() => break,
                        Some('-') => class.push('-'),
                        Some(c) => class.push_str(&regex::escape(&c.to_string())),
                        None => return Err(format!("the '[' in '{pattern}' is never closed")),
                    }
                }
                text.push_str(&format!("[{class}]"));
            }
            c => text.push_str(&regex::escape(&c.to_string())),
        }
    }
    text.push_str("\\z");
    patterns.pattern(&text, case_sensitive).map_err(|refusal| match refusal {
        Refusal::TooMany => too_many(pattern),
        Refusal::TooLarge | Refusal::Invalid => format!("'{pattern}' is not a valid wildcard pattern"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::PATTERN_BYTES;

    #[test]
    fn patterns_as_dotnet_reads_them() {
        let patterns = Patterns::new(PATTERN_BYTES);
        let table = [
            ("^a$", "a\n", true),
            ("^a$", "a\nb", false),
            ("\\Aa\\Z", "a\n", true),
            ("\\Aa\\Z", "ab", false),
            ("\\\\Z", "\\Z", true),
            ("^(a|b$)", "b\n", true),
            ("a\\$", "a$", true),
            ("[$]", "$", true),
            ("[[]", "[", true),
            ("[]]", "]", true),
            ("[^]a]", "]", false),
            ("[a&&b]", "&", true),
            ("^[A-Za-z0-9](-|\\w)*[A-Za-z0-9]$", "aks-01", true),
            ("^https{0,1}://a\\.b/", "http://A.B/", true),
            ("(?<name>x)\\/", "x/", true),
        ];
        for (pattern, text, expected) in table {
            let regex = regex(pattern, false, &patterns).unwrap();
            assert_eq!(regex.is_match(text), Some(expected), "{pattern} on {text:?}");
        }
        let refused = regex("a(?!b)", false, &patterns).unwrap_err();
        assert!(refused.contains("looks around"), "{refused}");
        assert!(regex("(a)\\1", false, &patterns).is_err() && regex("(", false, &patterns).is_err());
    }

    #[test]
    fn wildcards_as_powershell_reads_them() {
        let patterns = Patterns::new(PATTERN_BYTES);
        let table = [
            ("a*", "ABC", true),
            ("a?", "ab", true),
            ("a?", "abc", false),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("a.b", "axb", false),
            ("`[a]", "[a]", true),
            ("*", "", true),
            ("a\nb*", "a\nbc", true),
        ];
        for (pattern, text, expected) in table {
            let wildcard = wildcard(pattern, false, &patterns).unwrap();
            assert_eq!(wildcard.is_match(text), Some(expected), "{pattern} on {text:?}");
        }
        assert!(wildcard("[a", false, &patterns).is_err());
    }
}
