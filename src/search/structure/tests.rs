use super::*;
use crate::syntax::{Node, parse};
use proptest::prelude::*;

#[test]
fn follows_the_structure() {
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let table: Vec<(String, bool)> = [
        (r#"{"resources": [{"type": "[x]"}]}"#, true),
        (r#"{"resources": {"a": {"type": "[x]"}}}"#, true),
        (r#"{"resources": {"template": {"type": "[x]"}, "b": 1}}"#, true),
        (r#"{"resources": [{"a": 1}, {"resources": [{"TYPE" : "[x]"}]}]}"#, true),
        (r#"{"resources": [{"type": "a", "identity": {"type": "[x]"}}]}"#, false),
        (r#"{"resources": [{"type": "a", "properties": {"type": "[x]"}}]}"#, false),
        (r#"{"parameters": {"a": {"type": "[x]"}}}"#, false),
        (r#"{"type": "[x]"}"#, false),
        (r#"{"resources": [[{"type": "[x]"}]]}"#, false),
        (r#"{"resources": [{"properties": {"template": "[x]"}}]}"#, true),
        (r#"{"resources": [{"template": "[x]"}]}"#, true),
        (r#"{"resources": [{"properties": {"a": {"template": "[x]"}}}]}"#, false),
        (r#"{"properties": {"template": "[x]"}}"#, false),
        (r#"{"resources": [{"properties": {"templateLink": {}}}]}"#, true),
        (r#"{"outputs": {"templateLink": {}}}"#, false),
        (r#"{"variables": {"x": {}}, "resources": [{"template": "[variables('X')]"}]}"#, false),
        (r#"{"resources": [{"template": "[variables('x')]"}], "variables": {"x": {"a": [{"b": 1}]}}}"#, false),
        (r#"{"variables": {"x": {"resources": [{"type": "[y]"}]}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {"resources": "[y]"}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": "[y]"}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {}, "X": "[y]"}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (
            r#"{"variables": {"x": "[y]"}, "resources": [{"template": {"variables": {"x": {}}, "resources": [{"template": "[variables('x')]"}]}}]}"#,
            true,
        ),
        (
            r#"{"variables": {"x": "[y]"}, "resources": [{"properties": {"expressionEvaluationOptions": {"scope": "Inner"}, "template": {"variables": {"x": {}}, "resources": [{"properties": {"template": "[variables('x')]"}}]}}}]}"#,
            false,
        ),
        (
            r#"{"variables": {"x": "[y]"}, "resources": [{"properties": {"expressionEvaluationOptions": {"scope": "outer"}, "template": {"variables": {"x": {}}, "resources": [{"properties": {"template": "[variables('x')]"}}]}}}]}"#,
            true,
        ),
        (
            r#"{"variables": {"x": "[y]"}, "resources": [{"properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": "[variables('x')]"}}]}"#,
            true,
        ),
        (r#"{"resources": [{"properties": {"expressionEvaluationOptions": {"scope": "inner", "scope": "outer"}}}]}"#, true),
        (
            r#"{"resources": [{"template": {"variables": {"x": "[y]"}}}, {"template": {"variables": {"x": {}}, "resources": [{"template": "[variables('x')]"}]}}]}"#,
            false,
        ),
        (r#"{"variables": {"x": []}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {"[y]": 1}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {"resources": [{"[y]": 1}]}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {"resources": [{"copy": []}]}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {"a": {"[y]": 1}}}, "resources": [{"template": "[variables('x')]"}]}"#, false),
        (r#"{"variables": {"x": {"a": [{"copy": []}]}}, "resources": [{"template": "[variables('x')]"}]}"#, false),
        (r#"{"variables": {"copy": [], "x": {}}, "resources": [{"template": "[variables('x')]"}]}"#, false),
        (r#"{"variables": {"y": {"[y]": 1}, "x": {}}, "resources": [{"template": "[variables('x')]"}]}"#, false),
        (r#"{"variables": {"y": {"variables": {"x": {}}}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"y": {}}, "resources": [{"template": "[variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {}}, "resources": [{"template": "[ variables('x')]"}]}"#, true),
        (r#"{"variables": {"x": {}}, "resources": [{"type": "[variables('x')]"}]}"#, true),
        (r#"{"resources": "[x]"}"#, true),
        (r#"{"resources": [{"properties": {"template": {"resources": "[x]"}}}]}"#, true),
        (r#"{"resources": [{"resources": "[x]"}]}"#, true),
        (r#"{"resources": [{"properties": {"resources": "[x]"}}]}"#, false),
        (r#"{"\u0072esources": []}"#, true),
        (r#"{"a\/b\"": "\u00e4"}"#, false),
        (r#"{"x": [{"type": "A.B/\u0063"}]}"#, false),
        (r#"{"resources": [{"type": "A.B/\u0063"}]}"#, true),
        (r#"{"resources": [{"name": "\u0063", "type": "A.B/\\u0063"}]}"#, false),
        (r#"{"resources": {"\u0063": 1}}"#, true),
        (r#"{"metadata": {"resources": [{"type": "[x]"}]}}"#, false),
        (r#"{"resources": [{"type": "\u005bx]"}]}"#, true),
        ("\u{feff}{\"a\": [1, 2.5e+3, true, null, \"x\\\\\",], }", false),
        ("{\"a\": // \"}\r\n 1, /* { */ \"b\": [] /**/ } // end", false),
        ("{\"a\": // }\r 1}", true),
        ("{\"a\": /* }", true),
        ("", false),
        ("3", false),
    ]
    .map(|(text, expected)| (text.to_owned(), expected))
    .into_iter()
    .chain([(deep(MAX_DEPTH + 1), false)])
    .collect();
    for (text, expected) in table {
        assert_eq!(may_hide(text.as_bytes()), expected, "{}", text.chars().take(80).collect::<String>());
    }
}

#[test]
fn takes_no_text_for_harmless_that_it_cannot_follow() {
    let deep = r#"{"resources": ["#.repeat(MAX_DEPTH);
    let table = ["{\"a\": \"x}", "{\"a\": 1}}", "{\"a\": 1]", "{\"resources\": [}]", "{} {}", "{", "[", &deep];
    for text in table {
        assert!(!may_hide(text.as_bytes()), "{text}: no expression, no template, no rule");
        let with_expression = format!("{text} \"[x]\"");
        assert!(may_hide(with_expression.as_bytes()), "{text}");
    }
}

/// What the reader of templates would find in the tree, read as generously as can be: all members of a name count. Variables are
/// those of the template itself.
fn hides_in_template(template: &Node) -> bool {
    values(template, "resources").any(|resources| hides_in_resources(template, resources))
}

fn hides_in_resources(template: &Node, resources: &Node) -> bool {
    is_expression(resources)
        || entries(resources).any(|entry| {
            let deployments = values(entry, "properties").chain([entry]);
            values(entry, "type").any(|value| is_expression(value) || is_escaped(value))
                || values(entry, "resources").any(|resources| hides_in_resources(template, resources))
                || deployments.into_iter().any(|deployment| {
                    values(deployment, "templateLink").next().is_some()
                        || values(deployment, "template").any(|nested| hides_in_deployment(template, nested))
                })
        })
}

/// Whether the template `nested` of a deployment in `template` hides something: as an expression it is a variable, or unknown.
fn hides_in_deployment(template: &Node, nested: &Node) -> bool {
    if !is_expression(nested) {
        return hides_in_template(nested);
    }
    let name = nested.as_str().and_then(|text| text.strip_prefix("[variables('")?.strip_suffix("')]"));
    let mut variables =
        values(template, "variables").flat_map(|variables| values(variables, name.unwrap_or_default())).peekable();
    let hides = |variable: &Node| !variable.is_object() || is_computed(variable) || hides_in_template(variable);
    variables.peek().is_none() || variables.any(hides)
}

/// Whether the keys of the template, or of its resources, are not all written out.
fn is_computed(template: &Node) -> bool {
    let lists = || values(template, "resources");
    let resources = lists().flat_map(entries);
    let keys = |node: &Node| {
        node.members()
            .iter()
            .any(|member| member.key.text.starts_with('[') || member.key.is("copy") && member.value.is_array())
    };
    keys(template)
        || lists().any(keys)
        || resources.into_iter().any(|resource| keys(resource) || values(resource, "properties").any(keys))
}

fn is_escaped(node: &Node) -> bool {
    node.as_text().is_some_and(|text| text.escaped && text.text.starts_with("A.B"))
}

fn values<'n>(node: &'n Node, key: &'n str) -> impl Iterator<Item = &'n Node> {
    node.members().iter().filter(move |member| member.key.is(key)).map(|member| &member.value)
}

fn entries(node: &Node) -> impl Iterator<Item = &Node> {
    node.elements().iter().chain(node.members().iter().map(|member| &member.value))
}

fn is_expression(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.starts_with('['))
}

/// Text in the shape of a template, with blanks, comments and escapes wherever they may stand.
fn template_text() -> impl Strategy<Value = String> {
    let blanks = [
        "",
        " ",
        "\n        ",
        "\r\n",
        "/* \" */",
        "// {\n",
        "// a,\r\n",
        "// \"a\":\n",
        "// [ \n\n ",
        "\u{a0}\u{b}\u{c}",
    ];
    let blank = move || prop::sample::select(blanks.to_vec());
    let key = || {
        let keys = [
            "type",
            "Type",
            "resources",
            "RESOURCES",
            "properties",
            "template",
            "templateLink",
            "variables",
            "a",
            "A",
            "copy",
            "expressionEvaluationOptions",
            "scope",
            "[y]",
            r"typ\u0065",
        ];
        prop::sample::select(keys.to_vec())
    };
    let long = format!(r#""{}\"""#, "x[{".repeat(30));
    let strings = [
        r#""[x]""#,
        r#""[variables('a')]""#,
        r#""A.B/c""#,
        r#""A.B/\u0063""#,
        r#""\u005bx]""#,
        r#""\\""#,
        r#""{\"}""#,
        r#""Inner""#,
        &long,
        "1",
        "null",
    ];
    let leaf = prop::sample::select(strings.map(str::to_owned).to_vec());
    leaf.prop_recursive(8, 60, 4, move |inner| {
        let member = (key(), blank(), blank(), inner.clone());
        let member = member.prop_map(|(key, before, after, value)| format!("\"{key}\"{before}:{after}{value}"));
        let object = (prop::collection::vec(member, 0..4), blank())
            .prop_map(|(members, blank)| format!("{{{blank}{}{blank}}}", members.join(&format!("{blank},"))));
        let array = prop::collection::vec(inner, 0..3).prop_map(|elements| format!("[{}]", elements.join(", ")));
        prop_oneof![4 => object, 1 => array]
    })
}

proptest! {
    #[test]
    fn never_misses_what_the_tree_shows(text in template_text()) {
        let root = parse(&text).unwrap();
        prop_assert!(may_hide(text.as_bytes()) || !hides_in_template(&root), "{}", text);
    }

    #[test]
    fn the_search_lets_pass_what_the_tree_shows(text in template_text()) {
        let root = parse(&text).unwrap();
        let needles = crate::search::Needles::new(["A.B/notThere"]);
        prop_assert!(needles.may_hold(text.as_bytes()) || !hides_in_template(&root), "{}", text);
    }

    #[test]
    fn never_misses_in_text_that_is_cut_or_mixed(text in template_text(), cut in 0_usize..400, put in "[\\[\\]{}\",:\\\\/*a ]{0,3}") {
        let at = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let text = format!("{}{put}{}", &text[..at], &text[at..]);
        let hides = parse(&text).is_ok_and(|root| hides_in_template(&root));
        prop_assert!(may_hide(text.as_bytes()) || !hides, "{}", text);
    }
}
