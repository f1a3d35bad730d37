//! Where a value comes from: the literal that was written, and the way it took to its use.

use crate::source::{Place, Span};
use std::rc::Rc;

/// How many steps an origin remembers; the innermost ones stay.
const MAX_STEPS: usize = 32;

/// Where a value was written, and through what it came.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The literal, or the expression that made the value.
    pub place: Place,
    /// Whether the value is the literal at `place`, unchanged: then editing that literal edits the value.
    pub literal: bool,
    /// Where the key of the literal stands, if it is a member of an object written out.
    pub key: Option<Span>,
    /// The way from `place` to the use; the last step first.
    steps: Option<Rc<Link>>,
}

#[derive(Debug)]
struct Link {
    step: Step,
    inner: Option<Rc<Link>>,
}

/// One step on the way of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What carried the value.
    pub kind: StepKind,
    /// Where that is written.
    pub place: Place,
}

/// What carried a value from its literal to its use.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// It is the default of this parameter; the place is the parameter's declaration.
    Default(Rc<str>),
    /// It is this entry of a parameters file.
    ParametersFile(Rc<str>),
    /// It was passed to this parameter of a nested deployment.
    Argument(Rc<str>),
    /// `parameters('name')`.
    Parameter(Rc<str>),
    /// `variables('name')`.
    Variable(Rc<str>),
    /// An output of a nested deployment.
    Output(Rc<str>),
    /// A function call that made it from its argument.
    Function(Rc<str>),
    /// Each element of a property loop.
    Loop(Rc<str>),
    /// The branch of a condition.
    Branch,
}

impl Origin {
    /// A literal written at `place`.
    pub fn literal(place: Place) -> Self {
        Self { place, literal: true, key: None, steps: None }
    }

    /// A value computed by the expression at `place`.
    pub fn computed(place: Place) -> Self {
        Self { place, literal: false, key: None, steps: None }
    }

    /// The same value, carried one step further.
    pub fn through(&self, kind: StepKind, place: Place) -> Self {
        if self.len() >= MAX_STEPS {
            return self.clone();
        }
        let link = Link { step: Step { kind, place }, inner: self.steps.clone() };
        Self { steps: Some(Rc::new(link)), ..self.clone() }
    }

    /// The origin of a literal that stands behind the key at `key`, if this is one that has come no way yet.
    pub fn keyed(&self, key: Place) -> Self {
        let is_here = self.literal && self.steps.is_none() && key.file == self.place.file;
        Self { key: if is_here { self.key.or(Some(key.span)) } else { self.key }, ..self.clone() }
    }

    /// A value made from this one by the function called at `place`: what was literal is so no longer.
    pub fn made_by(&self, function: &str, place: Place) -> Self {
        Self { literal: false, ..self.through(StepKind::Function(function.into()), place) }
    }

    /// The origin of a part of a container that took the steps of `container`.
    pub fn within(&self, container: &Origin) -> Self {
        let Some(_) = &container.steps else { return self.clone() };
        let mut origin = self.clone();
        let mut outer: Vec<&Step> = container.steps().collect();
        while let Some(step) = outer.pop() {
            origin = origin.through(step.kind.clone(), step.place);
        }
        origin
    }

    /// The steps from the use back to the literal: the last one first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.steps.as_deref(), |link| link.inner.as_deref()).map(|link| &link.step)
    }

    fn len(&self) -> usize {
        self.steps().count()
    }
}
