//! How far a run is, for whoever watches it from another thread.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It looks for files; how many there are is not known.
    Finding,
    /// It reads files, and sorts out what each is.
    Reading,
    /// It judges what was read.
    Checking,
}

/// Counts of a run under way. They are for display: each is right, but they may belong to neighbouring moments.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicUsize,
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Progress {
    /// What the run is doing, how many files it has done at that, and how many there are.
    pub fn now(&self) -> (Stage, usize, usize) {
        let stage = match self.stage.load(Relaxed) {
            0 => Stage::Finding,
            1 => Stage::Reading,
            _ => Stage::Checking,
        };
        (stage, self.done.load(Relaxed), self.total.load(Relaxed))
    }

    /// Another stage begins, with `total` files to do.
    pub(super) fn begin(&self, stage: Stage, total: usize) {
        let stage = match stage {
            Stage::Finding => 0,
            Stage::Reading => 1,
            Stage::Checking => 2,
        };
        self.done.store(0, Relaxed);
        self.total.store(total, Relaxed);
        self.stage.store(stage, Relaxed);
    }

    /// One file more is done.
    pub(super) fn advance(&self) {
        self.done.fetch_add(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_nothing_at_each_stage() {
        let progress = Progress::default();
        assert_eq!(progress.now(), (Stage::Finding, 0, 0));
        progress.begin(Stage::Reading, 3);
        progress.advance();
        progress.advance();
        assert_eq!(progress.now(), (Stage::Reading, 2, 3));
        progress.begin(Stage::Checking, 1);
        assert_eq!(progress.now(), (Stage::Checking, 0, 1));
        progress.begin(Stage::Finding, 0);
        assert_eq!(progress.now(), (Stage::Finding, 0, 0));
    }
}
