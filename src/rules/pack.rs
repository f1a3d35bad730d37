//! The shipped rules.

use super::read::{self, Reading};
use crate::source::SourceFile;
use std::sync::Arc;

const FILES: [(&str, &str); 6] = [
    ("breaks", include_str!("../../rules/breaks.Rule.yaml")),
    ("exposure", include_str!("../../rules/exposure.Rule.yaml")),
    ("hygiene", include_str!("../../rules/hygiene.Rule.yaml")),
    ("neighbours", include_str!("../../rules/neighbours.Rule.yaml")),
    ("rejected", include_str!("../../rules/rejected.Rule.yaml")),
    ("selectors", include_str!("../../rules/selectors.Rule.yaml")),
];

/// The shipped rules, read strictly.
pub fn load() -> Reading {
    let mut reading = Reading::default();
    for (name, text) in FILES {
        reading.add(read::file(&Arc::new(SourceFile::new(format!("rules/{name}.Rule.yaml"), text)), true));
    }
    reading
}
