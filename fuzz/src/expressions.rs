//! Expressions: read, written and read again; evaluated with parameters and without: what is known stays so.

use akslint::evaluate::print::{to_known_json, to_text};
use akslint::evaluate::unknown::Cause;
use akslint::evaluate::value::{Data, Lazy, Object, Slot, Value};
use akslint::evaluate::{Evaluation, Settings, symbolic};
use akslint::limits::Limits;
use akslint::source::FileId;
use akslint::syntax::parse;
use akslint::template::expression::parse_typed;
use akslint::template::{Expression, ExpressionKind, Template, arm, parameters};
use std::rc::Rc;

const TEMPLATE: &str = r##"{
    "languageVersion": "2.0",
    "parameters": {
        "flag": {"type": "bool"}, "other": {"type": "bool", "nullable": true}, "int": {"type": "int"}, "text": {"type": "string"},
        "tier": {"type": "string", "allowedValues": ["Free", "Paid"]}, "list": {"type": "array"}, "map": {"type": "object"}
    },
    "variables": {"known": {"a": 1, "b": ["x", ""], "c": {"d": null}}, "open": "[union(variables('known'), parameters('map'))]"},
    "functions": [{"namespace": "my", "members": {"twice": {"parameters": [{"name": "x", "type": "string"}],
        "output": {"type": "string", "value": "[concat(parameters('x'), parameters('x'))]"}}}}],
    "resources": {}
}"##;

const ARGUMENTS: &str = r#"{"parameters": {"flag": {"value": true}, "other": {"value": null}, "int": {"value": 2},
    "text": {"value": "a,b"}, "tier": {"value": "Paid"}, "list": {"value": ["a", 1, {"a": []}]},
    "map": {"value": {"a": {"x": 1}, "b": [2], "z": "a"}}}}"#;

/// Reads and evaluates the text as an expression.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let expression = match parse_typed(text) {
        Ok(expression) => Rc::new(expression),
        Err(error) => {
            assert!(text.get(error.span.start as usize..error.span.end as usize).is_some(), "{error:?}");
            return;
        }
    };
    assert!(text.get(expression.span.start as usize..expression.span.end as usize).is_some());
    let written = show(&expression);
    let again = parse_typed(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(written, show(&again));
    let (fewer, more) = (evaluated(&expression, false), evaluated(&expression, true));
    if fewer.is_known && !more.is_refused && !fewer.is_refused {
        assert_eq!(fewer.text, more.text, "with more parameters");
    }
    assert_eq!(fewer.text, evaluated(&expression, false).text, "once more");
}

struct Outcome {
    is_known: bool,
    is_refused: bool,
    text: String,
}

fn evaluated(expression: &Rc<Expression>, given: bool) -> Outcome {
    let limits = Limits { steps: 20_000, ..Limits::default() };
    let arguments = || Rc::new(parameters::read(&parse(ARGUMENTS).expect("JSON"), ARGUMENTS, FileId(1)));
    let settings = Settings { limits, ..Settings::default() };
    let evaluation = Evaluation::new(template(), given.then(arguments), settings);
    let value = evaluation.evaluate(expression, FileId(2));
    symbolic::text(&value);
    Outcome { is_known: to_known_json(&value).is_some(), is_refused: is_refused(&value, 12), text: to_text(&value) }
}

fn template() -> Rc<Template> {
    Rc::new(arm::read(&parse(TEMPLATE).expect("JSON"), TEMPLATE, FileId(0)))
}

/// Whether a part of the value is wrong, or too much.
fn is_refused(value: &Value, depth: usize) -> bool {
    let refused = |lazy: &Lazy| depth == 0 || is_refused(&lazy.force(), depth - 1);
    match &value.data {
        Data::Unknown(unknown) => matches!(
            unknown.reason.cause,
            Cause::Error(_) | Cause::Unsettled(_) | Cause::Limit(_) | Cause::UnknownFunction(_)
        ),
        Data::Choice(choice) => refused(&choice.then) || refused(&choice.otherwise),
        Data::Array(array) => array.slots.iter().any(|slot| match slot {
            Slot::Item(item) => refused(item),
            Slot::Rest(rest) => depth == 0 || is_refused(rest, depth - 1),
        }),
        Data::Object(object) => match &**object {
            Object::Members(members) => members.iter().any(|member| refused(&member.value)),
            Object::Merged { layers, .. } => layers.iter().any(|layer| depth == 0 || is_refused(layer, depth - 1)),
        },
        _ => false,
    }
}

/// The expression, written anew.
fn show(expression: &Expression) -> String {
    let all = |args: &[Rc<Expression>]| args.iter().map(|arg| show(arg)).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        ExpressionKind::String(text) => format!("'{}'", text.replace('\'', "''")),
        ExpressionKind::Int(value) => value.to_string(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Call { name, args, .. } => format!("{name}({})", all(args)),
        ExpressionKind::UserCall { namespace, name, args, .. } => format!("{namespace}.{name}({})", all(args)),
        ExpressionKind::Property { base, name, .. } => format!("{}.{name}", show(base)),
        ExpressionKind::Index { base, index } => format!("{}[{}]", show(base), show(index)),
    }
}
