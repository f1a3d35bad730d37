//! Scripts beside templates: each is read on its own, and is of interest only if a command stands in it.

use super::analysis::{Analysis, Correction, Prepared, Task, TaskKind, analyse_script};
use super::{CheckOptions, full, input};
use crate::discover::{Found, FoundKind, ScriptKind, shown_path};
use crate::read::{self, ReadError};
use crate::report::{InputKind, InputStatus};
use crate::source::SourceFile;
use crate::suppress::Checked;
use rayon::prelude::*;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A script to read.
pub(super) struct Script {
    /// Where it is.
    path: Arc<Path>,
    /// The path that reports print.
    shown: Arc<str>,
    kind: ScriptKind,
    /// Whether the user named it.
    named: bool,
    /// Its bytes, if they were given.
    bytes: Option<Vec<u8>>,
}

/// The scripts among the files, and the options and files for all the others.
pub(super) fn apart(options: &CheckOptions, files: Vec<Found>) -> (Cow<'_, CheckOptions>, Vec<Found>, Vec<Script>) {
    let mut options = Cow::Borrowed(options);
    let mut scripts = Vec::new();
    let mut others = Vec::new();
    for found in files {
        match found.kind {
            FoundKind::Script(kind) => {
                let Found { path, shown, named, .. } = found;
                scripts.push(Script { path, shown, kind, named, bytes: None });
            }
            _ => others.push(found),
        }
    }
    let given = options.standard_input.as_ref().filter(|_| options.scripts);
    if let Some(given) = given
        && let Some(path) = &given.path
        && let Some(kind) = ScriptKind::of(path)
    {
        let path: Arc<Path> = full(&options.working_directory, path).into();
        let shown: Arc<str> = shown_path(&options.working_directory, &path).into();
        scripts.retain(|script| script.shown != shown);
        scripts.push(Script { path, shown, kind, named: true, bytes: Some(given.bytes.clone()) });
        options.to_mut().standard_input = None;
    }
    (options, others, scripts)
}

/// What is said about each script.
pub(super) fn analyses(options: &CheckOptions, prepared: &Prepared, scripts: Vec<Script>) -> Vec<Analysis> {
    // A defect of this tool costs one file, not the run, and makes the run incomplete.
    let contained = |script: Script| {
        let analysed = catch_unwind(AssertUnwindSafe(|| analyse(options, prepared, &script)));
        options.advance();
        analysed.unwrap_or_else(|_| {
            let message = "a defect of akslint, please report it: reading the script failed".to_owned();
            said(&script, InputStatus::Failed, Some(message))
        })
    };
    scripts.into_par_iter().map(contained).collect()
}

fn analyse(options: &CheckOptions, prepared: &Prepared, script: &Script) -> Analysis {
    let text = match text(options, script) {
        Ok(text) => text,
        Err(error) => {
            // What is no text is no script, whatever it is called.
            let is_no_text = matches!(error, ReadError::Binary | ReadError::NotUtf8(_) | ReadError::NotUtf16);
            let status = if is_no_text && !script.named { InputStatus::Skipped } else { InputStatus::Failed };
            return said(script, status, Some(error.to_string()));
        }
    };
    let file = Arc::new(SourceFile::new(script.shown.clone(), text));
    let task = Task { kind: TaskKind::Script(script.kind), file: file.clone(), parameters: Vec::new() };
    match analyse_script(prepared, &task, script.kind) {
        Some(analysis) => {
            let mut inputs = analysis.inputs;
            if inputs.is_empty() {
                inputs = said(script, InputStatus::Checked, None).inputs;
            }
            Analysis { inputs, checked: vec![Checked::of(&file)], ..analysis }
        }
        None if script.named => said(script, InputStatus::Checked, None),
        None => Analysis::default(),
    }
}

fn text(options: &CheckOptions, script: &Script) -> Result<String, ReadError> {
    if let Some(text) = options.texts.get(&*script.shown) {
        return Ok(text.clone());
    }
    let read = match &script.bytes {
        Some(bytes) => Cow::Borrowed(bytes),
        None => Cow::Owned(read::read(&script.path, options.max_file_bytes)?),
    };
    Ok(read::decode(&read)?.text.into_owned())
}

fn said(script: &Script, status: InputStatus, message: Option<String>) -> Analysis {
    let record = input(script.shown.clone(), InputKind::Script, status, message);
    Analysis { inputs: vec![Correction { record, is_other: false }], ..Analysis::default() }
}
