//! The functions of the template language that need nothing but their arguments, one file a family.

mod addresses;
mod arrays;
mod collections;
mod dates;
pub mod dotnet;
mod encoding;
pub mod equality;
mod hash;
pub mod ids;
mod json;
mod lambdas;
mod linguistic;
mod logic;
mod numbers;
mod objects;
pub mod pieces;
mod strings;
#[cfg(test)]
mod tests;
mod uris;
mod utf16;

use crate::evaluate::call::Function;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// All families.
const FAMILIES: &[&[Function]] = &[
    addresses::FUNCTIONS,
    arrays::FUNCTIONS,
    collections::FUNCTIONS,
    dates::FUNCTIONS,
    encoding::FUNCTIONS,
    hash::FUNCTIONS,
    ids::FUNCTIONS,
    json::FUNCTIONS,
    lambdas::FUNCTIONS,
    logic::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    strings::FUNCTIONS,
    uris::FUNCTIONS,
];

static BY_NAME: LazyLock<FxHashMap<&str, &Function>> =
    LazyLock::new(|| FAMILIES.iter().copied().flatten().map(|function| (function.name, function)).collect());

/// The function with this name in lower case.
pub fn find(name: &str) -> Option<&'static Function> {
    BY_NAME.get(name).copied()
}
