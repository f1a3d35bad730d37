//! Whole numbers.

use crate::evaluate::call::{Call, Function, Stop, known};
use crate::evaluate::value::{Data, Kind, Slot, Value};

const INT: Option<Kind> = Some(Kind::Int);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "add", min: 2, max: Some(2), kind: INT, run: |call| calculate(call, i64::checked_add) },
    Function { name: "sub", min: 2, max: Some(2), kind: INT, run: |call| calculate(call, i64::checked_sub) },
    Function { name: "mul", min: 2, max: Some(2), kind: INT, run: |call| calculate(call, i64::checked_mul) },
    Function { name: "div", min: 2, max: Some(2), kind: INT, run: |call| divide(call, i64::checked_div) },
    Function { name: "mod", min: 2, max: Some(2), kind: INT, run: |call| divide(call, i64::checked_rem) },
    Function { name: "min", min: 1, max: None, kind: INT, run: |call| extreme(call, i64::min) },
    Function { name: "max", min: 1, max: None, kind: INT, run: |call| extreme(call, i64::max) },
    Function { name: "int", min: 1, max: Some(1), kind: INT, run: int },
    Function { name: "float", min: 1, max: Some(1), kind: Some(Kind::Float), run: float },
];

fn calculate(call: &Call<'_>, operation: fn(i64, i64) -> Option<i64>) -> Result<Value, Stop> {
    let (a, b) = (call.int(0)?, call.int(1)?);
    match operation(a, b) {
        Some(result) => Ok(call.result(Data::Int(result))),
        None => Err(Stop::error(format!("the result for {a} and {b} does not fit 64 bits"))),
    }
}

/// Truncates toward zero; the remainder takes the sign of the dividend.
fn divide(call: &Call<'_>, operation: fn(i64, i64) -> Option<i64>) -> Result<Value, Stop> {
    if call.int(1)? == 0 {
        return Err(Stop::error("the divisor is 0"));
    }
    calculate(call, operation)
}

/// Of integers, or of one array of integers.
fn extreme(call: &Call<'_>, better: fn(i64, i64) -> i64) -> Result<Value, Stop> {
    let mut numbers = Vec::new();
    match call.known(0)?.data {
        Data::Array(array) if call.args.len() == 1 => {
            for slot in &array.slots {
                let item = match slot {
                    Slot::Item(item) => known(item.force())?,
                    Slot::Rest(rest) => known(rest.clone())?,
                };
                match item.data {
                    Data::Int(value) => numbers.push(value),
                    data => return Err(call.mistyped(0, "an array of integers", &data)),
                }
            }
        }
        _ => {
            for index in 0..call.args.len() {
                numbers.push(call.int(index)?);
            }
        }
    }
    match numbers.into_iter().reduce(better) {
        Some(result) => Ok(call.result(Data::Int(result))),
        None => Err(Stop::error("the array is empty")),
    }
}

fn int(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.value(0)?;
    let number = match &value.data {
        Data::Int(_) => return Ok(value),
        Data::Unknown(unknown) if unknown.bounds.kind == INT && !unknown.bounds.nullable => return Ok(value),
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        Data::String(text) => {
            text.trim().parse().map_err(|_| Stop::error(format!("'{text}' is not a whole number")))?
        }
        Data::Float(_) => return Err(Stop::unsettled("int() of a number that is not whole")),
        data => return Err(call.mistyped(0, "a string or an integer", data)),
    };
    Ok(call.result_from(&value, Data::Int(number)))
}

fn float(call: &Call<'_>) -> Result<Value, Stop> {
    let value = call.known(0)?;
    let number = match &value.data {
        Data::Float(_) => return Ok(value),
        Data::Int(int) => *int as f64,
        Data::String(text) => {
            let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number.ok_or_else(|| Stop::error(format!("'{text}' is not a number")))?
        }
        data => return Err(call.mistyped(0, "a string or an integer", data)),
    };
    Ok(call.result_from(&value, Data::Float(number)))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn calculates() {
        check(&[
            ("add(2, 3)", "5"),
            ("sub(0, 7)", "-7"),
            ("mul(3, -2)", "-6"),
            ("div(6, 11)", "0"),
            ("div(-7, 2)", "-3"),
            ("mod(-7, 2)", "-1"),
            ("div(1, 0)", "error: div(): the divisor is 0"),
            ("mod(1, 0)", "error: mod(): the divisor is 0"),
            (
                "mul(json('9223372036854775807'), 2)",
                "error: mul(): the result for 9223372036854775807 and 2 does not fit 64 bits",
            ),
            ("min(3, 1, 2)", "1"),
            ("max(createArray(3, 1, 2))", "3"),
            ("min(createArray())", "error: min(): the array is empty"),
            ("int('42')", "42"),
            ("int('x')", "error: int(): 'x' is not a whole number"),
            ("float('1.5')", "json('1.5')"),
            ("add(@('int'), 1)", "add(@('int'), 1)"),
            ("int(@('int'))", "@('int')"),
            ("add(if(@('flag'), 1, 2), 1)", "if(@('flag'), 2, 3)"),
            ("add('1', 1)", "error: add(): argument 1 is a string where an integer is expected"),
        ]);
    }
}
