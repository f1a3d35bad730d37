//! For tests: values from JSON text with marks for what is unknown, and verdicts of rules on them.
//!
//! `{"$unknown": "parameters('x')", "kind": "array", "nullable": true, "domain": ["a"], "minLength": 1, "maxLength": 3,
//! "pieces": ["known", null]}` is an unknown (a null piece is an unknown text); `{"$choice": "q", "then": 1, "else": 2}` a choice;
//! `{"$rest": "parameters('x')"}` in an array any number of unknown elements.

use super::evaluate::{Circumstances, Failure, Files, Memo, Nowhere, Surroundings, Target, Verdict, evaluate};
use super::path::Located;
use super::read::{self, Reading};
use super::rule::{Configuration, RuleSet};
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::{Bounds, Cause, Literal, Piece, Reason, Symbol, Unknown, World};
use crate::evaluate::value::{Array, Data, Kind, Lazy, Member, Origin, Slot, Value};
use crate::source::{Place, SourceFile};
use serde_json::Value as Json;
use std::rc::Rc;
use std::sync::Arc;

/// The value that `text` stands for in `world`.
pub(crate) fn value(text: &str, world: &World) -> Value {
    convert(&serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}")), world)
}

fn origin() -> Origin {
    Origin::literal(Place::default())
}

fn convert(json: &Json, world: &World) -> Value {
    let data = match json {
        Json::Null => Data::Null,
        Json::Bool(value) => Data::Bool(*value),
        Json::Number(number) => number.as_i64().map_or_else(|| Data::Float(number.as_f64().unwrap()), Data::Int),
        Json::String(text) => Data::text(text),
        Json::Array(items) => {
            let slot = |item: &Json| match item.get("$rest") {
                Some(symbol) => Slot::Rest(unknown(symbol.as_str().unwrap(), Bounds::of(Kind::Array), world)),
                None => Slot::Item(Lazy::known(convert(item, world))),
            };
            Data::Array(Rc::new(Array { slots: items.iter().map(slot).collect() }))
        }
        Json::Object(members) => {
            if let Some(symbol) = members.get("$unknown") {
                return unknown(symbol.as_str().unwrap(), bounds(json, world), world);
            }
            if let Some(question) = members.get("$choice") {
                let symbol = Symbol::new(question.as_str().unwrap());
                return match world.answer(&symbol.text) {
                    Some(true) => convert(&json["then"], world),
                    Some(false) => convert(&json["else"], world),
                    None => {
                        let lazy = |key: &str| Lazy::known(convert(&json[key], world));
                        Value::choice(Rc::new(symbol), lazy("then"), lazy("else"), origin())
                    }
                };
            }
            let member = |(name, value): (&String, &Json)| {
                let value = Lazy::known(convert(value, world));
                Member { name: name.as_str().into(), key: Place::default(), value }
            };
            Data::object(members.iter().map(member).collect())
        }
    };
    Value::new(data, origin())
}

fn unknown(symbol: &str, bounds: Bounds, world: &World) -> Value {
    let reason = Reason { cause: Cause::Parameter(symbol.into()), place: Place::default() };
    Unknown::value(Symbol::new(symbol), Rc::new(reason), bounds, world, origin())
}

fn bounds(json: &Json, world: &World) -> Bounds {
    let kind = json.get("kind").and_then(Json::as_str).map(|kind| match kind {
        "bool" => Kind::Bool,
        "int" => Kind::Int,
        "float" => Kind::Float,
        "string" => Kind::String,
        "array" => Kind::Array,
        "object" => Kind::Object,
        other => panic!("{other}"),
    });
    let nullable = json.get("nullable").and_then(Json::as_bool).unwrap_or(kind.is_none());
    let literals =
        |list: &Vec<Json>| list.iter().map(|item| Literal::of(&convert(item, world).data).unwrap()).collect();
    let piece = |piece: &Json| match piece.as_str() {
        Some(text) => Piece::Known(text.into()),
        None => match unknown("piece", Bounds::of(Kind::String), world).data {
            Data::Unknown(unknown) => Piece::Unknown(unknown),
            _ => panic!(),
        },
    };
    Bounds {
        kind,
        nullable,
        domain: json.get("domain").and_then(Json::as_array).map(literals),
        min_length: json.get("minLength").and_then(Json::as_u64).unwrap_or(0),
        max_length: json.get("maxLength").and_then(Json::as_u64),
        least: None,
        greatest: None,
        pieces: json.get("pieces").and_then(Json::as_array).map(|list| list.iter().map(piece).collect()),
        ..Bounds::default()
    }
}

/// Reads YAML rules, or JSON ones if the text starts with a bracket. That tests' members have short names is not said.
pub(crate) fn rules(text: &str, strict: bool) -> Reading {
    let mut reading = all_said(text, strict);
    reading.diagnostics.retain(|said| !said.message.contains("a last member of one character"));
    reading
}

/// As [`rules`], with all that is said.
pub(crate) fn all_said(text: &str, strict: bool) -> Reading {
    let json = text.trim_start().starts_with(['[', '{']) && !text.contains("metadata:");
    let path = if json { "test.Rule.jsonc" } else { "test.Rule.yaml" };
    read::file(&Arc::new(SourceFile::new(path, text)), read::ReadOptions::new(strict))
}

/// A rule around a condition, in YAML flow style, e.g. `{ field: a, equals: 1 }`.
pub(crate) fn rule_of(condition: &str) -> String {
    format!(
        "apiVersion: github.com/microsoft/PSRule/v1\nkind: Rule\nmetadata:\n  name: Test.Rule\nspec:\n  condition: {condition}\n"
    )
}

/// As [`rule_of`], in JSON.
pub(crate) fn json_rule_of(condition: &str) -> String {
    format!(
        r#"[{{"apiVersion": "github.com/microsoft/PSRule/v1", "kind": "Rule", "metadata": {{"name": "Test.Rule"}}, "spec": {{"condition": {condition}}}}}]"#
    )
}

/// How a test evaluates.
pub(crate) struct Setting<'a> {
    pub(crate) type_: &'a str,
    pub(crate) nulls_exist: bool,
    pub(crate) surroundings: &'a dyn Surroundings,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self { type_: "Microsoft.Test/things", nulls_exist: false, surroundings: &Nowhere }
    }
}

/// Verdicts of the first rule on a value, one for each world that makes a difference.
pub(crate) fn verdicts(set: &RuleSet, object: &str, setting: &Setting<'_>) -> Vec<(World, Verdict)> {
    let mut open = vec![World::default()];
    let mut found = Vec::new();
    while let Some(world) = open.pop() {
        assert!(world.len() < 8, "too many questions");
        let value = Located::whole(value(object, &world));
        let target = Target {
            object: &value,
            type_: setting.type_,
            name: None,
            api_version: None,
            files: Files { template: Some("folder/file.json"), ..Files::default() },
            rules: set,
            configuration: &Configuration::default(),
            surroundings: setting.surroundings,
            memo: &Memo::default(),
            nulls_exist: setting.nulls_exist,
            circumstances: Circumstances { today: "2026-11-22".parse().ok(), folder: "/work" },
        };
        match evaluate(&set.rules[0], &target) {
            Ok(verdict) => found.push((world, verdict)),
            Err(Stop::Split(symbol)) => {
                open.push(world.with(symbol.clone(), false));
                open.push(world.with(symbol, true));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    found
}

/// The outcome in one word: `pass`, `fail`, `unknown`, `none`, `error`; where worlds differ, each with its answers.
pub(crate) fn outcome(set: &RuleSet, object: &str, setting: &Setting<'_>) -> String {
    let mut outcomes: Vec<String> = Vec::new();
    let verdicts = verdicts(set, object, setting);
    for (world, verdict) in &verdicts {
        let word = match verdict {
            Verdict::None => "none",
            Verdict::Pass(_) => "pass",
            Verdict::Fail { .. } => "fail",
            Verdict::Unknown(_) => "unknown",
            Verdict::Error(_) => "error",
        };
        let mut answers: Vec<String> = world.answers().map(|(symbol, answer)| symbol.describe(answer)).collect();
        answers.reverse();
        outcomes.push(if answers.is_empty() {
            word.to_owned()
        } else {
            format!("{word} if {}", answers.join(" and "))
        });
    }
    outcomes.join(", ")
}

/// The failures of the first rule, which must fail in the one world there is.
pub(crate) fn failures(set: &RuleSet, object: &str) -> Vec<Failure> {
    match verdicts(set, object, &Setting::default()).remove(0).1 {
        Verdict::Fail { failures, .. } => failures,
        other => panic!("{other:?}"),
    }
}
