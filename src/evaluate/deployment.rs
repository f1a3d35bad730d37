//! Nested deployments: the frame inside one, and what it gives back.

use super::context::Context;
use super::linked;
use super::scope::LoopKind;
use super::scope::{Arguments, Frame, Scope};
use super::term;
use super::value::{Data, Lazy, Member, Origin, StepKind, Value};
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
    let members = inside.template.outputs.iter().map(|output| {
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
        Member { name: output.name.text.clone(), key, value: Lazy::known(object) }
    });
    Value::new(Data::object(members.collect()), Origin::computed(place))
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
