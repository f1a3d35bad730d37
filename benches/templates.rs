//! Makes templates of any size, so that measuring needs no files of anybody's.
#![allow(dead_code, missing_docs)]

use std::fmt::Write as _;

const HEAD: &str = r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","parameters":{"location":{"type":"string","defaultValue":"westeurope"}},"resources":["#;

/// A cluster, open to the Internet or private.
fn cluster(number: usize, open: bool) -> String {
    let access = match open {
        true => r#"{"authorizedIPRanges":["0.0.0.0/0","10.0.0.0/8"]}"#,
        false => r#"{"enablePrivateCluster":true,"disableRunCommand":true}"#,
    };
    format!(
        r#"{{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2025-03-01","name":"cluster{number}","location":"[parameters('location')]","identity":{{"type":"SystemAssigned"}},"properties":{{"dnsPrefix":"c","disableLocalAccounts":true,"apiServerAccessProfile":{access},"agentPoolProfiles":[{{"name":"pool","count":3,"vmSize":"Standard_D4s_v5","mode":"System"}}]}}}}"#
    )
}

/// A small template with one cluster.
pub fn small(number: usize, open: bool) -> String {
    format!("{HEAD}{}]}}\n", cluster(number, open))
}

/// A template of one line with that many open clusters.
pub fn clusters(count: usize) -> String {
    let clusters: Vec<_> = (0..count).map(|number| cluster(number, true)).collect();
    format!("{HEAD}{}]}}\n", clusters.join(","))
}

/// A template of about that many bytes, indented as compilers indent, without a cluster or with one at its end. Its resources have an
/// `identity.type` given by an expression, as real ones do.
pub fn large(bytes: usize, with_cluster: bool) -> String {
    let mut text = String::from(HEAD);
    let mut number = 0;
    while text.len() < bytes {
        if number > 0 {
            text.push(',');
        }
        let _ = write!(
            text,
            r#"
    {{
      "type": "Microsoft.Storage/storageAccounts",
      "apiVersion": "2023-05-01",
      "name": "[format('storage{{0}}', {number})]",
      "location": "[parameters('location')]",
      "identity": {{
        "type": "[if(empty(parameters('location')), 'None', 'SystemAssigned')]"
      }},
      "properties": {{
        "accessTier": "Hot",
        "minimumTlsVersion": "TLS1_2",
        "networkAcls": {{
          "bypass": "AzureServices",
          "defaultAction": "Deny",
          "ipRules": []
        }}
      }}
    }}"#
        );
        number += 1;
    }
    if with_cluster {
        let _ = write!(text, ",\n    {}", cluster(0, true));
    }
    text.push_str("\n  ]\n}\n");
    text
}

/// The same template on one line, as minifiers write it. None of its texts holds a line break or several blanks.
pub fn minified(bytes: usize) -> String {
    large(bytes, true).lines().map(str::trim_start).collect::<String>().replace("\": ", "\":")
}

/// An open cluster within so many deployments, each with a tag of so many arrays within each other.
pub fn nested(deployments: usize, arrays: usize) -> String {
    let tag = format!(r#""tags":{{"depth":{}{}}}"#, "[".repeat(arrays), "]".repeat(arrays));
    let inner = (0..deployments).fold(cluster(0, true), |inner, number| {
        format!(
            r#"{{"type":"Microsoft.Resources/deployments","apiVersion":"2022-09-01","name":"level{number}",{tag},"properties":{{"mode":"Incremental","expressionEvaluationOptions":{{"scope":"inner"}},"template":{HEAD}{inner}]}}}}}}"#
        )
    });
    format!("{HEAD}{inner}]}}\n")
}

/// A cluster with so many ranges, each with host bits set.
pub fn ranges(count: usize) -> String {
    let range = |number: usize| format!("\"20.{}.{}.9/29\"", number / 256 % 256, number % 256);
    let ranges: Vec<_> = (0..count).map(range).collect();
    small(0, true).replace(r#""0.0.0.0/0","10.0.0.0/8""#, &ranges.join(","))
}

/// A template whose cluster hangs on that many open conditions.
pub fn undecided(conditions: usize) -> String {
    let declare = |number: usize| format!(r#""p{number}":{{"type":"bool"}}"#);
    let range = |number: usize| format!(r#""[if(parameters('p{number}'), '0.0.0.0/0', '137.117.106.88/29')]""#);
    let parameters: Vec<_> = (0..conditions).map(declare).collect();
    let ranges: Vec<_> = (0..conditions).map(range).collect();
    let text = small(0, true).replace(r#""0.0.0.0/0","10.0.0.0/8""#, &ranges.join(","));
    text.replace(r#""parameters":{"#, &format!(r#""parameters":{{{},"#, parameters.join(",")))
}
