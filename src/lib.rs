//! Says who can reach the API server of an AKS cluster, from the template that deploys it.
pub mod finding;
pub mod report;
pub mod source;
pub mod syntax;
pub mod template;
