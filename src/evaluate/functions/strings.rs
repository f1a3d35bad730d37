//! Texts.

use super::pieces::{self, Pieces, part_of};
use super::{dotnet, utf16};
use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::unknown::{Bounds, Literal, Piece, Symbol, Unknown};
use crate::evaluate::value::{Data, Kind, Lazy, Origin, Slot, Value};
use std::rc::Rc;

const TEXT: Option<Kind> = Some(Kind::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "format", min: 1, max: None, kind: TEXT, run: format },
    Function { name: "string", min: 1, max: Some(1), kind: TEXT, run: string },
    Function { name: "substring", min: 1, max: Some(3), kind: TEXT, run: substring },
    Function { name: "split", min: 2, max: Some(2), kind: Some(Kind::Array), run: split },
    Function { name: "join", min: 2, max: Some(2), kind: TEXT, run: join },
    Function { name: "replace", min: 3, max: Some(3), kind: TEXT, run: replace },
    Function {
        name: "tolower",
        min: 1,
        max: Some(1),
        kind: TEXT,
        run: |call| mapped(call, |text| text.to_lowercase()),
    },
    Function {
        name: "toupper",
        min: 1,
        max: Some(1),
        kind: TEXT,
        run: |call| mapped(call, |text| text.to_uppercase()),
    },
    Function { name: "trim", min: 1, max: Some(1), kind: TEXT, run: trim },
    Function { name: "padleft", min: 2, max: Some(3), kind: TEXT, run: pad_left },
    Function { name: "startswith", min: 2, max: Some(2), kind: Some(Kind::Bool), run: starts_with },
    Function { name: "endswith", min: 2, max: Some(2), kind: Some(Kind::Bool), run: ends_with },
    Function { name: "like", min: 2, max: Some(2), kind: Some(Kind::Bool), run: like },
];

fn format(call: &Call<'_>) -> Result<Value, Stop> {
    let format = call.string(0)?;
    let mut text = Pieces::new(call);
    for part in dotnet::composite(&format)? {
        let hole = match part {
            dotnet::FormatPart::Text(known) => {
                text.known(&known)?;
                continue;
            }
            dotnet::FormatPart::Hole(hole) => hole,
        };
        let given = call.args.len() - 1;
        let index = hole.index.saturating_add(1);
        if index > given {
            return Err(Stop::error(format!("'{{{}}}' has no argument; there are {given}", hole.index)));
        }
        let value = call.value(index)?;
        match &value.data {
            Data::Unknown(unknown) if hole.format.is_empty() && hole.alignment == 0 => text.unknown(unknown)?,
            Data::Unknown(unknown) => {
                let width = hole.alignment;
                let suffix = format!(" as {{{width}:{}}}", hole.format);
                text.unknown(&part_of(unknown, &suffix, Kind::String))?;
            }
            _ => match dotnet::formatted(call, &value, &hole) {
                Ok(known) => text.known(&known)?,
                // A container with unknown parts.
                Err(Stop::Unknown(cause)) => {
                    let symbol = Symbol::new(format!("format('{{0}}', {})", call.text(&value)));
                    let bounds = Bounds { min_length: 2, secure: cause.bounds.secure, ..Bounds::of(Kind::String) };
                    text.unknown(&Rc::new(Unknown { symbol, bounds, ..(*cause).clone() }))?;
                }
                Err(stop) => return Err(stop),
            },
        }
    }
    Ok(text.finish())
}

fn string(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let text = match &value.data {
        Data::String(_) => return Ok(value),
        Data::Unknown(unknown) => {
            if unknown.bounds.kind == TEXT && !unknown.bounds.nullable {
                return Ok(value);
            }
            let filled = !unknown.bounds.nullable && unknown.bounds.kind.is_some_and(|kind| kind != Kind::String);
            return Ok(call.unknown(unknown, Bounds { min_length: u64::from(filled), ..Bounds::of(Kind::String) }));
        }
        Data::Null => return Err(Stop::unsettled("the text of null")),
        data => match dotnet::scalar_text(data) {
            Some(text) => text,
            None => dotnet::json_text(call, &value, '"')?,
        },
    };
    Ok(call.result_from(&value, Data::text(text)))
}

fn substring(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let text = call.string(0)?;
    let start = if call.args.len() > 1 { call.int(1)? } else { 0 };
    let whole = utf16::length(&text);
    let length = match call.args.len() {
        3.. => call.int(2)?,
        _ => i64::try_from(whole).unwrap_or(i64::MAX).saturating_sub(start),
    };
    let range = usize::try_from(start).ok().zip(usize::try_from(length).ok());
    match range.and_then(|(start, length)| utf16::slice(&text, start, length)) {
        Some(part) => Ok(call.result_from(&value, Data::text(part?))),
        None => Err(Stop::error(format!(
            "The index and length parameters must refer to a location within the string. The index parameter: '{start}', \
             the length parameter: '{length}', the length of the string parameter: '{whole}'."
        ))),
    }
}

fn split(call: &Call<'_>) -> Result<Value, Stop> {
    let delimiters = delimiters(call)?;
    let value = call.value(0)?;
    let part = |text: &str| Slot::Item(Lazy::known(call.result_from(&value, Data::text(text))));
    let slots = match &value.data {
        Data::String(text) => parts(text, &delimiters).into_iter().map(part).collect(),
        Data::Unknown(unknown) if matches!(unknown.bounds.kind, Some(Kind::String) | None) => {
            split_pieces(call, unknown, &delimiters, part)
        }
        data => return Err(call.mistyped(0, "a string", data)),
    };
    call.array_result(slots)
}

fn delimiters(call: &Call<'_>) -> Result<Vec<Rc<str>>, Stop> {
    let delimiters = call.known(1)?;
    let texts = match &delimiters.data {
        Data::String(text) => vec![text.clone()],
        Data::Array(array) => {
            let mut texts = Vec::new();
            for slot in &array.slots {
                let item = match slot {
                    Slot::Item(item) => crate::evaluate::call::known(item.force())?,
                    Slot::Rest(rest) => crate::evaluate::call::known(rest.clone())?,
                };
                match item.data {
                    Data::String(text) => texts.push(text),
                    data => return Err(call.mistyped(1, "an array of strings", &data)),
                }
            }
            texts
        }
        data => return Err(call.mistyped(1, "a string or an array of strings", data)),
    };
    Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
}

/// The parts of a text between delimiters; where several match, the first listed is taken.
fn parts<'t>(text: &'t str, delimiters: &[Rc<str>]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = text.get(at..) {
        if let Some(delimiter) = delimiters.iter().find(|delimiter| rest.starts_with(&***delimiter)) {
            parts.push(text.get(start..at).unwrap_or_default());
            at += delimiter.len();
            start = at;
        } else {
            match rest.chars().next() {
                Some(character) => at += character.len_utf8(),
                None => break,
            }
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// Known pieces give known parts; what an unknown piece touches is at least one part.
fn split_pieces(
    call: &Call<'_>,
    unknown: &Rc<Unknown>,
    delimiters: &[Rc<str>],
    part: impl Fn(&str) -> Slot,
) -> Vec<Slot> {
    let whole = [Piece::Unknown(unknown.clone())];
    // A delimiter of several characters could begin in one piece and end in the next.
    let is_simple = delimiters.iter().all(|delimiter| delimiter.chars().count() == 1);
    let pieces = unknown.bounds.pieces.as_deref().filter(|_| is_simple && !unknown.bounds.nullable);
    let mut slots: Vec<Slot> = Vec::new();
    let mut open: Option<Rc<Unknown>> = None;
    let mut pending = String::new();
    let mut gaps = 0;
    let mut gap = |unknown: &Rc<Unknown>| {
        gaps += 1;
        let symbol = match gaps {
            1 => call.symbol(),
            _ => Symbol::new(format!("{} part {gaps}", call.symbol().text)),
        };
        let bounds = Bounds { min_length: 1, secure: unknown.bounds.secure, ..Bounds::of(Kind::Array) };
        Slot::Rest(unknown.derive(symbol, bounds, Origin::computed(call.place)))
    };
    for piece in pieces.unwrap_or(&whole) {
        match piece {
            Piece::Unknown(unknown) => {
                open = open.or(Some(unknown.clone()));
                pending.clear();
            }
            Piece::Known(text) => {
                let mut segments = parts(text, delimiters).into_iter();
                pending.push_str(segments.next().unwrap_or_default());
                for segment in segments {
                    match open.take() {
                        Some(unknown) => slots.push(gap(&unknown)),
                        None => slots.push(part(&pending)),
                    }
                    pending = segment.to_owned();
                }
            }
        }
    }
    match open {
        Some(unknown) => slots.push(gap(&unknown)),
        None => slots.push(part(&pending)),
    }
    slots
}

fn join(call: &Call<'_>) -> Result<Value, Stop> {
    let slots = call.slots(0)?;
    let delimiter = call.string(1)?;
    let mut text = Pieces::new(call);
    let mut needs_delimiter = false;
    for slot in &slots {
        match slot {
            Slot::Item(item) => {
                if needs_delimiter {
                    text.known(&delimiter)?;
                }
                let item = crate::evaluate::call::settled(item.force())?;
                match &item.data {
                    Data::Unknown(unknown) => text.unknown(unknown)?,
                    Data::Null => return Err(Stop::unsettled("null among the texts to join")),
                    data => match dotnet::scalar_text(data) {
                        Some(known) => text.known(&known)?,
                        None => return Err(call.mistyped(0, "an array of strings", data)),
                    },
                }
                needs_delimiter = true;
            }
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                // The delimiters around a gap belong to it: it may have no element.
                let suffix = format!(" joined by {}", Literal::String(delimiter.clone()));
                text.unknown(&part_of(unknown, &suffix, Kind::String))?;
                needs_delimiter = false;
            }
            Slot::Rest(_) => {}
        }
    }
    Ok(text.finish())
}

fn replace(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let (text, old, new) = (call.string(0)?, call.string(1)?, call.string(2)?);
    if old.is_empty() {
        return Err(Stop::error("the text to replace is empty"));
    }
    let grown = text.matches(&*old).count().saturating_mul(new.len()).saturating_add(text.len());
    call.room_for_text(grown)?;
    Ok(call.result_from(&value, Data::text(text.replace(&*old, &new))))
}

fn mapped(call: &Call<'_>, map: fn(&str) -> String) -> Result<Value, Stop> {
    let value = call.value(0)?;
    match &value.data {
        Data::String(text) => Ok(call.result_from(&value, Data::text(map(text)))),
        Data::Unknown(unknown) => Ok(pieces::mapped(call, unknown, map)),
        data => Err(call.mistyped(0, "a string", data)),
    }
}

fn trim(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    match &value.data {
        Data::String(text) => Ok(call.result_from(&value, Data::text(text.trim()))),
        Data::Unknown(unknown) => {
            let max_length = unknown.bounds.max_length.filter(|_| unknown.bounds.kind == TEXT);
            Ok(call.unknown(unknown, Bounds { max_length, ..Bounds::of(Kind::String) }))
        }
        data => Err(call.mistyped(0, "a string", data)),
    }
}

fn pad_left(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let text = match &value.data {
        Data::String(text) => text.to_string(),
        Data::Int(int) => int.to_string(),
        data => return Err(call.mistyped(0, "a string or an integer", data)),
    };
    let width = usize::try_from(call.int(1)?).map_err(|_| Stop::error("the length is negative"))?;
    let pad = if call.args.len() > 2 { call.string(2)? } else { " ".into() };
    if utf16::length(&pad) != 1 {
        return Err(Stop::error(format!("'{pad}' is not one character")));
    }
    call.room_for_text(width.saturating_mul(pad.len()))?;
    let missing = width.saturating_sub(utf16::length(&text));
    Ok(call.result_from(&value, Data::text(pad.repeat(missing) + &text)))
}

fn starts_with(call: &Call<'_>) -> Result<Value, Stop> {
    affix(call, utf16::starts_with, |pieces| pieces.first())
}

fn ends_with(call: &Call<'_>) -> Result<Value, Stop> {
    affix(call, utf16::ends_with, |pieces| pieces.last())
}

/// Whether a text starts or ends with another. A known piece at that end may decide.
fn affix(call: &Call<'_>, test: fn(&str, &str) -> bool, end: fn(&[Piece]) -> Option<&Piece>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let wanted = call.string(1)?;
    let answer = match &value.data {
        Data::String(text) => test(text, &wanted),
        Data::Unknown(unknown) => {
            let known = unknown.bounds.pieces.as_deref().and_then(end);
            let decided = match known {
                _ if unknown.bounds.nullable => None,
                // What is known decides if it is long enough, or if it differs within its length.
                Some(Piece::Known(known)) if test(known, &wanted) => Some(true),
                Some(Piece::Known(known)) if !test(&wanted, known) => Some(false),
                _ => pieces::agreed(unknown, |text| test(text, &wanted)),
            };
            decided.ok_or_else(|| Stop::Unknown(unknown.clone()))?
        }
        data => return Err(call.mistyped(0, "a string", data)),
    };
    Ok(call.result(Data::Bool(answer)))
}

fn like(call: &Call<'_>) -> Result<Value, Stop> {
    let (text, pattern) = (call.string(0)?, call.string(1)?);
    Ok(call.result(Data::Bool(utf16::like(&text, &pattern))))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn makes_texts() {
        check(&[
            ("format('{0}-{1:D3}-{0}', 'a', 7)", "'a-007-a'"),
            ("format('{{{0}}}', true())", "'{True}'"),
            ("format('[{0,5}|{0,-5}]', 'ab')", "'[   ab|ab   ]'"),
            ("format('{0:N0}', 8175133)", "'8,175,133'"),
            ("format('{0}', createObject('k', createArray(true(), 1)))", "'{''k'':[true,1]}'"),
            ("format('{0}', null())", "''"),
            ("format('{1}', 'a')", "error: format(): '{1}' has no argument; there are 1"),
            ("format('{', 'a')", "error: format(): '{' is not a valid format string"),
            ("string(createObject('k', createArray(true(), null(), 'a\"b')))", "'{\"k\":[true,null,\"a\\\"b\"]}'"),
            ("string(5)", "'5'"),
            ("string(true())", "'True'"),
            ("substring('abcdef', 1, 3)", "'bcd'"),
            ("substring('abcdef', 4)", "'ef'"),
            (
                "substring('abcdefghij', 0, 11)",
                "error: substring(): The index and length parameters must refer to a location within the string. The index \
                 parameter: '0', the length parameter: '11', the length of the string parameter: '10'.",
            ),
            ("split('a,b,,c', ',')", "createArray('a', 'b', '', 'c')"),
            ("split('', ',')", "createArray('')"),
            ("split('a,b;c', createArray(',', ';'))", "createArray('a', 'b', 'c')"),
            ("join(createArray('a', 1, true()), '-')", "'a-1-True'"),
            ("replace('aAa', 'a', 'xx')", "'xxAxx'"),
            ("toLower('ÄB')", "'äb'"),
            ("toUpper('äb')", "'ÄB'"),
            ("trim('  a ')", "'a'"),
            ("padLeft(7, 3, '0')", "'007'"),
            ("padLeft('abcd', 3)", "'abcd'"),
            ("startsWith('abc', 'AB')", "true()"),
            ("endsWith('abc', 'BC')", "true()"),
            ("like('Standard_D2s_v3', '*d2*')", "true()"),
            ("like('abc', 'b*')", "false()"),
            ("like('abc', '*a*c*')", "true()"),
        ]);
    }

    #[test]
    fn keeps_what_is_known_of_texts() {
        check(&[
            ("format('{0}/32', @('text'))", "concat(@('text'), '/32')"),
            ("format('{0}', @('text'))", "@('text')"),
            ("format('{0:D2}', @('int'))", "@('int') as {0:D2}"),
            ("format('{0}', if(@('flag'), 'a', 'b'))", "if(@('flag'), 'a', 'b')"),
            ("endsWith(format('{0}/32', @('text')), '/32')", "true()"),
            ("endsWith(format('{0}/32', @('text')), '/0')", "false()"),
            ("endsWith(format('{0}2', @('text')), '/32')", "endswith(concat(@('text'), '2'), '/32')"),
            ("startsWith(@('tier'), 'x')", "false()"),
            ("split(@('text'), ',')", "split(@('text'), ',')"),
            ("empty(split(@('text'), ','))", "false()"),
            ("last(split(format('{0}/x/y', @('text')), '/'))", "'y'"),
            ("first(split(format('a/{0}/y', @('text')), '/'))", "'a'"),
            ("length(split(format('a/{0}/y', @('text')), '/'))", "length(concat(createArray('a'),..."),
            ("join(createArray('a', @('text')), ',')", "concat('a,', @('text'))"),
            ("join(concat(createArray('a'), @('list')), ',')", "concat('a', @('list') joined by ',')"),
            ("toLower(format('A{0}', @('text')))", "tolower(concat('A', @('text')))"),
            ("equals(toLower(@('tier')), 'free')", "equals(tolower(@('tier')), 'free')"),
            ("equals(toLower(@('tier')), 'Free')", "false()"),
            ("string(@('text'))", "@('text')"),
            ("string(@('int'))", "string(@('int'))"),
            ("replace(@('text'), 'a', 'b')", "replace(@('text'), 'a', 'b')"),
        ]);
    }
}
