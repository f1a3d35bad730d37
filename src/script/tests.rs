//! Whole files, and any text.

use super::*;
use crate::evaluate::unknown::World;
use crate::evaluate::value::{Data, Slot, Value};
use crate::source::{FileId, Span};
use proptest::prelude::*;

fn kinds() -> [ScriptKind; 3] {
    [ScriptKind::Shell, ScriptKind::PowerShell, ScriptKind::Pipeline]
}

/// The places of all literals in a value.
fn literals(value: &Value, found: &mut Vec<(Span, String)>) {
    match &value.data {
        Data::String(text) if value.origin.literal => found.push((value.origin.place.span, text.to_string())),
        Data::Array(array) => {
            for slot in &array.slots {
                match slot {
                    Slot::Item(item) => literals(&item.force(), found),
                    Slot::Rest(rest) => literals(rest, found),
                }
            }
        }
        Data::Object(object) => {
            for member in object.members(&value.origin).unwrap() {
                literals(&member.value.force(), found);
            }
        }
        _ => {}
    }
}

fn check(text: &str, kind: ScriptKind) {
    for command in read(text, kind) {
        let slice = |span: Span| text.get(span.start as usize..span.end as usize);
        assert!(slice(command.span).is_some() && slice(command.head).is_some(), "{text:?}");
        assert!(command.span.contains(command.head), "{text:?}");
        let mut found = Vec::new();
        literals(&command.view(FileId(0), &World::open()), &mut found);
        for (span, value) in found {
            assert!(command.span.contains(span), "{text:?}: {value:?} stands outside");
            assert!(slice(span).is_some(), "{text:?}");
        }
    }
}

/// Texts in which much of what readers look for stands.
fn script() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just("az aks create ".to_owned()),
        Just("az aks update".to_owned()),
        Just("New-AzAksCluster ".to_owned()),
        Just(" --api-server-authorized-ip-ranges".to_owned()),
        Just(" -ApiServerAccessAuthorizedIpRange ".to_owned()),
        Just("1.2.3.4/32".to_owned()),
        Just("\nrun: |\n  ".to_owned()),
        Just("\n- run: >\n    ".to_owned()),
        Just("run: \"".to_owned()),
        Just("run: 'a ".to_owned()),
        Just("<<EOF\n".to_owned()),
        Just("\nEOF\n".to_owned()),
        "[ \"'`$(){}\\\\\n,;=&|<>#@%é\0\r-]{1,3}",
    ];
    proptest::collection::vec(parts, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in script()) {
        for kind in kinds() {
            check(&text, kind);
        }
    }

    #[test]
    fn noise_can_be_read(text in "\\PC{0,80}") {
        for kind in kinds() {
            check(&format!("az aks create {text}"), kind);
        }
    }
}

#[test]
fn long_texts_are_read_in_time() {
    for part in
        ["az aks create '", "az aks create $(", "az aks create <<E\n", "x: <<A\n", "@\"\n", " az aks create", "<#"]
    {
        for kind in kinds() {
            check(&format!("az aks create\n{}", part.repeat(5_000)), kind);
        }
    }
}
