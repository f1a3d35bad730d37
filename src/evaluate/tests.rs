//! Whole templates, evaluated: what expressions come to, through parameters, variables, loops and deployments.

mod forms;
mod generated;
mod idioms;

use super::call::Stop;
use super::print::to_text;
use super::{Evaluation, Settings};
use crate::source::FileId;
use crate::template::{arm, expression, parameters};
use std::rc::Rc;

/// An evaluation of the template with this text, with the parameters file of that text.
fn evaluation(template: &str, arguments: Option<&str>) -> Rc<Evaluation> {
    let root = crate::syntax::parse(template).unwrap();
    let template = Rc::new(arm::read(&root, template, FileId(0)));
    let arguments = arguments.map(|text| {
        let root = crate::syntax::parse(text).unwrap();
        Rc::new(parameters::read(&root, text, FileId(1)))
    });
    Rc::new(Evaluation::new(template, arguments, Settings::default()))
}

/// The text of what an expression comes to in a template.
fn eval(template: &str, text: &str) -> String {
    let evaluation = evaluation(template, None);
    let expression = Rc::new(expression::parse_typed(text).unwrap());
    to_text(&evaluation.evaluate(&expression, FileId(0)))
}

#[test]
fn reads_parameters_and_variables() {
    let template = r#"{
        "parameters": {
            "given": {"type": "string", "defaultValue": "d"}, "open": {"type": "bool"}, "list": {"type": "array"},
            "null": {"type": "object", "nullable": true}, "loop": {"type": "string", "defaultValue": "[parameters('loop')]"},
            "env": {"type": "string", "allowedValues": ["dev", "prod"]}
        },
        "variables": {
            "v": "[parameters('given')]", "map": {"dev": 1, "prod": 2}, "copy": [{"name": "c", "count": 2, "input": "[copyIndex('c')]"}]
        }
    }"#;
    let table = [
        ("parameters('GIVEN')", "'d'"),
        ("variables('v')", "'d'"),
        ("variables('c')", "createArray(0, 1)"),
        ("parameters('open')", "parameters('open')"),
        ("parameters('null')", "null()"),
        ("not(parameters('open'))", "if(parameters('open'), false(), true())"),
        ("if(parameters('open'), 1, 2)", "if(parameters('open'), 1, 2)"),
        ("and(parameters('open'), parameters('open'))", "if(parameters('open'), true(), false())"),
        ("if(parameters('open'), if(parameters('open'), 1, 2), 3)", "if(parameters('open'), 1, 3)"),
        ("empty(parameters('list'))", "empty(parameters('list'))"),
        ("if(empty(parameters('list')), parameters('list'), 1)", "if(empty(parameters('list')), createArray(), 1)"),
        ("equals(parameters('env'), 'test')", "false()"),
        (
            "if(equals(parameters('env'), 'dev'), parameters('env'), parameters('env'))",
            "if(equals(parameters('env'), 'dev'), 'dev', 'prod')",
        ),
        ("variables('map')[parameters('env')]", "if(equals(parameters('env'), 'dev'), 1, 2)"),
        ("resourceGroup().location", "resourcegroup().location"),
        ("resourceId('Microsoft.X/a/b', 'n', 'm')", "resourceid('Microsoft.X/a/b', 'n', 'm')"),
        ("reference('x').y.z", "reference('x').y.z"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(template, text), expected, "{text}");
    }
}

#[test]
fn says_what_the_engine_would_refuse() {
    let template = r#"{"parameters": {"a": {"type": "string", "defaultValue": "[parameters('b')]"}, "b": {"type": "string", "defaultValue": "[parameters('a')]"}}}"#;
    let table = [
        ("parameters('x')", "the template has no parameter 'x'"),
        ("nosuch('x')", "function 'nosuch' is not known"),
        ("parameters('a')", "depends on itself"),
        ("not(1)", "not(): argument 1 is an integer where a boolean is expected"),
        ("if(true())", "if() takes 3 arguments, not 1"),
        ("copyIndex()", "there is no resource or output loop around this copyIndex()"),
    ];
    for (text, expected) in table {
        let evaluation = evaluation(template, None);
        let value = evaluation.evaluate(&Rc::new(expression::parse_typed(text).unwrap()), FileId(0));
        let Err(Stop::Unknown(unknown)) = super::call::known(value) else { panic!("{text} is known") };
        let reason = unknown.reason.to_string();
        assert!(reason.contains(expected), "{text}: {reason}");
    }
}

#[test]
fn expands_loops_children_and_deployments() {
    let template = r#"{
        "languageVersion": "2.0",
        "parameters": {"deploy": {"type": "bool"}, "names": {"type": "array", "defaultValue": ["a", "b"]}},
        "resources": {
            "loop": {"type": "M.X/a", "name": "[parameters('names')[copyIndex()]]", "copy": {"name": "l", "count": 2},
                "resources": [{"type": "b", "name": "kid", "apiVersion": "1"}]},
            "mod": {"type": "Microsoft.Resources/deployments", "name": "mod", "condition": "[parameters('deploy')]", "properties": {
                "parameters": {"n": {"value": "[parameters('names')[1]]"}},
                "template": {
                    "parameters": {"n": {"type": "string"}, "deploy": {"type": "bool", "defaultValue": false}},
                    "resources": [{"type": "M.X/c", "name": "[parameters('n')]", "condition": "[not(parameters('deploy'))]"}],
                    "outputs": {"o": {"type": "string", "value": "[parameters('n')]"}}
                }
            }},
            "user": {"type": "M.X/d", "name": "[reference('mod').outputs.o.value]"}
        }
    }"#;
    let evaluation = evaluation(template, None);
    let open = evaluation.context();
    let list: Vec<String> = evaluation
        .instances()
        .iter()
        .map(|instance| {
            let deployed = match instance.deployed(open) {
                Ok(deployed) => format!("{deployed:?}"),
                Err(Stop::Split(question)) => question.text.to_string(),
                Err(other) => format!("{other:?}"),
            };
            format!(
                "{} {} {} {deployed}",
                instance.path,
                instance.type_.as_deref().unwrap_or("?"),
                to_text(&instance.name(open))
            )
        })
        .collect();
    assert_eq!(
        list,
        [
            "$.resources.loop#0 M.X/a 'a' Yes([])",
            "$.resources.loop#0.resources[0] M.X/a/b 'a/kid' Yes([])",
            "$.resources.loop#1 M.X/a 'b' Yes([])",
            "$.resources.loop#1.resources[0] M.X/a/b 'b/kid' Yes([])",
            "$.resources.mod Microsoft.Resources/deployments 'mod' parameters('deploy')",
            "$.resources.mod.properties.template.resources[0] M.X/c 'b' parameters('deploy')",
            "$.resources.user M.X/d 'b' Yes([])",
        ]
    );
}

#[test]
fn reads_parameters_files_literally() {
    let template = r#"{"parameters": {"ranges": {"type": "array"}, "text": {"type": "string"}, "secret": {"type": "securestring"}}}"#;
    let arguments = r#"{"parameters": {"RANGES": {"value": ["${IP}/32", "1.2.3.4"]}, "text": {"value": "[x]"}, "secret": {"reference": {}}}}"#;
    let evaluation = evaluation(template, Some(arguments));
    let table = [
        ("parameters('ranges')", "createArray('${IP}/32', '1.2.3.4')"),
        ("parameters('text')", "'[x]'"),
        ("parameters('secret')", "parameters('secret')"),
    ];
    for (text, expected) in table {
        let value = evaluation.evaluate(&Rc::new(expression::parse_typed(text).unwrap()), FileId(0));
        assert_eq!(to_text(&value), expected, "{text}");
    }
}
