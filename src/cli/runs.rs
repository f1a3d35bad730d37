//! From arguments to runs: one for each configuration that holds for some of the paths.

use super::args::{BaselineArguments, CheckArguments};
use super::clock::today;
use crate::check::{CheckOptions, StandardInput};
use crate::config::{Config, nearest};
use crate::discover::{shown_path, tidied};
use crate::read;
use crate::suppress::Baseline;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, io};

/// The arguments that decide what is checked and found.
pub struct Inputs<'a> {
    paths: &'a [PathBuf],
    stdin_filename: Option<&'a Path>,
    parameters: &'a [PathBuf],
    config: Option<&'a Path>,
    baseline: Option<&'a Path>,
    select: &'a [String],
    ignore: &'a [String],
    rules: &'a [PathBuf],
    rule_baseline: Option<&'a str>,
    default_rules: bool,
    strict_rules: bool,
    scripts: bool,
    passes: bool,
}

impl<'a> From<&'a CheckArguments> for Inputs<'a> {
    fn from(arguments: &'a CheckArguments) -> Self {
        let shown = arguments.shown();
        Self {
            paths: &arguments.paths,
            stdin_filename: arguments.stdin_filename.as_deref(),
            parameters: &arguments.parameters,
            config: arguments.config.as_deref(),
            baseline: arguments.baseline.as_deref(),
            select: &arguments.select,
            ignore: &arguments.ignore,
            rules: &arguments.rules,
            rule_baseline: arguments.rule_baseline.as_deref(),
            default_rules: !arguments.no_default_rules,
            strict_rules: arguments.strict_rules,
            scripts: arguments.scripts,
            passes: shown.pass || shown.none,
        }
    }
}

impl<'a> From<&'a BaselineArguments> for Inputs<'a> {
    fn from(arguments: &'a BaselineArguments) -> Self {
        Self {
            paths: &arguments.paths,
            stdin_filename: None,
            parameters: &arguments.parameters,
            config: arguments.config.as_deref(),
            baseline: None,
            select: &arguments.select,
            ignore: &arguments.ignore,
            rules: &arguments.rules,
            rule_baseline: arguments.rule_baseline.as_deref(),
            default_rules: !arguments.no_default_rules,
            strict_rules: arguments.strict_rules,
            scripts: arguments.scripts,
            passes: false,
        }
    }
}

/// The runs that do what the arguments say; or why there is none.
pub fn runs(inputs: &Inputs<'_>) -> Result<Vec<CheckOptions>, String> {
    let working_directory = env::current_dir().map_err(|error| format!("no working directory: {error}"))?;
    let mut options = CheckOptions::new(working_directory.clone());
    options.parameters = inputs.parameters.to_vec();
    options.select = inputs.select.to_vec();
    options.ignore = inputs.ignore.to_vec();
    options.rules = inputs.rules.to_vec();
    options.rule_baseline = inputs.rule_baseline.map(str::to_owned);
    options.default_rules = inputs.default_rules;
    options.strict_rules = inputs.strict_rules;
    options.scripts = inputs.scripts;
    options.passes = inputs.passes;
    options.today = today();
    if let Some(path) = inputs.baseline {
        options.baseline = Some(Arc::new(Baseline::load(&working_directory, path)?));
    }
    let (dashes, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        inputs.paths.iter().cloned().partition(|path| path == Path::new("-"));
    let reads_standard_input = !dashes.is_empty();
    if !reads_standard_input && inputs.stdin_filename.is_some() {
        return Err("--stdin-filename needs the path `-`, which reads standard input".into());
    }
    if !reads_standard_input && paths.is_empty() {
        paths.push(".".into());
    }
    // The path of standard input is that of its folder, if it has no name.
    let named = inputs.stdin_filename.unwrap_or(Path::new("."));
    let asked = paths.iter().map(PathBuf::as_path).chain(reads_standard_input.then_some(named));
    let groups = match inputs.config {
        Some(config) => vec![(Some(config.to_owned()), paths.clone())],
        None => by_configuration(&working_directory, asked, &paths),
    };
    if groups.len() > 1 && !inputs.parameters.is_empty() {
        let names: Vec<String> = groups.iter().map(|(config, _)| name(&working_directory, config.as_deref())).collect();
        let names = names.join(" and ");
        return Err(format!("--parameters with paths of several configurations ({names}): name one with --config"));
    }
    let mut runs = Vec::new();
    for (config, paths) in groups {
        let config = match &config {
            Some(path) => Config::load(&working_directory, path).map_err(|error| error.to_string())?,
            None => Config::default(),
        };
        runs.push(CheckOptions { paths, ..options.clone().configured(config) });
    }
    if reads_standard_input {
        read_standard_input(inputs, &mut runs, &working_directory)?;
    }
    Ok(runs)
}

/// Gives standard input to the run whose configuration holds for its path.
fn read_standard_input(inputs: &Inputs<'_>, runs: &mut [CheckOptions], base: &Path) -> Result<(), String> {
    let holds = nearest(&tidied(&base.join(inputs.stdin_filename.unwrap_or(Path::new(".")))));
    let shown = holds.map(|path| shown_path(base, &path));
    let is_its = |run: &CheckOptions| run.config.file.as_ref().map(|file| file.path()) == shown.as_deref();
    let at = runs.iter().position(is_its).unwrap_or_default();
    let Some(run) = runs.get_mut(at) else { return Ok(()) };
    let bytes =
        read::read_from(io::stdin().lock(), run.max_file_bytes).map_err(|error| format!("standard input: {error}"))?;
    run.standard_input = Some(StandardInput { path: inputs.stdin_filename.map(Path::to_owned), bytes });
    Ok(())
}

/// The paths by the configuration that holds for them: the nearest one above; below a folder that is checked, the folder's.
fn by_configuration<'p>(
    base: &Path,
    asked: impl Iterator<Item = &'p Path>,
    paths: &[PathBuf],
) -> Vec<(Option<PathBuf>, Vec<PathBuf>)> {
    let full = |path: &Path| tidied(&base.join(path));
    let folders: Vec<PathBuf> = paths.iter().map(|path| full(path)).filter(|path| path.is_dir()).collect();
    let mut groups: BTreeMap<Option<PathBuf>, Vec<PathBuf>> = BTreeMap::new();
    for path in asked {
        let place = full(path);
        let above =
            folders.iter().filter(|folder| place.starts_with(folder)).min_by_key(|folder| folder.as_os_str().len());
        let group = groups.entry(nearest(above.unwrap_or(&place))).or_default();
        if paths.iter().any(|named| named == path) {
            group.push(path.to_owned());
        }
    }
    groups.into_iter().collect()
}

fn name(base: &Path, config: Option<&Path>) -> String {
    config.map_or_else(|| "none".to_owned(), |path| shown_path(base, path))
}
