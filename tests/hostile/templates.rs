//! Templates made to hang or crash whoever evaluates them.

use super::{SCHEMA, cluster, folder, run, template};

/// Checks one template and gives what is said of it, all outcomes and own findings.
fn said(text: &str) -> String {
    // Without optimisation as many steps take a minute.
    let limits: &[u8] =
        if cfg!(debug_assertions) { b"limits: {steps: 30000, judged: 500, resources: 2000}" } else { b"{}" };
    let folder = folder(&[("main.json", text.as_bytes()), ("akslint.yaml", limits)]);
    let run = run(folder.path(), &["main.json", "--format", "concise", "--show", "fail,unknown,error"]);
    run.out + &run.error
}

/// Variables of which each is made of the one before.
fn chain(first: &str, count: usize, next: impl Fn(&str) -> String) -> String {
    let mut variables = vec![format!("\"v0\": {first}")];
    for number in 1..=count {
        variables.push(format!("\"v{number}\": {}", next(&format!("variables('v{}')", number - 1))));
    }
    format!(", \"variables\": {{{}}}", variables.join(", "))
}

fn check(table: &[(&str, String, &str)]) {
    for (name, text, expected) in table {
        let said = said(text);
        assert!(said.contains(expected), "{name}: {}", said.chars().take(2000).collect::<String>());
    }
}

#[test]
fn deep_nesting() {
    let nested = |open: &str, close: &str, levels: usize| format!("{}{}", open.repeat(levels), close.repeat(levels));
    let expression = |text: &str| template(&format!("[\"[{text}]\"]"), "");
    let mut deployments = template("[\"0.0.0.0/0\"]", "");
    for level in 0..40 {
        deployments = format!(
            "{{{SCHEMA}, \"resources\": [{{\"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2021-04-01\", \"name\": \"d{level}\", \"properties\": {{\"mode\": \"Incremental\", \"template\": {deployments}}}}}]}}"
        );
    }
    check(&[
        ("arrays", nested("[", "]", 100_000), "256 levels"),
        ("objects", format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)), "256 levels"),
        ("arrays inside", template(&nested("[", "]", 300), ""), "256 levels"),
        ("calls", expression(&format!("{}'a'{}", "concat(".repeat(100_000), ")".repeat(100_000))), "AKS903"),
        ("parentheses", expression(&nested("(", ")", 100_000)), "AKS903"),
        ("indices", expression(&format!("variables('a'){}", "[0]".repeat(100_000))), "AKS903"),
        ("indices in indices", expression(&"variables('a')[".repeat(100_000)), "AKS903"),
        ("properties", expression(&format!("variables('a'){}", ".a".repeat(100_000))), "AKS903"),
        ("calls that fit", expression(&format!("{}'a'{}", "concat(".repeat(250), ")".repeat(250))), "AKS207"),
        ("deployments", deployments, "AKS904"),
        ("json()", expression(&format!("string(json('{}'))", nested("[", "]", 20_000))), ""),
    ]);
}

#[test]
fn values_that_double() {
    let both = |before: &str| format!("\"[concat({before}, {before})]\"");
    let pair = |before: &str| format!("[\"[{before}]\", \"[{before}]\"]");
    let merged = |before: &str| format!("\"[union({before}, createObject('k{}', {before}))]\"", before.len());
    let value = |ranges: &str, chain: String| template(ranges, &chain);
    check(&[
        ("texts", value("[\"[variables('v60')]\"]", chain("\"1.2.3.4\"", 60, both)), "AKS904"),
        ("arrays", value("\"[variables('v60')]\"", chain("[\"1.2.3.4\"]", 60, both)), "AKS904"),
        ("arrays in arrays", value("[\"[string(variables('v60'))]\"]", chain("[\"x\"]", 60, pair)), "AKS904"),
        (
            "compared",
            value("[\"[if(equals(variables('v60'), variables('v59')), 'a', 'b')]\"]", chain("[\"x\"]", 60, pair)),
            "AKS",
        ),
        (
            "compared with itself",
            value(
                "[\"[string(equals(variables('v60'), createArray(variables('v59'), variables('v59'))))]\"]",
                chain("[\"x\"]", 60, pair),
            ),
            "AKS",
        ),
        ("objects", value("\"[variables('v60').x]\"", chain("{\"x\": [\"0.0.0.0/0\"]}", 60, merged)), "AKS"),
        (
            "replaced",
            template(
                &format!(
                    "[\"[replace(replace(replace(replace('{0}', 'a', '{0}'), 'a', '{0}'), 'a', '{0}'), 'a', '{0}')]\"]",
                    "a".repeat(100)
                ),
                "",
            ),
            "AKS904",
        ),
        ("padded", template("[\"[padLeft('x', 2000000000)]\"]", ""), ""),
        (
            "reduced",
            template(
                "[\"[reduce(range(0, 1000), 'x', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))]\"]",
                "",
            ),
            "AKS904",
        ),
        (
            "loops in loops",
            template("\"[map(range(0, 10000), lambda('i', string(map(range(0, 10000), lambda('j', 'x')))))]\"", ""),
            "AKS904",
        ),
        (
            "intersection",
            template(
                "\"[intersection(map(range(0, 10000), lambda('i', createObject('a', lambdaVariables('i')))), map(range(0, 10000), lambda('i', createObject('b', lambdaVariables('i')))))]\"",
                "",
            ),
            "AKS904",
        ),
    ]);
}

#[test]
fn unknown_texts_that_double() {
    let parameter = ", \"parameters\": {\"p\": {\"type\": \"string\"}}";
    let both = |before: &str| format!("\"[concat({before}, {before})]\"");
    let functions = |last: &str, next: &dyn Fn(usize) -> String| {
        let function = |number: usize, value: &str| {
            format!(
                "\"f{number}\": {{\"parameters\": [{{\"name\": \"x\", \"type\": \"string\"}}], \"output\": {{\"type\": \"string\", \"value\": \"[{value}]\"}}}}"
            )
        };
        let all: Vec<String> = (0..60).map(|n| function(n, &next(n + 1))).chain([function(60, last)]).collect();
        format!("{parameter}, \"functions\": [{{\"namespace\": \"n\", \"members\": {{{}}}}}]", all.join(", "))
    };
    let own = "parameters('x')";
    let given = |n: usize| format!("n.f{n}(concat({own}, {own}))");
    let made = |n: usize| format!("concat(n.f{n}({own}), n.f{n}({own}))");
    let nested = format!("[\"[{}parameters('p'){}]\"]", "n.f60(".repeat(60), ")".repeat(60));
    let mapped =
        "\"[map(range(0, 2000), lambda('i', toLower(concat(variables('v10'), string(lambdaVariables('i'))))))]\"";
    check(&[
        (
            "variables",
            template("[\"[variables('v60')]\"]", &format!("{parameter}{}", chain("\"[parameters('p')]\"", 60, both))),
            "2000 parts",
        ),
        ("arguments", template("[\"[n.f0(parameters('p'))]\"]", &functions(own, &given)), "2000 parts"),
        ("results", template("[\"[n.f0(parameters('p'))]\"]", &functions(own, &made)), "AKS904"),
        (
            "calls in calls",
            template(&nested, &functions(&format!("concat({own}, {own})"), &|_| own.to_owned())),
            "2000 parts",
        ),
        (
            "mapped",
            template(mapped, &format!("{parameter}{}", chain("\"[parameters('p')]\"", 10, both))),
            "evaluation steps",
        ),
    ]);
}

#[test]
fn lists_that_are_read_again_and_again() {
    let count = if cfg!(debug_assertions) { 2_000 } else { 20_000 };
    let list = |each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<Vec<_>>().join(", ");
    let numbers = format!("[{}]", list(&|n| n.to_string()));
    // Names of unknown values are made of all that they are made of.
    let long = format!(
        "[{}]",
        (0..1_999).map(|n| format!("\"{}\"", "abc".repeat(1_000 + n % 7))).collect::<Vec<_>>().join(", ")
    );
    let with = |value: &str| {
        format!(
            ", \"parameters\": {{\"b\": {{\"type\": \"bool\"}}, \"p\": {{\"type\": \"string\"}}}}, \"variables\": {{\"v\": {value}}}, \"functions\": [{{\"namespace\": \"n\", \"members\": {{\"f\": {{\"parameters\": [{{\"name\": \"x\", \"type\": \"array\"}}, {{\"name\": \"b\", \"type\": \"bool\"}}], \"output\": {{\"type\": \"array\", \"value\": \"[if(parameters('b'), map(range(0, 10000), lambda('i', parameters('x')[lambdaVariables('i')])), createArray())]\"}}}}}}}}]"
        )
    };
    let each = |what: &str| format!("\"[map(range(0, 10000), lambda('i', {what}))]\"");
    let limit = "evaluation steps";
    check(&[
        ("arguments", template("\"[n.f(variables('v'), parameters('b'))]\"", &with(&numbers)), limit),
        (
            "of lambdas",
            template(
                "\"[first(map(createArray(variables('v')), lambda('x', if(parameters('b'), map(range(0, 10000), lambda('i', lambdaVariables('x')[lambdaVariables('i')])), createArray()))))]\"",
                &with(&numbers),
            ),
            limit,
        ),
        ("compared", template(&each("contains(variables('v'), parameters('p'))"), &with(&long)), limit),
        ("written", template(&each("format('{0}{1}', parameters('p'), variables('v'))"), &with(&long)), limit),
        (
            "written in vain",
            template(&each("string(createArray(variables('v'), variables('v')))"), &with(&long)),
            limit,
        ),
        ("indexed", template(&each("variables('v')[parameters('p')]"), &with(&long)), limit),
        ("of calls", template(&each("reference('x', variables('v'))"), &with(&long)), limit),
    ]);
}

#[test]
fn possible_values_are_counted_as_parts() {
    let count = if cfg!(debug_assertions) { 5_000 } else { 50_000 };
    let values = (0..count).map(|n| format!("\"value{n}\"")).collect::<Vec<_>>().join(", ");
    let parameter = format!(", \"parameters\": {{\"p\": {{\"type\": \"string\", \"allowedValues\": [{values}]}}}}");
    let each = "\"[map(range(0, 10000), lambda('i', toLower(parameters('p'))))]\"";
    check(&[("mapped", template(each, &parameter), "evaluation steps")]);
}

#[test]
fn what_is_printed_has_a_bound() {
    let pair = |before: &str| format!("[\"[{before}]\", \"[{before}]\"]");
    let text = "x".repeat(1_000_000);
    // Each of a hundred resources shows the same.
    let resources = vec![cluster("\"[variables('v5')]\""); 100].join(", ");
    let many = format!("{{{SCHEMA}{}, \"resources\": [{resources}]}}", chain(&format!("\"{text}\""), 5, pair));
    let texts = template("\"[variables('v60')]\"", &chain(&format!("\"{text}\""), 60, pair));
    for (name, template, limit) in
        [("texts", texts, "more than 64 MiB;"), ("resources", many, "97 more resources are left out")]
    {
        let folder = folder(&[("main.json", template.as_bytes())]);
        let run = run(folder.path(), &["expand", "main.json"]);
        assert!(run.error.contains(limit), "{name}: {}", run.error);
        assert_eq!(run.code, Some(2), "{name}");
        assert!(run.out.len() < 80 << 20, "{name}: {}", run.out.len());
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert!(json.as_array().is_some_and(|resources| !resources.is_empty()), "{name}");
    }
    let evaluated = template("[]", &chain(&format!("\"{text}\""), 60, pair));
    let folder = folder(&[("main.json", evaluated.as_bytes())]);
    let run = run(folder.path(), &["eval", "variables('v60')", "--template", "main.json"]);
    assert!(run.error.contains("more than 64 MiB"), "{}", run.error);
}

#[test]
fn long_names_are_not_repeated() {
    let name = "n".repeat(100_000);
    let copied = |name: &str| {
        let cluster = cluster("[\"0.0.0.0/0\"]").replace("\"aks\"", &format!("\"{name}\""));
        let copy = "\"copy\": {\"name\": \"c\", \"count\": 800}";
        format!("{{{SCHEMA}, \"resources\": [{}, {copy}}}]}}", &cluster[..cluster.len() - 1])
    };
    for (name, expected) in [(name.clone(), "AKS104"), (format!("[concat('{name}', copyIndex())]"), "AKS904")] {
        let folder = folder(&[("main.json", copied(&name).as_bytes())]);
        let run = run(folder.path(), &["main.json", "--format", "json"]);
        assert!(run.out.contains(expected) && run.out.len() < 20 << 20, "{expected}: {}", run.out.len());
    }
}

#[test]
fn calls_that_take_long() {
    let count = if cfg!(debug_assertions) { 300 } else { 10_000 };
    let each =
        |what: &str| format!("\"[map(range(0, {count}), lambda('x', {what}))]\"").replace("IT", "lambdaVariables('x')");
    let text = |length: usize| format!(", \"variables\": {{\"v\": \"{}\"}}", "a".repeat(length));
    let list = |count: usize| {
        let items: Vec<String> = (0..count).map(|n| format!("\"a{n}\"")).collect();
        format!(", \"variables\": {{\"v\": [{}]}}", items.join(", "))
    };
    let object = format!(", \"variables\": {{\"v\": \"{{'a': [{}1]}}\"}}", "1,".repeat(45_000));
    let nested = |call: &str, behind: &str| format!("[\"[{}variables('v'){}]\"]", call.repeat(100), behind.repeat(100));
    check(&[
        ("long texts", template(&each("toLower(variables('v'))"), &text(1_000_000)), "AKS904"),
        ("looking through texts", template(&each("indexOf(variables('v'), 'aab')"), &text(1_000_000)), "AKS904"),
        ("splitting", template(&each("split(variables('v'), 'a')[5]"), &text(90_000)), "AKS904"),
        ("reading JSON", template(&each("json(variables('v')).a"), &object), "AKS904"),
        ("long lists", template(&each("contains(variables('v'), concat('b', IT))"), &list(10_000)), "AKS"),
        ("parts of lists", template(&each("first(skip(variables('v'), IT))"), &list(10_000)), "AKS"),
        // What is beyond a limit is written into all that is made of it.
        ("texts in texts", template(&nested("base64(", ")"), &text(100_000)), "AKS904"),
        ("escapes of escapes", template(&nested("uriComponent(concat('%', ", "))"), &text(100_000)), "AKS"),
        ("replaced by more", template(&nested("replace(", ", 'a', 'aa')"), &text(1)), "AKS904"),
        ("quotes of quotes", template(&nested("string(createArray(", "))"), &text(1)), "AKS904"),
    ]);
}

#[test]
fn many_names() {
    let count = if cfg!(debug_assertions) { 1_000 } else { 50_000 };
    let list = |each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<Vec<_>>().join(", ");
    let objects = format!(
        ", \"variables\": {{\"a\": {{{}}}, \"b\": {{{}}}}}",
        list(&|n| format!("\"k{n}\": {n}")),
        list(&|n| format!("\"l{n}\": {n}"))
    );
    let declared = format!(
        ", \"parameters\": {{{}}}",
        list(&|n| format!("\"p{n}\": {{\"type\": \"string\", \"defaultValue\": \"\"}}"))
    );
    let asked = format!(
        "[{}]",
        (0..count.min(2_000)).map(|n| format!("\"[parameters('p{n}')]\"")).collect::<Vec<_>>().join(", ")
    );
    check(&[
        ("merged", template("[\"[string(union(variables('a'), variables('b')))]\"]", &objects), "AKS"),
        ("parameters", template(&asked, &declared), "AKS"),
        (
            "ranges in ranges",
            template(&format!("[{}]", list(&|n| format!("\"20.{}.0.0/{}\"", n % 250, 8 + n % 24))), ""),
            "AKS",
        ),
    ]);
    let entries = |name: char| {
        format!(
            "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\", \"contentVersion\": \"1.0.0.0\", \"parameters\": {{{}}}}}",
            list(&|n| format!("\"{name}{n}\": {{\"value\": \"x\"}}"))
        )
    };
    let main = template("[\"0.0.0.0/0\"]", &declared);
    for (name, expected) in [('p', "AKS104"), ('q', "AKS906")] {
        let parameters = entries(name);
        let folder = folder(&[("main.json", main.as_bytes()), ("main.parameters.json", parameters.as_bytes())]);
        let run = run(folder.path(), &["main.json", "--format", "concise"]);
        assert!(run.out.contains(expected), "{name}: {}", run.out.chars().take(2000).collect::<String>());
    }
}

#[test]
fn questions_that_multiply() {
    let parameters: Vec<String> = (0..60).map(|number| format!("\"b{number}\": {{\"type\": \"bool\"}}")).collect();
    let parameters = format!(", \"parameters\": {{{}}}", parameters.join(", "));
    let of_all = |each: &dyn Fn(usize) -> String| (0..60).map(each).collect::<Vec<_>>().join(", ");
    let range =
        |number: usize| format!("if(parameters('b{number}'), createArray('10.{number}.0.0/16'), createArray())");
    let object = |number: usize| format!("if(parameters('b{number}'), createObject('k{number}', 1), createObject())");
    let nested = |number: usize| format!("if(parameters('b{number}'), '1.1.1.{number}', ");
    let deep = format!("{}'a'{}", (0..60).map(nested).collect::<String>(), ")".repeat(60));
    check(&[
        ("lists", template(&format!("\"[concat({})]\"", of_all(&range)), &parameters), "AKS"),
        ("sets", template(&format!("\"[union({})]\"", of_all(&range)), &parameters), "AKS"),
        ("objects", template(&format!("[\"[string(union({}))]\"]", of_all(&object)), &parameters), "main.json"),
        ("conditions", template(&format!("[\"[{deep}]\"]"), &parameters), "AKS904"),
        (
            "operators",
            template(
                &format!(
                    "[\"[if(or({}), '0.0.0.0/0', '')]\"]",
                    of_all(&|n| format!("and(parameters('b{n}'), parameters('b{}'))", (n + 7) % 60))
                ),
                &parameters,
            ),
            "AKS",
        ),
    ]);
}

#[test]
fn copies() {
    let copied = |copy: &str| {
        let cluster =
            cluster("[\"0.0.0.0/0\"]").replace("\"name\": \"aks\"", "\"name\": \"[concat('a', copyIndex())]\"");
        format!(
            "{{{SCHEMA}, \"resources\": [{}, \"copy\": {{\"name\": \"c\", \"count\": {copy}}}}}]}}",
            &cluster[..cluster.len() - 1]
        )
    };
    let mut nested = template("[\"0.0.0.0/0\"]", "");
    for level in 0..6 {
        nested = format!(
            "{{{SCHEMA}, \"resources\": [{{\"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2021-04-01\", \"name\": \"[concat('d{level}', copyIndex())]\", \"copy\": {{\"name\": \"c{level}\", \"count\": 800}}, \"properties\": {{\"mode\": \"Incremental\", \"expressionEvaluationOptions\": {{\"scope\": \"inner\"}}, \"template\": {nested}}}}}]}}"
        );
    }
    check(&[
        ("huge", copied("2000000000"), "main.json"),
        ("out of range", copied("1e400"), "main.json"),
        ("beyond 64 bits", copied("99999999999999999999"), "main.json"),
        ("negative", copied("-5"), "main.json"),
        ("each other's", nested, "AKS904"),
        (
            "a property's",
            template(
                "\"[variables('l')]\"",
                ", \"variables\": {\"copy\": [{\"name\": \"l\", \"count\": 800000, \"input\": \"1.2.3.4\"}]}",
            ),
            "main.json",
        ),
    ]);
}

#[test]
fn cycles() {
    let function = "\"functions\": [{\"namespace\": \"n\", \"members\": {\"f\": {\"parameters\": [{\"name\": \"x\", \"type\": \"int\"}], \"output\": {\"type\": \"array\", \"value\": \"[concat(n.f(parameters('x')), n.f(parameters('x')))]\"}}}}]";
    let typed = |definitions: &str| {
        format!(
            ", \"languageVersion\": \"2.0\", \"definitions\": {{{definitions}}}, \"parameters\": {{\"p\": {{\"$ref\": \"#/definitions/a\"}}}}"
        )
    };
    check(&[
        (
            "parameters",
            template(
                "\"[parameters('p')]\"",
                ", \"parameters\": {\"p\": {\"type\": \"array\", \"defaultValue\": \"[parameters('q')]\"}, \"q\": {\"type\": \"array\", \"defaultValue\": \"[parameters('p')]\"}}",
            ),
            "AKS",
        ),
        (
            "variables",
            template(
                "\"[variables('a')]\"",
                ", \"variables\": {\"a\": \"[variables('b')]\", \"b\": [\"[variables('a')]\"]}",
            ),
            "AKS",
        ),
        ("functions", template("\"[n.f(1)]\"", &format!(", {function}")), "AKS"),
        (
            "references",
            template(
                "\"[parameters('p').x.x.x.x]\"",
                &typed("\"a\": {\"type\": \"object\", \"properties\": {\"x\": {\"$ref\": \"#/definitions/a\"}}}"),
            ),
            "AKS",
        ),
        (
            "references to references",
            template(
                "\"[parameters('p')]\"",
                &typed("\"a\": {\"$ref\": \"#/definitions/b\"}, \"b\": {\"$ref\": \"#/definitions/a\"}"),
            ),
            "AKS",
        ),
    ]);
}

#[test]
fn many_of_everything() {
    let list = |count: usize, each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<Vec<_>>().join(", ");
    let ranges = |count: usize| format!("[{}]", list(count, &|n| format!("\"10.{}.{}.7/24\"", n / 250, n % 250)));
    let most = if cfg!(debug_assertions) { 500 } else { 5_000 };
    let clusters = list(most + 100, &|n| cluster("[\"1.2.3.4\"]").replace("\"aks\"", &format!("\"a{n}\"")));
    let comments = "// akslint-ignore AKS104: x\n".repeat(20_000);
    let count = if cfg!(debug_assertions) { 2_000 } else { 20_000 };
    check(&[
        ("ranges", template(&ranges(count), ""), "AKS"),
        ("equal ranges", template(&format!("[{}]", list(count, &|_| "\"1.2.3.4\"".to_owned())), ""), "AKS"),
        (
            "texts that are no ranges",
            template(&format!("[{}]", list(count, &|n| format!("\"nonsense{n}\""))), ""),
            "AKS",
        ),
        ("unknown functions", template(&format!("[{}]", list(count, &|n| format!("\"[nosuch({n})]\""))), ""), "AKS208"),
        (
            "equal keys",
            template(&format!("[], {}", list(count, &|n| format!("\"authorizedIPRanges\": [{n}]"))), ""),
            "AKS908",
        ),
        ("keys", template(&format!("[\"0.0.0.0/0\"], {}", list(count, &|n| format!("\"key{n}\": {n}"))), ""), "AKS104"),
        ("comments", format!("{comments}{}", template("[\"0.0.0.0/0\"]", "")), ""),
        (
            "clusters",
            format!("{{{SCHEMA}, \"resources\": [{clusters}]}}"),
            &format!("{most} resources that rules look at"),
        ),
    ]);
}

#[test]
fn long_texts() {
    let long = "x".repeat(10_000_000);
    check(&[
        ("an entry", template(&format!("[\"{long}\"]"), ""), "AKS207"),
        ("a name", template("[\"0.0.0.0/0\"]", "").replace("\"aks\"", &format!("\"{long}\"")), "AKS104"),
        ("a key", template(&format!("[\"0.0.0.0/0\"], \"{long}\": 1"), ""), "AKS104"),
        ("an expression", template(&format!("[\"[concat('{long}')]\"]"), ""), "AKS903"),
        ("a comment", template(&format!("/* {long} */ [\"0.0.0.0/0\"]"), ""), "AKS104"),
        ("a number", template(&format!("[\"0.0.0.0/0\"], \"n\": {}", "1".repeat(1_000_000)), ""), "AKS104"),
    ]);
}

#[test]
fn odd_numbers_and_keys() {
    check(&[
        ("numbers", template("[1e400, -1e400, 1e-400, 99999999999999999999, -0, 0.1]", ""), "main.json"),
        (
            "sums",
            template(
                "[\"[string(add(9223372036854775807, 1))]\", \"[string(div(1, 0))]\", \"[string(mod(int('-9223372036854775808'), -1))]\"]",
                "",
            ),
            "",
        ),
        (
            "the last of equal keys counts",
            template("[\"1.2.3.4/32\"], \"authorizedIPRanges\": [\"0.0.0.0/0\"]", ""),
            "AKS104",
        ),
        ("and is reported", template("[\"1.2.3.4/32\"], \"authorizedIPRanges\": [\"0.0.0.0/0\"]", ""), "AKS908"),
        (
            "keys that differ in case",
            template("[\"0.0.0.0/0\"], \"AuthorizedIPRanges\": [\"0.0.0.0/0\"]", ""),
            "AKS104",
        ),
        ("half characters", template("[\"\\ud800\"]", ""), "in pairs"),
        ("no character", template("[\"a\\u0000b\"]", ""), "AKS207"),
    ]);
}

#[test]
fn no_further_rule_is_asked_after_so_many_findings() {
    let resources = vec![cluster("[]"); 100];
    let text = format!("{{{SCHEMA}, \"resources\": [{}]}}", resources.join(", "));
    let folder = folder(&[("main.json", text.as_bytes()), ("akslint.yaml", b"limits: {findings: 20}")]);
    let run = run(folder.path(), &["main.json", "--format", "concise"]);
    let count = run.out.matches("[AKS102 ").count();
    assert!((10..=20).contains(&count), "{count}");
    assert!(run.out.contains("20 findings") && run.out.contains("[AKS904 "), "{}", run.out);
}

#[test]
fn scripts_that_lead_the_reader_back() {
    let many = if cfg!(debug_assertions) { 20_000 } else { 200_000 };
    let commands = |before: &str, each: &str| format!("{before}{}\n", each.repeat(many));
    for (name, text) in [
        ("a.sh", commands("", "az aks x $(\n")),
        ("a.sh", commands("", " az aks \\\n")),
        ("a.sh", commands("bash -c \"", "az aks show\n")),
        ("a.sh", commands("az aks create\n# ", "<<")),
        ("a.sh", commands("az aks create\n", "cat <<A\n")),
        ("a.ps1", commands("New-AzAksCluster\n", "<")),
        ("a.ps1", commands("New-AzAksCluster\n#", "<")),
        ("a.ps1", commands("New-AzAksCluster\n", "@\" ")),
        ("a.ps1", commands("New-AzAksCluster\n@\"\n", "x\"@")),
        ("a.ps1", commands("New-AzAksCluster ", "@(")),
        ("a.ps1", commands("", "Get-AzAksCluster (\n")),
        ("a.yml", commands("run: az aks show ", "[")),
        ("a.yml", commands("", "- &a az aks show\n")),
    ] {
        let folder = folder(&[(name, text.as_bytes())]);
        run(folder.path(), &[name, "--scripts", "--format", "concise"]);
    }
}

#[test]
fn a_script_of_too_many_commands_says_so() {
    let script = "az aks create -n x -g y\n".repeat(100);
    let files: &[(&str, &[u8])] = &[("a.sh", script.as_bytes()), ("akslint.yaml", b"limits: {judged: 20}")];
    let folder = folder(files);
    let run = run(folder.path(), &["a.sh", "--scripts", "--format", "concise"]);
    assert_eq!(run.out.matches("[AKS101 ").count(), 20);
    assert!(run.out.contains("20 resources") && run.out.contains("[AKS904 "), "{}", run.out);
}

#[test]
fn fixes_of_thousands_of_entries_come_to_an_end_in_one_run() {
    // Removals of neighbours wait for each other: half of the list goes in each turn.
    let list = vec!["\"20.101.4.16/28\""; 3000].join(",\n");
    let text = template(&format!("[{list}]"), "");
    let folder = folder(&[("main.json", text.as_bytes())]);
    let run = run(folder.path(), &["main.json", "--fix", "--format", "concise"]);
    assert!(run.error.ends_with("2999 fixes in 1 file\n"), "{}", run.error.lines().last().unwrap_or_default());
    let fixed = std::fs::read_to_string(folder.path().join("main.json")).unwrap();
    assert_eq!(fixed.matches("20.101.4.16/28").count(), 1, "{fixed}");
}
