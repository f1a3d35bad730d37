//! The laws that hold of every template, tried on generated ones; and the inputs of the fuzz targets, replayed. The laws and the
//! bodies of the targets stand in `fuzz/src/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use akslint::finding::Applicability;
use fuzz::bench::{court, shipped};
use fuzz::forms::Form;
use fuzz::generate::{Choices, generate};
use fuzz::{Body, TARGETS, laws};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::fs;
use std::path::Path;
use std::thread;

#[path = "../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "the targets of the fuzzer take the rest")]
mod fuzz;

/// The stack that workers have, in bytes.
const STACK_BYTES: usize = 16 << 20;

/// Runs `test` with the stack of a worker.
fn on_a_worker(test: impl FnOnce() + Send + 'static) -> thread::Result<()> {
    thread::Builder::new().stack_size(STACK_BYTES).spawn(test).unwrap().join()
}

#[test]
fn targets_survive_their_seeds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, body) in TARGETS {
        let mut files: Vec<_> = fs::read_dir(seeds.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() > 2, "{name} has seeds");
        for path in files {
            let data = fs::read(&path).unwrap();
            assert!(on_a_worker(move || body(&data)).is_ok(), "{}", path.display());
        }
    }
}

/// Tries `law` on as many inputs as `AKSLINT_CASES` says, else `cases`.
fn hold(cases: u32, law: Body) {
    let cases = std::env::var("AKSLINT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    on_a_worker(move || {
        let bytes = prop::collection::vec(any::<u8>(), 0..160);
        TestRunner::new(config)
            .run(&bytes, |bytes| {
                law(&bytes);
                Ok(())
            })
            .unwrap();
    })
    .unwrap();
}

#[test]
fn verdicts_do_not_depend_on_formatting() {
    hold(24, |bytes| laws::formatting(shipped(), &generate(&mut Choices::new(bytes)).input(), &Form::ALL));
}

#[test]
fn verdicts_do_not_depend_on_the_order_and_case_of_keys() {
    hold(32, |bytes| laws::order_and_case(court(0), &generate(&mut Choices::new(bytes)).input(), &Form::KEYS));
}

#[test]
fn verdicts_do_not_depend_on_the_order_of_parameters_files() {
    hold(24, |bytes| laws::parameters_files(court(0), &generate(&mut Choices::new(bytes)).input()));
}

#[test]
fn more_parameters_turn_no_verdict() {
    hold(48, |bytes| laws::more_known(court(0), &generate(&mut Choices::new(bytes))));
}

#[test]
fn fixes_mend_and_open_nothing() {
    hold(12, |bytes| laws::fixes(shipped(), &generate(&mut Choices::new(bytes)).input(), Applicability::Safe));
}

#[test]
fn unsafe_fixes_mend_and_open_nothing() {
    hold(12, |bytes| laws::fixes(shipped(), &generate(&mut Choices::new(bytes)).input(), Applicability::Unsafe));
}
