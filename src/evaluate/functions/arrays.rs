//! Arrays.

use super::equality::{self, Same};
use crate::evaluate::call::{Call, Function, Stop, known, settled, slots_of};
use crate::evaluate::unknown::{Bounds, Literal, Unknown};
use crate::evaluate::value::{Data, Kind, Lazy, Slot, Value};
use crate::limits::{MAX_PAIRS, MAX_RANGE};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// How many containers are compared with each other for a set: no more pairs than [`MAX_PAIRS`].
const MAX_COMPARED: usize = 600;

const ARRAY: Option<Kind> = Some(Kind::Array);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "array", min: 1, max: Some(1), kind: ARRAY, run: array },
    Function { name: "createarray", min: 0, max: None, kind: ARRAY, run: create_array },
    Function { name: "flatten", min: 1, max: Some(1), kind: ARRAY, run: flatten },
    Function { name: "distinct", min: 1, max: Some(1), kind: ARRAY, run: distinct },
    Function { name: "range", min: 2, max: Some(2), kind: ARRAY, run: range },
    Function { name: "indexfromend", min: 2, max: Some(2), kind: None, run: index_from_end },
];

fn array(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    match &value.data {
        Data::Array(_) => Ok(value),
        Data::Unknown(unknown) => match unknown.bounds.kind {
            Some(Kind::Array) => Ok(value),
            Some(_) if !unknown.bounds.nullable => Ok(call.result(Data::array(vec![value]))),
            _ => Err(Stop::Unknown(unknown.clone())),
        },
        Data::Null => Err(Stop::unsettled("array(null())")),
        _ => Ok(call.result(Data::array(vec![value]))),
    }
}

fn create_array(call: &Call<'_>) -> Result<Value, Stop> {
    call.array_result(call.args.iter().cloned().map(Slot::Item).collect())
}

fn flatten(call: &Call<'_>) -> Result<Value, Stop> {
    let mut slots = Vec::new();
    for slot in call.slots(0)? {
        match slot {
            Slot::Item(item) => {
                let item = settled(item.force())?;
                let inner = slots_of(&item).ok_or_else(|| call.mistyped(0, "an array of arrays", &item.data))?;
                slots.extend(inner);
                call.room_for_elements(slots.len())?;
            }
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                slots.push(Slot::Rest(call.unknown(&unknown, Bounds::of(Kind::Array))));
            }
            Slot::Rest(_) => {}
        }
    }
    call.array_result(slots)
}

fn distinct(call: &Call<'_>) -> Result<Value, Stop> {
    let slots = call.slots(0)?;
    set(call, slots)
}

/// The array of these elements, each once. Elements of which it is not certain that they repeat an earlier one are kept: the
/// result holds what it should, though perhaps more than once.
pub(super) fn set(call: &Call<'_>, slots: Vec<Slot>) -> Result<Value, Stop> {
    let mut scalars: FxHashSet<String> = FxHashSet::default();
    let mut others: Vec<Value> = Vec::new();
    let mut kept: Vec<Slot> = Vec::new();
    for slot in slots {
        let is_new = match &slot {
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                let again = |slot: &Slot| matches!(slot, Slot::Rest(Value { data: Data::Unknown(other), .. }) if other.symbol.text == unknown.symbol.text);
                if kept.iter().any(again) {
                    continue;
                }
                let filled = kept.is_empty();
                kept.push(if filled { slot.clone() } else { possibly_nothing(&slot, unknown) });
                continue;
            }
            Slot::Rest(_) => continue,
            Slot::Item(item) => {
                let item = settled(item.force())?;
                match Literal::of(&item.data) {
                    Some(literal) => scalars.insert(literal.to_string()),
                    None => {
                        let repeats = repeats(call, &others, &item)?;
                        if !repeats {
                            others.push(item);
                        }
                        !repeats
                    }
                }
            }
        };
        if is_new {
            kept.push(slot);
        }
        if others.len() > MAX_COMPARED {
            return Err(Stop::Limit(format!("comparing {MAX_COMPARED} containers with each other")));
        }
    }
    call.array_result(kept)
}

fn repeats(call: &Call<'_>, others: &[Value], item: &Value) -> Result<bool, Stop> {
    for other in others {
        match equality::same(other, item) {
            Same::Yes => return Ok(true),
            Same::No | Same::Maybe(..) => {}
            Same::Split(symbol) => return Err(Stop::Split(symbol)),
            Same::TooMuch => return Same::TooMuch.answer(call).map(|_| false),
        }
    }
    Ok(false)
}

/// An unknown array of which some elements, or all, may stand elsewhere already.
fn possibly_nothing(slot: &Slot, unknown: &Rc<Unknown>) -> Slot {
    if unknown.bounds.min_length == 0 {
        return slot.clone();
    }
    let bounds = Bounds { min_length: 0, ..unknown.bounds.clone() };
    let symbol = crate::evaluate::symbolic::suffixed(unknown, " without repetitions");
    let Slot::Rest(rest) = slot else { return slot.clone() };
    Slot::Rest(unknown.derive(symbol, bounds, rest.origin.clone()))
}

/// The elements of the first array that are in all others.
pub(super) fn common(call: &Call<'_>, arrays: Vec<Vec<Slot>>) -> Result<Value, Stop> {
    let Some((first, others)) = arrays.split_first() else { return call.array_result(Vec::new()) };
    // Of plain elements the set is asked; containers are compared one by one.
    let plain: Vec<_> = others.iter().map(|other| Plain::of(other)).collect();
    let (mut kept, mut pairs) = (Vec::new(), 0);
    for slot in first {
        let item = match slot {
            Slot::Item(item) => item.force(),
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => return Err(Stop::Unknown(unknown.clone())),
            Slot::Rest(_) => continue,
        };
        let mut in_all = true;
        for (other, plain) in others.iter().zip(&plain) {
            in_all &= match plain.as_ref().zip(Literal::of(&item.data)) {
                Some((plain, literal)) => plain.0.contains(&literal.to_string()),
                None => {
                    pairs += other.len();
                    if pairs > MAX_PAIRS {
                        return Err(Stop::Limit(format!("comparing {MAX_PAIRS} pairs of elements")));
                    }
                    holds(call, other, &item)?
                }
            };
        }
        if in_all {
            kept.push(slot.clone());
        }
    }
    set(call, kept)
}

/// The elements of an array that are all known texts, whole numbers and booleans.
struct Plain(FxHashSet<String>);

impl Plain {
    /// `None`: an element is something else.
    fn of(slots: &[Slot]) -> Option<Self> {
        let literal = |slot: &Slot| match slot {
            Slot::Item(item) => Literal::of(&item.force().data).map(|literal| literal.to_string()),
            Slot::Rest(_) => None,
        };
        slots.iter().map(literal).collect::<Option<_>>().map(Self)
    }
}

fn holds(call: &Call<'_>, slots: &[Slot], wanted: &Value) -> Result<bool, Stop> {
    let mut open = None;
    for slot in slots {
        let same = match slot {
            Slot::Item(item) => equality::same(&item.force(), wanted),
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => Same::Maybe(unknown.clone(), None),
            Slot::Rest(_) => Same::No,
        };
        match same {
            Same::Yes => return Ok(true),
            Same::No => {}
            Same::Split(symbol) => open = Some(Stop::Split(symbol)),
            Same::Maybe(_, Some(symbol)) => open = open.or(Some(Stop::Split(Rc::new(symbol)))),
            Same::Maybe(unknown, None) => open = open.or(Some(Stop::Unknown(unknown))),
            Same::TooMuch => return Same::TooMuch.answer(call).map(|_| false),
        }
    }
    open.map_or(Ok(false), Err)
}

/// Start and count, not start and end.
fn range(call: &Call<'_>) -> Result<Value, Stop> {
    let (start, count) = (call.int(0)?, call.int(1)?);
    if !(0..=MAX_RANGE).contains(&count) {
        return Err(Stop::error(format!("the count is {count}; it must be from 0 to {MAX_RANGE}")));
    }
    if start.checked_add(count).is_none_or(|end| end > i64::from(i32::MAX)) {
        return Err(Stop::error("the range passes 2147483647"));
    }
    let item = |value| Slot::Item(Lazy::known(call.result(Data::Int(value))));
    call.array_result((start..start + count).map(item).collect())
}

/// The element at `index` from the end, 1 being the last. `Ok(None)`: there is none.
pub(super) fn from_end(call: &Call<'_>, array: &Value, index: i64) -> Result<Option<Value>, Stop> {
    let slots = match known(array.clone())?.data {
        Data::Array(_) => slots_of(array).unwrap_or_default(),
        data => return Err(call.mistyped(0, "an array", &data)),
    };
    let Some(back) = usize::try_from(index).ok().and_then(|index| index.checked_sub(1)) else { return Ok(None) };
    for slot in slots.iter().rev().take(back + 1) {
        if let Slot::Rest(Value { data: Data::Unknown(unknown), .. }) = slot {
            return Err(Stop::Unknown(unknown.clone()));
        }
    }
    Ok(slots.iter().rev().nth(back).and_then(|slot| match slot {
        Slot::Item(item) => Some(item.force()),
        Slot::Rest(_) => None,
    }))
}

fn index_from_end(call: &Call<'_>) -> Result<Value, Stop> {
    let array = call.known(0)?;
    let index = call.int(1)?;
    from_end(call, &array, index)?.ok_or_else(|| Stop::error(format!("the array has no element {index} from its end")))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn makes_arrays() {
        check(&[
            ("array(1)", "createArray(1)"),
            ("array(createArray(1))", "createArray(1)"),
            ("array(createObject())", "createArray(createObject())"),
            ("createArray(null(), 'a')", "createArray(null(), 'a')"),
            (
                "flatten(createArray(createArray(1, 2), createArray(), createArray(createArray(3))))",
                "createArray(1, 2, createArray(3))",
            ),
            ("flatten(createArray(1))", "error: flatten(): argument 1 is an integer..."),
            ("flatten(createArray())", "createArray()"),
            (
                "distinct(createArray('a', 'A', 'a', 1, createObject('k', 1), createObject('k', 1)))",
                "createArray('a', 'A', 1, createObject('k', 1))",
            ),
            ("range(3, 2)", "createArray(3, 4)"),
            ("range(0, 0)", "createArray()"),
            ("range(0, 10001)", "error: range(): the count is 10001; it must be from 0 to 10000"),
            ("range(2147483647, 1)", "error: range(): the range passes 2147483647"),
            ("indexFromEnd(createArray(1, 2, 3), 1)", "3"),
            ("indexFromEnd(createArray(1), 2)", "error: indexfromend(): the array has no element 2 from its end"),
        ]);
    }

    #[test]
    fn keeps_unknown_elements() {
        check(&[
            ("array(@('text'))", "createArray(@('text'))"),
            ("array(@('any'))", "array(@('any'))"),
            ("createArray(@('any'))", "createArray(@('any'))"),
            ("flatten(createArray(@('list'), createArray(1)))", "concat(@('list'), createArray(1))"),
            ("distinct(createArray('a', @('text'), 'a', @('text')))", "createArray('a', @('text'))"),
            ("range(0, @('int'))", "range(0, @('int'))"),
            ("indexFromEnd(concat(@('list'), createArray(1)), 1)", "1"),
        ]);
    }
}
