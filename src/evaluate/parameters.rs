//! Which value a parameter has: passed, taken from a file, its default, null, or unknown within what its type allows.

use super::call::{Stop, settled};
use super::context::Context;
use super::fit::Fit;
use super::mark;
use super::scope::{Arguments, Frame, Scope};
use super::term;
use super::types::Declared;
use super::unknown::{Bounds, Cause, Piece, Reason, Symbol, Unknown, seen_in};
use super::value::{Data, Kind, Lazy, Lookup, Origin, StepKind, Value};
use crate::source::{FileId, Place, Span};
use crate::template::{ArgumentValue, Name, ParameterDeclaration, ParametersValue, Term, TermKind};
use std::rc::Rc;

/// The value of the parameter called `name` in this frame, or why there is none.
pub(super) fn parameter(context: &Rc<Context>, frame: &Frame, name: &str, place: Place) -> Result<Value, Stop> {
    let scope = &frame.scope;
    let found = scope.template.parameter_index(name);
    let declaration = found.and_then(|index| Some((index, scope.template.parameters.get(index)?)));
    let Some((index, declaration)) = declaration else {
        return Err(Stop::error(format!("the template has no parameter '{name}'")));
    };
    let lazy = context.parameter(scope, index, || {
        let (inner, scope, declaration) = (context.clone(), scope.clone(), declaration.clone());
        let circular = context.clone();
        let name = declaration.name.clone();
        Lazy::new(
            move || choose(&inner, &scope, &declaration),
            move || circular.error(place, format!("parameter '{}' depends on itself", name.text)),
        )
    });
    Ok(lazy.force().through(StepKind::Parameter(declaration.name.text.clone()), place))
}

/// One parameter of one scope, about to get its value.
#[derive(Clone)]
struct Receiver {
    scope: Rc<Scope>,
    declaration: Rc<ParameterDeclaration>,
    declared: Rc<Declared>,
}

fn choose(context: &Rc<Context>, scope: &Rc<Scope>, declaration: &ParameterDeclaration) -> Value {
    let declared = Declared::new(&declaration.schema, &scope.template);
    let receiver = Receiver { scope: scope.clone(), declaration: Rc::new(declaration.clone()), declared };
    match passed(context, scope, declaration) {
        Some(value) => receiver.receive(context, value),
        None => receiver.fallback(context),
    }
}

impl Receiver {
    /// The value once it is passed. Null passed to a parameter with a default means the default.
    fn receive(&self, context: &Rc<Context>, value: Value) -> Value {
        if self.declaration.default.is_none() {
            return self.fitted(context, value, matches!(self.scope.arguments, Arguments::Root(_)));
        }
        let is_full = context.world.len() >= context.settings().limits.questions;
        match &value.data {
            Data::Null => self.fallback(context),
            Data::Choice(choice) => {
                let branch = |lazy: &Lazy, answer| self.branch(context, &choice.symbol, answer, lazy.clone());
                let (then, otherwise) = (branch(&choice.then, true), branch(&choice.otherwise, false));
                Value::choice(choice.symbol.clone(), then, otherwise, value.origin.clone())
            }
            Data::Unknown(unknown) if unknown.bounds.nullable && unknown.bounds.kind.is_some() && !is_full => {
                let question = Rc::new(Symbol::null(&unknown.symbol));
                let branch = |answer| self.branch(context, &question, answer, Lazy::known(value.clone()));
                Value::choice(question.clone(), branch(true), branch(false), value.origin.clone())
            }
            _ => self.fitted(context, value, matches!(self.scope.arguments, Arguments::Root(_))),
        }
    }

    fn branch(&self, context: &Rc<Context>, question: &Rc<Symbol>, answer: bool, value: Lazy) -> Lazy {
        let (this, context) = (self.clone(), context.with(question.clone(), answer));
        let circular = (context.clone(), self.place());
        Lazy::new(
            move || this.receive(&context, seen_in(value.force(), &context.world)),
            move || circular.0.error(circular.1, "the parameter depends on itself"),
        )
    }

    /// The value where none is passed.
    fn fallback(&self, context: &Rc<Context>) -> Value {
        let name = &self.declaration.name.text;
        let has_fallback = self.declaration.default.is_some() || self.declared.is_nullable();
        if context.settings().open_defaults && self.scope.is_root() && has_fallback {
            return self.open(context, Cause::Overridable(name.clone()));
        }
        let default = match &self.declaration.default {
            Some(default) => {
                let value = term::evaluate(context, &Frame::new(self.scope.clone()), default);
                self.fitted(context, value, false)
            }
            None if self.declared.is_nullable() => Value::new(Data::Null, Origin::computed(self.place())),
            None => return self.open(context, Cause::Parameter(name.clone())),
        };
        default.through(StepKind::Default(name.clone()), self.place())
    }

    /// A value that is not known, within the bounds of the declaration.
    fn open(&self, context: &Rc<Context>, cause: Cause) -> Value {
        context.unknown(symbol(&self.scope, &self.declaration.name), cause, self.declared.bounds(), self.place())
    }

    fn fitted(&self, context: &Rc<Context>, value: Value, takes_placeholders: bool) -> Value {
        let fit = Fit {
            declared: self.declared.clone(),
            what: format!("parameter '{}'", self.declaration.name.text).into(),
            symbol: symbol(&self.scope, &self.declaration.name),
            takes_placeholders,
            // Earlier versions are not known to refuse it.
            refuses_null: self.scope.template.is_symbolic_language(),
        };
        fit.apply(context, value)
    }

    fn place(&self) -> Place {
        Place { file: self.scope.template.file, span: self.declaration.name.span }
    }
}

/// Root parameters are known by their name; those of nested deployments also by the deployment.
fn symbol(scope: &Scope, name: &Name) -> Symbol {
    match &scope.arguments {
        Arguments::Root(_) => Symbol::new(format!("parameters('{}')", name.text)),
        Arguments::Deployment { resource, .. } => {
            Symbol::new(format!("parameters('{}') of {}{}", name.text, resource.path, mark::number(scope.id)))
        }
    }
}

/// The value that is passed; `None` if nothing is.
fn passed(context: &Rc<Context>, scope: &Rc<Scope>, declaration: &ParameterDeclaration) -> Option<Value> {
    match &scope.arguments {
        Arguments::Root(file) => {
            let file = file.as_ref()?;
            let entry = file.entry(&declaration.name.text)?;
            let place = |span: Span| Place { file: file.file, span };
            let step = StepKind::ParametersFile(entry.name.text.clone());
            let value = match &entry.value {
                ParametersValue::Absent => return None,
                ParametersValue::Value(value) => literal(context, file.file, value),
                ParametersValue::Secret(span) => {
                    let symbol = symbol(scope, &declaration.name);
                    context.unknown(symbol, Cause::Secret, secret(), place(*span))
                }
                ParametersValue::Expression(value) => {
                    let frame = Frame::new(scope.clone()).in_file(file.file);
                    term::evaluate(context, &frame, value)
                }
            };
            Some(value.through(step, place(entry.name.span)))
        }
        Arguments::Deployment { resource, frame } => {
            let deployment = resource.deployment.as_ref()?;
            if let Some(whole) = &deployment.parameters_expression {
                let place = Place { file: frame.file, span: whole.span };
                let value = argument_of_expression(context, frame, whole, &declaration.name)?;
                return Some(value.through(StepKind::Argument(declaration.name.text.clone()), place));
            }
            if let Some(span) = deployment.parameters_link {
                let place = Place { file: frame.file, span };
                let cause = Cause::Linked("of its parameters".into());
                let bounds = Declared::new(&declaration.schema, &scope.template).bounds();
                return Some(context.unknown(symbol(scope, &declaration.name), cause, bounds, place));
            }
            let argument = deployment.parameters.iter().rfind(|argument| argument.name.is(&declaration.name.text))?;
            let place = Place { file: frame.file, span: argument.name.span };
            let value = match &argument.value {
                ArgumentValue::Absent => return None,
                ArgumentValue::Value(value) => term::evaluate(context, frame, value),
                ArgumentValue::Whole(value) => inner_value(context, frame, value),
                ArgumentValue::Copy(copy) => term::lazy_loop(context, frame, copy, "value").force(),
                ArgumentValue::Secret(span) => {
                    let place = Place { file: frame.file, span: *span };
                    context.unknown(symbol(scope, &declaration.name), Cause::Secret, secret(), place)
                }
            };
            Some(value.through(StepKind::Argument(declaration.name.text.clone()), place))
        }
    }
}

fn secret() -> Bounds {
    Bounds { secure: true, ..Bounds::of(Kind::String) }
}

/// `parameters` as one expression: an object of `{value}` objects.
fn argument_of_expression(context: &Rc<Context>, frame: &Frame, whole: &Rc<Term>, name: &Name) -> Option<Value> {
    let place = Place { file: frame.file, span: whole.span };
    let (frame, whole, name) = (frame.clone(), whole.clone(), name.clone());
    let absent = Origin::computed(place);
    let run = move |context: &Rc<Context>| {
        let arguments = settled(term::evaluate(context, &frame, &whole))?;
        match arguments.member(&name.text) {
            Lookup::Present(argument) => value_or_secret(context, &settled(argument)?, place),
            Lookup::Absent => Ok(Value::new(Data::Null, absent.clone())),
            open => Err(Stop::from(open)),
        }
    };
    Some(context.attempt(
        place,
        Rc::new(run),
        Rc::new(|_, cause| rests_on(cause, Origin::computed(cause.reason.place))),
    ))
}

/// `"[EXPR]"` as an argument: the `value` of the object that the expression gives.
fn inner_value(context: &Rc<Context>, frame: &Frame, term: &Rc<Term>) -> Value {
    let place = Place { file: frame.file, span: term.span };
    let (frame, term) = (frame.clone(), term.clone());
    let run = move |context: &Rc<Context>| {
        let argument = settled(term::evaluate(context, &frame, &term))?;
        value_or_secret(context, &argument, place)
    };
    context.attempt(place, Rc::new(run), Rc::new(move |_, cause| rests_on(cause, Origin::computed(place))))
}

fn value_or_secret(context: &Rc<Context>, argument: &Value, place: Place) -> Result<Value, Stop> {
    match argument.member("value") {
        Lookup::Present(value) => Ok(value),
        Lookup::Absent if matches!(argument.member("reference"), Lookup::Present(_)) => {
            let symbol = Symbol::new(format!("secret{}", mark::at(place)));
            Ok(context.unknown(symbol, Cause::Secret, secret(), place))
        }
        Lookup::Absent => Err(Stop::error("the argument has neither 'value' nor 'reference'")),
        Lookup::Unknown(unknown) => {
            let symbol = Symbol::new(format!("{}.value", unknown.symbol.text));
            Ok(unknown.derive(symbol, Bounds::any(), Origin::computed(place)))
        }
        Lookup::Split(question) => Err(Stop::Split(question)),
    }
}

fn rests_on(cause: &Unknown, origin: Origin) -> Value {
    let symbol = Symbol::new(format!("argument from {}", cause.symbol.text));
    cause.derive(symbol, Bounds::any(), origin)
}

/// A literal of a parameters file, with the placeholders of other tools taken as unknown.
fn literal(context: &Rc<Context>, file: FileId, term: &Term) -> Value {
    let place = Place { file, span: term.span };
    match &term.kind {
        TermKind::String(text) => match placeholder_pieces(text) {
            Some(parts) => placeholder(context, text, parts, place),
            None => term::literal(file, term),
        },
        TermKind::Array(items) => {
            let items = items.iter().map(|item| literal(context, file, item)).collect();
            Value::new(Data::array(items), Origin::literal(place))
        }
        TermKind::Object(object) => {
            let members = object.members.iter().filter_map(|member| {
                let crate::template::Key::Text(name) = &member.key else { return None };
                let key = Place { file, span: member.key_span };
                let value = Lazy::known(literal(context, file, &member.value));
                Some(super::value::Member { name: name.clone(), key, value })
            });
            Value::new(Data::object(members.collect()), Origin::literal(place))
        }
        _ => term::literal(file, term),
    }
}

/// The literal parts around `${NAME}` and `{{ .x }}`, where `None` stands for a placeholder: `Some` if there is one.
fn placeholder_pieces(text: &str) -> Option<Vec<Option<&str>>> {
    let is_harness = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if text.starts_with("GEN-") && text.bytes().all(is_harness) {
        return Some(vec![None]);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((start, end)) = next_placeholder(rest) {
        pieces.extend(rest.get(..start).filter(|text| !text.is_empty()).map(Some));
        pieces.push(None);
        rest = rest.get(end..).unwrap_or_default();
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.extend(Some(rest).filter(|text| !text.is_empty()).map(Some));
    Some(pieces)
}

/// Whether there is a placeholder in `text`.
pub(super) fn is_placeholder(text: &str) -> bool {
    placeholder_pieces(text).is_some()
}

/// The byte range of the first placeholder in `text`.
fn next_placeholder(text: &str) -> Option<(usize, usize)> {
    let find = |open: &str, close: &str| {
        let start = text.find(open)?;
        let inside = start + open.len();
        let end = inside + text.get(inside..)?.find(close)? + close.len();
        Some((start, end))
    };
    [find("${", "}"), find("{{", "}}")].into_iter().flatten().min()
}

fn placeholder(context: &Rc<Context>, text: &str, parts: Vec<Option<&str>>, place: Place) -> Value {
    let reason = Rc::new(Reason { cause: Cause::Placeholder(text.into()), place });
    let symbol = Symbol::new(format!("'{text}'"));
    let hole = Rc::new(Unknown {
        symbol: symbol.clone(),
        reason: reason.clone(),
        bounds: Bounds::of(Kind::String),
        world: context.world.clone(),
    });
    let pieces = parts
        .into_iter()
        .map(|part| part.map_or_else(|| Piece::Unknown(hole.clone()), |text| Piece::Known(text.into())));
    let bounds = Bounds { pieces: Some(pieces.collect()), ..Bounds::of(Kind::String) };
    Unknown::value(symbol, reason, bounds, &context.world, Origin::computed(place))
}
