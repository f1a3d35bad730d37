//! One evaluation: what all its parts share, and one [`Context`] a world with the values found there.

use super::call::Stop;
use super::linked::Links;
use super::mark;
use super::scope::{Frame, Scope};
use super::symbolic;
use super::unknown::{Bounds, Cause, Literal, Piece, Reason, Symbol, Unknown, World};
use super::value::{Data, Lazy, Object, Origin, Value};
use crate::limits::Limits;
use crate::source::Place;
use crate::template::ResourceDeclaration;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What is fixed for an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How far to go.
    pub limits: Limits,
    /// Take parameters of the root template that have a default, or are nullable, as unknown: what would anybody be able to
    /// pass?
    pub open_defaults: bool,
    /// Where the template is deployed to, as far as configured.
    pub deployment: DeploymentContext,
}

/// Where a template is deployed to. What is `None` is unknown.
#[derive(Clone, Debug, Default)]
pub struct DeploymentContext {
    /// The subscription's id, a GUID.
    pub subscription: Option<String>,
    /// The resource group's name.
    pub resource_group: Option<String>,
    /// The resource group's or deployment's location.
    pub location: Option<String>,
    /// The tenant's id, a GUID.
    pub tenant: Option<String>,
}

/// Evaluates something in a context, or says what its value hangs on.
pub(super) type Attempt = dyn Fn(&Rc<Context>) -> Result<Value, Stop>;

/// Makes the value of something that rests on an unknown.
pub(super) type Fallback = dyn Fn(&Rc<Context>, &Unknown) -> Value;

/// What all contexts of one evaluation share.
pub(super) struct Shared {
    pub(super) settings: Settings,
    links: Option<Rc<dyn Links>>,
    depth: Cell<u32>,
    steps: Cell<u64>,
    scopes: Cell<u32>,
    contexts: RefCell<FxHashMap<String, Rc<Context>>>,
    /// Limits that were reached: where first, and which.
    limits: RefCell<Vec<(Place, Rc<str>)>>,
    /// The scopes of nested deployments: by the scope around, the resource, and the instance of its loop.
    deployments: RefCell<FxHashMap<(u32, String, String), Rc<Scope>>>,
}

/// The values of one world. Values met here heed the world's answers.
pub struct Context {
    shared: Rc<Shared>,
    /// The answers given.
    pub world: World,
    /// Their [`World::key`].
    pub key: Rc<str>,
    parameters: RefCell<FxHashMap<(u32, usize), Lazy>>,
    variables: RefCell<FxHashMap<(u32, usize), Lazy>>,
}

impl Context {
    /// The context of the open world of a new evaluation.
    pub(super) fn root(settings: Settings, links: Option<Rc<dyn Links>>) -> Rc<Self> {
        let shared = Shared {
            settings,
            links,
            depth: Cell::new(0),
            steps: Cell::new(0),
            scopes: Cell::new(0),
            contexts: RefCell::default(),
            limits: RefCell::default(),
            deployments: RefCell::default(),
        };
        Self::new(Rc::new(shared), World::open())
    }

    /// The context of something that needs no evaluation: exported resources, commands.
    pub fn plain(limits: Limits) -> Rc<Self> {
        Self::root(Settings { limits, ..Settings::default() }, None)
    }

    fn new(shared: Rc<Shared>, world: World) -> Rc<Self> {
        let key = world.key().into();
        Rc::new(Self { shared, world, key, parameters: RefCell::default(), variables: RefCell::default() })
    }

    /// The context in which one more question is answered.
    pub fn with(self: &Rc<Self>, question: Rc<Symbol>, answer: bool) -> Rc<Self> {
        self.in_world(self.world.with(question, answer))
    }

    /// The context of `world` in the same evaluation.
    pub fn in_world(self: &Rc<Self>, world: World) -> Rc<Self> {
        let key = world.key();
        let known = self.shared.contexts.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let context = Self::new(self.shared.clone(), world);
            self.shared.contexts.borrow_mut().insert(key, context.clone());
            context
        })
    }

    /// The context of the open world.
    pub(super) fn open(self: &Rc<Self>) -> Rc<Self> {
        if self.world.is_empty() { self.clone() } else { self.in_world(World::open()) }
    }

    /// Where linked templates come from.
    pub(super) fn links(&self) -> Option<&Rc<dyn Links>> {
        self.shared.links.as_ref()
    }

    /// What is fixed for this evaluation.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// A number no other scope of the evaluation has.
    pub(super) fn new_scope_id(&self) -> u32 {
        let id = self.shared.scopes.get();
        self.shared.scopes.set(id + 1);
        id
    }

    /// The scope inside a deployment that stands in `frame`, made by `make` at first: the same in every world.
    pub(super) fn scope_of(
        &self,
        frame: &Frame,
        resource: &ResourceDeclaration,
        make: impl FnOnce() -> Scope,
    ) -> Rc<Scope> {
        let index = frame.loop_index(None).map(symbolic::text).unwrap_or_default();
        let key = (frame.scope.id, resource.path.clone(), index);
        self.shared.deployments.borrow_mut().entry(key).or_insert_with(|| Rc::new(make())).clone()
    }

    /// The cached parameter `index` of `scope`, made by `make` at first.
    pub(super) fn parameter(&self, scope: &Scope, index: usize, make: impl FnOnce() -> Lazy) -> Lazy {
        self.parameters.borrow_mut().entry((scope.id, index)).or_insert_with(make).clone()
    }

    /// Whether parameter `index` of `scope` was asked for in any world.
    pub(super) fn has_parameter(&self, scope: &Scope, index: usize) -> bool {
        let has = |context: &Context| context.parameters.borrow().contains_key(&(scope.id, index));
        has(self) || self.shared.contexts.borrow().values().any(|context| has(context))
    }

    /// The cached variable `index` of `scope`, made by `make` at first.
    pub(super) fn variable(&self, scope: &Scope, index: usize, make: impl FnOnce() -> Lazy) -> Lazy {
        self.variables.borrow_mut().entry((scope.id, index)).or_insert_with(make).clone()
    }

    /// Evaluates one level deeper, or gives the unknown that says a limit was reached.
    pub(super) fn deeper(&self, place: Place, evaluate: impl FnOnce() -> Value) -> Value {
        let limits = &self.shared.settings.limits;
        let (depth, steps) = (self.shared.depth.get(), self.shared.steps.get());
        if depth >= limits.depth {
            return self.limit(place, &format!("{} levels of evaluation", limits.depth));
        }
        if steps >= limits.steps {
            return self.limit(place, &format!("{} evaluation steps", limits.steps));
        }
        self.shared.depth.set(depth + 1);
        self.shared.steps.set(steps + 1);
        let value = evaluate();
        self.shared.depth.set(depth);
        value
    }

    /// Counts what handling these values cost beside the step that it was.
    pub(super) fn charge<'v>(&self, values: impl Iterator<Item = &'v Value>) {
        let cost: u64 = values.map(|value| cost(&value.data)).sum();
        self.shared.steps.set(self.shared.steps.get().saturating_add(cost));
    }

    /// Counts the bytes that were written beside the step.
    pub(super) fn charge_text(&self, bytes: usize) {
        self.shared.steps.set(self.shared.steps.get().saturating_add((bytes / TEXT_A_STEP) as u64));
    }

    /// An unknown of its own: nothing else is equal to it but what is written at the same place.
    pub(super) fn unknown(&self, symbol: Symbol, cause: Cause, bounds: Bounds, place: Place) -> Value {
        let reason = Rc::new(Reason { cause, place });
        Unknown::value(symbol, reason, bounds, &self.world, Origin::computed(place))
    }

    /// The unknown that stands for something that cannot be evaluated.
    pub(super) fn error(&self, place: Place, message: impl Into<Rc<str>>) -> Value {
        let symbol = Symbol::new(format!("error{}", mark::at(place)));
        self.unknown(symbol, Cause::Error(message.into()), Bounds::any(), place)
    }

    /// The unknown that stands for something beyond a limit.
    pub(super) fn limit(&self, place: Place, what: &str) -> Value {
        let symbol = Symbol::new(format!("limit{}", mark::at(place)));
        // Where one is reached, others often reach it too: the first place tells.
        let mut reached = self.shared.limits.borrow_mut();
        if !reached.iter().any(|(_, known)| **known == *what) {
            reached.push((place, what.into()));
        }
        drop(reached);
        self.unknown(symbol, Cause::Limit(what.into()), Bounds::any(), place)
    }

    /// The limits that values of this evaluation have reached so far, each with the place where it was first.
    pub fn limits(&self) -> Vec<(Place, Rc<str>)> {
        self.shared.limits.borrow().clone()
    }

    /// Runs `evaluate`; where its result hangs on a question, gives the choice of its results under either answer.
    ///
    /// `unknown` makes the value for a result that rests on an unknown.
    pub(super) fn attempt(self: &Rc<Self>, place: Place, evaluate: Rc<Attempt>, unknown: Rc<Fallback>) -> Value {
        match evaluate(self) {
            Ok(value) => value,
            Err(Stop::Unknown(cause)) => unknown(self, &cause),
            Err(Stop::Error(message)) => self.error(place, message),
            Err(Stop::Limit(what)) => self.limit(place, &what),
            Err(Stop::Unsettled(what)) => {
                let symbol = Symbol::new(format!("unsettled{}", mark::at(place)));
                let reason = Rc::new(Reason { cause: Cause::Unsettled(what.into()), place });
                unknown(self, &Unknown { symbol, reason, bounds: Bounds::any(), world: self.world.clone() })
            }
            Err(Stop::Split(question)) => {
                if self.world.answer(&question.text).is_some() {
                    return self.error(place, format!("{} is asked again", question.text));
                }
                if self.world.len() >= self.shared.settings.limits.questions {
                    return self.limit(place, &format!("{} open questions", self.shared.settings.limits.questions));
                }
                let branch = |answer: bool| {
                    let (context, question) = (self.clone(), question.clone());
                    let (evaluate, unknown) = (evaluate.clone(), unknown.clone());
                    let circular = self.clone();
                    Lazy::new(
                        move || context.with(question, answer).attempt(place, evaluate, unknown),
                        move || circular.error(place, "the value depends on itself"),
                    )
                };
                Value::choice(question.clone(), branch(true), branch(false), Origin::computed(place))
            }
        }
    }

    /// Drops all cached values, which hold on to their contexts.
    pub(super) fn clear(&self) {
        let contexts = std::mem::take(&mut *self.shared.contexts.borrow_mut());
        for context in contexts.values() {
            context.forget();
        }
        self.forget();
        drop(std::mem::take(&mut *self.shared.deployments.borrow_mut()));
    }

    fn forget(&self) {
        drop(std::mem::take(&mut *self.parameters.borrow_mut()));
        drop(std::mem::take(&mut *self.variables.borrow_mut()));
    }
}

/// A step takes about as long as going through so many bytes of a text.
const TEXT_A_STEP: usize = 32;

/// How many steps it is worth to go through a value: a step takes about as long as these bytes of a text, or elements of a container.
fn cost(data: &Data) -> u64 {
    let (size, a_step) = match data {
        Data::String(text) => (text.len(), TEXT_A_STEP),
        Data::Array(array) => (array.slots.len(), 4),
        Data::Object(object) => match &**object {
            Object::Members(members) => (members.len(), 4),
            Object::Merged { layers, .. } => (layers.len(), 4),
        },
        Data::Unknown(unknown) => (unknown.symbol.text.len() + size_of_bounds(&unknown.bounds), TEXT_A_STEP),
        _ => (0, 1),
    };
    (size / a_step) as u64
}

/// What an unknown text is known to consist of, and what it may be, in bytes of text: each part and each possible value is a text of its
/// own.
fn size_of_bounds(bounds: &Bounds) -> usize {
    const PART: usize = TEXT_A_STEP;
    let pieces = bounds.pieces.iter().flat_map(|pieces| pieces.iter()).map(|piece| match piece {
        Piece::Known(text) => PART + text.len(),
        Piece::Unknown(_) => PART,
    });
    let domain = bounds.domain.iter().flat_map(|domain| domain.iter()).map(|literal| match literal {
        Literal::String(text) => PART + text.len(),
        Literal::Bool(_) | Literal::Int(_) => PART,
    });
    pieces.chain(domain).sum()
}
