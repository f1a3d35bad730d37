//! `akslint expand` and `akslint eval`.

use super::{folder, json, run, run_with_input};
use serde_json::{Value, json};

const TEMPLATE: &str = include_str!("expand/main.json");
const PARAMETERS: &str = include_str!("expand/main.parameters.json");

fn with_template() -> tempfile::TempDir {
    folder(&[("main.json", TEMPLATE.as_bytes()), ("prod.parameters.json", PARAMETERS.as_bytes())])
}

/// The resource of that type in what `expand` printed.
fn resource<'a>(resources: &'a Value, type_: &str) -> &'a Value {
    resources.as_array().unwrap().iter().find(|resource| resource["type"] == type_).unwrap()
}

#[test]
fn expand_lists_what_is_deployed() {
    let folder = with_template();
    let (code, out, error) = run(folder.path(), &["expand", "main.json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let choice = "[if(parameters('private'), createObject('enablePrivateCluster', true()), \
                  createObject('authorizedIPRanges', createArray('203.0.113.0/28')))]";
    let expected = json!([
        {"condition": "[parameters('private')]", "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01",
            "name": "[[internal]", "location": "global"},
        {"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2024-09-01", "name": "aks-web",
            "location": "[resourcegroup().location]",
            "properties": {"dnsPrefix": null, "apiServerAccessProfile": choice,
                "agentPoolProfiles": [{"name": "system"}, {"name": "user"}]}},
        {"type": "Microsoft.ContainerService/managedClusters/maintenanceConfigurations", "apiVersion": "2024-09-01",
            "name": "aks-web/default"},
        {"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2024-01-01", "name": "web-0"},
        {"type": "Microsoft.Network/publicIPAddresses", "apiVersion": "2024-01-01", "name": "web-1"},
    ]);
    assert_eq!(json(&out), expected);
}

#[test]
fn expand_puts_parameters_in() {
    let folder = with_template();
    let (code, out, _) = run(folder.path(), &["expand", "main.json", "--parameters", "prod.parameters.json"]);
    assert_eq!(code, 0);
    let resources = json(&out);
    assert_eq!(resource(&resources, "Microsoft.Network/privateDnsZones").get("condition"), None);
    let cluster = resource(&resources, "Microsoft.ContainerService/managedClusters");
    // Texts of a parameters file are literal.
    assert_eq!(cluster["name"], "aks-[shop]");
    assert_eq!(cluster["properties"]["apiServerAccessProfile"], json!({"enablePrivateCluster": true}));
    assert_eq!(resource(&resources, "Microsoft.Network/publicIPAddresses")["name"], "[[shop]-0");
}

#[test]
fn expand_reads_standard_input() {
    let folder = folder(&[]);
    let (code, out, _) = run_with_input(folder.path(), &["expand", "-"], TEMPLATE.as_bytes());
    assert_eq!((code, json(&out).as_array().unwrap().len()), (0, 5));
}

#[test]
fn expand_says_what_it_could_not_do() {
    let wrong = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [
        {"type": "M.X/a", "name": "[toLower(1)]", "apiVersion": "[concat('a'"},
        {"type": "M.X/a", "name": "[concat(]", "apiVersion": "1"},
        {"type": "Microsoft.Resources/deployments", "name": "far", "apiVersion": "1", "properties": {"templateLink": {"uri": "u"}}}
    ]}"#;
    let folder = folder(&[("main.json", wrong.as_bytes())]);
    let (code, out, error) = run(folder.path(), &["expand", "main.json"]);
    assert_eq!(code, 2, "{error}");
    let resources = json(&out);
    assert_eq!(resources[0]["name"], "[toLower(1)]", "what cannot be evaluated stands as it is written");
    assert_eq!(
        resources[2]["properties"]["templateLink"]["uri"], "u",
        "a deployment that was not read stands for itself"
    );
    for line in ["error: main.json:2:37: tolower(): argument 1", "error: main.json:3:", "not read: main.json:4:"] {
        assert!(error.contains(line), "{line} in {error}");
    }
}

#[test]
fn expand_refuses_what_is_no_template() {
    let folder = folder(&[
        ("a.parameters.json", PARAMETERS.as_bytes()),
        ("b.json", b"{\"name\": \"left-pad\"}"),
        ("c.json", b"{"),
        ("d.json", b"[{\"type\": \"Microsoft.X/y\", \"id\": \"w\"}]"),
    ]);
    let table: [(&[&str], &str); 6] = [
        (&["a.parameters.json"], "is a parameters file"),
        (&["b.json"], "is no template"),
        (&["c.json"], "c.json:1:"),
        (&["d.json"], "exported resources"),
        (&["gone.json"], "gone.json: no such file or folder"),
        (&[], "<FILE>"),
    ];
    for (arguments, hint) in table {
        let (code, out, error) = run(folder.path(), &[&["expand"], arguments].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(error.contains(hint), "{arguments:?}: {error}");
    }
}

#[test]
fn eval_prints_values() {
    let folder = with_template();
    let table: [(&[&str], &str); 6] = [
        (&["concat('a', 'b')"], "\"ab\"\n"),
        (&["[add(1, 2)]"], "3\n"),
        (&["-5"], "-5\n"),
        (&["'[x'"], "\"[x\"\n"),
        (&["parameters('prefix')", "--template", "main.json"], "\"web\"\n"),
        (
            &[
                "variables('profile').enablePrivateCluster",
                "--template",
                "main.json",
                "--parameters",
                "prod.parameters.json",
            ],
            "true\n",
        ),
    ];
    for (arguments, expected) in table {
        let got = run(folder.path(), &[&["eval"], arguments].concat());
        assert_eq!(got, (0, expected.to_owned(), String::new()), "{arguments:?}");
    }
}

#[test]
fn eval_points_at_errors() {
    let folder = with_template();
    let table: [(&[&str], &str); 4] = [
        (
            &["concat('a', toLower(1))"],
            "error: tolower(): argument 1 is an integer where a string is expected\n  concat('a', toLower(1))\n              ^^^^^^^^^^\n",
        ),
        (&["concat('a'"], "error: expected `,` or `)`, found the end of the expression\n  concat('a'\n            ^\n"),
        (&["parameters('x')"], "error: the template has no parameter 'x'\n  parameters('x')\n  ^^^^^^^^^^^^^^^\n"),
        (&["nosuch()"], "error: function 'nosuch' is not known\n  nosuch()\n  ^^^^^^^^\n"),
    ];
    for (arguments, expected) in table {
        let got = run(folder.path(), &[&["eval"], arguments].concat());
        assert_eq!(got, (2, String::new(), expected.to_owned()), "{arguments:?}");
    }
}

#[test]
fn eval_tells_unknown_values_from_errors() {
    let folder = with_template();
    let (code, out, error) = run(folder.path(), &["eval", "parameters('private')", "--template", "main.json"]);
    assert_eq!((code, out.as_str()), (3, "parameters('private')\n"));
    assert_eq!(error, "unknown: parameter 'private' has no value\n");
    let (code, out, _) = run(folder.path(), &["eval", "createArray('[a', resourceGroup().id)"]);
    assert_eq!((code, json(&out)), (3, json!(["[[a", "[resourcegroup().id]"])));
    let (code, out, _) = run(folder.path(), &["eval", "variables('profile')", "--template", "main.json"]);
    assert_eq!(code, 3);
    assert!(out.starts_with("if(parameters('private'), "), "{out}");
}

#[test]
fn nesting_does_not_overflow() {
    let folder = folder(&[]);
    let deep = format!("{}1{}", "not(".repeat(5000), ")".repeat(5000));
    assert_eq!(run(folder.path(), &["eval", &deep]).0, 2);
    let just = format!("{}true(){}", "not(".repeat(250), ")".repeat(250));
    assert_eq!(run(folder.path(), &["eval", &just]).1, "true\n");
}
