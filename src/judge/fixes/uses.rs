//! How else a literal is used that reaches its use by name.
//!
//! Another text in the place of a text is the same to every use. One element or one property less is not: whoever picks an
//! element by its number, or counts elements, or asks for the property, gets something else.

use super::literal::Literals;
use crate::evaluate::value::{Origin, StepKind};
use crate::source::FileId;
use crate::syntax::{Node, Text};
use crate::template::expression::{Expression, ExpressionKind, is_expression, parse};

/// Functions that hand their arguments on as a whole, or do not care about their number.
const WHOLE: [&str; 7] = ["concat", "union", "flatten", "createarray", "if", "coalesce", "empty"];

/// What a fix takes away from its literal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Elements of the list.
    Elements,
    /// The property, or its kind.
    Property,
}

/// Whether all that has a name on the way of the value is only ever used as a whole, as far as the evaluation's files tell.
pub(super) fn are_whole(origin: &Origin, change: Change, literals: &Literals<'_>) -> bool {
    let mut names: Vec<&str> = Vec::new();
    for step in origin.steps() {
        match &step.kind {
            StepKind::Default(name)
            | StepKind::ParametersFile(name)
            | StepKind::Argument(name)
            | StepKind::Parameter(name)
            | StepKind::Variable(name) => names.push(name),
            StepKind::Output(_) | StepKind::Function(_) | StepKind::Loop(_) => return false,
            StepKind::Branch => {}
        }
    }
    if names.is_empty() {
        return true;
    }
    let search = Search { names, change };
    literals.are_whole(change == Change::Elements, &search.names, || {
        let mut files = (0..).map(FileId).map_while(|id| Some((id, literals.text(id)?)));
        files.all(|(id, text)| literals.tree(id).is_some_and(|root| search.node(&root, text)))
    })
}

struct Search<'n> {
    names: Vec<&'n str>,
    change: Change,
}

impl Search<'_> {
    /// Whether all mentions in the tree are of the whole. The tree's bounded nesting bounds the recursion.
    fn node(&self, node: &Node, source: &str) -> bool {
        node.as_text().is_none_or(|text| self.text(text, source))
            && node.elements().iter().all(|element| self.node(element, source))
            && node.members().iter().all(|member| self.text(&member.key, source) && self.node(&member.value, source))
    }

    fn text(&self, text: &Text, source: &str) -> bool {
        if !is_expression(&text.text) {
            return true;
        }
        // What does not parse is not used.
        parse(&text.text, &text.offsets(source)).map_or(true, |expression| self.expression(&expression, true))
    }

    /// `is_whole`: what the expression gives is used as a whole.
    fn expression(&self, expression: &Expression, is_whole: bool) -> bool {
        match &expression.kind {
            ExpressionKind::Call { name, args, .. } => match args.as_slice() {
                [one] if matches!(&**name, "variables" | "parameters") => match &one.kind {
                    ExpressionKind::String(name) => is_whole || !self.is_named(name),
                    // Which one it is remains open.
                    _ => false,
                },
                args => {
                    let is_whole = WHOLE.contains(&&**name) && (is_whole || &**name == "empty");
                    args.iter().all(|arg| self.expression(arg, is_whole))
                }
            },
            ExpressionKind::UserCall { args, .. } => args.iter().all(|arg| self.expression(arg, false)),
            ExpressionKind::Property { base, .. } => self.expression(base, is_whole && self.change == Change::Elements),
            ExpressionKind::Index { base, index } => {
                let is_property = matches!(index.kind, ExpressionKind::String(_)) && self.change == Change::Elements;
                self.expression(base, is_whole && is_property) && self.expression(index, false)
            }
            ExpressionKind::String(_) | ExpressionKind::Int(_) | ExpressionKind::Bool(_) | ExpressionKind::Null => true,
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn tells_uses_of_the_whole_from_others() {
        let table = [
            ("[variables('a')]", true, true),
            ("[Variables('A')]", true, true),
            ("[concat(variables('a'), parameters('b'))]", true, true),
            ("[if(empty(variables('a')), createArray(), union(variables('a'), variables('c')))]", true, true),
            ("[variables('a').ranges]", true, false),
            ("[variables('a')['ranges']]", true, false),
            ("[variables('a')[0]]", false, false),
            ("[variables('a').ranges[0]]", false, false),
            ("[concat(variables('a'), parameters('b'))[1]]", false, false),
            ("[length(variables('a'))]", false, false),
            ("[first(concat(variables('a')))]", false, false),
            ("[ns.take(variables('a'))]", false, false),
            ("[variables(concat('a', 'b'))]", false, false),
            ("[variables('c')[0]]", true, true),
            ("[[variables('a')[0]]", true, true),
            ("[variables('a')[0]", true, true),
            ("variables('a')[0]", true, true),
        ];
        for (text, elements, property) in table {
            let source = serde_json::Value::from(text).to_string();
            let root = syntax::parse(&source).unwrap();
            for (change, expected) in [(Change::Elements, elements), (Change::Property, property)] {
                let search = Search { names: vec!["a", "b"], change };
                assert_eq!(search.node(&root, &source), expected, "{text}");
            }
        }
    }
}
