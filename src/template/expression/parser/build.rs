//! What the parser makes of an expression as it goes along.

use crate::source::Span;
use crate::syntax::OffsetMap;
use crate::template::{Expression, ExpressionKind};
use std::ops::Range;
use std::rc::Rc;

/// Makes something of each part of an expression. Ranges are bytes of its text.
pub(super) trait Build {
    /// What is made.
    type Node;

    /// A string, a number or a constant.
    fn leaf(&self, at: Range<usize>, kind: impl FnOnce() -> ExpressionKind) -> Self::Node;

    /// `name(args)`, with the name as written.
    fn call(&self, at: Range<usize>, name: &str, name_at: Range<usize>, args: Vec<Self::Node>) -> Self::Node;

    /// `namespace.name(args)`; both together stand at `name_at`.
    fn user_call(
        &self,
        at: Range<usize>,
        namespace: &str,
        name: &str,
        name_at: Range<usize>,
        args: Vec<Self::Node>,
    ) -> Self::Node;

    /// `base.name`.
    fn property(&self, at: Range<usize>, base: Self::Node, name: &str, name_at: Range<usize>) -> Self::Node;

    /// `base[index]`.
    fn index(&self, at: Range<usize>, base: Self::Node, index: Self::Node) -> Self::Node;
}

/// Makes nothing: whether a text parses is all that is asked.
pub(super) struct Nothing;

impl Build for Nothing {
    type Node = ();

    fn leaf(&self, _: Range<usize>, _: impl FnOnce() -> ExpressionKind) {}

    fn call(&self, _: Range<usize>, _: &str, _: Range<usize>, _: Vec<()>) {}

    fn user_call(&self, _: Range<usize>, _: &str, _: &str, _: Range<usize>, _: Vec<()>) {}

    fn property(&self, _: Range<usize>, (): (), _: &str, _: Range<usize>) {}

    fn index(&self, _: Range<usize>, (): (), (): ()) {}
}

/// Makes the tree.
pub(super) struct Tree<'a> {
    /// Where each byte of the text stands.
    pub(super) offsets: &'a OffsetMap,
}

impl Tree<'_> {
    fn span(&self, at: Range<usize>) -> Span {
        self.offsets.span(at.start, at.end)
    }

    fn node(&self, at: Range<usize>, kind: ExpressionKind) -> Rc<Expression> {
        Rc::new(Expression { span: self.span(at), kind })
    }
}

impl Build for Tree<'_> {
    type Node = Rc<Expression>;

    fn leaf(&self, at: Range<usize>, kind: impl FnOnce() -> ExpressionKind) -> Rc<Expression> {
        self.node(at, kind())
    }

    fn call(&self, at: Range<usize>, name: &str, name_at: Range<usize>, args: Vec<Rc<Expression>>) -> Rc<Expression> {
        let name = name.to_ascii_lowercase().into();
        self.node(at, ExpressionKind::Call { name, name_span: self.span(name_at), args })
    }

    fn user_call(
        &self,
        at: Range<usize>,
        namespace: &str,
        name: &str,
        name_at: Range<usize>,
        args: Vec<Rc<Expression>>,
    ) -> Rc<Expression> {
        let (namespace, name, name_span) = (namespace.into(), name.into(), self.span(name_at));
        self.node(at, ExpressionKind::UserCall { namespace, name, name_span, args })
    }

    fn property(&self, at: Range<usize>, base: Rc<Expression>, name: &str, name_at: Range<usize>) -> Rc<Expression> {
        let (name, name_span) = (name.into(), self.span(name_at));
        self.node(at, ExpressionKind::Property { base, name, name_span })
    }

    fn index(&self, at: Range<usize>, base: Rc<Expression>, index: Rc<Expression>) -> Rc<Expression> {
        self.node(at, ExpressionKind::Index { base, index })
    }
}
