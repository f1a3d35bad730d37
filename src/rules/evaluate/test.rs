//! Named conditions: finding their operand, and asking them of a value that may be unknown.

use super::evidence::{Evidence, Judged, anchor_of};
use super::{Anchor, Item, Scope, Target};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Lookup, Origin, Slot, Value};
use crate::rules::conditions::{ConditionInput, Fact, IfMissing, Operand, Part, Prepared, Record};
use crate::rules::path::{Located, Missing, PathSlot, Resolution, join};
use crate::rules::rule::{Operands, Test};
use crate::rules::tri::Tri;
use crate::rules::{compare, functions};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// Decides a named condition.
pub(super) fn test(test: &Test, scope: &Scope<'_>) -> Result<Judged, Stop> {
    if let Prepared::False = &test.prepared {
        return Ok(Judged::of(false));
    }
    let operand = operand(test, scope)?;
    let record = scope.explains.then(RefCell::<Record>::default);
    let tri = match ask(test, &operand, scope, record.as_ref()) {
        Ok(tri) => tri,
        Err(Stop::Unknown(unknown)) => Tri::undecided(unknown, operand.path()),
        Err(stop) => return Err(stop),
    };
    let Some(record) = record.map(RefCell::into_inner) else { return Ok(Judged::of(tri)) };
    let (path, anchor, value) = match &*operand {
        Operand::Value(found) => (found.path.clone(), Anchor::Value(found.value.clone()), Some(found.value.clone())),
        Operand::Missing(missing) => (missing.path().into(), anchor_of(missing), missing.null.clone()),
        Operand::Unknown(_, path) => (path.clone(), Anchor::Value(scope.object.value.clone()), None),
        Operand::None => (scope.object.path.clone(), Anchor::Value(scope.object.value.clone()), None),
    };
    if !record.parts.is_empty() {
        return Ok(Judged { evidence: parts(record.parts, &operand)?, ..Judged::of(tri) });
    }
    let item = scope.item.cloned();
    let evidence = Evidence { path, anchor, value, reason: record.reason, facts: record.facts, item };
    Ok(Judged { evidence: vec![evidence], ..Judged::of(tri) })
}

/// Parts that decide are items of their own: among the elements of the list, if they are elements.
fn parts(parts: Vec<Part>, operand: &Operand) -> Result<Vec<Evidence>, Stop> {
    let mut siblings = match operand {
        Operand::Value(found) if matches!(found.value.data, Data::Array(_)) => {
            Resolution::One(found.clone()).into_items()?
        }
        _ => Vec::new(),
    };
    let path = |slot: &PathSlot| match slot {
        PathSlot::Found(located) => Some(located.path.clone()),
        PathSlot::Open(..) => None,
    };
    let mut indices: FxHashMap<Rc<str>, usize> =
        siblings.iter().enumerate().filter_map(|(index, slot)| Some((path(slot)?, index))).collect();
    if !parts.iter().all(|part| indices.contains_key(&part.located.path)) {
        siblings = parts.iter().map(|part| PathSlot::Found(part.located.clone())).collect();
        indices = parts.iter().enumerate().map(|(index, part)| (part.located.path.clone(), index)).collect();
    }
    let siblings = Rc::new(siblings);
    let evidence = parts.into_iter().map(|part| Evidence {
        path: part.located.path.clone(),
        anchor: Anchor::Value(part.located.value.clone()),
        value: Some(part.located.value.clone()),
        reason: Some(part.reason),
        facts: part.facts,
        item: Some(Item {
            index: indices.get(&part.located.path).copied().unwrap_or_default(),
            value: part.located,
            siblings: siblings.clone(),
        }),
    });
    Ok(evidence.collect())
}

/// Asks a condition, first of each value an unknown can have, if these are few.
fn ask(test: &Test, operand: &Operand, scope: &Scope<'_>, record: Option<&RefCell<Record>>) -> Result<Tri, Stop> {
    if let Operand::Unknown(unknown, _) = operand {
        let tri = plainly(test, operand, scope, record)?;
        // It may as well not be there.
        let is_same = match test.definition.missing {
            IfMissing::True => tri.is_true(),
            IfMissing::False => tri.is_false(),
            IfMissing::Ask => true,
        };
        return if is_same || test.definition.without_operand { Ok(tri) } else { Err(Stop::Unknown(unknown.clone())) };
    }
    let Operand::Value(Located { value: Value { data: Data::Unknown(unknown), origin }, path }) = operand else {
        return plainly(test, operand, scope, record);
    };
    let missing = || absent(scope, path);
    // What is to be known of each of the values it can have.
    let mut common: Option<Vec<Fact>> = None;
    let of_literal = &mut |data: &Data| {
        let scratch = record.map(|_| RefCell::<Record>::default());
        if matches!(data, Data::Null) && !scope.target.nulls_exist {
            return plainly(test, &missing(), scope, scratch.as_ref());
        }
        let value = Value::new(data.clone(), origin.clone());
        let tri = plainly(test, &Operand::Value(Located { value, path: path.clone() }), scope, scratch.as_ref())?;
        let facts = scratch.map(|scratch| scratch.into_inner().facts).unwrap_or_default();
        match &mut common {
            Some(common) => common.retain(|fact| facts.contains(fact)),
            None => common = Some(facts),
        }
        Ok(tri)
    };
    if let Some(tri) = compare::over_domain(unknown, of_literal)? {
        if let Some(mut record) = record.map(RefCell::borrow_mut) {
            record.facts.extend(common.unwrap_or_default());
            record.reason = Some(format!("is [{}]", unknown.symbol.shown()));
        }
        return Ok(tri);
    }
    let tri = plainly(test, operand, scope, record)?;
    if unknown.bounds.nullable {
        let null = of_literal(&Data::Null)?;
        if null.is_true() != tri.is_true() || null.is_false() != tri.is_false() {
            return Err(Stop::Unknown(unknown.clone()));
        }
    }
    Ok(tri)
}

/// What a null property of a template is: missing.
fn absent(scope: &Scope<'_>, path: &str) -> Operand {
    Operand::Missing(Missing { parent: scope.object.clone(), rest: path.to_owned(), null: None })
}

fn plainly(test: &Test, operand: &Operand, scope: &Scope<'_>, record: Option<&RefCell<Record>>) -> Result<Tri, Stop> {
    let definition = test.definition;
    match operand {
        Operand::Missing(_) if definition.missing != IfMissing::Ask && !definition.without_operand => {
            if let Some(record) = record {
                record.borrow_mut().reason = Some("is not set".to_owned());
            }
            return Ok((definition.missing == IfMissing::True).into());
        }
        Operand::None if !definition.without_operand => return Ok(Tri::False),
        _ => {}
    }
    if let Prepared::Error(message) = &test.prepared {
        return Err(Stop::error(message.clone()));
    }
    (definition.test)(&ConditionInput::new(operand, test, scope, record))
}

/// The first operand that leads somewhere; else the missing field.
fn operand(test: &Test, scope: &Scope<'_>) -> Result<Rc<Operand>, Stop> {
    let operands = &test.operands;
    let field = operands.field.as_ref().map(|path| scope.operand(path)).transpose()?;
    match field {
        Some(found) if !matches!(*found, Operand::Missing(_)) => Ok(found),
        missing => Ok(match (beside_field(operands, scope)?, missing) {
            (Operand::None, Some(missing)) => missing,
            (found, _) => Rc::new(found),
        }),
    }
}

/// The first operand besides `field` that leads somewhere.
fn beside_field(operands: &Operands, scope: &Scope<'_>) -> Result<Operand, Stop> {
    let origin = || Origin::computed(scope.target.place());
    let text = |text: &str, path: &str| {
        Operand::Value(Located { value: Value::new(Data::text(text), origin()), path: path.into() })
    };
    if operands.type_ {
        if scope.item.is_none() {
            return match own(scope, "type")? {
                Operand::Value(found) => Ok(Operand::Value(Located {
                    value: Value::new(Data::text(scope.target.type_), found.value.origin),
                    path: found.path,
                })),
                _ => Ok(text(scope.target.type_, "type")),
            };
        }
        match own(scope, "type")? {
            Operand::None => {}
            found => return Ok(found),
        }
    }
    if operands.name {
        match (own(scope, "name")?, scope.target.name) {
            (Operand::Value(found), Some(name)) if scope.item.is_none() => {
                let value = Value::new(Data::text(name), found.value.origin);
                return Ok(Operand::Value(Located { value, path: found.path }));
            }
            (Operand::None, Some(name)) if scope.item.is_none() => return Ok(text(name, "name")),
            (Operand::None, _) => {}
            (found, _) => return Ok(found),
        }
    }
    if let Some(kind) = &operands.source
        && let Some(path) = source(kind, scope.target)?
    {
        return Ok(text(&path, ""));
    }
    if let Some(argument) = &operands.value {
        let value = settled(functions::argument(argument, scope)?)?;
        return Ok(Operand::Value(Located { value, path: scope.object.path.clone() }));
    }
    if operands.scope {
        return Ok(match own(scope, "scope")? {
            // A resource without scope has none: that is null.
            Operand::None => {
                let value = Value::new(Data::Null, origin());
                Operand::Value(Located { value, path: join(&scope.object.path, "scope").into() })
            }
            found => found,
        });
    }
    Ok(Operand::None)
}

/// The rooted path of the target's first file of a kind: as PSRule's members of an export say, else as the run knows.
fn source(kind: &str, target: &Target<'_>) -> Result<Option<String>, Stop> {
    let circumstances = &target.circumstances;
    if let Lookup::Present(value) = target.object.value.member("_PSRule")
        && let Lookup::Present(value) = settled(value)?.member("source")
        && let Data::Array(sources) = &settled(value)?.data
    {
        for slot in &sources.slots {
            let Slot::Item(item) = slot else { continue };
            let item = settled(item.force())?;
            let text = |name: &str| match item.member(name) {
                Lookup::Present(value) => value.as_str().map(str::to_owned),
                _ => None,
            };
            if text("type").is_some_and(|type_| type_.eq_ignore_ascii_case(kind))
                && let Some(file) = text("file")
            {
                return Ok(Some(circumstances.rooted(&file)));
            }
        }
    }
    Ok(target.files.of(kind).map(|path| circumstances.rooted(path)))
}

/// A member of the current object itself.
fn own(scope: &Scope<'_>, name: &str) -> Result<Operand, Stop> {
    let path = join(&scope.object.path, name);
    match scope.object.value.member(name) {
        Lookup::Present(value) => Ok(Operand::Value(Located { value: settled(value)?, path: path.into() })),
        Lookup::Absent => Ok(Operand::None),
        Lookup::Unknown(unknown) => Ok(Operand::Unknown(unknown, path.into())),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
    }
}
