//! Prepares the rule pack.
fn main() {}
