//! Whether properties exist: by name, and in the declared API version. Kinds that a value can still have.

use super::{ConditionInput, Definition, IfMissing, Operand, Prepared, prepare};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::value::{Data, Kind, Lookup, Origin, Value};
use crate::rules::path::Located;
use crate::rules::tri::Tri;
use crate::schema::{self, ApiVersion, Naming};

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
    Definition::new("canBe", can_be).prepare(prepare::text_or_list).missing(IfMissing::True).facts(&["kind"]),
];

/// The API version of the resource, if it is a known text that is one.
fn api_version(input: &ConditionInput<'_>) -> Result<Option<ApiVersion>, Stop> {
    match input.scope.target.object.member("apiVersion") {
        Lookup::Present(value) => Ok(settled(value)?.as_str().and_then(ApiVersion::parse)),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
        Lookup::Absent | Lookup::Unknown(_) => Ok(None),
    }
}

/// Whether the declared API version has the property. Without version, or for a property that is not known: it has.
fn exists_in_api_version(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let path = input.path();
    let (Some(version), Some(property)) = (api_version(input)?, schema::property(&path)) else {
        return Ok(wanted.into());
    };
    input.fact("versions", property.versions());
    input.reason(format!("does not exist in this API version, only in {}", property.versions()));
    Ok((property.exists_in(version) == wanted).into())
}

/// A member whose name says something about access.
struct Named {
    name: String,
    naming: Naming,
    key: Located,
}

/// The members of the object, judged by their names. An object whose names are not certain has none to judge.
fn named(input: &ConditionInput<'_>) -> Result<Vec<Named>, Stop> {
    let Operand::Value(found) = input.operand else { return Ok(Vec::new()) };
    let Data::Object(object) = &found.value.data else { return Ok(Vec::new()) };
    let members = match object.members(&found.value.origin) {
        Ok(members) => members,
        Err(Lookup::Split(symbol)) => return Err(Stop::Split(symbol)),
        Err(_) => return Ok(Vec::new()),
    };
    let parent = without_indices(&found.path);
    let judged = members.into_iter().map(|member| {
        let key = Value::new(Data::text(&member.name), Origin::literal(member.key));
        let path = crate::rules::path::join(&found.path, &member.name);
        let naming = schema::naming(&parent, &member.name);
        Named { name: member.name.to_string(), naming, key: Located { value: key, path } }
    });
    Ok(judged.collect())
}

/// `properties.agentPoolProfiles[3]` as the table writes it: `properties.agentPoolProfiles[*]`.
fn without_indices(path: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '[' => {
                inside = true;
                text.push_str("[*]");
            }
            ']' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// Whether no member's name stands for another one.
fn names_exist(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    for member in named(input)? {
        if let Naming::Meant(path) = member.naming {
            let name = path.rsplit('.').next().unwrap_or(path);
            input.fact("meant", name);
            input.fact("meantPath", path);
            input.reason(format!("has '{}', which is no property; probably {path} is meant", member.name));
            input.fact("odd", member.name);
            input.at(member.key);
            return Ok((!wanted).into());
        }
    }
    Ok(wanted.into())
}

/// Whether a member's name is none but stands for one of these.
fn names_mean(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let means = |member: Named| match member.naming {
        Naming::Meant(path) => {
            let name = path.rsplit('.').next().unwrap_or(path);
            expected.iter().any(|expected| expected.eq_ignore_ascii_case(name))
        }
        _ => false,
    };
    Ok(named(input)?.into_iter().any(means).into())
}

/// Whether every known property is written in its usual casing.
fn names_are_canonical(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    for member in named(input)? {
        if let Naming::Casing(canonical) = member.naming {
            input.fact("canonical", canonical);
            input.reason(format!("has '{}' for '{canonical}'", member.name));
            input.fact("odd", member.name);
            input.at(member.key);
            return Ok((!wanted).into());
        }
    }
    Ok(wanted.into())
}

/// Whether the value is, or once deployed can be, of one of these kinds: string, boolean, integer, array, object. Null counts as
/// each: Azure takes it for absent.
fn can_be(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let Prepared::Texts(expected) = input.prepared() else { return Ok(Tri::False) };
    let Some(kind) = input.value().and_then(Value::kind) else { return Ok(Tri::True) };
    input.fact("kind", kind.with_article());
    input.reason(format!("is {}", kind.with_article()));
    let name = match kind {
        Kind::Null => return Ok(Tri::True),
        Kind::Bool => "boolean",
        Kind::Int => "integer",
        Kind::Float => "number",
        Kind::String => "string",
        Kind::Array => "array",
        Kind::Object => "object",
    };
    Ok(expected.iter().any(|expected| expected.eq_ignore_ascii_case(name)).into())
}
