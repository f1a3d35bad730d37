//! Nested deployments: the frame inside one, and what it gives back.

use super::call::{Stop, truth};
use super::context::Context;
use super::linked;
use super::scope::LoopKind;
use super::scope::{Arguments, Frame, Scope};
use super::term;
use super::value::{Data, Lazy, Member, Object, Origin, StepKind, Value};
use crate::source::Place;
use crate::template::{NestedTemplate, OutputDeclaration, OutputValue, ResourceDeclaration, Template};
use std::rc::Rc;

/// A template inside a deployment, with what names mean in it.
pub(super) struct Inside {
    pub(super) template: Rc<Template>,
    pub(super) frame: Frame,
    /// What had to be assumed for a link to lead to this template.
    pub(super) assumption: Option<Rc<str>>,
}

/// Why there is nothing to look into.
pub(super) enum Closed {
    /// The template is not written out in the resource.
    Unwritten,
    /// It is linked, and was not read: why.
    Linked(String),
}

/// The inside of a deployments resource that stands in `frame` (with its own loop bound), if its template can be read.
pub(super) fn inside(
    context: &Rc<Context>,
    frame: &Frame,
    resource: &Rc<ResourceDeclaration>,
) -> Result<Inside, Closed> {
    let deployment = resource.deployment.as_ref().ok_or(Closed::Unwritten)?;
    let (template, assumption) = match &deployment.template {
        NestedTemplate::Inline(template) => {
            // Without a word, version 2.0 means inner and earlier versions mean outer.
            let is_inner = deployment.inner_scope.unwrap_or_else(|| frame.scope.template.is_symbolic_language());
            if !is_inner {
                return Ok(Inside { template: template.clone(), frame: frame.clone(), assumption: None });
            }
            (template.clone(), None)
        }
        NestedTemplate::Linked(link) => {
            let found = linked::find(context, frame, link).map_err(Closed::Linked)?;
            (found.template, found.assumption)
        }
        NestedTemplate::Computed(_) | NestedTemplate::Unreadable(_) => return Err(Closed::Unwritten),
    };
    let scope = context.scope_of(frame, resource, || Scope {
        id: context.new_scope_id(),
        template: template.clone(),
        arguments: Arguments::Deployment { resource: resource.clone(), frame: frame.clone() },
    });
    Ok(Inside { template, frame: Frame::new(scope), assumption })
}

/// The outputs of a deployment as `reference()` shows them: each an object with a `value`.
pub(super) fn outputs(context: &Rc<Context>, inside: &Inside, place: Place) -> Value {
    let file = inside.template.file;
    let mut layers: Vec<Value> = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    for output in &inside.template.outputs {
        let key = Place { file, span: output.name.span };
        let value = output_value(context, &inside.frame, output);
        let step = (StepKind::Output(output.name.text.clone()), key);
        let wrapped = Lazy::new(
            {
                let value = value.clone();
                move || value.force().through(step.0, step.1)
            },
            {
                let context = context.clone();
                move || context.error(key, "the output depends on itself")
            },
        );
        let value = Member { name: "value".into(), key, value: wrapped };
        let object = Value::new(Data::object(vec![value]), Origin::computed(key));
        let member = Member { name: output.name.text.clone(), key, value: Lazy::known(object) };
        // An output whose condition is false is not there. One whose condition cannot be known is taken to be.
        match output.condition.as_ref().map(|condition| truth(&term::evaluate(context, &inside.frame, condition))) {
            Some(Ok(false)) => {}
            Some(Err(Stop::Split(question))) => {
                let object = |members| Lazy::known(Value::new(Data::object(members), Origin::computed(place)));
                let (with, without) = (object(vec![member]), object(Vec::new()));
                layers.push(Value::choice(question, with, without, Origin::computed(place)));
            }
            _ => members.push(member),
        }
    }
    let certain = Value::new(Data::object(members), Origin::computed(place));
    if layers.is_empty() {
        return certain;
    }
    layers.push(certain);
    Value::new(Data::Object(Rc::new(Object::Merged { layers, deep: false })), Origin::computed(place))
}

fn output_value(context: &Rc<Context>, frame: &Frame, output: &OutputDeclaration) -> Lazy {
    let place = Place { file: frame.file, span: output.name.span };
    match &output.value {
        OutputValue::Term(value) => term::lazy(context, frame, value),
        OutputValue::Copy { count, input } => {
            let copy = term::Loop {
                name: "".into(),
                count: count.clone(),
                input: input.clone(),
                place,
                kind: LoopKind::Declaration,
            };
            let (inner, frame) = (context.clone(), frame.clone());
            let circular = context.clone();
            Lazy::new(
                move || term::repeat(&inner, &frame, &copy),
                move || circular.error(place, "the output depends on itself"),
            )
        }
        OutputValue::Absent => Lazy::known(Value::new(Data::Null, Origin::computed(place))),
    }
}
