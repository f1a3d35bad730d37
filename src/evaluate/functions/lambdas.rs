//! Functions that apply lambdas to the elements of arrays and the members of objects.
//!
//! A lambda applied to the elements of an unknown array is applied once, to an element that stands for all of them: its result is
//! then part of the name of what is unknown, so that equal calls stay equal.

use super::logic::holds;
use super::objects::{self, Builder};
use crate::evaluate::call::{Call, Function, Lambda, Stop, settled};
use crate::evaluate::unknown::{Bounds, Cause, Reason, Symbol, Unknown, World};
use crate::evaluate::value::{Array, Data, Kind, Lazy, Lookup, Member, Origin, Slot, Value};
use crate::evaluate::{mark, symbolic};
use crate::limits::{MAX_GROUPS, MAX_REDUCED};
use crate::source::Place;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// How many elements of one `filter` may be asked about; if there are more, those are kept as perhaps there.
const MAX_QUESTIONS: usize = 4;

const ARRAY: Option<Kind> = Some(Kind::Array);
const OBJECT: Option<Kind> = Some(Kind::Object);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "filter", min: 2, max: Some(2), kind: ARRAY, run: filter },
    Function { name: "map", min: 2, max: Some(2), kind: ARRAY, run: map },
    Function { name: "reduce", min: 3, max: Some(3), kind: None, run: reduce },
    Function { name: "sort", min: 2, max: Some(2), kind: ARRAY, run: sort },
    Function { name: "toobject", min: 2, max: Some(3), kind: OBJECT, run: to_object },
    Function { name: "groupby", min: 2, max: Some(3), kind: OBJECT, run: group_by },
    Function { name: "mapvalues", min: 2, max: Some(2), kind: OBJECT, run: map_values },
];

/// The lambda's result for these arguments; those that it does not name are dropped.
fn apply(lambda: &Lambda, mut arguments: Vec<Value>) -> Lazy {
    arguments.truncate(lambda.parameters.len());
    (lambda.apply)(arguments)
}

/// The lambda's result for an element, when asked for.
fn lazily(call: &Call<'_>, lambda: &Lambda, element: &Lazy, index: Option<Value>) -> Lazy {
    let lambda = Lambda { parameters: lambda.parameters.clone(), apply: lambda.apply.clone() };
    let (element, place) = (element.clone(), call.place);
    Lazy::new(
        move || apply(&lambda, [Some(element.force()), index].into_iter().flatten().collect()).force(),
        move || circular(place),
    )
}

fn circular(place: Place) -> Value {
    let symbol = Symbol::new(format!("error{}", mark::at(place)));
    let reason = Rc::new(Reason { cause: Cause::Error("the value depends on itself".into()), place });
    Unknown::value(symbol, reason, Bounds::any(), &World::open(), Origin::computed(place))
}

/// An element that stands for all elements of an unknown array.
fn any_element(call: &Call<'_>, array: &Unknown) -> Value {
    let bounds = Bounds { secure: array.bounds.secure, ..array.element(None).bounds() };
    array.derive(symbolic::suffixed(array, "[*]"), bounds, Origin::computed(call.place))
}

fn any_index(call: &Call<'_>, array: &Unknown) -> Value {
    let bounds = Bounds { least: Some(0), ..Bounds::of(Kind::Int) };
    array.derive(symbolic::suffixed(array, "[*] index"), bounds, Origin::computed(call.place))
}

/// What the lambda gives for any element, as text.
fn body_text(call: &Call<'_>, lambda: &Lambda, array: &Unknown) -> String {
    call.text(&apply(lambda, vec![any_element(call, array), any_index(call, array)]).force())
}

/// The elements with their indexes, which are unknown behind a gap.
fn indexed(call: &Call<'_>, slots: Vec<Slot>) -> Vec<(Slot, Value)> {
    let mut gap: Option<Rc<Unknown>> = None;
    let mut indexed = Vec::with_capacity(slots.len());
    for (index, slot) in slots.into_iter().enumerate() {
        let value = match &gap {
            None => call.result(Data::Int(i64::try_from(index).unwrap_or(i64::MAX))),
            Some(gap) => {
                let symbol = symbolic::suffixed(gap, &format!("[*] index behind, {index}"));
                gap.derive(symbol, Bounds { least: Some(0), ..Bounds::of(Kind::Int) }, Origin::computed(call.place))
            }
        };
        if let Slot::Rest(Value { data: Data::Unknown(unknown), .. }) = &slot {
            gap = gap.or_else(|| Some(unknown.clone()));
        }
        indexed.push((slot, value));
    }
    indexed
}

/// An unknown that this call makes of an unknown array.
fn derived(call: &Call<'_>, array: &Unknown, texts: &[String], bounds: Bounds) -> Value {
    let symbol = Symbol::new(format!("{}({})", call.name, texts.join(", ")));
    array.derive(symbol, Bounds { secure: array.bounds.secure, ..bounds }, Origin::computed(call.place))
}

fn first_gap(slots: &[Slot]) -> Option<Rc<Unknown>> {
    slots.iter().find_map(|slot| match slot {
        Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => Some(unknown.clone()),
        _ => None,
    })
}

fn text_of(call: &Call<'_>, slots: &[Slot]) -> String {
    match slots {
        [Slot::Rest(rest)] => call.text(rest),
        _ => call.text(&call.result(Data::Array(Rc::new(Array { slots: slots.to_vec() })))),
    }
}

fn filter(call: &Call<'_>) -> Result<Value, Stop> {
    let lambda = call.lambda(1)?;
    let mut kept = Vec::new();
    let mut questions = Vec::new();
    for (slot, index) in indexed(call, call.slots(0)?) {
        match &slot {
            Slot::Item(item) => {
                let answer = apply(&lambda, vec![item.force(), index]).force();
                match holds(&answer) {
                    Ok(true) => kept.push(slot),
                    Ok(false) => {}
                    Err(Stop::Split(question)) => {
                        questions.push(question);
                        kept.push(maybe(call, item, &answer).unwrap_or(slot));
                    }
                    Err(stop) => return Err(stop),
                }
            }
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                let answer = apply(&lambda, vec![any_element(call, unknown), any_index(call, unknown)]).force();
                match holds(&answer) {
                    Ok(true) => kept.push(slot),
                    Ok(false) => {}
                    Err(_) => {
                        let texts = [unknown.symbol.text.to_string(), call.text(&answer)];
                        let bounds = Bounds { max_length: unknown.bounds.max_length, ..Bounds::of(Kind::Array) };
                        kept.push(Slot::Rest(derived(call, unknown, &texts, bounds)));
                    }
                }
            }
            Slot::Rest(_) => {}
        }
    }
    match questions.first() {
        Some(question) if questions.len() <= MAX_QUESTIONS => Err(Stop::Split(question.clone())),
        _ => call.array_result(kept),
    }
}

/// An array of this element or of none. `None` if the answer is a choice, which has no reason of its own.
fn maybe(call: &Call<'_>, item: &Lazy, answer: &Value) -> Option<Slot> {
    let Data::Unknown(unknown) = &answer.data else { return None };
    let texts = [format!("createArray({})", call.text(&item.force())), unknown.symbol.text.to_string()];
    Some(Slot::Rest(derived(call, unknown, &texts, Bounds { max_length: Some(1), ..Bounds::of(Kind::Array) })))
}

fn map(call: &Call<'_>) -> Result<Value, Stop> {
    let lambda = call.lambda(1)?;
    let slots = call.slots(0)?;
    // The result is empty exactly if the array is: one question, not two.
    if let [Slot::Rest(Value { data: Data::Unknown(unknown), .. })] = slots.as_slice()
        && unknown.bounds.kind == ARRAY
        && !unknown.is_surely_filled()
        && !unknown.bounds.nullable
    {
        return Err(Stop::Split(Rc::new(Symbol::empty(&unknown.symbol))));
    }
    let mapped = |(slot, index): (Slot, Value)| match slot {
        Slot::Item(item) => Slot::Item(lazily(call, &lambda, &item, Some(index))),
        Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
            let (min_length, max_length) = (unknown.bounds.min_length, unknown.bounds.max_length);
            let texts = [unknown.symbol.text.to_string(), body_text(call, &lambda, &unknown)];
            Slot::Rest(derived(call, &unknown, &texts, Bounds { min_length, max_length, ..Bounds::of(Kind::Array) }))
        }
        rest => rest,
    };
    call.array_result(indexed(call, slots).into_iter().map(mapped).collect())
}

fn reduce(call: &Call<'_>) -> Result<Value, Stop> {
    let lambda = call.lambda(2)?;
    let slots = call.slots(0)?;
    let initial = call.args.get(1).map(Lazy::force).ok_or_else(|| Stop::error("the initial value is missing"))?;
    if let Some(gap) = first_gap(&slots) {
        let so_far = gap.derive(symbolic::suffixed(&gap, "[*] so far"), Bounds::any(), Origin::computed(call.place));
        let body = apply(&lambda, vec![so_far, any_element(call, &gap), any_index(call, &gap)]).force();
        let texts = [text_of(call, &slots), call.text(&initial), call.text(&body)];
        return Ok(derived(call, &gap, &texts, Bounds::any()));
    }
    if slots.len() > MAX_REDUCED {
        return Err(Stop::Limit(format!("reducing {MAX_REDUCED} elements")));
    }
    let mut result = initial;
    for (slot, index) in indexed(call, slots) {
        if let Slot::Item(item) = slot {
            result = apply(&lambda, vec![result, item.force(), index]).force();
        }
    }
    Ok(result)
}

fn sort(call: &Call<'_>) -> Result<Value, Stop> {
    let lambda = call.lambda(1)?;
    let slots = call.slots(0)?;
    if let Some(gap) = first_gap(&slots) {
        let texts = [text_of(call, &slots), body_text(call, &lambda, &gap)];
        let least = Array { slots }.min_len() as u64;
        return Ok(derived(call, &gap, &texts, Bounds { min_length: least, ..Bounds::of(Kind::Array) }));
    }
    let items: Vec<Lazy> =
        slots.into_iter().filter_map(|slot| if let Slot::Item(item) = slot { Some(item) } else { None }).collect();
    let sorted = merge_sort(items, &|a, b| holds(&apply(&lambda, vec![a.force(), b.force()]).force()))?;
    call.array_result(sorted.into_iter().map(Slot::Item).collect())
}

/// Stable, also if `before` holds for equal elements.
fn merge_sort(items: Vec<Lazy>, before: &dyn Fn(&Lazy, &Lazy) -> Result<bool, Stop>) -> Result<Vec<Lazy>, Stop> {
    let mut runs: Vec<Vec<Lazy>> = items.into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            merged.push(match pairs.next() {
                Some(right) => merge(left, right, before)?,
                None => left,
            });
        }
        runs = merged;
    }
    Ok(runs.pop().unwrap_or_default())
}

fn merge(
    left: Vec<Lazy>,
    right: Vec<Lazy>,
    before: &dyn Fn(&Lazy, &Lazy) -> Result<bool, Stop>,
) -> Result<Vec<Lazy>, Stop> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let takes_right = before(b, a)? && !before(a, b)?;
        merged.extend(if takes_right { right.next() } else { left.next() });
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

fn to_object(call: &Call<'_>) -> Result<Value, Stop> {
    let key = call.lambda(1)?;
    let value = if call.args.len() > 2 { Some(call.lambda(2)?) } else { None };
    let mut object = Builder::new(call);
    for slot in call.slots(0)? {
        match slot {
            Slot::Item(item) => {
                let name = settled(apply(&key, vec![item.force()]).force())?;
                let member = match &value {
                    Some(value) => lazily(call, value, &item, None),
                    None => item,
                };
                match &name.data {
                    Data::String(text) => {
                        object.member(Member { name: text.clone(), key: name.origin.place, value: member });
                    }
                    Data::Unknown(unknown) => object.layer(objects::unknown_member(call, unknown, &member)),
                    _ => return Err(no_string_key()),
                }
            }
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                let element = body_text(call, &key, &unknown);
                let value = value.as_ref().map(|value| body_text(call, value, &unknown));
                let texts: Vec<String> =
                    [Some(unknown.symbol.text.to_string()), Some(element), value].into_iter().flatten().collect();
                let min_length = unknown.bounds.min_length.min(1);
                object.layer(derived(call, &unknown, &texts, Bounds { min_length, ..Bounds::of(Kind::Object) }));
            }
            Slot::Rest(_) => {}
        }
    }
    Ok(object.finish())
}

fn no_string_key() -> Stop {
    Stop::error("the lambda gives a key that is no string")
}

fn group_by(call: &Call<'_>) -> Result<Value, Stop> {
    let key = call.lambda(1)?;
    let value = if call.args.len() > 2 { Some(call.lambda(2)?) } else { None };
    let slots = call.slots(0)?;
    let unknown = |cause: &Rc<Unknown>| {
        let texts = [text_of(call, &slots), body_text(call, &key, cause)];
        Ok(derived(call, cause, &texts, Bounds::of(Kind::Object)))
    };
    if let Some(gap) = first_gap(&slots) {
        return unknown(&gap);
    }
    let mut groups: Vec<(Rc<str>, Place, Vec<Slot>)> = Vec::new();
    let mut group_of: FxHashMap<Rc<str>, usize> = FxHashMap::default();
    for slot in &slots {
        let Slot::Item(item) = slot else { continue };
        let name = settled(apply(&key, vec![item.force()]).force())?;
        let element = Slot::Item(match &value {
            Some(value) => lazily(call, value, item, None),
            None => item.clone(),
        });
        match &name.data {
            Data::String(text) => {
                let at = *group_of.entry(text.clone()).or_insert(groups.len());
                match groups.get_mut(at) {
                    Some((_, _, members)) => members.push(element),
                    None => groups.push((text.clone(), name.origin.place, vec![element])),
                }
            }
            Data::Unknown(cause) => return unknown(cause),
            _ => return Err(no_string_key()),
        }
        if groups.len() > MAX_GROUPS {
            return Err(Stop::Limit(format!("{MAX_GROUPS} groups")));
        }
    }
    let member = |(name, key, slots)| {
        let value = Lazy::known(call.result(Data::Array(Rc::new(Array { slots }))));
        Member { name, key, value }
    };
    Ok(call.result(Data::object(groups.into_iter().map(member).collect())))
}

fn map_values(call: &Call<'_>) -> Result<Value, Stop> {
    let lambda = call.lambda(1)?;
    let value = call.value(0)?;
    let open = |unknown: &Rc<Unknown>| {
        let texts = [call.text(&value), body_text(call, &lambda, unknown)];
        let (min_length, max_length) = match &value.data {
            Data::Unknown(unknown) => (unknown.bounds.min_length, unknown.bounds.max_length),
            _ => (0, None),
        };
        Ok(derived(call, unknown, &texts, Bounds { min_length, max_length, ..Bounds::of(Kind::Object) }))
    };
    match &value.data {
        Data::Unknown(unknown) => open(unknown),
        Data::Object(object) => {
            if let Err(Lookup::Unknown(unknown)) = object.members(&value.origin) {
                return open(&unknown);
            }
            let member = |member: Member| Member { value: lazily(call, &lambda, &member.value, None), ..member };
            Ok(call.result(Data::object(objects::members(call, &value)?.into_iter().map(member).collect())))
        }
        data => Err(call.mistyped(0, "an object", data)),
    }
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn applies_lambdas() {
        check(&[
            ("filter(createArray(1, 2, 3), lambda('x', greater(lambdaVariables('x'), 1)))", "createArray(2, 3)"),
            ("filter(createArray(5, 6), lambda('x', 'i', equals(lambdaVariables('i'), 0)))", "createArray(5)"),
            ("filter(createArray(1), lambda('x', 1))", "error: filter(): the lambda gives no boolean"),
            ("map(createArray(1, 2), lambda('x', add(lambdaVariables('x'), 1)))", "createArray(2, 3)"),
            (
                "map(createArray('a'), lambda('x', 'i', format('{0}{1}', lambdaVariables('x'), lambdaVariables('i'))))",
                "createArray('a0')",
            ),
            (
                "map(createArray(1), lambda('x', map(createArray(2), lambda('y', add(lambdaVariables('x'), lambdaVariables('y'))))))",
                "createArray(createArray(3))",
            ),
            (
                "reduce(createArray(1, 2, 3), 10, lambda('a', 'x', add(lambdaVariables('a'), lambdaVariables('x'))))",
                "16",
            ),
            ("reduce(createArray(), 10, lambda('a', 'x', fail('no')))", "10"),
            (
                "sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))",
                "createArray(1, 2, 3)",
            ),
            (
                "sort(createArray('b', 'a', 'B'), lambda('a', 'b', lessOrEquals(toLower(lambdaVariables('a')), toLower(lambdaVariables('b')))))",
                "createArray('a', 'b', 'B')",
            ),
            (
                "toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')), lambda('x', length(lambdaVariables('x'))))",
                "createObject('a', 1, 'b', 1)",
            ),
            (
                "groupBy(createArray('a1', 'b1', 'a2'), lambda('x', first(lambdaVariables('x'))))",
                "createObject('a', createArray('a1', 'a2'), 'b', createArray('b1'))",
            ),
            (
                "mapValues(createObject('a', 1, 'b', 2), lambda('v', add(lambdaVariables('v'), 1)))",
                "createObject('a', 2, 'b', 3)",
            ),
            ("map(createArray(1, 2), lambda('x', if(equals(lambdaVariables('x'), 1), fail('one'), 2)))[1]", "2"),
        ]);
    }

    #[test]
    fn applies_lambdas_to_unknowns() {
        check(&[
            (
                "map(@('list'), lambda('x', format('{0}/32', lambdaVariables('x'))))",
                "if(empty(@('list')), createArray(), map(@('list'), concat(@('list')[*], '/32')))",
            ),
            ("empty(map(@('filledList'), lambda('x', 1)))", "false()"),
            ("length(map(@('list'), lambda('x', 1)))", "if(empty(@('list')), 0, length(map(@('list'), 1)))"),
            (
                "map(createArray(@('text')), lambda('x', format('{0}/32', lambdaVariables('x'))))",
                "createArray(concat(@('text'), '/32'))",
            ),
            (
                "filter(createArray('a', 'b'), lambda('x', equals(lambdaVariables('x'), @('text'))))",
                "if(equals(@('text'), 'a'), createArray('a'), if(equals(@('text'), 'b'), createArray('b'), createArray()))",
            ),
            (
                "filter(@('list'), lambda('x', not(empty(lambdaVariables('x')))))",
                "filter(@('list'), if(empty(@('list')[*]), false(), true()))",
            ),
            (
                "map(createArray(@('text'), 'b'), lambda('x', if(empty(lambdaVariables('x')), 'a', lambdaVariables('x'))))",
                "createArray(if(empty(@('text')), 'a', @('text')), 'b')",
            ),
            (
                "map(createArray(createObject('f', @('flag'))), lambda('x', if(lambdaVariables('x').f, lambdaVariables('x').f, 5)))",
                "createArray(if(@('flag'), true(), 5))",
            ),
            ("filter(@('list'), lambda('x', true()))", "@('list')"),
            (
                "reduce(createArray('a', 'b'), createObject(), lambda('o', 'x', union(lambdaVariables('o'), createObject(lambdaVariables('x'), @('any'))))).b",
                "@('any')",
            ),
            ("reduce(@('list'), 0, lambda('a', 'x', 1))", "reduce(@('list'), 0, 1)"),
            ("sort(@('list'), lambda('a', 'b', true()))", "sort(@('list'), true())"),
            (
                "toObject(createArray(@('text')), lambda('x', lambdaVariables('x')))",
                "createobject(@('text'), @('text'))",
            ),
            ("mapValues(@('map'), lambda('x', 1))", "mapvalues(@('map'), 1)"),
        ]);
    }

    #[test]
    fn as_many_groups_as_there_may_be() {
        let group = |count: usize, of: &str| {
            format!("groupBy(range(0, {count}), lambda('x', concat('{}', string({of}))))", "k".repeat(200))
        };
        let own = "lambdaVariables('x')";
        check(&[
            (&format!("length(items({}))", group(10_000, own)), "10000"),
            (&format!("length(items({})[7].value)", group(1_000, &format!("mod({own}, 10)"))), "100"),
        ]);
    }

    #[test]
    fn hostile_nesting_reaches_limits() {
        let nested = "reduce(range(0, 1000), createArray(), lambda('a', 'x', createArray(lambdaVariables('a'))))";
        let grown = "reduce(range(0, 40), 'ab', lambda('a', 'x', concat(lambdaVariables('a'), lambdaVariables('a'))))";
        let merged = "reduce(range(0, 500), createObject('k', 1), lambda('a', 'x', union(createObject(), lambdaVariables('a'))))";
        check(&[
            (&format!("string({nested})"), "limit: writing 256 nested levels"),
            (&format!("equals({nested}, {nested})"), "limit: comparing 256 nested levels or 100000 parts"),
            (&format!("contains(createArray(@('text')), {nested})"), "false()"),
            (&format!("contains(createArray(@('any')), {nested})"), "contains(createArray(@('any')), createArray(..."),
            (grown, "limit: texts of 4194304 bytes"),
            (&format!("{merged}.k"), "limit: 32 merges in each other"),
            (
                "length(reduce(range(0, 900), createObject(), lambda('a', 'x', union(lambdaVariables('a'), createObject(string(lambdaVariables('x')), 1)))))",
                "900",
            ),
            ("reduce(range(0, 1001), 1, lambda('a', 'x', 1))", "limit: reducing 1000 elements"),
        ]);
    }
}
