//! Values: what terms become. A value is known, unknown, or a choice between two values that hangs on an open question.
//!
//! Containers are lazy: an element is evaluated when somebody asks for it, and once. An element that cannot be evaluated
//! never touches its neighbours.

pub use super::origin::{Origin, Step, StepKind};
use super::types::Part;
use super::unknown::{Symbol, Unknown};
use crate::source::Place;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// How many leaves the search for a member through merged objects may look at before it gives up.
const MAX_BRANCHES: usize = 64;

/// A value and where it comes from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Null; in a template the same as absent for Azure, but with a place.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    String(Rc<str>),
    /// An array.
    Array(Rc<Array>),
    /// An object.
    Object(Rc<Object>),
    /// Only known later.
    Unknown(Rc<Unknown>),
    /// One of two values, depending on a question.
    Choice(Rc<Choice>),
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Null.
    Null,
    /// A boolean.
    Bool,
    /// A whole number.
    Int,
    /// Another number.
    Float,
    /// A text.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind's name with its article: "an array".
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Float => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

impl Data {
    /// An array of values.
    pub fn array(items: Vec<Value>) -> Self {
        let slots = items.into_iter().map(|item| Slot::Item(Lazy::known(item))).collect();
        Self::Array(Rc::new(Array { slots }))
    }

    /// An object of members.
    pub fn object(members: Vec<Member>) -> Self {
        Self::Object(Rc::new(Object::Members(members)))
    }

    /// A text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::String(text.as_ref().into())
    }
}

impl Value {
    /// A value with its origin.
    pub fn new(data: Data, origin: Origin) -> Self {
        Self { data, origin }
    }

    /// A choice on `symbol`.
    pub fn choice(symbol: Rc<Symbol>, then: Lazy, otherwise: Lazy, origin: Origin) -> Self {
        Self::new(Data::Choice(Rc::new(Choice { symbol, then, otherwise })), origin)
    }

    /// The same value, carried one step further.
    pub fn through(mut self, kind: StepKind, place: Place) -> Self {
        self.origin = self.origin.through(kind, place);
        self
    }

    /// Its kind; `None` for a choice and for an unknown of uncertain kind (or that may be null).
    pub fn kind(&self) -> Option<Kind> {
        match &self.data {
            Data::Null => Some(Kind::Null),
            Data::Bool(_) => Some(Kind::Bool),
            Data::Int(_) => Some(Kind::Int),
            Data::Float(_) => Some(Kind::Float),
            Data::String(_) => Some(Kind::String),
            Data::Array(_) => Some(Kind::Array),
            Data::Object(_) => Some(Kind::Object),
            Data::Unknown(unknown) => unknown.bounds.kind.filter(|_| !unknown.bounds.nullable),
            Data::Choice(_) => None,
        }
    }

    /// The question this value hangs on, if it is a choice.
    pub fn open_question(&self) -> Option<&Rc<Symbol>> {
        match &self.data {
            Data::Choice(choice) => Some(&choice.symbol),
            _ => None,
        }
    }

    /// The text, if it is a known text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// Looks up a member, ignoring ASCII case; among members that differ only in case the exact one is taken, else the last.
    /// Values without members have none.
    pub fn member(&self, name: &str) -> Lookup {
        let mut branches = MAX_BRANCHES;
        match &self.data {
            Data::Choice(choice) => Lookup::Split(choice.symbol.clone()),
            _ => find(self, name, &mut branches).into_lookup(),
        }
    }

    /// The element at `index` from 0.
    pub fn element(&self, index: usize) -> Lookup {
        match &self.data {
            Data::Choice(choice) => Lookup::Split(choice.symbol.clone()),
            Data::Array(array) => array.element(index, &self.origin),
            Data::Unknown(unknown) if matches!(unknown.bounds.kind, Some(Kind::Array) | None) => {
                Lookup::Unknown(unknown.clone())
            }
            _ => Lookup::Absent,
        }
    }
}

/// What asking a container for a part gives.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// Certainly not there.
    Absent,
    /// There.
    Present(Value),
    /// It depends on this unknown whether it is there and what it is.
    Unknown(Rc<Unknown>),
    /// It depends on the answer to this question; ask again in a world that answers it.
    Split(Rc<Symbol>),
}

/// One of two values.
#[derive(Debug)]
pub struct Choice {
    /// The question.
    pub symbol: Rc<Symbol>,
    /// The value where the answer is yes.
    pub then: Lazy,
    /// The value where the answer is no.
    pub otherwise: Lazy,
}

/// An array, whose length may be partly unknown.
#[derive(Debug)]
pub struct Array {
    /// Elements, and gaps of unknown length.
    pub slots: Vec<Slot>,
}

/// A part of an array.
#[derive(Clone, Debug)]
pub enum Slot {
    /// Exactly one element.
    Item(Lazy),
    /// The elements of an unknown array, any number of them.
    Rest(Value),
}

impl Array {
    /// The number of elements, if certain.
    pub fn len(&self) -> Option<usize> {
        self.slots.iter().all(|slot| matches!(slot, Slot::Item(_))).then_some(self.slots.len())
    }

    /// The least number of elements.
    pub fn min_len(&self) -> usize {
        let least = |slot: &Slot| match slot {
            Slot::Item(_) => 1,
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => unknown.bounds.min_length as usize,
            Slot::Rest(_) => 0,
        };
        self.slots.iter().map(least).sum()
    }

    /// Whether it certainly has no element.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    fn element(&self, index: usize, origin: &Origin) -> Lookup {
        for slot in self.slots.iter().take(index.saturating_add(1)) {
            if let Slot::Rest(Value { data: Data::Unknown(unknown), .. }) = slot {
                return Lookup::Unknown(unknown.clone());
            }
        }
        match self.slots.get(index) {
            Some(Slot::Item(item)) => Lookup::Present(item.force_within(origin)),
            _ => Lookup::Absent,
        }
    }
}

/// An object.
#[derive(Debug)]
pub enum Object {
    /// Members in order, with duplicates and case kept.
    Members(Vec<Member>),
    /// Objects laid over each other, the later over the earlier.
    Merged {
        /// Each an object, an unknown or a choice.
        layers: Vec<Value>,
        /// Whether objects under one key are merged in turn (`union`) or replaced (`shallowMerge`).
        deep: bool,
    },
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key, as written.
    pub name: Rc<str>,
    /// Where the key is written.
    pub key: Place,
    /// The value.
    pub value: Lazy,
}

impl Member {
    /// The value, as a part of an object with this origin.
    pub fn force_within(&self, object: &Origin) -> Value {
        let mut value = self.value.force();
        value.origin = value.origin.keyed(self.key).within(object);
        value
    }
}

impl Object {
    /// All members in order of first appearance: of merged objects each key once, merged. `Err` says what the keys depend on.
    pub fn members(&self, _origin: &Origin) -> Result<Vec<Member>, Lookup> {
        match self {
            Self::Members(members) => Ok(last_of_each(members)),
            Self::Merged { layers, deep } => {
                let mut merged = Merged { deep: *deep, keys: Vec::new(), index: FxHashMap::default() };
                for layer in layers {
                    match &layer.data {
                        Data::Object(object) => {
                            let members = object.members(&layer.origin)?;
                            let within = matches!(**object, Self::Members(_)).then_some(&layer.origin);
                            merged.lay(members, within);
                        }
                        Data::Choice(choice) => return Err(Lookup::Split(choice.symbol.clone())),
                        Data::Unknown(unknown) => return Err(Lookup::Unknown(unknown.clone())),
                        _ => {}
                    }
                }
                merged.members()
            }
        }
    }

    fn find(&self, name: &str, origin: &Origin, branches: &mut usize) -> Found {
        match self {
            Self::Members(members) => {
                let exact = members.iter().rfind(|member| &*member.name == name);
                let member = exact.or_else(|| members.iter().rfind(|member| member.name.eq_ignore_ascii_case(name)));
                member.map_or(Found::Absent, |member| Found::Present(member.force_within(origin)))
            }
            Self::Merged { layers, deep } => {
                let found = layers.iter().map(|layer| find(layer, name, branches)).collect::<Vec<_>>();
                found.into_iter().fold(Found::Absent, |earlier, later| earlier.overlaid(later, *deep))
            }
        }
    }
}

/// Objects of known keys laid over each other: in one pass, however many and large they are.
struct Merged {
    deep: bool,
    keys: Vec<(Rc<str>, Place, Found)>,
    /// The number of each key, by its name in lower case.
    index: FxHashMap<String, usize>,
}

impl Merged {
    /// Lays these members over those that are there, as parts of an object with this origin unless they were merged. Of spellings that differ in case, that of the key counts, else the last.
    fn lay(&mut self, members: Vec<Member>, origin: Option<&Origin>) {
        let mut chosen: FxHashMap<usize, Member> = FxHashMap::default();
        let mut order = Vec::new();
        for member in members {
            let keys = &mut self.keys;
            let at = *self.index.entry(member.name.to_ascii_lowercase()).or_insert_with(|| {
                keys.push((member.name.clone(), member.key, Found::Absent));
                keys.len() - 1
            });
            let is_key = |name: &Rc<str>| keys.get(at).is_some_and(|(key, ..)| key == name);
            match chosen.get_mut(&at) {
                Some(known) if is_key(&known.name) => {}
                Some(known) => *known = member,
                None => {
                    order.push(at);
                    chosen.insert(at, member);
                }
            }
        }
        for at in order {
            if let (Some((.., found)), Some(member)) = (self.keys.get_mut(at), chosen.get(&at)) {
                let earlier = std::mem::replace(found, Found::Absent);
                let value = origin.map_or_else(|| member.value.force(), |origin| member.force_within(origin));
                *found = earlier.overlaid(Found::Present(value), self.deep);
            }
        }
    }

    fn members(self) -> Result<Vec<Member>, Lookup> {
        let mut members = Vec::with_capacity(self.keys.len());
        for (name, key, found) in self.keys {
            match found.into_lookup() {
                Lookup::Present(value) => members.push(Member { name, key, value: Lazy::known(value) }),
                Lookup::Absent => {}
                open => return Err(open),
            }
        }
        Ok(members)
    }
}

/// Duplicate keys: the last one wins, in the first one's place. Spellings that differ in case are two keys.
fn last_of_each(members: &[Member]) -> Vec<Member> {
    let mut kept: Vec<Member> = Vec::with_capacity(members.len());
    let mut index: FxHashMap<Rc<str>, usize> = FxHashMap::default();
    for member in members {
        match index.get(&member.name).and_then(|at| kept.get_mut(*at)) {
            Some(earlier) => *earlier = member.clone(),
            None => {
                index.insert(member.name.clone(), kept.len());
                kept.push(member.clone());
            }
        }
    }
    kept
}

/// What looking for a member through layers and choices gives.
#[derive(Clone)]
enum Found {
    Absent,
    Present(Value),
    /// Whether the unknown object has the member is the question.
    Unknown(Rc<Unknown>, Rc<Symbol>),
    If(Rc<Symbol>, Box<Found>, Box<Found>),
}

fn find(value: &Value, name: &str, branches: &mut usize) -> Found {
    match &value.data {
        Data::Object(object) => object.find(name, &value.origin, branches),
        Data::Choice(choice) => {
            if *branches == 0 {
                return Found::If(choice.symbol.clone(), Box::new(Found::Absent), Box::new(Found::Absent));
            }
            *branches -= 1;
            let then = find(&choice.then.force_within(&value.origin), name, branches);
            let otherwise = find(&choice.otherwise.force_within(&value.origin), name, branches);
            Found::either(choice.symbol.clone(), then, otherwise)
        }
        Data::Unknown(unknown) => {
            if !matches!(unknown.bounds.kind, Some(Kind::Object) | None) || unknown.bounds.max_length == Some(0) {
                return Found::Absent;
            }
            let question = Symbol::has(&unknown.symbol, name);
            let part = unknown.member(name);
            let is_there = match &part {
                Part::Absent => Some(false),
                Part::Required(_) if !unknown.bounds.nullable => Some(true),
                _ => unknown.world.answer(&question.text),
            };
            match is_there {
                Some(false) => Found::Absent,
                Some(true) => {
                    let symbol = Symbol::new(format!("{}.{name}", unknown.symbol.text));
                    Found::Present(unknown.derive(symbol, part.bounds(), value.origin.clone()))
                }
                None => Found::Unknown(unknown.clone(), Rc::new(question)),
            }
        }
        _ => Found::Absent,
    }
}

impl Found {
    fn either(symbol: Rc<Symbol>, then: Found, otherwise: Found) -> Self {
        match (&then, &otherwise) {
            (Self::Absent, Self::Absent) => Self::Absent,
            _ => Self::If(symbol, Box::new(then), Box::new(otherwise)),
        }
    }

    /// This, with `later` laid over it.
    fn overlaid(self, later: Found, deep: bool) -> Self {
        match (self, later) {
            (earlier, Self::Absent) => earlier,
            (Self::Absent, later) => later,
            (earlier @ Self::Unknown(..), Self::Unknown(..)) => earlier,
            (earlier, later @ Self::Unknown(..)) => {
                let Self::Unknown(_, question) = &later else { return earlier };
                Self::If(question.clone(), Box::new(later), Box::new(earlier))
            }
            (Self::Present(earlier), later) if deep && is_object(&earlier) => match later.as_layer() {
                Some(layer) => {
                    let origin = layer.origin.clone();
                    let layers = vec![earlier, layer];
                    Self::Present(Value::new(Data::Object(Rc::new(Object::Merged { layers, deep })), origin))
                }
                None => Self::Present(earlier).overlaid_by_branches(later, deep),
            },
            (earlier, later) => earlier.overlaid_by_branches(later, deep),
        }
    }

    fn overlaid_by_branches(self, later: Found, deep: bool) -> Self {
        match later {
            Self::If(symbol, then, otherwise) => {
                let with = self.clone().overlaid(*then, deep);
                Self::either(symbol, with, self.overlaid(*otherwise, deep))
            }
            later => later,
        }
    }

    /// This as one layer of a deep merge: only if it is an object, or absent, on every branch.
    fn as_layer(&self) -> Option<Value> {
        match self {
            Self::Present(value) => is_object(value).then(|| value.clone()),
            Self::Absent | Self::Unknown(..) => None,
            Self::If(symbol, then, otherwise) => {
                let empty = |origin: &Origin| Value::new(Data::object(Vec::new()), origin.clone());
                let (then, otherwise) = match (then.as_layer(), otherwise.as_layer()) {
                    (Some(then), Some(otherwise)) => (then, otherwise),
                    (Some(then), None) if matches!(**otherwise, Self::Absent) => {
                        let nothing = empty(&then.origin);
                        (then, nothing)
                    }
                    (None, Some(otherwise)) if matches!(**then, Self::Absent) => (empty(&otherwise.origin), otherwise),
                    _ => return None,
                };
                let origin = then.origin.clone();
                Some(Value::choice(symbol.clone(), Lazy::known(then), Lazy::known(otherwise), origin))
            }
        }
    }

    fn into_lookup(self) -> Lookup {
        match self {
            Self::Absent => Lookup::Absent,
            Self::Present(value) => Lookup::Present(value),
            Self::Unknown(unknown, _) => Lookup::Unknown(unknown),
            Self::If(symbol, ..) => Lookup::Split(symbol),
        }
    }
}

fn is_object(value: &Value) -> bool {
    matches!(value.data, Data::Object(_))
}

/// A value that is made when it is first asked for.
#[derive(Clone)]
pub struct Lazy(Repr);

#[derive(Clone)]
enum Repr {
    Known(Value),
    Deferred(Rc<Deferred>),
}

struct Deferred {
    value: OnceCell<Value>,
    make: RefCell<Option<Box<dyn FnOnce() -> Value>>>,
    /// Given when the value asks for itself.
    circular: Box<dyn Fn() -> Value>,
}

impl Lazy {
    /// A value that is there already.
    pub fn known(value: Value) -> Self {
        Self(Repr::Known(value))
    }

    /// A value to be made by `make`; `circular` is what it is if making it asks for itself.
    pub fn new(make: impl FnOnce() -> Value + 'static, circular: impl Fn() -> Value + 'static) -> Self {
        let make = RefCell::new(Some(Box::new(make) as Box<dyn FnOnce() -> Value>));
        Self(Repr::Deferred(Rc::new(Deferred { value: OnceCell::new(), make, circular: Box::new(circular) })))
    }

    /// The value.
    pub fn force(&self) -> Value {
        match &self.0 {
            Repr::Known(value) => value.clone(),
            Repr::Deferred(deferred) => {
                if let Some(value) = deferred.value.get() {
                    return value.clone();
                }
                let make = deferred.make.borrow_mut().take();
                match make {
                    Some(make) => {
                        let value = make();
                        deferred.value.get_or_init(|| value).clone()
                    }
                    None => (deferred.circular)(),
                }
            }
        }
    }

    /// The value, if somebody asked for it.
    pub fn made(&self) -> Option<&Value> {
        match &self.0 {
            Repr::Known(value) => Some(value),
            Repr::Deferred(deferred) => deferred.value.get(),
        }
    }

    /// The value, as a part of a container with this origin.
    pub fn force_within(&self, container: &Origin) -> Value {
        let mut value = self.force();
        value.origin = value.origin.within(container);
        value
    }
}

impl std::fmt::Debug for Lazy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Repr::Known(value) => value.fmt(f),
            Repr::Deferred(deferred) => match deferred.value.get() {
                Some(value) => value.fmt(f),
                None => f.write_str("(not evaluated)"),
            },
        }
    }
}
