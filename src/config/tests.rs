use super::*;
use crate::finding::Level;

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::read("akslint.yaml", Path::new("/w"), text)
}

#[test]
fn says_what_is_wrong_and_where() {
    let table = [
        ("ruls: {}", "1:1: unknown key `ruls`; did you mean `rules`?"),
        ("\nlimits:\n  dept: 20\n", "3:3: unknown key `dept` in `limits`; did you mean `depth`?"),
        ("rules:\n  AKS1: warnin", "2:9: unknown value `warnin` in `rules.AKS1`; did you mean `warning`?"),
        ("rules: [AKS101]", "1:8: `rules`: invalid type: sequence, expected a mapping"),
        ("rules: {A: note, a: off}", "`a` stands here twice"),
        (
            "limits: {depth: many}",
            "1:17: `limits.depth`: invalid type: string \"many\", expected a whole number from 16 to 512",
        ),
        ("limits: {depth: 100000}", "1:17: `limits.depth`: expected a whole number from 16 to 512, found 100000"),
        ("requireReason: maybe", "expected a boolean"),
        ("paths:\n  exclude: [a, '[b']", "2:16: "),
        ("paths: {exclude: ../other}", "does not lie below the folder"),
        ("parameters: {/abs: x.json}", "does not lie below the folder"),
        ("deployment: {subscription: prod}", "expected a GUID, found `prod`"),
        ("deployment: {location: ''}", "expected a text, found nothing"),
        ("suppress:\n  - {rule: A, until: 31.12.2026}", "2:22: "),
        ("suppress:\n  - {reason: x}", "missing field `rule`"),
        ("suppress: [{rule: A, util: 2026-12-31}]", "unknown key `util` in `suppress[0]`; did you mean `until`?"),
        ("select: \"a", "unexpected end"),
        ("{}\n---\n{}", "expected one YAML document, found several"),
        ("- a", "a configuration is a mapping of keys"),
        ("moduleDefaults: ignore", "the values here are off, error, warning, note"),
    ];
    for (text, expected) in table {
        let error = read(text).map(|_| text).expect_err(text).to_string();
        assert!(error.starts_with("akslint.yaml"), "{error}");
        assert!(error.contains(expected), "{text:?}: {error}");
    }
}

#[test]
fn nothing_is_a_configuration() {
    for text in ["", "# nothing\n", "---\n", "{}", "\u{feff}rules: {}\r\n"] {
        let config = read(text).unwrap();
        assert!(config.levels.is_empty() && config.file.is_some(), "{text:?}");
    }
}

#[test]
fn reads_what_is_written() {
    let config = read(
        "rules: {Azure.AKS: note, AKS101: 'off'}\nmoduleDefaults: warning\nselect: AKS1\nignore: [a, b]\n\
         ruleFiles: [rules, ../more/x.Rule.yaml]\nruleBaseline: Local.Base\n\
         paths: {exclude: [old, '*.tmp.json']}\nparameters:\n  main.json: p/a.json\n  '*.json': [p/a.json, ../b.json]\n\
         deployment: {location: westeurope, resourceGroup: 123}\nthresholds: {coveragePercent: 25, warnPrefix: 12}\n\
         limits: {fileSizeMiB: 2, worlds: 4}\nconfiguration: {AKSLINT_WARN_PREFIX: 3, list: [1, {a: b}]}\n\
         suppress:\n  - rule: [AKS1, AKS2]\n    path: x/**\n    until: 2026-12-31\n  - rule: AKS3\n    reason: why\n",
    )
    .unwrap();
    assert_eq!(config.level_of("Azure.AKS.Default", "AKS112"), Some(RuleLevel::Warning));
    assert_eq!(config.level_of("Azure.AKS.AuthorizedIPs", "AKS101"), Some(RuleLevel::Off));
    assert_eq!(config.level_of("Azure.AKS.Other", "").and_then(RuleLevel::level), Some(Level::Note));
    assert_eq!((&config.select, config.ignore.len()), (&vec!["AKS1".to_owned()], 2));
    assert_eq!(config.rule_files, [PathBuf::from("/w/rules"), PathBuf::from("/more/x.Rule.yaml")]);
    assert_eq!(config.rule_baseline.as_deref(), Some("Local.Base"));
    let excluded = |path: &str| config.excludes(Path::new(path));
    assert_eq!(["/w/old/x.json", "/w/x.tmp.json", "/w/x.json"].map(excluded), [true, true, false]);
    let files = |path: &str| config.parameters_of(Path::new(path));
    assert_eq!(files("/w/main.json"), Some(vec![PathBuf::from("/w/p/a.json"), PathBuf::from("/b.json")]));
    assert_eq!(files("/w/deep/main.json"), None);
    assert_eq!(config.deployment.resource_group.as_deref(), Some("123"));
    assert_eq!((config.limits.file_size, config.limits.worlds, config.limits.depth), (2 << 20, 4, 512));
    let values = config.rule_configuration();
    assert_eq!(values.get("AKSLINT_WARN_PREFIX"), Some(&12.into()));
    assert_eq!(values.get("AKSLINT_COVERAGE_PERCENT"), Some(&25.into()));
    assert_eq!(values.get("list"), Some(&serde_json::json!([1, {"a": "b"}])));
    let [first, second] = config.suppress.as_slice() else { panic!("{:?}", config.suppress) };
    assert_eq!((first.rules.len(), first.until), (2, "2026-12-31".parse().ok()));
    assert!(first.path.as_ref().unwrap().matches(Path::new("/w"), Path::new("/w/x/y.json")));
    let file = config.file.as_ref().unwrap();
    assert_eq!((file.slice(first.span), file.slice(second.span)), ("rule: [AKS1, AKS2]", "rule: AKS3"));
    assert_eq!(second.reason.as_deref(), Some("why"));
}

#[test]
fn a_missing_file_is_an_error() {
    let error = Config::load(Path::new("/nowhere"), Path::new("akslint.yaml")).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "akslint.yaml: no such file or folder");
}
