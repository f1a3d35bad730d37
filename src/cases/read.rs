//! Reading files of cases. Everything that looks like a mistake is reported: a test that tests nothing is worse than none.

use super::find::document_beside;
use super::{Case, Expected, Problem, Suite, input};
use crate::finding::{Level, Outcome};
use crate::rules::read::nearest;
use crate::rules::yaml::{self, Yaml, YamlKind};
use crate::source::{SourceFile, Span};
use serde_json::Value;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Files that cases name may have this many bytes.
const MAX_SIZE: u64 = 16 << 20;
const FILE_KEYS: &[&str] = &["rules", "cases"];
const CASE_KEYS: &[&str] = &["name", "resource", "resources", "template", "file", "parameters", "expect"];
const EXPECTED_KEYS: &[&str] = &["outcome", "level", "message", "resource"];
const OUTCOMES: &[&str] = &["pass", "fail", "none", "unknown", "error"];
const LEVELS: &[&str] = &["error", "warning", "note"];

/// The members of a mapping: keys with their places, and values.
type Entries = [(String, Range<usize>, Yaml)];

/// Reads `file`, which lies at `path`; the paths it names are told from there. `Err` is all that is wrong with it.
pub fn read(file: &Arc<SourceFile>, path: &Path) -> Result<Suite, Vec<Problem>> {
    let mut reader = Reader { file, path, problems: Vec::new() };
    let suite = reader.file();
    match suite {
        Some(suite) if reader.problems.is_empty() => Ok(suite),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    path: &'a Path,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn say(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let span = Span::new(span.start as u32, span.end as u32);
        self.problems.push(Problem { file: self.file.clone(), span, message: message.into() });
    }

    fn file(&mut self) -> Option<Suite> {
        let mut documents = yaml::documents(self.file.text());
        if documents.len() != 1 {
            self.say(&(0..0), "expected one YAML document with 'cases'");
            return None;
        }
        let root = match documents.pop()? {
            Ok(document) => document.root,
            Err(error) => {
                self.say(&(error.at..error.at), error.message);
                return None;
            }
        };
        let entries = self.entries(&root, "the file")?;
        self.only(entries, FILE_KEYS);
        let rules = match get(entries, "rules") {
            Some(rules) => {
                let names = self.texts(rules, "'rules'");
                names.iter().map(|name| self.path.with_file_name("").join(name)).collect()
            }
            None => match document_beside(self.path) {
                Some(document) => vec![document],
                None => {
                    self.say(&(0..0), "there is no rule document beside this file; name some with 'rules'");
                    Vec::new()
                }
            },
        };
        let Some(cases) = get(entries, "cases") else {
            self.say(&root.span, "there are no 'cases'");
            return None;
        };
        let YamlKind::List(items) = &cases.kind else {
            self.say(&cases.span, "'cases' must be a list");
            return None;
        };
        if items.is_empty() {
            self.say(&cases.span, "there are no cases");
        }
        let cases = items.iter().filter_map(|item| self.case(item)).collect();
        Some(Suite { file: self.file.clone(), rules, cases })
    }

    fn case(&mut self, item: &Yaml) -> Option<Case> {
        let entries = self.entries(item, "a case")?;
        self.only(entries, CASE_KEYS);
        let name = match get(entries, "name") {
            Some(name) => self.text(name, "'name'"),
            None => {
                self.say(&item.span, "the case has no 'name'");
                None
            }
        };
        let input = self.input(item, entries);
        let parameters = get(entries, "parameters").and_then(|given| match &given.kind {
            YamlKind::Scalar(path) => self.other_file(path, &given.span),
            YamlKind::Map(_) => self.value(given).map(|values| self.made("parameters", &input::parameters(values))),
            YamlKind::List(_) => {
                self.say(&given.span, "'parameters' must map names to values, or be the path of a parameters file");
                None
            }
        });
        let expected = match get(entries, "expect") {
            Some(expect) => self.expected(expect),
            None => {
                self.say(&item.span, "the case does not say what to 'expect'");
                Vec::new()
            }
        };
        let span = Span::new(item.span.start as u32, item.span.end as u32);
        Some(Case { name: name?, span, input: input?, parameters, expected })
    }

    fn input(&mut self, item: &Yaml, entries: &Entries) -> Option<Arc<SourceFile>> {
        let kinds = ["resource", "resources", "template", "file"];
        let given: Vec<_> = entries.iter().filter(|(key, ..)| kinds.contains(&key.as_str())).collect();
        let [(kind, _, given)] = given.as_slice() else {
            self.say(&item.span, "a case has one of 'resource', 'resources', 'template' and 'file'");
            return None;
        };
        if kind == "file" {
            let path = self.text(given, "'file'")?;
            return self.other_file(&path, &given.span);
        }
        let value = self.value(given)?;
        let (is_right, what) = match kind.as_str() {
            "resources" => (value.is_array() || value.is_object(), "a list or a mapping of resources"),
            _ => (value.is_object(), "a mapping"),
        };
        if !is_right {
            self.say(&given.span, format!("'{kind}' must be {what}"));
            return None;
        }
        let value = match kind.as_str() {
            "resource" => input::template(Value::Array(vec![value])),
            "resources" => input::template(value),
            _ => value,
        };
        Some(self.made("template", &value))
    }

    fn expected(&mut self, expect: &Yaml) -> Vec<Expected> {
        let Some(entries) = self.entries(expect, "'expect'") else { return Vec::new() };
        if entries.is_empty() {
            self.say(&expect.span, "'expect' names no rule");
        }
        let mut expected = Vec::new();
        for (rule, span, said) in entries {
            let one = std::slice::from_ref(said);
            let items = if let YamlKind::List(items) = &said.kind { items.as_slice() } else { one };
            expected.extend(items.iter().filter_map(|item| self.one_expected(rule, span, item)));
        }
        expected
    }

    fn one_expected(&mut self, rule: &str, at: &Range<usize>, said: &Yaml) -> Option<Expected> {
        let span = Span::new(at.start as u32, at.end as u32);
        let bare =
            |outcome| Expected { rule: rule.to_owned(), span, resource: None, outcome, level: None, message: None };
        if let YamlKind::Scalar(word) = &said.kind {
            return self.outcome(word, &said.span).map(bare);
        }
        let entries = self.entries(said, "what is expected of a rule")?;
        self.only(entries, EXPECTED_KEYS);
        let mut text =
            |key: &str| get(entries, key).and_then(|it| Some((self.text(it, &format!("'{key}'"))?, it.span.clone())));
        let (outcome, level) = (text("outcome"), text("level"));
        let (message, resource) = (text("message"), text("resource"));
        let Some((word, at)) = outcome else {
            self.say(&said.span, "expected an 'outcome'");
            return None;
        };
        let level = match level {
            Some((word, at)) => Some(self.level(&word, &at)?),
            None => None,
        };
        let outcome = self.outcome(&word, &at)?;
        let first = |pair: Option<(String, Range<usize>)>| pair.map(|(text, _)| text);
        Some(Expected { level, message: first(message), resource: first(resource), ..bare(outcome) })
    }

    fn outcome(&mut self, word: &str, span: &Range<usize>) -> Option<Outcome> {
        let all = [Outcome::Pass, Outcome::Fail, Outcome::None, Outcome::Unknown, Outcome::Error];
        let found = all.into_iter().find(|outcome| outcome.as_str() == word);
        if found.is_none() {
            self.unknown("outcome", word, OUTCOMES, span);
        }
        found
    }

    fn level(&mut self, word: &str, span: &Range<usize>) -> Option<Level> {
        let found = [Level::Error, Level::Warning, Level::Note].into_iter().find(|level| level.as_str() == word);
        if found.is_none() {
            self.unknown("level", word, LEVELS, span);
        }
        found
    }

    fn unknown(&mut self, what: &str, word: &str, known: &[&str], span: &Range<usize>) {
        let end = match nearest(word, known) {
            Some(near) => format!("; did you mean '{near}'?"),
            None => format!(": one of {}", known.join(", ")),
        };
        self.say(span, format!("the {what} '{word}' is not known{end}"));
    }

    /// Reports keys that are not known, or there twice.
    fn only(&mut self, entries: &Entries, known: &[&str]) {
        for (index, (key, span, _)) in entries.iter().enumerate() {
            if !known.contains(&key.as_str()) {
                self.unknown("key", key, known, span);
            }
            if entries.iter().take(index).any(|(other, ..)| other == key) {
                self.say(span, format!("the key '{key}' is there twice"));
            }
        }
    }

    fn entries<'y>(&mut self, node: &'y Yaml, what: &str) -> Option<&'y Entries> {
        match &node.kind {
            YamlKind::Map(entries) => Some(entries),
            _ => {
                self.say(&node.span, format!("{what} must be a mapping"));
                None
            }
        }
    }

    fn text(&mut self, node: &Yaml, what: &str) -> Option<String> {
        match &node.kind {
            YamlKind::Scalar(text) if !text.is_empty() => Some(text.clone()),
            _ => {
                self.say(&node.span, format!("{what} must be a text"));
                None
            }
        }
    }

    fn texts(&mut self, node: &Yaml, what: &str) -> Vec<String> {
        match &node.kind {
            YamlKind::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    fn value(&mut self, node: &Yaml) -> Option<Value> {
        match input::value(node, self.file.text()) {
            Ok(value) => Some(value),
            Err((span, message)) => {
                self.say(&span, message);
                None
            }
        }
    }

    /// A file that is made of what the case says; reports of it name the case's file.
    fn made(&self, what: &str, value: &Value) -> Arc<SourceFile> {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        Arc::new(SourceFile::new(format!("{} ({what})", self.file.path()), text))
    }

    /// A file that the case names.
    fn other_file(&mut self, name: &str, span: &Range<usize>) -> Option<Arc<SourceFile>> {
        let path = self.path.with_file_name("").join(name);
        let file = crate::read::read(&path, MAX_SIZE).and_then(|bytes| {
            let decoded = crate::read::decode(&bytes)?;
            Ok(Arc::new(SourceFile::new(name, decoded.text)))
        });
        file.map_err(|error| self.say(span, format!("{name}: {error}"))).ok()
    }
}

fn get<'y>(entries: &'y Entries, key: &str) -> Option<&'y Yaml> {
    entries.iter().find(|(known, ..)| known == key).map(|(.., value)| value)
}
