//! Says who can reach the API server of an AKS cluster, from the template that deploys it.
pub mod evaluate;
pub mod finding;
pub mod rules;
pub mod source;
pub mod template;
