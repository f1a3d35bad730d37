//! The functions of the template language that need nothing but their arguments, one file a family.

mod arrays;
mod collections;
pub mod dotnet;
pub mod equality;
mod hash;
mod json;
mod lambdas;
mod linguistic;
mod logic;
mod numbers;
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
    hash::FUNCTIONS,
    json::FUNCTIONS,
    lambdas::FUNCTIONS,
    logic::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    strings::FUNCTIONS,
];

/// The function with this name in lower case.
pub fn find(name: &str) -> Option<&'static Function> {
    FAMILIES.iter().copied().flatten().find(|function| function.name == name)
}
