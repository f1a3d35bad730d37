//! From the fix that a rule names to edits of the literals that decide.
//!
//! A fix is offered only for text that reaches its use unchanged; what a function made has no place to mend. Whether mending it
//! brings something else to light is for whoever checks again: see [`newcomer`](crate::fix::newcomer).

mod commanded;
mod entries;
mod list;
mod literal;
mod properties;
mod uses;

use super::Subject;
use crate::evaluate::Context;
use crate::finding::{Applicability, Fix};
use crate::fix::edits::Replacement;
use crate::rules::document::Node;
use crate::rules::evaluate::Failure;
use crate::source::FileId;
pub(super) use literal::Literals;
use std::rc::Rc;

/// Values in descriptions are cut to this many characters.
const VALUE_LENGTH: usize = 60;

/// What a fix is made for.
pub(super) struct Request<'a> {
    /// The failure, which holds in every world.
    pub(super) failure: &'a Failure,
    /// The resource that fails.
    pub(super) subject: &'a Subject,
    /// A context of the evaluation in which it fails.
    pub(super) context: &'a Rc<Context>,
    /// Whether the failure goes away with other arguments than the root template's defaults.
    pub(super) only_by_default: &'a dyn Fn() -> bool,
}

/// What is to be done, in words and in one file.
struct Plan {
    description: String,
    file: FileId,
    /// Empty: it can only be shown.
    replacements: Vec<Replacement>,
}

/// The fixes that the failure's rule names for it, as far as there is something to edit. Unknown names give none.
pub(super) fn offered(request: &Request<'_>, literals: &Literals<'_>) -> Vec<Fix> {
    fix(request, literals).into_iter().collect()
}

fn fix(request: &Request<'_>, literals: &Literals<'_>) -> Option<Fix> {
    // An exported resource is a copy: editing it deploys nothing.
    if matches!(request.subject, Subject::Exported { .. }) {
        return None;
    }
    let failure = request.failure;
    let named = failure.fix.as_ref()?;
    let text = |key: &str| named.get(key).and_then(Node::scalar);
    if let Some(fact) = text("when")
        && !failure.facts.iter().any(|known| known.name == fact)
    {
        return None;
    }
    if !literals.take_room() {
        return None;
    }
    let name = text("name")?;
    if let Subject::Commanded { command, .. } = request.subject {
        let plan = commanded::plan(&name, text("value"), command, failure, literals)?;
        return offer(plan, &text("applicability")?, literals);
    }
    let plan = match &*name {
        "alignNetwork" | "appendPrefix" => entries::normalise(failure, literals)?,
        "trimEntry" => entries::trim(failure, literals)?,
        "replaceEntry" => entries::split(failure, literals)?,
        "removeEntry" => entries::remove(failure, literals)?,
        "removeSentinel" => entries::remove_sentinel(failure, literals)?,
        "wrapInArray" => properties::wrap(failure, literals)?,
        "setValue" => properties::set(failure, &text("value")?, literals)?,
        "renameProperty" => properties::rename(request, literals)?,
        // Without the property, a cluster that is private by default alone would be open where it is not.
        "removeProperty" if !(request.only_by_default)() => properties::remove(failure, literals)?,
        _ => return None,
    };
    offer(plan, &text("applicability")?, literals)
}

fn offer(plan: Plan, applicability: &str, literals: &Literals<'_>) -> Option<Fix> {
    let applicability = match applicability {
        _ if plan.replacements.is_empty() => Applicability::DisplayOnly,
        "safe" => Applicability::Safe,
        "unsafe" => Applicability::Unsafe,
        _ => Applicability::DisplayOnly,
    };
    let file = literals.file(plan.file)?;
    let edits = plan.replacements.into_iter().map(|replacement| replacement.in_file(file)).collect();
    Some(Fix { description: plan.description, applicability, edits })
}
