//! The smallest change of a text, and why there is none.

use crate::finding::{Edit, Location};
use crate::source::{SourceFile, Span};
use std::sync::Arc;

/// Replaces the bytes of a span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// By what; an empty text deletes.
    pub text: String,
}

/// Why there is no such edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The span does not hold what it should.
    #[error("the span does not hold what is to be edited")]
    NotThere,
    /// The list would be empty.
    #[error("it is the only element of its list")]
    OnlyElement,
    /// The new value is no JSON.
    #[error("the new value is not JSON")]
    NotJson,
}

impl Replacement {
    /// The edit that does this in `file`.
    pub fn in_file(self, file: &Arc<SourceFile>) -> Edit {
        Edit { location: Location { file: file.clone(), span: self.span }, text: self.text }
    }
}
