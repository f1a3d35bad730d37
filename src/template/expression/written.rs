//! Expressions as they stand in a template: most are never evaluated.

use super::parser::{check, parse_checked};
use super::{Expression, ExpressionError, ExpressionKind};
use crate::limits::ExpressionLimits;
use crate::syntax::{OffsetMap, Text};
use std::cell::OnceCell;
use std::rc::Rc;

/// An expression that is known to parse, and is parsed when somebody asks for it.
#[derive(Clone, Debug)]
pub struct WrittenExpression {
    /// The whole text, brackets included.
    text: Rc<str>,
    /// Where each of its bytes stands.
    offsets: OffsetMap,
    parsed: OnceCell<Rc<Expression>>,
}

impl WrittenExpression {
    /// The expression that `text`, of the file with text `source`, is; or why it is none within `limits`.
    pub fn new(text: &Text, source: &str, limits: ExpressionLimits) -> Result<Self, ExpressionError> {
        let offsets = text.offsets(source);
        check(&text.text, &offsets, limits)?;
        Ok(Self { text: text.text.clone(), offsets, parsed: OnceCell::new() })
    }

    /// The expression, parsed.
    pub fn get(&self) -> &Rc<Expression> {
        self.parsed.get_or_init(|| {
            let parsed = parse_checked(&self.text, &self.offsets);
            // What was checked does parse.
            let null = |_| Expression { span: self.offsets.span(0, self.text.len()), kind: ExpressionKind::Null };
            Rc::new(parsed.unwrap_or_else(null))
        })
    }
}
