//! From declarations to resources: what each will be once deployed, as far as the files tell.

pub mod call;
pub mod functions;
pub mod origin;
pub mod symbolic;
pub mod unknown;
pub mod value;
