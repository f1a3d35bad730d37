//! The shapes in which templates write who can reach an API server: what the profile comes to in each world.

use crate::evaluate::print::to_json;
use crate::evaluate::unknown::{Symbol, World};
use crate::evaluate::value::{Data, Slot, Value};
use crate::evaluate::{Context, Evaluation, Settings};
use crate::source::FileId;
use crate::template::{arm, parameters};
use std::rc::Rc;

/// One idiom.
struct Idiom {
    name: &'static str,
    /// Members of the template besides `resources`.
    declares: &'static str,
    /// `properties` of the cluster.
    properties: &'static str,
    /// Members of `parameters` of the parameters file; empty: none.
    given: &'static str,
    /// In each world that makes a difference: what holds, and `apiServerAccessProfile`.
    worlds: &'static [(&'static str, &'static str)],
}

/// The first question that a value leaves open.
fn question(value: &Value) -> Option<Rc<Symbol>> {
    match &value.data {
        Data::Choice(choice) => Some(choice.symbol.clone()),
        Data::Array(array) => array.slots.iter().find_map(|slot| match slot {
            Slot::Item(item) => question(&item.force()),
            Slot::Rest(_) => None,
        }),
        Data::Object(object) => match object.members(&value.origin) {
            Ok(members) => members.iter().find_map(|member| question(&member.value.force())),
            Err(crate::evaluate::value::Lookup::Split(symbol)) => Some(symbol),
            Err(_) => None,
        },
        _ => None,
    }
}

/// The profile of the only cluster in a context's world; `absent` if there is none.
fn profile(evaluation: &Evaluation, context: &Rc<Context>) -> Result<Value, Rc<Symbol>> {
    use crate::evaluate::value::Lookup;
    let is_cluster =
        |instance: &&Rc<crate::evaluate::Instance>| instance.is_of_type("Microsoft.ContainerService/managedClusters");
    let instance = evaluation.instances().iter().find(is_cluster).unwrap();
    let mut value = instance.view(context);
    for name in ["properties", "apiServerAccessProfile"] {
        value = match value.member(name) {
            Lookup::Present(value) => value,
            Lookup::Absent => return Ok(Value::new(Data::text("absent"), value.origin.clone())),
            Lookup::Split(symbol) => return Err(symbol),
            Lookup::Unknown(unknown) => {
                return Ok(Value::new(Data::text(format!("perhaps in {}", unknown.symbol.text)), value.origin.clone()));
            }
        };
    }
    match question(&value) {
        Some(symbol) => Err(symbol),
        None => Ok(value),
    }
}

fn worlds(idiom: &Idiom) -> Vec<(String, String)> {
    let comma = if idiom.declares.is_empty() { "" } else { "," };
    let template = format!(
        r#"{{{}{comma} "resources": {{"cluster": {{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2024-05-01",
            "name": "c", "properties": {}}}}}}}"#,
        idiom.declares, idiom.properties
    );
    let root = crate::syntax::parse(&template).unwrap_or_else(|error| panic!("{}: {error:?}", idiom.name));
    let template = Rc::new(arm::read(&root, &template, FileId(0)));
    let given = (!idiom.given.is_empty()).then(|| {
        let text = format!(r#"{{"parameters": {{{}}}}}"#, idiom.given);
        Rc::new(parameters::read(&crate::syntax::parse(&text).unwrap(), &text, FileId(1)))
    });
    let evaluation = Evaluation::new(template, given, Settings::default());
    let mut open = vec![World::open()];
    let mut found = Vec::new();
    while let Some(world) = open.pop() {
        assert!(world.len() < 6, "{}: too many questions: {:?}", idiom.name, world.key());
        match profile(&evaluation, &evaluation.context().in_world(world.clone())) {
            Ok(value) => {
                let mut answers: Vec<String> =
                    world.answers().map(|(symbol, answer)| symbol.describe(answer)).collect();
                answers.reverse();
                found.push((answers.join(" and "), to_json(&value).to_string()));
            }
            Err(symbol) => {
                assert!(world.answer(&symbol.text).is_none(), "{}: {} is asked again", idiom.name, symbol.text);
                open.push(world.with(symbol.clone(), false));
                open.push(world.with(symbol, true));
            }
        }
    }
    found
}

const IDIOMS: &[Idiom] = &[
    Idiom {
        name: "ranges are an array parameter with default []",
        declares: r#""parameters": {"r": {"type": "array", "defaultValue": []}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('r')]"}}"#,
        given: "",
        worlds: &[("", r#"{"authorizedIPRanges":[]}"#)],
    },
    Idiom {
        name: "nullable array parameter, absent means null",
        declares: r#""languageVersion": "2.0", "parameters": {"r": {"type": "array", "nullable": true}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('r')]"}}"#,
        given: "",
        worlds: &[("", r#"{"authorizedIPRanges":null}"#)],
    },
    Idiom {
        name: "null passed to a parameter with a default means the default",
        declares: r#""parameters": {"r": {"type": "array", "defaultValue": ["1.2.3.4"]}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('r')]"}}"#,
        given: r#""r": {"value": null}"#,
        worlds: &[("", r#"{"authorizedIPRanges":["1.2.3.4"]}"#)],
    },
    Idiom {
        name: "the whole profile is one nullable object parameter",
        declares: r##""languageVersion": "2.0", "parameters": {"p": {"$ref": "#/definitions/p", "nullable": true}},
            "definitions": {"p": {"type": "object", "properties": {"enablePrivateCluster": {"type": "bool"}, "authorizedIPRanges": {"type": "array", "nullable": true}}}}"##,
        properties: r#"{"apiServerAccessProfile": "[parameters('p')]"}"#,
        given: r#""p": {"value": {"enablePrivateCluster": true}}"#,
        worlds: &[("", r#"{"enablePrivateCluster":true}"#)],
    },
    Idiom {
        name: "either ranges or private",
        declares: r#""parameters": {"r": {"type": "array"}, "p": {"type": "bool"}}"#,
        properties: r#"{"apiServerAccessProfile": "[if(not(empty(parameters('r'))), createObject('authorizedIPRanges', parameters('r')), createObject('enablePrivateCluster', parameters('p')))]"}"#,
        given: "",
        worlds: &[
            ("parameters('r') is empty", r#"{"enablePrivateCluster":"[parameters('p')]"}"#),
            ("parameters('r') is not empty", r#"{"authorizedIPRanges":"[parameters('r')]"}"#),
        ],
    },
    Idiom {
        name: "profile built in a variable and united into properties",
        declares: r#""parameters": {"p": {"type": "bool"}}, "variables": {"base": {"dnsPrefix": "d"},
            "profile": {"apiServerAccessProfile": {"enablePrivateCluster": true}},
            "properties": "[if(parameters('p'), union(variables('base'), variables('profile')), variables('base'))]"}"#,
        properties: r#""[variables('properties')]""#,
        given: "",
        worlds: &[
            ("parameters('p') is true", r#"{"enablePrivateCluster":true}"#),
            ("parameters('p') is false", r#""absent""#),
        ],
    },
    Idiom {
        name: "properties are one union with reference inside",
        declares: r#""parameters": {"r": {"type": "array", "defaultValue": ["1.2.3.4/32"]}}"#,
        properties: r#""[union(createObject('apiServerAccessProfile', createObject('authorizedIPRanges', parameters('r'))), if(empty(reference('x').ip), createObject(), createObject('networkProfile', reference('x').ip)))]""#,
        given: "",
        worlds: &[("", r#"{"authorizedIPRanges":["1.2.3.4/32"]}"#)],
    },
    Idiom {
        name: "private as text in a module argument, a boolean by default",
        declares: r#""parameters": {"cfg": {"type": "object", "defaultValue": {"flag": true}}}, "variables": {"v": "[if(equals(parameters('cfg').flag, 'true'), createObject('value', true()), createObject('value', false()))]"}"#,
        properties: r#"{"apiServerAccessProfile": {"enablePrivateCluster": "[variables('v').value]"}}"#,
        given: "",
        worlds: &[("", r#"{"enablePrivateCluster":false}"#)],
    },
    Idiom {
        name: "settings map indexed by an environment",
        declares: r#""parameters": {"env": {"type": "string", "allowedValues": ["dev", "prod"]}}, "variables": {"map": {"dev": {"aks": {"private": false}}, "prod": {"aks": {"private": true}}}}"#,
        properties: r#"{"apiServerAccessProfile": {"enablePrivateCluster": "[variables('map')[parameters('env')].aks.private]"}}"#,
        given: "",
        worlds: &[
            ("parameters('env') is 'dev'", r#"{"enablePrivateCluster":false}"#),
            ("parameters('env') is not 'dev'", r#"{"enablePrivateCluster":true}"#),
        ],
    },
    Idiom {
        name: "a parameters file overrules the default of the private flag",
        declares: r#""parameters": {"p": {"type": "bool", "defaultValue": true}}"#,
        properties: r#"{"apiServerAccessProfile": {"enablePrivateCluster": "[parameters('p')]"}}"#,
        given: r#""P": {"value": false}"#,
        worlds: &[("", r#"{"enablePrivateCluster":false}"#)],
    },
    Idiom {
        name: "private flag and ranges in one profile",
        declares: r#""parameters": {"p": {"type": "bool"}, "r": {"type": "array", "defaultValue": ["1.2.3.4"]}}"#,
        properties: r#"{"apiServerAccessProfile": {"enablePrivateCluster": "[parameters('p')]", "authorizedIPRanges": "[if(parameters('p'), null(), parameters('r'))]"}}"#,
        given: "",
        worlds: &[
            ("parameters('p') is true", r#"{"enablePrivateCluster":true,"authorizedIPRanges":null}"#),
            ("parameters('p') is false", r#"{"enablePrivateCluster":false,"authorizedIPRanges":["1.2.3.4"]}"#),
        ],
    },
    Idiom {
        name: "ranges with the addresses of another deployment behind them",
        declares: r#""parameters": {"nat": {"type": "bool", "defaultValue": true}, "r": {"type": "array", "defaultValue": ["1.2.3.4"]}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[if(parameters('nat'), concat(parameters('r'), reference('net').outputs.ips.value), parameters('r'))]"}}"#,
        given: "",
        worlds: &[(
            "",
            r#"{"authorizedIPRanges":"[concat(createArray('1.2.3.4'), reference('net').outputs.ips.value)]"}"#,
        )],
    },
    Idiom {
        name: "null or ranges",
        declares: r#""parameters": {"r": {"type": "array"}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[if(not(empty(parameters('r'))), parameters('r'), null())]"}}"#,
        given: "",
        worlds: &[
            ("parameters('r') is empty", r#"{"authorizedIPRanges":null}"#),
            ("parameters('r') is not empty", r#"{"authorizedIPRanges":"[parameters('r')]"}"#),
        ],
    },
    Idiom {
        name: "a text split into ranges, empty by default",
        declares: r#""parameters": {"r": {"type": "string", "defaultValue": ""}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[split(parameters('r'), ',')]"}}"#,
        given: "",
        worlds: &[("", r#"{"authorizedIPRanges":[""]}"#)],
    },
    Idiom {
        name: "one element that is not known",
        declares: r#""parameters": {"ip": {"type": "string"}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": ["[format('{0}/32', parameters('ip'))]"]}}"#,
        given: "",
        worlds: &[("", r#"{"authorizedIPRanges":["[concat(parameters('ip'), '/32')]"]}"#)],
    },
    Idiom {
        name: "the sibling is json('null') when not private",
        declares: r#""parameters": {"p": {"type": "bool", "defaultValue": false}}"#,
        properties: r#"{"apiServerAccessProfile": {"enablePrivateCluster": "[parameters('p')]", "privateDNSZone": "[if(parameters('p'), 'system', json('null'))]"}}"#,
        given: "",
        worlds: &[("", r#"{"enablePrivateCluster":false,"privateDNSZone":null}"#)],
    },
    Idiom {
        name: "a placeholder where an array is expected, and one inside an object",
        declares: r#""parameters": {"r": {"type": "array"}, "o": {"type": "object"}}"#,
        properties: r#"{"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('r')]", "enablePrivateCluster": "[parameters('o').private]"}}"#,
        given: r#""r": {"value": "[array of IP ranges, like [...] ]"}, "o": {"value": {"private": "${ENABLE}"}}"#,
        worlds: &[("", r#"{"authorizedIPRanges":"[parameters('r')]","enablePrivateCluster":"['${ENABLE}']"}"#)],
    },
    Idiom {
        name: "a shallow merge that drops the ranges, a union that keeps them",
        declares: r#""variables": {"base": {"authorizedIPRanges": ["1.2.3.4"]}, "over": {"p": {"disableRunCommand": true}}}"#,
        properties: r#"{"apiServerAccessProfile": {"kept": "[union(createObject('p', variables('base')), variables('over')).p]", "dropped": "[shallowMerge(createArray(createObject('p', variables('base')), variables('over'))).p]"}}"#,
        given: "",
        worlds: &[(
            "",
            r#"{"kept":{"authorizedIPRanges":["1.2.3.4"],"disableRunCommand":true},"dropped":{"disableRunCommand":true}}"#,
        )],
    },
    Idiom {
        name: "an unknown object knows its members' types",
        declares: r##""languageVersion": "2.0", "parameters": {"p": {"$ref": "#/definitions/p"}}, "definitions": {
            "p": {"type": "object", "properties": {"private": {"type": "bool"}, "ranges": {"type": "array", "minLength": 1, "items": {"type": "string"}},
                "tier": {"type": "string", "allowedValues": ["a"]}, "maybe": {"type": "string", "nullable": true}}, "additionalProperties": false}}"##,
        properties: r#"{"apiServerAccessProfile": {"has": "[contains(parameters('p'), 'private')]", "lacks": "[contains(parameters('p'), 'other')]", "filled": "[not(empty(parameters('p').ranges))]", "tier": "[parameters('p').tier]", "got": "[if(tryGet(parameters('p'), 'private'), 1, 2)]"}}"#,
        given: "",
        worlds: &[
            ("parameters('p').private is true", r#"{"has":true,"lacks":false,"filled":true,"tier":"a","got":1}"#),
            ("parameters('p').private is false", r#"{"has":true,"lacks":false,"filled":true,"tier":"a","got":2}"#),
        ],
    },
];

#[test]
fn sees_through_the_idioms() {
    let mut wrong = Vec::new();
    for idiom in IDIOMS {
        let found = worlds(idiom);
        let expected: Vec<(String, String)> =
            idiom.worlds.iter().map(|(world, profile)| ((*world).to_owned(), (*profile).to_owned())).collect();
        if found != expected {
            wrong.push(format!("{}\n  expected {expected:?}\n  is       {found:?}", idiom.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cluster in a module, or in a module of a module: what it comes to there.
#[test]
fn sees_through_modules() {
    let inner = r#"{"parameters": {"enablePrivate": {"type": "bool", "defaultValue": true}, "ranges": {"type": "array", "defaultValue": ["1.1.1.1"]}}, "resources": [
        {"type": "Microsoft.ContainerService/managedClusters", "name": "c", "properties": {"apiServerAccessProfile": {
            "enablePrivateCluster": "[parameters('enablePrivate')]", "authorizedIPRanges": "[parameters('ranges')]"}}}]}"#;
    let module = |name: &str, parameters: &str, template: &str| {
        format!(
            r#"{{"type": "Microsoft.Resources/deployments", "name": "{name}", "properties": {{
                "expressionEvaluationOptions": {{"scope": "inner"}}, "parameters": {parameters}, "template": {template}}}}}"#
        )
    };
    let middle = format!(
        r#"{{"languageVersion": "2.0", "parameters": {{"private": {{"type": "bool"}}, "config": {{"type": "object", "nullable": true}}}}, "resources": {{"aks": {}}}}}"#,
        module(
            "aks",
            r#"{"enablePrivate": {"value": "[parameters('private')]"}, "ranges": "[createObject('value', tryGet(parameters('config'), 'ranges'))]"}"#,
            inner
        )
    );
    let table = [
        (r#"{"private": {"value": false}}"#, r#"{"enablePrivateCluster":false,"authorizedIPRanges":["1.1.1.1"]}"#),
        (
            r#"{"private": {"value": true}, "config": {"value": {"ranges": []}}}"#,
            r#"{"enablePrivateCluster":true,"authorizedIPRanges":[]}"#,
        ),
        (
            r#"{"private": "[if(equals(1, 1), createObject('value', false()), createObject('value', true()))]"}"#,
            r#"{"enablePrivateCluster":false,"authorizedIPRanges":["1.1.1.1"]}"#,
        ),
        (
            r#"{"private": {"value": false}, "config": {"value": {"ranges": "text"}}}"#,
            r#"{"enablePrivateCluster":false,"authorizedIPRanges":"[parameters('ranges') of $.resources[0].properties.template.resources.aks]"}"#,
        ),
    ];
    for (arguments, expected) in table {
        let text = format!(r#"{{"resources": [{}]}}"#, module("outer", arguments, &middle));
        let root = crate::syntax::parse(&text).unwrap();
        let template = Rc::new(arm::read(&root, &text, FileId(0)));
        let evaluation = Evaluation::new(template, None, Settings::default());
        let value = profile(&evaluation, evaluation.context()).unwrap();
        assert_eq!(to_json(&value).to_string(), expected, "{arguments}");
    }
}
