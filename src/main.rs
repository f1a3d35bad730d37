//! The `akslint` program.
fn main() {}
