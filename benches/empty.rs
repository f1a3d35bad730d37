//! The yardstick for one small file: a program that does nothing.

fn main() {}
