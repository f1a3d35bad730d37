use super::*;
use crate::syntax;
use crate::template::{
    ArgumentValue, NestedDeployment, NestedTemplate, PropertyCopy, ResourceDeclaration, Rest, Schema, TermKind,
    TypeName,
};

fn read_text(text: &str) -> Template {
    read(&syntax::parse(text).unwrap(), text, FileId(0))
}

/// The template `text`, which must have no problem.
fn read_sound(text: &str) -> Template {
    let template = read_text(text);
    assert!(template.problems.is_empty(), "{:?}", template.problems);
    template
}

fn all_resources(template: &Template) -> Vec<Rc<ResourceDeclaration>> {
    fn add(found: &mut Vec<Rc<ResourceDeclaration>>, resources: &[Rc<ResourceDeclaration>]) {
        for resource in resources {
            found.push(resource.clone());
            add(found, &resource.children);
            if let Some(NestedDeployment { template: NestedTemplate::Inline(template), .. }) = &resource.deployment {
                add(found, &template.resources);
            }
        }
    }
    let mut found = Vec::new();
    add(&mut found, &template.resources);
    found
}

fn names<'t>(list: impl IntoIterator<Item = &'t Name>) -> Vec<&'t str> {
    list.into_iter().map(|name| &*name.text).collect()
}

#[test]
fn reads_the_top_level() {
    let template = read_sound(
        r#"{
            "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
            "languageVersion": "2.0",
            "metadata": {"_generator": {"name": "bicep", "version": "0.30.1", "templateHash": "1"}},
            "extensions": {"k8s": {"name": "Kubernetes"}, "az": {"name": "azureResourceManager"}, "odd": {}},
            "imports": {"graph": {"provider": "MicrosoftGraph"}},
            "Variables": null,
            "resources": []
        }"#,
    );
    assert_eq!(template.scope, DeploymentScope::Subscription);
    assert!(template.is_symbolic_language());
    let generator = template.generator.unwrap();
    assert_eq!((&*generator.name, &*generator.version), ("bicep", "0.30.1"));
    assert_eq!(names(&template.foreign_extensions), ["k8s", "graph"]);
    assert_eq!(template.path, "$");
}

#[test]
fn reads_types_and_constraints() {
    let template = read_sound(
        r##"{
            "parameters": {
                "any": {"defaultValue": "[[x]"},
                "secret": {"type": "secureString", "minLength": 1, "maxLength": 9, "allowedValues": ["[a]"]},
                "number": {"type": "Int", "minValue": -1, "maxValue": 5, "nullable": true},
                "shape": {"$ref": "#/definitions/shape", "nullable": false}
            },
            "definitions": {
                "shape": {
                    "type": "object",
                    "properties": {"list": {"type": "array", "prefixItems": [{"type": "int"}], "items": false}},
                    "additionalProperties": {"type": "string"},
                    "discriminator": {"propertyName": "kind", "mapping": {"a": {"$ref": "#/definitions/a"}}}
                }
            }
        }"##,
    );
    assert_eq!(template.parameters[0].default.as_ref().unwrap().as_str(), Some("[x]"));
    let secret = &template.parameter("SECRET").unwrap().schema;
    assert_eq!(secret.kind, Some(TypeName::String { secure: true }));
    assert_eq!((secret.min_length, secret.max_length), (Some(1), Some(9)));
    let TermKind::Array(allowed) = &secret.allowed_values.as_ref().unwrap().kind else { panic!("{secret:?}") };
    assert_eq!(allowed[0].as_str(), Some("[a]"));
    let number = &template.parameters[2].schema;
    assert_eq!((number.min_value, number.max_value, number.nullable), (Some(-1), Some(5), Some(true)));
    let shape = &template.parameters[3].schema;
    assert_eq!(shape.reference.as_ref().map(|name| &*name.text), Some("#/definitions/shape"));
    assert_eq!((shape.kind, shape.nullable), (None, Some(false)));
    let (name, shape) = &template.definitions[0];
    assert!(name.is("shape"));
    let (list_name, list) = &shape.properties[0];
    assert!(list_name.is("list"));
    assert_eq!(list.prefix_items[0].kind, Some(TypeName::Int));
    assert!(matches!(list.items, Rest::Forbidden));
    assert!(
        matches!(&shape.additional_properties, Rest::Of(schema) if schema.kind == Some(TypeName::String { secure: false }))
    );
    let (property, mapping) = shape.discriminator.as_ref().unwrap();
    assert!(property.is("kind") && mapping[0].0.is("a"));
}

#[test]
fn reads_variables_functions_and_outputs() {
    let template = read_sound(
        r##"{
            "variables": {
                "$fxv#0": "text",
                "copy": [{"name": "list", "count": 2, "input": "[copyIndex('list')]"}],
                "nested": {"copy": [{"name": "inner", "count": 1, "input": {}}]},
                "COPY": {"plain": 1}
            },
            "functions": [{"namespace": "ns", "members": {"f": {
                "parameters": [{"name": "p", "type": "string"}], "output": {"type": "string", "value": "[parameters('p')]"}}}}],
            "outputs": {
                "one": {"type": "string", "value": "v", "condition": "[true()]"},
                "many": {"type": "array", "copy": {"count": 2, "input": 1}},
                "listed": {"type": "array", "copy": [{"count": 2, "input": 1}]},
                "none": {"type": "object"}
            }
        }"##,
    );
    assert_eq!(names(template.variables.iter().map(|v| &v.name)), ["$fxv#0", "list", "nested", "COPY"]);
    assert!(matches!(template.variables[1].value, VariableValue::Copy(_)));
    let VariableValue::Term(nested) = &template.variables[2].value else { panic!("{:?}", template.variables[2]) };
    assert_eq!(nested.as_object().unwrap().copies.len(), 1);
    let function = &template.functions[0];
    assert!(function.namespace.is("ns") && function.name.is("f") && function.parameters[0].0.is("p"));
    assert!(matches!(function.body.kind, TermKind::Expression(_)));
    assert!(template.outputs[0].condition.is_some());
    assert!(matches!(template.outputs[0].value, OutputValue::Term(_)));
    assert!(matches!(template.outputs[1].value, OutputValue::Copy { .. }));
    assert!(matches!(template.outputs[2].value, OutputValue::Copy { .. }));
    assert!(matches!(template.outputs[3].value, OutputValue::Absent));
}

#[test]
fn reads_resources_with_their_paths() {
    let text = r#"{"resources": [
        {"type": "A.B/c", "apiVersion": "1", "name": "[f()]", "location": "l", "dependsOn": [], "tags": {},
         "copy": {"name": "loop", "count": 3, "mode": "serial"}, "condition": false, "properties": "[g()]",
         "resources": [{"type": "d", "name": "n"}, {"type": "e", "name": "n"}]},
        {"type": "Microsoft.Resources/deployments", "name": "d", "Properties": {"mode": "Incremental", "template": {
            "extensions": {"k": {"name": "Kubernetes"}},
            "resources": {
                "cluster": {"existing": true, "type": "A.B/c", "name": "n"},
                "a::b": {"method": "patch", "type": "A.B/c/d", "name": "n"},
                "pod": {"import": "K", "type": "Microsoft.Resources/deployments", "name": "n"}
            }}}}
    ]}"#;
    let template = read_sound(text);
    let resources = all_resources(&template);
    let paths: Vec<_> = resources.iter().map(|resource| &*resource.path).collect();
    let expected = [
        "$.resources[0]",
        "$.resources[0].resources[0]",
        "$.resources[0].resources[1]",
        "$.resources[1]",
        "$.resources[1].Properties.template.resources.cluster",
        "$.resources[1].Properties.template.resources['a::b']",
        "$.resources[1].Properties.template.resources.pod",
    ];
    assert_eq!(paths, expected);

    let first = &resources[0];
    let keys = first.members.iter().map(|member| match &member.key {
        crate::template::Key::Text(text) => text.to_string(),
        other => format!("{other:?}"),
    });
    assert_eq!(keys.collect::<Vec<_>>(), ["apiVersion", "location", "tags"]);
    assert!(first.copy.as_ref().unwrap().name.as_ref().unwrap().is("loop"));
    assert!(matches!(first.condition.as_ref().unwrap().kind, TermKind::Bool(false)));
    assert!(matches!(first.properties.as_ref().unwrap().kind, TermKind::Expression(_)));

    let deployment = resources[3].properties.as_ref().unwrap().as_object().unwrap();
    assert!(deployment.get("mode").is_some() && deployment.get("template").is_none());
    assert!(resources[4].existing && resources[4].symbol.as_ref().unwrap().is("cluster"));
    assert!(resources[5].patch && !resources[5].existing);
    assert!(resources[6].extension.as_ref().unwrap().is("k"), "compared ignoring case");
    assert!(resources[6].deployment.is_none(), "a resource of a foreign extension is no Azure deployment");
    for resource in &resources {
        assert!(text[resource.span.start as usize..resource.span.end as usize].starts_with('{'));
    }
}

#[test]
fn reads_every_form_of_argument() {
    let template = read_sound(
        r#"{"resources": [{"type": "microsoft.resources/Deployments", "name": "d", "properties": {
            "expressionEvaluationOptions": {"scope": "Inner"},
            "parameters": {
                "value": {"value": "[f()]"},
                "whole": "[if(f(), createObject('value', 1), createObject('value', 2))]",
                "loop": {"copy": [{"name": "value", "count": 2, "input": "[copyIndex('value')]"}]},
                "secret": {"reference": {"keyVault": {"id": "x"}, "secretName": "y"}},
                "nothing": {},
                "null": {"value": null}
            },
            "template": {"parameters": {"value": {"type": "string"}}, "resources": []}}}]}"#,
    );
    let deployment = template.resources[0].deployment.as_ref().unwrap();
    assert_eq!(deployment.inner_scope, Some(true));
    let forms: Vec<_> = deployment
        .parameters
        .iter()
        .map(|argument| match &argument.value {
            ArgumentValue::Value(_) => "value",
            ArgumentValue::Whole(_) => "whole",
            ArgumentValue::Copy(_) => "copy",
            ArgumentValue::Secret(_) => "secret",
            ArgumentValue::Absent => "absent",
        })
        .collect();
    assert_eq!(forms, ["value", "whole", "copy", "secret", "absent", "value"]);
    let NestedTemplate::Inline(inner) = &deployment.template else { panic!("{deployment:?}") };
    assert_eq!(inner.path, "$.resources[0].properties.template");
}

#[test]
fn tells_where_a_template_is() {
    let deployment = |type_: &str, properties: &str| {
        let text = format!(r#"{{"resources": [{{"type": "{type_}", "name": "d", "properties": {properties}}}]}}"#);
        let template = read_text(&text);
        let deployment = template.resources[0].deployment.as_ref();
        let shown = deployment.map(|deployment| {
            let place = match &deployment.template {
                NestedTemplate::Inline(_) => "inline",
                NestedTemplate::Linked(_) => "linked",
                NestedTemplate::Computed(_) => "computed",
                NestedTemplate::Unreadable(_) => "unreadable",
            };
            (place, deployment.inner_scope)
        });
        (shown, template.problems.len())
    };
    let (nested, stack) = ("Microsoft.Resources/deployments", "Microsoft.Resources/deploymentStacks");
    let table = [
        (nested, r#"{"template": {}}"#, Some(("inline", None)), 0),
        (
            nested,
            r#"{"template": {}, "expressionEvaluationOptions": {"scope": "outer"}}"#,
            Some(("inline", Some(false))),
            0,
        ),
        (nested, r#"{"template": null, "templateLink": {"relativePath": "a.json"}}"#, Some(("linked", None)), 0),
        (nested, r#"{"template": "[variables('t')]"}"#, Some(("computed", None)), 0),
        (nested, r#""[variables('p')]""#, Some(("unreadable", None)), 0),
        (nested, r#"{"template": 3}"#, Some(("unreadable", None)), 1),
        (nested, "{}", Some(("unreadable", None)), 0),
        (stack, r#"{"template": {}}"#, Some(("inline", Some(true))), 0),
        ("Microsoft.Resources/templateSpecs/versions", r#"{"mainTemplate": {}, "template": {}}"#, None, 0),
        ("Microsoft.Authorization/policyDefinitions", r#"{"policyRule": {}}"#, None, 0),
    ];
    for (type_, properties, expected, problems) in table {
        assert_eq!(deployment(type_, properties), (expected, problems), "{type_} {properties}");
    }
}

#[test]
fn names_problems_and_goes_on() {
    let table = [
        ("[]", "expected a template to be an object, found an array"),
        (r#"{"parameters": 1}"#, "expected `parameters` to be an object, found a number"),
        (r#"{"parameters": {"p": {"type": "text"}}}"#, "expected a type, one of"),
        (r#"{"parameters": {"p": {"type": "int", "minValue": "1"}}}"#, "expected `minValue` to be a whole number"),
        (r#"{"parameters": {"p": "x"}}"#, "expected a declaration to be an object"),
        (r#"{"variables": {"copy": [{"name": 1, "count": 1, "input": 1}]}}"#, "expected the name of a variable"),
        (r#"{"functions": [{}]}"#, "expected `namespace`"),
        (r#"{"functions": [{"namespace": "n", "members": {"f": {}}}]}"#, "expected `output` in a function"),
        (r#"{"resources": "x"}"#, "expected `resources` to be an array or an object, found a string"),
        (r#"{"resources": [3]}"#, "expected a resource to be an object, found a number"),
        (r#"{"resources": [{"name": "n"}]}"#, "expected `type` in a resource"),
        (r#"{"resources": [{"type": "A.B/c", "copy": {"name": "n"}}]}"#, "expected `count` in `copy`"),
        (r#"{"outputs": {"o": {"type": "int", "copy": {}}}}"#, "expected `count` in the `copy` of an output"),
    ];
    for (text, expected) in table {
        let problems = read_text(text).problems;
        assert!(problems.iter().any(|problem| problem.message.contains(expected)), "{text}: {problems:?}");
    }
    let argument = |argument: &str| {
        let deployment = format!(
            r#""type": "Microsoft.Resources/deployments", "properties": {{"parameters": {{"p": {argument}}}}}"#
        );
        read_text(&format!(r#"{{"resources": [{{{deployment}}}]}}"#)).problems.len()
    };
    assert_eq!((argument("3"), argument(r#"{"copy": 1}"#), argument("null")), (1, 1, 0));
}

#[test]
fn lists_expressions_that_do_not_parse_by_place() {
    let text = r#"{"resources": [{"type": "A.B/c", "name": "[f(]"}], "variables": {"[g(]": {"[h(]": 1}}}"#;
    let invalid: Vec<_> = read_text(text).invalid_expressions.iter().map(|invalid| invalid.text.to_string()).collect();
    assert_eq!(invalid, ["[f(]", "[h(]"], "names of variables are plain text");
}

/// The template of the first resource, if it is a deployment with one inside.
fn inline_template(template: &Template) -> Option<Rc<Template>> {
    match &template.resources.first()?.deployment.as_ref()?.template {
        NestedTemplate::Inline(inner) => Some(inner.clone()),
        _ => None,
    }
}

#[test]
fn limits_nested_deployments() {
    let mut text = r#"{"resources": []}"#.to_owned();
    for _ in 0..MAX_DEPLOYMENTS + 1 {
        text = format!(
            r#"{{"resources": [{{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{"template": {text}}}}}]}}"#
        );
    }
    let mut depth = 0;
    let mut template = Rc::new(read_text(&text));
    while let Some(inner) = inline_template(&template) {
        template = inner;
        depth += 1;
    }
    assert_eq!(depth, MAX_DEPLOYMENTS);
    assert!(template.problems[0].message.contains("32 levels"), "{:?}", template.problems);
}

#[test]
fn keeps_the_parts_of_a_property_loop() {
    let text = r#"{"resources": [{"type": "A.B/c", "name": "n", "properties": {
        "copy": [{"name": "pools", "count": "[f()]", "input": {"copy": {"a": 1}}}], "other": 1}}]}"#;
    let template = read_sound(text);
    let properties = template.resources[0].properties.as_ref().unwrap().as_object().unwrap();
    let PropertyCopy { name, count, input, span } = &properties.copies[0];
    assert_eq!(name.as_str(), Some("pools"));
    assert!(matches!(count.kind, TermKind::Expression(_)));
    assert!(input.as_object().unwrap().get("copy").is_some(), "not a loop, so a property called copy");
    assert!(text[span.start as usize..].starts_with("{\"name\": \"pools\""));
    assert_eq!(properties.members.len(), 1);
}

#[test]
fn a_schema_that_says_nothing_is_any() {
    let schema = Schema::default();
    assert!(matches!((schema.items, schema.additional_properties), (Rest::Any, Rest::Any)));
}

#[test]
fn the_deepest_json_fits_the_stack() {
    let nest = |open: &str, close: &str, levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
    let deployment = r#"{"resources": [{"type": "Microsoft.Resources/deployments", "properties": {"template": "#;
    let table = [
        format!(r#"{{"variables": {}}}"#, nest(r#"{"a": "#, "}", 250)),
        format!(r#"{{"parameters": {{"p": {}}}}}"#, nest(r#"{"items": "#, "}", 250)),
        format!(r#"{{"resources": {}}}"#, nest(r#"[{"type": "a/b", "resources": "#, "}]", 125)),
        nest(deployment, "}}]}", 60),
    ];
    for text in table {
        let template = read_text(&text);
        assert!(template.problems.len() <= 1);
    }
}
