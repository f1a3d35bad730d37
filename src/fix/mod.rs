//! From the fixes that findings offer to mended files.
//!
//! [`apply()`] carries out fixes on texts; [`run()`] repeats checking and applying until nothing more applies, and takes back
//! what makes anything worse; [`mod@write`] puts a text in the place of a file; [`diff`] shows what would change; [`edits`] builds
//! the replacements that fixes are made of. Only `write` touches the disk.

pub mod apply;
mod children;
pub mod diff;
pub mod edits;
pub mod generated;
pub mod run;
pub mod write;

pub use apply::{Applied, apply, apply_to_files};
pub use run::{Fixed, Settings, Yields, newcomer, run};
