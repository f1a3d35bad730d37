//! Messages with placeholders: `{value}` is replaced; `{fact? text with {fact}}` stands only where the fact is known;
//! `{fact?? text}` only where it is not; `{{` and `}}` are braces.

use super::document::Text;
use memchr::memchr2;

/// Placeholders that every rule may use. `field:PATH` stands for the value at a path of the resource.
pub const PLACEHOLDERS: &[&str] =
    &["value", "item", "index", "name", "type", "apiVersion", "path", "property", "reason"];

/// How deeply optional sections may be nested.
const MAX_DEPTH: usize = 8;

/// A message with placeholders. Only its text is kept: most are never shown, and it is quickly taken apart again.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// As written.
    pub text: Text,
}

#[derive(Debug)]
enum Part<'t> {
    Text(&'t str),
    Placeholder(&'t str),
    Section { name: &'t str, present: bool, parts: Vec<Part<'t>> },
}

impl Template {
    /// Takes a template; `Err` says what is wrong with it.
    pub fn parse(text: Text) -> Result<Self, String> {
        parts(&text)?;
        Ok(Self { text })
    }

    /// The names it uses, each as often as it stands.
    pub fn names(&self) -> Vec<&str> {
        fn collect<'t>(parts: &[Part<'t>], names: &mut Vec<&'t str>) {
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
        collect(&parts(&self.text).unwrap_or_default(), &mut names);
        names
    }

    /// The text, with each placeholder replaced by what `lookup` gives. What it does not know is written as `(unknown)`.
    pub fn render(&self, lookup: &dyn Fn(&str) -> Option<String>) -> String {
        fn write(parts: &[Part<'_>], lookup: &dyn Fn(&str) -> Option<String>, text: &mut String) {
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
        write(&parts(&self.text).unwrap_or_default(), lookup, &mut text);
        text
    }
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, String> {
    let mut rest = text;
    parts_of(&mut rest, 0)
}

/// The parts at the beginning of `rest`, up to the end of the section they stand in.
fn parts_of<'t>(rest: &mut &'t str, depth: usize) -> Result<Vec<Part<'t>>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("sections are nested more than {MAX_DEPTH} levels deep"));
    }
    let mut parts = Vec::new();
    loop {
        let (plain, from) = rest.split_at(memchr2(b'{', b'}', rest.as_bytes()).unwrap_or(rest.len()));
        *rest = from;
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        let is_brace = from.starts_with("{{") || (from.starts_with("}}") && depth == 0);
        if is_brace {
            let (brace, from) = from.split_at(1);
            parts.push(Part::Text(brace));
            *rest = from.get(1..).unwrap_or_default();
        } else if let Some(inside) = from.strip_prefix('{') {
            *rest = inside;
            parts.push(placeholder(rest, depth)?);
        } else if depth > 0 || from.is_empty() {
            return Ok(parts);
        } else {
            return Err("a '}' without '{' (write '}}' for a brace)".to_owned());
        }
    }
}

/// What stands after `{`, the closing brace included.
fn placeholder<'t>(rest: &mut &'t str, depth: usize) -> Result<Part<'t>, String> {
    let (name, from) = rest.split_at(rest.find(['{', '}', '?']).unwrap_or(rest.len()));
    if let Some(from) = from.strip_prefix('}') {
        *rest = from;
        return if name.is_empty() { Err("'{}' names nothing".to_owned()) } else { Ok(Part::Placeholder(name)) };
    }
    let Some(inside) = from.strip_prefix('?') else {
        return Err(format!("the placeholder '{{{name}' is never closed"));
    };
    let absent = inside.strip_prefix('?');
    *rest = absent.unwrap_or(inside);
    let parts = parts_of(rest, depth + 1)?;
    match rest.strip_prefix('}') {
        Some(from) => *rest = from,
        None => return Err(format!("the section '{{{name}?' is never closed")),
    }
    Ok(Part::Section { name, present: absent.is_none(), parts })
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
            assert_eq!(Template::parse(text.into()).unwrap().render(&lookup), expected, "{text}");
        }
        for text in ["{", "{}", "{a", "}", "{a? b", "{a{b}}"] {
            assert!(Template::parse(text.into()).is_err(), "{text}");
        }
    }
}
