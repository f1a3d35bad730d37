//! Keys that an object has twice: the earlier value counts for nothing, whatever it says.

use super::own::{Remark, Speaker};
use crate::finding::Finding;
use crate::source::{FileId, Place};
use crate::syntax::{DuplicateKey, Node};

/// The rule under which they are reported.
const REFERENCE: &str = "AKS908";

/// Keys of which two spellings in one object are one key for Azure, which reads them in any case, and decide what is deployed. In what
/// else objects hold, tags and values of variables, spellings may be keys of their own.
const DECISIVE: [&str; 15] = [
    "apiServerAccessProfile",
    "apiVersion",
    "authorizedIPRanges",
    "condition",
    "copy",
    "enablePrivateCluster",
    "enableVnetIntegration",
    "parameters",
    "properties",
    "publicNetworkAccess",
    "resources",
    "template",
    "templateLink",
    "type",
    "variables",
];

/// What is said of a key that is there twice: what it is, the label of the first, the note, the label of the other.
const TWICE: [&str; 4] = [
    "twice; this one counts for nothing",
    "overridden",
    "Azure takes the last value; a reader may take the first.",
    "this one counts",
];

/// Likewise of one in two spellings.
const RESPELLED: [&str; 4] = [
    "in two spellings",
    "one of two",
    "Azure does not tell keys by their case; which of the two counts is not documented.",
    "the other one",
];

/// One finding for each key that the file with this root has once more in one object: in the same spelling, or in another one where
/// that is the same key.
pub fn findings(speaker: &Speaker<'_>, root: &Node, file: FileId) -> Vec<Finding> {
    let Some(rule) = speaker.rule(REFERENCE) else { return Vec::new() };
    let place = |span| Place { file, span };
    let finding = |duplicate: DuplicateKey, [message, label, note, again]: [&str; 4]| {
        let remark = Remark {
            place: place(duplicate.first),
            message: format!("The object has '{}' {message}", duplicate.key),
            label: label.to_owned(),
            note: note.to_owned(),
            help: "Keep the one that is meant.".to_owned(),
            related: vec![(place(duplicate.again), again.to_owned())],
            is_aside: false,
        };
        speaker.finding(rule, remark)
    };
    let twice = root.duplicate_keys().into_iter().filter_map(|duplicate| finding(duplicate, TWICE));
    twice.chain(root.respelled_keys(&DECISIVE).into_iter().filter_map(|key| finding(key, RESPELLED))).collect()
}
