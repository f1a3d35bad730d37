//! What names mean at a place in a template: which parameters, variables, loops and lambda arguments are in view.

use super::value::{Lazy, Value};
use crate::source::FileId;
use crate::template::{FunctionDeclaration, ParametersFile, ResourceDeclaration, Template};
use std::rc::Rc;

/// One template with the arguments it was given. Knows no values: those depend on the world.
#[derive(Debug)]
pub struct Scope {
    /// Tells scopes of one evaluation apart.
    pub id: u32,
    /// The template whose parameters, variables and functions are in view.
    pub template: Rc<Template>,
    /// What its parameters are given.
    pub arguments: Arguments,
}

/// Where the arguments of a template come from.
#[derive(Debug)]
pub enum Arguments {
    /// The root template: from a parameters file, or nothing is given.
    Root(Option<Rc<ParametersFile>>),
    /// A nested template: from the deployments resource, evaluated in the frame that one stands in.
    Deployment {
        /// The deployments resource.
        resource: Rc<ResourceDeclaration>,
        /// What names mean there.
        frame: Frame,
    },
}

impl Scope {
    /// Whether this is the root template, whose defaults anybody can override.
    pub fn is_root(&self) -> bool {
        matches!(self.arguments, Arguments::Root(_))
    }
}

/// What names mean at one place: the scope, and what loops, lambdas and functions around it bind. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The template in view.
    pub scope: Rc<Scope>,
    /// The file the terms stand in.
    pub file: FileId,
    loops: Option<Rc<Loop>>,
    locals: Option<Rc<Local>>,
    /// The user function whose body this is.
    pub function: Option<Rc<FunctionFrame>>,
}

#[derive(Debug)]
struct Loop {
    name: Rc<str>,
    kind: LoopKind,
    index: Value,
    outer: Option<Rc<Loop>>,
}

#[derive(Debug)]
struct Local {
    name: Rc<str>,
    value: Value,
    outer: Option<Rc<Local>>,
}

/// What a loop repeats. `copyIndex()` without a name means the innermost loop over a resource or an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    /// A resource or an output.
    Declaration,
    /// A property or a variable.
    Property,
}

/// A user function under evaluation.
#[derive(Debug)]
pub struct FunctionFrame {
    /// Its parameters and the arguments given.
    pub arguments: Vec<(Rc<str>, Lazy)>,
}

impl Frame {
    /// The frame of a template's top level.
    pub fn new(scope: Rc<Scope>) -> Self {
        let file = scope.template.file;
        Self { scope, file, loops: None, locals: None, function: None }
    }

    /// This frame for terms that stand in another file.
    pub fn in_file(&self, file: FileId) -> Self {
        Self { file, ..self.clone() }
    }

    /// This frame inside one iteration of a loop.
    pub fn in_loop(&self, name: &str, kind: LoopKind, index: Value) -> Self {
        let entry = Loop { name: name.into(), kind, index, outer: self.loops.clone() };
        Self { loops: Some(Rc::new(entry)), ..self.clone() }
    }

    /// This frame with a lambda's argument bound.
    pub fn bind(&self, name: Rc<str>, value: Value) -> Self {
        let entry = Local { name, value, outer: self.locals.clone() };
        Self { locals: Some(Rc::new(entry)), ..self.clone() }
    }

    /// The frame of a user function's body: no loops, no lambda arguments.
    pub fn in_function(&self, declaration: &FunctionDeclaration, arguments: Vec<Lazy>) -> Self {
        let names = declaration.parameters.iter().map(|(name, _)| name.text.clone());
        let arguments = names.zip(arguments).collect();
        let function = FunctionFrame { arguments };
        Self { function: Some(Rc::new(function)), ..Self::new(self.scope.clone()) }
    }

    /// This frame outside the innermost bindings of lambdas and property loops: where resources stand.
    pub fn at_top_level(&self) -> Self {
        let loops = std::iter::successors(self.loops.clone(), |entry| entry.outer.clone());
        let mut declarations = loops.filter(|entry| entry.kind == LoopKind::Declaration);
        Self { loops: declarations.next(), locals: None, function: None, ..self.clone() }
    }

    /// The index of the loop called `name`, ignoring case; without a name, of the innermost loop over a declaration.
    pub fn loop_index(&self, name: Option<&str>) -> Option<&Value> {
        let mut loops = std::iter::successors(self.loops.as_deref(), |entry| entry.outer.as_deref());
        let found = loops.find(|entry| match name {
            Some(name) => entry.name.eq_ignore_ascii_case(name),
            None => entry.kind == LoopKind::Declaration,
        });
        found.map(|entry| &entry.index)
    }

    /// The lambda argument called `name`, ignoring case.
    pub fn local(&self, name: &str) -> Option<&Value> {
        let mut locals = std::iter::successors(self.locals.as_deref(), |local| local.outer.as_deref());
        locals.find(|local| local.name.eq_ignore_ascii_case(name)).map(|local| &local.value)
    }
}
