//! The functions of the template language that need nothing but their arguments, one file a family.

mod arrays;
mod collections;
pub mod dotnet;
pub mod equality;
mod lambdas;
mod linguistic;
mod logic;
mod objects;
pub mod pieces;
mod strings;
#[cfg(test)]
mod testing;
mod utf16;

use crate::evaluate::call::Function;

/// All families.
const FAMILIES: &[&[Function]] = &[
    arrays::FUNCTIONS,
    collections::FUNCTIONS,
    lambdas::FUNCTIONS,
    logic::FUNCTIONS,
    objects::FUNCTIONS,
    strings::FUNCTIONS,
];

/// The function with this name in lower case.
pub fn find(name: &str) -> Option<&'static Function> {
    FAMILIES.iter().copied().flatten().find(|function| function.name == name)
}
