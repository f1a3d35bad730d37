//! The functions whose results exist only while deploying. The outputs of this template's own deployments are the exception:
//! they are as known as what they are made of.

use super::call::{Call, Stop, settled};
use super::context::Context;
use super::deployment;
use super::expression::{Form, Site, text_of_call};
use super::mark;
use super::placed::{is_deployment_id, runtime};
use super::scope::{Arguments, Frame, LoopKind};
use super::unknown::{Bounds, Cause, Symbol};
use super::value::{Data, Kind, Lazy, Member, Origin, Value};
use super::{symbolic, term};
use crate::source::Place;
use crate::template::{Name, ResourceDeclaration, Term};
use std::rc::Rc;

/// How many instances of a loop are looked through for a name.
const MAX_NAMED: i64 = 100;

pub(super) fn form(name: &str) -> Option<Form> {
    Some(match name {
        "reference" => reference,
        "listoutputswithsecurevalues" => list_outputs,
        "references" => references,
        "resourceinfo" => resource_info,
        "externalinputs" => external_inputs,
        "pickzones" | "tologicalzones" | "tophysicalzones" => array,
        "tologicalzone" | "tophysicalzone" => text,
        "newguid" | "utcnow" => once,
        "providers" | "roledefinitions" | "target" | "extensions" => anything,
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

/// A text that no other call gives, be it written alike.
fn once(context: &Rc<Context>, _: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let symbol = Symbol::new(format!("{}{}", text_of_call(context, call.name, call.args), mark::at(call.place)));
    let bounds = Bounds { min_length: 1, ..Bounds::of(Kind::String) };
    Ok(context.unknown(symbol, Cause::Runtime(call.name.into()), bounds, call.place))
}

/// What is known of a resource only while deploying. The same symbolic name means another resource in another deployment.
fn of_resource(context: &Rc<Context>, site: &Site, call: &Call<'_>, target: &Value, bounds: Bounds) -> Value {
    let scope = &site.frame.scope;
    let is_own = target.as_str().is_some_and(|target| !target.contains('/'));
    let tag = if is_own && !scope.is_root() { mark::number(scope.id) } else { String::new() };
    let symbol = Symbol::new(format!("{}{tag}", text_of_call(context, call.name, call.args)));
    context.unknown(symbol, Cause::Runtime(call.name.into()), bounds, call.place)
}

/// The instances of a loop over a deployment, each as `reference()` shows it.
fn references(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let target = call.value(0)?;
    let resources = &site.frame.scope.template.resources;
    let is_it = |symbol: &Name| target.as_str().is_some_and(|target| symbol.is(target));
    let resource = resources.iter().find(|resource| resource.symbol.as_ref().is_some_and(is_it));
    if let Some(resource) = resource.filter(|resource| resource.deployment.is_some() && resource.condition.is_none())
        && let Some(copy) = &resource.copy
    {
        let frame = site.frame.at_top_level();
        let mut instances = Vec::new();
        for index in 0..term::count(context, &frame, &copy.count)? {
            let frame = in_iteration(&frame, resource, index, call.place);
            let Ok(inside) = deployment::inside(context, &frame, resource) else {
                return Ok(runtime(context, call, Bounds::of(Kind::Array)));
            };
            let outputs = deployment::outputs(context, &inside, call.place);
            instances.push(object(call.place, vec![("outputs", outputs)]));
        }
        return Ok(call.result(Data::array(instances)));
    }
    Ok(of_resource(context, site, call, &target, Bounds::of(Kind::Array)))
}

/// What a template says of one of its resources.
fn resource_info(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let target = call.known(0)?;
    let resources = &site.frame.scope.template.resources;
    let is_it = |symbol: &Name| target.as_str().is_some_and(|target| symbol.is(target));
    let resource = resources.iter().find(|resource| resource.symbol.as_ref().is_some_and(is_it));
    let info = of_resource(context, site, call, &target, Bounds::of(Kind::Object));
    let Some(resource) = resource.filter(|resource| resource.copy.is_none()) else { return Ok(info) };
    let frame = site.frame.at_top_level();
    let value = |term: &Rc<Term>| term::evaluate(context, &frame, term);
    let mut members = vec![("type", value(&resource.type_))];
    members.extend(resource.api_version.as_ref().map(|version| ("apiVersion", value(version))));
    members.extend(resource.name.as_ref().map(|name| ("name", value(name))));
    if let Data::Unknown(info) = &info.data {
        let bounds = Bounds { min_length: 1, ..Bounds::of(Kind::String) };
        members.push(("id", info.derive(symbolic::suffixed(info, ".id"), bounds, Origin::computed(call.place))));
    }
    Ok(object(call.place, members))
}

/// In a parameters file: what a tool has filled in.
fn external_inputs(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let key = call.string(0)?;
    if let Arguments::Root(Some(file)) = &site.frame.scope.arguments
        && let Some((_, value)) = file.external_inputs.iter().rfind(|(name, _)| *name.text == *key)
    {
        return Ok(term::literal(file.file, value));
    }
    Ok(runtime(context, call, Bounds::any()))
}

fn reference(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let target = call.value(0)?;
    let Some(outputs) = outputs(context, site, &target, call.place)? else {
        return Ok(of_resource(context, site, call, &target, Bounds::of(Kind::Object)));
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
        // The deployment stands at the template's top level: lambdas and loops here mean nothing there.
        let frame = Frame::new(site.frame.scope.clone());
        let frame = index.map_or(frame.clone(), |index| in_iteration(&frame, resource, index, place));
        let inside = deployment::inside(context, &frame, resource);
        return Ok(inside.ok().map(|inside| deployment::outputs(context, &inside, place)));
    }
    Ok(None)
}

/// The frame of one instance of a resource's loop.
fn in_iteration(frame: &Frame, resource: &ResourceDeclaration, index: i64, place: Place) -> Frame {
    let name = resource.copy.as_ref().and_then(|copy| copy.name.as_ref()).map(|name| name.text.clone());
    frame.in_loop(&name.unwrap_or_default(), LoopKind::Declaration, term::iteration(index, place))
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
        let parts = target.strip_suffix(']').and_then(|target| target.rsplit_once('['));
        if let Some((_, index)) = parts.filter(|(name, _)| symbol.is(name)) {
            return Ok(index.parse().ok().map(Some));
        }
    }
    let Some(name) = &resource.name else { return Ok(None) };
    if let Some(copy) = &resource.copy {
        let frame = site.frame.at_top_level();
        let count = term::count(context, &frame, &copy.count).unwrap_or_default();
        for index in 0..count.min(MAX_NAMED) {
            let frame = in_iteration(&frame, resource, index, site.place());
            if is_deployment_id(target, &settled(term::evaluate(context, &frame, name))?) {
                return Ok(Some(Some(index)));
            }
        }
        return Ok(None);
    }
    let name = settled(term::evaluate(context, &site.frame.at_top_level(), name))?;
    Ok(is_deployment_id(target, &name).then_some(None))
}
