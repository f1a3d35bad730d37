//! The functions of the template language that only need their arguments, one file a family.

use super::call::Function;

/// The function of that name, in lower case.
pub fn find(_name: &str) -> Option<&'static Function> {
    None
}
