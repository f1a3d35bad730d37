//! The front door: from options to a [`Report`].
//!
//! Files are found, read and sorted out here; what is said about each is [`analysis`].

pub mod analysis;
mod configured;
pub mod linked;
pub mod load;
pub mod pairing;
mod plan;
pub mod shape;

use crate::config::Config;
use crate::date::Date;
use crate::discover::{FoundKind, discover};
use crate::read::MAX_FILE_BYTES;
use crate::report::{InputKind, InputRecord, InputStatus, Report};
use crate::source::SourceFile;
use crate::suppress::Baseline;
use crate::syntax::parse;
use analysis::{Analysis, Prepared, Task};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
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
    /// Whether the shipped rules run.
    pub default_rules: bool,
    /// Whether what PSRule would tolerate in a rule document is an error.
    pub strict_rules: bool,
    /// Larger files are not read, in bytes.
    pub max_file_bytes: u64,
    /// The configuration; [`configured`](Self::configured) sets it.
    pub config: Config,
    /// Findings that are known and do not count.
    pub baseline: Option<Arc<Baseline>>,
    /// Today, for suppressions that end on a day; without it none does.
    pub today: Option<Date>,
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
            default_rules: true,
            strict_rules: false,
            max_file_bytes: MAX_FILE_BYTES,
            config: Config::default(),
            baseline: None,
            today: None,
        }
    }

    /// The same with a configuration: what the options select wins over what the configuration selects, and both leave out.
    pub fn configured(mut self, config: Config) -> Self {
        if self.select.is_empty() {
            self.select.clone_from(&config.select);
        }
        self.ignore.extend(config.ignore.iter().cloned());
        self.max_file_bytes = config.limits.file_size;
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
    let prepared = analysis::prepare(options)?;
    let run = || check_prepared(options, &prepared);
    // Without threads of its own, the run takes the ones there are.
    Ok(match rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build() {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    })
}

fn check_prepared(options: &CheckOptions, prepared: &Prepared) -> Report {
    let mut discovered = discover(&options.working_directory, &options.paths);
    let mut report = Report {
        inputs: prepared.inputs.clone(),
        findings: prepared.findings.clone(),
        rules: prepared.rules.clone(),
        ..Report::default()
    };
    report.inputs.extend(configured::exclude(options, &mut discovered.files));
    for trouble in &discovered.troubles {
        report.inputs.push(input(
            &trouble.shown,
            InputKind::Template,
            InputStatus::Failed,
            Some(trouble.message.clone()),
        ));
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
        report.inputs.push(input(&found.shown, InputKind::Bicep, InputStatus::Skipped, Some(reason)));
    }
    let plan = plan::plan(options, prepared, files);
    report.inputs.extend(plan.inputs);
    report.other_files = plan.other_files;
    let analyses: Vec<_> = plan.tasks.par_iter().map(|task| analyse_contained(prepared, task)).collect();
    for analysis in analyses {
        report.findings.extend(analysis.findings);
        report.clusters.add(analysis.clusters);
        // What the analysis says of an input replaces what was said before.
        for record in analysis.inputs {
            report.inputs.retain(|other| other.path != record.path || other.kind != record.kind);
            report.inputs.push(record);
        }
    }
    configured::settle(options, &plan.tasks, &mut report);
    report
}

/// A defect of this tool costs one file, not the run, and makes the run incomplete.
fn analyse_contained(prepared: &Prepared, task: &Task) -> Analysis {
    let analysed = catch_unwind(AssertUnwindSafe(|| match parse(task.file.text()) {
        Ok(root) => analysis::analyse(prepared, task, &root),
        Err(error) => failed(&task.file, error.message),
    }));
    analysed.unwrap_or_else(|payload| {
        let reason = payload.downcast_ref::<String>().map(String::as_str);
        let reason = reason.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        failed(&task.file, format!("a defect of akslint, please report it: {reason}"))
    })
}

fn failed(file: &SourceFile, message: String) -> Analysis {
    let inputs = vec![input(file.path(), InputKind::Template, InputStatus::Failed, Some(message))];
    Analysis { inputs, ..Analysis::default() }
}

fn input(path: &str, kind: InputKind, status: InputStatus, message: Option<String>) -> InputRecord {
    InputRecord { path: path.into(), kind, status, message, location: None }
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
