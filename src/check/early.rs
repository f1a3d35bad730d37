//! Large templates are analysed as soon as they are read, where it seems that no parameters file belongs to them: else one would be left
//! alone at the end, when all smaller files are done.

use super::analysis::{Analysis, TaskKind};
use super::load::Loaded;
use super::pairing::stems;
use super::plan::Job;
use super::{CheckOptions, full};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Bytes of a large template: analysing it takes milliseconds.
const LARGE: usize = 256 << 10;

/// What analyses templates early.
pub(super) struct Early<'a> {
    analyse: &'a (dyn Fn(&Job) -> Analysis + Sync),
    /// Where the templates would be to which parameters files belong by their names, in full. `None`: any may have parameters files.
    claimed: Option<FxHashSet<PathBuf>>,
}

impl<'a> Early<'a> {
    /// For a run on the files at `paths`; `analyse` says what is said of one.
    pub(super) fn new<'p>(
        options: &CheckOptions,
        paths: impl Iterator<Item = &'p Path>,
        analyse: &'a (dyn Fn(&Job) -> Analysis + Sync),
    ) -> Self {
        let is_by_name = options.parameters.is_empty() && options.config.parameters.is_empty();
        let claimed = is_by_name.then(|| {
            let templates = paths.flat_map(|path| {
                let place = move |stem| full(&options.working_directory, &path.with_file_name(format!("{stem}.json")));
                stems(path).into_iter().map(place)
            });
            templates.collect()
        });
        Self { analyse, claimed }
    }

    /// The analysis of the file at `path`, in full, without parameters files; where it turns out that it has some, it is made again.
    pub(super) fn analysis(&self, path: &Path, named: bool, loaded: &Loaded) -> Option<Box<Analysis>> {
        let claimed = self.claimed.as_ref()?;
        match loaded {
            Loaded::Template { text, may_hold: true } if text.bytes() >= LARGE && !claimed.contains(path) => {
                let (kind, text) = (TaskKind::Template, text.clone());
                let job = Job { kind, text, parameters: vec![], named, parsed: false, may_hold: true, early: None };
                Some(Box::new((self.analyse)(&job)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::Text;
    use super::*;
    use crate::source::SourceFile;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn analyses_what_is_large_and_seems_to_have_no_parameters() {
        let times = AtomicUsize::new(0);
        let analyse = |job: &Job| {
            assert!(job.parameters.is_empty());
            times.fetch_add(1, Ordering::Relaxed);
            Analysis::default()
        };
        let template = |bytes: usize, may_hold: bool| Loaded::Template {
            text: Text::Kept(Arc::new(SourceFile::new("a.json", " ".repeat(bytes)))),
            may_hold,
        };
        let found = ["m/main.json", "m/main.parameters.json", "m/other.json"].map(Path::new);
        let options = CheckOptions::new("/w");
        let with_parameters = CheckOptions { parameters: vec!["p.json".into()], ..options.clone() };
        for (options, path, loaded, expected) in [
            (&options, "/w/m/other.json", template(LARGE, true), true),
            (&options, "/w/m/other.json", template(LARGE - 1, true), false),
            (&options, "/w/m/other.json", template(LARGE, false), false),
            (&options, "/w/m/other.json", Loaded::Excluded, false),
            (&options, "/w/m/main.json", template(LARGE, true), false),
            (&options, "/w/main.json", template(LARGE, true), true),
            (&with_parameters, "/w/m/other.json", template(LARGE, true), false),
        ] {
            let before = times.load(Ordering::Relaxed);
            let analysis = Early::new(options, found.into_iter(), &analyse).analysis(Path::new(path), true, &loaded);
            assert_eq!(analysis.is_some(), expected, "{path}");
            assert_eq!(times.load(Ordering::Relaxed) > before, expected, "{path}");
        }
    }
}
