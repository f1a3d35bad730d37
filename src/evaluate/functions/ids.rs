//! Resource ids.

use super::pieces::Pieces;
use crate::evaluate::call::{Call, Function, Stop, known};
use crate::evaluate::value::{Data, Kind, Value};

const TEXT: Option<Kind> = Some(Kind::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "tenantresourceid", min: 2, max: None, kind: TEXT, run: tenant_resource_id },
    Function { name: "extensionresourceid", min: 3, max: None, kind: TEXT, run: extension_resource_id },
];

/// Whether a text can be a resource type: a namespace with a dot, and at least one kind behind it.
pub fn is_resource_type(text: &str) -> bool {
    let mut segments = text.trim_end_matches('/').split('/');
    let namespace = segments.next().unwrap_or_default();
    namespace.contains('.') && segments.next().is_some()
}

/// Appends `providers/Namespace/kind/name/...`: the kinds of the type and the names, which may be unknown, by turns.
pub fn push_resource(call: &Call<'_>, id: &mut Pieces, type_: &str, names: &[Value]) -> Result<(), Stop> {
    let type_ = type_.trim_end_matches('/');
    let mut kinds = type_.split('/');
    id.known("providers/")?;
    id.known(kinds.next().unwrap_or_default())?;
    let kinds: Vec<&str> = kinds.collect();
    if kinds.len() != names.len() {
        return Err(Stop::error(format!("'{type_}' takes {} names, not {}", kinds.len(), names.len())));
    }
    for (kind, name) in kinds.iter().zip(names) {
        id.known("/")?;
        id.known(kind)?;
        id.known("/")?;
        push_text(call, id, name)?;
    }
    Ok(())
}

fn push_text(call: &Call<'_>, id: &mut Pieces, value: &Value) -> Result<(), Stop> {
    match &value.data {
        Data::String(text) => id.known(text),
        Data::Unknown(unknown) if matches!(unknown.bounds.kind, Some(Kind::String) | None) => id.unknown(unknown),
        data => Err(call.mistyped(0, "a string", data)),
    }
}

fn values(call: &Call<'_>) -> Result<Vec<Value>, Stop> {
    (0..call.args.len()).map(|index| call.value(index)).collect()
}

fn type_of(value: &Value) -> Result<String, Stop> {
    let value = known(value.clone())?;
    match value.as_str() {
        Some(text) if is_resource_type(text) => Ok(text.to_owned()),
        _ => Err(Stop::error("there is no resource type")),
    }
}

fn tenant_resource_id(call: &Call<'_>) -> Result<Value, Stop> {
    let values = values(call)?;
    let Some((type_, names)) = values.split_first() else { return Err(Stop::error("there is no resource type")) };
    let mut id = Pieces::new(call);
    id.known("/")?;
    push_resource(call, &mut id, &type_of(type_)?, names)?;
    Ok(id.finish())
}

fn extension_resource_id(call: &Call<'_>) -> Result<Value, Stop> {
    let values = values(call)?;
    let [base, type_, names @ ..] = values.as_slice() else { return Err(Stop::error("there is no resource type")) };
    let mut id = Pieces::new(call);
    push_text(call, &mut id, base)?;
    id.known("/")?;
    push_resource(call, &mut id, &type_of(type_)?, names)?;
    Ok(id.finish())
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn makes_ids() {
        check(&[
            (
                "tenantResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
                "'/providers/Microsoft.Authorization/roleDefinitions/x'",
            ),
            (
                "extensionResourceId('/subscriptions/s', 'A.B/c/d', 'x', 'y')",
                "'/subscriptions/s/providers/A.B/c/x/d/y'",
            ),
            ("tenantResourceId('A.B/c', 'x', 'y')", "error: tenantresourceid(): 'A.B/c' takes 1 names, not 2"),
            ("tenantResourceId('A.B/c', @('text'))", "concat('/providers/A.B/c/', @('text'))"),
            ("last(split(extensionResourceId(@('text'), 'A.B/c', 'x'), '/'))", "'x'"),
        ]);
    }
}
