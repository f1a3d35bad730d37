//! One suppression, wherever it is written, and the findings that it covers.

use super::Circumstances;
use crate::config::PathPattern;
use crate::date::Date;
use crate::finding::{Finding, Location};
use crate::source::Span;
use crate::syntax::Node;
use std::sync::Arc;

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
    places: Vec<Place<'f>>,
}

struct Place<'f> {
    location: &'f Location,
    /// The lines, from 0, on which a suppression covers it.
    lines: Vec<usize>,
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
        let inner = node.elements().iter().chain(node.members().iter().map(|member| &member.value));
        match inner.into_iter().find(|inner| inner.span != span && inner.span.contains(span)) {
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

    /// Whether it covers the finding, whose rule it names.
    pub(super) fn covers(&self, finding: &Finding, places: &Places<'_>, circumstances: &Circumstances<'_>) -> bool {
        let is_here = |location: &Location| {
            Arc::ptr_eq(&location.file, &self.location.file) || location.file.path() == self.location.file.path()
        };
        let mut here = places.places.iter().filter(|place| is_here(place.location));
        match &self.scope {
            Scope::Everywhere => true,
            Scope::File => here.next().is_some(),
            Scope::Line(line) => here.any(|place| place.lines.contains(line)),
            Scope::Within(span) => here.any(|place| span.contains(place.location.span)),
            Scope::Paths(pattern) => {
                let declaration = finding.resource.as_ref().map(|resource| resource.declaration.file.path());
                let paths = std::iter::once(finding.primary.location.file.path()).chain(declaration);
                paths.into_iter().any(|path| is_named(pattern, path, circumstances))
            }
        }
    }
}

impl Scope {
    /// Whether the run could have found what it covers: a file of it was checked.
    pub(super) fn is_asked<'p>(
        &self,
        mut paths: impl Iterator<Item = &'p str>,
        circumstances: &Circumstances<'_>,
    ) -> bool {
        match self {
            Self::Paths(pattern) => paths.any(|path| is_named(pattern, path, circumstances)),
            // The files of one run say nothing of all the others.
            Self::Everywhere => false,
            Self::File | Self::Line(_) | Self::Within(_) => true,
        }
    }
}

fn is_named(pattern: &PathPattern, path: &str, circumstances: &Circumstances<'_>) -> bool {
    pattern.matches(&circumstances.config.folder, &circumstances.working_directory.join(path))
}
