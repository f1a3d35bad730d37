//! Functions of whatever has parts: texts, arrays and objects.

use super::equality::{self, Same};
use super::pieces::{self, Pieces};
use super::{dotnet, logic, utf16};
use crate::evaluate::call::{Call, Function, Stop, settled, slots_of};
use crate::evaluate::types::Part;
use crate::evaluate::unknown::{Bounds, Piece, Symbol, Unknown};
use crate::evaluate::value::{Array, Data, Kind, Lookup, Object, Origin, Slot, Value};
use std::rc::Rc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "concat", min: 1, max: None, kind: None, run: concat },
    Function { name: "contains", min: 2, max: Some(2), kind: Some(Kind::Bool), run: contains },
    Function { name: "length", min: 1, max: Some(1), kind: Some(Kind::Int), run: length },
    Function { name: "empty", min: 1, max: Some(1), kind: Some(Kind::Bool), run: empty },
    Function { name: "first", min: 1, max: Some(1), kind: None, run: first },
    Function { name: "last", min: 1, max: Some(1), kind: None, run: last },
    Function { name: "take", min: 2, max: Some(2), kind: None, run: take },
    Function { name: "skip", min: 2, max: Some(2), kind: None, run: skip },
    Function { name: "indexof", min: 2, max: Some(2), kind: Some(Kind::Int), run: |call| index_of(call, false) },
    Function { name: "lastindexof", min: 2, max: Some(2), kind: Some(Kind::Int), run: |call| index_of(call, true) },
];

/// All arrays, or all scalars.
fn concat(call: &Call<'_>) -> Result<Value, Stop> {
    let values = (0..call.args.len()).map(|index| call.value(index)).collect::<Result<Vec<_>, _>>()?;
    let kinds: Vec<Option<Kind>> = values.iter().map(likely_kind).collect();
    let is_scalar = |kind: &Option<Kind>| matches!(kind, Some(Kind::String | Kind::Int | Kind::Bool | Kind::Float));
    let wrong = kinds.iter().position(|kind| matches!(kind, Some(Kind::Null | Kind::Object)));
    if let Some((index, value)) = wrong.and_then(|index| Some((index, values.get(index)?))) {
        return Err(call.mistyped(index, "a string or an array", &value.data));
    }
    let arrays = kinds.contains(&Some(Kind::Array));
    match (arrays, kinds.iter().any(is_scalar)) {
        (true, true) => Err(Stop::error("arrays cannot be joined with strings")),
        (true, false) => {
            let slots = values.iter().filter_map(slots_of).flatten().collect();
            call.array_result(slots)
        }
        (false, true) => {
            let mut text = Pieces::new(call);
            for value in &values {
                match &value.data {
                    Data::Unknown(unknown) => text.unknown(unknown)?,
                    data => text.known(&dotnet::scalar_text(data).unwrap_or_default())?,
                }
            }
            Ok(text.finish())
        }
        (false, false) => match values.first().map(|value| &value.data) {
            Some(Data::Unknown(unknown)) => Err(Stop::Unknown(unknown.clone())),
            _ => Err(Stop::error("there is nothing to join")),
        },
    }
}

/// The kind of a value that is not null, or only perhaps.
fn likely_kind(value: &Value) -> Option<Kind> {
    match &value.data {
        Data::Unknown(unknown) => unknown.bounds.kind,
        _ => value.kind(),
    }
}

fn contains(call: &Call<'_>) -> Result<Value, Stop> {
    let container = call.value(0)?;
    match &container.data {
        Data::String(text) => {
            let part = call.string(1)?;
            Ok(call.result(Data::Bool(text.contains(&*part))))
        }
        Data::Array(array) => {
            let wanted = call.value(1)?;
            let (mut comparisons, mut rest) = (Vec::new(), None);
            for slot in &array.slots {
                match slot {
                    Slot::Item(item) => comparisons.push(equality::same(&item.force(), &wanted)),
                    Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => rest = Some(unknown.clone()),
                    Slot::Rest(_) => {}
                }
            }
            logic::any(call, comparisons, rest)
        }
        Data::Object(_) if surely_has(&container, &key(call)?, 64) => Ok(call.result(Data::Bool(true))),
        Data::Object(_) => match container.member(&key(call)?) {
            Lookup::Present(_) => Ok(call.result(Data::Bool(true))),
            Lookup::Absent => Ok(call.result(Data::Bool(false))),
            Lookup::Split(symbol) => Err(Stop::Split(symbol)),
            // Each unknown layer is asked in turn.
            Lookup::Unknown(unknown) => Err(Stop::Split(Rc::new(Symbol::has(&unknown.symbol, &key(call)?)))),
        },
        Data::Unknown(unknown) => contained_in_unknown(call, unknown),
        data => Err(call.mistyped(0, "a string, an array or an object", data)),
    }
}

/// Whether an object has a member in every world, whatever the member's value hangs on.
fn surely_has(value: &Value, key: &str, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match &value.data {
        Data::Object(object) => match &**object {
            Object::Members(members) => members.iter().any(|member| member.name.eq_ignore_ascii_case(key)),
            Object::Merged { layers, .. } => layers.iter().any(|layer| surely_has(layer, key, depth - 1)),
        },
        _ => false,
    }
}

/// A key that `contains` asks for.
fn key(call: &Call<'_>) -> Result<Rc<str>, Stop> {
    let key = call.known(1)?;
    match dotnet::scalar_text(&key.data) {
        Some(text) if !matches!(key.data, Data::Null) => Ok(text.into()),
        _ => Err(call.mistyped(1, "a string", &key.data)),
    }
}

fn contained_in_unknown(call: &Call<'_>, unknown: &Rc<Unknown>) -> Result<Value, Stop> {
    let wanted = call.value(1)?;
    let text = wanted.as_str();
    match (unknown.bounds.kind, text) {
        (Some(Kind::Object) | None, Some(key)) => {
            match unknown.member(key) {
                Part::Required(_) if !unknown.bounds.nullable => return Ok(call.result(Data::Bool(true))),
                Part::Absent if !unknown.bounds.nullable => return Ok(call.result(Data::Bool(false))),
                _ => {}
            }
            let symbol = Symbol::has(&unknown.symbol, key);
            return Ok(unknown.derive(symbol, Bounds::of(Kind::Bool), Origin::computed(call.place)));
        }
        (Some(Kind::String), Some(part)) => {
            let holds = |piece: &Piece| matches!(piece, Piece::Known(known) if known.contains(part));
            let certain = unknown.bounds.pieces.iter().flat_map(|pieces| pieces.iter()).any(holds);
            let agreed = pieces::agreed(unknown, |text| text.contains(part));
            if let Some(answer) = if certain { Some(true) } else { agreed } {
                return Ok(call.result(Data::Bool(answer)));
            }
        }
        (Some(Kind::Bool | Kind::Int | Kind::Float | Kind::Null), _) => {
            return Err(Stop::error("only strings, arrays and objects contain anything"));
        }
        _ => {}
    }
    Ok(call.unknown(unknown, Bounds::of(Kind::Bool)))
}

fn length(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let count = |count: usize| Ok(call.result(Data::Int(i64::try_from(count).unwrap_or(i64::MAX))));
    match &value.data {
        Data::String(text) => count(utf16::length(text)),
        Data::Array(array) => match (array.len(), rests(array).as_slice()) {
            (Some(length), _) => count(length),
            (None, [rest]) if rest.bounds.min_length == 0 => Err(Stop::Split(Rc::new(Symbol::empty(&rest.symbol)))),
            (None, rests) => {
                let greatest = rests
                    .iter()
                    .try_fold(0_i64, |sum, rest| sum.checked_add(i64::try_from(rest.bounds.max_length?).ok()?));
                let items = array.slots.len() - rests.len();
                let greatest = greatest.and_then(|greatest| greatest.checked_add(i64::try_from(items).ok()?));
                let least = i64::try_from(array.min_len()).ok();
                match rests.first() {
                    Some(rest) => Ok(call.unknown(rest, Bounds { least, greatest, ..Bounds::of(Kind::Int) })),
                    None => Err(Stop::error("its length is not known")),
                }
            }
        },
        Data::Object(object) => count(object.members(&value.origin)?.len()),
        Data::Unknown(unknown) => {
            let bounds = &unknown.bounds;
            match bounds.kind {
                Some(Kind::Bool | Kind::Int | Kind::Float | Kind::Null) => return Err(has_no_parts()),
                // The length is mostly compared with 0: whether it is empty is the question then.
                Some(_) if bounds.max_length == Some(0) => return count(0),
                Some(_) if !unknown.is_surely_filled() => {
                    return Err(Stop::Split(Rc::new(Symbol::empty(&unknown.symbol))));
                }
                _ => {}
            }
            let least = i64::try_from(bounds.min_length).ok();
            let greatest = bounds.max_length.and_then(|length| i64::try_from(length).ok());
            Ok(call.unknown(unknown, Bounds { least, greatest, ..Bounds::of(Kind::Int) }))
        }
        data => Err(call.mistyped(0, "a string, an array or an object", data)),
    }
}

fn has_no_parts() -> Stop {
    Stop::error("only strings, arrays and objects have a length")
}

fn rests(array: &Array) -> Vec<&Rc<Unknown>> {
    let rest = |slot| match slot {
        &Slot::Rest(Value { data: Data::Unknown(ref unknown), .. }) => Some(unknown),
        _ => None,
    };
    array.slots.iter().filter_map(rest).collect()
}

fn empty(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let empty = match &value.data {
        Data::Null => true,
        Data::String(text) => text.is_empty(),
        Data::Array(array) => match (array.min_len(), rests(array).as_slice()) {
            (0, []) => true,
            (0, [only]) => return is_empty(call, only),
            // One after the other: what is empty vanishes, what is not decides.
            (0, [rest, ..]) => return Err(Stop::Split(Rc::new(Symbol::empty(&rest.symbol)))),
            _ => false,
        },
        Data::Object(object) => !is_surely_filled(object) && object_is_empty(object, &value.origin)?,
        Data::Unknown(unknown) => return is_empty(call, unknown),
        data => return Err(call.mistyped(0, "a string, an array, an object or null", data)),
    };
    Ok(call.result(Data::Bool(empty)))
}

fn object_is_empty(object: &Object, origin: &Origin) -> Result<bool, Stop> {
    match object.members(origin) {
        Ok(members) => Ok(members.is_empty()),
        Err(Lookup::Unknown(unknown)) => Err(Stop::Split(Rc::new(Symbol::empty(&unknown.symbol)))),
        Err(open) => Err(Stop::from(open)),
    }
}

/// Whether some layer certainly has a member, whatever the others are.
fn is_surely_filled(object: &Object) -> bool {
    match object {
        Object::Members(members) => !members.is_empty(),
        Object::Merged { layers, .. } => layers.iter().any(|layer| match &layer.data {
            Data::Object(object) => is_surely_filled(object),
            Data::Unknown(unknown) => unknown.is_surely_filled(),
            _ => false,
        }),
    }
}

fn is_empty(call: &Call<'_>, unknown: &Rc<Unknown>) -> Result<Value, Stop> {
    let bounds = &unknown.bounds;
    if unknown.is_surely_filled() || pieces::agreed(unknown, str::is_empty) == Some(false) {
        return Ok(call.result(Data::Bool(false)));
    }
    if bounds.max_length == Some(0) {
        return Ok(call.result(Data::Bool(true)));
    }
    if matches!(bounds.kind, Some(Kind::Bool | Kind::Int | Kind::Float)) && !bounds.nullable {
        return Err(Stop::error("only strings, arrays, objects and null can be empty"));
    }
    Ok(unknown.derive(Symbol::empty(&unknown.symbol), Bounds::of(Kind::Bool), Origin::computed(call.place)))
}

fn first(call: &Call<'_>) -> Result<Value, Stop> {
    end(call, |slots| slots.first(), |text| text.chars().next())
}

fn last(call: &Call<'_>) -> Result<Value, Stop> {
    end(call, |slots| slots.last(), |text| text.chars().next_back())
}

fn end(
    call: &Call<'_>,
    slot: fn(&[Slot]) -> Option<&Slot>,
    character: fn(&str) -> Option<char>,
) -> Result<Value, Stop> {
    let value = call.value(0)?;
    match &value.data {
        Data::String(text) => {
            let end = character(text).map(String::from).unwrap_or_default();
            Ok(call.result_from(&value, Data::text(end)))
        }
        Data::Array(array) => match slot(&array.slots) {
            Some(Slot::Item(item)) => Ok(item.force_within(&value.origin)),
            Some(Slot::Rest(Value { data: Data::Unknown(unknown), .. })) => Ok(call.unknown(unknown, Bounds::any())),
            Some(Slot::Rest(rest)) => settled(rest.clone()),
            None => Ok(call.result(Data::Null)),
        },
        Data::Unknown(unknown) => {
            let bounds = match unknown.bounds.kind {
                Some(Kind::String) => {
                    let least = u64::from(unknown.is_surely_filled());
                    Bounds { min_length: least, max_length: Some(1), ..Bounds::of(Kind::String) }
                }
                _ => Bounds::any(),
            };
            Ok(call.unknown(unknown, bounds))
        }
        data => Err(call.mistyped(0, "a string or an array", data)),
    }
}

fn take(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let count = usize::try_from(call.int(1)?).unwrap_or_default();
    match &value.data {
        Data::String(text) => {
            let length = utf16::length(text).min(count);
            Ok(call.result_from(&value, Data::text(utf16::slice(text, 0, length).transpose()?.unwrap_or_default())))
        }
        Data::Unknown(unknown) if unknown.bounds.kind == Some(Kind::String) => {
            let most = count as u64;
            if unknown.bounds.max_length.is_some_and(|length| length <= most) && !unknown.bounds.nullable {
                return Ok(value);
            }
            let bounds = Bounds {
                min_length: unknown.bounds.min_length.min(most),
                max_length: Some(unknown.bounds.max_length.unwrap_or(most).min(most)),
                ..Bounds::of(Kind::String)
            };
            Ok(call.unknown(unknown, bounds))
        }
        Data::Unknown(unknown) if unknown.bounds.kind != Some(Kind::Array) => Err(Stop::Unknown(unknown.clone())),
        _ => {
            let slots = call.slots(0)?;
            let sure = sure_items(&slots).min(count);
            let mut taken: Vec<Slot> = slots.iter().take(sure).cloned().collect();
            if sure < count
                && let Some(Slot::Rest(Value { data: Data::Unknown(unknown), .. })) = slots.get(sure)
            {
                let most = (count - sure) as u64;
                let bounds = Bounds {
                    min_length: unknown.bounds.min_length.min(most),
                    max_length: Some(most),
                    ..Bounds::of(Kind::Array)
                };
                taken.push(remainder(call, unknown, bounds));
            }
            call.array_result(taken)
        }
    }
}

fn skip(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let count = usize::try_from(call.int(1)?).unwrap_or_default();
    match &value.data {
        Data::String(text) => {
            let length = utf16::length(text);
            let start = length.min(count);
            let rest = utf16::slice(text, start, length - start).transpose()?.unwrap_or_default();
            Ok(call.result_from(&value, Data::text(rest)))
        }
        Data::Unknown(unknown) if unknown.bounds.kind != Some(Kind::Array) => {
            if count == 0 && unknown.bounds.kind == Some(Kind::String) {
                return Ok(value);
            }
            let bounds = Bounds { kind: unknown.bounds.kind, ..Bounds::default() };
            Ok(call.unknown(unknown, bounds))
        }
        _ => {
            let slots = call.slots(0)?;
            let sure = sure_items(&slots);
            if count <= sure {
                return call.array_result(slots.into_iter().skip(count).collect());
            }
            match slots.get(sure) {
                Some(Slot::Rest(Value { data: Data::Unknown(unknown), .. })) => {
                    let items = slots.iter().skip(sure).filter(|slot| matches!(slot, Slot::Item(_))).count();
                    let least = (unknown.bounds.min_length as usize + items).saturating_sub(count - sure) as u64;
                    let bounds = Bounds { min_length: least, ..Bounds::of(Kind::Array) };
                    call.array_result(vec![remainder(call, unknown, bounds)])
                }
                _ => call.array_result(Vec::new()),
            }
        }
    }
}

/// How many elements stand before the first gap.
fn sure_items(slots: &[Slot]) -> usize {
    slots.iter().take_while(|slot| matches!(slot, Slot::Item(_))).count()
}

/// The unknown part of the array that a call makes.
fn remainder(call: &Call<'_>, unknown: &Rc<Unknown>, bounds: Bounds) -> Slot {
    Slot::Rest(call.unknown(unknown, bounds))
}

fn index_of(call: &Call<'_>, from_end: bool) -> Result<Value, Stop> {
    let container = call.known(0)?;
    let found = match &container.data {
        Data::String(text) => {
            let wanted = call.string(1)?;
            if from_end { utf16::rfind(text, &wanted) } else { utf16::find(text, &wanted) }
        }
        Data::Array(array) => {
            let wanted = call.value(1)?;
            let Some(length) = array.len() else {
                return match rests(array).first() {
                    Some(rest) => Err(Stop::Unknown((*rest).clone())),
                    None => Err(Stop::error("its length is not known")),
                };
            };
            let order: Box<dyn Iterator<Item = usize>> =
                if from_end { Box::new((0..length).rev()) } else { Box::new(0..length) };
            let mut found = None;
            for index in order {
                let Some(Slot::Item(item)) = array.slots.get(index) else { continue };
                match equality::same(&item.force(), &wanted) {
                    Same::No => {}
                    Same::Yes => {
                        found = Some(index);
                        break;
                    }
                    Same::Split(symbol) => return Err(Stop::Split(symbol)),
                    Same::Maybe(_, Some(symbol)) => return Err(Stop::Split(Rc::new(symbol))),
                    Same::Maybe(unknown, None) => return Err(Stop::Unknown(unknown)),
                    Same::TooMuch => return Same::TooMuch.answer(call),
                }
            }
            found
        }
        data => return Err(call.mistyped(0, "a string or an array", data)),
    };
    let index = found.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1);
    Ok(call.result(Data::Int(index)))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn measures() {
        check(&[
            ("concat('a', 1, true())", "'a1True'"),
            ("concat(createArray(1), createArray(1, 2))", "createArray(1, 1, 2)"),
            ("concat(createArray(1), 'a')", "error: concat(): arrays cannot be joined with strings"),
            ("contains('abc', 'B')", "false()"),
            ("contains('abc', 'b')", "true()"),
            ("contains(createArray('1'), 1)", "false()"),
            ("contains(createObject('Key', null()), 'kEY')", "true()"),
            ("contains(null(), 'a')", "error: contains(): argument 1 is null..."),
            ("length('a😀')", "3"),
            ("length(createObject('a', 1))", "1"),
            ("length(null())", "error: length(): argument 1 is null..."),
            ("empty(null())", "true()"),
            ("empty('')", "true()"),
            ("empty(createArray(null()))", "false()"),
            ("empty(createObject())", "true()"),
            ("empty(1)", "error: empty(): argument 1 is an integer..."),
            ("first('abc')", "'a'"),
            ("last('')", "''"),
            ("first(createArray())", "null()"),
            ("last(createArray(1, 2))", "2"),
            ("take('abc', 5)", "'abc'"),
            ("take('abc', -1)", "''"),
            ("skip('abc', 1)", "'bc'"),
            ("skip(createArray(1, 2), 3)", "createArray()"),
            ("take(createArray(1, 2), 1)", "createArray(1)"),
            ("indexOf('abcABC', 'C')", "2"),
            ("lastIndexOf('abcABC', 'c')", "5"),
            ("indexOf(createArray('a', 'A', 'a'), 'A')", "1"),
            ("lastIndexOf(createArray('a', 'A', 'a'), 'a')", "2"),
            ("indexOf('abc', 'x')", "-1"),
        ]);
    }

    #[test]
    fn measures_unknowns() {
        check(&[
            ("concat('a', @('text'), 'b', 1)", "concat('a', @('text'), 'b1')"),
            ("concat(@('text'))", "@('text')"),
            ("concat(concat('a', @('text')), 'b')", "concat('a', @('text'), 'b')"),
            ("concat(@('list'), createArray(1))", "concat(@('list'), createArray(1))"),
            ("concat(@('list'))", "@('list')"),
            ("empty(concat(@('list'), createArray(1)))", "false()"),
            ("empty(concat(@('list'), createArray()))", "empty(@('list'))"),
            ("empty(concat(@('list'), @('more')))", "if(empty(@('list')), empty(@('more')), false())"),
            ("empty(@('list'))", "empty(@('list'))"),
            ("empty(@('filledList'))", "false()"),
            ("empty(@('tier'))", "false()"),
            ("empty(format('{0}/32', @('text')))", "false()"),
            ("if(empty(@('list')), 0, if(empty(@('list')), 1, 2))", "if(empty(@('list')), 0, 2)"),
            ("contains(@('map'), 'Key')", "contains(@('map'), 'key')"),
            ("contains(createArray('a', @('text')), 'a')", "true()"),
            ("contains(createArray('b', @('text')), 'a')", "equals(@('text'), 'a')"),
            ("contains(createArray('Free', 'Paid'), @('tier'))", "true()"),
            ("contains(createArray('Gold'), @('tier'))", "false()"),
            (
                "contains(createArray('a', 'b'), @('text'))",
                "if(equals(@('text'), 'a'), true(), equals(@('text'), 'b'))",
            ),
            ("contains(union(createObject('a', 1), @('map')), 'A')", "true()"),
            ("contains(union(createObject('a', 1), @('map')), 'b')", "if(contains(@('map'), 'b'), true(), false())"),
            ("length(createArray(@('any')))", "1"),
            ("length(@('filledList'))", "length(@('filledList'))"),
            ("first(concat(createArray(1), @('list')))", "1"),
            ("last(concat(createArray(1), @('list')))", "last(concat(createArray(1), @('list')))"),
            ("last(concat(@('list'), createArray(1)))", "1"),
            ("take(concat(createArray(1, 2), @('list')), 2)", "createArray(1, 2)"),
            ("skip(concat(createArray(1, 2), @('list')), 1)", "concat(createArray(2), @('list'))"),
            ("take(@('text'), 5)", "take(@('text'), 5)"),
            ("take(@('tier'), 3)", "take(@('tier'), 3)"),
        ]);
    }
}
