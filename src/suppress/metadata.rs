//! Suppressions for templates without comments: `"metadata": {"akslint": {"ignore": [{"rule": "AKS203", "reason": "..."}]}}`, on the
//! template, a resource, a parameter: on any object. They cover what stands within that object.

use super::entry::{Entry, Scope};
use crate::date::Date;
use crate::finding::Location;
use crate::source::{SourceFile, Span};
use crate::syntax::Node;
use std::sync::Arc;

type Wrong = Vec<(Location, String)>;

/// The suppressions in the `metadata` of a file's objects, and what is wrong with others.
pub(super) fn entries(file: &Arc<SourceFile>, root: &Node) -> (Vec<Entry>, Wrong) {
    let mut reader = Reader { file, entries: Vec::new(), wrong: Vec::new() };
    reader.walk(root);
    (reader.entries, reader.wrong)
}

struct Reader<'f> {
    file: &'f Arc<SourceFile>,
    entries: Vec<Entry>,
    wrong: Wrong,
}

impl Reader<'_> {
    // As deep as the tree, which parsing bounds.
    fn walk(&mut self, node: &Node) {
        if let Some(own) = node.get("metadata").and_then(|metadata| metadata.get("akslint")) {
            self.read(node.span, own);
        }
        for inner in node.elements().iter().chain(node.members().iter().map(|member| &member.value)) {
            self.walk(inner);
        }
    }

    fn read(&mut self, owner: Span, own: &Node) {
        if !own.is_object() {
            return self.object(own, "an object with `ignore`");
        }
        for member in own.members() {
            match &*member.key.text {
                "ignore" if member.value.is_array() => {
                    for item in member.value.elements() {
                        self.entry(owner, item);
                    }
                }
                "ignore" => self.object(&member.value, "a list of {\"rule\": ..., \"reason\": ...}"),
                other => self.say(member.key.span, format!("unknown key `{other}`; the one here is ignore")),
            }
        }
    }

    fn entry(&mut self, owner: Span, item: &Node) {
        if !item.is_object() {
            return self.object(item, "an object with `rule` and `reason`");
        }
        let (mut ids, mut reason, mut until) = (Vec::new(), None, None);
        for member in item.members() {
            let value = &member.value;
            match (&*member.key.text, value.as_str()) {
                ("rule", Some(id)) => ids.push(id.to_owned()),
                ("rule", None) if value.is_array() => {
                    ids.extend(value.elements().iter().filter_map(Node::as_str).map(str::to_owned));
                }
                ("reason", Some(text)) => reason = Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
                ("until", Some(text)) => match text.parse::<Date>() {
                    Ok(day) => until = Some(day),
                    Err(error) => return self.say(value.span, error.to_string()),
                },
                ("rule" | "reason" | "until", _) => return self.object(value, "a text"),
                (other, _) => {
                    return self
                        .say(member.key.span, format!("unknown key `{other}`; the keys here are rule, reason, until"));
                }
            }
        }
        if ids.is_empty() {
            return self.say(item.span, "the suppression names no rule".to_owned());
        }
        let location = Location { file: self.file.clone(), span: item.span };
        self.entries.push(Entry { kind: "metadata", ids, reason, until, location, scope: Scope::Within(owner) });
    }

    fn object(&mut self, found: &Node, expected: &str) {
        self.say(found.span, format!("expected {expected}, found {}", found.kind_name()));
    }

    fn say(&mut self, span: Span, message: String) {
        self.wrong.push((Location { file: self.file.clone(), span }, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse;

    #[test]
    fn reads_entries_where_they_stand() {
        let table = [
            (r#"[{"rule": "A", "reason": " why "}]"#, "A why"),
            (r#"[{"rule": ["A", "B"], "until": "2026-12-31"}, {"rule": "C"}]"#, "A,B  2026-12-31; C "),
            (r#"[{"reason": "x"}]"#, "! names no rule"),
            (r#"["A"]"#, "! expected an object with `rule` and `reason`, found a string"),
            (r#"{"rule": "A"}"#, "! expected a list"),
            (r#"[{"rule": "A", "until": "soon"}]"#, "! expected a day"),
            (r#"[{"rules": "A"}]"#, "! unknown key `rules`"),
            (r#"[{"rule": 1}]"#, "! expected a text, found a number"),
        ];
        for (ignore, expected) in table {
            let text = format!(
                "{{\"resources\": [{{\"name\": \"x\", \"metadata\": {{\"akslint\": {{\"ignore\": {ignore}}}}}}}]}}"
            );
            let file = Arc::new(SourceFile::new("a.json", text));
            let root = parse(file.text()).unwrap();
            let (entries, wrong) = entries(&file, &root);
            let resource = root.get("resources").unwrap().elements()[0].span;
            assert!(entries.iter().all(|entry| matches!(entry.scope, Scope::Within(span) if span == resource)));
            let shown = entries.iter().map(|entry| {
                let until = entry.until.map(|until| format!(" {until}")).unwrap_or_default();
                format!("{} {}{until}", entry.ids.join(","), entry.reason.clone().unwrap_or_default())
            });
            let shown =
                shown.chain(wrong.iter().map(|(_, message)| format!("! {message}"))).collect::<Vec<_>>().join("; ");
            assert!(shown.contains(expected.trim_start_matches("! ")), "{ignore}: {shown}");
            assert_eq!(shown.starts_with('!'), expected.starts_with('!'), "{shown}");
        }
    }
}
