//! Keys that an object has twice: the earlier value counts for nothing, whatever it says.

use super::own::{Remark, Speaker};
use crate::finding::Finding;
use crate::source::{FileId, Place};
use crate::syntax::Node;

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

/// One finding for each key that the file with this root has once more in one object: in the same spelling, or in another one where
/// that is the same key.
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
    let respelled = |duplicate: crate::syntax::DuplicateKey| {
        let remark = Remark {
            place: place(duplicate.first),
            message: format!("The object has '{}' in two spellings", duplicate.key),
            label: "one of two".to_owned(),
            note: "Azure does not tell keys by their case; which of the two counts is not documented.".to_owned(),
            help: "Keep the one that is meant.".to_owned(),
            related: vec![(place(duplicate.again), "the other one".to_owned())],
            is_aside: false,
        };
        speaker.finding(rule, remark)
    };
    let twice = root.duplicate_keys().into_iter().filter_map(finding);
    twice.chain(root.respelled_keys(&DECISIVE).into_iter().filter_map(respelled)).collect()
}
