//! Which files are analysed, and with which parameters files.

use super::analysis::{Analysis, TaskKind};
use super::assigned::Assigned;
use super::early::Early;
use super::load::{Loaded, Loader, Request};
use super::pairing::{ParametersHead, TemplateHead, Templates, declares_all, is_folders_parameters, places_of, stems};
use super::shape::Shape;
use super::text::Text;
use super::{CheckOptions, full, input};
use crate::discover::{Found, FoundKind, shown_path};
use crate::report::{InputKind, InputRecord, InputStatus};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The path of standard input that nobody gave a name.
const STANDARD_INPUT: &str = "<stdin>";

/// Why a parameters file is not used.
const NO_TEMPLATE: &str = "belongs to no template";

/// How many files a thread takes at a time.
const PORTION: usize = 16;

/// Larger buffers are not used again.
const BUFFER_BYTES: usize = 8 << 20;

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to analyse, by path.
    pub jobs: Vec<Job>,
    /// What is known of all inputs already.
    pub inputs: Vec<InputRecord>,
    /// JSON files of other kinds.
    pub other_files: usize,
    /// How many templates each parameters file is given to, by the path that reports print.
    pub claims: BTreeMap<Arc<str>, usize>,
}

/// One file to analyse.
#[derive(Clone, Debug)]
pub struct Job {
    /// What the file is.
    pub kind: TaskKind,
    /// Its text.
    pub text: Text,
    /// The texts of its parameters files, in order of their paths.
    pub parameters: Vec<Text>,
    /// Whether the user named it.
    pub named: bool,
    /// Whether it has been parsed, so that `kind` is certain.
    pub parsed: bool,
    /// Whether a rule may have something to say about it; else it only needs to be what it seems.
    pub may_hold: bool,
    /// What is said of it, if that is known already.
    pub early: Option<Box<Analysis>>,
}

impl Job {
    /// Bytes of text, which say how long it may take.
    pub fn bytes(&self) -> usize {
        self.text.bytes() + self.parameters.iter().map(Text::bytes).sum::<usize>()
    }
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
    /// In full.
    path: Arc<Path>,
    role: Role,
    named: bool,
    shown: Arc<str>,
    loaded: Loaded,
    /// What is said of it without parameters files.
    early: Option<Box<Analysis>>,
}

/// Reads the files, brings in those that belong to them, and pairs parameters files with templates.
pub fn plan(options: &CheckOptions, loader: &Loader<'_>, files: Vec<Found>, early: Option<&Early<'_>>) -> Plan {
    let base = &options.working_directory;
    let mut named: Vec<Arc<Path>> =
        files.iter().filter(|found| found.named).map(|found| full_path(base, &found.path)).collect();
    let given = options.standard_input.as_ref();
    let given_path: Option<Arc<Path>> =
        given.map(|given| full(base, given.path.as_deref().unwrap_or(Path::new(STANDARD_INPUT))).into());
    if let (Some(path), true) = (&given_path, given.is_some_and(|given| given.path.is_some())) {
        named.push(path.clone());
    }
    let mut beside = neighbours(&named);
    let found = files.iter().map(|found| &*found.path).chain(named.iter().map(|path| &**path));
    let must_parse =
        MustParse::new(base, !options.parameters.is_empty(), found.chain(beside.iter().map(|path| &**path)));
    let mut candidates = load_all(options, loader, files, Role::Asked, &must_parse, early);
    if let (Some(given), Some(path)) = (given, given_path) {
        let shown: Arc<str> = shown_path(base, &path).into();
        candidates.retain(|candidate| candidate.path != path);
        let request = Request { path: None, shown: &shown, named: true, parse: must_parse.covers(&path) };
        let loaded = loader.load_bytes(request, &given.bytes);
        candidates.push(Candidate { path, role: Role::Asked, named: true, shown, loaded, early: None });
    }
    for candidate in candidates.iter().filter(|candidate| candidate.named) {
        if let Loaded::File { shape, .. } = &candidate.loaded
            && let Shape::Parameters { template: Some(written), .. } = &**shape
        {
            beside.extend(places_of(&candidate.path, written).into_iter().find(|place| place.is_file()));
        }
    }
    // A parameters file that the configuration pairs with one template brings it along, too.
    for pairing in &options.config.parameters {
        let template = options.config.folder.join(pairing.template.as_str());
        if pairing.files.iter().any(|file| named.iter().any(|path| **path == **file)) && template.is_file() {
            beside.push(full(base, &template));
        }
    }
    if !beside.is_empty() {
        let known: FxHashSet<&Path> = candidates.iter().map(|candidate| &*candidate.path).collect();
        beside.retain(|path| !known.contains(&**path));
        beside.sort();
        beside.dedup();
        let beside = beside.into_iter().map(|path| found_at(base, path)).collect();
        candidates.extend(load_all(options, loader, beside, Role::Beside, &must_parse, None));
    }
    candidates.sort_by(|left, right| left.shown.cmp(&right.shown));
    Pairing::new(options, candidates).plan(options, loader)
}

/// Of which templates the names of the parameters are asked for.
enum MustParse {
    /// Of all: `--parameters` gives files to those that declare their entries.
    All,
    /// Of those beside a `parameters.json`: it belongs to the only template of its folder that declares its entries.
    In(BTreeSet<PathBuf>),
}

impl MustParse {
    fn new<'p>(base: &Path, all: bool, files: impl Iterator<Item = &'p Path>) -> Self {
        if all {
            return Self::All;
        }
        let files = files.filter(|path| is_folders_parameters(path)).map(|path| full(base, path));
        Self::In(files.filter_map(|path| path.parent().map(Path::to_owned)).collect())
    }

    fn covers(&self, path: &Path) -> bool {
        match self {
            Self::All => true,
            Self::In(folders) => !folders.is_empty() && path.parent().is_some_and(|folder| folders.contains(folder)),
        }
    }
}

fn found_at(base: &Path, path: PathBuf) -> Found {
    Found { shown: shown_path(base, &path).into(), path: path.into(), kind: FoundKind::Json, named: false }
}

/// The full path of a file that was found: nearly always the one it was found by.
fn full_path(base: &Path, found: &Arc<Path>) -> Arc<Path> {
    let is_full = found.is_absolute() && !found.components().any(|part| part == Component::ParentDir);
    if is_full { found.clone() } else { full(base, found).into() }
}

fn load_all(
    options: &CheckOptions,
    loader: &Loader<'_>,
    files: Vec<Found>,
    role: Role,
    must_parse: &MustParse,
    early: Option<&Early<'_>>,
) -> Vec<Candidate> {
    let base = &options.working_directory;
    let load_one = |buffer: &mut Vec<u8>, found: Found| {
        let path = full_path(base, &found.path);
        let parse = must_parse.covers(&path);
        let request = Request { path: Some(&found.path), shown: &found.shown, named: found.named, parse };
        let loaded = loader.load(request, buffer);
        // One large file must not cost memory until the end.
        if buffer.capacity() > BUFFER_BYTES {
            *buffer = vec![];
        }
        let early = early.and_then(|early| early.analysis(&path, found.named, &loaded));
        options.advance();
        Candidate { path, role, named: found.named, loaded, shown: found.shown, early }
    };
    // In small portions, so that no thread is left with a long one when the others are done.
    files.into_par_iter().with_max_len(PORTION).map_init(Vec::new, load_one).collect()
}

/// The files beside named ones that may belong to them: their parameters files, their template; all JSON of the folder where a
/// `parameters.json` lies, because it counts how many of them are templates.
fn neighbours(named: &[Arc<Path>]) -> Vec<PathBuf> {
    let mut folders: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for path in named {
        folders.entry(path.parent().unwrap_or(Path::new(""))).or_default().push(path);
    }
    let mut beside = BTreeSet::new();
    for (folder, files) in folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let is_json = |path: &Path| path.extension().is_some_and(|name| name.eq_ignore_ascii_case("json"));
        let siblings = entries.flatten().map(|entry| (entry.path(), entry)).filter(|(path, _)| is_json(path));
        let siblings: Vec<_> = siblings.filter(|(path, entry)| is_file(path, entry)).map(|(path, _)| path).collect();
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

/// Whether it is a file, or a link to one; only of links the file system has to be asked.
fn is_file(path: &Path, entry: &fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_symlink() && path.is_file())
}

/// Templates and parameters files side by side.
struct Pairing {
    candidates: Vec<Candidate>,
    /// The templates among them.
    templates: Templates,
    /// The index of each template's candidate.
    template_candidates: Vec<usize>,
    assigned: Assigned,
}

impl Pairing {
    fn new(options: &CheckOptions, candidates: Vec<Candidate>) -> Self {
        let (mut heads, mut template_candidates) = (vec![], vec![]);
        for (index, candidate) in candidates.iter().enumerate() {
            let parameters = match &candidate.loaded {
                Loaded::File { shape, .. } => match &**shape {
                    Shape::Template { parameters } => Some(parameters.clone()),
                    _ => continue,
                },
                Loaded::Template { .. } | Loaded::Excluded => None,
                Loaded::Other | Loaded::Unusable(_) => continue,
            };
            heads.push(TemplateHead { path: candidate.path.clone(), parameters });
            template_candidates.push(index);
        }
        let assigned = Assigned::new(&options.config, &heads);
        Self { candidates, templates: Templates::new(heads), template_candidates, assigned }
    }

    fn plan(self, options: &CheckOptions, loader: &Loader<'_>) -> Plan {
        let mut plan = Plan::default();
        let mut arguments: BTreeMap<usize, Vec<Text>> = BTreeMap::new();
        let mut asked: BTreeSet<usize> = self.asked_templates();
        for candidate in &self.candidates {
            let Loaded::File { text, shape, .. } = &candidate.loaded else { continue };
            let Shape::Parameters { template, entries } = &**shape else { continue };
            if !options.parameters.is_empty() {
                if candidate.role == Role::Asked {
                    let reason = Some("replaced by --parameters");
                    plan.inputs.push(parameters(&candidate.shown, InputStatus::Skipped, reason));
                }
                continue;
            }
            let head =
                ParametersHead { path: candidate.path.clone(), template: template.clone(), entries: entries.clone() };
            let mut owners = self.assigned.owners_of(&candidate.path).to_vec();
            let mut reason = NO_TEMPLATE;
            if owners.is_empty()
                && let Some(owner) = self.templates.owner_of(&head)
            {
                if self.assigned.decides(owner) {
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
                arguments.entry(owner).or_default().push(text.clone());
            }
        }
        if options.parameters.is_empty() {
            self.give_assigned(options, loader, &asked, &mut arguments, &mut plan);
        }
        for path in &options.parameters {
            self.give(options, loader, path, &asked, &mut arguments, &mut plan);
        }
        for text in arguments.values().flatten() {
            *plan.claims.entry(text.shown().clone()).or_default() += 1;
        }
        plan.inputs.reserve_exact(self.candidates.len());
        plan.jobs.reserve_exact(self.candidates.iter().filter(|candidate| candidate.loaded.may_hold()).count());
        let mut owners = self.template_candidates.iter().enumerate().peekable();
        for (index, candidate) in self.candidates.into_iter().enumerate() {
            let owner = owners.next_if(|(_, candidate)| **candidate == index).map(|(owner, _)| owner);
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

    /// Gives templates those of their configured parameters files that were not met on the way.
    fn give_assigned(
        &self,
        options: &CheckOptions,
        loader: &Loader<'_>,
        asked: &BTreeSet<usize>,
        arguments: &mut BTreeMap<usize, Vec<Text>>,
        plan: &mut Plan,
    ) {
        if self.assigned.is_empty() {
            return;
        }
        let met: FxHashSet<&Path> = self.candidates.iter().map(|candidate| &*candidate.path).collect();
        for (path, owners) in self.assigned.files() {
            let owners: Vec<usize> = owners.iter().copied().filter(|owner| asked.contains(owner)).collect();
            if owners.is_empty() || met.contains(&**path) {
                continue;
            }
            let found = found_at(&options.working_directory, path.clone());
            let Some((text, _)) = load_parameters(loader, &found, plan) else { continue };
            plan.inputs.push(parameters(&found.shown, InputStatus::Checked, None));
            for owner in owners {
                let texts = arguments.entry(owner).or_default();
                texts.push(text.clone());
                texts.sort_by(|left, right| left.shown().cmp(right.shown()));
            }
        }
    }

    /// Gives a file of `--parameters` to the only template, or else to each that declares all its entries.
    fn give(
        &self,
        options: &CheckOptions,
        loader: &Loader<'_>,
        path: &Path,
        asked: &BTreeSet<usize>,
        arguments: &mut BTreeMap<usize, Vec<Text>>,
        plan: &mut Plan,
    ) {
        let base = &options.working_directory;
        let found = found_at(base, full(base, path));
        let Some((text, head)) = load_parameters(loader, &found, plan) else { return };
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
            arguments.entry(owner).or_default().push(text.clone());
        }
    }
}

/// Loads a file that somebody says is a parameters file; or notes why it is none.
fn load_parameters(loader: &Loader<'_>, found: &Found, plan: &mut Plan) -> Option<(Text, ParametersHead)> {
    let request = Request { path: Some(&found.path), shown: &found.shown, named: true, parse: true };
    match loader.load(request, &mut vec![]) {
        Loaded::File { text, shape, .. } => {
            if let Shape::Parameters { template, entries } = *shape {
                return Some((text, ParametersHead { path: found.path.clone(), template, entries }));
            }
        }
        Loaded::Unusable(record) => {
            plan.inputs.push(InputRecord { kind: InputKind::Parameters, ..*record });
            return None;
        }
        _ => {}
    }
    let reason = Some("not a parameters file: expected an object with `parameters`");
    plan.inputs.push(parameters(&found.shown, InputStatus::Failed, reason));
    None
}

/// Adds a candidate that is no parameters file.
fn add(plan: &mut Plan, candidate: Candidate, parameters: Vec<Text>) {
    let Candidate { named, shown, loaded, early, .. } = candidate;
    let early = early.filter(|_| parameters.is_empty());
    let checked = |kind| input(shown, kind, InputStatus::Checked, None);
    match loaded {
        Loaded::File { text, shape, may_hold } => {
            let (kind, shown) = match *shape {
                Shape::Parameters { .. } => return,
                Shape::Resources => (TaskKind::Resources, InputKind::Resources),
                _ => (TaskKind::Template, InputKind::Template),
            };
            plan.inputs.push(checked(shown));
            if may_hold {
                plan.jobs.push(Job { kind, text, parameters, named, parsed: true, may_hold, early });
            }
        }
        Loaded::Template { text, may_hold } => {
            plan.inputs.push(checked(InputKind::Template));
            plan.jobs.push(Job { kind: TaskKind::Template, text, parameters, named, parsed: false, may_hold, early });
        }
        Loaded::Excluded => plan.inputs.push(checked(InputKind::Template)),
        Loaded::Other => plan.other_files += 1,
        Loaded::Unusable(record) => plan.inputs.push(*record),
    }
}

/// What is said of a parameters file without template.
pub fn unowned(path: &Arc<str>) -> InputRecord {
    parameters(path, InputStatus::Skipped, Some(NO_TEMPLATE))
}

fn parameters(path: &Arc<str>, status: InputStatus, message: Option<&str>) -> InputRecord {
    input(path.clone(), InputKind::Parameters, status, message.map(str::to_owned))
}
