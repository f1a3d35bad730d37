//! From declarations to resources: what each will be once deployed, as far as the files tell.

pub mod call;
mod carry;
pub mod conform;
mod context;
mod declared;
mod deployment;
mod expand;
pub mod export;
mod expression;
mod fit;
pub mod functions;
pub mod linked;
pub mod mark;
pub mod origin;
mod parameters;
mod placed;
pub mod print;
mod runtime;
mod scope;
pub mod symbolic;
mod term;
#[cfg(test)]
mod tests;
pub mod types;
pub mod unknown;
pub mod value;

pub use context::{Context, DeploymentContext, Settings};
pub use expand::{Deployed, Evaluation, Instance, Nested, Unread};
pub use term::literal;
