//! Encodings of texts: Base64, data URIs, percent-encoding.

use super::json;
use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::value::{Data, Kind, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

const TEXT: Option<Kind> = Some(Kind::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "base64",
        min: 1,
        max: Some(1),
        kind: TEXT,
        run: |call| converted(call, |text| Ok(STANDARD.encode(text))),
    },
    Function { name: "base64tostring", min: 1, max: Some(1), kind: TEXT, run: |call| converted(call, from_base64) },
    Function { name: "base64tojson", min: 1, max: Some(1), kind: None, run: base64_to_json },
    Function { name: "datauri", min: 1, max: Some(1), kind: TEXT, run: |call| converted(call, data_uri) },
    Function { name: "datauritostring", min: 1, max: Some(1), kind: TEXT, run: |call| converted(call, from_data_uri) },
    Function {
        name: "uricomponent",
        min: 1,
        max: Some(1),
        kind: TEXT,
        run: |call| converted(call, |text| Ok(percent_encoded(text))),
    },
    Function {
        name: "uricomponenttostring",
        min: 1,
        max: Some(1),
        kind: TEXT,
        run: |call| converted(call, |text| percent_decoded(text).map_err(Stop::Error)),
    },
];

fn converted(call: &Call<'_>, convert: fn(&str) -> Result<String, Stop>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let text = convert(&call.string(0)?)?;
    call.room_for_text(text.len())?;
    Ok(call.result_from(&value, Data::text(text)))
}

fn from_base64(text: &str) -> Result<String, Stop> {
    let compact: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).map_err(|_| Stop::error("the text is not Base64"))?;
    String::from_utf8(bytes).map_err(|_| Stop::unsettled("Base64 of bytes that are not UTF-8"))
}

fn base64_to_json(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let text = from_base64(&call.string(0)?)?;
    json::read(call, &value, &text)
}

fn data_uri(text: &str) -> Result<String, Stop> {
    Ok(format!("data:text/plain;charset=utf-8;base64,{}", STANDARD.encode(text)))
}

fn from_data_uri(text: &str) -> Result<String, Stop> {
    let wrong = || Stop::error("the text is not a data URI");
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).ok_or_else(wrong)?;
    let (head, content) = text.get(scheme.len()..).and_then(|rest| rest.split_once(',')).ok_or_else(wrong)?;
    let mut parameters = head.split(';').skip(1);
    let charset = parameters.find_map(|parameter| parameter.strip_prefix("charset="));
    let is_readable = charset.is_none_or(|charset| {
        ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known))
    });
    if !is_readable {
        return Err(Stop::unsettled(format!("the charset '{}'", charset.unwrap_or_default())));
    }
    match head.split(';').next_back() {
        Some("base64") => from_base64(content),
        _ => percent_decoded(content).map_err(Stop::Error),
    }
}

/// All but the unreserved characters of RFC 3986 as `%XX`.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// `%XX` undone; what is no such sequence stays.
fn percent_decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().filter(|_| *first == b'%');
        let byte = digits.and_then(|[high, low]| {
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            u8::try_from(digit(high)? * 16 + digit(low)?).ok()
        });
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "the decoded bytes are not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn encodes() {
        check(&[
            ("base64('one, two, three')", "'b25lLCB0d28sIHRocmVl'"),
            ("base64ToString('b25lLCB0d28sIHRocmVl')", "'one, two, three'"),
            ("base64ToJson(base64('{\"a\": 1}')).a", "1"),
            ("base64ToString('!')", "error: base64tostring(): the text is not Base64"),
            ("dataUri('Hello')", "'data:text/plain;charset=utf-8;base64,SGVsbG8='"),
            ("dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", "'Hello, World!'"),
            ("dataUriToString('data:text/plain,a%20b')", "'a b'"),
            ("uriComponent('a*b c/ü')", "'a%2Ab%20c%2F%C3%BC'"),
            ("uriComponentToString('a%2Ab%20c%2F%C3%BC%')", "'a*b c/ü%'"),
            ("base64(@('text'))", "base64(@('text'))"),
        ]);
    }
}
