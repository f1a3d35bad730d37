//! `akslint test`.

use super::evaluation::at;
use super::rule_arguments::TestArguments;
use super::rules::remark;
use super::terminal::Terminal;
use super::{INCOMPLETE, complain, print_text};
use crate::cases::{self, Problem, Tested};
use crate::check::{CheckOptions, ruleset};
use crate::config::Config;
use crate::discover::shown_path;
use crate::read;
use crate::report::text::{count, visible};
use crate::source::SourceFile;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Runs the cases below the paths, and says how each came out.
pub fn run(arguments: &TestArguments) -> Result<ExitCode, String> {
    let options = arguments.documents.options()?;
    let here = [PathBuf::from(".")];
    let paths = if arguments.paths.is_empty() { here.as_slice() } else { &arguments.paths };
    let mut files = Vec::new();
    for path in paths {
        let full = options.working_directory.join(path);
        if !full.exists() {
            return Err(format!("{}: no such file or folder", path.display()));
        }
        files.extend(cases::find(&full)?);
    }
    files.dedup();
    let color = Terminal::detect(arguments.color).color;
    let mut counts = Counts::default();
    for path in files {
        let config = arguments.documents.configuration(&options.working_directory, &path)?;
        // Cases ask for what they want, whatever the configuration chooses among rules.
        let config = Config { select: Vec::new(), ignore: Vec::new(), rule_baseline: None, ..config };
        match suite(&options.clone().configured(config), &path) {
            Ok((file, tested)) => print_text(&counts.told(&file, &tested, color))?,
            Err(lines) => {
                lines.iter().for_each(|line| complain(line));
                counts.unusable += 1;
            }
        }
    }
    let unusable = match counts.unusable {
        0 => String::new(),
        unusable => format!(", {}", count(unusable, "unusable file", "unusable files")),
    };
    print_text(&format!("{} passed, {} failed{unusable}\n", counts.passed, counts.failed))?;
    Ok(match counts {
        Counts { unusable: 1.., .. } => ExitCode::from(INCOMPLETE),
        Counts { failed: 1.., .. } => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

/// Reads and runs one file. `Err` is what is wrong with it, a line each.
fn suite(options: &CheckOptions, path: &Path) -> Result<(Arc<SourceFile>, Vec<Tested>), Vec<String>> {
    let shown = shown_path(&options.working_directory, path);
    let file = read::read(path, options.max_file_bytes).and_then(|bytes| {
        let decoded = read::decode(&bytes)?;
        Ok(Arc::new(SourceFile::new(shown.as_str(), decoded.text)))
    });
    let file = file.map_err(|error| vec![format!("error: {shown}: {error}")])?;
    let lines = |problems: Vec<Problem>| -> Vec<String> {
        problems
            .iter()
            .map(|problem| format!("error: {}: {}", at(&problem.file, problem.span), problem.message))
            .collect()
    };
    let suite = cases::read(&file, path).map_err(lines)?;
    let mut options = options.clone();
    options.rules.extend(suite.rules.iter().cloned());
    let rules = ruleset::load(&options).map_err(|error| vec![format!("error: {shown}: {error}")])?;
    if remark(&rules) != ExitCode::SUCCESS {
        return Err(vec![format!("error: {shown}: its rule documents cannot be used")]);
    }
    Ok((file.clone(), cases::run(&suite, &rules.set, &options).map_err(lines)?))
}

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    unusable: usize,
}

impl Counts {
    /// Counts the cases of a file, and tells how they came out.
    fn told(&mut self, file: &SourceFile, tested: &[Tested], color: bool) -> String {
        let paint = |code: &str, text: &str| {
            if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
        };
        let mut text = format!("{}\n", visible(file.path()));
        for case in tested {
            let name = visible(&case.name);
            if case.missed.is_empty() {
                self.passed += 1;
                text.push_str(&format!("  {}      {name}\n", paint("32", "ok")));
                continue;
            }
            self.failed += 1;
            text.push_str(&format!("  {}  {name}\n", paint("31", "FAILED")));
            for (span, missed) in &case.missed {
                text.push_str(&format!("          {}\n", visible(&at(file, *span))));
                for line in missed.lines() {
                    text.push_str(&format!("            {}\n", visible(line)));
                }
            }
        }
        text
    }
}
