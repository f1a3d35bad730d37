//! Says who can reach the API server of an AKS cluster, from the template that deploys it.

pub mod cases;
pub mod check;
pub mod cli;
pub mod config;
pub mod date;
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
pub mod search;
pub mod sniff;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod template;
pub mod write;
