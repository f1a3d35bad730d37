//! What the fuzz targets do with their bytes, and the laws they hold the linter to.
//!
//! The targets in `fuzz_targets/` only call these. `tests/laws.rs` of the main package takes the same modules: it replays the
//! seeds, and holds generated templates to the same laws, on a stable toolchain.

pub mod bench;
pub mod expressions;
pub mod fixes;
pub mod forms;
pub mod generate;
pub mod json;
pub mod laws;
pub mod paths;
pub mod rules;
pub mod scripts;
pub mod templates;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex};
use std::thread;

/// The body of a target.
pub type Body = fn(&[u8]);

/// The targets and their bodies. Each has a folder of its name in `fuzz/seeds/`.
pub const TARGETS: [(&str, Body); 7] = [
    ("json", json::run),
    ("expressions", expressions::run),
    ("templates", templates::run),
    ("rules", rules::run),
    ("paths", paths::run),
    ("fixes", fixes::run),
    ("scripts", scripts::run),
];

/// Separates the files of one input.
pub const SEPARATOR: &str = "\n=====\n";

/// Bytes of stack of the thread that runs targets: the instrumented code takes several times what the program's has.
const STACK_BYTES: usize = 256 << 20;

type Worker = Mutex<(Sender<(Body, Vec<u8>)>, Receiver<()>)>;

static WORKER: LazyLock<Worker> = LazyLock::new(|| {
    let (give, jobs) = channel::<(Body, Vec<u8>)>();
    let (done, wait) = channel();
    let work = move || {
        for (body, data) in jobs {
            body(&data);
            if done.send(()).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().stack_size(STACK_BYTES).spawn(work).expect("a thread");
    Mutex::new((give, wait))
});

/// Runs a target on a thread with enough stack; one that panics ends the process.
pub fn on_a_worker(body: Body, data: &[u8]) {
    let worker = WORKER.lock().expect("the worker");
    worker.0.send((body, data.to_vec())).expect("the worker takes jobs");
    if worker.1.recv().is_err() {
        std::process::abort();
    }
}

/// The files of an input: texts between [`SEPARATOR`]s. `None`: it is no text.
pub fn files(data: &[u8]) -> Option<Vec<&str>> {
    Some(std::str::from_utf8(data).ok()?.split(SEPARATOR).collect())
}
