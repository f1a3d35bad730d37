//! The texts of values, and composite format strings, as .NET writes them.

use crate::evaluate::call::{Call, Stop, known};
use crate::evaluate::value::{Array, Data, Object, Slot, Value};

/// How deep containers are written.
const MAX_DEPTH: usize = 256;

/// The text of a scalar: as `concat` and `format` write it. `None` for containers and what is open.
pub fn scalar_text(data: &Data) -> Option<String> {
    match data {
        Data::Null => Some(String::new()),
        Data::Bool(true) => Some("True".to_owned()),
        Data::Bool(false) => Some("False".to_owned()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(float_text(*value)),
        Data::String(text) => Some(text.to_string()),
        Data::Array(_) | Data::Object(_) | Data::Unknown(_) | Data::Choice(_) => None,
    }
}

fn float_text(value: f64) -> String {
    if value != 0.0 && (value.abs() >= 1e15 || value.abs() < 1e-5) {
        let text = format!("{value:E}");
        return match text.split_once('E') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}E+{exponent:0>2}"),
            Some((digits, exponent)) => format!("{digits}E-{:0>2}", exponent.trim_start_matches('-')),
            None => text,
        };
    }
    value.to_string()
}

/// Compact JSON with this quote. Needs every part known.
pub fn json_text(call: &Call<'_>, value: &Value, quote: char) -> Result<String, Stop> {
    let mut writer = JsonWriter { call, quote, text: String::new() };
    let done = writer.value(value, MAX_DEPTH);
    if done.is_err() {
        // A result counts as what is given.
        call.note_written(writer.text.len());
    }
    done.map(|()| writer.text)
}

struct JsonWriter<'a> {
    call: &'a Call<'a>,
    quote: char,
    text: String,
}

impl JsonWriter<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Stop> {
        if depth == 0 {
            return Err(Stop::Limit(format!("writing {MAX_DEPTH} nested levels")));
        }
        self.call.room_for_text(self.text.len())?;
        match &value.data {
            Data::Null => self.text.push_str("null"),
            Data::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Data::Float(value) => {
                let digits = float_text(*value);
                self.text.push_str(&digits);
                if !digits.contains(['.', 'E']) {
                    self.text.push_str(".0");
                }
            }
            Data::String(content) => {
                quoted(&mut self.text, content, self.quote);
                // The last text may be the only long one, and quoting doubles it.
                self.call.room_for_text(self.text.len())?;
            }
            Data::Array(array) => self.array(array, depth)?,
            Data::Object(object) => self.object(value, object, depth)?,
            Data::Int(_) | Data::Unknown(_) | Data::Choice(_) => {
                let value = known(value.clone())?;
                self.text.push_str(&scalar_text(&value.data).unwrap_or_default());
            }
        }
        Ok(())
    }

    fn array(&mut self, array: &Array, depth: usize) -> Result<(), Stop> {
        self.text.push('[');
        for (index, slot) in array.slots.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let item = match slot {
                Slot::Item(item) => known(item.force())?,
                Slot::Rest(rest) => known(rest.clone())?,
            };
            self.value(&item, depth - 1)?;
        }
        self.text.push(']');
        Ok(())
    }

    fn object(&mut self, value: &Value, object: &Object, depth: usize) -> Result<(), Stop> {
        self.text.push('{');
        for (index, member) in object.members(&value.origin)?.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            quoted(&mut self.text, &member.name, self.quote);
            self.text.push(':');
            self.value(&known(member.value.force())?, depth - 1)?;
        }
        self.text.push('}');
        Ok(())
    }
}

fn quoted(text: &mut String, content: &str, quote: char) {
    text.push(quote);
    for character in content.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\u{85}' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", character as u32)),
            _ if character == quote => {
                text.push('\\');
                text.push(quote);
            }
            _ if (character as u32) < 0x20 => text.push_str(&format!("\\u{:04x}", character as u32)),
            _ => text.push(character),
        }
    }
    text.push(quote);
}

/// A part of a composite format string.
#[derive(Clone, Debug, PartialEq)]
pub enum FormatPart {
    /// Text as it is.
    Text(String),
    /// `{index,alignment:format}`.
    Hole(Hole),
}

/// A hole in a composite format string.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// Which argument, from 0.
    pub index: usize,
    /// The least width in characters; negative: filled on the right.
    pub alignment: i64,
    /// The format, perhaps empty.
    pub format: String,
}

/// Reads a composite format string.
pub fn composite(format: &str) -> Result<Vec<FormatPart>, Stop> {
    let malformed = || Stop::error(format!("'{format}' is not a valid format string"));
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else {
            let inner = from.strip_prefix('{').ok_or_else(malformed)?;
            let (hole, after) = inner.split_once('}').ok_or_else(malformed)?;
            if !text.is_empty() {
                parts.push(FormatPart::Text(std::mem::take(&mut text)));
            }
            parts.push(FormatPart::Hole(read_hole(hole).ok_or_else(malformed)?));
            rest = after;
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(FormatPart::Text(text));
    }
    Ok(parts)
}

fn read_hole(hole: &str) -> Option<Hole> {
    let (head, format) = hole.split_once(':').unwrap_or((hole, ""));
    let (index, alignment) = match head.split_once(',') {
        Some((index, alignment)) => (index, alignment.trim().parse().ok()?),
        None => (head, 0),
    };
    let starts_well = index.starts_with(|first: char| first.is_ascii_digit());
    let index = index.trim_end().parse().ok().filter(|_| starts_well)?;
    Some(Hole { index, alignment, format: format.to_owned() })
}

/// The known scalar or container `value` as `hole` writes it.
pub fn formatted(call: &Call<'_>, value: &Value, hole: &Hole) -> Result<String, Stop> {
    let text = match (&value.data, hole.format.as_str()) {
        (Data::Int(int), format) if !format.is_empty() => number_text(*int, format)?,
        (Data::Float(_), format) if !format.is_empty() => {
            return Err(Stop::unsettled("formats of numbers that are not whole"));
        }
        (data, _) => match scalar_text(data) {
            Some(text) => text,
            None => json_text(call, value, '\'')?,
        },
    };
    let width = usize::try_from(hole.alignment.unsigned_abs()).unwrap_or(usize::MAX);
    call.room_for_text(width)?;
    let missing = " ".repeat(width.saturating_sub(super::utf16::length(&text)));
    Ok(if hole.alignment < 0 { text + &missing } else { missing + &text })
}

/// A whole number in a standard or custom numeric format, invariant culture.
pub fn number_text(value: i64, format: &str) -> Result<String, Stop> {
    let unsettled = || Stop::unsettled(format!("the number format '{format}'"));
    let mut characters = format.chars();
    let letter = characters.next().ok_or_else(unsettled)?;
    let digits = characters.as_str();
    let precision: Option<usize> = if digits.is_empty() { None } else { digits.parse().ok() };
    if letter.is_ascii_alphabetic() && (digits.is_empty() || precision.is_some_and(|precision| precision <= 99)) {
        let sign = if value < 0 { "-" } else { "" };
        let plain = value.unsigned_abs().to_string();
        let decimals = |default: usize| match precision.unwrap_or(default) {
            0 => String::new(),
            count => format!(".{}", "0".repeat(count)),
        };
        return match letter.to_ascii_uppercase() {
            'D' => Ok(format!("{sign}{plain:0>width$}", width = precision.unwrap_or(0))),
            'G' if precision.is_none_or(|precision| precision == 0 || precision >= plain.len()) => {
                Ok(format!("{sign}{plain}"))
            }
            'F' => Ok(format!("{sign}{plain}{}", decimals(2))),
            'N' => Ok(format!("{sign}{}{}", grouped(&plain), decimals(2))),
            'X' => {
                // Negative numbers would show whether the engine keeps 32 or 64 bits.
                let value = u64::try_from(value).map_err(|_| unsettled())?;
                let hex = if letter == 'X' { format!("{value:X}") } else { format!("{value:x}") };
                Ok(format!("{hex:0>width$}", width = precision.unwrap_or(0)))
            }
            _ => Err(unsettled()),
        };
    }
    if !format.is_empty() && format.chars().all(|character| character == '0') {
        let sign = if value < 0 { "-" } else { "" };
        return Ok(format!("{sign}{:0>width$}", value.unsigned_abs(), width = format.len()));
    }
    Err(unsettled())
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers() {
        let table = [
            (7, "D3", "007"),
            (-7, "D3", "-007"),
            (1234567, "N0", "1,234,567"),
            (1234, "N", "1,234.00"),
            (255, "X", "FF"),
            (255, "x4", "00ff"),
            (5, "000", "005"),
            (5, "F1", "5.0"),
        ];
        for (value, format, expected) in table {
            assert_eq!(number_text(value, format).unwrap(), expected, "{value} as {format}");
        }
        assert!(number_text(5, "C").is_err());
    }

    #[test]
    fn reads_composite_formats() {
        let hole =
            |index, alignment, format: &str| FormatPart::Hole(Hole { index, alignment, format: format.to_owned() });
        let text = |text: &str| FormatPart::Text(text.to_owned());
        assert_eq!(
            composite("{{{0}}}-{1,-5:D3}").unwrap(),
            vec![text("{"), hole(0, 0, ""), text("}-"), hole(1, -5, "D3")]
        );
        for malformed in ["{", "}", "{a}", "{0", "{-1}"] {
            assert!(composite(malformed).is_err(), "{malformed}");
        }
    }
}
