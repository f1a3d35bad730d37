//! The only look at the clock.

use crate::date::Date;
use std::time::{SystemTime, UNIX_EPOCH};

/// The day that it is in UTC.
pub fn today() -> Option<Date> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| Date::from_unix_seconds(since.as_secs()))
}
