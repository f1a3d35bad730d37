//! Whether properties exist: by name, and in the declared API version. Kinds that a value can still have.

use super::{ConditionInput, Definition, Fact, IfMissing, Operand, Part, Prepared, prepare};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Kind, Lookup, Origin, Slot, Value};
use crate::rules::path::Located;
use crate::rules::rule::Operands;
use crate::rules::tri::Tri;
use crate::schema::{self, ApiVersion, Naming};
use std::rc::Rc;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("existsInApiVersion", exists_in_api_version)
        .prepare(prepare::boolean)
        .missing(IfMissing::True)
        .facts(&["versions"]),
    Definition::new("namesExist", names_exist).prepare(prepare::boolean).missing(IfMissing::True).facts(&[
        "odd",
        "meant",
        "meantPath",
    ]),
    Definition::new("namesMean", names_mean).prepare(prepare::texts),
    Definition::new("namesAreCanonical", names_are_canonical)
        .prepare(prepare::boolean)
        .missing(IfMissing::True)
        .facts(&["odd", "canonical"]),
    Definition::new("isSet", is_set).prepare(prepare::boolean).missing(IfMissing::Ask),
    Definition::new("canBe", can_be).prepare(prepare::text_or_list).missing(IfMissing::True).facts(&["kind"]),
];

/// The API version of the resource, if it is a known text that is one.
fn api_version(input: &ConditionInput<'_>) -> Result<Option<ApiVersion>, Stop> {
    crate::rules::path::api_version(&input.scope.target.object.value)
}

/// Whether the declared API version has the property. Without version, or for a property that is not known: it has.
fn exists_in_api_version(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let path = input.path();
    let (Some(version), Some(property)) = (api_version(input)?, schema::property(&path)) else {
        return Ok(wanted.into());
    };
    input.fact("versions", || property.versions());
    input.reason(|| format!("does not exist in this API version, only in {}", property.versions()));
    Ok((property.exists_in(version) == wanted).into())
}

/// A member whose name is that of a property in another casing, or stands for one.
pub(in crate::rules) struct Named {
    name: Rc<str>,
    naming: Naming,
    key: Located,
}

/// The members of the object, or of each object of the array, judged by their names. Objects whose names are not certain, and
/// elements that are not certain to be there, have none to judge: what is unknown is not misspelt.
fn named(input: &ConditionInput<'_>) -> Result<Rc<Vec<Named>>, Stop> {
    let Operand::Value(found @ Located { value: Value { data: Data::Object(_) | Data::Array(_), .. }, .. }) =
        input.operand
    else {
        return Ok(Rc::default());
    };
    match &input.test.operands {
        // Several rules ask for other things in the same names.
        Operands { field: Some(path), type_: false, name: false, source: None, value: None, scope: false } => {
            input.scope.names(path, || judged(found))
        }
        _ => judged(found),
    }
}

fn judged(found: &Located) -> Result<Rc<Vec<Named>>, Stop> {
    let mut judged = Vec::new();
    match &found.value.data {
        Data::Object(_) => members(&found.value, &found.path, &mut judged)?,
        Data::Array(array) => {
            for (index, slot) in array.slots.iter().enumerate() {
                if let Slot::Item(item) = slot {
                    let item = settled(item.force_within(&found.value.origin))?;
                    members(&item, &format!("{}[{index}]", found.path), &mut judged)?;
                }
            }
        }
        _ => {}
    }
    Ok(Rc::new(judged))
}

fn members(value: &Value, path: &str, judged: &mut Vec<Named>) -> Result<(), Stop> {
    let Data::Object(object) = &value.data else { return Ok(()) };
    let members = match object.members(&value.origin) {
        Ok(members) => members,
        Err(Lookup::Split(symbol)) => return Err(Stop::Split(symbol)),
        Err(_) => return Ok(()),
    };
    let Some(names) = schema::names(&schema::generic(path)) else { return Ok(()) };
    judged.extend(members.into_iter().filter_map(|member| {
        let naming = Some(names.naming(&member.name)).filter(|naming| *naming != Naming::Plain)?;
        let key = Value::new(Data::text(&member.name), Origin::literal(member.key));
        let path = crate::rules::path::join(path, &member.name).into();
        Some(Named { name: member.name, naming, key: Located { value: key, path } })
    }));
    Ok(())
}

/// Whether no member's name stands for another one.
fn names_exist(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let names = named(input)?;
    let odd = names.iter().filter_map(|member| {
        let Naming::Meant(path) = member.naming else { return None };
        let name = path.rsplit('.').next().unwrap_or(path);
        let facts = vec![fact("odd", &member.name), fact("meant", name), fact("meantPath", path)];
        let reason = format!("is no property; probably {path} is meant");
        Some(Part { located: member.key.clone(), facts, reason })
    });
    Ok(none(input, odd.collect()))
}

/// Whether there is nothing odd, as the rule says; what is odd is recorded.
fn none(input: &ConditionInput<'_>, odd: Vec<Part>) -> Tri {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let is_none = odd.is_empty();
    odd.into_iter().for_each(|part| input.part(part));
    (is_none == wanted).into()
}

fn fact(name: &'static str, text: &str) -> Fact {
    Fact { name, text: text.to_owned() }
}

/// Whether a member's name is none but stands for one of these.
fn names_mean(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let means = |member: &Named| match member.naming {
        Naming::Meant(path) => {
            let name = path.rsplit('.').next().unwrap_or(path);
            expected.iter().any(|expected| expected.eq_ignore_ascii_case(name))
        }
        _ => false,
    };
    Ok(named(input)?.iter().any(means).into())
}

/// Whether every known property is written in its usual casing.
fn names_are_canonical(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let names = named(input)?;
    let odd = names.iter().filter_map(|member| {
        let Naming::Casing(canonical) = member.naming else { return None };
        let facts = vec![fact("odd", &member.name), fact("canonical", canonical)];
        Some(Part { located: member.key.clone(), facts, reason: format!("is published as '{canonical}'") })
    });
    Ok(none(input, odd.collect()))
}

/// Whether there is a value other than null. (`exists` takes a null of an exported resource for a value.)
fn is_set(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let is = match input.operand {
        Operand::Value(found) => match &found.value.data {
            Data::Null => false,
            Data::Unknown(unknown) if unknown.bounds.nullable => return Err(Stop::Unknown(unknown.clone())),
            _ => true,
        },
        Operand::Unknown(unknown, _) => return Err(Stop::Unknown(unknown.clone())),
        Operand::Missing(_) | Operand::None => false,
    };
    input.reason(|| if is { "is set" } else { "is not set" });
    Ok((is == wanted).into())
}

/// Whether the value is an element of a list.
fn is_element(input: &ConditionInput<'_>) -> bool {
    let Operand::Value(found) = input.operand else { return false };
    found.path.strip_suffix(']').is_some_and(|path| path.ends_with(|c: char| c.is_ascii_digit()))
}

/// Whether the value is, or once deployed can be, of one of these kinds: string, boolean, integer, array, object. A property that is
/// null counts as each: Azure takes it for absent.
fn can_be(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let Some(kind) = input.value().and_then(Value::kind) else { return Ok(Tri::True) };
    input.fact("kind", || kind.with_article());
    input.reason(|| format!("is {}", kind.with_article()));
    let name = match kind {
        Kind::Null if !is_element(input) => return Ok(Tri::True),
        Kind::Null => "null",
        Kind::Bool => "boolean",
        Kind::Int => "integer",
        Kind::Float => "number",
        Kind::String => "string",
        Kind::Array => "array",
        Kind::Object => "object",
    };
    Ok(expected.iter().any(|expected| expected.eq_ignore_ascii_case(name)).into())
}
