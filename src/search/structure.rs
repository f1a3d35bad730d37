//! Where in a JSON text a type, a template or resources could hide behind an expression, an escape or a link: decided by the
//! structure around it, in one pass over the text that builds no tree.
//!
//! It may say "may hold" too often, never too seldom: what it cannot follow (nesting beyond [`MAX_DEPTH`], text that is not JSON)
//! may hold anything.

use memchr::memchr2;

/// The deepest nesting that is followed; the parser refuses deeper ones.
pub const MAX_DEPTH: usize = 256;

/// More templates that name variables are not followed.
const MAX_NAMED: usize = 100;

/// What a container can be; it can be several at once.
type Roles = u8;
/// The outermost value.
const ROOT: Roles = 1;
/// The value of a key `resources`.
const RESOURCES: Roles = 2;
/// An element or member of [`RESOURCES`]: a resource.
const ENTRY: Roles = 4;
/// The `properties` of an [`ENTRY`].
const PROPERTIES: Roles = 8;
/// The value of a key `template`, or a variable: a template may be one.
const TEMPLATE: Roles = 16;
/// The value of a key `variables`.
const VARIABLES: Roles = 32;
/// The `expressionEvaluationOptions` of [`PROPERTIES`].
const OPTIONS: Roles = 64;

/// The keys that matter, in any case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Type,
    Template,
    TemplateLink,
    Resources,
    Properties,
    Variables,
    Options,
    Scope,
    Copy,
    Other,
}

/// A container that is open.
#[derive(Clone, Copy, Default)]
struct Frame {
    roles: Roles,
    is_object: bool,
    /// Where it starts, in bytes: no other container starts there.
    start: usize,
    /// The variable that it is or stands in: one more than its index in [`Scanner::variables`], or 0.
    variable: usize,
    /// The template in it, as far as is known by now, has variables of its own only.
    is_inner: bool,
}

/// A member of a `variables`.
struct Variable<'t> {
    /// As written.
    name: &'t [u8],
    /// The start of the object that has the `variables`: a template.
    template: usize,
    /// Whether it is an object in which all keys are written out.
    is_plain: bool,
}

/// Whether a resource of unknown type, a template or a list of resources may stand in the JSON `text` otherwise than written out:
/// - a `type` that is an expression, in an element or member of a `resources`;
/// - a `template` that is an expression, or a `templateLink`, in such a resource or in its `properties`; but not one that names a
///   variable, `[variables('x')]`, if each variable of that name around it is a plain object: as such it is looked at like any
///   template;
/// - `resources` given by an expression, where a template or a resource stands;
/// - an escape in a key, or in any `type`, that could spell one of the words.
pub fn may_hide(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    Scanner { text, at: 0, variables: vec![], named: vec![] }.scan().unwrap_or(true)
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// The variables of all templates in the text, but not those inside of another variable.
    variables: Vec<Variable<'t>>,
    named: Vec<NamedTemplate<'t>>,
}

/// A `template` that names a variable.
struct NamedTemplate<'t> {
    /// The variable's name, as written.
    name: &'t [u8],
    /// The starts of the containers around it, up to the deployment that its variables cannot come from the outside of.
    around: Vec<usize>,
}

impl<'t> Scanner<'t> {
    /// `None`: the text cannot be followed.
    fn scan(&mut self) -> Option<bool> {
        let mut stack = [Frame::default(); MAX_DEPTH];
        let mut depth = 0_usize;
        let mut key = Key::Other;
        let mut variable = 0;
        loop {
            // A value stands here.
            let parent = depth.checked_sub(1).and_then(|top| stack.get(top)).copied();
            let mut opened = false;
            match self.next()? {
                open @ (b'{' | b'[') => {
                    let is_object = open == b'{';
                    let roles = roles(parent, key);
                    let frame = Frame { roles, is_object, start: self.at, variable, is_inner: false };
                    self.at += 1;
                    if parent.is_some_and(|parent| parent.variable != variable) {
                        self.variable(variable)?.is_plain = is_object;
                    }
                    // No stack to spare: too deep.
                    *stack.get_mut(depth)? = frame;
                    depth += 1;
                    opened = true;
                }
                b'"' => {
                    let value = self.string()?;
                    if key == Key::Scope
                        && parent.is_some_and(|parent| parent.roles & OPTIONS != 0)
                        && let Some(deployment) = depth.checked_sub(2).and_then(|below| stack.get_mut(below))
                    {
                        if deployment.is_inner {
                            // Which one counts?
                            return Some(true);
                        }
                        deployment.is_inner = value.eq_ignore_ascii_case(b"inner");
                    }
                    if let Some(parent) = parent
                        && hides(parent.roles, key, value)
                    {
                        match variable_of(value).filter(|_| key == Key::Template) {
                            Some(name) if self.named.len() < MAX_NAMED => {
                                // The scope of the deployment itself is that of its template.
                                let around = stack.iter().take(depth).rev().skip(1);
                                let around = around.take_while(|frame| !frame.is_inner).map(|frame| frame.start);
                                self.named.push(NamedTemplate { name, around: around.collect() });
                            }
                            _ => return Some(true),
                        }
                    }
                }
                _ => self.literal()?,
            }
            // Behind a value, or at the start of a container: the next member or element, after all that closes here.
            let top = loop {
                let Some(top) = depth.checked_sub(1).and_then(|top| stack.get(top)) else {
                    return self.is_at_end().then(|| self.hides_in_variable());
                };
                let mut next = self.next()?;
                if !opened && next == b',' {
                    self.at += 1;
                    opened = true;
                    next = self.next()?;
                }
                match (next, top.is_object) {
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        depth -= 1;
                        opened = false;
                    }
                    _ if opened => break *top,
                    _ => return None,
                }
            };
            key = Key::Other;
            variable = top.variable;
            if top.is_object {
                let name = self.key()?;
                if has_escape(name) {
                    return Some(true);
                }
                key = key_of(name);
                if variable != 0 && (key == Key::Copy || name.starts_with(b"[")) {
                    // What such a member comes to may be anything.
                    self.variable(variable)?.is_plain = false;
                } else if variable == 0 && top.roles & VARIABLES != 0 {
                    let template = depth.checked_sub(2).and_then(|below| stack.get(below))?.start;
                    self.variables.push(Variable { name, template, is_plain: false });
                    variable = self.variables.len();
                }
                if key == Key::TemplateLink && top.roles & (ENTRY | PROPERTIES) != 0 {
                    return Some(true);
                }
            }
        }
    }

    fn variable(&mut self, number: usize) -> Option<&mut Variable<'t>> {
        self.variables.get_mut(number.checked_sub(1)?)
    }

    /// Whether a template is a variable of which more must be known.
    fn hides_in_variable(&self) -> bool {
        let hides = |NamedTemplate { name, around }: &NamedTemplate| {
            let is_meant =
                |variable: &&Variable| variable.name.eq_ignore_ascii_case(name) && around.contains(&variable.template);
            let mut meant = self.variables.iter().filter(is_meant).peekable();
            meant.peek().is_none() || meant.any(|variable| !variable.is_plain)
        };
        self.named.iter().any(hides)
    }

    /// The next byte that is neither blank nor in a comment.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at)? {
                b' ' | b'\r' | b'\t' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.indentation();
                }
                b'/' => self.comment()?,
                byte => return Some(*byte),
            }
        }
    }

    /// Goes over spaces, eight at a time.
    fn indentation(&mut self) {
        while let Some(chunk) = self.text.get(self.at..).and_then(<[u8]>::first_chunk) {
            let others = u64::from_le_bytes(*chunk) ^ u64::from_le_bytes([b' '; 8]);
            let spaces = others.trailing_zeros() as usize / 8;
            self.at += spaces;
            if spaces < 8 {
                break;
            }
        }
    }

    /// A lone carriage return could end a line comment, or not: that cannot be followed.
    fn comment(&mut self) -> Option<()> {
        let rest = self.text.get(self.at + 2..)?;
        let length = match self.text.get(self.at + 1)? {
            b'*' => rest.windows(2).position(|pair| pair == b"*/")? + 2,
            b'/' => {
                let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let line = rest.get(..length)?;
                if line.strip_suffix(b"\r").unwrap_or(line).contains(&b'\r') {
                    return None;
                }
                length
            }
            _ => return None,
        };
        self.at += 2 + length;
        Some(())
    }

    /// The string that starts here, as it is written between its quotes.
    fn string(&mut self) -> Option<&'t [u8]> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            end += memchr2(b'"', b'\\', self.text.get(end..)?)?;
            if self.text.get(end) == Some(&b'"') {
                break;
            }
            end += 2;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// A number or a word.
    fn literal(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let length = rest.iter().position(|byte| !is_inside(byte)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then_some(())
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Option<&'t [u8]> {
        if self.next()? != b'"' {
            return None;
        }
        let key = self.string()?;
        if self.next()? != b':' {
            return None;
        }
        self.at += 1;
        Some(key)
    }

    fn is_at_end(&mut self) -> bool {
        self.next().is_none() && self.at >= self.text.len()
    }
}

/// What the value of `key` in `parent` can be, if it is a container.
fn roles(parent: Option<Frame>, key: Key) -> Roles {
    let Some(parent) = parent else { return ROOT };
    let by_key = match key {
        Key::Resources => RESOURCES,
        Key::Template => TEMPLATE,
        Key::Properties if parent.roles & ENTRY != 0 => PROPERTIES,
        Key::Variables => VARIABLES,
        Key::Options if parent.roles & PROPERTIES != 0 => OPTIONS,
        _ => 0,
    };
    let of_resources = if parent.roles & RESOURCES != 0 { ENTRY } else { 0 };
    let of_variables = if parent.roles & VARIABLES != 0 { TEMPLATE } else { 0 };
    by_key | of_resources | of_variables
}

/// Whether the string `value` under `key` of an object hides something.
fn hides(object: Roles, key: Key, value: &[u8]) -> bool {
    // An escape at the start could be the bracket's.
    let is_expression = matches!(value.first(), Some(b'[' | b'\\'));
    match key {
        Key::Type => has_escape(value) || is_expression && object & ENTRY != 0,
        Key::Template => is_expression && object & (ENTRY | PROPERTIES) != 0,
        Key::Resources => is_expression && object & (ROOT | TEMPLATE | ENTRY) != 0,
        _ => false,
    }
}

/// The name in `[variables('name')]`, of letters whose case can be compared here.
fn variable_of(expression: &[u8]) -> Option<&[u8]> {
    let name = expression.strip_prefix(b"[variables('")?.strip_suffix(b"')]")?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'\\');
    name.iter().all(is_plain).then_some(name)
}

/// Whether the string, as written, has an escape that can stand for a letter.
fn has_escape(written: &[u8]) -> bool {
    written.windows(2).any(|pair| matches!(pair, [b'\\', b'u' | b'U']))
}

fn key_of(name: &[u8]) -> Key {
    // The length decides nearly always.
    let (key, word): (_, &[u8]) = match name.len() {
        4 if name.first().is_some_and(|first| first | 0x20 == b'c') => (Key::Copy, b"copy"),
        4 => (Key::Type, b"type"),
        5 => (Key::Scope, b"scope"),
        8 => (Key::Template, b"template"),
        9 if name.first().is_some_and(|first| first | 0x20 == b'v') => (Key::Variables, b"variables"),
        9 => (Key::Resources, b"resources"),
        10 => (Key::Properties, b"properties"),
        12 => (Key::TemplateLink, b"templatelink"),
        27 => (Key::Options, b"expressionevaluationoptions"),
        _ => return Key::Other,
    };
    if name.eq_ignore_ascii_case(word) { key } else { Key::Other }
}

#[cfg(test)]
mod tests;
