//! Says who can reach the API server of an AKS cluster, from the template that deploys it.
//!
//! Files go in, findings come out; in between, data flows one way:
//!
//! 1. [`discover`], [`read`] and [`sniff`] find files, and [`search`] passes over those that cannot hold what rules ask for;
//! 2. [`syntax`] reads JSON into a tree in which every key and value has its place, in the words of [`source`];
//! 3. [`template`] makes declarations of it, with expressions parsed;
//! 4. [`evaluate`] works out what they come to: values that are known, unknown, or hang on an open question;
//! 5. [`rules`] says what is asked of a resource, in PSRule's language, with what [`network`] and [`schema`] know of Azure;
//! 6. [`judge`] puts the two together, in every world that matters, and gives [`finding`]s;
//! 7. [`suppress`] marks those that somebody accepted, [`fix`] carries out the mends they offer, [`report`] shows them.
//!
//! [`check`] is the front door, [`config`] what a project's configuration file says, [`cli`] the program.
//!
//! ```
//! use akslint::check::{CheckOptions, check};
//!
//! let mut options = CheckOptions::new(env!("CARGO_MANIFEST_DIR"));
//! options.paths.push("examples/open-cluster.json".into());
//! let report = check(&options)?;
//! assert!(report.findings.iter().any(|finding| &*finding.reference == "AKS104"));
//! # Ok::<(), String>(())
//! ```

pub mod cases;
pub mod check;
pub mod cli;
pub mod config;
pub mod date;
pub mod digest;
pub mod discover;
pub mod evaluate;
pub mod finding;
pub mod fix;
pub mod judge;
pub mod limits;
pub mod network;
pub mod read;
pub mod report;
pub mod rules;
pub mod schema;
pub mod script;
pub mod search;
pub mod sniff;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod template;
pub mod write;
