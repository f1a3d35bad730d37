//! One suppression, wherever it is written, and the findings that it covers.

use super::Circumstances;
use crate::config::{Below, PathPattern};
use crate::date::Date;
use crate::finding::{Finding, Location};
use crate::source::Span;
use crate::syntax::Node;

/// A suppression.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `comment`, `metadata` or `configuration`.
    pub(super) kind: &'static str,
    /// Rule names, references, or beginnings of names up to a dot.
    pub(super) ids: Vec<String>,
    /// Why.
    pub(super) reason: Option<String>,
    /// The last day on which it counts.
    pub(super) until: Option<Date>,
    /// Where it is written.
    pub(super) location: Location,
    /// What it covers.
    pub(super) scope: Scope,
}

/// What a suppression covers, apart from the rule.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// The file that it is written in.
    File,
    /// A line of that file, counted from 0.
    Line(usize),
    /// What stands within a span of that file.
    Within(Span),
    /// Files whose paths match.
    Paths(Box<PathPattern>),
    /// All files.
    Everywhere,
}

/// The places by which a finding can be covered: what decides, and the declaration of the resource.
pub(super) struct Places<'f> {
    pub(super) places: Vec<Place<'f>>,
}

pub(super) struct Place<'f> {
    pub(super) location: &'f Location,
    /// The lines, from 0, on which a suppression covers it.
    pub(super) lines: Vec<usize>,
}

impl<'f> Places<'f> {
    /// The places of a finding. `tree_of` gives the trees of files in which suppressions may be written.
    pub(super) fn of<'t>(finding: &'f Finding, tree_of: impl Fn(&str) -> Option<&'t Node>) -> Self {
        let line = |location: &Location, offset| location.file.line_index(offset);
        let primary = &finding.primary.location;
        let mut places = vec![Place { location: primary, lines: vec![line(primary, primary.span.start)] }];
        if let Some(resource) = &finding.resource {
            let declaration = &resource.declaration;
            let mut lines = vec![line(declaration, declaration.span.start)];
            let object = tree_of(declaration.file.path()).and_then(|root| owner(root, declaration.span));
            lines.extend(object.map(|object| line(declaration, object.start)));
            places.push(Place { location: declaration, lines });
        }
        Self { places }
    }
}

/// The span of the innermost object around `span`.
fn owner(root: &Node, span: Span) -> Option<Span> {
    let mut node = root;
    let mut found = None;
    loop {
        if node.is_object() {
            found = Some(node.span);
        }
        // Children stand in order: the first that does not end before the span is the only one that can hold it.
        let (elements, members) = (node.elements(), node.members());
        let element = elements.get(elements.partition_point(|element| element.span.end < span.end));
        let member = members.get(members.partition_point(|member| member.value.span.end < span.end));
        let inner = element.or(member.map(|member| &member.value));
        match inner.filter(|inner| inner.span != span && inner.span.contains(span)) {
            Some(inner) => node = inner,
            None => return found.filter(|_| node.span.contains(span)),
        }
    }
}

impl Entry {
    /// Why it is not in force; `None`: it is.
    pub(super) fn objection(&self, circumstances: &Circumstances<'_>) -> Option<String> {
        if let (Some(until), Some(today)) = (self.until, circumstances.today)
            && until < today
        {
            return Some(format!("the suppression of {} ended on {until}", self.ids.join(", ")));
        }
        if circumstances.config.require_reason && self.reason.is_none() {
            return Some(format!(
                "the suppression of {} gives no reason, as the configuration demands",
                self.ids.join(", ")
            ));
        }
        None
    }
}

impl Scope {
    /// Whether the run could have found what it covers: a file of it was checked. `paths` are those of the checked files, sorted.
    pub(super) fn is_asked(&self, paths: &[Below]) -> bool {
        match self {
            Self::Paths(pattern) => pattern.holds_for_any(paths),
            // The files of one run say nothing of all the others.
            Self::Everywhere => false,
            Self::File | Self::Line(_) | Self::Within(_) => true,
        }
    }
}
