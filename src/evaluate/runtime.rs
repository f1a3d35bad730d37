//! The functions whose results exist only while deploying. The outputs of this template's own deployments are the exception:
//! they are as known as what they are made of.

use super::call::{Call, Stop, settled};
use super::context::Context;
use super::deployment;
use super::expression::{Form, Site};
use super::placed::{is_deployment_id, runtime};
use super::scope::LoopKind;
use super::term;
use super::unknown::Bounds;
use super::value::{Data, Kind, Lazy, Member, Origin, Value};
use crate::source::Place;
use crate::template::ResourceDeclaration;
use std::rc::Rc;

pub(super) fn form(name: &str) -> Option<Form> {
    Some(match name {
        "reference" => reference,
        "listoutputswithsecurevalues" => list_outputs,
        "references" | "pickzones" | "tologicalzones" | "tophysicalzones" => array,
        "newguid" | "utcnow" | "tologicalzone" | "tophysicalzone" => text,
        "providers" | "roledefinitions" | "target" | "externalinputs" | "extensions" | "resourceinfo" => anything,
        _ if name.starts_with("list") && name.bytes().all(|byte| byte.is_ascii_alphabetic()) => anything,
        _ => return None,
    })
}

fn anything(context: &Rc<Context>, _: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    Ok(runtime(context, call, Bounds::any()))
}

fn array(context: &Rc<Context>, _: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    Ok(runtime(context, call, Bounds::of(Kind::Array)))
}

fn text(context: &Rc<Context>, _: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    Ok(runtime(context, call, Bounds { min_length: 1, ..Bounds::of(Kind::String) }))
}

fn reference(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let target = call.value(0)?;
    let Some(outputs) = outputs(context, site, &target, call.place)? else {
        return Ok(runtime(context, call, Bounds { nullable: false, ..Bounds::of(Kind::Object) }));
    };
    Ok(object(call.place, vec![("outputs", outputs)]))
}

/// As `reference().outputs`, with the values themselves.
fn list_outputs(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let target = call.value(0)?;
    let Some(outputs) = outputs(context, site, &target, call.place)? else {
        return Ok(runtime(context, call, Bounds::of(Kind::Object)));
    };
    let Data::Object(object) = &outputs.data else { return Ok(outputs) };
    let members = object.members(&outputs.origin).map_err(Stop::from)?;
    let values = members.into_iter().filter_map(|member| match member.value.force().member("value") {
        super::value::Lookup::Present(value) => Some(Member { value: Lazy::known(value), ..member }),
        _ => None,
    });
    Ok(Value::new(Data::object(values.collect()), outputs.origin.clone()))
}

fn object(place: Place, members: Vec<(&str, Value)>) -> Value {
    let members = members
        .into_iter()
        .map(|(name, value)| Member { name: name.into(), key: place, value: Lazy::known(value) })
        .collect();
    Value::new(Data::object(members), Origin::computed(place))
}

/// The outputs of the deployment of this template that `target` names: by symbolic name, name or id.
fn outputs(context: &Rc<Context>, site: &Site, target: &Value, place: Place) -> Result<Option<Value>, Stop> {
    let template = &site.frame.scope.template;
    for resource in template.resources.iter().filter(|resource| resource.deployment.is_some()) {
        let Some(index) = names(context, site, resource, target)? else { continue };
        let frame = match (&resource.copy, index) {
            (Some(copy), Some(index)) => {
                let name = copy.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
                site.frame.in_loop(&name, LoopKind::Declaration, term::iteration(index, place))
            }
            _ => site.frame.clone(),
        };
        // The deployment stands at the template's top level: lambdas and property loops here mean nothing there.
        let inside = deployment::inside(context, &frame.at_top_level(), resource);
        return Ok(inside.ok().map(|inside| deployment::outputs(context, &inside, place)));
    }
    Ok(None)
}

/// Whether `target` names `resource`, and which instance of its loop: `Some(None)` for a resource without loop.
fn names(
    context: &Rc<Context>,
    site: &Site,
    resource: &ResourceDeclaration,
    target: &Value,
) -> Result<Option<Option<i64>>, Stop> {
    if let (Some(symbol), Data::String(target)) = (&resource.symbol, &target.data) {
        if symbol.is(target) {
            return Ok(Some(None));
        }
        let index = target.strip_prefix(&*symbol.text).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
        if let Some(index) = index.and_then(|index| index.parse().ok()) {
            return Ok(Some(Some(index)));
        }
    }
    // Instances of a loop are only told apart by their symbol.
    if resource.copy.is_some() {
        return Ok(None);
    }
    let Some(name) = &resource.name else { return Ok(None) };
    let name = settled(term::evaluate(context, &site.frame.at_top_level(), name))?;
    Ok(is_deployment_id(target, &name).then_some(None))
}
