//! Expressions: what stands between the brackets of a string like `[...]`, parsed.

mod parser;
mod written;

pub use parser::{ExpressionError, is_expression, literal_text, parse, parse_typed};
pub use written::WrittenExpression;

use crate::source::Span;
use std::rc::Rc;

/// A parsed expression. Spans are those of the source file, also inside strings with JSON escapes.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// The kinds of [`Expression`].
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// `'text'`, with `''` undone.
    String(Rc<str>),
    /// A whole number.
    Int(i64),
    /// Bare `true` or `false`: not in the grammar, accepted leniently.
    Bool(bool),
    /// Bare `null`: likewise.
    Null,
    /// `name(args)`.
    Call {
        /// The function's name in lower case.
        name: Rc<str>,
        /// Where the name stands.
        name_span: Span,
        /// The arguments.
        args: Vec<Rc<Expression>>,
    },
    /// `namespace.name(args)`.
    UserCall {
        /// The namespace as written.
        namespace: Rc<str>,
        /// The function's name as written.
        name: Rc<str>,
        /// Where both stand.
        name_span: Span,
        /// The arguments.
        args: Vec<Rc<Expression>>,
    },
    /// `base.name`.
    Property {
        /// What is looked into.
        base: Rc<Expression>,
        /// The property's name as written.
        name: Rc<str>,
        /// Where it stands.
        name_span: Span,
    },
    /// `base[index]`.
    Index {
        /// What is looked into.
        base: Rc<Expression>,
        /// The index or the property's name.
        index: Rc<Expression>,
    },
}
