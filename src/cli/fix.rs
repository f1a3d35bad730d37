//! `--fix` and `--diff`.

use super::args::CheckArguments;
use super::complain;
use super::progress::Line;
use crate::check::analysis::prepare;
use crate::check::offers::gives_way;
use crate::check::{CheckOptions, check};
use crate::discover::shown_path;
use crate::finding::Applicability;
use crate::fix::{Fixed, Settings, diff, generated, run as run_fixes};
use crate::report::Report;
use crate::report::text::{count, visible};
use crate::source::SourceFile;
use crate::write::{check_writable, replace};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

/// What fixing did.
#[derive(Debug, Default)]
pub struct Outcome {
    fixed: Fixed,
    /// Whether files changed on disk.
    pub is_written: bool,
    /// Whether something that should have been done was not.
    pub is_incomplete: bool,
}

/// Carries out the fixes of the report if they were asked for, and writes the files unless only the difference is wanted. What was
/// done, and what not, goes to standard error.
pub fn run(
    arguments: &CheckArguments,
    options: &CheckOptions,
    report: &Report,
    line: &Line,
) -> Result<Outcome, String> {
    if arguments.fix.is_none() && !arguments.diff {
        return Ok(Outcome::default());
    }
    let refusal = |file: &SourceFile| refusal(arguments, options, file);
    let prepared = prepare(options)?;
    let yields = |new: &str, old: &str| gives_way(&prepared.rule_set, new, old);
    let applicability = arguments.fix.map_or(Applicability::Safe, Applicability::from);
    let settings = Settings { applicability, refusal: &refusal, yields: &yields };
    let mut recheck = |texts: &_| {
        let report = check(&CheckOptions { texts: Clone::clone(texts), ..options.clone() })?;
        Ok(report.findings)
    };
    let fixed = line.during(|| run_fixes(&report.findings, &settings, &mut recheck));
    let mut outcome = Outcome { fixed, ..Outcome::default() };
    for (path, reason) in &outcome.fixed.refused {
        complain(&format!("not edited {path}: {reason}"));
    }
    for defect in &outcome.fixed.defects {
        complain(&format!("a defect of akslint, please report it: {defect}"));
        outcome.is_incomplete = true;
    }
    if !arguments.diff {
        let Fixed { files, applied, .. } = &mut outcome.fixed;
        files.retain(|file| match replace(&place(options, &file.path), &file.before, &file.after) {
            Ok(()) => {
                outcome.is_written = true;
                true
            }
            Err(error) => {
                complain(&format!("cannot write {}: {error}", file.path));
                outcome.is_incomplete = true;
                applied.retain(|fix| !fix.paths.contains(&file.path));
                false
            }
        });
    }
    Ok(outcome)
}

/// Writes what would change to standard output, as `git apply` reads it; to a terminal, with what could control it made visible.
pub fn show(outcomes: &[Outcome]) -> Result<(), String> {
    let mut out = io::stdout().lock();
    let is_terminal = out.is_terminal();
    for file in outcomes.iter().flat_map(|outcome| &outcome.fixed.files) {
        let diff = diff::unified(&file.path, &file.before, &file.after);
        let written = if is_terminal {
            diff.split('\n').try_for_each(|line| writeln!(out, "{}", visible(line.trim_end_matches('\r'))))
        } else {
            out.write_all(diff.as_bytes())
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(format!("cannot write the difference: {error}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Says on standard error what was done, or would be.
pub fn tell(arguments: &CheckArguments, outcomes: &[Outcome]) {
    let verb = if arguments.diff { "would fix" } else { "fixed" };
    for fix in outcomes.iter().flat_map(|outcome| &outcome.fixed.applied) {
        complain(&format!("{verb} {}: {} {}", fix.paths.join(", "), fix.rule, fix.description));
    }
    let fixes: usize = outcomes.iter().map(|outcome| outcome.fixed.applied.len()).sum();
    let files: usize = outcomes.iter().map(|outcome| outcome.fixed.files.len()).sum();
    if fixes == 0 {
        complain("no fix to carry out");
        return;
    }
    let end = if arguments.diff { "; nothing was written" } else { "" };
    complain(&format!("{} in {}{end}", count(fixes, "fix", "fixes"), count(files, "file", "files")));
}

/// Why the file is not to be edited.
fn refusal(arguments: &CheckArguments, options: &CheckOptions, file: &SourceFile) -> Option<String> {
    let path = place(options, file.path());
    if !arguments.fix_generated
        && let Some(generator) = generated::generator(file.text())
    {
        let source = path.with_extension("bicep");
        let source = source.is_file().then(|| shown_path(&options.working_directory, &source));
        return Some(generated::refusal(&generator, source.as_deref()));
    }
    if arguments.diff {
        return None;
    }
    check_writable(&path, file.text()).err().map(|error| error.to_string())
}

fn place(options: &CheckOptions, shown: &str) -> PathBuf {
    options.working_directory.join(shown)
}
