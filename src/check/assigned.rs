//! Which parameters files the configuration gives to which templates.

use super::pairing::TemplateHead;
use crate::config::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the configuration assigns. Templates go by their indices.
#[derive(Debug, Default)]
pub struct Assigned {
    templates: BTreeSet<usize>,
    by_file: BTreeMap<PathBuf, Vec<usize>>,
}

impl Assigned {
    /// What the configuration says of these templates.
    pub fn new(config: &Config, templates: &[TemplateHead]) -> Self {
        let mut assigned = Self::default();
        if config.parameters.is_empty() {
            return assigned;
        }
        for (index, template) in templates.iter().enumerate() {
            let Some(files) = config.parameters_of(&template.path) else { continue };
            assigned.templates.insert(index);
            for file in files {
                assigned.by_file.entry(file).or_default().push(index);
            }
        }
        assigned
    }

    /// Whether it assigns nothing to any of the templates.
    pub fn is_empty(&self) -> bool {
        self.by_file.is_empty()
    }

    /// Whether the configuration, and nothing else, says which parameters files the template has; perhaps none.
    pub fn decides(&self, template: usize) -> bool {
        self.templates.contains(&template)
    }

    /// The templates that have the parameters file, in ascending order.
    pub fn owners_of(&self, file: &Path) -> &[usize] {
        self.by_file.get(file).map_or(&[], Vec::as_slice)
    }

    /// The full paths of the parameters files in order, each with its templates.
    pub fn files(&self) -> impl Iterator<Item = (&PathBuf, &[usize])> {
        self.by_file.iter().map(|(file, owners)| (file, owners.as_slice()))
    }
}
