//! Resources whose type is known only while deploying: no rule looks at them, which is said where a rule may have had to.

use super::own::{Remark, Speaker};
use super::undecided::{REFERENCE, help};
use crate::evaluate::unknown::{Bounds, Literal, Piece};
use crate::evaluate::value::{Data, Value};
use crate::evaluate::{Context, Instance};
use crate::finding::{Finding, Outcome};
use std::rc::Rc;

/// How many questions deep a type is looked into.
const MAX_QUESTIONS: usize = 16;

/// One finding, if the instance's type is not known and may be one that a rule asks for.
pub(super) fn finding(speaker: &Speaker<'_>, context: &Rc<Context>, instance: &Instance) -> Option<Finding> {
    if instance.type_.is_some() {
        return None;
    }
    let rule = speaker.rule(REFERENCE)?;
    let type_ = instance.own_type(context);
    let asked = speaker.ruling.chosen.iter().filter_map(|index| speaker.ruling.rules.rules.get(*index));
    let asked = asked.flat_map(|rule| &rule.types).find(|asked| may_be(&type_, asked, MAX_QUESTIONS))?;
    let (reason, help) = match &type_.data {
        Data::Unknown(unknown) => (unknown.reason.to_string(), help(&unknown.reason)),
        Data::Choice(choice) => (
            format!("it hangs on {}", choice.symbol.shown()),
            "give the parameters that it hangs on in a parameters file, and name it with --parameters".to_owned(),
        ),
        _ => return None,
    };
    let remark = Remark {
        place: instance.type_place(),
        message: format!("the type of this resource cannot be decided: {reason}"),
        label: format!("may be {asked}"),
        note: "The resource is not checked.".to_owned(),
        help,
        related: Vec::new(),
        is_aside: false,
    };
    let finding = speaker.finding(rule, remark)?;
    Some(Finding { outcome: Outcome::Unknown, ..finding })
}

/// Whether `type_`, as a resource writes it, may be the full type `asked`; a child nested in its parent may write the last part alone.
fn may_be(type_: &Value, asked: &str, questions: usize) -> bool {
    match &type_.data {
        Data::String(text) => is_or_ends(asked, text),
        Data::Unknown(unknown) => is_possible(&unknown.bounds, asked),
        Data::Choice(choice) if questions > 0 => {
            let may_be = |value: &Value| may_be(value, asked, questions - 1);
            may_be(&choice.then.force()) || may_be(&choice.otherwise.force())
        }
        Data::Choice(_) => true,
        _ => false,
    }
}

fn is_or_ends(asked: &str, text: &str) -> bool {
    let last = asked.rsplit('/').next().unwrap_or_default();
    asked.eq_ignore_ascii_case(text) || last.eq_ignore_ascii_case(text)
}

fn is_possible(bounds: &Bounds, asked: &str) -> bool {
    if let Some(domain) = &bounds.domain {
        return domain.iter().any(|literal| matches!(literal, Literal::String(text) if is_or_ends(asked, text)));
    }
    let asked = asked.to_ascii_lowercase();
    let known = |piece: Option<&Piece>| match piece {
        Some(Piece::Known(text)) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    let Some(pieces) = &bounds.pieces else { return true };
    let (start, end) = (known(pieces.first()), known(pieces.last()));
    asked.ends_with(&end) && (asked.starts_with(&start) || !start.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str = "Microsoft.ContainerService/managedClusters";

    #[test]
    fn known_types_and_their_last_parts() {
        for (text, expected) in [
            ("microsoft.containerservice/MANAGEDCLUSTERS", true),
            ("managedClusters", true),
            ("Microsoft.ContainerService", false),
            ("Microsoft.Network/virtualNetworks", false),
            ("", false),
        ] {
            assert_eq!(is_or_ends(ASKED, text), expected, "{text}");
        }
    }

    #[test]
    fn bounds_tell_what_a_type_cannot_be() {
        let text = |text: &str| Literal::String(text.into());
        let domain =
            |texts: &[&str]| Bounds { domain: Some(texts.iter().map(|it| text(it)).collect()), ..Bounds::any() };
        let piece = |text: &str| Piece::Known(text.into());
        let pieces = |pieces: &[Piece]| Bounds { pieces: Some(pieces.into()), ..Bounds::any() };
        for (bounds, expected) in [
            (Bounds::any(), true),
            (domain(&["Microsoft.Network/virtualNetworks", "microsoft.containerservice/managedclusters"]), true),
            (domain(&["Microsoft.Network/virtualNetworks"]), false),
            (pieces(&[piece("Microsoft.containerService/"), piece("")]), true),
            (pieces(&[piece("Microsoft.Network/"), piece("")]), false),
            (pieces(&[piece(""), piece("/fleets")]), false),
            (pieces(&[piece(""), piece("Clusters")]), true),
        ] {
            assert_eq!(is_possible(&bounds, ASKED), expected, "{bounds:?}");
        }
    }
}
