//! Rule documents and names made to hang whoever reads them.

use super::{Run, cluster, folder, run, template};

/// As many as take long where each is compared with each, or written out.
const MANY: usize = if cfg!(debug_assertions) { 5_000 } else { 50_000 };

fn rule(name: &str, condition: &str) -> String {
    format!(
        "---\napiVersion: github.com/microsoft/PSRule/2025-01-01\nkind: Rule\nmetadata: {{ name: {name} }}\nspec:\n  type: [ Microsoft.ContainerService/managedClusters ]\n  condition: {condition}\n"
    )
}

/// Checks a template with rules of one's own alone.
fn judged(template: &str, rules: &str) -> Run {
    let folder = folder(&[("main.json", template.as_bytes()), ("own.Rule.yaml", rules.as_bytes())]);
    let run = run(
        folder.path(),
        &["main.json", "--rules", "own.Rule.yaml", "--no-default-rules", "--format", "concise", "--show", "all"],
    );
    assert!(run.out.len() + run.error.len() < 8 << 20, "{} and {} bytes", run.out.len(), run.error.len());
    run
}

fn list(count: usize, each: &dyn Fn(usize) -> String) -> String {
    format!("[{}]", (0..count).map(each).collect::<Vec<_>>().join(", "))
}

#[test]
fn long_lists_of_texts() {
    let text = |n: usize| format!("\"text{n}\"");
    let other = |n: usize| format!("\"other{n}\"");
    let path = "properties.apiServerAccessProfile.authorizedIPRanges";
    let unknown = |n: usize| format!("\"[concat('text', if(equals({n}, 0), 'x', parameters('p')), 'z{n}')]\"");
    let parameter = ", \"parameters\": {\"p\": {\"type\": \"string\"}}";
    let elements = MANY / 5;
    let texts = list(MANY, &text);
    for (condition, elements, expected) in [
        (format!("{{ field: {path}, in: {texts} }}"), list(elements, &other), "more"),
        (format!("{{ field: {path}, notIn: {texts} }}"), list(elements, &text), "is ["),
        (format!("{{ field: {path}, in: {texts} }}"), list(elements, &unknown), "own"),
        (format!("{{ field: {path}, allOf: [ {{ field: '.', in: {texts} }} ] }}"), list(elements, &text), "pass"),
        (format!("{{ field: {path}, setOf: {texts} }}"), list(MANY, &text), "pass"),
        (format!("{{ field: {path}, setOf: {texts} }}"), list(MANY, &other), "lacks text0"),
        (format!("{{ field: {path}, subset: {texts} }}"), list(MANY, &text), "pass"),
        (
            format!("{{ field: {path}, subset: {texts}, unique: true }}"),
            list(2 * MANY, &|n| text(n % MANY)),
            "text0 more",
        ),
        (format!("{{ field: {path}, startsWith: {texts} }}"), list(elements, &other), "more"),
        (format!("{{ field: {path}, endsWith: {texts} }}"), list(elements, &other), "more"),
        (format!("{{ field: {path}, contains: {texts} }}"), list(elements, &other), "more"),
        (format!("{{ field: {path}, equals: {texts} }}"), list(elements, &other), "is ["),
        (format!("{{ field: name, like: {} }}", list(MANY / 5, &|n| format!("'text{n}*'"))), "[]".to_owned(), "more"),
        (format!("{{ field: name, withinPath: {texts} }}"), "[]".to_owned(), "more"),
    ] {
        let what: String = condition.chars().take(80).collect();
        let run = judged(&template(&elements, parameter), &rule("own", &condition));
        let start: String = run.out.chars().chain(run.error.chars()).take(1_000).collect();
        assert!(run.out.contains(expected), "{what}: {start}");
    }
}

#[test]
fn many_patterns() {
    let count = if cfg!(debug_assertions) { 200 } else { 2_000 };
    let rules = |pattern: &dyn Fn(usize) -> String| -> String {
        (0..count).map(|n| rule(&format!("own{n}"), &format!("{{ field: name, match: '{}' }}", pattern(n)))).collect()
    };
    for (name, rules, expected) in [
        ("the same", rules(&|_| r"^\w{1,20}$".to_owned()), "pass"),
        ("small ones", rules(&|n| format!("^[a-z]{{1,{}}}x{n}(foo|bar)+$", n % 50 + 1)), "does not match"),
        ("large ones", rules(&|n| format!(r"^\w{{1,20}}x{n}$")), "does not match"),
        ("too large ones", rules(&|n| format!(r"^\w{{1,{}}}$", n + 2_000)), "too large together"),
    ] {
        let run = judged(&template("[]", ""), &rules);
        let start: String = run.out.chars().chain(run.error.chars()).take(1_000).collect();
        assert!(run.out.contains(expected) || run.error.contains(expected), "{name}: {start}");
    }
}

#[test]
fn many_names_that_are_not_known() {
    let long = "n".repeat(10_000);
    let names = |before: &str, count: usize| list(count, &|n| format!("\"{before}{n}\""));
    let declared = |before: &str| {
        let each = |n: usize| format!("\"{before}{n}\": {{\"type\": \"string\", \"defaultValue\": \"\"}}");
        format!(", \"parameters\": {{{}}}", list(200, &each).trim_matches(['[', ']']))
    };
    let given = |before: &str| {
        let each = |n: usize| format!("\"{before}{n}\": {{\"value\": \"\"}}");
        format!(
            "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {{{}}}}}",
            list(200, &each).trim_matches(['[', ']'])
        )
    };
    // Comparing two names takes the product of their lengths.
    let main = template("[\"1.2.3.4\"]", &declared(&long));
    let parameters = given(&long.replace("nn", "nm"));
    let folder = folder(&[("main.json", main.as_bytes()), ("main.parameters.json", parameters.as_bytes())]);
    let run = run(folder.path(), &["main.json", "--format", "concise"]);
    assert!(run.out.contains("AKS906"), "{}", run.out.chars().take(1_000).collect::<String>());

    let condition = "{ field: name, exists: true }";
    let count = MANY / 10;
    let rules: String = (0..count)
        .map(|n| {
            rule(&format!("Local.Rule{n}"), condition)
                .replace("spec:\n", &format!("spec:\n  yieldsTo: {}\n", names(&format!("Local.Role{n}x"), 4)))
        })
        .collect();
    let run = judged(&template("[]", ""), &rules);
    assert!(run.out.contains("is not there"), "{}", run.out.chars().take(1_000).collect::<String>());

    // All of them are near.
    let near = ('a'..='z').flat_map(|more| [format!("equals{more}: 1"), format!("{more}equals: 1")]);
    let far = (0..MANY).map(|n| format!("equls{n}: 1"));
    let keys = format!("{{ field: name, {} }}", near.chain(far).collect::<Vec<_>>().join(", "));
    let run = judged(&format!("{{\"resources\": [{}]}}", cluster("[]")), &rule("Local.Keys", &keys));
    assert_eq!(
        run.out.matches("did you mean 'equals'").count(),
        50,
        "{}",
        run.out.chars().take(1_000).collect::<String>()
    );
}
