//! Where in a JSON text a type, a template or resources could hide behind an expression, an escape or a link: decided by the
//! structure around it, in one pass over the text that builds no tree and looks at brackets and few strings only: `marks` tells where
//! they are.
//!
//! It may say "may hide" too often, never too seldom. The grammar is followed no further than that needs: text that is not JSON holds no
//! resource, but for the sake of those who are about to write one it may hide something where its brackets do not match.

mod marks;

use super::signs::EXPRESSION;
use marks::{BLOCK, Carry, Marks};
use memchr::{memchr2, memmem};

/// The deepest nesting of what matters that is followed; the parser refuses deeper ones.
const MAX_DEPTH: usize = 256;

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
/// - an escape in a key, or in a `type`, that could spell one of the words.
///
/// Everything else (parameters, outputs, what properties hold) is gone over.
pub fn may_hide(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    Scanner::new(text).scan().unwrap_or_else(|| memmem::find(text, EXPRESSION).is_some())
}

impl Frame {
    /// Whether the strings right in it matter, and not only those that are expressions.
    fn lists_strings(&self) -> bool {
        let roles = ENTRY | PROPERTIES | OPTIONS | if self.variable == 0 { VARIABLES } else { 0 };
        self.is_object && self.roles & roles != 0
    }
}

/// What goes over the text, from one bracket or string that matters to the next.
struct Scanner<'t> {
    text: &'t [u8],
    /// The containers that are open, and matter.
    stack: Vec<Frame>,
    /// How many are open in these that do not matter.
    skipped: u32,
    /// Whether the outermost container is closed.
    is_closed: bool,
    /// The quotes of the last string that was closed before the block.
    last: Option<(usize, usize)>,
    /// The quote that opened the string in which the block starts, if it does.
    open: usize,
    /// The quote of the last string of which it is known what its escapes hide.
    escaped: Option<usize>,
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
    fn new(text: &'t [u8]) -> Self {
        let (stack, variables, named) = (vec![], vec![], vec![]);
        Self { text, stack, skipped: 0, is_closed: false, last: None, open: 0, escaped: None, variables, named }
    }

    /// `None`: the text cannot be followed.
    fn scan(mut self) -> Option<bool> {
        let mut carry = Carry::default();
        let mut last = [b' '; BLOCK];
        let mut start = 0;
        'blocks: while let Some(rest @ [_, ..]) = self.text.get(start..) {
            let block = rest.first_chunk().unwrap_or_else(|| {
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                &last
            });
            let marks = carry.block(block);
            let mut ahead = u64::MAX;
            loop {
                let mut events = (marks.opens | marks.closes | marks.slashes) & ahead;
                if self.skipped > 0 {
                    let closes = (marks.closes & ahead).count_ones();
                    if closes < self.skipped && marks.slashes & ahead == 0 {
                        // The end of what does not matter is not here. Strings in it do not matter either.
                        self.skipped = self.skipped - closes + (marks.opens & ahead).count_ones();
                        start += BLOCK;
                        continue 'blocks;
                    }
                } else {
                    let lists_strings = self.stack.last().is_some_and(Frame::lists_strings);
                    events |= (marks.escapes | if lists_strings { marks.opening } else { marks.expressions }) & ahead;
                }
                if events == 0 {
                    break;
                }
                let bit = events.trailing_zeros();
                ahead = u64::MAX << bit << 1;
                let at = start + bit as usize;
                match self.text.get(at)? {
                    b'{' | b'[' if self.skipped > 0 => self.skipped += 1,
                    b'}' | b']' if self.skipped > 0 => self.skipped -= 1,
                    b'{' => self.open(at, true, self.closed_before(&marks, start, bit))?,
                    b'[' => self.open(at, false, self.closed_before(&marks, start, bit))?,
                    b'}' => self.close(true)?,
                    b']' => self.close(false)?,
                    b'/' => {
                        // What stands in the comment is no mark.
                        self.end_block(&marks, start, bit);
                        carry = Carry::default();
                        let Some(end) = self.comment(at) else { return Some(true) };
                        start = end;
                        continue 'blocks;
                    }
                    b'"' => {
                        if self.hides_in_string(at, self.closed_before(&marks, start, bit))? {
                            return Some(true);
                        }
                    }
                    _ => {
                        let string = self.opened_before(&marks, start, bit);
                        let before = string.checked_sub(start).map_or(0, |bit| bit as u32);
                        if self.hides_in_escape(at, string, self.closed_before(&marks, start, before))? {
                            return Some(true);
                        }
                    }
                }
            }
            self.end_block(&marks, start, u64::BITS);
            start += BLOCK;
        }
        (!carry.in_string() && self.stack.is_empty() && self.skipped == 0).then(|| self.hides_in_variable())
    }

    /// The quotes of the last string that was closed before that bit.
    fn closed_before(&self, marks: &Marks, start: usize, bit: u32) -> Option<(usize, usize)> {
        match last_before(marks.closing, bit) {
            Some(close) => Some((self.opened_before(marks, start, close), start + close as usize)),
            None => self.last,
        }
    }

    /// The last quote before that bit which opens a string.
    fn opened_before(&self, marks: &Marks, start: usize, bit: u32) -> usize {
        last_before(marks.opening, bit).map_or(self.open, |open| start + open as usize)
    }

    /// Goes on behind that bit of the block.
    fn end_block(&mut self, marks: &Marks, start: usize, bit: u32) {
        self.last = self.closed_before(marks, start, bit);
        self.open = self.opened_before(marks, start, bit);
    }

    /// A container that opens. `last` are the quotes of the last string before it.
    fn open(&mut self, at: usize, is_object: bool, last: Option<(usize, usize)>) -> Option<()> {
        if self.is_closed || self.stack.len() == MAX_DEPTH {
            return None;
        }
        let parent = self.stack.last().copied();
        let object = parent.filter(|parent| parent.is_object);
        let key = object.and_then(|_| self.key_of_value(at, last)).map_or(Key::Other, key_of);
        let mut variable = parent.map_or(0, |parent| parent.variable);
        if variable != 0 && key == Key::Copy {
            // What such a member comes to may be anything.
            self.variable(variable)?.is_plain = false;
        } else if variable == 0 && object.is_some_and(|parent| parent.roles & VARIABLES != 0) {
            variable = self.variables.len();
            self.variable(variable)?.is_plain = is_object;
        }
        match roles(parent, key) {
            0 => self.skipped = 1,
            roles => self.stack.push(Frame { roles, is_object, start: at, variable, is_inner: false }),
        }
        Some(())
    }

    fn close(&mut self, is_object: bool) -> Option<()> {
        let top = self.stack.pop()?;
        self.is_closed = self.stack.is_empty();
        (top.is_object == is_object).then_some(())
    }

    /// Whether the string at the quote `at` hides something. `last` are the quotes of the string before it.
    fn hides_in_string(&mut self, at: usize, last: Option<(usize, usize)>) -> Option<bool> {
        let Some(top) = self.stack.last().copied().filter(|top| top.is_object) else { return Some(false) };
        let Some(key) = self.key_of_value(at, last) else {
            let name = self.string(at)?;
            if top.variable != 0 && name.starts_with(b"[") {
                self.variable(top.variable)?.is_plain = false;
            } else if top.variable == 0 && top.roles & VARIABLES != 0 {
                let template = self.stack.iter().rev().nth(1)?.start;
                self.variables.push(Variable { name, template, is_plain: false });
            }
            return Some(key_of(name) == Key::TemplateLink && top.roles & (ENTRY | PROPERTIES) != 0);
        };
        let key = key_of(key);
        if key == Key::Scope && top.roles & OPTIONS != 0 {
            let is_inner = self.string(at)?.eq_ignore_ascii_case(b"inner");
            if let Some(deployment) = self.stack.iter_mut().rev().nth(1) {
                if deployment.is_inner {
                    // Which one counts?
                    return Some(true);
                }
                deployment.is_inner = is_inner;
            }
        }
        // An escape at the start could be the bracket's.
        let is_expression = matches!(self.text.get(at + 1), Some(b'[' | b'\\'));
        if !is_expression || !hides(top.roles, key) {
            return Some(false);
        }
        match variable_of(self.string(at)?).filter(|_| key == Key::Template) {
            Some(name) if self.named.len() < MAX_NAMED => {
                // The scope of the deployment itself is that of its template.
                let around = self.stack.iter().rev().skip(1);
                let around = around.take_while(|frame| !frame.is_inner).map(|frame| frame.start);
                self.named.push(NamedTemplate { name, around: around.collect() });
                Some(false)
            }
            _ => Some(true),
        }
    }

    /// Whether the escape at the backslash `at`, in the string at the quote `string`, hides something: in a key, or in a `type`, it could
    /// stand for a letter. `last` are the quotes of the string before.
    fn hides_in_escape(&mut self, at: usize, string: usize, last: Option<(usize, usize)>) -> Option<bool> {
        if self.escaped == Some(string) || !matches!(self.text.get(at + 1), Some(b'u' | b'U')) {
            return Some(false);
        }
        self.escaped = Some(string);
        let behind = string + self.string(string)?.len() + 2;
        let is_key = self.visible(behind).is_some_and(|next| self.text.get(next) == Some(&b':'));
        Some(is_key || self.key_of_value(string, last).is_some_and(|key| key_of(key) == Key::Type))
    }

    /// The key of the value at `at`, if it is one of an object. `last` are the quotes of the last string before it.
    fn key_of_value(&self, at: usize, last: Option<(usize, usize)>) -> Option<&'t [u8]> {
        let (open, close) = last?;
        let colon = self.visible(close + 1).filter(|colon| self.text.get(*colon) == Some(&b':'))?;
        let key = self.text.get(open + 1..close);
        key.filter(|_| self.visible(colon + 1) == Some(at))
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

    /// The first byte from `at` on, outside of strings, that is neither blank nor in a comment. What is not ASCII is blank there.
    fn visible(&self, mut at: usize) -> Option<usize> {
        loop {
            match self.text.get(at)? {
                b' ' | b'\t'..=b'\r' | 0x80.. => at += 1,
                b'/' => at = self.comment(at)?,
                _ => return Some(at),
            }
        }
    }

    /// The end of the comment at `at`. A lone carriage return could end a line comment, or not: that cannot be followed.
    fn comment(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at + 2..)?;
        let length = match self.text.get(at + 1)? {
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
        Some(at + 2 + length)
    }

    /// The string at the quote `at`, as it is written between its quotes.
    fn string(&self, at: usize) -> Option<&'t [u8]> {
        let mut end = at + 1;
        loop {
            end += memchr2(b'"', b'\\', self.text.get(end..)?)?;
            if self.text.get(end) == Some(&b'"') {
                return self.text.get(at + 1..end);
            }
            end += 2;
        }
    }
}

/// The highest bit of `bits` below `bit`.
fn last_before(bits: u64, bit: u32) -> Option<u32> {
    let below = 1_u64.checked_shl(bit).map_or(u64::MAX, |bit| bit - 1);
    (bits & below).checked_ilog2()
}

/// What the value of `key` in `parent` can be, if it is a container.
fn roles(parent: Option<Frame>, key: Key) -> Roles {
    let Some(parent) = parent else { return ROOT };
    let is_in = |roles: Roles| parent.is_object && parent.roles & roles != 0;
    let by_key = match key {
        Key::Resources if is_in(ROOT | TEMPLATE | ENTRY) => RESOURCES,
        Key::Template if is_in(ENTRY | PROPERTIES) => TEMPLATE,
        Key::Properties if is_in(ENTRY) => PROPERTIES,
        Key::Variables if is_in(ROOT | TEMPLATE) => VARIABLES,
        Key::Options if is_in(PROPERTIES) => OPTIONS,
        _ => 0,
    };
    let of_resources = if parent.roles & RESOURCES != 0 { ENTRY } else { 0 };
    let of_variables = if is_in(VARIABLES) { TEMPLATE } else { 0 };
    by_key | of_resources | of_variables
}

/// Whether an expression hides something as the value of `key` of an object.
fn hides(object: Roles, key: Key) -> bool {
    match key {
        Key::Type => object & ENTRY != 0,
        Key::Template => object & (ENTRY | PROPERTIES) != 0,
        Key::Resources => object & (ROOT | TEMPLATE | ENTRY) != 0,
        _ => false,
    }
}

/// The name in `[variables('name')]`, of letters whose case can be compared here.
fn variable_of(expression: &[u8]) -> Option<&[u8]> {
    let name = expression.strip_prefix(b"[variables('")?.strip_suffix(b"')]")?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'\\');
    name.iter().all(is_plain).then_some(name)
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
