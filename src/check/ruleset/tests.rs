use super::*;
use crate::config::Config;
use std::path::Path;

const RULES: &str = "
# Synopsis: Ours.
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Azure.AKS.AuthorizedIPs }
spec: { level: Warning, type: [ Microsoft.ContainerService/managedClusters ], condition: { field: tags.open, exists: true } }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Local.Sku }
spec: { condition: { field: sku.tier, equals: { $: { configuration: TIER } } } }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Baseline
metadata: { name: Local.Strict }
spec:
  rule: { include: [ Local.Sku, AKS411 ], includeLocal: false }
  configuration: { TIER: Standard }
  override: { level: { Local.Sku: Information, AKS411: Error } }
";

fn load_with(change: impl FnOnce(&mut CheckOptions)) -> Result<LoadedRules, String> {
    load_text(RULES, change)
}

fn load_text(text: &str, change: impl FnOnce(&mut CheckOptions)) -> Result<LoadedRules, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.Rule.yaml"), text).unwrap();
    let mut options = CheckOptions::new(folder.path());
    options.rules = vec![PathBuf::from("own.Rule.yaml")];
    change(&mut options);
    load(&options)
}

fn running(loaded: &LoadedRules) -> Vec<String> {
    let running = loaded.set.rules.iter().filter(|rule| loaded.selection.runs(rule) && !rule.is_computed());
    running.map(|rule| format!("{} {}", rule.name(), rule.level.as_str())).collect()
}

#[test]
fn a_rule_of_a_shipped_name_replaces_it() {
    let loaded = load_with(|_| {}).unwrap();
    assert_eq!(loaded.set.rules.len(), pack::embedded().rules.len() + 1);
    let rule = loaded.set.rule("AKS101").unwrap();
    assert_eq!((rule.name(), rule.level, rule.is_shipped()), ("Azure.AKS.AuthorizedIPs", Level::Warning, false));
    assert_eq!(info(rule).help_markdown, "", "the page is about the shipped rule");
    assert!(loaded.inputs.iter().all(|input| input.status == InputStatus::Checked), "{:?}", loaded.inputs);
    assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
}

#[test]
fn without_the_shipped_rules_the_linter_still_speaks_of_itself() {
    let loaded = load_with(|options| options.default_rules = false).unwrap();
    let (own, theirs): (Vec<&Rule>, Vec<&Rule>) = loaded.set.rules.iter().partition(|rule| rule.is_computed());
    assert!(own.iter().all(|rule| rule.reference().starts_with("AKS9")) && own.len() >= 2);
    assert_eq!(theirs.len(), 2);
}

#[test]
fn a_baseline_chooses_levels_and_values() {
    let loaded = load_with(|options| options.rule_baseline = Some("local.strict".into())).unwrap();
    assert_eq!(running(&loaded), ["Azure.AKS.RequirePrivate error", "Local.Sku note"]);
    assert_eq!(loaded.set.configuration.get("tier").and_then(|value| value.scalar()).as_deref(), Some("Standard"));
    // It goes before the configuration file.
    let text = "configuration: { TIER: Free, OTHER: x }";
    let config = Config::read("akslint.yaml", Path::new("/w"), text).unwrap();
    let loaded = load_with(|options| {
        *options = options.clone().configured(config);
        options.rule_baseline = Some("Local.Strict".into());
    });
    let set = loaded.unwrap().set;
    let value = |name: &str| set.configuration.get(name).and_then(|value| value.scalar());
    assert_eq!((value("TIER").as_deref(), value("OTHER").as_deref()), (Some("Standard"), Some("x")));
    // What is selected by hand outweighs it; its levels stay.
    let loaded = load_with(|options| {
        options.rule_baseline = Some("Local.Strict".into());
        options.select = vec!["Local".into(), "AKS104".into()];
    });
    assert_eq!(running(&loaded.unwrap()), ["Azure.AKS.AuthorizedIPs.Internet error", "Local.Sku note"]);
    let text = RULES.replace("Local.Sku, AKS411 ]", "Local.Sk, AKS411 ]").replace(", includeLocal: false", "");
    let loaded = load_text(&text, |options| options.rule_baseline = Some("Local.Strict".into())).unwrap();
    let said: Vec<&str> = loaded.findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = [
        "the rule 'Local.Sk' that this baseline names is not there; did you mean 'Local.Sku'?",
        "rules of one's own run whatever the baseline includes, unless 'includeLocal' is false",
    ];
    assert_eq!(said, expected);
    let error = load_with(|options| options.rule_baseline = Some("Local.Strikt".into())).unwrap_err();
    assert_eq!(error, "there is no baseline 'Local.Strikt'; did you mean 'Local.Strict'?");
}
