//! Dates and times, in the one form that is certain: `yyyy-MM-ddTHH:mm:ssZ`.

use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::value::{Data, Kind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "datetimeadd", min: 2, max: Some(3), kind: Some(Kind::String), run: add },
    Function { name: "datetimefromepoch", min: 1, max: Some(1), kind: Some(Kind::String), run: from_epoch },
    Function { name: "datetimetoepoch", min: 1, max: Some(1), kind: Some(Kind::Int), run: to_epoch },
];

const DAY: i64 = 86_400;

/// Seconds from 1970-01-01T00:00:00Z of a time in the certain form.
fn read(text: &str) -> Option<i64> {
    let shape: String =
        text.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
    if shape != "0000-00-00T00:00:00Z" {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let days = days_from_civil(year, month, day);
    let is_real = year > 0 && civil_from_days(days) == (year, month, day) && hour < 24 && minute < 60 && second < 60;
    is_real.then_some(days * DAY + hour * 3600 + minute * 60 + second)
}

/// The time in the certain form; `None` outside of the years 1 to 9999.
fn write(seconds: i64) -> Option<String> {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Far outside of those years the arithmetic below would overflow.
    if days.abs() > 4_000_000 {
        return None;
    }
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Days from 1970-01-01 of a date in the Gregorian calendar; years begin in March, so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Seconds of an ISO 8601 duration of weeks, days, hours, minutes and whole seconds. Years and months have no fixed length.
fn duration(text: &str) -> Option<i64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (mut seconds, mut digits, mut in_time, mut any) = (0_i64, String::new(), false, false);
    for character in rest.chars() {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if character == 'T' && digits.is_empty() && !in_time {
            in_time = true;
            continue;
        }
        let unit = match (character, in_time) {
            ('W', false) => 7 * DAY,
            ('D', false) => DAY,
            ('H', true) => 3600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
        any = true;
    }
    (any && digits.is_empty()).then_some(sign * seconds)
}

fn add(call: &Call<'_>) -> Result<Value, Stop> {
    let base = call.known(0)?;
    let (text, length) = (call.string(0)?, call.string(1)?);
    if call.args.len() > 2 && !matches!(&*call.string(2)?, "yyyy-MM-ddTHH:mm:ssZ" | "yyyy-MM-ddTHH:mm:ss'Z'") {
        return Err(Stop::unsettled("a format of dates"));
    }
    let (Some(start), Some(length)) = (read(&text), duration(&length)) else {
        return Err(Stop::unsettled(format!("the sum of '{text}' and '{length}'")));
    };
    let sum = start.checked_add(length).and_then(write).ok_or_else(|| Stop::error("the date is out of range"))?;
    Ok(call.result_from(&base, Data::text(sum)))
}

fn from_epoch(call: &Call<'_>) -> Result<Value, Stop> {
    let text = write(call.int(0)?).ok_or_else(|| Stop::error("the date is out of range"))?;
    Ok(call.result(Data::text(text)))
}

fn to_epoch(call: &Call<'_>) -> Result<Value, Stop> {
    let text = call.string(0)?;
    let seconds = read(&text).ok_or_else(|| Stop::unsettled(format!("the date '{text}'")))?;
    Ok(call.result(Data::Int(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::functions::tests::check;

    #[test]
    fn computes_dates() {
        check(&[
            ("dateTimeFromEpoch(1683040573)", "'2023-05-02T15:16:13Z'"),
            ("dateTimeToEpoch('2023-05-02T15:16:13Z')", "1683040573"),
            ("dateTimeToEpoch('2023-02-30T15:16:13Z')", "unsettled: the date '2023-02-30T15:16:13Z'"),
            ("dateTimeAdd('2020-02-28T23:00:00Z', 'P1DT2H')", "'2020-03-01T01:00:00Z'"),
            ("dateTimeAdd('2020-01-01T00:00:00Z', '-PT1S')", "'2019-12-31T23:59:59Z'"),
            ("dateTimeAdd('2020-01-01T00:00:00Z', 'P3Y')", "unsettled: the sum of '2020-01-01T00:00:00Z' and 'P3Y'"),
            ("dateTimeFromEpoch(json('9223372036854775807'))", "error: datetimefromepoch(): the date is out of range"),
            ("dateTimeToEpoch(@('text'))", "datetimetoepoch(@('text'))"),
        ]);
    }

    #[test]
    fn dates_come_back() {
        for days in (-719_162..2_932_896).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
