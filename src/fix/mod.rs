//! From the fixes that findings offer to mended files.
//!
//! [`apply()`] carries out fixes on texts; [`run()`] repeats checking and applying until nothing more applies, and takes back
//! what makes anything worse; [`diff`] shows what would change; [`edits`] builds the replacements that fixes are made of. Nothing here
//! touches the disk: [`write`](crate::write) puts a text in the place of a file.

pub mod apply;
mod children;
pub mod diff;
pub mod edits;
pub mod generated;
mod replacement;
pub mod run;

pub use apply::{Applied, apply, apply_to_files};
pub use run::{Fixed, Settings, Yields, newcomer, run};
