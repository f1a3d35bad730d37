//! Properties that hold of every expression, tried on many generated ones.

use crate::evaluate::print::{to_known_json, to_text};
use crate::evaluate::unknown::Cause;
use crate::evaluate::value::{Data, Lazy, Object, Slot};
use crate::evaluate::{Evaluation, Settings};
use crate::limits::Limits;
use crate::source::FileId;
use crate::template::{ParametersFile, Template, arm, expression, parameters};
use proptest::prelude::*;
use std::rc::Rc;

/// The stack that workers have, in bytes.
const STACK: usize = 16 << 20;

const TEMPLATE: &str = r##"{
    "languageVersion": "2.0",
    "parameters": {
        "flag": {"type": "bool"}, "other": {"type": "bool", "nullable": true}, "int": {"type": "int"}, "text": {"type": "string"},
        "tier": {"type": "string", "allowedValues": ["Free", "Paid"]}, "list": {"type": "array"},
        "map": {"type": "object"}, "typed": {"$ref": "#/definitions/typed"}
    },
    "definitions": {"typed": {"type": "object", "properties": {"a": {"type": "bool"}, "b": {"type": "array", "nullable": true}}}},
    "variables": {"known": {"a": 1, "b": ["x", ""], "c": {"d": null}}, "open": "[union(variables('known'), parameters('map'))]"},
    "resources": {}
}"##;

/// The values of the parameters, in the order of [`NAMES`].
const NAMES: [(&str, &str); 8] = [
    ("flag", "true"),
    ("other", "null"),
    ("int", "2"),
    ("text", "\"a,b\""),
    ("tier", "\"Paid\""),
    ("list", "[\"a\", 1, {\"a\": []}]"),
    ("map", "{\"a\": {\"x\": 1}, \"b\": [2], \"z\": \"a\"}"),
    ("typed", "{\"a\": false}"),
];

/// The functions that expressions call: names, and how many arguments.
const CALLS: &[(&str, usize)] = &[
    ("if", 3),
    ("and", 2),
    ("or", 2),
    ("not", 1),
    ("equals", 2),
    ("less", 2),
    ("greaterOrEquals", 2),
    ("coalesce", 2),
    ("empty", 1),
    ("length", 1),
    ("contains", 2),
    ("concat", 2),
    ("format", 3),
    ("union", 2),
    ("intersection", 2),
    ("shallowMerge", 1),
    ("createArray", 2),
    ("createObject", 4),
    ("array", 1),
    ("first", 1),
    ("last", 1),
    ("take", 2),
    ("skip", 2),
    ("split", 2),
    ("join", 2),
    ("replace", 3),
    ("substring", 3),
    ("toLower", 1),
    ("startsWith", 2),
    ("indexOf", 2),
    ("tryGet", 2),
    ("items", 1),
    ("objectKeys", 1),
    ("flatten", 1),
    ("distinct", 1),
    ("range", 2),
    ("min", 2),
    ("add", 2),
    ("div", 2),
    ("mod", 2),
    ("int", 1),
    ("string", 1),
    ("bool", 1),
    ("json", 1),
    ("base64", 1),
    ("uniqueString", 1),
    ("padLeft", 2),
    ("indexFromEnd", 2),
    ("fail", 1),
    ("nosuch", 1),
];

/// Texts of expressions.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0..NAMES.len()).prop_map(|index| format!("parameters('{}')", NAMES[index].0)),
        prop_oneof![Just("'a'"), Just("''"), Just("'b'"), Just("'{0}-{1}'"), Just("','"), Just("'Paid'")]
            .prop_map(str::to_owned),
        (-2..4_i64).prop_map(|number| number.to_string()),
        prop_oneof![
            Just("true()"),
            Just("false()"),
            Just("null()"),
            Just("createObject()"),
            Just("createArray()"),
            Just("variables('known')"),
            Just("variables('open')"),
            Just("reference('x').y"),
            Just("resourceGroup().location"),
            Just("lambdaVariables('x')"),
        ]
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            6 => (0..CALLS.len(), prop::collection::vec(inner.clone(), 4)).prop_map(|(call, args)| {
                let (name, count) = CALLS[call];
                format!("{name}({})", args[..count].join(", "))
            }),
            1 => (inner.clone(), prop_oneof![Just("a"), Just("b"), Just("z")]).prop_map(|(base, name)| {
                // Only calls and look-ups take a suffix.
                if base.ends_with(')') || base.ends_with(']') { format!("{base}.{name}") } else { base }
            }),
            1 => (inner.clone(), inner.clone()).prop_map(|(base, index)| {
                if base.ends_with(')') || base.ends_with(']') { format!("{base}[{index}]") } else { base }
            }),
            1 => (prop_oneof![Just("map"), Just("filter"), Just("toObject"), Just("groupBy"), Just("mapValues")], inner.clone(), inner.clone())
                .prop_map(|(name, array, body)| format!("{name}({array}, lambda('x', {body}))")),
            1 => (inner.clone(), inner.clone(), inner)
                .prop_map(|(array, start, body)| format!("reduce({array}, {start}, lambda('x', 'y', {body}))")),
        ]
    })
}

fn template() -> Rc<Template> {
    let root = crate::syntax::parse(TEMPLATE).unwrap();
    Rc::new(arm::read(&root, TEMPLATE, FileId(0)))
}

/// The parameters file that gives those parameters whose bit is set.
fn given(bits: u8) -> Rc<ParametersFile> {
    let entries = NAMES.iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0);
    let entries: Vec<String> =
        entries.map(|(_, (name, value))| format!("\"{name}\": {{\"value\": {value}}}")).collect();
    let text = format!("{{\"parameters\": {{{}}}}}", entries.join(", "));
    Rc::new(parameters::read(&crate::syntax::parse(&text).unwrap(), &text, FileId(1)))
}

/// What an expression comes to.
#[derive(Debug, PartialEq)]
struct Outcome {
    is_known: bool,
    text: String,
    /// Whether the engine refuses part of it, or may.
    is_refused: bool,
}

/// What the expression comes to with these parameters.
fn evaluated(text: &str, bits: u8) -> Outcome {
    let limits = Limits { steps: 200_000, ..Limits::default() };
    let settings = Settings { limits, ..Settings::default() };
    let evaluation = Evaluation::new(template(), Some(given(bits)), settings);
    let value = evaluation.evaluate(&Rc::new(expression::parse_typed(text).unwrap()), FileId(2));
    Outcome { is_known: to_known_json(&value).is_some(), text: to_text(&value), is_refused: is_refused(&value, 12) }
}

fn is_refused(value: &crate::evaluate::value::Value, depth: usize) -> bool {
    let refused = |lazy: &Lazy| depth > 0 && is_refused(&lazy.force(), depth - 1);
    match &value.data {
        Data::Unknown(unknown) => matches!(
            unknown.reason.cause,
            Cause::Error(_) | Cause::Unsettled(_) | Cause::Limit(_) | Cause::UnknownFunction(_)
        ),
        Data::Choice(choice) => refused(&choice.then) || refused(&choice.otherwise),
        Data::Array(array) => array.slots.iter().any(|slot| match slot {
            Slot::Item(item) => refused(item),
            Slot::Rest(rest) => depth > 0 && is_refused(rest, depth - 1),
        }),
        Data::Object(object) => match &**object {
            Object::Members(members) => members.iter().any(|member| refused(&member.value)),
            Object::Merged { layers, .. } => layers.iter().any(|layer| depth > 0 && is_refused(layer, depth - 1)),
        },
        _ => false,
    }
}

/// Runs `test` with the stack of a worker.
pub(super) fn on_a_worker<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(test).unwrap().join().unwrap()
}

#[test]
fn what_is_known_stays_so_with_more_parameters() {
    on_a_worker(|| {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: std::env::var("AKSLINT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300),
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let cases = (expressions(), any::<u8>(), any::<u8>());
        runner
            .run(&cases, |(text, some, others)| {
                let fewer = evaluated(&text, some);
                prop_assert_eq!(&fewer, &evaluated(&text, some), "differs between runs: {}", text);
                let more = evaluated(&text, some | others);
                if fewer.is_known && !more.is_refused {
                    prop_assert_eq!(fewer.text, more.text, "{} with {:08b}, then {:08b}", text, some, some | others);
                }
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn the_deepest_expressions_fit_the_stack() {
    on_a_worker(|| {
        let deep = |open: &str, close: &str, levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
        let table = [
            deep("createArray(", ")", 250),
            deep("if(parameters('flag'), ", ", 2)", 120),
            deep("union(parameters('map'), createObject('a', ", "))", 80),
            deep("map(parameters('list'), lambda('x', ", "))", 80),
            deep("coalesce(parameters('other'), ", ")", 120),
            format!("parameters('map'){}", "['a']".repeat(200)),
        ];
        for text in table {
            let _ = evaluated(&text, 0);
            let _ = evaluated(&text, 255);
        }
    });
}
