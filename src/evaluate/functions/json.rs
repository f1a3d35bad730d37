//! `json`: text read as JSON, as leniently as the engine reads it.

use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::value::{Data, Lazy, Member, Value};
use jsonc_parser::ast::{ObjectProp, Value as Ast};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

/// What the engine's JSON reader accepts beyond the standard. Every field is written out, so that a leniency added by the library
/// fails to compile instead of slipping in.
const DIALECT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

const NOTHING_ELSE: CollectOptions = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };

pub(super) const FUNCTIONS: &[Function] = &[Function { name: "json", min: 1, max: Some(1), kind: None, run: json }];

fn json(call: &Call<'_>) -> Result<Value, Stop> {
    let source = call.known(0)?;
    let text = call.string(0)?;
    read(call, &source, &text)
}

/// The value that `text`, made from `source`, holds.
pub(super) fn read(call: &Call<'_>, source: &Value, text: &str) -> Result<Value, Stop> {
    match parse_to_ast(text, &NOTHING_ELSE, &DIALECT).map(|result| result.value) {
        Ok(Some(value)) => convert(call, source, value),
        Ok(None) => Err(Stop::unsettled("json() of an empty text")),
        Err(error) => Err(Stop::error(format!("the text is not JSON: {error}"))),
    }
}

/// The parser has bounded the nesting.
fn convert(call: &Call<'_>, source: &Value, value: Ast<'_>) -> Result<Value, Stop> {
    let data = match value {
        Ast::NullKeyword(_) => Data::Null,
        Ast::BooleanLit(boolean) => Data::Bool(boolean.value),
        Ast::StringLit(text) => Data::text(text.value),
        Ast::NumberLit(text) => number(text.value)?,
        Ast::Array(array) => {
            let items = array.elements.into_iter().map(|item| convert(call, source, item)).collect::<Result<_, _>>()?;
            Data::array(items)
        }
        Ast::Object(object) => {
            let member = |property: ObjectProp<'_>| {
                let name = property.name.as_str().into();
                let value = Lazy::known(convert(call, source, property.value)?);
                Ok(Member { name, key: source.origin.place, value })
            };
            Data::object(object.properties.into_iter().map(member).collect::<Result<_, Stop>>()?)
        }
    };
    Ok(call.result_from(source, data))
}

fn number(text: &str) -> Result<Data, Stop> {
    if let Ok(int) = text.parse() {
        return Ok(Data::Int(int));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && text.contains(['.', 'e', 'E']) => Ok(Data::Float(number)),
        _ => Err(Stop::unsettled(format!("the number {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn reads() {
        check(&[
            ("json('null')", "null()"),
            ("json('0.5')", "json('0.5')"),
            ("json('3000000000')", "3000000000"),
            ("json('{\"b\": [1, true], \"a\": \"x\"}')", "createObject('b', createArray(1, true()), 'a', 'x')"),
            ("json('{''a'': ''x''}')", "createObject('a', 'x')"),
            ("json('{\"a\": 1, } // c')", "createObject('a', 1)"),
            ("json('')", "unsettled: json() of an empty text"),
            ("json('{')", "error: json(): the text is not JSON: ..."),
            ("json('[1, 2')", "error: json(): the text is not JSON: ..."),
            ("json('9223372036854775808')", "unsettled: the number 9223372036854775808"),
            ("json(@('text'))", "json(@('text'))"),
        ]);
    }

    #[test]
    fn refuses_deep_nesting_and_duplicates_gently() {
        let deep = format!("json('{}')", "[".repeat(100_000));
        check(&[(&deep, "error: json(): the text is not JSON: ..."), ("json('{\"a\": 1, \"a\": 2}').a", "2")]);
    }
}
