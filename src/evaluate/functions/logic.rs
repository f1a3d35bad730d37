//! Logic and comparison.

use super::equality::{self, Same};
use super::linguistic;
use crate::evaluate::call::{Call, Function, Stop, settled, truth};
use crate::evaluate::unknown::{Bounds, Cause, Literal, Symbol, Unknown};
use crate::evaluate::value::{Data, Kind, Value};
use std::cmp::Ordering;
use std::rc::Rc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "if", min: 3, max: Some(3), kind: None, run: choose },
    Function { name: "and", min: 2, max: None, kind: Some(Kind::Bool), run: and },
    Function { name: "or", min: 2, max: None, kind: Some(Kind::Bool), run: or },
    Function { name: "not", min: 1, max: Some(1), kind: Some(Kind::Bool), run: not },
    Function { name: "bool", min: 1, max: Some(1), kind: Some(Kind::Bool), run: to_bool },
    Function {
        name: "true",
        min: 0,
        max: Some(0),
        kind: Some(Kind::Bool),
        run: |call| Ok(call.result(Data::Bool(true))),
    },
    Function {
        name: "false",
        min: 0,
        max: Some(0),
        kind: Some(Kind::Bool),
        run: |call| Ok(call.result(Data::Bool(false))),
    },
    Function { name: "null", min: 0, max: Some(0), kind: Some(Kind::Null), run: |call| Ok(call.result(Data::Null)) },
    Function { name: "coalesce", min: 1, max: None, kind: None, run: coalesce },
    Function { name: "equals", min: 2, max: Some(2), kind: Some(Kind::Bool), run: equals },
    Function { name: "less", min: 2, max: Some(2), kind: Some(Kind::Bool), run: |call| ordered(call, Ordering::is_lt) },
    Function {
        name: "lessorequals",
        min: 2,
        max: Some(2),
        kind: Some(Kind::Bool),
        run: |call| ordered(call, Ordering::is_le),
    },
    Function {
        name: "greater",
        min: 2,
        max: Some(2),
        kind: Some(Kind::Bool),
        run: |call| ordered(call, Ordering::is_gt),
    },
    Function {
        name: "greaterorequals",
        min: 2,
        max: Some(2),
        kind: Some(Kind::Bool),
        run: |call| ordered(call, Ordering::is_ge),
    },
    Function { name: "fail", min: 1, max: Some(1), kind: None, run: fail },
];

/// Only the chosen branch is evaluated.
fn choose(call: &Call<'_>) -> Result<Value, Stop> {
    let branch = if call.bool(0)? { 1 } else { 2 };
    match call.args.get(branch) {
        Some(branch) => Ok(branch.force()),
        None => Err(Stop::error("a branch is missing")),
    }
}

fn and(call: &Call<'_>) -> Result<Value, Stop> {
    junction(call, false)
}

fn or(call: &Call<'_>) -> Result<Value, Stop> {
    junction(call, true)
}

/// Left to right. A known argument that decides, decides also if something open stands before it: were that refused, so would
/// be the whole deployment.
fn junction(call: &Call<'_>, decisive: bool) -> Result<Value, Stop> {
    let mut open = None;
    for index in 0..call.args.len() {
        match call.bool(index) {
            Ok(value) if value == decisive => return Ok(call.result(Data::Bool(decisive))),
            Ok(_) => {}
            Err(stop @ Stop::Split(_)) => open = open.or(Some(stop)),
            Err(stop) => return Err(open.unwrap_or(stop)),
        }
    }
    match open {
        Some(stop) => Err(stop),
        None => Ok(call.result(Data::Bool(!decisive))),
    }
}

fn not(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.bool(0)?;
    Ok(call.result(Data::Bool(!value)))
}

fn to_bool(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let converted = match &value.data {
        Data::Bool(_) => return Ok(value),
        Data::Unknown(unknown) if unknown.bounds.kind == Some(Kind::Bool) && !unknown.bounds.nullable => {
            return Ok(value);
        }
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        Data::Int(0) => false,
        Data::Int(1) => true,
        Data::Int(_) => return Err(Stop::unsettled("bool() of numbers other than 0 and 1")),
        Data::String(text) if text.eq_ignore_ascii_case("true") => true,
        Data::String(text) if text.eq_ignore_ascii_case("false") => false,
        Data::String(text) => return Err(Stop::unsettled(format!("bool('{text}')"))),
        other => return Err(call.mistyped(0, "a boolean, a string or an integer", other)),
    };
    Ok(call.result_from(&value, Data::Bool(converted)))
}

/// The first that is not null.
fn coalesce(call: &Call<'_>) -> Result<Value, Stop> {
    let last = call.args.len().saturating_sub(1);
    for (index, arg) in call.args.iter().enumerate() {
        let value = arg.force();
        if index == last {
            return Ok(value);
        }
        match &settled(value.clone())?.data {
            Data::Null => {}
            Data::Unknown(unknown) => {
                let refused = matches!(unknown.reason.cause, Cause::Error(_));
                if refused || !unknown.bounds.nullable {
                    return Ok(value);
                }
                return Err(Stop::Split(Rc::new(Symbol::null(&unknown.symbol))));
            }
            _ => return Ok(value),
        }
    }
    Ok(call.result(Data::Null))
}

fn equals(call: &Call<'_>) -> Result<Value, Stop> {
    let (a, b) = (call.value(0)?, call.value(1)?);
    equality::same(&a, &b).answer(call)
}

fn ordered(call: &Call<'_>, wanted: fn(Ordering) -> bool) -> Result<Value, Stop> {
    let (a, b) = (call.value(0)?, call.value(1)?);
    let ordering = match (&a.data, &b.data) {
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::String(a), Data::String(b)) => linguistic::compare(a, b)?,
        (Data::Unknown(unknown), other) | (other, Data::Unknown(unknown)) => {
            let number = |data: &Data| matches!(data, Data::Int(_));
            if unknown.bounds.kind == Some(Kind::String) && number(other) {
                return Err(Stop::error("a string is compared with an integer"));
            }
            return match always(interval(&a.data), interval(&b.data), wanted) {
                Some(answer) => Ok(call.result(Data::Bool(answer))),
                None => Ok(call.unknown(unknown, Bounds::of(Kind::Bool))),
            };
        }
        (Data::Float(_), Data::Float(_) | Data::Int(_)) | (Data::Int(_), Data::Float(_)) => {
            return Err(Stop::unsettled("the order of numbers that are not whole"));
        }
        (a, b) => {
            let (index, wrong) = if matches!(a, Data::Int(_) | Data::String(_)) { (1, b) } else { (0, a) };
            return Err(call.mistyped(index, "an integer or a string like the other argument", wrong));
        }
    };
    Ok(call.result(Data::Bool(wanted(ordering))))
}

/// The least and greatest whole number a value can be.
fn interval(data: &Data) -> (Option<i64>, Option<i64>) {
    match data {
        Data::Int(value) => (Some(*value), Some(*value)),
        Data::Unknown(unknown) => unknown_interval(unknown),
        _ => (None, None),
    }
}

fn unknown_interval(unknown: &Unknown) -> (Option<i64>, Option<i64>) {
    if unknown.bounds.kind != Some(Kind::Int) || unknown.bounds.nullable {
        return (None, None);
    }
    let listed = |domain: &Rc<[Literal]>| {
        let ints = domain.iter().map(|literal| if let Literal::Int(value) = literal { Some(*value) } else { None });
        ints.collect::<Option<Vec<i64>>>()
    };
    match unknown.bounds.domain.as_ref().and_then(listed) {
        Some(ints) => (ints.iter().min().copied(), ints.iter().max().copied()),
        None => (unknown.bounds.least, unknown.bounds.greatest),
    }
}

/// Whether all numbers of the one interval stand in the wanted order to all of the other, or none do.
fn always(a: (Option<i64>, Option<i64>), b: (Option<i64>, Option<i64>), wanted: fn(Ordering) -> bool) -> Option<bool> {
    // The order of the extremes bounds the order of all others.
    let lowest = match (a.0, b.1) {
        (Some(least), Some(greatest)) => least.cmp(&greatest),
        _ => Ordering::Less,
    };
    let highest = match (a.1, b.0) {
        (Some(greatest), Some(least)) => greatest.cmp(&least),
        _ => Ordering::Greater,
    };
    let mut possible = [Ordering::Less, Ordering::Equal, Ordering::Greater]
        .into_iter()
        .filter(|ordering| lowest <= *ordering && *ordering <= highest)
        .map(wanted);
    let first = possible.next()?;
    possible.all(|answer| answer == first).then_some(first)
}

fn fail(call: &Call<'_>) -> Result<Value, Stop> {
    let message = call.string(0)?;
    Err(Stop::error(format!("the template fails with '{message}'")))
}

/// Whether a condition holds: used by functions that take lambdas.
pub(super) fn holds(value: &Value) -> Result<bool, Stop> {
    truth(value).map_err(|stop| match stop {
        Stop::Error(_) => Stop::error("the lambda gives no boolean"),
        stop => stop,
    })
}

/// The result of asking whether any of these comparisons holds: a certain yes decides.
pub(super) fn any(call: &Call<'_>, comparisons: Vec<Same>, rest: Option<Rc<Unknown>>) -> Result<Value, Stop> {
    let mut maybes = Vec::new();
    let mut split = None;
    for same in comparisons {
        match same {
            Same::Yes => return Ok(call.result(Data::Bool(true))),
            Same::No => {}
            Same::Split(symbol) => split = split.or(Some(symbol)),
            Same::Maybe(unknown, symbol) => maybes.push((unknown, symbol)),
            Same::TooMuch => return Same::TooMuch.answer(call),
        }
    }
    if let Some(symbol) = split {
        return Err(Stop::Split(symbol));
    }
    if let Some(rest) = rest {
        return Ok(call.unknown(&rest, Bounds::of(Kind::Bool)));
    }
    match maybes.as_slice() {
        [] => Ok(call.result(Data::Bool(false))),
        [(unknown, Some(symbol))] => Same::Maybe(unknown.clone(), Some(symbol.clone())).answer(call),
        // Few enough to ask one after the other: each answer narrows the unknown.
        [(_, Some(symbol)), ..] if maybes.len() <= 8 && maybes.iter().all(|(_, symbol)| symbol.is_some()) => {
            Err(Stop::Split(Rc::new(symbol.clone())))
        }
        [(unknown, _), ..] => Ok(call.unknown(unknown, Bounds::of(Kind::Bool))),
    }
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn decides_what_is_known() {
        check(&[
            ("if(true(), 1, fail('x'))", "1"),
            ("if(false(), fail('x'), 2)", "2"),
            ("if('true', 1, 2)", "error: if(): argument 1 is a string where a boolean is expected"),
            ("and(true(), true(), false())", "false()"),
            ("or(false(), true(), fail('x'))", "true()"),
            ("not(true())", "false()"),
            ("bool('TRUE')", "true()"),
            ("bool(0)", "false()"),
            ("bool('yes')", "unsettled: bool('yes')"),
            ("coalesce(null(), '', 'x')", "''"),
            ("coalesce(null(), null())", "null()"),
            ("if(true())", "error: if() takes 3 arguments, not 1"),
        ]);
    }

    #[test]
    fn keeps_what_is_open() {
        check(&[
            ("if(@('flag'), 1, 2)", "if(@('flag'), 1, 2)"),
            ("if(@('any'), 1, 2)", "if(@('any'), 1, 2)"),
            ("if(not(@('flag')), 1, 2)", "if(@('flag'), 2, 1)"),
            ("and(@('flag'), false())", "false()"),
            ("and(@('flag'), true())", "if(@('flag'), true(), false())"),
            ("or(@('flag'), true())", "true()"),
            ("or(@('flag'), @('flag'))", "if(@('flag'), true(), false())"),
            ("and(@('flag'), not(@('flag')))", "false()"),
            ("coalesce(@('text'), 'x')", "@('text')"),
            ("coalesce(@('maybeText'), 'x')", "if(equals(@('maybeText'), null()), 'x', @('maybeText'))"),
            ("coalesce(fail('no'), 'x')", "error: fail(): the template fails with 'no'"),
        ]);
    }

    #[test]
    fn compares() {
        check(&[
            ("equals('true', true())", "false()"),
            ("equals('a', 'A')", "false()"),
            ("equals(1, 1)", "true()"),
            ("equals(null(), null())", "true()"),
            ("equals(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 1))", "true()"),
            ("equals(createArray(1, 2), createArray(2, 1))", "false()"),
            ("less(1, 2)", "true()"),
            ("greater('A', 'a')", "true()"),
            ("less('A', 'a')", "false()"),
            ("less('1.9', '1.10')", "false()"),
            ("less('a-b', 'ab')", "unsettled: the order of 'a-b' and 'ab'"),
            ("greater(1, 'a')", "error: greater(): argument 2..."),
        ]);
    }

    #[test]
    fn compares_with_unknowns() {
        check(&[
            ("equals(@('text'), 'x')", "equals(@('text'), 'x')"),
            ("equals('x', @('text'))", "equals(@('text'), 'x')"),
            ("equals(@('text'), 1)", "false()"),
            ("equals(@('text'), @('text'))", "true()"),
            ("equals(@('tier'), 'Gold')", "false()"),
            (
                "if(equals(@('tier'), 'Free'), 1, if(equals(@('tier'), 'Paid'), 2, 3))",
                "if(equals(@('tier'), 'Free'), 1, 2)",
            ),
            ("equals(@('flag'), true())", "@('flag')"),
            ("equals(@('flag'), false())", "if(@('flag'), false(), true())"),
            ("equals(@('filledText'), '')", "false()"),
            ("equals(@('text'), '')", "empty(@('text'))"),
            ("equals(@('maybeText'), null())", "equals(@('maybeText'), null())"),
            ("equals(@('text'), null())", "false()"),
            ("equals(format('{0}/32', @('text')), '0.0.0.0/0')", "false()"),
            ("equals(format('{0}/32', @('text')), '1.2.3.4/32')", "equals(concat(@('text'), '/32'), '1.2.3.4/32')"),
            ("equals(createArray(@('text')), createArray('x'))", "equals(@('text'), 'x')"),
            ("equals(createArray(@('text'), 1), createArray('x', 2))", "false()"),
            ("equals(@('list'), createArray())", "empty(@('list'))"),
            ("equals(length(@('list')), 0)", "if(empty(@('list')), true(), false())"),
            ("greater(length(@('list')), 0)", "if(empty(@('list')), false(), true())"),
            ("greater(length(@('filledList')), 0)", "true()"),
            ("greater(@('small'), 5)", "false()"),
            ("greater(@('small'), 4)", "greater(@('small'), 4)"),
        ]);
    }
}
