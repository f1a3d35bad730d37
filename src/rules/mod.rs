//! Rules are data: PSRule's rule language, read from YAML or JSON and evaluated on partly unknown values.

pub mod compare;
pub mod conditions;
pub mod document;
pub mod evaluate;
pub mod functions;
pub mod load;
pub mod pack;
pub mod pages;
pub mod path;
pub mod pattern;
pub mod read;
pub mod rule;
pub mod select;
pub mod template;
pub mod texts;
pub mod tri;
pub mod version;
pub mod yaml;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
