//! Rule documents: YAML and JSON of any shape are read, and what is usable runs on resources without ending the run.

use super::bench::{self, Input};
use akslint::check::analysis::{Prepared, prepare};
use akslint::rules::read;
use akslint::rules::rule::{RuleNames, RuleSet};
use akslint::search::Needles;
use akslint::source::SourceFile;
use std::borrow::Cow;
use std::sync::Arc;

/// What rules run on.
const TEMPLATE: &str = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {"ranges": {"type": "array"}, "private": {"type": "bool"}},
    "resources": [{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2024-05-01", "name": "aks", "tags": {"a": "b"},
        "properties": {"kubernetesVersion": "1.29.2", "enableRBAC": true, "agentPoolProfiles": [{"name": "one", "count": 3}, {"name": "two"}],
            "apiServerAccessProfile": {"authorizedIPRanges": "[concat(parameters('ranges'), createArray('10.0.0.0/8', '1.2.3.4'))]",
                "enablePrivateCluster": "[parameters('private')]"}}}]}"#;

/// Reads the bytes as a rule document: JSON if they begin as JSON does, else YAML.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let name = if text.starts_with(['[', '{']) { "a.Rule.jsonc" } else { "a.Rule.yaml" };
    let file = Arc::new(SourceFile::new(name, text));
    for strict in [true, false] {
        let mut reading = read::file(&file, read::ReadOptions::new(strict));
        reading.check_references(strict);
        for said in &reading.diagnostics {
            assert!(text.get(said.span.start as usize..said.span.end as usize).is_some(), "{said:?}");
            let _ = said.to_string();
        }
        let count = reading.set.rules.len() + reading.set.selectors.len();
        if count == 0 {
            continue;
        }
        let prepared = with_rules(reading.set);
        let input = Input { template: TEMPLATE.to_owned(), parameters: Vec::new() };
        let (files, analysis) = bench::analysed(&prepared, &input).expect("a template");
        bench::check_report(&files, &analysis);
    }
}

fn with_rules(set: RuleSet) -> Prepared {
    let mut options = bench::options();
    options.default_rules = false;
    let mut prepared = prepare(&options).expect("no rules");
    let mut all = prepared.rule_set.into_owned();
    all.add(set);
    prepared.names = RuleNames::new(&all);
    prepared.chosen = (0..all.rules.len()).collect();
    prepared.needles = Needles::everything();
    prepared.passes = true;
    prepared.rule_set = Cow::Owned(all);
    prepared
}
