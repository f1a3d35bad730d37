//! Templates made of choices: each byte of an input decides one, so that whoever varies bytes varies templates.

use super::bench::Input;
use serde_json::{Map, Value as Json, json};

/// Bytes that decide.
pub struct Choices<'a> {
    bytes: &'a [u8],
}

/// A template with parameters, and arguments for some of them.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The template.
    pub template: String,
    /// Arguments for some of the parameters without default.
    pub few: Map<String, Json>,
    /// Those, and more.
    pub many: Map<String, Json>,
    /// Arguments of a second parameters file: also for parameters with a default.
    pub other: Map<String, Json>,
    /// Whether parameters files take part at all.
    pub has_files: bool,
}

impl Generated {
    /// The template with its parameters files.
    pub fn input(&self) -> Input {
        let files = [&self.many, &self.other].map(file);
        Input { template: self.template.clone(), parameters: if self.has_files { files.into() } else { Vec::new() } }
    }

    /// The template with fewer and more arguments.
    pub fn show(&self) -> String {
        let parameters = [&self.few, &self.many].map(file);
        Input { template: self.template.clone(), parameters: parameters.into() }.show()
    }

    /// The template with these arguments alone.
    pub fn with(&self, arguments: &Map<String, Json>) -> Input {
        Input { template: self.template.clone(), parameters: vec![file(arguments)] }
    }
}

/// The text of a parameters file with these arguments.
fn file(arguments: &Map<String, Json>) -> String {
    let entries: Map<String, Json> =
        arguments.iter().map(|(name, value)| (name.clone(), json!({ "value": value }))).collect();
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    json!({ "$schema": schema, "contentVersion": "1.0.0.0", "parameters": entries }).to_string()
}

impl<'a> Choices<'a> {
    /// Decides by `bytes`; when they end, always for the first.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let Some((byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(*byte) % count
    }

    fn one_of<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[self.below(items.len())]
    }

    /// True once in `of` times.
    fn seldom(&mut self, of: usize) -> bool {
        self.below(of) == of - 1
    }
}

/// The parameters that templates declare: name, type, and values to pass.
const PARAMETERS: [(&str, &str, &[&str]); 8] = [
    ("private", "bool", &["true", "false"]),
    ("deploy", "bool", &["true", "false"]),
    (
        "home",
        "string",
        &["\"20.101.4.16/28\"", "\"\"", "\"0.0.0.0/0\"", "\"10.0.0.0/8\"", "\"nonsense\"", "\"1.2.3.4,0.0.0.0/0\""],
    ),
    (
        "ranges",
        "array",
        &["[\"20.101.4.16/28\"]", "[]", "[\"0.0.0.0/0\", \"\"]", "[\"51.124.8.0/24\", \"20.101.4.20/28\"]"],
    ),
    ("tier", "string", &["\"Standard\"", "\"Free\"", "\"Premium\""]),
    ("profile", "object", &["{}", "{\"enablePrivateCluster\": true}", "{\"authorizedIPRanges\": [\"0.0.0.0/0\"]}"]),
    ("count", "int", &["1", "0", "3"]),
    ("access", "string", &["\"Enabled\"", "\"Disabled\"", "\"enabled\""]),
];

const VERSIONS: [&str; 8] = [
    "2024-05-01",
    "2019-06-01",
    "2020-09-01",
    "2021-03-01",
    "2022-01-01",
    "2023-08-01-preview",
    "2025-05-01",
    "2099-01-01",
];

/// Entries of lists of ranges, of every kind.
pub const ENTRIES: [&str; 24] = [
    "20.101.4.16/28",
    "",
    " ",
    "20.101.4.20/28",
    "20.101.4.20",
    " 20.101.4.20/32",
    "20.101.0.0/16",
    "51.124.8.0/24",
    "10.0.0.0/8",
    "192.168.1.7",
    "0.0.0.0/32",
    "0.0.0.0",
    "20.101.4.16/28,51.124.8.0/24",
    "10.0.0.0/8;",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "1.2.3.4/0,20.101.4.16/28",
    "2001:db8::/32",
    "AzureFrontDoor.Backend",
    "nonsense",
    "[parameters('home')]",
    "[format('{0}/32', '20.101.4.17')]",
    "2001:db8::1",
];

/// How deeply expressions nest.
const LEVELS: usize = 3;

/// A template that the choices decide, with its arguments.
pub fn generate(choices: &mut Choices<'_>) -> Generated {
    let (mut parameters, mut few, mut many, mut other) = (Map::new(), Map::new(), Map::new(), Map::new());
    for (name, kind, values) in PARAMETERS {
        let mut declaration = json!({ "type": kind });
        let has_default = choices.seldom(3);
        let value = |choices: &mut Choices<'_>| parsed(choices.one_of(values));
        if has_default {
            declaration["defaultValue"] = value(choices);
        } else {
            let mut given = || value(choices);
            let given = given();
            let mode = choices.below(3);
            if mode == 1 {
                few.insert(name.to_owned(), given.clone());
            }
            if mode > 0 {
                many.insert(name.to_owned(), given);
            }
        }
        if name == "tier" && choices.seldom(2) {
            declaration["allowedValues"] = json!(["Free", "Standard", "Premium"]);
        }
        if choices.seldom(2) {
            other.insert(name.to_owned(), value(choices));
        }
        parameters.insert(name.to_owned(), declaration);
    }
    let mut variables = Map::new();
    variables.insert("list".to_owned(), Json::from(list(choices)));
    variables.insert("computed".to_owned(), array(choices, LEVELS));
    variables.insert("profile".to_owned(), profile(choices));
    let mut resources = Vec::new();
    for index in 0..=choices.below(3) {
        resources.push(resource(choices, &format!("aks{index}"), &parameters));
    }
    let is_symbolic = choices.seldom(4);
    let resources = if is_symbolic {
        Json::Object(resources.into_iter().enumerate().map(|(index, it)| (format!("r{index}"), it)).collect())
    } else {
        Json::Array(resources)
    };
    let mut template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": variables,
        "resources": resources,
    });
    if is_symbolic {
        template["languageVersion"] = "2.0".into();
    }
    let has_files = choices.seldom(2);
    Generated { template: format!("{template:#}"), few, many, other, has_files }
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

fn resource(choices: &mut Choices<'_>, name: &str, parameters: &Map<String, Json>) -> Json {
    let mut cluster = cluster(choices, name);
    match choices.below(6) {
        1 => {
            cluster["copy"] =
                json!({ "name": "loop", "count": choices.one_of(&["[parameters('count')]", "2", "[add(1, 1)]"]) });
            cluster["name"] = format!("[concat('{name}', copyIndex())]").into();
            cluster
        }
        2 => deployment(name, json!({ "resources": [cluster], "contentVersion": "1.0.0.0" }), "outer", Map::new()),
        3 => {
            let arguments: Map<String, Json> = parameters
                .keys()
                .map(|name| (name.clone(), json!({ "value": format!("[parameters('{name}')]") })))
                .collect();
            let declared: Map<String, Json> =
                parameters.iter().map(|(name, it)| (name.clone(), json!({ "type": it["type"] }))).collect();
            let variables =
                json!({ "list": list(choices), "computed": array(choices, 1), "profile": profile(choices) });
            let inner = json!({ "contentVersion": "1.0.0.0", "parameters": declared, "variables": variables, "resources": [cluster] });
            deployment(name, inner, "inner", arguments)
        }
        _ => cluster,
    }
}

fn deployment(name: &str, template: Json, scope: &str, arguments: Map<String, Json>) -> Json {
    json!({
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2021-04-01",
        "name": format!("deploy-{name}"),
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": { "scope": scope },
            "parameters": arguments,
            "template": template,
        },
    })
}

fn cluster(choices: &mut Choices<'_>, name: &str) -> Json {
    let mut properties = Map::new();
    properties.insert("dnsPrefix".to_owned(), name.into());
    let profile = match choices.below(6) {
        0 | 1 => Some(profile(choices)),
        2 => Some("[variables('profile')]".into()),
        3 => Some("[parameters('profile')]".into()),
        4 => Some("[union(variables('profile'), parameters('profile'))]".into()),
        _ => None,
    };
    if let Some(profile) = profile {
        let names = ["apiServerAccessProfile", "apiServerAccessProfile", "apiServerAccesProfile"];
        properties.insert(choices.one_of(&names).to_owned(), profile);
    }
    if choices.seldom(3) {
        let access: &str = choices.one_of(&["Enabled", "Disabled", "[parameters('access')]", "disabled"]);
        properties.insert("publicNetworkAccess".to_owned(), access.into());
    }
    if choices.seldom(3) {
        let outbound: &str = choices.one_of(&["loadBalancer", "userDefinedRouting", "managedNATGateway", "none"]);
        properties.insert("networkProfile".to_owned(), json!({ "outboundType": outbound }));
    }
    if choices.seldom(3) {
        properties.insert("disableLocalAccounts".to_owned(), boolean(choices, LEVELS));
    }
    let mut cluster = json!({
        "type": "Microsoft.ContainerService/managedClusters",
        "apiVersion": choices.one_of(&VERSIONS),
        "name": name,
        "location": "westeurope",
        "properties": properties,
    });
    if choices.seldom(3) {
        cluster["sku"] =
            json!({ "name": "Base", "tier": choices.one_of(&["Standard", "Free", "[parameters('tier')]"]) });
    }
    if choices.seldom(3) {
        cluster["condition"] = boolean(choices, LEVELS);
    }
    cluster
}

fn profile(choices: &mut Choices<'_>) -> Json {
    let mut profile = Map::new();
    if !choices.seldom(4) {
        let names = [
            "authorizedIPRanges",
            "authorizedIPRanges",
            "authorizedIPRanges",
            "authorizedIPRagnes",
            "authorizedIpRanges",
        ];
        let value = match choices.below(12) {
            10 => Json::Null,
            11 => choices.one_of(&ENTRIES).into(),
            _ => array(choices, LEVELS),
        };
        profile.insert(choices.one_of(&names).to_owned(), value);
    }
    if choices.seldom(2) {
        profile.insert("enablePrivateCluster".to_owned(), boolean(choices, LEVELS));
    }
    if choices.seldom(5) {
        profile.insert("enableVnetIntegration".to_owned(), boolean(choices, LEVELS));
        profile.insert(
            "subnetId".to_owned(),
            "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]".into(),
        );
    }
    if choices.seldom(5) {
        profile.insert("enablePrivateClusterPublicFQDN".to_owned(), boolean(choices, LEVELS));
    }
    if choices.seldom(6) {
        profile.insert("privateDNSZone".to_owned(), choices.one_of(&["system", "none", "[parameters('home')]"]).into());
    }
    Json::Object(profile)
}

/// A literal list of ranges.
fn list(choices: &mut Choices<'_>) -> Vec<&'static str> {
    (0..choices.below(5)).map(|_| choices.one_of(&ENTRIES)).collect()
}

/// A list, literal or computed.
fn array(choices: &mut Choices<'_>, levels: usize) -> Json {
    if choices.below(2) == 0 { list(choices).into() } else { format!("[{}]", list_expression(choices, levels)).into() }
}

fn list_expression(choices: &mut Choices<'_>, levels: usize) -> String {
    let many = if levels == 0 { 4 } else { 13 };
    let inner = |choices: &mut Choices<'_>| list_expression(choices, levels - 1);
    match choices.below(many) {
        0 => "parameters('ranges')".to_owned(),
        1 => "variables('list')".to_owned(),
        2 => "createArray(parameters('home'))".to_owned(),
        3 => "createArray()".to_owned(),
        4 => format!("concat({}, {})", inner(choices), inner(choices)),
        5 => format!("union({}, {})", inner(choices), inner(choices)),
        6 => format!("if({}, {}, {})", bool_expression(choices, levels - 1), inner(choices), inner(choices)),
        7 => format!("filter({}, lambda('x', not(empty(lambdaVariables('x')))))", inner(choices)),
        8 => format!("skip({}, 1)", inner(choices)),
        9 => format!("take({}, parameters('count'))", inner(choices)),
        10 => "split(parameters('home'), ',')".to_owned(),
        11 => format!("map({}, lambda('x', trim(lambdaVariables('x'))))", inner(choices)),
        _ => format!("intersection({}, {})", inner(choices), inner(choices)),
    }
}

/// A boolean, literal or computed.
fn boolean(choices: &mut Choices<'_>, levels: usize) -> Json {
    match choices.below(8) {
        0 => true.into(),
        1 => false.into(),
        2 => "true".into(),
        _ => format!("[{}]", bool_expression(choices, levels)).into(),
    }
}

fn bool_expression(choices: &mut Choices<'_>, levels: usize) -> String {
    let many = if levels == 0 { 4 } else { 11 };
    let inner = |choices: &mut Choices<'_>| bool_expression(choices, levels - 1);
    match choices.below(many) {
        0 => "parameters('private')".to_owned(),
        1 => "parameters('deploy')".to_owned(),
        2 => "true()".to_owned(),
        3 => "equals(parameters('tier'), 'Free')".to_owned(),
        4 => format!("not({})", inner(choices)),
        5 => format!("and({}, {})", inner(choices), inner(choices)),
        6 => format!("or({}, {})", inner(choices), inner(choices)),
        7 => "empty(parameters('ranges'))".to_owned(),
        8 => "greater(parameters('count'), 1)".to_owned(),
        9 => "contains(parameters('profile'), 'authorizedIPRanges')".to_owned(),
        _ => "bool(if(parameters('private'), 'true', 'false'))".to_owned(),
    }
}
