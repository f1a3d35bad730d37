//! Evaluates expression texts for tests: in a template whose parameters are unknown within bounds that their names tell.

use crate::evaluate::symbolic;
use crate::evaluate::unknown::Cause;
use crate::evaluate::value::{Data, Value};
use crate::evaluate::{Evaluation, Settings};
use crate::source::FileId;
use crate::template::expression;
use std::rc::Rc;

const TEMPLATE: &str = r#"{
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "languageVersion": "2.0",
    "contentVersion": "1.0.0.0",
    "parameters": {
        "any": {},
        "flag": { "type": "bool" },
        "other": { "type": "bool" },
        "int": { "type": "int" },
        "small": { "type": "int", "minValue": 1, "maxValue": 5 },
        "text": { "type": "string" },
        "maybeText": { "type": "string", "nullable": true },
        "filledText": { "type": "string", "minLength": 1 },
        "tier": { "type": "string", "allowedValues": [ "Free", "Paid" ] },
        "list": { "type": "array" },
        "more": { "type": "array" },
        "filledList": { "type": "array", "minLength": 1 },
        "map": { "type": "object" },
        "maybeMap": { "type": "object", "nullable": true }
    },
    "resources": {}
}"#;

/// The value of an expression, without brackets.
pub fn evaluate(expression: &str) -> Value {
    let parsed = crate::syntax::parse(TEMPLATE);
    let node = parsed.expect("the template parses");
    let template = crate::template::arm::read(&node, TEMPLATE, FileId(0));
    let settings = Settings { open_defaults: true, ..Settings::default() };
    let evaluation = Evaluation::new(Rc::new(template), None, settings);
    let expression = expression::parse_typed(expression).unwrap_or_else(|error| panic!("{expression}: {error:?}"));
    evaluation.evaluate(&Rc::new(expression), FileId(0))
}

/// The value as canonical expression text, errors as their messages.
pub fn shown(value: &Value) -> String {
    match &value.data {
        Data::Unknown(unknown) => match &unknown.reason.cause {
            Cause::Error(message) => format!("error: {message}"),
            Cause::Limit(what) => format!("limit: {what}"),
            Cause::Unsettled(what) => format!("unsettled: {what}"),
            _ => symbolic::text(value),
        },
        _ => symbolic::text(value),
    }
}

/// Checks a table of expressions and the texts of their values. An expected text that ends in `...` only needs to start so.
pub fn check(table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (expression, expected) in table {
        let expression = expression.replace('@', "parameters");
        let actual = shown(&evaluate(&expression));
        let expected = expected.replace('@', "parameters");
        let fits = match expected.strip_suffix("...") {
            Some(start) => actual.starts_with(start),
            None => actual == expected,
        };
        if !fits {
            wrong.push(format!("{expression}\n  expected {expected}\n  is       {actual}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_in_lower_case_and_distinct() {
    let all: Vec<_> = super::FAMILIES.iter().copied().flatten().collect();
    assert_eq!(all.len(), super::BY_NAME.len());
    assert!(all.iter().all(|function| function.name == function.name.to_ascii_lowercase()));
}
