//! Which files are analysed, and with which parameters files.

use super::analysis::{Prepared, Task, TaskKind};
use super::load::{Loaded, load, load_bytes};
use super::pairing::{ParametersHead, TemplateHead, declares_all, places_of, stems, template_of};
use super::shape::Shape;
use super::{CheckOptions, full, input};
use crate::discover::{Found, FoundKind, shown_path};
use crate::report::{InputKind, InputRecord, InputStatus};
use crate::source::SourceFile;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The path of standard input that nobody gave a name.
const STANDARD_INPUT: &str = "<stdin>";

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to analyse, by path.
    pub tasks: Vec<Task>,
    /// What is known of all inputs already.
    pub inputs: Vec<InputRecord>,
    /// JSON files of other kinds.
    pub other_files: usize,
}

/// Why a file takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// It only stands beside a file that was named, and may belong to it.
    Beside,
    /// It was found, or named.
    Asked,
}

struct Candidate {
    path: PathBuf,
    role: Role,
    named: bool,
    shown: String,
    loaded: Loaded,
}

/// Reads the files, brings in those that belong to them, and pairs parameters files with templates.
pub fn plan(options: &CheckOptions, prepared: &Prepared, files: Vec<Found>) -> Plan {
    let base = &options.working_directory;
    let mut known: BTreeSet<PathBuf> = files.iter().map(|found| full(base, &found.path)).collect();
    let mut named: Vec<PathBuf> =
        files.iter().filter(|found| found.named).map(|found| full(base, &found.path)).collect();
    let mut candidates = load_all(options, prepared, files, Role::Asked);
    if let Some(given) = &options.standard_input {
        let path = full(base, given.path.as_deref().unwrap_or(Path::new(STANDARD_INPUT)));
        let shown = shown_path(base, &path);
        if given.path.is_some() {
            known.insert(path.clone());
            named.push(path.clone());
        }
        candidates.retain(|candidate| candidate.path != path);
        let bytes = options.texts.get(&shown).map_or(given.bytes.as_slice(), |text| text.as_bytes());
        let loaded = load_bytes(&shown, bytes, true, &prepared.needles);
        candidates.push(Candidate { path, role: Role::Asked, named: true, shown, loaded });
    }
    let mut beside = neighbours(&named);
    for candidate in candidates.iter().filter(|candidate| candidate.named) {
        if let Loaded::File { shape: Shape::Parameters { template: Some(written), .. }, .. } = &candidate.loaded {
            beside.extend(places_of(&candidate.path, written).into_iter().find(|place| place.is_file()));
        }
    }
    // A parameters file that the configuration pairs with one template brings it along, too.
    for pairing in &options.config.parameters {
        let template = options.config.folder.join(pairing.template.as_str());
        if pairing.files.iter().any(|file| named.contains(file)) && template.is_file() {
            beside.push(full(base, &template));
        }
    }
    let beside = beside.into_iter().filter(|path| known.insert(path.clone())).map(|path| found(base, path)).collect();
    candidates.extend(load_all(options, prepared, beside, Role::Beside));
    candidates.sort_by(|left, right| left.shown.cmp(&right.shown));
    Pairing::new(candidates).plan(options, prepared)
}

fn found(base: &Path, path: PathBuf) -> Found {
    Found { shown: shown_path(base, &path), path, kind: FoundKind::Json, named: false }
}

fn load_all(options: &CheckOptions, prepared: &Prepared, files: Vec<Found>, role: Role) -> Vec<Candidate> {
    let candidate = |found: Found| Candidate {
        path: full(&options.working_directory, &found.path),
        role,
        named: found.named,
        loaded: load_one(options, prepared, &found),
        shown: found.shown,
    };
    files.into_par_iter().map(candidate).collect()
}

/// Loads a file, or the text that takes its place.
fn load_one(options: &CheckOptions, prepared: &Prepared, found: &Found) -> Loaded {
    match options.texts.get(&found.shown) {
        Some(text) => load_bytes(&found.shown, text.as_bytes(), found.named, &prepared.needles),
        None => load(found, &prepared.needles, options.max_file_bytes),
    }
}

/// The files beside named ones that may belong to them: their parameters files, their template; all JSON of the folder where a
/// `parameters.json` lies, because it counts how many of them are templates.
fn neighbours(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: BTreeMap<&Path, Vec<&PathBuf>> = BTreeMap::new();
    for path in named {
        folders.entry(path.parent().unwrap_or(Path::new(""))).or_default().push(path);
    }
    let mut beside = BTreeSet::new();
    for (folder, files) in folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let is_json = |path: &PathBuf| path.extension().is_some_and(|name| name.eq_ignore_ascii_case("json"));
        let siblings: Vec<_> =
            entries.flatten().map(|entry| entry.path()).filter(|path| is_json(path) && path.is_file()).collect();
        if siblings.iter().any(|path| path.file_name().is_some_and(|name| name == "parameters.json")) {
            beside.extend(siblings);
            continue;
        }
        let wanted: BTreeSet<_> = files.iter().filter_map(|path| path.file_stem()).collect();
        let leads: BTreeSet<_> =
            files.iter().flat_map(|path| stems(path)).map(|stem| folder.join(format!("{stem}.json"))).collect();
        beside.extend(siblings.into_iter().filter(|path| {
            leads.contains(path) || stems(path).iter().any(|stem| wanted.contains(std::ffi::OsStr::new(stem)))
        }));
    }
    beside.into_iter().collect()
}

/// Templates and parameters files side by side.
struct Pairing {
    candidates: Vec<Candidate>,
    /// Templates, and the index of each one's candidate.
    templates: Vec<TemplateHead>,
    template_candidates: Vec<usize>,
}

impl Pairing {
    fn new(candidates: Vec<Candidate>) -> Self {
        let (mut templates, mut template_candidates) = (vec![], vec![]);
        for (index, candidate) in candidates.iter().enumerate() {
            let parameters = match &candidate.loaded {
                Loaded::File { shape: Shape::Template { parameters }, .. } => Some(parameters.clone()),
                Loaded::Excluded => None,
                _ => continue,
            };
            templates.push(TemplateHead { path: candidate.path.clone(), parameters });
            template_candidates.push(index);
        }
        Self { candidates, templates, template_candidates }
    }

    fn plan(self, options: &CheckOptions, prepared: &Prepared) -> Plan {
        let mut plan = Plan::default();
        let mut arguments: BTreeMap<usize, Vec<Arc<SourceFile>>> = BTreeMap::new();
        let mut asked: BTreeSet<usize> = self.asked_templates();
        for candidate in &self.candidates {
            let Loaded::File { file, shape: Shape::Parameters { template, entries }, .. } = &candidate.loaded else {
                continue;
            };
            let head =
                ParametersHead { path: candidate.path.clone(), template: template.clone(), entries: entries.clone() };
            if !options.parameters.is_empty() {
                if candidate.role == Role::Asked {
                    plan.inputs.push(parameters(
                        &candidate.shown,
                        InputStatus::Skipped,
                        Some("replaced by --parameters"),
                    ));
                }
                continue;
            }
            let mut owners = self.configured_owners(options, &candidate.path);
            let mut reason = "belongs to no template";
            if owners.is_empty()
                && let Some(owner) = template_of(&head, &self.templates)
            {
                if self.configured(options, owner).is_some() {
                    reason = "replaced by the configuration";
                } else {
                    owners.push(owner);
                }
            }
            owners.retain(|owner| candidate.named || asked.contains(owner));
            if !owners.is_empty() {
                plan.inputs.push(parameters(&candidate.shown, InputStatus::Checked, None));
            } else if candidate.role != Role::Beside {
                plan.inputs.push(parameters(&candidate.shown, InputStatus::Skipped, Some(reason)));
            }
            for owner in owners {
                asked.insert(owner);
                arguments.entry(owner).or_default().push(file.clone());
            }
        }
        if options.parameters.is_empty() {
            self.give_configured(options, prepared, &asked, &mut arguments, &mut plan);
        }
        for path in &options.parameters {
            self.give(options, prepared, path, &asked, &mut arguments, &mut plan);
        }
        for (index, candidate) in self.candidates.iter().enumerate() {
            let owner = self.template_candidates.iter().position(|template| *template == index);
            if candidate.role == Role::Beside && !owner.is_some_and(|owner| asked.contains(&owner)) {
                continue;
            }
            let given = owner.and_then(|owner| arguments.remove(&owner)).unwrap_or_default();
            add(&mut plan, candidate, given);
        }
        plan
    }

    fn asked_templates(&self) -> BTreeSet<usize> {
        let is_asked = |index: &usize| self.candidates.get(*index).is_some_and(|found| found.role == Role::Asked);
        self.template_candidates.iter().enumerate().filter(|(_, index)| is_asked(index)).map(|(at, _)| at).collect()
    }

    /// The parameters files that the configuration gives to a template.
    fn configured(&self, options: &CheckOptions, owner: usize) -> Option<Vec<PathBuf>> {
        options.config.parameters_of(&self.templates.get(owner)?.path)
    }

    /// The templates to which the configuration gives the parameters file at `path`.
    fn configured_owners(&self, options: &CheckOptions, path: &Path) -> Vec<usize> {
        let gives =
            |owner: &usize| self.configured(options, *owner).is_some_and(|files| files.iter().any(|file| file == path));
        (0..self.templates.len()).filter(gives).collect()
    }

    /// Gives templates those of their configured parameters files that were not met on the way.
    fn give_configured(
        &self,
        options: &CheckOptions,
        prepared: &Prepared,
        asked: &BTreeSet<usize>,
        arguments: &mut BTreeMap<usize, Vec<Arc<SourceFile>>>,
        plan: &mut Plan,
    ) {
        let mut owners: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        for owner in asked {
            for path in self.configured(options, *owner).unwrap_or_default() {
                if !self.candidates.iter().any(|candidate| candidate.path == path) {
                    owners.entry(path).or_default().push(*owner);
                }
            }
        }
        for (path, owners) in owners {
            let found = Found { named: true, ..found(&options.working_directory, path) };
            let Some((file, _)) = load_parameters(options, prepared, &found, plan) else { continue };
            plan.inputs.push(parameters(&found.shown, InputStatus::Checked, None));
            for owner in owners {
                let files = arguments.entry(owner).or_default();
                files.push(file.clone());
                files.sort_by(|left, right| left.path().cmp(right.path()));
            }
        }
    }

    /// Gives a file of `--parameters` to the only template, or else to each that declares all its entries.
    fn give(
        &self,
        options: &CheckOptions,
        prepared: &Prepared,
        path: &Path,
        asked: &BTreeSet<usize>,
        arguments: &mut BTreeMap<usize, Vec<Arc<SourceFile>>>,
        plan: &mut Plan,
    ) {
        let base = &options.working_directory;
        let found = Found { named: true, ..found(base, full(base, path)) };
        let Some((file, head)) = load_parameters(options, prepared, &found, plan) else { return };
        let fits = |owner: &usize| {
            asked.len() == 1 || self.templates.get(*owner).is_some_and(|template| declares_all(template, &head))
        };
        let owners: Vec<_> = asked.iter().copied().filter(fits).collect();
        if owners.is_empty() {
            let reason = Some("no template that is checked declares all its entries");
            plan.inputs.push(parameters(&found.shown, InputStatus::Failed, reason));
            return;
        }
        plan.inputs.push(parameters(&found.shown, InputStatus::Checked, None));
        for owner in owners {
            arguments.entry(owner).or_default().push(file.clone());
        }
    }
}

/// Loads a file that somebody says is a parameters file; or notes why it is none.
fn load_parameters(
    options: &CheckOptions,
    prepared: &Prepared,
    found: &Found,
    plan: &mut Plan,
) -> Option<(Arc<SourceFile>, ParametersHead)> {
    match load_one(options, prepared, found) {
        Loaded::File { file, shape: Shape::Parameters { template, entries }, .. } => {
            Some((file, ParametersHead { path: found.path.clone(), template, entries }))
        }
        Loaded::Unusable(record) => {
            plan.inputs.push(InputRecord { kind: InputKind::Parameters, ..record });
            None
        }
        _ => {
            let reason = Some("not a parameters file: expected an object with `parameters`");
            plan.inputs.push(parameters(&found.shown, InputStatus::Failed, reason));
            None
        }
    }
}

/// Adds a candidate that is no parameters file.
fn add(plan: &mut Plan, candidate: &Candidate, parameters: Vec<Arc<SourceFile>>) {
    let checked = |kind| input(&candidate.shown, kind, InputStatus::Checked, None);
    match &candidate.loaded {
        Loaded::File { shape: Shape::Parameters { .. }, .. } => {}
        Loaded::File { file, shape, may_hold } => {
            let (kind, shown) = match shape {
                Shape::Resources => (TaskKind::Resources, InputKind::Resources),
                _ => (TaskKind::Template, InputKind::Template),
            };
            plan.inputs.push(checked(shown));
            if *may_hold {
                plan.tasks.push(Task { kind, file: file.clone(), parameters });
            }
        }
        Loaded::Excluded => plan.inputs.push(checked(InputKind::Template)),
        Loaded::Other => plan.other_files += 1,
        Loaded::Unusable(record) => plan.inputs.push(record.clone()),
    }
}

fn parameters(path: &str, status: InputStatus, message: Option<&str>) -> InputRecord {
    input(path, InputKind::Parameters, status, message.map(str::to_owned))
}
