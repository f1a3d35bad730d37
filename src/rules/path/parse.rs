//! The grammar of object paths.

use super::filter::{Comparison, Filter, Operand};
use super::{Key, ObjectPath, Segment};
use crate::rules::pattern::Patterns;

/// How deeply groups, negations and filters in filters may be nested.
const MAX_DEPTH: usize = 32;

pub(super) fn path(text: &str, patterns: &Patterns) -> Result<ObjectPath, String> {
    if let Some(segments) = plain(text) {
        let (notes, differences) = (Vec::new(), Vec::new());
        return Ok(ObjectPath { text: text.to_owned(), segments, notes, differences, by_version: None });
    }
    parsed(text, patterns)
}

/// The steps of `a.b.c`, as almost all paths are, without a look at the rest of the grammar.
fn plain(text: &str) -> Option<Vec<Segment>> {
    let is_plain =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_short = |name: &str| name.len() == 1; // of this there may be something to say
    if text.rsplit('.').next().is_none_or(is_short) || !text.split('.').all(is_plain) {
        return None;
    }
    let key = |name: &str| Segment::Member(Key { name: name.to_owned(), exact: false });
    Some(text.split('.').map(key).collect())
}

fn parsed(text: &str, patterns: &Patterns) -> Result<ObjectPath, String> {
    let mut parser =
        Parser { chars: text.chars().collect(), patterns, at: 0, notes: Vec::new(), differences: Vec::new() };
    let segments = parser.segments(false, 0)?;
    let Parser { chars, notes, mut differences, .. } = parser;
    if let (Some(Segment::Member(key)), Some(last)) = (segments.last(), chars.last())
        && key.name.chars().count() == 1
        && is_name(*last)
    {
        differences.push("a last member of one character is dropped");
    }
    Ok(ObjectPath { text: text.to_owned(), segments, notes, differences, by_version: None })
}

struct Parser<'p> {
    chars: Vec<char>,
    patterns: &'p Patterns,
    at: usize,
    notes: Vec<String>,
    differences: Vec<&'static str>,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn peek_at(&self, offset: usize) -> Option<char> {
        self.chars.get(self.at + offset).copied()
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = expected.chars().enumerate().all(|(offset, c)| self.peek_at(offset) == Some(c));
        if found {
            self.at += expected.chars().count();
        }
        found
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The steps of a path. In a filter the path ends at the first character that cannot continue it.
    fn segments(&mut self, in_filter: bool, depth: usize) -> Result<Vec<Segment>, String> {
        let mut segments = Vec::new();
        let named = self.peek_at(1).is_some_and(|c| is_name(c) && !in_filter);
        match self.peek() {
            None => return Err("the path is empty".to_owned()),
            Some('@') => self.at += 1,
            Some('$') if !named => self.at += 1,
            _ => {}
        }
        let mut exact = false;
        while let Some(c) = self.peek() {
            match c {
                '.' if self.peek_at(1) == Some('.') => {
                    self.at += 2;
                    let name = self.name()?.ok_or("'..' must be followed by a name")?;
                    segments.push(Segment::Descendant(Key { name, exact }));
                    exact = false;
                }
                '.' => self.at += 1,
                '+' => {
                    self.at += 1;
                    exact = !exact;
                }
                '[' => {
                    self.at += 1;
                    segments.push(self.bracket(exact, depth)?);
                    exact = false;
                }
                '*' => return Err("'*' stands in brackets: [*]".to_owned()),
                _ => match self.name()? {
                    Some(name) => {
                        segments.push(Segment::Member(Key { name, exact }));
                        exact = false;
                    }
                    None if in_filter => break,
                    None => {
                        self.notes.push(format!("'{c}' means nothing in a path"));
                        self.at += 1;
                    }
                },
            }
        }
        Ok(segments)
    }

    /// A plain or quoted name.
    fn name(&mut self) -> Result<Option<String>, String> {
        let start = self.at;
        match self.peek() {
            Some(quote @ ('\'' | '"')) => {
                self.at += 1;
                let mut name = String::new();
                loop {
                    match self.peek() {
                        None => return Err(format!("the {quote} is never closed")),
                        Some(c) if c == quote => break,
                        Some('\\') if self.peek_at(1) == Some(quote) => {
                            name.push(quote);
                            self.at += 2;
                        }
                        Some(c) => {
                            name.push(c);
                            self.at += 1;
                        }
                    }
                }
                self.at += 1;
                return Ok(Some(name));
            }
            Some('$') if self.peek_at(1).is_some_and(is_name) => self.at += 1,
            Some(c) if is_name(c) => {}
            _ => return Ok(None),
        }
        while self.peek().is_some_and(|c| is_name(c) || c == '-') {
            self.at += 1;
        }
        while self.at > start && self.chars.get(self.at - 1) == Some(&'-') {
            self.at -= 1;
        }
        Ok(Some(self.chars.get(start..self.at).unwrap_or_default().iter().collect()))
    }

    /// What stands after `[`, the closing bracket included.
    fn bracket(&mut self, exact: bool, depth: usize) -> Result<Segment, String> {
        self.blanks();
        let segment = match self.peek() {
            Some('*') => {
                self.at += 1;
                Segment::Wildcard
            }
            Some('?') => {
                self.at += 1;
                Segment::Filter(self.any(depth + 1)?)
            }
            Some('\'' | '"') => {
                let name = self.name()?.unwrap_or_default();
                Segment::Member(Key { name, exact })
            }
            _ => self.index_or_slice()?,
        };
        self.blanks();
        match self.peek() {
            Some(']') => {
                self.at += 1;
                Ok(segment)
            }
            Some(',') => Err("a list of names or indexes in brackets is not supported".to_owned()),
            Some(c) => Err(format!("'{c}' where ']' is expected")),
            None => Err("a ']' is missing".to_owned()),
        }
    }

    fn integer(&mut self) -> Result<Option<i64>, String> {
        let start = self.at;
        if self.peek() == Some('-') {
            self.at += 1;
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let text: String = self.chars.get(start..self.at).unwrap_or_default().iter().collect();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| format!("'{text}' is not an index"))
    }

    fn index_or_slice(&mut self) -> Result<Segment, String> {
        let start = self.integer()?;
        self.blanks();
        if self.peek() != Some(':') {
            return start
                .map(Segment::Index)
                .ok_or_else(|| "an index, a name in quotes, '*' or '?' is expected after '['".to_owned());
        }
        self.at += 1;
        self.blanks();
        let end = self.integer()?;
        self.blanks();
        let step = if self.peek() == Some(':') {
            self.at += 1;
            self.blanks();
            self.integer()?.unwrap_or(1)
        } else {
            1
        };
        if step > 0 && (start.is_some_and(|start| start < 0) || end.is_some_and(|end| end < 0)) {
            self.differences.push("a slice does not count from the end");
        }
        if step == 0 {
            return Err("a slice cannot advance by 0".to_owned());
        }
        Ok(Segment::Slice { start, end, step })
    }

    fn any(&mut self, depth: usize) -> Result<Filter, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nested more than {MAX_DEPTH} levels deep"));
        }
        let mut alternatives = vec![self.all(depth)?];
        loop {
            self.blanks();
            if !self.eat("||") {
                break;
            }
            alternatives.push(self.all(depth)?);
        }
        Ok(if alternatives.len() == 1 { alternatives.remove(0) } else { Filter::Any(alternatives) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.not(depth)?];
        loop {
            let is_group = self.at.checked_sub(1).and_then(|before| self.chars.get(before)) == Some(&')');
            self.blanks();
            if !self.eat("&&") {
                break;
            }
            self.blanks();
            let after_path = matches!(
                parts.last(),
                Some(Filter::Exists(_) | Filter::Compare(_, _, Operand::Path { .. }) | Filter::Not(_))
            );
            if (after_path && !is_group) || matches!(self.peek(), Some('(' | '!')) {
                self.differences.push("'&&' acts as '||' behind a bare path, and before a group or a negation");
            }
            parts.push(self.not(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn not(&mut self, depth: usize) -> Result<Filter, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nested more than {MAX_DEPTH} levels deep"));
        }
        self.blanks();
        if self.peek() == Some('!') && self.peek_at(1) != Some('=') {
            self.at += 1;
            return Ok(Filter::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.eat("(") {
            let inner = self.any(depth + 1)?;
            self.blanks();
            return if self.eat(")") { Ok(inner) } else { Err("a ')' is missing".to_owned()) };
        }
        let left = self.operand(depth)?;
        if matches!(left, Operand::Path { root: true, .. }) {
            self.differences.push("'$' on the left in a filter is the item");
        }
        self.blanks();
        let operators = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("~=", Comparison::Match),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (sign, comparison) in operators {
            if self.eat(sign) {
                if comparison == Comparison::Match {
                    self.differences.push("'~=' takes the value for the pattern");
                }
                self.blanks();
                let right = self.operand(depth)?;
                return Filter::compare(left, comparison, right, self.patterns);
            }
        }
        match left {
            Operand::Path { .. } => Ok(Filter::Exists(left)),
            _ => Err("a filter compares something: @.name == 'value'".to_owned()),
        }
    }

    fn operand(&mut self, depth: usize) -> Result<Operand, String> {
        match self.peek() {
            Some(start @ ('@' | '$')) => {
                Ok(Operand::Path { root: start == '$', segments: self.segments(true, depth + 1)? })
            }
            Some('\'' | '"') => Ok(Operand::Text(self.name()?.unwrap_or_default())),
            Some(c) if c.is_ascii_digit() || c == '-' => {
                self.integer()?.map(Operand::Int).ok_or_else(|| "a number is expected".to_owned())
            }
            _ if self.eat("true") => Ok(Operand::Bool(true)),
            _ if self.eat("false") => Ok(Operand::Bool(false)),
            Some(c) => Err(format!("'{c}' where a path (@.name), a text or a number is expected")),
            None => Err("the filter ends too early".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_path_is_what_the_grammar_says(text in "[ab._1-]{0,8}|[a-z]{1,3}([.][a-z]{1,3}){0,3}") {
            if let Some(segments) = plain(&text) {
                let expected = parsed(&text, &Patterns::new(crate::limits::PATTERN_BYTES)).map_err(TestCaseError::fail)?;
                prop_assert!(expected.notes.is_empty() && expected.differences.is_empty(), "{text}");
                prop_assert_eq!(segments, expected.segments);
            }
        }
    }
}
