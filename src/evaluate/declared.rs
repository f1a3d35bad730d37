//! The functions that read what the template declares: `parameters`, `variables`, `copyIndex`, `lambdaVariables`, user functions.

use super::call::{Call, Stop};
use super::carry::into_world;
use super::context::Context;
use super::expression::{Form, Site};
use super::parameters;
use super::scope::Frame;
use super::term;
use super::unknown::{Bounds, Symbol};
use super::value::{Data, Kind, Lazy, Origin, StepKind, Value};
use crate::source::Place;
use crate::template::VariableValue;
use std::rc::Rc;

pub(super) fn form(name: &str) -> Option<Form> {
    Some(match name {
        "parameters" => parameters,
        "variables" => variables,
        "copyindex" => copy_index,
        "lambdavariables" => lambda_variables,
        "lambda" => misplaced_lambda,
        _ => return None,
    })
}

fn one_name(call: &Call<'_>) -> Result<Rc<str>, Stop> {
    match call.args.len() {
        1 => call.string(0),
        given => Err(Stop::error(format!("{}() takes 1 argument, not {given}", call.name))),
    }
}

fn parameters(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let name = one_name(call)?;
    if let Some(function) = &site.frame.function {
        let own = function.arguments.iter().find(|(own, _)| own.eq_ignore_ascii_case(&name));
        if let Some((_, value)) = own {
            return Ok(carried(context, value.force()));
        }
    }
    parameters::parameter(context, &site.frame, &name, call.place)
}

/// An argument in the world in which it is read. That makes a new container of each that is read.
fn carried(context: &Rc<Context>, value: Value) -> Value {
    if !context.world.is_empty() {
        context.charge(std::iter::once(&value));
    }
    into_world(value, &context.world)
}

fn variables(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let name = one_name(call)?;
    let scope = &site.frame.scope;
    let found = scope.template.variable_index(&name);
    let Some((index, variable)) = found.and_then(|index| Some((index, scope.template.variables.get(index)?))) else {
        return Err(Stop::error(format!("the template has no variable '{name}'")));
    };
    // A variable means the same wherever it is read: loops and lambdas around the reader are not in view.
    let lazy = context.variable(scope, index, || {
        let frame = Frame::new(scope.clone());
        match &variable.value {
            VariableValue::Term(value) => term::lazy(context, &frame, value),
            VariableValue::Copy(copy) => term::lazy_loop(context, &frame, copy, &variable.name.text),
        }
    });
    Ok(lazy.force().through(StepKind::Variable(variable.name.text.clone()), call.place))
}

fn copy_index(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let first = if call.args.is_empty() { None } else { Some(call.known(0)?.data) };
    let (name, offset) = match (first, call.args.len()) {
        (None, _) => (None, 0),
        (Some(Data::Int(offset)), 1) => (None, offset),
        (Some(Data::String(name)), 1) => (Some(name), 0),
        (Some(Data::String(name)), 2) => (Some(name), call.int(1)?),
        _ => return Err(Stop::error("copyIndex() takes a loop's name, an offset, or both")),
    };
    let Some(index) = site.frame.loop_index(name.as_deref()) else {
        return Err(Stop::error(match name {
            Some(name) => format!("there is no loop '{name}' around this copyIndex()"),
            None => "there is no resource or output loop around this copyIndex()".to_owned(),
        }));
    };
    match &index.data {
        Data::Int(index) => match index.checked_add(offset) {
            Some(index) => Ok(call.result(Data::Int(index))),
            None => Err(Stop::error("the index is too large")),
        },
        Data::Unknown(unknown) if offset != 0 => {
            let symbol = Symbol::new(format!("add({}, {offset})", unknown.symbol.text));
            Ok(unknown.derive(symbol, Bounds::of(Kind::Int), Origin::computed(call.place)))
        }
        _ => Ok(into_world(index.clone(), &context.world)),
    }
}

fn lambda_variables(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let name = one_name(call)?;
    let value = site.frame.local(&name).cloned();
    value
        .map(|value| carried(context, value))
        .ok_or_else(|| Stop::error(format!("no lambda around this has a parameter '{name}'")))
}

fn misplaced_lambda(_: &Rc<Context>, _: &Site, _: &Call<'_>) -> Result<Value, Stop> {
    Err(Stop::error("a lambda can only be an argument of a function that applies it"))
}

/// `namespace.name(args)`.
pub(super) fn user_function(
    context: &Rc<Context>,
    site: &Site,
    namespace: &str,
    name: &str,
    args: Vec<Lazy>,
) -> Result<Value, Stop> {
    let functions = &site.frame.scope.template.functions;
    let Some(function) = functions.iter().find(|function| function.namespace.is(namespace) && function.name.is(name))
    else {
        return Err(Stop::error(format!("the template has no function '{namespace}.{name}'")));
    };
    let takes = function.parameters.len();
    let required = function.parameters.iter().filter(|(_, schema)| schema.nullable != Some(true)).count();
    if args.len() > takes || args.len() < required {
        return Err(Stop::error(format!("{namespace}.{name}() takes {takes} arguments, not {}", args.len())));
    }
    let mut args = args;
    while args.len() < takes {
        args.push(Lazy::known(Value::new(Data::Null, Origin::computed(site.place()))));
    }
    let frame = site.frame.in_function(function, args);
    let place = Place { file: frame.file, span: function.name.span };
    let value = term::evaluate(context, &frame, &function.body);
    Ok(value.through(StepKind::Function(format!("{namespace}.{name}").into()), place))
}
