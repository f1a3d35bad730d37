//! Fixes: they converge, mend what they name, keep every other byte, and never open a cluster.

use super::bench;
use super::generate::{Choices, generate};
use super::{laws, templates};
use akslint::finding::Applicability;

/// Fixes the template that the bytes are, or the one that they generate: with one kind of fixes, and seldom with all the rules.
pub fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let by = choices.below(8);
    let input = templates::input(data).unwrap_or_else(|| generate(&mut choices).input());
    let applicability = if by.is_multiple_of(2) { Applicability::Safe } else { Applicability::Unsafe };
    let rules = if by < 2 { bench::shipped() } else { bench::mending() };
    laws::fixes(rules, &input, applicability);
}
