//! Evaluating terms: literals, objects with their property loops, and strings that are expressions.

use super::call::{Stop, known};
use super::context::Context;
use super::expression;
use super::scope::{Frame, LoopKind};
use super::symbolic;
use super::unknown::{Bounds, Cause, Symbol, Unknown};
use super::value::{Array, Data, Kind, Lazy, Member, Object, Origin, Slot, StepKind, Value};
use crate::source::{FileId, Place, Span};
use crate::template::{Key, ObjectTerm, PropertyCopy, Term, TermKind};
use std::rc::Rc;

/// The value of a term in a context's world.
pub(super) fn evaluate(context: &Rc<Context>, frame: &Frame, term: &Rc<Term>) -> Value {
    let place = Place { file: frame.file, span: term.span };
    let literal = |data| Value::new(data, Origin::literal(place));
    match &term.kind {
        TermKind::Expression(expression) => expression::evaluate(context, frame, expression.get()),
        TermKind::Invalid(invalid) => {
            let place = Place { file: frame.file, span: invalid.span };
            context.error(place, format!("the expression does not parse: {}", invalid.message))
        }
        TermKind::Array(items) => {
            let slots = items.iter().map(|item| Slot::Item(lazy(context, frame, item))).collect();
            literal(Data::Array(Rc::new(Array { slots })))
        }
        TermKind::Object(object) => literal(self::object(context, frame, object)),
        TermKind::Null | TermKind::Bool(_) | TermKind::Int(_) | TermKind::Float(_) | TermKind::String(_) => {
            self::literal(frame.file, term)
        }
    }
}

/// A term evaluated when asked for; what needs no evaluation is there at once.
pub(super) fn lazy(context: &Rc<Context>, frame: &Frame, term: &Rc<Term>) -> Lazy {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Int(_) | TermKind::Float(_) | TermKind::String(_) => {
            Lazy::known(literal(frame.file, term))
        }
        _ => {
            let (inner, frame, term) = (context.clone(), frame.clone(), term.clone());
            let (circular, place) = (context.clone(), Place { file: frame.file, span: term.span });
            Lazy::new(
                move || evaluate(&inner, &frame, &term),
                move || circular.error(place, "the value depends on itself"),
            )
        }
    }
}

/// The value of a term that holds no expressions, as in parameters files and exported resources. Expressions there are
/// read as literal text by their readers, so none is met; if one is, it is null.
pub fn literal(file: FileId, term: &Term) -> Value {
    let place = Place { file, span: term.span };
    let data = match &term.kind {
        TermKind::Bool(value) => Data::Bool(*value),
        TermKind::Int(value) => Data::Int(*value),
        TermKind::Float(value) => Data::Float(*value),
        TermKind::String(text) => Data::String(text.clone()),
        TermKind::Array(items) => Data::array(items.iter().map(|item| literal(file, item)).collect()),
        TermKind::Object(object) => Data::object(
            object
                .members
                .iter()
                .filter_map(|member| {
                    let Key::Text(name) = &member.key else { return None };
                    let key = Place { file, span: member.key_span };
                    Some(Member { name: name.clone(), key, value: Lazy::known(literal(file, &member.value)) })
                })
                .collect(),
        ),
        TermKind::Null | TermKind::Expression(_) | TermKind::Invalid(_) => Data::Null,
    };
    Value::new(data, Origin::literal(place))
}

fn object(context: &Rc<Context>, frame: &Frame, object: &ObjectTerm) -> Data {
    let mut members = Vec::with_capacity(object.members.len() + object.copies.len());
    for member in &object.members {
        let key = Place { file: frame.file, span: member.key_span };
        let name = match &member.key {
            Key::Text(name) => name.clone(),
            Key::Invalid(invalid) => invalid.text.clone(),
            Key::Expression(expression) => name_of(&expression::evaluate(context, frame, expression.get())),
        };
        members.push(Member { name, key, value: lazy(context, frame, &member.value) });
    }
    for copy in &object.copies {
        let name = name_of(&evaluate(context, frame, &copy.name));
        let key = Place { file: frame.file, span: copy.name.span };
        members.push(Member { value: lazy_loop(context, frame, &Rc::new(copy.clone()), &name), name, key });
    }
    Data::Object(Rc::new(Object::Members(members)))
}

/// A computed key; one that is not known is named by its expression.
fn name_of(name: &Value) -> Rc<str> {
    match &name.data {
        Data::String(name) => name.clone(),
        _ => format!("[{}]", symbolic::text(name)).into(),
    }
}

/// The array that a property or variable loop makes, when asked for.
pub(super) fn lazy_loop(context: &Rc<Context>, frame: &Frame, copy: &Rc<PropertyCopy>, name: &str) -> Lazy {
    let (inner, frame, copy, name) = (context.clone(), frame.clone(), copy.clone(), Rc::<str>::from(name));
    let (circular, place) = (context.clone(), Place { file: frame.file, span: copy.span });
    Lazy::new(
        move || {
            repeat(
                &inner,
                &frame,
                &Loop { name, count: copy.count.clone(), input: copy.input.clone(), place, kind: LoopKind::Property },
            )
        },
        move || circular.error(place, "the loop depends on itself"),
    )
}

/// A loop that makes an array.
#[derive(Clone)]
pub(super) struct Loop {
    pub(super) name: Rc<str>,
    pub(super) count: Rc<Term>,
    pub(super) input: Rc<Term>,
    pub(super) place: Place,
    pub(super) kind: LoopKind,
}

/// The array that a loop makes.
pub(super) fn repeat(context: &Rc<Context>, frame: &Frame, copy: &Loop) -> Value {
    let place = copy.place;
    let (frame, copy) = (frame.clone(), copy.clone());
    let name = copy.name.clone();
    let run = move |context: &Rc<Context>| {
        let count = count(context, &frame, &copy.count)?;
        let slots = (0..count).map(|index| {
            let frame = frame.in_loop(&copy.name, copy.kind, iteration(index, place));
            let (inner, input) = (context.clone(), copy.input.clone());
            let step = (StepKind::Loop(copy.name.clone()), place);
            let circular = context.clone();
            Slot::Item(Lazy::new(
                move || evaluate(&inner, &frame, &input).through(step.0, step.1),
                move || circular.error(place, "the loop depends on itself"),
            ))
        });
        Ok(Value::new(Data::Array(Rc::new(Array { slots: slots.collect() })), Origin::computed(place)))
    };
    let unknown = move |_: &Rc<Context>, cause: &Unknown| {
        let symbol = Symbol::new(format!("loop {name} over {}", cause.symbol.text));
        cause.derive(symbol, Bounds::of(Kind::Array), Origin::computed(place))
    };
    context.attempt(place, Rc::new(run), Rc::new(unknown))
}

/// How often a loop runs. A text of digits counts, as a sample of the documentation has it.
pub(super) fn count(context: &Rc<Context>, frame: &Frame, term: &Rc<Term>) -> Result<i64, Stop> {
    let count = match known(evaluate(context, frame, term))?.data {
        Data::Int(count) => count,
        Data::String(text) => text.parse().map_err(|_| Stop::error(format!("'{text}' is no number of iterations")))?,
        _ => return Err(Stop::error("the number of iterations is not an integer")),
    };
    let limit = context.settings().limits.copies;
    match count {
        ..0 => Err(Stop::error(format!("a loop cannot run {count} times"))),
        _ if count > limit => Err(Stop::error(format!("a loop cannot run {count} times; Azure allows {limit}"))),
        _ => Ok(count),
    }
}

/// The index of one iteration.
pub(super) fn iteration(index: i64, place: Place) -> Value {
    Value::new(Data::Int(index), Origin::computed(place))
}

/// The index of a loop that runs an unknown number of times.
pub(super) fn unknown_iteration(context: &Rc<Context>, name: &str, span: Span, file: FileId) -> Value {
    let place = Place { file, span };
    let symbol = Symbol::new(format!("copyindex('{name}')"));
    context.unknown(symbol, Cause::Index(name.into()), Bounds::of(Kind::Int), place)
}
