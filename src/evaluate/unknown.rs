//! What is not known: [`Unknown`] values with all that is certain about them, and [`World`]s that answer open questions.

use super::mark;
use super::types::{Declared, Part};
use super::value::{Data, Kind, Origin, Value};
use crate::digest::{fnv, head};
use crate::source::Place;
use std::borrow::Cow;
use std::rc::Rc;

/// Symbols longer than this many bytes are shortened, with a hash that keeps them distinct.
const MAX_SYMBOL: usize = 400;

/// The identity of an unknown value: the expression that would give it, after putting in what is known. Two unknowns with
/// the same text have the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The expression, canonical: function names in lower case, one blank after each comma.
    pub text: Rc<str>,
    /// For an unknown yes-or-no, what it asks.
    pub asks: Question,
}

/// What an unknown boolean says of its subject, so that an answer to it narrows the subject too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Nothing but itself.
    Itself,
    /// `empty(subject)`.
    Empty(Rc<str>),
    /// `equals(subject, null())`.
    Null(Rc<str>),
    /// `equals(subject, literal)`.
    Equals(Rc<str>, Literal),
    /// `contains(subject, 'key')`, where the subject is an object.
    Has(Rc<str>, Rc<str>),
}

/// A scalar that a question compares with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    String(Rc<str>),
}

impl Literal {
    /// The scalar as a literal; `None` for other values.
    pub fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Bool(value) => Some(Self::Bool(*value)),
            Data::Int(value) => Some(Self::Int(*value)),
            Data::String(value) => Some(Self::String(value.clone())),
            _ => None,
        }
    }

    /// The literal as a value's data.
    pub fn data(&self) -> Data {
        match self {
            Self::Bool(value) => Data::Bool(*value),
            Self::Int(value) => Data::Int(*value),
            Self::String(value) => Data::String(value.clone()),
        }
    }
}

impl std::fmt::Display for Literal {
    /// As expressions write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}()"),
            Self::Int(value) => write!(f, "{value}"),
            Self::String(value) => write!(f, "'{}'", value.replace('\'', "''")),
        }
    }
}

impl Symbol {
    /// The expression as people read it: without what tells it apart from others that read alike.
    pub fn shown(&self) -> Cow<'_, str> {
        mark::without(&self.text)
    }

    /// A symbol that asks nothing but itself.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: shorten(text.as_ref()), asks: Question::Itself }
    }

    /// `empty(subject)`.
    pub fn empty(subject: &Symbol) -> Self {
        let text = shorten(&format!("empty({})", subject.text));
        Self { text, asks: Question::Empty(subject.text.clone()) }
    }

    /// `equals(subject, null())`.
    pub fn null(subject: &Symbol) -> Self {
        let text = shorten(&format!("equals({}, null())", subject.text));
        Self { text, asks: Question::Null(subject.text.clone()) }
    }

    /// `equals(subject, literal)`.
    pub fn equals(subject: &Symbol, literal: Literal) -> Self {
        let text = shorten(&format!("equals({}, {literal})", subject.text));
        Self { text, asks: Question::Equals(subject.text.clone(), literal) }
    }

    /// `contains(subject, 'key')`; keys are compared without case.
    pub fn has(subject: &Symbol, key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        let text = shorten(&format!("contains({}, '{key}')", subject.text));
        Self { text, asks: Question::Has(subject.text.clone(), key.into()) }
    }

    /// What an answer to the question says, for a person: `parameters('private') is false`.
    pub fn describe(&self, answer: bool) -> String {
        let not = if answer { "" } else { "not " };
        let text = match &self.asks {
            Question::Itself => format!("{} is {answer}", self.text),
            Question::Empty(subject) => format!("{subject} is {not}empty"),
            Question::Null(subject) => format!("{subject} is {not}null"),
            Question::Equals(subject, Literal::Bool(value)) => format!("{subject} is {}", *value == answer),
            Question::Equals(subject, literal) => format!("{subject} is {not}{literal}"),
            Question::Has(subject, key) if answer => format!("{subject} has '{key}'"),
            Question::Has(subject, key) => format!("{subject} lacks '{key}'"),
        };
        mark::without(&text).into_owned()
    }
}

/// Keeps symbols bounded: what is too long is cut and told apart by a hash of the whole.
fn shorten(text: &str) -> Rc<str> {
    if text.len() <= MAX_SYMBOL {
        return text.into();
    }
    format!("{}...{}", head(text, MAX_SYMBOL - 40), mark::hash(fnv(text))).into()
}

/// One consistent set of answers to open questions. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct World(Option<Rc<Answer>>);

#[derive(Debug)]
struct Answer {
    symbol: Rc<Symbol>,
    answer: bool,
    before: World,
}

impl World {
    /// The world in which nothing is answered.
    pub fn open() -> Self {
        Self::default()
    }

    /// This world with one more answer.
    pub fn with(&self, symbol: Rc<Symbol>, answer: bool) -> Self {
        Self(Some(Rc::new(Answer { symbol, answer, before: self.clone() })))
    }

    /// The answers, the latest first.
    pub fn answers(&self) -> impl Iterator<Item = (&Rc<Symbol>, bool)> {
        std::iter::successors(self.0.as_deref(), |answer| answer.before.0.as_deref())
            .map(|answer| (&answer.symbol, answer.answer))
    }

    /// The answer to the question with this text, if given.
    pub fn answer(&self, text: &str) -> Option<bool> {
        self.answers().find(|(symbol, _)| &*symbol.text == text).map(|(_, answer)| answer)
    }

    /// How many answers it holds.
    pub fn len(&self) -> usize {
        self.answers().count()
    }

    /// Whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// A text that is equal for worlds with the same answers in whatever order.
    pub fn key(&self) -> String {
        let mut answers: Vec<String> =
            self.answers().map(|(symbol, answer)| format!("{}={answer}", symbol.text)).collect();
        answers.sort();
        answers.join("\u{0}")
    }
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What kind of ignorance it is.
    pub cause: Cause,
    /// Where it begins: the parameter's declaration, the call.
    pub place: Place,
}

/// The kinds of [`Reason`].
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// A parameter without value.
    Parameter(Rc<str>),
    /// A parameter that has a default, in an evaluation that asks what others might pass.
    Overridable(Rc<str>),
    /// A function whose result exists only while deploying: `reference`, `listKeys`, `utcNow`.
    Runtime(Rc<str>),
    /// A function of the place deployed to: `resourceGroup`, `subscription`.
    Context(Rc<str>),
    /// A Key Vault secret.
    Secret,
    /// A placeholder that a tool or a person fills in later.
    Placeholder(Rc<str>),
    /// A template that was not read.
    Linked(Rc<str>),
    /// The index of a loop whose count is unknown.
    Index(Rc<str>),
    /// A function this version does not know.
    UnknownFunction(Rc<str>),
    /// Facts about Azure are not settled for this case.
    Unsettled(Rc<str>),
    /// The expression cannot be evaluated; the deployment would fail here.
    Error(Rc<str>),
    /// A limit of the linter was reached.
    Limit(Rc<str>),
    /// What a variable or a substitution of a script gives.
    Script(Rc<str>),
    /// Whether an option is given to a command: this part of it may hold any.
    MoreOptions(Rc<str>),
    /// What a command does not mention, and the resource keeps.
    Kept,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cause {
            Cause::Parameter(name) => write!(f, "parameter '{name}' has no value"),
            Cause::Overridable(name) => write!(f, "parameter '{name}' can be passed another value than its default"),
            Cause::Runtime(name) => write!(f, "{name}() is known only while deploying"),
            Cause::Context(name) => write!(f, "{name}() depends on where the template is deployed"),
            Cause::Secret => f.write_str("it is a Key Vault secret"),
            Cause::Placeholder(text) => write!(f, "{text} is perhaps a placeholder"),
            Cause::Linked(what) => write!(f, "the linked template {what} was not read"),
            Cause::Index(name) => write!(f, "the number of iterations of loop '{name}' is unknown"),
            Cause::UnknownFunction(name) => write!(f, "function '{name}' is not known"),
            Cause::Unsettled(what) => write!(f, "{what}"),
            Cause::Error(message) => write!(f, "{message}"),
            Cause::Limit(what) => write!(f, "limit reached: {what}"),
            Cause::Script(text) => write!(f, "{text} is known only when the script runs"),
            Cause::MoreOptions(text) => write!(f, "{text} may hold further options"),
            Cause::Kept => f.write_str("the command does not mention it, and the cluster keeps what it has"),
        }
    }
}

/// What is certain about an unknown value.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// Its kind, if certain (apart from null, see `nullable`).
    pub kind: Option<Kind>,
    /// Whether it may be null.
    pub nullable: bool,
    /// The scalars it can be, if they are listed.
    pub domain: Option<Rc<[Literal]>>,
    /// Least number of characters or elements.
    pub min_length: u64,
    /// Greatest number of characters or elements.
    pub max_length: Option<u64>,
    /// For a whole number, the least it can be.
    pub least: Option<i64>,
    /// For a whole number, the greatest it can be.
    pub greatest: Option<i64>,
    /// For a text with known parts: its parts in order.
    pub pieces: Option<Rc<[Piece]>>,
    /// Whether its value must not be shown.
    pub secure: bool,
    /// For an object or array, what its declared type says of its parts.
    pub declared: Option<Rc<Declared>>,
}

impl Bounds {
    /// Nothing is certain.
    pub fn any() -> Self {
        Self { nullable: true, ..Self::default() }
    }

    /// Certainly of this kind, and not null.
    pub fn of(kind: Kind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }
}

/// A part of a text that is not wholly known.
#[derive(Clone, Debug)]
pub enum Piece {
    /// This text.
    Known(Rc<str>),
    /// The text of this unknown.
    Unknown(Rc<Unknown>),
}

/// A value only known later.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Its identity.
    pub symbol: Symbol,
    /// Why it is not known.
    pub reason: Rc<Reason>,
    /// What is certain about it.
    pub bounds: Bounds,
    /// The answers under which it was met; derived unknowns heed them.
    pub world: World,
}

impl Unknown {
    /// The value with this identity in this world: what the world's answers settle is known, the rest is unknown with
    /// what they tell added to `bounds`.
    pub fn value(symbol: Symbol, reason: Rc<Reason>, bounds: Bounds, world: &World, origin: Origin) -> Value {
        let data = match refine(&symbol, bounds, world) {
            Refined::Known(data) => data,
            Refined::Narrowed(bounds) => Data::Unknown(Rc::new(Self { symbol, reason, bounds, world: world.clone() })),
        };
        Value::new(data, origin)
    }

    /// A value that follows from this one and is unknown for the same reason.
    pub fn derive(&self, symbol: Symbol, bounds: Bounds, origin: Origin) -> Value {
        Self::value(symbol, self.reason.clone(), bounds, &self.world, origin)
    }

    /// What is declared of the member called `name`.
    pub fn member(&self, name: &str) -> Part {
        self.bounds.declared.as_ref().map_or(Part::Open, |declared| declared.member(name))
    }

    /// What is declared of the element at `index` from 0; without one, of any element.
    pub fn element(&self, index: Option<usize>) -> Part {
        self.bounds.declared.as_ref().map_or(Part::Open, |declared| declared.element(index))
    }

    /// Whether it certainly is neither null nor empty.
    pub fn is_surely_filled(&self) -> bool {
        let text = self.bounds.pieces.iter().flat_map(|pieces| pieces.iter());
        let known_text = text.into_iter().any(|piece| matches!(piece, Piece::Known(text) if !text.is_empty()));
        !self.bounds.nullable && (self.bounds.min_length > 0 || known_text)
    }
}

/// A value that was met in one world, as it is in a world with more answers: bound to a lambda's parameter outside of a choice, say,
/// and read inside of one.
pub fn seen_in(mut value: Value, world: &World) -> Value {
    loop {
        match &value.data {
            Data::Choice(choice) => match world.answer(&choice.symbol.text) {
                Some(answer) => {
                    let branch = if answer { &choice.then } else { &choice.otherwise };
                    value = branch.force_within(&value.origin);
                }
                None => return value,
            },
            Data::Unknown(unknown) if unknown.world.len() < world.len() => {
                let (symbol, reason) = (unknown.symbol.clone(), unknown.reason.clone());
                return Unknown::value(symbol, reason, unknown.bounds.clone(), world, value.origin);
            }
            _ => return value,
        }
    }
}

enum Refined {
    Known(Data),
    Narrowed(Bounds),
}

/// Applies the answers of `world` about `symbol`.
fn refine(symbol: &Symbol, mut bounds: Bounds, world: &World) -> Refined {
    for (question, answer) in world.answers() {
        if question.text == symbol.text {
            return Refined::Known(Data::Bool(answer));
        }
        let is_subject = |subject: &Rc<str>| *subject == symbol.text;
        match &question.asks {
            Question::Empty(subject) if is_subject(subject) => {
                if answer {
                    bounds.max_length = Some(0);
                } else {
                    bounds.nullable = false;
                    bounds.min_length = bounds.min_length.max(1);
                }
            }
            Question::Null(subject) if is_subject(subject) => {
                if answer {
                    return Refined::Known(Data::Null);
                }
                bounds.nullable = false;
            }
            Question::Equals(subject, literal) if is_subject(subject) => {
                if answer {
                    return Refined::Known(literal.data());
                }
                if let Some(domain) = &bounds.domain {
                    bounds.domain = Some(domain.iter().filter(|other| *other != literal).cloned().collect());
                }
            }
            _ => {}
        }
    }
    if bounds.max_length == Some(0) && !bounds.nullable {
        match bounds.kind {
            Some(Kind::Array) => return Refined::Known(Data::array(Vec::new())),
            Some(Kind::Object) => return Refined::Known(Data::object(Vec::new())),
            Some(Kind::String) => return Refined::Known(Data::String("".into())),
            _ => {}
        }
    }
    if bounds.kind == Some(Kind::Bool) && bounds.domain.is_none() {
        bounds.domain = Some(Rc::new([Literal::Bool(true), Literal::Bool(false)]));
    }
    match bounds.domain.as_deref() {
        Some([only]) if !bounds.nullable => Refined::Known(only.data()),
        _ => Refined::Narrowed(bounds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_described_without_marks() {
        let subject = Symbol::new(format!("newguid(){}", mark::number(3)));
        for (symbol, yes, no) in [
            (subject.clone(), "newguid() is true", "newguid() is false"),
            (Symbol::empty(&subject), "newguid() is empty", "newguid() is not empty"),
            (Symbol::null(&subject), "newguid() is null", "newguid() is not null"),
            (Symbol::equals(&subject, Literal::Int(1)), "newguid() is 1", "newguid() is not 1"),
            (Symbol::has(&subject, "Key"), "newguid() has 'key'", "newguid() lacks 'key'"),
        ] {
            assert_eq!((symbol.describe(true).as_str(), symbol.describe(false).as_str()), (yes, no));
        }
    }
}
