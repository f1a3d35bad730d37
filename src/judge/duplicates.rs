//! Keys that an object has twice: the earlier value counts for nothing, whatever it says.

use super::own::{Remark, Speaker};
use crate::finding::Finding;
use crate::source::{FileId, Place};
use crate::syntax::Node;

/// The rule under which they are reported.
const REFERENCE: &str = "AKS908";

/// One finding for each key that the file with this root has once more, in the same spelling, in one object.
pub fn findings(speaker: &Speaker<'_>, root: &Node, file: FileId) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let place = |span| Place { file, span };
    let finding = |duplicate: crate::syntax::DuplicateKey| {
        let remark = Remark {
            place: place(duplicate.first),
            message: format!("The object has '{}' twice; this one counts for nothing", duplicate.key),
            label: "overridden".to_owned(),
            note: "Azure takes the last value; a reader may take the first.".to_owned(),
            help: "Keep the one that is meant.".to_owned(),
            related: vec![(place(duplicate.again), "this one counts".to_owned())],
            is_aside: false,
        };
        speaker.finding(rule, remark)
    };
    root.duplicate_keys().into_iter().filter_map(finding).collect()
}
