//! The front door: from options to a [`Report`].
//!
//! Files are found, read and sorted out here; what is said about each is [`analysis`].

pub mod analysis;
mod assigned;
mod configured;
mod declared;
mod early;
mod judging;
pub mod linked;
pub mod load;
pub mod offers;
pub mod pairing;
mod plan;
pub mod progress;
pub mod reuse;
pub mod ruleset;
mod scripts;
pub mod shape;
pub mod task;
pub mod text;

use crate::config::Config;
use crate::date::Date;
use crate::discover::{Discovered, FoundKind, discover_with};
use crate::read::MAX_FILE_BYTES;
use crate::report::{ClusterCounts, InputKind, InputRecord, InputStatus, Report};
use crate::suppress::{Baseline, Checked};
use crate::syntax::parse_within;
use analysis::{Analysis, Correction, Prepared, Task};
use early::Early;
use load::{Loader, broken};
use plan::Job;
use progress::{Progress, Stage};
use rayon::prelude::*;
use reuse::Reuse;
use rustc_hash::FxHashSet;
use shape::{Shape, shape};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// Bytes of stack that each worker has: nesting is bounded, and its bound fits here with room to spare.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What to check, and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Relative paths start here, and reports print paths relative to it.
    pub working_directory: PathBuf,
    /// Files and folders to check.
    pub paths: Vec<PathBuf>,
    /// A text that takes the place of a file.
    pub standard_input: Option<StandardInput>,
    /// Texts that take the place of files, by the path that reports print: what a fix would write.
    pub texts: BTreeMap<String, String>,
    /// Parameters files that replace those found.
    pub parameters: Vec<PathBuf>,
    /// Rules to run; empty: all.
    pub select: Vec<String>,
    /// Rules not to run.
    pub ignore: Vec<String>,
    /// Files and folders with rules of the user's own.
    pub rules: Vec<PathBuf>,
    /// The baseline (of PSRule's kind) that chooses rules and sets levels and configuration values.
    pub rule_baseline: Option<String>,
    /// Whether the shipped rules run.
    pub default_rules: bool,
    /// Whether what PSRule would tolerate in a rule document is an error.
    pub strict_rules: bool,
    /// Whether commands in scripts and pipeline files are read too.
    pub scripts: bool,
    /// Whether the report holds findings of rules that passed or did not apply: many, and few want them.
    pub passes: bool,
    /// Larger files are not read, in bytes.
    pub max_file_bytes: u64,
    /// The configuration; [`configured`](Self::configured) sets it.
    pub config: Config,
    /// Findings that are known and do not count.
    pub baseline: Option<Arc<Baseline>>,
    /// Today, for suppressions that end on a day; without it none does.
    pub today: Option<Date>,
    /// Where the run tells how far it is, if somebody wants to know.
    pub progress: Option<Arc<Progress>>,
    /// What is known from a run that differs in `texts` only, and takes up what this one finds out.
    pub reuse: Option<Arc<Reuse>>,
}

impl CheckOptions {
    /// Checks nothing yet, with the shipped rules, from `working_directory`.
    pub fn new(working_directory: impl Into<PathBuf>) -> Self {
        Self {
            working_directory: working_directory.into(),
            paths: vec![],
            standard_input: None,
            texts: BTreeMap::new(),
            parameters: vec![],
            select: vec![],
            ignore: vec![],
            rules: vec![],
            rule_baseline: None,
            default_rules: true,
            strict_rules: false,
            scripts: false,
            passes: true,
            max_file_bytes: MAX_FILE_BYTES,
            config: Config::default(),
            baseline: None,
            today: None,
            progress: None,
            reuse: None,
        }
    }

    /// Tells whoever watches that a stage begins, with `total` files to do.
    fn begin(&self, stage: Stage, total: usize) {
        if let Some(progress) = &self.progress {
            progress.begin(stage, total);
        }
    }

    /// Tells whoever watches that one file more is done.
    fn advance(&self) {
        if let Some(progress) = &self.progress {
            progress.advance();
        }
    }

    /// The same with a configuration: what the options select, and the baseline they name, win over those of the configuration; both
    /// leave out, and both load rules.
    pub fn configured(mut self, config: Config) -> Self {
        self.rules.splice(0..0, config.rule_files.iter().cloned());
        self.rule_baseline = self.rule_baseline.or_else(|| config.rule_baseline.clone());
        if self.select.is_empty() {
            self.select.clone_from(&config.select);
        }
        self.ignore.extend(config.ignore.iter().cloned());
        self.max_file_bytes = config.limits.file_size;
        self.scripts |= config.scripts;
        self.config = config;
        self
    }
}

/// A text that takes the place of a file.
#[derive(Clone, Debug)]
pub struct StandardInput {
    /// The path it would have, relative to the working directory; parameters files are looked for beside it. `None`: nowhere.
    pub path: Option<PathBuf>,
    /// What was read.
    pub bytes: Vec<u8>,
}

/// Checks what the options name. Whatever goes wrong with files and rules is part of the report; `Err` says which option means
/// nothing.
pub fn check(options: &CheckOptions) -> Result<Report, String> {
    options.begin(Stage::Finding, 0);
    let prepared = analysis::prepare(options)?;
    let mut discovered = discover_with(&options.working_directory, &options.paths, options.scripts);
    let excluded = configured::exclude(options, &mut discovered.files);
    // One file keeps no second thread busy.
    let threads = usize::from(discovered.files.len() < 2);
    let run = || check_prepared(options, &prepared, discovered, excluded);
    // Without threads of its own, the run takes the ones there are.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).num_threads(threads).build();
    Ok(match pool {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    })
}

fn check_prepared(
    options: &CheckOptions,
    prepared: &Prepared,
    discovered: Discovered,
    excluded: Vec<InputRecord>,
) -> Report {
    let mut report = Report {
        inputs: prepared.inputs.clone(),
        findings: prepared.findings.clone(),
        rules: prepared.rules.clone(),
        ..Report::default()
    };
    report.inputs.extend(excluded);
    for trouble in discovered.troubles {
        report.inputs.push(input(trouble.shown, InputKind::Template, InputStatus::Failed, Some(trouble.message)));
    }
    let (sources, files): (Vec<_>, Vec<_>) =
        discovered.files.into_iter().partition(|found| matches!(found.kind, FoundKind::Bicep { .. }));
    for found in sources {
        // The compiled JSON stands for its source.
        if found.kind == (FoundKind::Bicep { compiled: true }) {
            continue;
        }
        let path = quoted(&found.shown);
        let reason = format!("not compiled; run `az bicep build --file {path}` or `bicep build {path}`");
        report.inputs.push(input(found.shown, InputKind::Bicep, InputStatus::Skipped, Some(reason)));
    }
    let (options, files, scripts) = scripts::apart(options, files);
    let options = &*options;
    let loader = Loader::new(&options.texts, &prepared.needles, options.max_file_bytes, options.config.limits.nesting);
    let analyse = |job: &Job| {
        let analyse = || analyse_contained(options, prepared, job);
        match &options.reuse {
            Some(reuse) => reuse.analysis(options, job, analyse),
            None => analyse(),
        }
    };
    options.begin(Stage::Reading, files.len());
    let several = files.len() > 1;
    let early = several.then(|| Early::new(options, files.iter().map(|found| &*found.path), &analyse));
    let plan = plan::plan(options, &loader, files, early.as_ref());
    let before = std::mem::replace(&mut report.inputs, plan.inputs);
    report.inputs.splice(0..0, before);
    report.other_files = plan.other_files;
    let jobs = plan.jobs.len();
    options.begin(Stage::Checking, jobs + scripts.len());
    let finish = |mut job: Job| {
        let analysis = job.early.take().map_or_else(|| analyse(&job), |analysis| *analysis);
        options.advance();
        analysis
    };
    let mut said = largest_first(plan.jobs, finish);
    for (at, analysis) in scripts::analyses(options, prepared, scripts).into_iter().enumerate() {
        said.add(jobs + at, analysis);
    }
    let Said { clusters, checked, mut told } = said;
    told.sort_unstable_by_key(|(at, _)| *at);
    let (mut corrections, mut claims) = (vec![], plan.claims);
    report.clusters.add(clusters);
    report.findings.reserve_exact(told.iter().map(|(_, analysis)| analysis.findings.len()).sum());
    for (_, analysis) in told {
        report.findings.extend(analysis.findings);
        report.declared.extend(analysis.declared);
        corrections.extend(analysis.inputs);
        corrections.extend(disowned(&mut claims, &analysis.disowned));
    }
    correct(&mut report, corrections);
    configured::settle(options, &checked, &mut report);
    report
}

/// Takes back a template's claims; a parameters file that no other template claims belongs to none.
fn disowned(claims: &mut BTreeMap<Arc<str>, usize>, paths: &[Arc<str>]) -> Vec<Correction> {
    let mut corrections = vec![];
    for path in paths {
        let Some(claims) = claims.get_mut(path) else { continue };
        *claims = claims.saturating_sub(1);
        if *claims == 0 {
            corrections.push(Correction { record: plan::unowned(path), is_other: false });
        }
    }
    corrections
}

/// What the analysis says of an input replaces what was said before.
fn correct(report: &mut Report, corrections: Vec<Correction>) {
    if corrections.is_empty() {
        return;
    }
    let key = |record: &InputRecord| (record.path.clone(), record.kind);
    let corrected: FxHashSet<_> = corrections.iter().map(|Correction { record, .. }| key(record)).collect();
    report.inputs.retain(|record| !corrected.contains(&key(record)));
    // Several templates may say the same of one parameters file.
    let mut said = FxHashSet::default();
    for Correction { record, is_other } in corrections {
        if is_other {
            report.other_files += 1;
        } else if said.insert(key(&record)) {
            report.inputs.push(record);
        }
    }
}

/// A defect of this tool costs one file, not the run, and makes the run incomplete.
fn analyse_contained(options: &CheckOptions, prepared: &Prepared, job: &Job) -> Analysis {
    let analysed = catch_unwind(AssertUnwindSafe(|| analyse(options, prepared, job)));
    analysed.unwrap_or_else(|payload| {
        let reason = payload.downcast_ref::<String>().map(String::as_str);
        let reason = reason.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        failed(job.text.shown(), format!("a defect of akslint, please report it: {reason}"))
    })
}

fn analyse(options: &CheckOptions, prepared: &Prepared, job: &Job) -> Analysis {
    let file = match job.text.get(options.max_file_bytes) {
        Ok(file) => file,
        Err(error) => return failed(job.text.shown(), error.to_string()),
    };
    let root = match parse_within(file.text(), options.config.limits.nesting) {
        Ok(root) => Rc::new(root),
        Err(error) => return no_template(job, broken(&file, &error, job.named, &prepared.needles), false),
    };
    if !job.parsed && !matches!(shape(&root), Shape::Template { .. }) {
        return no_template(
            job,
            input(file.shared_path().clone(), InputKind::Template, InputStatus::Skipped, None),
            true,
        );
    }
    if !job.may_hold {
        return Analysis::default();
    }
    let mut unread = vec![];
    let mut parameters = vec![];
    for text in &job.parameters {
        match text.get(options.max_file_bytes) {
            Ok(file) => parameters.push(file),
            Err(error) => {
                let record =
                    input(text.shown().clone(), InputKind::Parameters, InputStatus::Failed, Some(error.to_string()));
                unread.push(Correction { record, is_other: false });
            }
        }
    }
    let checked = std::iter::once(&file).chain(&parameters).map(Checked::of).collect();
    let mut analysis = analysis::analyse(prepared, &Task { kind: job.kind, file, parameters }, root);
    analysis.inputs.extend(unread);
    analysis.checked = checked;
    analysis
}

/// The file is no template after all, as `record` says, and its parameters files do not belong to it.
fn no_template(job: &Job, record: InputRecord, is_other: bool) -> Analysis {
    let disowned = job.parameters.iter().map(|text| text.shown().clone()).collect();
    Analysis { inputs: vec![Correction { record, is_other }], disowned, ..Analysis::default() }
}

fn failed(shown: &Arc<str>, message: String) -> Analysis {
    let record = input(shown.clone(), InputKind::Template, InputStatus::Failed, Some(message));
    Analysis { inputs: vec![Correction { record, is_other: false }], ..Analysis::default() }
}

fn input(path: impl Into<Arc<str>>, kind: InputKind, status: InputStatus, message: Option<String>) -> InputRecord {
    InputRecord { path: path.into(), kind, status, message, location: None }
}

/// What is said of all files, as far as it comes in.
#[derive(Default)]
struct Said {
    clusters: ClusterCounts,
    /// In any order.
    checked: Vec<Checked>,
    /// The analyses that say more than that, with the numbers of their files. Of most files there is nothing to keep.
    told: Vec<(usize, Analysis)>,
}

impl Said {
    fn add(&mut self, at: usize, mut analysis: Analysis) {
        self.clusters.add(analysis.clusters);
        self.checked.append(&mut analysis.checked);
        let Analysis { findings, declared, inputs, disowned, .. } = &analysis;
        if !(findings.is_empty() && declared.is_empty() && inputs.is_empty() && disowned.is_empty()) {
            self.told.push((at, analysis));
        }
    }

    fn and(mut self, mut other: Self) -> Self {
        self.clusters.add(other.clusters);
        self.checked.append(&mut other.checked);
        self.told.append(&mut other.told);
        self
    }
}

/// Does all jobs. The largest are begun first, so that none of them is left when all others are done.
fn largest_first(jobs: Vec<Job>, analyse: impl Fn(Job) -> Analysis + Sync) -> Said {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|at| Reverse(jobs.get(*at).map(Job::bytes)));
    let mut jobs: Vec<Option<Job>> = jobs.into_iter().map(Some).collect();
    let in_order = order.into_iter().filter_map(|at| Some((at, jobs.get_mut(at)?.take()?)));
    // A bridge hands out one job after the other.
    let said = in_order.par_bridge().fold(Said::default, |mut said, (at, job)| {
        said.add(at, analyse(job));
        said
    });
    said.reduce(Said::default, Said::and)
}

/// The path as one word of a shell.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:".contains(c);
    if path.chars().all(plain) && !path.starts_with('-') {
        path.into()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// The full path of one that may be relative to the working directory, without `.` and `..`.
fn full(working_directory: &Path, path: &Path) -> PathBuf {
    crate::discover::tidied(&working_directory.join(path))
}
