//! From the origin of a value to labels: the literal that decides, and the way it took to the resource.

use crate::evaluate::value::{Origin, StepKind};
use crate::finding::{Label, Location};
use crate::source::{Place, Sources, Span};
use rustc_hash::FxHashSet;

/// How many places of the way a finding shows beside its primary one.
const MAX_RELATED: usize = 6;

/// Where a finding about a present value points: the literal, or the expression that made it.
pub(super) fn place_of_value(origin: &Origin) -> Place {
    origin.place
}

/// Where a finding about something missing from a container points: the container's key, or its first byte.
pub(super) fn place_of_container(origin: &Origin) -> Place {
    let span = match origin.key {
        Some(key) => key,
        None if origin.literal => Span::new(origin.place.span.start, origin.place.span.start + 1),
        None => origin.place.span,
    };
    Place { span, ..origin.place }
}

/// The places on the way from the literal to the resource, the literal's side first. `resource` is the resource's declaration.
pub(super) fn way(origin: &Origin, primary: Place, resource: Place, sources: &Sources) -> Vec<Label> {
    let mut steps: Vec<_> = origin.steps().collect();
    // The way to its use is told from the literal on.
    steps.reverse();
    let mut seen = FxHashSet::default();
    seen.insert(primary);
    let mut labels = Vec::new();
    for step in &steps {
        let text = match &step.kind {
            StepKind::Default(name) => format!("the default of parameter '{name}'"),
            StepKind::ParametersFile(name) => format!("passed as '{name}' by this parameters file"),
            StepKind::Argument(name) => format!("passed to the nested deployment as '{name}'"),
            StepKind::Output(name) => format!("comes back as output '{name}'"),
            StepKind::Function(name) => format!("made by {name}()"),
            // The uses on the way say little; the last one is told below.
            StepKind::Parameter(_) | StepKind::Variable(_) | StepKind::Loop(_) | StepKind::Branch => continue,
        };
        if seen.insert(step.place) && !overlaps(step.place, primary) {
            labels.extend(label(sources, step.place, text));
        }
    }
    let is_inside = |place: Place| place.file == resource.file && resource.span.contains(place.span);
    if !is_inside(primary)
        && let Some(step) = steps.iter().rev().find(|step| is_inside(step.place))
        && seen.insert(step.place)
    {
        labels.extend(label(sources, step.place, "reaches the resource here".to_owned()));
    }
    labels.truncate(MAX_RELATED);
    labels
}

fn overlaps(one: Place, other: Place) -> bool {
    one.file == other.file && (one.span.contains(other.span) || other.span.contains(one.span))
}

/// A label at a place; `None` if its file is not known.
pub(super) fn label(sources: &Sources, place: Place, text: String) -> Option<Label> {
    let file = sources.get(place.file)?.clone();
    Some(Label { location: Location { file, span: place.span }, text })
}
