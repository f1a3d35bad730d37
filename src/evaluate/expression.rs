//! Evaluating expressions: calls, property access, and what becomes of a call whose arguments are not all known.

use super::call::{Call, Function, Lambda, Stop, settled};
use super::context::Context;
use super::scope::Frame;
use super::unknown::{Bounds, Cause, Symbol, Unknown, seen_in};
use super::value::{Data, Kind, Lazy, Lookup, Origin, Value};
use super::{declared, functions, placed, runtime, symbolic};
use crate::source::{Place, Span};
use crate::template::{Expression, ExpressionKind};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// An expression at its place: what is evaluated, and what names mean there.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) frame: Frame,
    pub(super) expression: Rc<Expression>,
}

impl Site {
    pub(super) fn place(&self) -> Place {
        self.place_of(self.expression.span)
    }

    fn place_of(&self, span: Span) -> Place {
        Place { file: self.frame.file, span }
    }
}

/// A special form: it needs the frame, or decides itself which arguments are evaluated where.
pub(super) type Form = fn(&Rc<Context>, &Site, &Call<'_>) -> Result<Value, Stop>;

/// The value of an expression in a context's world.
pub(super) fn evaluate(context: &Rc<Context>, frame: &Frame, expression: &Rc<Expression>) -> Value {
    let site = Site { frame: frame.clone(), expression: expression.clone() };
    let place = site.place();
    context.deeper(place, || match &expression.kind {
        ExpressionKind::String(text) => Value::new(Data::String(text.clone()), Origin::literal(place)),
        ExpressionKind::Int(value) => Value::new(Data::Int(*value), Origin::literal(place)),
        ExpressionKind::Bool(value) => Value::new(Data::Bool(*value), Origin::literal(place)),
        ExpressionKind::Null => Value::new(Data::Null, Origin::literal(place)),
        _ => seen_in(attempt(context, site), &context.world),
    })
}

/// A lazy value: the expression, evaluated when asked for.
pub(super) fn lazy(context: &Rc<Context>, frame: &Frame, expression: &Rc<Expression>) -> Lazy {
    let (inner, frame, expression) = (context.clone(), frame.clone(), expression.clone());
    let (circular, place) = (context.clone(), Place { file: frame.file, span: expression.span });
    Lazy::new(
        move || evaluate(&inner, &frame, &expression),
        move || circular.error(place, "the expression depends on itself"),
    )
}

fn attempt(context: &Rc<Context>, site: Site) -> Value {
    let place = site.place();
    let again = site.clone();
    // What was evaluated in vain is written into the symbol: evaluated again for that, calls in calls would double at each level.
    let given: Rc<RefCell<Vec<Lazy>>> = Rc::default();
    let same = given.clone();
    context.attempt(
        place,
        Rc::new(move |context| {
            let args = arguments(context, &site);
            let result = run(context, &site, &args);
            if matches!(result, Err(Stop::Unknown(_) | Stop::Unsettled(_))) {
                *given.borrow_mut() = args;
            }
            result
        }),
        Rc::new(move |context, cause| unknown(context, &again, &same.take(), cause)),
    )
}

fn run(context: &Rc<Context>, site: &Site, given: &[Lazy]) -> Result<Value, Stop> {
    match &site.expression.kind {
        ExpressionKind::Call { name, args, .. } => call(context, site, name, args, given),
        ExpressionKind::UserCall { namespace, name, .. } => {
            declared::user_function(context, site, namespace, name, given.to_vec())
        }
        ExpressionKind::Property { base, name, name_span } => {
            let base = settled(evaluate(context, &site.frame, base))?;
            property(&base, name, site.place_of(*name_span))
        }
        ExpressionKind::Index { base, index } => {
            let base = settled(evaluate(context, &site.frame, base))?;
            let index = settled(evaluate(context, &site.frame, index))?;
            indexed(context, &base, &index, site.place())
        }
        // The literals, which `evaluate` has dealt with.
        _ => Err(Stop::error("it is not an expression")),
    }
}

/// The arguments of a call, not yet evaluated; of anything else none.
fn arguments(context: &Rc<Context>, site: &Site) -> Vec<Lazy> {
    match &site.expression.kind {
        ExpressionKind::Call { args, .. } | ExpressionKind::UserCall { args, .. } => {
            args.iter().map(|arg| lazy(context, &site.frame, arg)).collect()
        }
        _ => Vec::new(),
    }
}

fn call(
    context: &Rc<Context>,
    site: &Site,
    name: &Rc<str>,
    args: &[Rc<Expression>],
    given: &[Lazy],
) -> Result<Value, Stop> {
    let lambdas = |index: usize| args.get(index).and_then(|arg| lambda(context, &site.frame, arg));
    let limits = &context.settings().limits;
    let call = Call { name, place: site.place(), args: given, lambdas: &lambdas, limits, written: Cell::default() };
    if let Some(form) = form(name) {
        return form(context, site, &call);
    }
    let Some(function) = functions::find(name) else {
        let symbol = Symbol::new(text_of_call(context, name, given));
        return Ok(context.unknown(symbol, Cause::UnknownFunction(name.clone()), Bounds::any(), call.place));
    };
    check_arity(function, given.len())?;
    let result = (function.run)(&call);
    context.charge(given.iter().filter_map(Lazy::made).chain(&result));
    context.charge_text(call.written.get());
    result.map_err(|stop| match stop {
        Stop::Error(message) => Stop::Error(format!("{name}(): {message}")),
        other => other,
    })
}

fn check_arity(function: &Function, given: usize) -> Result<(), Stop> {
    if given < function.min || function.max.is_some_and(|max| given > max) {
        let takes = match function.max {
            Some(max) if max == function.min => format!("{max}"),
            Some(max) => format!("{} to {max}", function.min),
            None => format!("at least {}", function.min),
        };
        return Err(Stop::error(format!("{}() takes {takes} arguments, not {given}", function.name)));
    }
    Ok(())
}

/// The forms that need more than their arguments' values.
fn form(name: &str) -> Option<Form> {
    declared::form(name).or_else(|| placed::form(name)).or_else(|| runtime::form(name))
}

/// `lambda('x', ..., body)` as something to apply.
fn lambda(context: &Rc<Context>, frame: &Frame, expression: &Rc<Expression>) -> Option<Lambda> {
    let ExpressionKind::Call { name, args, .. } = &expression.kind else { return None };
    let (body, names) = args.split_last()?;
    if &**name != "lambda" {
        return None;
    }
    let names = names.iter().map(|name| match &name.kind {
        ExpressionKind::String(name) => Some(name.clone()),
        _ => None,
    });
    let parameters: Vec<Rc<str>> = names.collect::<Option<_>>()?;
    let (context, frame, body, bound) = (context.clone(), frame.clone(), body.clone(), parameters.clone());
    let apply = move |values: Vec<Value>| {
        let frame =
            bound.iter().zip(values).fold(frame.clone(), |frame, (name, value)| frame.bind(name.clone(), value));
        lazy(&context, &frame, &body)
    };
    Some(Lambda { parameters, apply: Rc::new(apply) })
}

/// `base.name`. A missing property is an error for the engine, not null.
pub(super) fn property(base: &Value, name: &str, place: Place) -> Result<Value, Stop> {
    match base.member(name) {
        Lookup::Present(value) => Ok(value),
        Lookup::Split(question) => Err(Stop::Split(question)),
        Lookup::Unknown(unknown) => {
            // If the member were missing the deployment would fail; so it is there, and unknown.
            let symbol = Symbol::new(format!("{}.{name}", unknown.symbol.text));
            Ok(unknown.derive(symbol, unknown.member(name).bounds(), Origin::computed(place)))
        }
        Lookup::Absent => Err(Stop::Error(match base.kind() {
            Some(Kind::Object) => format!("the object has no property '{name}'"),
            Some(kind) => format!("{} has no property '{name}'", kind.with_article()),
            None => format!("there is no property '{name}'"),
        })),
    }
}

/// `base[index]`: an element of an array, or a property.
pub(super) fn indexed(context: &Context, base: &Value, index: &Value, place: Place) -> Result<Value, Stop> {
    match &index.data {
        Data::String(name) => property(base, name, place),
        Data::Int(index) => {
            let lookup = usize::try_from(*index).map_or(Lookup::Absent, |index| base.element(index));
            match lookup {
                Lookup::Present(value) => Ok(value),
                Lookup::Split(question) => Err(Stop::Split(question)),
                Lookup::Unknown(unknown) => {
                    // In an array with a gap before the index, the element is not that of the gap with the same number.
                    let (text, at) = match &base.data {
                        Data::Unknown(_) => (unknown.symbol.text.to_string(), usize::try_from(*index).ok()),
                        _ => (text_in(context, base), None),
                    };
                    let bounds = match &base.data {
                        Data::Unknown(_) => unknown.element(at).bounds(),
                        _ => Bounds::any(),
                    };
                    let symbol = Symbol::new(format!("{text}[{index}]"));
                    Ok(unknown.derive(symbol, bounds, Origin::computed(place)))
                }
                Lookup::Absent => Err(Stop::error(match base.kind() {
                    Some(Kind::Array) => format!("the array has no element {index}"),
                    Some(kind) => format!("{} has no element {index}", kind.with_article()),
                    None => format!("there is no element {index}"),
                })),
            }
        }
        Data::Unknown(unknown) => by_unknown_index(context, base, unknown, place),
        other => {
            let kind = Value::new(other.clone(), index.origin.clone()).kind();
            Err(Stop::error(format!("{} is no index", kind.map_or("it", Kind::with_article))))
        }
    }
}

/// A known map looked into by an unknown key with few possible values: one question for each value that the map has.
fn by_unknown_index(context: &Context, base: &Value, index: &Rc<Unknown>, place: Place) -> Result<Value, Stop> {
    let domain = index.bounds.domain.as_deref().unwrap_or_default();
    if let (Data::Object(_), Some(first)) = (&base.data, domain.first()) {
        return Err(Stop::Split(Rc::new(Symbol::equals(&index.symbol, first.clone()))));
    }
    let symbol = Symbol::new(format!("{}[{}]", text_in(context, base), index.symbol.text));
    Ok(index.derive(symbol, Bounds::any(), Origin::computed(place)))
}

/// What an expression is that rests on an unknown.
fn unknown(context: &Context, site: &Site, given: &[Lazy], cause: &Unknown) -> Value {
    let (text, bounds) = match &site.expression.kind {
        ExpressionKind::Call { name, .. } => {
            let kind = functions::find(name).and_then(|function| function.kind);
            let bounds = kind.map_or_else(Bounds::any, Bounds::of);
            (text_of_call(context, name, given), bounds)
        }
        ExpressionKind::UserCall { namespace, name, .. } => {
            (text_of_call(context, &format!("{namespace}.{name}"), given), Bounds::any())
        }
        _ => (cause.symbol.text.to_string(), Bounds::any()),
    };
    cause.derive(Symbol::new(text), bounds, Origin::computed(site.place()))
}

/// A value as a part of a name, which counts as steps.
fn text_in(context: &Context, value: &Value) -> String {
    let text = symbolic::text(value);
    context.charge_text(text.len());
    text
}

/// A call as a name, which counts as steps.
pub(super) fn text_of_call(context: &Context, name: &str, args: &[Lazy]) -> String {
    let args: Vec<String> = args.iter().map(|arg| symbolic::text(&arg.force())).collect();
    let text = format!("{name}({})", args.join(", "));
    context.charge_text(text.len());
    text
}
