//! Looking at something in every world that matters to it: a question is put only when the answer is needed.

use crate::evaluate::Context;
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::Symbol;
use std::rc::Rc;

/// What was found in each world: a tree of questions with the findings at its leaves.
#[derive(Debug)]
pub enum Tree<T> {
    /// No open question left.
    Leaf(T),
    /// The answer to this question decides.
    Question(Rc<Symbol>, Box<Tree<T>>, Box<Tree<T>>),
    /// Too many worlds; this question stays open.
    Unexplored(Rc<Symbol>),
}

/// Looks at something in the worlds that extend the context's, at most `limit` of them.
///
/// `look` gives what it found in a context, or the question on which that hangs. Other reasons to stop are for `look` to deal with:
/// here they end the branch as unexplored.
pub fn explore<T>(
    context: &Rc<Context>,
    limit: usize,
    look: &mut dyn FnMut(&Rc<Context>) -> Result<T, Stop>,
) -> Tree<T> {
    let mut worlds = 1;
    grow(context, limit, &mut worlds, look)
}

fn grow<T>(
    context: &Rc<Context>,
    limit: usize,
    worlds: &mut usize,
    look: &mut dyn FnMut(&Rc<Context>) -> Result<T, Stop>,
) -> Tree<T> {
    let question = match look(context) {
        Ok(found) => return Tree::Leaf(found),
        Err(Stop::Split(question)) => question,
        Err(Stop::Unknown(unknown)) => return Tree::Unexplored(Rc::new(unknown.symbol.clone())),
        Err(Stop::Error(message) | Stop::Unsettled(message) | Stop::Limit(message)) => {
            return Tree::Unexplored(Rc::new(Symbol::new(message)));
        }
    };
    // A question that has its answer and is put again would be put for ever.
    if *worlds >= limit || context.world.answer(&question.text).is_some() {
        return Tree::Unexplored(question);
    }
    *worlds += 1;
    let yes = grow(&context.with(question.clone(), true), limit, worlds, look);
    let no = grow(&context.with(question.clone(), false), limit, worlds, look);
    Tree::Question(question, Box::new(yes), Box::new(no))
}

impl<T> Tree<T> {
    /// What was found, in the order of the tree.
    pub fn leaves(&self) -> Vec<&T> {
        let mut leaves = Vec::new();
        self.collect(&mut leaves);
        leaves
    }

    fn collect<'t>(&'t self, leaves: &mut Vec<&'t T>) {
        match self {
            Self::Leaf(found) => leaves.push(found),
            Self::Question(_, yes, no) => {
                yes.collect(leaves);
                no.collect(leaves);
            }
            Self::Unexplored(_) => {}
        }
    }

    /// Whether `holds` is true of what was found in every world, and none was left out.
    pub fn all(&self, holds: &dyn Fn(&T) -> bool) -> bool {
        match self {
            Self::Leaf(found) => holds(found),
            Self::Question(_, yes, no) => yes.all(holds) && no.all(holds),
            Self::Unexplored(_) => false,
        }
    }

    /// The questions that were left open for want of worlds.
    pub fn unexplored(&self) -> Vec<&Rc<Symbol>> {
        match self {
            Self::Leaf(_) => Vec::new(),
            Self::Question(_, yes, no) => yes.unexplored().into_iter().chain(no.unexplored()).collect(),
            Self::Unexplored(question) => vec![question],
        }
    }

    /// The answers under which `holds` is true of what was found, in words: things that all must hold. Empty if it is true under
    /// any answer.
    pub fn conditions(&self, holds: &dyn Fn(&T) -> bool) -> Vec<String> {
        let mut paths = Vec::new();
        self.reduced(holds).paths(&mut Vec::new(), &mut paths);
        match paths.as_slice() {
            [] => Vec::new(),
            [path] => path.clone(),
            _ => {
                let path = |path: &Vec<String>| path.join(" and ");
                vec![paths.iter().map(path).collect::<Vec<_>>().join(", or ")]
            }
        }
    }

    fn reduced(&self, holds: &dyn Fn(&T) -> bool) -> Reduced {
        match self {
            Self::Leaf(found) => Reduced::Decided(holds(found)),
            Self::Unexplored(_) => Reduced::Decided(false),
            Self::Question(question, yes, no) => match (yes.reduced(holds), no.reduced(holds)) {
                (yes, no) if yes == no => yes,
                (yes, no) => Reduced::Question(question.clone(), Box::new(yes), Box::new(no)),
            },
        }
    }
}

/// A tree of questions with those left out that make no difference.
#[derive(PartialEq)]
enum Reduced {
    Decided(bool),
    Question(Rc<Symbol>, Box<Reduced>, Box<Reduced>),
}

impl Reduced {
    fn paths(&self, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
        match self {
            Self::Decided(true) => paths.push(path.clone()),
            Self::Decided(false) => {}
            Self::Question(question, yes, no) => {
                for (branch, answer) in [(yes, true), (no, false)] {
                    path.push(question.describe(answer));
                    branch.paths(path, paths);
                    path.pop();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, yes: Tree<bool>, no: Tree<bool>) -> Tree<bool> {
        Tree::Question(Rc::new(Symbol::new(name)), Box::new(yes), Box::new(no))
    }

    #[test]
    fn words_only_the_answers_that_matter() {
        let leaf = Tree::Leaf;
        let table = [
            (leaf(true), vec![]),
            (question("a", leaf(true), leaf(true)), vec![]),
            (question("a", leaf(true), leaf(false)), vec!["a is true"]),
            (question("a", question("b", leaf(true), leaf(true)), leaf(false)), vec!["a is true"]),
            (question("a", leaf(false), question("b", leaf(true), leaf(false))), vec!["a is false", "b is true"]),
            (
                question("a", leaf(true), question("b", leaf(true), leaf(false))),
                vec!["a is true, or a is false and b is true"],
            ),
        ];
        for (tree, expected) in table {
            assert_eq!(tree.conditions(&|holds| *holds), expected);
        }
    }
}
