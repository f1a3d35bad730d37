//! Three-valued answers: true, false, or not decidable from the files.

use crate::evaluate::unknown::Unknown;
use std::rc::Rc;

/// Something that could not be decided: the unknown, and the path at which a rule met it.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The unknown.
    pub unknown: Rc<Unknown>,
    /// The path in the resource at which it was met: `properties.apiServerAccessProfile.authorizedIPRanges[1]`.
    pub path: Rc<str>,
}

/// A three-valued answer.
#[derive(Clone, Debug)]
pub enum Tri {
    /// Certainly so.
    True,
    /// Certainly not so.
    False,
    /// It depends on these.
    Unknown(Vec<Undecided>),
}

impl Tri {
    /// Whether it is certainly so.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::True)
    }

    /// Whether it is certainly not so.
    pub fn is_false(&self) -> bool {
        matches!(self, Self::False)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown => unknown,
        }
    }

    /// It depends on `unknown`, met at `path`.
    pub fn undecided(unknown: Rc<Unknown>, path: impl Into<Rc<str>>) -> Self {
        Self::Unknown(vec![Undecided { unknown, path: path.into() }])
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
