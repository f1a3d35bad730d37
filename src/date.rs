//! Days and moments, for what holds until one. The library reads no clock: today is what its caller says.

use std::fmt::{self, Display};
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no day written as `2026-12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day, written as 2026-12-31")]
pub struct NoDate;

impl Date {
    /// The day that many seconds after the start of 1970, in UTC. Days past the year 9999 give its last one.
    pub fn from_unix_seconds(seconds: u64) -> Self {
        let mut days = seconds / 86_400;
        for year in 1970..=9999 {
            let length = if is_leap(year) { 366 } else { 365 };
            if days >= length {
                days -= length;
                continue;
            }
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                if days < length {
                    return Self { year, month, day: days as u8 + 1 };
                }
                days -= length;
            }
        }
        Self { year: 9999, month: 12, day: 31 }
    }

    /// Days since the first of 1970; negative before it.
    pub fn days(self) -> i64 {
        // Years that begin in March have their leap day at the end.
        let (month, year) = (i64::from(self.month), i64::from(self.year));
        let year = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A moment, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds since the start of 1970, in UTC.
    seconds: i64,
}

impl Moment {
    /// The day on which it is in UTC, in days since the first of 1970.
    pub fn days(self) -> i64 {
        self.seconds.div_euclid(DAY)
    }

    /// Whether it is no later than the first second of `today`: of a moment within today nobody can tell without a clock.
    pub fn is_past(self, today: Date) -> bool {
        self.seconds <= today.days() * DAY
    }
}

/// The text is no moment written as `2026-12-31T12:00:00Z`, and no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a day or a moment, written as 2026-12-31 or 2026-12-31T12:00:00Z")]
pub struct NoMoment;

impl FromStr for Moment {
    type Err = NoMoment;

    /// Reads RFC 3339: a day, which is its first second, or a day and a time. Without an offset it is UTC.
    fn from_str(text: &str) -> Result<Self, NoMoment> {
        let (day, time) = match text.get(10..) {
            None | Some("") => (text, None),
            Some(rest) => {
                let time = rest.strip_prefix(['T', 't', ' ']).ok_or(NoMoment)?;
                (text.get(..10).unwrap_or_default(), Some(time))
            }
        };
        let day: Date = day.parse().map_err(|_| NoMoment)?;
        let time = match time {
            None => 0,
            Some(time) => seconds_of(time).ok_or(NoMoment)?,
        };
        Ok(Self { seconds: day.days() * DAY + time })
    }
}

/// Seconds from midnight in UTC of `12:00`, `12:00:00`, `12:00:00.5`, each with `Z`, an offset such as `+02:00`, or neither.
fn seconds_of(time: &str) -> Option<i64> {
    let at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = (time.get(..at)?, time.get(at..)?);
    let offset = match offset {
        "" | "Z" | "z" => 0,
        signed => {
            let sign = if signed.starts_with('-') { -1 } else { 1 };
            let digits: String = signed.get(1..)?.split(':').collect();
            let (hours, minutes) = (two_digits(digits.get(..2)?, 23)?, digits.get(2..).filter(|rest| !rest.is_empty()));
            sign * (hours * 3600 + minutes.map_or(Some(0), |minutes| two_digits(minutes, 59))? * 60)
        }
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut parts = clock.split(':');
    let (hours, minutes) = (two_digits(parts.next()?, 23)?, two_digits(parts.next()?, 59)?);
    let seconds = parts.next().map_or(Some(0), |seconds| two_digits(seconds, 60))?;
    parts.next().is_none().then_some(hours * 3600 + minutes * 60 + seconds - offset)
}

fn two_digits(text: &str, most: i64) -> Option<i64> {
    let is_shaped = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| is_shaped && *value <= most)
}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let is_shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let mut parts = text.split('-').filter(|_| is_shaped).filter_map(|part| part.parse::<u16>().ok());
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoDate);
        };
        let date = Self { year, month: month as u8, day: day as u8 };
        let exists = (1..=12).contains(&month) && (1..=days_of(year, date.month)).contains(&date.day);
        if exists { Ok(date) } else { Err(NoDate) }
    }
}

impl Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_of(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_counts_days() {
        let table = [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_798_675_200, "2026-12-31"),
            (4_107_542_400, "2100-03-01"),
            (u64::MAX, "9999-12-31"),
        ];
        for (seconds, expected) in table {
            let date = Date::from_unix_seconds(seconds);
            assert_eq!(date.to_string(), expected);
            assert_eq!(expected.parse(), Ok(date));
        }
        for text in [
            "2026-1-1",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "26-01-01",
            "2026/01/01",
            "",
            "2026-01-01T",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
        assert!("2026-12-31".parse::<Date>().unwrap() < "2027-01-01".parse().unwrap());
        for (seconds, _) in &table[..6] {
            assert_eq!(Date::from_unix_seconds(*seconds).days(), (*seconds / 86_400) as i64);
        }
        assert_eq!("1969-12-31".parse::<Date>().unwrap().days(), -1);
    }

    #[test]
    fn reads_moments() {
        let table = [
            ("1970-01-01", 0),
            ("1970-01-02T00:00:00Z", 86_400),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1970-01-01t01:00:00.25-0130", 9_000),
            ("1970-01-01 01:02", 3_720),
            ("1969-12-31T23:59:59Z", -1),
            ("2026-12-31T00:00:00", 1_798_675_200),
        ];
        for (text, seconds) in table {
            assert_eq!(text.parse(), Ok(Moment { seconds }), "{text}");
        }
        for text in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-01-01T",
            "2026-01-01T1:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T10:00:00.Z",
            "2026-01-01T10:00:00 later",
            "2026-01-01T10:00:00+25:00",
            "2026-01-01x",
            "2026-01-01T10:00:00:00",
            "20261231ü",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NoMoment), "{text}");
        }
    }

    #[test]
    fn moments_of_today_are_not_past() {
        let today = "2026-12-31".parse().unwrap();
        let is_past = |text: &str| text.parse::<Moment>().unwrap().is_past(today);
        assert!(is_past("2026-12-31") && is_past("2026-12-31T01:00:00+02:00") && is_past("2025-01-01"));
        assert!(!is_past("2026-12-31T00:00:01Z") && !is_past("2027-01-01"));
    }
}
