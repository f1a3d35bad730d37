//! Which value a parameter has: passed, taken from a file, its default, null, or unknown within what its type allows.

use super::call::{Stop, settled};
use super::context::Context;
use super::scope::{Arguments, Frame, Scope};
use super::term;
use super::unknown::{Bounds, Cause, Literal, Piece, Reason, Symbol, Unknown};
use super::value::{Data, Kind, Lazy, Lookup, Origin, StepKind, Value};
use crate::source::{FileId, Place, Span};
use crate::template::{
    ArgumentValue, Name, ParameterDeclaration, ParametersValue, Schema, Template, Term, TermKind, TypeName,
};
use std::rc::Rc;

/// How many `$ref`s in a row are followed.
const MAX_REFERENCES: usize = 32;

/// The value of the parameter called `name` in this frame, or why there is none.
pub(super) fn parameter(context: &Rc<Context>, frame: &Frame, name: &str, place: Place) -> Result<Value, Stop> {
    let scope = &frame.scope;
    let found = scope.template.parameters.iter().rposition(|parameter| parameter.name.is(name));
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

fn choose(context: &Rc<Context>, scope: &Rc<Scope>, declaration: &ParameterDeclaration) -> Value {
    let passed = passed(context, scope, declaration);
    let schema = resolved(&declaration.schema, &scope.template);
    let nullable = schema.nullable.unwrap_or_default();
    let is_null = passed.as_ref().is_some_and(|value| matches!(value.data, Data::Null));
    match (passed, &declaration.default) {
        (Some(value), None) => fitted(context, scope, declaration, &schema, value),
        // Null passed to a parameter with a default means the default; a nullable one without keeps it.
        (Some(value), Some(_)) if !is_null => fitted(context, scope, declaration, &schema, value),
        (_, default) => {
            let has_fallback = default.is_some() || nullable;
            if context.settings().open_defaults && scope.is_root() && has_fallback {
                return open(context, scope, declaration, &schema, Cause::Overridable(declaration.name.text.clone()));
            }
            match default {
                Some(default) => default_value(context, scope, declaration, default),
                None if nullable => {
                    let place = Place { file: scope.template.file, span: declaration.name.span };
                    let name = declaration.name.text.clone();
                    Value::new(Data::Null, Origin::computed(place)).through(StepKind::Default(name), place)
                }
                None => open(context, scope, declaration, &schema, Cause::Parameter(declaration.name.text.clone())),
            }
        }
    }
}

fn default_value(
    context: &Rc<Context>,
    scope: &Rc<Scope>,
    declaration: &ParameterDeclaration,
    default: &Rc<Term>,
) -> Value {
    let place = Place { file: scope.template.file, span: declaration.name.span };
    let value = term::evaluate(context, &Frame::new(scope.clone()), default);
    value.through(StepKind::Default(declaration.name.text.clone()), place)
}

/// A parameter without a value that is known, within the bounds of its declaration.
fn open(
    context: &Rc<Context>,
    scope: &Scope,
    declaration: &ParameterDeclaration,
    schema: &Schema,
    cause: Cause,
) -> Value {
    let place = Place { file: scope.template.file, span: declaration.name.span };
    let symbol = symbol(scope, &declaration.name);
    context.unknown(symbol, cause, bounds(schema, scope.template.file), place)
}

/// Root parameters are known by their name; those of nested deployments also by the deployment.
fn symbol(scope: &Scope, name: &Name) -> Symbol {
    match &scope.arguments {
        Arguments::Root(_) => Symbol::new(format!("parameters('{}')", name.text)),
        Arguments::Deployment { resource, .. } => {
            Symbol::new(format!("parameters('{}') of {} #{}", name.text, resource.path, scope.id))
        }
    }
}

/// The value that is passed; `None` if nothing is.
fn passed(context: &Rc<Context>, scope: &Rc<Scope>, declaration: &ParameterDeclaration) -> Option<Value> {
    match &scope.arguments {
        Arguments::Root(file) => {
            let file = file.as_ref()?;
            let entry = file.entries.iter().rfind(|entry| entry.name.is(&declaration.name.text))?;
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
                let schema = resolved(&declaration.schema, &scope.template);
                return Some(context.unknown(
                    symbol(scope, &declaration.name),
                    cause,
                    bounds(&schema, frame.file),
                    place,
                ));
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
            let symbol = Symbol::new(format!("secret at {}:{}", place.file.0, place.span.start));
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

/// A passed value, if its kind is what the parameter declares. A text for anything else is taken for a placeholder that a
/// person fills in; other mismatches are what the deployment would fail on.
fn fitted(
    context: &Rc<Context>,
    scope: &Scope,
    declaration: &ParameterDeclaration,
    schema: &Schema,
    value: Value,
) -> Value {
    let (Some(expected), Some(actual)) = (kind_of(schema), value.kind()) else {
        return bounded(value, schema, scope.template.file);
    };
    if expected == actual || actual == Kind::Null {
        return value;
    }
    let bounds = bounds(schema, scope.template.file);
    let place = value.origin.place;
    let cause = match &value.data {
        Data::String(text) => Cause::Placeholder(format!("'{text}' for {}", expected.with_article()).into()),
        Data::Unknown(unknown) if matches!(unknown.reason.cause, Cause::Placeholder(_)) => unknown.reason.cause.clone(),
        _ => {
            let (name, expected, actual) = (&declaration.name.text, expected.with_article(), actual.with_article());
            Cause::Error(format!("parameter '{name}' takes {expected} and is given {actual}").into())
        }
    };
    let mut unknown = context.unknown(symbol(scope, &declaration.name), cause, bounds, place);
    unknown.origin = value.origin;
    unknown
}

/// An unknown passed to a parameter whose type says more about it.
fn bounded(value: Value, schema: &Schema, file: FileId) -> Value {
    let Data::Unknown(unknown) = &value.data else { return value };
    if unknown.bounds.kind.is_some() || schema.kind.is_none() {
        return value;
    }
    let mut declared = bounds(schema, file);
    declared.nullable &= unknown.bounds.nullable;
    unknown.derive(unknown.symbol.clone(), declared, value.origin.clone())
}

fn kind_of(schema: &Schema) -> Option<Kind> {
    Some(match schema.kind? {
        TypeName::String { .. } => Kind::String,
        TypeName::Int => Kind::Int,
        TypeName::Bool => Kind::Bool,
        TypeName::Object { .. } => Kind::Object,
        TypeName::Array => Kind::Array,
    })
}

/// What a declared type says of a value that is not known.
pub(super) fn bounds(schema: &Schema, file: FileId) -> Bounds {
    let kind = kind_of(schema);
    let length = |length: Option<i64>| length.and_then(|length| u64::try_from(length).ok());
    let sized = matches!(kind, Some(Kind::Array | Kind::String));
    let is_scalar = matches!(kind, Some(Kind::String | Kind::Int | Kind::Bool));
    let allowed = schema.allowed_values.as_ref().filter(|_| is_scalar).map(|allowed| term::literal(file, allowed));
    let domain = allowed.and_then(|allowed| match &allowed.data {
        Data::Array(array) => array
            .slots
            .iter()
            .map(|slot| match slot {
                super::value::Slot::Item(item) => Literal::of(&item.force().data),
                super::value::Slot::Rest(_) => None,
            })
            .collect::<Option<Rc<[Literal]>>>(),
        _ => None,
    });
    Bounds {
        kind,
        nullable: schema.nullable.unwrap_or(kind.is_none()),
        domain,
        min_length: length(schema.min_length).filter(|_| sized).unwrap_or_default(),
        max_length: length(schema.max_length).filter(|_| sized),
        least: schema.min_value,
        greatest: schema.max_value,
        pieces: None,
        secure: matches!(schema.kind, Some(TypeName::String { secure: true } | TypeName::Object { secure: true })),
    }
}

/// A schema with its `$ref` followed: what stands beside the reference goes over what it names.
pub(super) fn resolved(schema: &Schema, template: &Template) -> Schema {
    let mut schema = schema.clone();
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = schema.reference.take() else { break };
        let Some(target) = definition(&reference.text, template) else { break };
        schema = Schema {
            kind: schema.kind.or(target.kind),
            reference: target.reference.clone(),
            nullable: schema.nullable.or(target.nullable),
            allowed_values: schema.allowed_values.or_else(|| target.allowed_values.clone()),
            min_length: schema.min_length.or(target.min_length),
            max_length: schema.max_length.or(target.max_length),
            min_value: schema.min_value.or(target.min_value),
            max_value: schema.max_value.or(target.max_value),
            span: schema.span,
            ..target.clone()
        };
    }
    schema
}

/// The definition that a pointer like `#/definitions/Name/properties/x` names.
fn definition<'t>(pointer: &str, template: &'t Template) -> Option<&'t Schema> {
    let mut steps =
        pointer.strip_prefix("#/definitions/")?.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let find =
        |list: &'t [(Name, Schema)], name: &str| list.iter().find(|(key, _)| key.is(name)).map(|(_, schema)| schema);
    let mut schema = find(&template.definitions, &steps.next()?)?;
    while let Some(step) = steps.next() {
        schema = match step.as_str() {
            "properties" => find(&schema.properties, &steps.next()?)?,
            "items" => rest(&schema.items)?,
            "additionalProperties" => rest(&schema.additional_properties)?,
            "prefixItems" => schema.prefix_items.get(steps.next()?.parse::<usize>().ok()?)?,
            "discriminator" if steps.next()? == "mapping" => find(&schema.discriminator.as_ref()?.1, &steps.next()?)?,
            _ => return None,
        };
    }
    Some(schema)
}

fn rest(rest: &crate::template::Rest) -> Option<&Schema> {
    match rest {
        crate::template::Rest::Of(schema) => Some(schema),
        _ => None,
    }
}
