//! The forms of templates: what is deployed, and what stands in other kinds of resources and files.

use super::generated::on_a_worker;
use super::{eval, evaluation};
use crate::evaluate::Evaluation;
use crate::evaluate::call::{Stop, known};
use crate::evaluate::print::to_text;
use crate::source::FileId;
use crate::template::expression;
use std::rc::Rc;

const CLUSTER: &str =
    r#"{"type": "Microsoft.ContainerService/managedClusters", "name": "c", "apiVersion": "1", "properties": {}}"#;

/// The paths of the clusters that the template deploys, and the reasons for what was not read.
fn clusters(resources: &str) -> Vec<String> {
    let text = format!(r#"{{"languageVersion": "2.0", "resources": {}}}"#, resources.replace("CLUSTER", CLUSTER));
    let evaluation = evaluation(&text, None);
    let found = evaluation
        .instances()
        .iter()
        .filter(|instance| instance.is_of_type("Microsoft.ContainerService/managedClusters"))
        .filter(|instance| !instance.declaration.existing && !instance.is_foreign)
        .map(|instance| instance.path.clone());
    found.chain(evaluation.unread().iter().map(|unread| unread.reason.clone())).collect()
}

#[test]
fn only_what_is_deployed_is_an_instance() {
    let table: &[(&str, &[&str])] = &[
        (
            r#"{"s": {"type": "Microsoft.Resources/deploymentStacks", "name": "s", "properties": {"template": {"resources": [CLUSTER]}}}}"#,
            &["$.resources.s.properties.template.resources[0]"],
        ),
        (
            r#"[{"type": "Microsoft.Resources/templateSpecs/versions", "name": "t/1", "properties": {"mainTemplate": {"resources": [CLUSTER]}}}]"#,
            &[],
        ),
        (
            r#"[{"type": "Microsoft.Authorization/policyDefinitions", "name": "p", "properties": {"policyRule": {"then": {"details": {
                "deployment": {"properties": {"template": {"resources": [CLUSTER]}}}}}}}}]"#,
            &[],
        ),
        (
            r#"[{"type": "Microsoft.Blueprint/blueprints/artifacts", "name": "b/a", "kind": "template", "properties": {"template": {"resources": [CLUSTER]}}}]"#,
            &[],
        ),
        (
            r#"{"e": {"existing": true, "type": "Microsoft.ContainerService/managedClusters", "name": "c", "@options": {"nullIfNotFound": true}}}"#,
            &[],
        ),
        (
            r#"{"o": {"@options": {"onlyIfNotExists": true}, "type": "Microsoft.ContainerService/managedClusters", "name": "c"}}"#,
            &["$.resources.o"],
        ),
        (
            r#"{"p": {"method": "PATCH", "type": "Microsoft.ContainerService/managedClusters", "name": "c"}}"#,
            &["$.resources.p"],
        ),
        (
            r#"{"l": {"type": "Microsoft.Resources/deployments", "name": "[format('m{0}', copyIndex())]", "copy": {"name": "l", "count": 2},
                "properties": {"template": {"resources": [CLUSTER]}}}}"#,
            &["$.resources.l#0.properties.template.resources[0]", "$.resources.l#1.properties.template.resources[0]"],
        ),
        (
            r#"{"s": {"type": "Microsoft.Resources/deploymentStacks", "name": "s", "properties": {"templateLink": {"id": "x"}}}}"#,
            &["the linked template was not read"],
        ),
    ];
    for (resources, expected) in table {
        assert_eq!(clusters(resources), *expected, "{resources}");
    }
}

#[test]
fn a_foreign_alias_is_that_of_its_own_template() {
    let table = [
        (r#"{"k": {"extension": "k8s", "type": "Microsoft.ContainerService/managedClusters", "name": "c"}}"#, 1),
        (
            r#"{"m": {"type": "Microsoft.Resources/deployments", "name": "m", "properties": {"template": {"languageVersion": "2.0",
                "extensions": {"k8s": {"name": "Kubernetes"}}, "resources": {"k": {"extension": "K8S",
                "type": "Microsoft.ContainerService/managedClusters", "name": "c"}}}}}}"#,
            0,
        ),
    ];
    for (resources, expected) in table {
        assert_eq!(clusters(resources).len(), expected, "{resources}");
    }
}

#[test]
fn outputs_come_back_from_loops_and_by_every_name() {
    let template = r#"{"languageVersion": "2.0", "resources": {
        "mod": {"type": "Microsoft.Resources/deployments", "name": "[format('mod-{0}', copyIndex())]", "copy": {"name": "mods", "count": "[length(range(0, 3))]"},
            "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"i": {"value": "[copyIndex()]"}},
                "template": {"parameters": {"i": {"type": "int"}}, "resources": [], "outputs": {
                    "n": {"type": "int", "value": "[mul(parameters('i'), 10)]"},
                    "list": {"type": "array", "copy": {"count": 2, "input": "[add(parameters('i'), copyIndex())]"}},
                    "secret": {"type": "securestring", "value": "s"}, "void": {"type": "string", "nullable": true, "value": null},
                    "off": {"type": "string", "condition": false, "value": "x"},
                    "some": {"type": "string", "condition": "[equals(resourceGroup().name, 'rg')]", "value": "x"}}}}},
        "one": {"type": "Microsoft.Resources/deployments", "name": "[take(format('{0}-one', deployment().name), 64)]", "properties": {
            "template": {"resources": [], "outputs": {"o": {"type": "int", "value": 1}}}}},
        "vm": {"type": "M.X/vms", "apiVersion": "2024-01-01", "name": "v"}
    }}"#;
    let table = [
        ("reference('mod[1]').outputs.n.value", "10"),
        ("reference(format('MOD[{0}]', 2)).outputs.list.value", "createArray(2, 3)"),
        ("reference(resourceId('Microsoft.Resources/deployments', 'mod-2')).outputs.n.value", "20"),
        ("reference('mod-1').outputs.n.value", "10"),
        (
            "map(range(0, 3), lambda('i', reference(format('mod[{0}]', lambdaVariables('i'))).outputs.n.value))",
            "createArray(0, 10, 20)",
        ),
        ("map(references('mod'), lambda('m', lambdaVariables('m').outputs.n.value))", "createArray(0, 10, 20)"),
        ("reference('one').outputs.o.value", "1"),
        (
            "reference(resourceId('Microsoft.Resources/deployments', take(format('{0}-one', deployment().name), 64))).outputs.o.value",
            "1",
        ),
        ("listOutputsWithSecureValues('mod[0]', '2025-04-01').secret", "'s'"),
        ("tryGet(reference('mod[0]').outputs, 'none')", "null()"),
        ("tryGet(reference('mod[0]').outputs, 'off')", "null()"),
        (
            "tryGet(reference('mod[0]').outputs, 'some')",
            "if(equals(resourcegroup().name, 'rg'), createObject('value', 'x'), null())",
        ),
        ("reference('mod[0]').outputs.n.value", "0"),
        ("tryGet(tryGet(reference('mod[0]').outputs, 'void'), 'value')", "null()"),
        ("resourceInfo('vm').type", "'M.X/vms'"),
        ("resourceInfo('vm').apiVersion", "'2024-01-01'"),
        ("resourceInfo('VM').name", "'v'"),
        ("equals(resourceInfo('vm').id, resourceInfo('vm').id)", "true()"),
        ("references('vm')", "references('vm')"),
        ("extensions('x').config", "extensions('x').config"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(template, text), expected, "{text}");
    }
    assert_ne!(eval(template, "equals(newGuid(), newGuid())"), "true()");
}

#[test]
fn the_surroundings_have_their_shape() {
    let table = [
        ("resourceGroup().type", "'Microsoft.Resources/resourceGroups'"),
        ("resourceGroup().tags.x", "resourcegroup().tags.x"),
        ("subscription().subscriptionId", "subscription().subscriptionId"),
        ("tenant().tenantId", "tenant().tenantId"),
        ("managementGroup().properties.details.parent", "managementgroup().properties.details.parent"),
        ("environment().suffixes.storage", "environment().suffixes.storage"),
        ("empty(environment().name)", "false()"),
        ("deployer().objectId", "deployer().objectId"),
        ("deployment().properties.templateLink.uri", "deployment().properties.templateLink.uri"),
        ("last(split(resourceId('M.X/a/b', 'n', 'm'), '/'))", "'m'"),
        ("last(split(subscriptionResourceId('M.X/a', 'n'), '/'))", "'n'"),
        (
            "managementGroupResourceId('g', 'M.X/a', 'n')",
            "'/providers/Microsoft.Management/managementGroups/g/providers/M.X/a/n'",
        ),
        ("tenantResourceId('M.X/a', 'n')", "'/providers/M.X/a/n'"),
        ("empty(utcNow())", "false()"),
        (
            "length(pickZones('M.X', 'a', 'l'))",
            "if(empty(pickzones('M.X', 'a', 'l')), 0, length(pickzones('M.X', 'a', 'l')))",
        ),
        ("toLogicalZone('s', 'l', '1')", "tologicalzone('s', 'l', '1')"),
        ("toPhysicalZones('s', 'l', createArray('1'))", "tophysicalzones('s', 'l', createArray('1'))"),
        ("roleDefinitions('Owner').id", "roledefinitions('Owner').id"),
        ("providers('M.X').namespace", "providers('M.X').namespace"),
        ("not(empty(target('full')))", "if(empty(target('full')), false(), true())"),
        ("listKeys('x', '2020-01-01').keys[0].value", "listkeys('x', '2020-01-01').keys[0].value"),
        ("externalInputs('x')", "externalinputs('x')"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(r#"{"languageVersion": "2.0", "resources": {}}"#, text), expected, "{text}");
    }
}

#[test]
fn copy_index_counts_its_own_loop() {
    let template = r#"{"parameters": {"n": {"type": "int"}}, "variables": {
        "copy": [{"name": "a", "count": 2, "input": {"i": "[copyIndex('A', 10)]", "copy": [{"name": "b", "count": "2", "input": "[add(mul(copyIndex('a'), 10), copyIndex('b'))]"}]}},
            {"name": "none", "count": 0, "input": 1}, {"name": "many", "count": 801, "input": 1}, {"name": "open", "count": "[parameters('n')]", "input": 1}],
        "property": {"copy": {"plain": 1}, "x": "[string('copy')]"}}}"#;
    let table = [
        (
            "variables('a')",
            "createArray(createObject('i', 10, 'b', createArray(0, 1)), createObject('i', 11, 'b', createArray(10, 11)))",
        ),
        ("variables('none')", "createArray()"),
        ("variables('property')", "createObject('copy', createObject('plain', 1), 'x', 'copy')"),
        ("variables('open')", "loop open over parameters('n')"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(template, text), expected, "{text}");
    }
    assert!(reason(&evaluation(template, None), "variables('many')").contains("Azure allows 800"));
}

#[test]
fn functions_see_their_own_parameters_and_the_templates_variables() {
    let template = r##"{"languageVersion": "2.0", "parameters": {"outer": {"type": "string", "defaultValue": "o"}, "both": {"type": "string", "defaultValue": "template"}},
        "variables": {"v": "[parameters('outer')]"}, "functions": [{"namespace": "ns", "members": {
            "own": {"parameters": [{"name": "both", "type": "string"}], "output": {"type": "string", "value": "[parameters('BOTH')]"}},
            "var": {"parameters": [], "output": {"type": "string", "value": "[variables('v')]"}},
            "deep": {"parameters": [{"name": "x", "type": "string"}], "output": {"type": "array",
                "value": "[map(createArray(1, 2), lambda('i', format('{0}{1}', ns.own(parameters('x')), lambdaVariables('i'))))]"}},
            "ever": {"parameters": [], "output": {"type": "string", "value": "[ns.ever()]"}},
            "maybe": {"parameters": [{"name": "x", "type": "string", "nullable": true}], "output": {"type": "string", "value": "[coalesce(parameters('x'), 'none')]"}}
        }}], "resources": {}}"##;
    let table = [
        ("ns.own('f')", "'f'"),
        ("NS.OWN('f')", "'f'"),
        ("ns.var()", "'o'"),
        ("ns.deep('a')", "createArray('a1', 'a2')"),
        ("ns.maybe()", "'none'"),
        ("ns.maybe(null())", "'none'"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(template, text), expected, "{text}");
    }
    let wrong = [
        ("ns.ever()", "levels of evaluation"),
        ("ns.own()", "takes 1 arguments, not 0"),
        ("ns.none()", "no function 'ns.none'"),
    ];
    on_a_worker(move || {
        for (text, expected) in wrong {
            let reason = reason(&evaluation(template, None), text);
            assert!(reason.contains(expected), "{text}: {reason}");
        }
    });
}

/// Why an expression has no value.
fn reason(evaluation: &Evaluation, text: &str) -> String {
    let value = evaluation.evaluate(&Rc::new(expression::parse_typed(text).unwrap()), FileId(0));
    match known(value) {
        Err(Stop::Unknown(unknown)) => unknown.reason.to_string(),
        other => panic!("{text}: {other:?}"),
    }
}

fn eval_in(evaluation: &Evaluation, text: &str) -> String {
    to_text(&evaluation.evaluate(&Rc::new(expression::parse_typed(text).unwrap()), FileId(0)))
}

#[test]
fn parameters_files_carry_expressions_and_external_inputs() {
    let template = r#"{"parameters": {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}}}"#;
    let file = r#"{"externalInputs": {"sys.envVar_0": {"value": "e"}}, "externalInputDefinitions": {"sys.envVar_0": {"kind": "sys.envVar", "config": "X"}},
        "parameters": {"a": {"expression": "[externalInputs('sys.envVar_0')]"}, "b": {"expression": "[externalInputs('other')]"}, "c": {"value": "[x]"}}}"#;
    let evaluation = evaluation(template, Some(file));
    for (name, expected) in [("a", "'e'"), ("b", "externalinputs('other')"), ("c", "'[x]'")] {
        assert_eq!(eval_in(&evaluation, &format!("parameters('{name}')")), expected);
    }
}

#[test]
fn says_what_does_not_fit_a_parameter() {
    let template = r##"{"languageVersion": "2.0", "parameters": {
        "list": {"type": "array", "minLength": 2}, "kinds": {"type": "array", "allowedValues": ["a", "b"]}, "tier": {"type": "string", "allowedValues": ["Free", "Paid"]},
        "count": {"type": "int", "maxValue": 5}, "o": {"$ref": "#/definitions/o"}, "null": {"type": "object"}, "named": {"type": "string", "maxLength": 2},
        "items": {"type": "array", "items": {"type": "string"}}, "wrong": {"type": "array", "defaultValue": "x"}},
        "definitions": {"o": {"type": "object", "properties": {"must": {"type": "bool"}, "may": {"type": "string", "nullable": true}, "deep": {"$ref": "#/definitions/deep"}}},
            "deep": {"type": "object", "properties": {"n": {"type": "int"}}}}}"##;
    let file = r#"{"parameters": {"list": {"value": [1]}, "kinds": {"value": ["a", "c"]}, "tier": {"value": "Gold"}, "count": {"value": 6},
        "o": {"value": {"may": "m", "deep": {"n": true}}}, "null": {"value": null}, "named": {"value": "abc"}, "items": {"value": ["a", 1]}}}"#;
    let evaluation = evaluation(template, Some(file));
    let table = [
        ("parameters('list')", "parameter 'list' takes at least 2 elements"),
        ("parameters('kinds')[1]", "parameter 'kinds' is given a value that it does not allow"),
        ("parameters('tier')", "parameter 'tier' is given a value that it does not allow"),
        ("parameters('count')", "parameter 'count' takes at most 5"),
        ("parameters('o').must", "parameter 'o' requires the property 'must'"),
        ("parameters('o').deep.n", "n of deep of parameter 'o' takes an integer and is given a boolean"),
        ("parameters('null')", "parameter 'null' takes an object and is given null"),
        ("parameters('named')", "parameter 'named' takes at most 2 characters"),
        ("parameters('items')[1]", "[1] of parameter 'items' takes a string and is given an integer"),
        ("parameters('wrong')", "parameter 'wrong' takes an array and is given a string"),
    ];
    for (text, expected) in table {
        assert_eq!(reason(&evaluation, text), expected, "{text}");
    }
    // What fits beside it stays.
    for (text, expected) in
        [("parameters('o').may", "'m'"), ("parameters('kinds')[0]", "'a'"), ("parameters('items')[0]", "'a'")]
    {
        assert_eq!(eval_in(&evaluation, text), expected);
    }
}

#[test]
fn each_deployment_has_its_own_surroundings() {
    let inside = r#"{"languageVersion": "2.0", "resources": {}, "outputs": {"g": {"type": "string", "value": "[resourceGroup().name]"},
        "d": {"type": "string", "value": "[deployment().name]"}, "id": {"type": "string", "value": "[resourceId('M.X/a', 'n')]"},
        "s": {"type": "string", "value": "[subscription().id]"}}}"#;
    let template = format!(
        r#"{{"languageVersion": "2.0", "resources": {{
            "here": {{"type": "Microsoft.Resources/deployments", "name": "h", "properties": {{"template": {inside}}}}},
            "there": {{"type": "Microsoft.Resources/deployments", "name": "t", "resourceGroup": "rg", "properties": {{"template": {inside}}}}}}}}}"#
    );
    let table = [
        ("reference('here').outputs.d.value", "'h'"),
        ("equals(reference('here').outputs.g.value, resourceGroup().name)", "true()"),
        ("equals(reference('here').outputs.s.value, subscription().id)", "true()"),
        ("equals(reference('there').outputs.s.value, subscription().id)", "true()"),
    ];
    for (text, expected) in table {
        assert_eq!(eval(&template, text), expected, "{text}");
    }
    for text in [
        "equals(reference('there').outputs.g.value, resourceGroup().name)",
        "equals(reference('there').outputs.id.value, resourceId('M.X/a', 'n'))",
    ] {
        assert_ne!(eval(&template, text), "true()", "{text}");
    }
}
