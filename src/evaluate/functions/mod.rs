//! The functions of the template language that need nothing but their arguments, one file a family.

pub mod dotnet;
pub mod equality;
mod linguistic;
pub mod logic;
pub mod pieces;
pub mod utf16;

use crate::evaluate::call::Function;

/// All families.
const FAMILIES: &[&[Function]] = &[logic::FUNCTIONS];

/// The function with this name in lower case.
pub fn find(name: &str) -> Option<&'static Function> {
    FAMILIES.iter().copied().flatten().find(|function| function.name == name)
}
