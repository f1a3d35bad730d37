//! Messages with placeholders: `{value}` is replaced; `{fact? text with {fact}}` stands only where the fact is known;
//! `{fact?? text}` only where it is not; `{{` and `}}` are braces.

/// Placeholders that every rule may use. `field:PATH` stands for the value at a path of the resource.
pub const PLACEHOLDERS: &[&str] =
    &["value", "item", "index", "name", "type", "apiVersion", "path", "property", "reason"];

/// How deeply optional sections may be nested.
const MAX_DEPTH: usize = 8;

/// A message with placeholders, parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// As written.
    pub text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Placeholder(String),
    Section { name: String, present: bool, parts: Vec<Part> },
}

impl Template {
    /// Parses a template; `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let parts = parts(&chars, &mut at, 0)?;
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The names it uses, each as often as it stands.
    pub fn names(&self) -> Vec<&str> {
        fn collect<'a>(parts: &'a [Part], names: &mut Vec<&'a str>) {
            for part in parts {
                match part {
                    Part::Text(_) => {}
                    Part::Placeholder(name) => names.push(name),
                    Part::Section { name, parts, .. } => {
                        names.push(name);
                        collect(parts, names);
                    }
                }
            }
        }
        let mut names = Vec::new();
        collect(&self.parts, &mut names);
        names
    }

    /// The text, with each placeholder replaced by what `lookup` gives. What it does not know is written as `(unknown)`.
    pub fn render(&self, lookup: &dyn Fn(&str) -> Option<String>) -> String {
        fn write(parts: &[Part], lookup: &dyn Fn(&str) -> Option<String>, text: &mut String) {
            for part in parts {
                match part {
                    Part::Text(plain) => text.push_str(plain),
                    Part::Placeholder(name) => {
                        text.push_str(lookup(name).as_deref().unwrap_or("(unknown)"));
                    }
                    Part::Section { name, present, parts } => {
                        if lookup(name).is_some_and(|found| !found.is_empty()) == *present {
                            write(parts, lookup, text);
                        }
                    }
                }
            }
        }
        let mut text = String::new();
        write(&self.parts, lookup, &mut text);
        text
    }
}

fn parts(chars: &[char], at: &mut usize, depth: usize) -> Result<Vec<Part>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("sections are nested more than {MAX_DEPTH} levels deep"));
    }
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(c) = chars.get(*at) {
        match (c, chars.get(*at + 1)) {
            ('{', Some('{')) | ('}', Some('}')) if *c == '{' || depth == 0 => {
                text.push(*c);
                *at += 2;
            }
            ('}', _) if depth > 0 => break,
            ('}', _) => return Err("a '}' without '{' (write '}}' for a brace)".to_owned()),
            ('{', _) => {
                *at += 1;
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(placeholder(chars, at, depth)?);
            }
            _ => {
                text.push(*c);
                *at += 1;
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Ok(parts)
}

/// What stands after `{`, the closing brace included.
fn placeholder(chars: &[char], at: &mut usize, depth: usize) -> Result<Part, String> {
    let mut name = String::new();
    while let Some(c) = chars.get(*at) {
        *at += 1;
        match c {
            '}' if name.is_empty() => return Err("'{}' names nothing".to_owned()),
            '}' => return Ok(Part::Placeholder(name)),
            '?' => {
                let absent = chars.get(*at) == Some(&'?');
                if absent {
                    *at += 1;
                }
                let inner = parts(chars, at, depth + 1)?;
                if chars.get(*at) != Some(&'}') {
                    return Err(format!("the section '{{{name}?' is never closed"));
                }
                *at += 1;
                return Ok(Part::Section { name, present: !absent, parts: inner });
            }
            '{' => break,
            c => name.push(*c),
        }
    }
    Err(format!("the placeholder '{{{name}' is never closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_what_is_known() {
        let table = [
            ("plain", "plain"),
            ("{value} is bad", "\"x\" is bad"),
            ("odd{near? Did you mean '{near}'?}", "odd Did you mean 'a'?"),
            ("odd{far? Did you mean '{far}'?}.", "odd."),
            ("{far?? none}{near?? none}", " none"),
            ("{{literal}} {other}", "{literal} (unknown)"),
            ("{near?{far?x}{value?y}}", "y"),
        ];
        let lookup = |name: &str| match name {
            "value" => Some("\"x\"".to_owned()),
            "near" => Some("a".to_owned()),
            _ => None,
        };
        for (text, expected) in table {
            assert_eq!(Template::parse(text).unwrap().render(&lookup), expected, "{text}");
        }
        for text in ["{", "{}", "{a", "}", "{a? b", "{a{b}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
