//! Fixes: they converge, mend what they name, keep every other byte, and never open a cluster.

use super::generate::{Choices, generate};
use super::{laws, templates};
use akslint::finding::Applicability;

/// Fixes the template that the bytes are, or the one that they generate.
pub fn run(data: &[u8]) {
    let input = templates::input(data).unwrap_or_else(|| generate(&mut Choices::new(data)).input());
    for applicability in [Applicability::Safe, Applicability::Unsafe] {
        laws::fixes(&input, applicability);
    }
}
