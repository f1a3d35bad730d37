//! The resources of an evaluation as JSON: a flat list that says what will be deployed, as far as it is known.

use super::call::truth;
use super::expand::{Evaluation, Instance};
use super::print::{Cut, to_json_with, to_text};
use super::value::Value;
use crate::limits::MAX_PRINTED;
use serde_json::{Map, Value as Json};
use std::rc::Rc;

/// The resources in order of declaration. Those of a nested deployment that could be read stand in its place; children are entries of
/// their own, with full type and name. What is certainly not deployed, and what is only referred to, is left out; what may be deployed
/// has its `condition` as text.
///
/// Each is made when it is asked for: all together can be much larger than the template.
pub struct Resources<'e> {
    evaluation: &'e Rc<Evaluation>,
    instances: std::slice::Iter<'e, Rc<Instance>>,
    open: &'e mut dyn FnMut(&Value) -> String,
    room: usize,
    missing: &'e mut Missing,
}

/// What of the resources is not printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Whether a resource has more parts than any text should.
    pub parts: bool,
    /// Whether all together take more bytes than they may.
    pub bytes: bool,
    /// How many resources there was no room for at all, whether or not they are deployed.
    pub resources: usize,
}

/// `open` gives the text, without brackets, of each part that is not known.
pub fn resources<'e>(
    evaluation: &'e Rc<Evaluation>,
    open: &'e mut dyn FnMut(&Value) -> String,
    missing: &'e mut Missing,
) -> Resources<'e> {
    Resources { evaluation, instances: evaluation.instances().iter(), open, room: MAX_PRINTED, missing }
}

impl Iterator for Resources<'_> {
    type Item = Json;

    fn next(&mut self) -> Option<Json> {
        loop {
            let instance = self.instances.next()?;
            if instance.declaration.existing || instance.was_opened {
                continue;
            }
            if self.missing.bytes {
                self.missing.resources += 1;
            } else if let Some(json) = self.resource(instance) {
                return Some(json);
            }
        }
    }
}

impl Resources<'_> {
    fn resource(&mut self, instance: &Rc<Instance>) -> Option<Json> {
        let context = self.evaluation.context();
        let mut conditions = Vec::new();
        for condition in instance.conditions(context) {
            match truth(&condition) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(_) => conditions.push(condition),
            }
        }
        let mut resource = Map::new();
        if let Some(condition) = together(&conditions, self.open) {
            self.room = self.room.saturating_sub(condition.len());
            resource.insert("condition".to_owned(), Json::String(format!("[{condition}]")));
        }
        let (printed, cut) = to_json_with(&instance.view(context), self.open, &mut self.room);
        match cut {
            Some(Cut::Parts) => self.missing.parts = true,
            Some(Cut::Bytes) => self.missing.bytes = true,
            None => {}
        }
        if let Json::Object(members) = printed {
            resource.extend(members);
        }
        Some(Json::Object(resource))
    }
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
        let mut missing = Missing::default();
        let json = Json::Array(resources(&evaluation, &mut to_text, &mut missing).collect());
        assert_eq!(missing, Missing::default());
        json
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
    fn resources_beyond_the_room_are_counted() {
        let template = r#"{"resources": [{"type": "M.X/a", "name": "n", "apiVersion": "1", "location": "l",
            "copy": {"name": "c", "count": 100}}]}"#;
        let root = crate::syntax::parse(template).unwrap();
        let template = Rc::new(arm::read(&root, template, FileId(0)));
        let evaluation = Rc::new(Evaluation::new(template, None, Settings::default()));
        let (mut missing, mut open) = (Missing::default(), to_text);
        let printed = Resources { room: 1_000, ..resources(&evaluation, &mut open, &mut missing) }.count();
        assert!((5..20).contains(&printed), "{printed}");
        assert_eq!(missing, Missing { parts: false, bytes: true, resources: 100 - printed });
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
