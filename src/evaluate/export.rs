//! The resources of an evaluation as JSON: a flat list that says what will be deployed, as far as it is known.

use super::call::truth;
use super::expand::{Evaluation, Instance};
use super::print::{to_json_with, to_text};
use super::value::Value;
use serde_json::{Map, Value as Json};
use std::rc::Rc;

/// The resources in order of declaration. Those of a nested deployment that could be read stand in its place; children are entries of
/// their own, with full type and name. What is certainly not deployed, and what is only referred to, is left out; what may be deployed
/// has its `condition` as text.
///
/// `open` gives the text, without brackets, of each part that is not known.
pub fn resources(evaluation: &Rc<Evaluation>, open: &mut dyn FnMut(&Value) -> String) -> Exported {
    let mut exported = Exported { resources: Vec::new(), is_whole: true };
    for instance in evaluation.instances() {
        if let Some((json, is_whole)) = resource(evaluation, instance, open) {
            exported.resources.push(json);
            exported.is_whole &= is_whole;
        }
    }
    exported
}

/// What [`resources`] gives.
#[derive(Clone, Debug)]
pub struct Exported {
    /// An object for each resource.
    pub resources: Vec<Json>,
    /// Whether all of them are printed to the end; some values have more parts than any text should.
    pub is_whole: bool,
}

fn resource(
    evaluation: &Rc<Evaluation>,
    instance: &Rc<Instance>,
    open: &mut dyn FnMut(&Value) -> String,
) -> Option<(Json, bool)> {
    if instance.declaration.existing || instance.was_opened {
        return None;
    }
    let context = evaluation.context();
    let mut conditions = Vec::new();
    for condition in instance.conditions(context) {
        match truth(&condition) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(_) => conditions.push(condition),
        }
    }
    let mut resource = Map::new();
    if let Some(condition) = together(&conditions, open) {
        resource.insert("condition".to_owned(), Json::String(format!("[{condition}]")));
    }
    let (printed, is_whole) = to_json_with(&instance.view(context), open);
    if let Json::Object(members) = printed {
        resource.extend(members);
    }
    Some((Json::Object(resource), is_whole))
}

/// Conditions that must all hold, as one expression.
fn together(conditions: &[Value], open: &mut dyn FnMut(&Value) -> String) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    for condition in conditions {
        let text = match &condition.data {
            super::value::Data::Unknown(_) | super::value::Data::Choice(_) => open(condition),
            _ => to_text(condition),
        };
        // A deployment's condition comes with each of its resources, which may have the same one.
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(format!("and({})", several.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;
    use crate::source::FileId;
    use crate::template::arm;
    use serde_json::json;

    fn expanded(template: &str) -> Json {
        let root = crate::syntax::parse(template).unwrap();
        let template = Rc::new(arm::read(&root, template, FileId(0)));
        let evaluation = Rc::new(Evaluation::new(template, None, Settings::default()));
        Json::Array(resources(&evaluation, &mut to_text).resources)
    }

    #[test]
    fn children_have_full_types_and_names() {
        let template = r#"{"resources": [{"type": "M.X/a", "name": "n", "apiVersion": "1", "location": "l", "dependsOn": ["x"], "properties": {"p": null},
            "resources": [{"type": "b", "name": "m", "apiVersion": "2"}, {"type": "M.X/a/b", "name": "n/o", "apiVersion": "3"}]}]}"#;
        assert_eq!(
            expanded(template),
            json!([
                {"type": "M.X/a", "apiVersion": "1", "name": "n", "location": "l", "properties": {"p": null}},
                {"type": "M.X/a/b", "apiVersion": "2", "name": "n/m"},
                {"type": "M.X/a/b", "apiVersion": "3", "name": "n/o"},
            ])
        );
    }

    #[test]
    fn conditions_decide_or_stay() {
        let template = r#"{"languageVersion": "2.0", "parameters": {"a": {"type": "bool"}, "b": {"type": "bool"}, "n": {"type": "int"}}, "resources": {
            "no": {"type": "M.X/a", "name": "no", "condition": false},
            "yes": {"type": "M.X/a", "name": "yes", "condition": "[equals(1, 1)]"},
            "may": {"type": "M.X/a", "name": "may", "condition": "[parameters('a')]"},
            "there": {"type": "M.X/a", "name": "there", "existing": true},
            "loop": {"type": "M.X/a", "name": "[concat('l', copyIndex())]", "copy": {"name": "loop", "count": "[if(parameters('a'), 1, 0)]"}},
            "inside": {"type": "Microsoft.Resources/deployments", "name": "d", "apiVersion": "1", "condition": "[parameters('a')]", "properties": {
                "template": {"resources": [{"type": "M.X/b", "name": "[[x]", "condition": true}, {"type": "M.X/b", "name": "[format('{0}', 'y')]"}]}
            }},
            "far": {"type": "Microsoft.Resources/deployments", "name": "f", "condition": "[parameters('b')]", "properties": {"templateLink": {"uri": "u"}}}
        }}"#;
        let may = |type_: &str, name: &str| json!({"condition": "[parameters('a')]", "type": type_, "name": name});
        let expected = json!([
            {"type": "M.X/a", "name": "yes"},
            may("M.X/a", "may"),
            {"condition": "[less(0, if(parameters('a'), 1, 0))]", "type": "M.X/a", "name": "l0"},
            may("M.X/b", "[[x]"),
            may("M.X/b", "y"),
            {"condition": "[parameters('b')]", "type": "Microsoft.Resources/deployments", "name": "f", "properties": {"templateLink": {"uri": "u"}}},
        ]);
        assert_eq!(expanded(template), expected);
    }
}
