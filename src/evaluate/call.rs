//! What a function of the template language is given, and what it may answer.

use super::symbolic;
use super::unknown::{Bounds, Cause, Symbol, Unknown};
use super::value::{Array, Data, Kind, Lazy, Lookup, Object, Origin, Slot, Value};
use crate::limits::Limits;
use crate::source::Place;
use std::cell::Cell;
use std::rc::Rc;

/// Why a function gives no value of its own.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The value depends on the answer to this question: evaluate the call once for each answer.
    Split(Rc<Symbol>),
    /// Something it needs is unknown, so its result is.
    Unknown(Rc<Unknown>),
    /// The engine refuses the call: what is wrong, without the function's name.
    Error(String),
    /// What the engine does in this case is not settled, so nothing is claimed: what the case is.
    Unsettled(String),
    /// A limit of the linter was reached: which.
    Limit(String),
}

impl Stop {
    /// An error with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// A case that is not settled.
    pub fn unsettled(what: impl Into<String>) -> Self {
        Self::Unsettled(what.into())
    }
}

impl From<Lookup> for Stop {
    /// For look-ups that found nothing certain.
    fn from(lookup: Lookup) -> Self {
        match lookup {
            Lookup::Split(symbol) => Self::Split(symbol),
            Lookup::Unknown(unknown) => Self::Unknown(unknown),
            Lookup::Absent | Lookup::Present(_) => Self::error("there is no such member"),
        }
    }
}

/// One call of a function: its arguments, not yet evaluated.
pub struct Call<'a> {
    /// The function's name in lower case.
    pub name: &'a str,
    /// Where the call stands.
    pub place: Place,
    /// The arguments.
    pub args: &'a [Lazy],
    /// What lambdas among the arguments do, by argument index.
    pub lambdas: &'a dyn Fn(usize) -> Option<Lambda>,
    /// How far results may grow.
    pub limits: &'a Limits,
    /// Bytes that were written for this call, but are no part of its result.
    pub written: Cell<usize>,
}

/// A lambda: `lambda('x', body)`.
pub struct Lambda {
    /// The names of its parameters.
    pub parameters: Vec<Rc<str>>,
    /// Evaluates the body with these arguments, when asked.
    pub apply: Rc<dyn Fn(Vec<Value>) -> Lazy>,
}

impl Call<'_> {
    /// The argument at `index` (from 0): known or unknown, not a choice. Past the end: an error.
    pub fn value(&self, index: usize) -> Result<Value, Stop> {
        match self.args.get(index) {
            Some(lazy) => settled(lazy.force()),
            None => Err(Stop::error(format!("argument {} is missing", index + 1))),
        }
    }

    /// The argument at `index`, known at its top level.
    pub fn known(&self, index: usize) -> Result<Value, Stop> {
        known(self.value(index)?)
    }

    /// The argument at `index`, which must be a text.
    pub fn string(&self, index: usize) -> Result<Rc<str>, Stop> {
        match self.known(index)?.data {
            Data::String(text) => Ok(text),
            other => Err(self.mistyped(index, "a string", &other)),
        }
    }

    /// The argument at `index`, which must be an integer.
    pub fn int(&self, index: usize) -> Result<i64, Stop> {
        match self.known(index)?.data {
            Data::Int(value) => Ok(value),
            other => Err(self.mistyped(index, "an integer", &other)),
        }
    }

    /// The argument at `index`, which must be a boolean; an unknown one is a question to split on.
    pub fn bool(&self, index: usize) -> Result<bool, Stop> {
        truth(&self.value(index)?).map_err(|stop| match stop {
            Stop::Error(_) => match self.value(index) {
                Ok(value) => self.mistyped(index, "a boolean", &value.data),
                Err(stop) => stop,
            },
            stop => stop,
        })
    }

    /// The argument at `index`, which must be an array.
    pub fn array(&self, index: usize) -> Result<Rc<Array>, Stop> {
        match self.known(index)?.data {
            Data::Array(array) => Ok(array),
            other => Err(self.mistyped(index, "an array", &other)),
        }
    }

    /// The argument at `index`, which must be an object.
    pub fn object(&self, index: usize) -> Result<Rc<Object>, Stop> {
        match self.known(index)?.data {
            Data::Object(object) => Ok(object),
            other => Err(self.mistyped(index, "an object", &other)),
        }
    }

    /// The array at `index` as slots whose elements remember the way of the array. An unknown array is one slot of
    /// unknown length.
    pub fn slots(&self, index: usize) -> Result<Vec<Slot>, Stop> {
        let value = self.value(index)?;
        slots_of(&value).ok_or_else(|| self.mistyped(index, "an array", &value.data))
    }

    /// The lambda at `index`.
    pub fn lambda(&self, index: usize) -> Result<Lambda, Stop> {
        (self.lambdas)(index).ok_or_else(|| Stop::error(format!("argument {} is not a lambda", index + 1)))
    }

    /// What this call is called as an unknown: its name and its arguments with what is known put in.
    pub fn symbol(&self) -> Symbol {
        let args: Vec<String> = self.args.iter().map(|arg| self.text(&arg.force())).collect();
        Symbol::new(format!("{}({})", self.name, args.join(", ")))
    }

    /// A value as a part of a name, which counts as steps: it can be much longer than the name will be.
    pub fn text(&self, value: &Value) -> String {
        let text = symbolic::text(value);
        self.note_written(text.len());
        text
    }

    /// Counts bytes that were written, but are no part of the result.
    pub fn note_written(&self, bytes: usize) {
        self.written.set(self.written.get().saturating_add(bytes));
    }

    /// The result of this call as an unknown that follows from `cause`.
    pub fn unknown(&self, cause: &Unknown, bounds: Bounds) -> Value {
        let bounds = Bounds { secure: bounds.secure || cause.bounds.secure, ..bounds };
        cause.derive(self.symbol(), bounds, Origin::computed(self.place))
    }

    /// An array made here.
    pub fn array_result(&self, slots: Vec<Slot>) -> Result<Value, Stop> {
        let slots = flattened(slots);
        self.room_for_elements(slots.len())?;
        if let [Slot::Rest(rest)] = slots.as_slice()
            && rest.kind() == Some(Kind::Array)
        {
            return Ok(rest.clone());
        }
        Ok(self.result(Data::Array(Rc::new(Array { slots }))))
    }

    /// Stops where a computed text would have more than so many bytes as the limits allow.
    pub fn room_for_text(&self, bytes: usize) -> Result<(), Stop> {
        let limit = self.limits.text;
        if bytes > limit { Err(Stop::Limit(format!("texts of {limit} bytes"))) } else { Ok(()) }
    }

    /// Stops where a computed array would have more elements than the limits allow.
    pub fn room_for_elements(&self, elements: usize) -> Result<(), Stop> {
        let limit = self.limits.elements;
        if elements > limit { Err(Stop::Limit(format!("arrays of {limit} elements"))) } else { Ok(()) }
    }

    /// A result computed here.
    pub fn result(&self, data: Data) -> Value {
        Value::new(data, Origin::computed(self.place))
    }

    /// A result made from `source`: reports then point at what `source` was written as.
    pub fn result_from(&self, source: &Value, data: Data) -> Value {
        Value::new(data, source.origin.made_by(self.name, self.place))
    }

    /// The error for an argument of the wrong kind.
    pub fn mistyped(&self, index: usize, expected: &str, actual: &Data) -> Stop {
        let actual = Value::new(actual.clone(), Origin::computed(self.place)).kind();
        let actual = actual.map_or("something else", Kind::with_article);
        Stop::error(format!("argument {} is {actual} where {expected} is expected", index + 1))
    }
}

/// The elements of an array, known or unknown, as slots; `None` for what cannot be an array.
pub fn slots_of(value: &Value) -> Option<Vec<Slot>> {
    match &value.data {
        Data::Array(array) => {
            let carried = |slot: &Slot| match slot {
                Slot::Item(item) => Slot::Item(carried(item, &value.origin)),
                Slot::Rest(rest) => Slot::Rest(rest.clone()),
            };
            Some(array.slots.iter().map(carried).collect())
        }
        Data::Unknown(unknown) if matches!(unknown.bounds.kind, Some(Kind::Array) | None) => {
            Some(vec![Slot::Rest(value.clone())])
        }
        _ => None,
    }
}

/// Slots in which gaps that turned out to be known are their elements.
pub fn flattened(slots: impl IntoIterator<Item = Slot>) -> Vec<Slot> {
    let mut flat = Vec::new();
    for slot in slots {
        match &slot {
            Slot::Item(_) | Slot::Rest(Value { data: Data::Unknown(_) | Data::Choice(_), .. }) => flat.push(slot),
            Slot::Rest(known) => flat.extend(slots_of(known).unwrap_or_default()),
        }
    }
    flat
}

/// A part of a container as it is outside of it: it keeps the steps the container took.
pub fn carried(item: &Lazy, container: &Origin) -> Lazy {
    if container.steps().next().is_none() {
        return item.clone();
    }
    let (inner, circular, container) = (item.clone(), item.clone(), container.clone());
    Lazy::new(move || inner.force_within(&container), move || circular.force())
}

/// A value that is no choice.
pub fn settled(value: Value) -> Result<Value, Stop> {
    match &value.data {
        Data::Choice(choice) => Err(Stop::Split(choice.symbol.clone())),
        _ => Ok(value),
    }
}

/// A value that is known at its top level.
pub fn known(value: Value) -> Result<Value, Stop> {
    match &value.data {
        Data::Choice(choice) => Err(Stop::Split(choice.symbol.clone())),
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.clone())),
        _ => Ok(value),
    }
}

/// The truth of a boolean. An unknown that may be a boolean is a question to split on: were it anything else, the engine
/// would refuse the deployment. What the engine refuses already is no question.
pub fn truth(value: &Value) -> Result<bool, Stop> {
    match &value.data {
        Data::Bool(value) => Ok(*value),
        Data::Choice(choice) => Err(Stop::Split(choice.symbol.clone())),
        Data::Unknown(unknown) if matches!(unknown.reason.cause, Cause::Error(_) | Cause::Limit(_)) => {
            Err(Stop::Unknown(unknown.clone()))
        }
        Data::Unknown(unknown) if matches!(unknown.bounds.kind, Some(Kind::Bool) | None) => {
            Err(Stop::Split(Rc::new(unknown.symbol.clone())))
        }
        _ => Err(Stop::error("it is not a boolean")),
    }
}

/// A function of the template language.
pub struct Function {
    /// Its name in lower case.
    pub name: &'static str,
    /// Least number of arguments.
    pub min: usize,
    /// Greatest number of arguments; `None`: any.
    pub max: Option<usize>,
    /// The kind of its result, if always the same; used when the result is unknown.
    pub kind: Option<Kind>,
    /// Evaluates a call. The number of arguments has been checked.
    pub run: fn(&Call<'_>) -> Result<Value, Stop>,
}
