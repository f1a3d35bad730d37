//! Findings of the linter's own: about files and what could not be done with them, not about a resource.

use super::Ruling;
use super::fingerprint::unformatted;
use crate::digest::fnv;
use crate::finding::{Finding, Label, Location, Outcome};
use crate::rules::rule::Rule;
use crate::source::{Place, Sources};

/// Says things about the files of one evaluation, where the rule that stands for them is wanted.
pub struct Speaker<'a> {
    /// The rules.
    pub ruling: &'a Ruling<'a>,
    /// The files that places name.
    pub sources: &'a Sources,
    /// The parameters file of the evaluation; `None` also for what holds whichever is used.
    pub parameters_file: Option<&'a str>,
}

/// What is to be said.
pub(super) struct Remark {
    /// Where.
    pub(super) place: Place,
    /// What is wrong.
    pub(super) message: String,
    /// What to say at the place.
    pub(super) label: String,
    /// Why it matters; may be empty.
    pub(super) note: String,
    /// What to do.
    pub(super) help: String,
    /// Other places that matter, with what to say there.
    pub(super) related: Vec<(Place, String)>,
    /// Whether it does not matter to what is checked: it stands one level lower.
    pub(super) is_aside: bool,
}

impl<'a> Speaker<'a> {
    /// The rule called `reference`, if its findings are wanted.
    pub(super) fn rule(&self, reference: &str) -> Option<&'a Rule> {
        self.ruling.wanted(reference)
    }

    /// The finding that makes a remark under a rule; `None` if its file is not known.
    pub(super) fn finding(&self, rule: &Rule, remark: Remark) -> Option<Finding> {
        let location = |place: Place| Some(Location { file: self.sources.get(place.file)?.clone(), span: place.span });
        let at = location(remark.place)?;
        let written = at.file.slice(at.span);
        let reference = &rule.metadata.reference;
        let related =
            remark.related.into_iter().filter_map(|(place, text)| Some(Label { location: location(place)?, text }));
        Some(Finding {
            rule: rule.metadata.name.clone(),
            reference: reference.clone(),
            level: if remark.is_aside { rule.level.lowered() } else { rule.level },
            outcome: Outcome::Fail,
            fingerprint: format!(
                "{:016x}",
                fnv(&[reference.as_ref(), &unformatted(written), &remark.message].join("\u{0}"))
            ),
            message: remark.message,
            note: remark.note,
            help: remark.help,
            resource: None,
            related: related.collect(),
            primary: Label { location: at, text: remark.label },
            conditions: Vec::new(),
            parameters_file: self.parameters_file.map(str::to_owned),
            fixes: Vec::new(),
            suppressed: None,
        })
    }
}
