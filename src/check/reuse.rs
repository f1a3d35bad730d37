//! What was said of files in an earlier run of the same options, for runs that differ in a few texts only: those of fixes.

use super::CheckOptions;
use super::analysis::Analysis;
use super::plan::Job;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Analyses by the files that they are about. The rules, the options and what is on disk must stay the same as long as it is used;
/// `texts` may differ.
#[derive(Debug, Default)]
pub struct Reuse {
    known: Mutex<BTreeMap<Vec<Arc<str>>, Known>>,
}

/// An analysis, and the texts that took the place of its files.
#[derive(Debug)]
struct Known {
    texts: Vec<Option<String>>,
    analysis: Analysis,
}

impl Reuse {
    /// The analysis of a job: the known one if its files have the same texts and it read no others, else the one that `analyse` makes.
    pub(super) fn analysis(&self, options: &CheckOptions, job: &Job, analyse: impl FnOnce() -> Analysis) -> Analysis {
        let paths = std::iter::once(&job.text).chain(&job.parameters).map(|text| text.shown().clone());
        let paths: Vec<Arc<str>> = paths.collect();
        let texts: Vec<Option<String>> = paths.iter().map(|path| options.texts.get(&**path).cloned()).collect();
        // A lock that a panic left behind guards nothing that could be half done.
        if let Ok(known) = self.known.lock()
            && let Some(known) = known.get(&paths).filter(|known| known.texts == texts)
        {
            return known.analysis.clone();
        }
        let analysis = analyse();
        if !analysis.follows_links
            && let Ok(mut known) = self.known.lock()
        {
            known.insert(paths, Known { texts, analysis: analysis.clone() });
        }
        analysis
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::analysis::TaskKind;
    use crate::check::text::Text;
    use crate::source::SourceFile;

    #[test]
    fn analyses_again_what_edits_can_touch() {
        let text = |path: &str| Text::Kept(Arc::new(SourceFile::new(path, "{}")));
        let job = |path: &str, parameters: &[&str]| Job {
            kind: TaskKind::Template,
            text: text(path),
            parameters: parameters.iter().map(|path| text(path)).collect(),
            named: false,
            parsed: true,
            may_hold: true,
            early: None,
        };
        let (plain, with, linking) = (job("a.json", &[]), job("b.json", &["p.json"]), job("c.json", &[]));
        let reuse = Reuse::default();
        let made = |changed: &[(&str, &str)]| {
            let mut options = CheckOptions::new("/w");
            options.texts = changed.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
            [&plain, &with, &linking].map(|job| {
                let mut is_made = false;
                reuse.analysis(&options, job, || {
                    is_made = true;
                    Analysis { follows_links: &**job.text.shown() == "c.json", ..Analysis::default() }
                });
                is_made
            })
        };
        assert_eq!(made(&[]), [true, true, true]);
        assert_eq!(made(&[]), [false, false, true], "linked templates may have changed");
        assert_eq!(made(&[("p.json", "1")]), [false, true, true]);
        assert_eq!(made(&[("p.json", "1"), ("a.json", "1")]), [true, false, true]);
        assert_eq!(made(&[("p.json", "2"), ("a.json", "1"), ("d.json", "")]), [false, true, true]);
        assert_eq!(made(&[("a.json", "1")]), [false, true, true], "back to what is on disk");
    }
}
