//! Expansion: a template's declarations become instances, one for each iteration of each loop, through nested deployments.
//!
//! An instance knows no values. [`Instance::view`] shows it in a world.

use super::call::{Stop, truth};
use super::context::{Context, Settings};
use super::deployment::{self, Closed, Inside};
use super::linked::Links;
use super::print::to_known_json;
use super::scope::{Arguments, Frame, LoopKind, Scope};
use super::term;
use super::unknown::{Bounds, Cause, Piece, Symbol, Unknown};
use super::value::{Data, Kind, Lazy, Member, Origin, Value};
use super::{expression, symbolic};
use crate::source::{FileId, Place};
use crate::template::{Expression, Key, NestedTemplate, ParametersFile, ResourceDeclaration, Template, Term};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;

/// One evaluation of a template with one set of arguments.
pub struct Evaluation {
    context: Rc<Context>,
    frame: Frame,
    instances: Vec<Rc<Instance>>,
    index: OnceCell<InstanceIndex>,
    nested: Vec<Frame>,
    unread: Vec<Unread>,
    limits: Vec<(Place, String)>,
}

/// Instances by what others ask for: templates can have thousands.
#[derive(Default)]
struct InstanceIndex {
    /// By their keys.
    by_key: FxHashMap<String, usize>,
    /// Those nested in an instance, by its address.
    nested: FxHashMap<*const Instance, Vec<usize>>,
    /// Those declared on their own, by the type above theirs, in lower case.
    below: FxHashMap<String, Vec<usize>>,
}

impl InstanceIndex {
    fn new(instances: &[Rc<Instance>]) -> Self {
        let mut index = Self::default();
        for (number, instance) in instances.iter().enumerate() {
            index.by_key.entry(instance.key.clone()).or_insert(number);
            if let Some(parent) = &instance.parent {
                index.nested.entry(Rc::as_ptr(parent)).or_default().push(number);
            } else if let Some((above, _)) = instance.type_.as_deref().and_then(|type_| type_.rsplit_once('/')) {
                index.below.entry(above.to_ascii_lowercase()).or_default().push(number);
            }
        }
        index
    }

    /// Those that may be children of `parent`, in order.
    fn below(&self, parent: &Rc<Instance>) -> Vec<usize> {
        let nested = self.nested.get(&Rc::as_ptr(parent));
        let type_ = parent.type_.as_deref().map(str::to_ascii_lowercase);
        let below = type_.and_then(|type_| self.below.get(&type_));
        let mut found: Vec<usize> = nested.into_iter().chain(below).flatten().copied().collect();
        found.sort_unstable();
        found
    }
}

/// A template inside a deployment that has parameters of its own.
pub struct Nested<'e> {
    /// The template.
    pub template: &'e Rc<Template>,
    /// The deployment, which passes the arguments.
    pub deployment: &'e Rc<ResourceDeclaration>,
    /// The file that the deployment stands in.
    pub file: FileId,
    context: &'e Rc<Context>,
    scope: &'e Scope,
}

impl Nested<'_> {
    /// Whether the value of the parameter at `index` was asked for so far, in any world.
    pub fn asked_for(&self, index: usize) -> bool {
        self.context.has_parameter(self.scope, index)
    }
}

/// A template that takes part but was not read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Where it is linked.
    pub place: Place,
    /// Why it was not read.
    pub reason: String,
    /// The texts that its resources could have as types, if its whole content is known; `None`: it may hold anything.
    pub types: Option<Vec<Rc<str>>>,
}

/// One resource that the template declares, in one iteration of the loops around it.
pub struct Instance {
    /// The declaration.
    pub declaration: Rc<ResourceDeclaration>,
    /// JSONPath of the declaration in its file, with the instance's number behind each copied segment.
    pub path: String,
    /// Tells the instances of an evaluation apart, the same in every evaluation of a template: the path, for one of a linked template
    /// behind the key of its deployment.
    pub key: String,
    /// Whether it belongs to an extension other than Azure Resource Manager: Kubernetes, Microsoft Graph.
    pub is_foreign: bool,
    /// The full type as written; `None` if it is an expression whose value is not known.
    pub type_: Option<Rc<str>>,
    /// The deployments around it, the outermost first: the places of their `type` values.
    pub deployments: Vec<Place>,
    /// Whether it is a deployment whose own resources are instances too.
    pub was_opened: bool,
    frame: Frame,
    conditions: Vec<Existence>,
    parent: Option<Rc<Instance>>,
}

/// Something that must hold for an instance to be deployed.
#[derive(Clone)]
enum Existence {
    /// `condition`.
    Condition { term: Rc<Term>, frame: Frame },
    /// Its number must be below the loop's count.
    Below { index: i64, count: Rc<Term>, frame: Frame },
    /// Taken to hold: what is assumed, and where.
    Assumed { what: Rc<str>, place: Place },
}

/// Whether an instance is deployed in a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployed {
    /// It is, if these things hold, about which no question can be asked: texts for a person.
    Yes(Vec<String>),
    /// It is not.
    No,
}

impl Evaluation {
    /// Expands `template` with the arguments of `parameters`.
    pub fn new(template: Rc<Template>, parameters: Option<Rc<ParametersFile>>, settings: Settings) -> Self {
        Self::start(template, parameters, settings, None)
    }

    /// As [`new`](Self::new), with linked templates evaluated like nested ones where `links` finds them.
    pub fn with_links(
        template: Rc<Template>,
        parameters: Option<Rc<ParametersFile>>,
        settings: Settings,
        links: Rc<dyn Links>,
    ) -> Self {
        Self::start(template, parameters, settings, Some(links))
    }

    fn start(
        template: Rc<Template>,
        parameters: Option<Rc<ParametersFile>>,
        settings: Settings,
        links: Option<Rc<dyn Links>>,
    ) -> Self {
        let context = Context::root(settings, links);
        let scope = Rc::new(Scope { id: context.new_scope_id(), template, arguments: Arguments::Root(parameters) });
        let frame = Frame::new(scope);
        let mut expansion = Expansion {
            context: &context,
            instances: Vec::new(),
            nested: Vec::new(),
            unread: Vec::new(),
            limits: Vec::new(),
        };
        let template = frame.scope.template.clone();
        expansion.template(&template, &frame, &Around::root(&template));
        let Expansion { instances, nested, unread, limits, .. } = expansion;
        Self { context, frame, instances, index: OnceCell::new(), nested, unread, limits }
    }

    /// The context of the open world.
    pub fn context(&self) -> &Rc<Context> {
        &self.context
    }

    /// All instances in the order of declaration, those of nested deployments behind their deployment.
    pub fn instances(&self) -> &[Rc<Instance>] {
        &self.instances
    }

    fn index(&self) -> &InstanceIndex {
        self.index.get_or_init(|| InstanceIndex::new(&self.instances))
    }

    /// The instance at that path.
    pub fn instance(&self, path: &str) -> Option<&Rc<Instance>> {
        self.index().by_key.get(path).and_then(|number| self.instances.get(*number))
    }

    /// The templates inside deployments that have parameters of their own, once for each instance of the deployment.
    pub fn nested(&self) -> impl Iterator<Item = Nested<'_>> {
        self.nested.iter().filter_map(|frame| match &frame.scope.arguments {
            Arguments::Deployment { resource, frame: around } => Some(Nested {
                template: &frame.scope.template,
                deployment: resource,
                file: around.file,
                context: &self.context,
                scope: &frame.scope,
            }),
            Arguments::Root(_) => None,
        })
    }

    /// Templates that take part but were not read.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// The limits that expansion reached: what was left out for it, and the limit in words.
    pub fn limits(&self) -> &[(Place, String)] {
        &self.limits
    }

    /// Whether the value of the root template's parameter at `index` was asked for so far, in any world.
    pub fn asked_for(&self, index: usize) -> bool {
        self.context.has_parameter(&self.frame.scope, index)
    }

    /// The value of an expression as if it stood at the top of the template, in `file`.
    pub fn evaluate(&self, expression: &Rc<Expression>, file: FileId) -> Value {
        expression::evaluate(&self.context, &self.frame.in_file(file), expression)
    }

    /// The instance as rules see it in the context's world: `type`, `apiVersion`, `name`, its other members, `properties`, and under
    /// `resources` its children, whether nested in it or declared elsewhere and joined by name.
    pub fn view(self: &Rc<Self>, context: &Rc<Context>, instance: &Rc<Instance>) -> Value {
        let mut value = instance.view(context);
        let place = value.origin.place;
        let (this, inner, parent) = (Rc::downgrade(self), context.clone(), instance.clone());
        let children = Lazy::new(
            move || match this.upgrade() {
                Some(this) => this.children(&inner, &parent, place),
                None => Value::new(Data::array(Vec::new()), Origin::computed(place)),
            },
            {
                let context = context.clone();
                move || context.error(place, "the children depend on themselves")
            },
        );
        if let Data::Object(object) = &value.data
            && let Ok(mut members) = object.members(&value.origin)
        {
            members.push(Member { name: "resources".into(), key: place, value: children });
            value.data = Data::object(members);
        }
        value
    }

    fn children(self: &Rc<Self>, context: &Rc<Context>, parent: &Rc<Instance>, place: Place) -> Value {
        let (this, parent) = (self.clone(), parent.clone());
        let run = move |context: &Rc<Context>| {
            let mut children = Vec::new();
            let below = this.index().below(&parent);
            for instance in below.into_iter().filter_map(|number| this.instances.get(number)) {
                if instance.is_child_of(&parent, context) && instance.deployed(context)? != Deployed::No {
                    children.push(instance.view(context));
                }
            }
            Ok(Value::new(Data::array(children), Origin::computed(place)))
        };
        let unknown = move |_: &Rc<Context>, cause: &Unknown| {
            let symbol = Symbol::new(format!("children by {}", cause.symbol.text));
            cause.derive(symbol, Bounds::of(Kind::Array), Origin::computed(place))
        };
        context.attempt(place, Rc::new(run), Rc::new(unknown))
    }
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        self.context.clear();
    }
}

impl Instance {
    /// Where the declaration's `type` stands.
    pub fn type_place(&self) -> Place {
        Place { file: self.frame.file, span: self.declaration.type_.span }
    }

    /// What the declaration writes for a type, in a context's world: of a child nested in its parent perhaps the last part alone.
    pub fn own_type(&self, context: &Rc<Context>) -> Value {
        term::evaluate(context, &self.frame, &self.declaration.type_)
    }

    /// Where the whole declaration stands.
    pub fn place(&self) -> Place {
        Place { file: self.frame.file, span: self.declaration.span }
    }

    /// Whether the instance is of this type, ignoring case.
    pub fn is_of_type(&self, type_: &str) -> bool {
        self.type_.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(type_))
    }

    /// The full name: for a child nested in its parent, the parent's name and its own.
    pub fn name(&self, context: &Rc<Context>) -> Value {
        let place = self.type_place();
        let Some(name) = &self.declaration.name else {
            return context.error(place, "the resource has no name");
        };
        let own = term::evaluate(context, &self.frame, name);
        match &self.parent {
            Some(parent) if !own.as_str().is_some_and(|name| name.contains('/')) => {
                joined(context, &parent.name(context), &own)
            }
            _ => own,
        }
    }

    /// Whether the instance is deployed in the context's world; `Err(Stop::Split)` if that hangs on an open question.
    pub fn deployed(&self, context: &Rc<Context>) -> Result<Deployed, Stop> {
        let mut assumed = Vec::new();
        let mut question = None;
        for existence in &self.conditions {
            match existence.holds(context) {
                Ok(true) => assumed.extend(existence.assumption()),
                Ok(false) => return Ok(Deployed::No),
                Err(Stop::Split(symbol)) => question = question.or(Some(symbol)),
                Err(Stop::Unknown(unknown)) => assumed.push(format!("{} is true", unknown.symbol.shown())),
                Err(Stop::Error(message) | Stop::Unsettled(message) | Stop::Limit(message)) => {
                    assumed.push(format!("the condition holds ({message})"))
                }
            }
        }
        question.map_or(Ok(Deployed::Yes(assumed)), |symbol| Err(Stop::Split(symbol)))
    }

    /// What must hold for the instance to be deployed, the outermost first: booleans, as far as known.
    pub fn conditions(&self, context: &Rc<Context>) -> Vec<Value> {
        self.conditions.iter().map(|existence| existence.value(context)).collect()
    }

    fn is_child_of(&self, parent: &Rc<Instance>, context: &Rc<Context>) -> bool {
        if let Some(own) = &self.parent {
            return Rc::ptr_eq(own, parent);
        }
        let (Some(type_), Some(parent_type)) = (&self.type_, &parent.type_) else { return false };
        let is_below = type_.rsplit_once('/').is_some_and(|(above, _)| above.eq_ignore_ascii_case(parent_type));
        if !is_below || self.declaration.existing {
            return false;
        }
        let (name, above) = (flat(&self.name(context)), flat(&parent.name(context)));
        name.rsplit_once('/').is_some_and(|(name, _)| name.eq_ignore_ascii_case(&above))
    }

    /// The instance without its children.
    pub(super) fn view(&self, context: &Rc<Context>) -> Value {
        let (declaration, file) = (&self.declaration, self.frame.file);
        let place = self.type_place();
        let mut members = Vec::new();
        let mut add = |name: &str, key: Place, value: Lazy| members.push(Member { name: name.into(), key, value });
        let type_ = match &self.type_ {
            Some(type_) => Value::new(Data::String(type_.clone()), Origin::literal(place)),
            None => self.own_type(context),
        };
        add("type", place, Lazy::known(type_));
        if let Some(version) = &declaration.api_version {
            add("apiVersion", Place { file, span: version.span }, term::lazy(context, &self.frame, version));
        }
        add("name", place, Lazy::known(self.name(context)));
        for member in &declaration.members {
            let Key::Text(name) = &member.key else { continue };
            if !name.eq_ignore_ascii_case("apiVersion") {
                let key = Place { file, span: member.key_span };
                add(name, key, term::lazy(context, &self.frame, &member.value));
            }
        }
        if let Some(properties) = &declaration.properties {
            let key = declaration.properties_key.unwrap_or(properties.span);
            add("properties", Place { file, span: key }, term::lazy(context, &self.frame, properties));
        }
        Value::new(Data::object(members), Origin::literal(self.place()))
    }
}

impl Existence {
    /// What is assumed, for a person.
    fn assumption(&self) -> Option<String> {
        match self {
            Self::Assumed { what, .. } => Some(what.to_string()),
            Self::Condition { .. } | Self::Below { .. } => None,
        }
    }

    /// Whether it holds, as a value.
    fn value(&self, context: &Rc<Context>) -> Value {
        match self {
            Self::Assumed { place, .. } => Value::new(Data::Bool(true), Origin::computed(*place)),
            Self::Condition { term, frame } => term::evaluate(context, frame, term),
            Self::Below { index, count, frame } => {
                let value = term::evaluate(context, frame, count);
                let origin = Origin::computed(Place { file: frame.file, span: count.span });
                match (&value.data, self.holds(context)) {
                    (_, Ok(holds)) => Value::new(Data::Bool(holds), origin),
                    (Data::Unknown(unknown), _) => {
                        let symbol = Symbol::new(format!("less({index}, {})", unknown.symbol.text));
                        unknown.derive(symbol, Bounds::of(Kind::Bool), origin)
                    }
                    // A choice hangs on a question of its own; as a condition it is as open as its count.
                    _ => {
                        let symbol = Symbol::new(format!("less({index}, {})", symbolic::text(&value)));
                        context.unknown(symbol, Cause::Index("".into()), Bounds::of(Kind::Bool), origin.place)
                    }
                }
            }
        }
    }

    fn holds(&self, context: &Rc<Context>) -> Result<bool, Stop> {
        match self {
            Self::Assumed { .. } => Ok(true),
            Self::Condition { term, frame } => truth(&term::evaluate(context, frame, term)),
            Self::Below { index, count, frame } => Ok(*index < term::count(context, frame, count)?),
        }
    }
}

/// `parent/child`, as far as known.
fn joined(context: &Rc<Context>, parent: &Value, child: &Value) -> Value {
    let mut pieces = Vec::new();
    let slash = Value::new(Data::text("/"), child.origin.clone());
    for part in [parent, &slash, child] {
        match &part.data {
            Data::String(text) => pieces.push(Piece::Known(text.clone())),
            Data::Unknown(unknown) => pieces.push(Piece::Unknown(unknown.clone())),
            _ => return context.error(part.origin.place, "the resource's name is not a string"),
        }
    }
    let unknown = pieces.iter().find_map(|piece| match piece {
        Piece::Unknown(unknown) => Some(unknown.clone()),
        Piece::Known(_) => None,
    });
    match unknown {
        None => Value::new(Data::text(format!("{}/{}", flat(parent), flat(child))), child.origin.clone()),
        Some(unknown) => {
            let symbol = Symbol::new(format!("{}/{}", symbolic::text(parent), symbolic::text(child)));
            let bounds = Bounds { pieces: Some(pieces.into()), ..Bounds::of(Kind::String) };
            unknown.derive(symbol, bounds, child.origin.clone())
        }
    }
}

/// A text with its unknown parts named, to compare names that are not wholly known.
fn flat(value: &Value) -> String {
    match &value.data {
        Data::String(text) => text.to_string(),
        Data::Unknown(unknown) => flat_unknown(unknown, 0),
        _ => format!("{{{}}}", symbolic::text(value)),
    }
}

fn flat_unknown(unknown: &Unknown, depth: usize) -> String {
    match &unknown.bounds.pieces {
        Some(pieces) if depth < 16 => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => text.to_string(),
                Piece::Unknown(unknown) => flat_unknown(unknown, depth + 1),
            })
            .collect(),
        _ => format!("{{{}}}", unknown.symbol.text),
    }
}

/// What the deployments around a template give its instances.
#[derive(Clone)]
struct Around {
    /// The template.
    template: Rc<Template>,
    /// The declared path of the innermost deployment in the same file, and the path of its instance.
    path: Option<(String, String)>,
    /// What stands before the paths of a linked template's instances in their keys.
    key: String,
    conditions: Vec<Existence>,
    deployments: Vec<Place>,
}

impl Around {
    fn root(template: &Rc<Template>) -> Self {
        let (conditions, deployments) = (Vec::new(), Vec::new());
        Self { template: template.clone(), path: None, key: String::new(), conditions, deployments }
    }

    fn is_foreign(&self, resource: &ResourceDeclaration) -> bool {
        let foreign = &self.template.foreign_extensions;
        resource.extension.as_ref().is_some_and(|alias| foreign.iter().any(|foreign| foreign.is(&alias.text)))
    }
}

struct Expansion<'a> {
    context: &'a Rc<Context>,
    instances: Vec<Rc<Instance>>,
    nested: Vec<Frame>,
    unread: Vec<Unread>,
    limits: Vec<(Place, String)>,
}

impl Expansion<'_> {
    fn template(&mut self, template: &Rc<Template>, frame: &Frame, around: &Around) {
        for resource in &template.resources {
            self.resource(resource, frame, around, None);
        }
    }

    fn resource(
        &mut self,
        resource: &Rc<ResourceDeclaration>,
        frame: &Frame,
        around: &Around,
        parent: Option<&Rc<Instance>>,
    ) {
        let path = rebased(&resource.path, around.path.as_ref());
        let Some(copy) = &resource.copy else {
            return self.instance(resource, frame.clone(), path, around, Vec::new(), parent);
        };
        let name = copy.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
        let place = Place { file: frame.file, span: copy.span };
        match self.most(self.context, frame, &copy.count) {
            Some((count, certain)) => {
                for index in 0..count {
                    let below = Existence::Below { index, count: copy.count.clone(), frame: frame.clone() };
                    let existence = if certain { Vec::new() } else { vec![below] };
                    let inside = frame.in_loop(&name, LoopKind::Declaration, term::iteration(index, place));
                    self.instance(resource, inside, format!("{path}#{index}"), around, existence, parent);
                }
            }
            None => {
                let index = term::unknown_iteration(self.context, &name, copy.span, frame.file);
                let inside = frame.in_loop(&name, LoopKind::Declaration, index);
                self.instance(resource, inside, path, around, Vec::new(), parent);
            }
        }
    }

    /// The greatest number of iterations over all worlds, and whether it is the only one; `None` if it cannot be known.
    fn most(&self, context: &Rc<Context>, frame: &Frame, count: &Rc<Term>) -> Option<(i64, bool)> {
        match term::count(context, frame, count) {
            Ok(count) => Some((count, true)),
            Err(Stop::Split(question)) if context.world.len() < 8 => {
                let (then, _) = self.most(&context.with(question.clone(), true), frame, count)?;
                let (otherwise, _) = self.most(&context.with(question, false), frame, count)?;
                Some((then.max(otherwise), false))
            }
            Err(_) => None,
        }
    }

    fn instance(
        &mut self,
        resource: &Rc<ResourceDeclaration>,
        frame: Frame,
        path: String,
        around: &Around,
        mut existence: Vec<Existence>,
        parent: Option<&Rc<Instance>>,
    ) {
        let limits = &self.context.settings().limits;
        let place = Place { file: frame.file, span: resource.span };
        if self.instances.len() >= limits.resources {
            let limit = format!("{} resources", limits.resources);
            if self.limits.last().is_none_or(|(_, last)| *last != limit) {
                self.limits.push((place, limit));
            }
            return;
        }
        existence.splice(0..0, around.conditions.iter().cloned());
        if let Some(condition) = &resource.condition {
            existence.push(Existence::Condition { term: condition.clone(), frame: frame.clone() });
        }
        let own_type = term::evaluate(self.context, &frame, &resource.type_);
        let is_full = |type_: &str| type_.split('/').next().is_some_and(|namespace| namespace.contains('.'));
        let type_ = own_type.as_str().map(|own| match parent.and_then(|parent| parent.type_.as_ref()) {
            Some(above) if !is_full(own) => format!("{above}/{own}").into(),
            _ => Rc::<str>::from(own),
        });
        let inside = self.inside(resource, &frame, around);
        let instance = Rc::new(Instance {
            declaration: resource.clone(),
            key: format!("{}{path}", around.key),
            path,
            type_,
            is_foreign: around.is_foreign(resource),
            deployments: around.deployments.clone(),
            was_opened: inside.is_some(),
            frame: frame.clone(),
            conditions: existence.clone(),
            parent: parent.cloned(),
        });
        self.instances.push(instance.clone());
        let here = Around { path: Some((resource.path.clone(), instance.path.clone())), ..around.clone() };
        for child in &resource.children {
            // A parent's condition does not reach its children.
            self.resource(child, &frame, &here, Some(&instance));
        }
        let Some(Inside { template, frame: within, assumption }) = inside else { return };
        if !Rc::ptr_eq(&within.scope, &frame.scope) {
            self.nested.push(within.clone());
        }
        let mut inner = Around { conditions: existence, template: template.clone(), ..here };
        inner.deployments.push(instance.type_place());
        if template.file != frame.file {
            inner.path = None;
            inner.key = format!("{} > ", instance.key);
        }
        inner.conditions.extend(assumption.map(|what| Existence::Assumed { what, place }));
        self.template(&template, &within, &inner);
    }

    /// The inside of a deployment; one that cannot be looked into is noted.
    fn inside(&mut self, resource: &Rc<ResourceDeclaration>, frame: &Frame, around: &Around) -> Option<Inside> {
        let nested = resource.deployment.as_ref().filter(|_| !resource.existing)?;
        let limit = self.context.settings().limits.deployments;
        if around.deployments.len() >= limit {
            let place = Place { file: frame.file, span: resource.span };
            self.limits.push((place, format!("{limit} deployments nested in each other")));
            return None;
        }
        let closed = match deployment::inside(self.context, frame, resource) {
            Ok(inside) => return Some(inside),
            Err(closed) => closed,
        };
        let (span, reason, types) = match (&nested.template, closed) {
            (NestedTemplate::Linked(link), Closed::Linked(reason)) => (link.span, reason, None),
            (NestedTemplate::Computed(template), _) => {
                let types = types_in(&term::evaluate(self.context, frame, template));
                let reason = "the deployment's template is given by an expression and was not read";
                (template.span, reason.to_owned(), types)
            }
            (NestedTemplate::Unreadable(span), _) => {
                (*span, "the deployment's template is not written out".to_owned(), None)
            }
            _ => (resource.span, "the deployment has no template".to_owned(), None),
        };
        self.unread.push(Unread { place: Place { file: frame.file, span }, reason, types });
        None
    }
}

/// All texts behind keys called `type` in a value that is wholly known; `None` if it is not.
fn types_in(value: &Value) -> Option<Vec<Rc<str>>> {
    fn collect(json: &serde_json::Value, types: &mut Vec<Rc<str>>) {
        match json {
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, types)),
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    if let (true, Some(text)) = (name.eq_ignore_ascii_case("type"), value.as_str()) {
                        types.push(text.into());
                    }
                    collect(value, types);
                }
            }
            _ => {}
        }
    }
    let mut types = Vec::new();
    collect(&to_known_json(value)?, &mut types);
    Some(types)
}

/// A declared path with the numbers of the copied segments around it.
fn rebased(path: &str, around: Option<&(String, String)>) -> String {
    match around.and_then(|(declared, actual)| Some((path.strip_prefix(declared.as_str())?, actual))) {
        Some((rest, actual)) => format!("{actual}{rest}"),
        None => path.to_owned(),
    }
}
