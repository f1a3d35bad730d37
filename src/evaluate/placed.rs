//! The functions of the place a template is deployed to: known in their shape, their leaves unknown unless configured.

use super::call::{Call, Stop, known};
use super::context::Context;
use super::expression::{Form, Site, text_of_call};
use super::mark;
use super::scope::{Arguments, Frame};
use super::symbolic;
use super::term;
use super::unknown::{Bounds, Cause, Piece, Symbol, Unknown};
use super::value::{Data, Kind, Lazy, Member, Value};
use crate::source::Place;
use crate::template::{Key, ResourceDeclaration, TermMember};
use std::rc::Rc;

pub(super) fn form(name: &str) -> Option<Form> {
    Some(match name {
        "resourcegroup" => resource_group,
        "subscription" => subscription,
        "tenant" => tenant,
        "managementgroup" => management_group,
        "deployment" => deployment,
        "environment" => environment,
        "deployer" => deployer,
        "resourceid" | "subscriptionresourceid" | "managementgroupresourceid" => resource_id,
        _ => return None,
    })
}

/// One object of the deployment's surroundings, under construction.
struct Surroundings<'a> {
    context: &'a Rc<Context>,
    name: Rc<str>,
    /// How expressions would write the object.
    text: String,
    place: Place,
    members: Vec<Member>,
}

impl<'a> Surroundings<'a> {
    fn new(context: &'a Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Self, Stop> {
        if !call.args.is_empty() {
            return Err(Stop::error(format!("{}() takes no arguments, not {}", call.name, call.args.len())));
        }
        let elsewhere = elsewhere(&site.frame, call.name);
        let text = format!("{}(){elsewhere}", call.name);
        Ok(Self { context, name: call.name.into(), text, place: call.place, members: Vec::new() })
    }

    /// A text that may be configured.
    fn text(mut self, name: &str, configured: Option<&String>) -> Self {
        let value = match configured {
            Some(text) if !self.text.contains(" of ") => {
                Value::new(Data::text(text), super::value::Origin::computed(self.place))
            }
            _ => self.leaf(name, Bounds { min_length: 1, ..Bounds::of(Kind::String) }),
        };
        self.push(name, value);
        self
    }

    fn texts(self, names: &[&str]) -> Self {
        names.iter().fold(self, |this, name| this.text(name, None))
    }

    fn fixed(mut self, name: &str, text: &str) -> Self {
        let value = Value::new(Data::text(text), super::value::Origin::computed(self.place));
        self.push(name, value);
        self
    }

    fn unknown(mut self, name: &str, bounds: Bounds) -> Self {
        let value = self.leaf(name, bounds);
        self.push(name, value);
        self
    }

    fn leaf(&self, name: &str, bounds: Bounds) -> Value {
        let symbol = Symbol::new(format!("{}.{name}", self.text));
        self.context.unknown(symbol, Cause::Context(self.name.clone()), bounds, self.place)
    }

    fn object(mut self, name: &str, fill: impl FnOnce(Self) -> Self) -> Self {
        let inner = Self {
            context: self.context,
            name: self.name.clone(),
            text: format!("{}.{name}", self.text),
            place: self.place,
            members: Vec::new(),
        };
        let value = fill(inner).build();
        self.push(name, value);
        self
    }

    fn push(&mut self, name: &str, value: Value) {
        self.members.push(Member { name: name.into(), key: self.place, value: Lazy::known(value) });
    }

    fn build(self) -> Value {
        Value::new(Data::object(self.members), super::value::Origin::computed(self.place))
    }
}

/// Inside a deployment to another place the same call means another object: what tells the two apart. Empty where it means the
/// place that the root template is deployed to.
fn elsewhere(frame: &Frame, function: &str) -> String {
    let keys: &[&str] = match function {
        "resourcegroup" => &["resourceGroup", "subscriptionId", "scope"],
        "subscription" => &["subscriptionId", "scope"],
        "managementgroup" => &["scope"],
        // Each deployment has its own.
        "deployment" => &[],
        _ => return String::new(),
    };
    let mut scope = &frame.scope;
    while let Arguments::Deployment { resource, frame } = &scope.arguments {
        if keys.is_empty() || keys.iter().any(|key| has_member(resource, key)) {
            return format!(" of {}{}", resource.path, mark::number(scope.id));
        }
        scope = &frame.scope;
    }
    String::new()
}

fn has_member(resource: &ResourceDeclaration, name: &str) -> bool {
    let is_it = |member: &TermMember| matches!(&member.key, Key::Text(key) if key.eq_ignore_ascii_case(name));
    resource.members.iter().any(is_it)
}

fn resource_group(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let placed = &context.settings().deployment;
    let id = match (&placed.subscription, &placed.resource_group) {
        (Some(subscription), Some(group)) => Some(format!("/subscriptions/{subscription}/resourceGroups/{group}")),
        _ => None,
    };
    let object = Surroundings::new(context, site, call)?
        .text("id", id.as_ref())
        .text("name", placed.resource_group.as_ref())
        .fixed("type", "Microsoft.Resources/resourceGroups")
        .text("location", placed.location.as_ref())
        .unknown("managedBy", Bounds { nullable: true, ..Bounds::of(Kind::String) })
        .unknown("tags", Bounds { nullable: true, ..Bounds::of(Kind::Object) })
        .object("properties", |object| object.texts(&["provisioningState"]));
    Ok(object.build())
}

fn subscription(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let placed = &context.settings().deployment;
    let id = placed.subscription.as_ref().map(|subscription| format!("/subscriptions/{subscription}"));
    let object = Surroundings::new(context, site, call)?
        .text("id", id.as_ref())
        .text("subscriptionId", placed.subscription.as_ref())
        .text("tenantId", placed.tenant.as_ref())
        .texts(&["displayName"]);
    Ok(object.build())
}

fn tenant(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let placed = &context.settings().deployment;
    let id = placed.tenant.as_ref().map(|tenant| format!("/tenants/{tenant}"));
    let object = Surroundings::new(context, site, call)?
        .text("id", id.as_ref())
        .text("tenantId", placed.tenant.as_ref())
        .texts(&["displayName", "countryCode", "country"]);
    Ok(object.build())
}

fn management_group(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let object = Surroundings::new(context, site, call)?
        .texts(&["id", "name"])
        .fixed("type", "Microsoft.Management/managementGroups")
        .object("properties", |object| {
            object.texts(&["tenantId", "displayName"]).object("details", |object| {
                object.texts(&["version", "updatedTime", "updatedBy"]).unknown("parent", Bounds::of(Kind::Object))
            })
        });
    Ok(object.build())
}

fn deployment(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let placed = &context.settings().deployment;
    let object = Surroundings::new(context, site, call)?;
    // A nested deployment is called what its resource is.
    let object = match &site.frame.scope.arguments {
        Arguments::Deployment { resource, frame } if resource.name.is_some() => {
            let mut object = object;
            let value = resource.name.iter().map(|name| term::lazy(context, frame, name));
            let member = value.map(|value| Member { name: "name".into(), key: call.place, value });
            object.members.extend(member);
            object
        }
        _ => object.texts(&["name"]),
    };
    let object = object.text("location", placed.location.as_ref()).object("properties", |object| {
        object
            .unknown("template", Bounds::of(Kind::Object))
            .unknown("templateLink", Bounds::of(Kind::Object))
            .unknown("parameters", Bounds::of(Kind::Object))
            .texts(&["mode", "templateHash", "provisioningState"])
    });
    Ok(object.build())
}

fn environment(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let urls = [
        "name",
        "resourceManager",
        "portal",
        "gallery",
        "graph",
        "graphAudience",
        "sqlManagement",
        "batch",
        "media",
        "activeDirectoryDataLake",
        "vmImageAliasDoc",
    ];
    let suffixes = [
        "storage",
        "keyvaultDns",
        "sqlServerHostname",
        "acrLoginServer",
        "azureDatalakeStoreFileSystem",
        "azureDatalakeAnalyticsCatalogAndJob",
        "azureFrontDoorEndpointSuffix",
    ];
    let object = Surroundings::new(context, site, call)?
        .texts(&urls)
        .object("authentication", |object| {
            object.texts(&["loginEndpoint", "tenant", "identityProvider"]).unknown("audiences", Bounds::of(Kind::Array))
        })
        .object("suffixes", |object| object.texts(&suffixes));
    Ok(object.build())
}

fn deployer(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let tenant = context.settings().deployment.tenant.as_ref();
    let object =
        Surroundings::new(context, site, call)?.texts(&["objectId", "userPrincipalName"]).text("tenantId", tenant);
    Ok(object.build())
}

/// `resourceId` and its kin that need the deployment's scope: the end of the id is known where its arguments are.
fn resource_id(context: &Rc<Context>, site: &Site, call: &Call<'_>) -> Result<Value, Stop> {
    let mut values = Vec::new();
    for index in 0..call.args.len() {
        values.push(call.value(index)?);
    }
    let type_at = values.iter().position(|value| value.as_str().is_some_and(is_resource_type));
    let Some(type_at) = type_at else {
        // The type itself may be unknown; otherwise the call is wrong.
        for value in &values {
            known(value.clone())?;
        }
        return Err(Stop::error(format!("{}(): no argument is a resource type", call.name)));
    };
    let (scopes, rest) = values.split_at(type_at);
    let Some((type_, names)) = rest.split_first() else { return Err(Stop::error("a resource type is missing")) };
    let type_ = type_.as_str().unwrap_or_default().trim_end_matches('/');
    let segments: Vec<&str> = type_.split('/').collect();
    let Some((namespace, kinds)) = segments.split_first() else {
        return Err(Stop::error("a resource type is missing"));
    };
    if kinds.len() != names.len() {
        let (wanted, given) = (kinds.len(), names.len());
        return Err(Stop::error(format!("{}(): '{type_}' takes {wanted} names, not {given}", call.name)));
    }
    let mut pieces = prefix(context, site, call, scopes)?;
    push_text(&mut pieces, &format!("providers/{namespace}"));
    for (kind, name) in kinds.iter().zip(names) {
        push_text(&mut pieces, &format!("/{kind}/"));
        match &name.data {
            Data::String(name) => push_text(&mut pieces, name),
            Data::Unknown(unknown) => pieces.push(Piece::Unknown(unknown.clone())),
            other => return Err(call.mistyped(0, "a string", other)),
        }
    }
    let first_unknown = pieces.iter().find_map(|piece| match piece {
        Piece::Unknown(unknown) => Some(unknown.clone()),
        Piece::Known(_) => None,
    });
    let Some(unknown) = first_unknown else {
        let text: String = pieces.iter().map(|piece| if let Piece::Known(text) = piece { text } else { "" }).collect();
        return Ok(call.result(Data::text(text)));
    };
    let bounds = Bounds { pieces: Some(pieces.into()), ..Bounds::of(Kind::String) };
    // The same call means another resource in a deployment to another place.
    let elsewhere = match (call.name, scopes) {
        ("resourceid", [] | [_]) => elsewhere(&site.frame, "resourcegroup"),
        ("subscriptionresourceid", []) => elsewhere(&site.frame, "subscription"),
        _ => String::new(),
    };
    let symbol = Symbol::new(text_of_call(context, &format!("{}{elsewhere}", call.name), call.args));
    Ok(unknown.derive(symbol, bounds, super::value::Origin::computed(call.place)))
}

/// The id up to `providers/`.
fn prefix(context: &Rc<Context>, site: &Site, call: &Call<'_>, scopes: &[Value]) -> Result<Vec<Piece>, Stop> {
    let placed = &context.settings().deployment;
    let mut pieces = Vec::new();
    let mut part = |lead: &str,
                    given: Option<&Value>,
                    configured: Option<&String>,
                    function: &str,
                    leaf: &str|
     -> Result<(), Stop> {
        push_text(&mut pieces, lead);
        let elsewhere = elsewhere(&site.frame, &function.to_ascii_lowercase());
        match (given.map(|value| &value.data), configured.filter(|_| elsewhere.is_empty())) {
            (Some(Data::String(text)), _) => push_text(&mut pieces, text),
            (Some(Data::Unknown(unknown)), _) => pieces.push(Piece::Unknown(unknown.clone())),
            (Some(other), _) => return Err(call.mistyped(0, "a string", other)),
            (None, Some(text)) => push_text(&mut pieces, text),
            (None, None) => {
                let symbol = Symbol::new(format!("{}(){elsewhere}.{leaf}", function.to_ascii_lowercase()));
                let cause = Cause::Context(function.into());
                let value = context.unknown(symbol, cause, Bounds::of(Kind::String), call.place);
                if let Data::Unknown(unknown) = value.data {
                    pieces.push(Piece::Unknown(unknown));
                }
            }
        }
        push_text(&mut pieces, "/");
        Ok(())
    };
    match call.name {
        "managementgroupresourceid" => {
            part("/providers/Microsoft.Management/managementGroups/", scopes.first(), None, "managementGroup", "name")?;
        }
        "subscriptionresourceid" => {
            part("/subscriptions/", scopes.first(), placed.subscription.as_ref(), "subscription", "subscriptionId")?
        }
        _ => {
            let (subscription, group) = match scopes {
                [] => (None, None),
                [group] => (None, Some(group)),
                [subscription, group, ..] => (Some(subscription), Some(group)),
            };
            part("/subscriptions/", subscription, placed.subscription.as_ref(), "subscription", "subscriptionId")?;
            part("resourceGroups/", group, placed.resource_group.as_ref(), "resourceGroup", "name")?;
        }
    }
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Known(last)) => *last = format!("{last}{text}").into(),
        _ => pieces.push(Piece::Known(text.into())),
    }
}

/// Whether a text can be a resource type: `Some.Namespace/kind`.
fn is_resource_type(text: &str) -> bool {
    let mut segments = text.trim_end_matches('/').split('/');
    let namespace = segments.next().unwrap_or_default();
    namespace.contains('.') && segments.next().is_some() && !text.starts_with('/')
}

/// An unknown that stands for the value of a function known only while deploying.
pub(super) fn runtime(context: &Rc<Context>, call: &Call<'_>, bounds: Bounds) -> Value {
    let symbol = Symbol::new(text_of_call(context, call.name, call.args));
    context.unknown(symbol, Cause::Runtime(call.name.into()), bounds, call.place)
}

/// Whether `id` is the id of the deployment called `name`: by the end of the known text, or of the expression.
pub(super) fn is_deployment_id(id: &Value, name: &Value) -> bool {
    const TYPE: &str = "Microsoft.Resources/deployments";
    let name_text = symbolic::text(name);
    match (&id.data, &name.data) {
        (Data::String(id), Data::String(name)) => {
            id.eq_ignore_ascii_case(name) || ends_with(id, &format!("/providers/{TYPE}/{name}"))
        }
        (Data::Unknown(id), _) => {
            id.symbol.text.as_ref() == name_text
                || ends_with(&id.symbol.text, &format!("'{TYPE}', {name_text})"))
                || id_ends_in(id, &name.data)
        }
        _ => false,
    }
}

fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn id_ends_in(id: &Unknown, name: &Data) -> bool {
    let (Some(pieces), Data::String(name)) = (&id.bounds.pieces, name) else { return false };
    matches!(pieces.last(), Some(Piece::Known(text)) if ends_with(text, &format!("/Microsoft.Resources/deployments/{name}")))
}
