//! What a function of the template language is given, and what it may answer.

use super::unknown::{Symbol, Unknown};
use super::value::{Array, Data, Kind, Lazy, Lookup, Object, Origin, Value};
use crate::source::Place;
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
}

impl Stop {
    /// An error with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
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

/// The truth of a boolean. An unknown boolean is a question to split on.
pub fn truth(value: &Value) -> Result<bool, Stop> {
    match &value.data {
        Data::Bool(value) => Ok(*value),
        Data::Choice(choice) => Err(Stop::Split(choice.symbol.clone())),
        Data::Unknown(unknown) if unknown.bounds.kind == Some(Kind::Bool) && !unknown.bounds.nullable => {
            Err(Stop::Split(Rc::new(unknown.symbol.clone())))
        }
        Data::Unknown(unknown) => Err(Stop::Unknown(unknown.clone())),
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
