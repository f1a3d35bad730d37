//! What declared types say: of values that are not known, and of those that do not fit.

use super::term;
use super::unknown::{Bounds, Literal};
use super::value::{Data, Kind, Slot};
use crate::source::FileId;
use crate::template::{Name, Rest, Schema, Template, TypeName};
use std::rc::Rc;

/// How many `$ref`s in a row are followed.
const MAX_REFERENCES: usize = 32;

/// A declared type, its `$ref` followed, with the template in which further references lead somewhere.
#[derive(Clone, Debug)]
pub struct Declared {
    pub(super) schema: Schema,
    template: Rc<Template>,
}

/// What a type says of one member or element.
#[derive(Clone, Debug)]
pub enum Part {
    /// Nothing.
    Open,
    /// There can be none.
    Absent,
    /// It is of this type, and there.
    Required(Rc<Declared>),
    /// It is of this type, or absent, or null.
    Optional(Rc<Declared>),
}

impl Declared {
    /// The type written as `schema` in `template`.
    pub(super) fn new(schema: &Schema, template: &Rc<Template>) -> Rc<Self> {
        Rc::new(Self { schema: resolved(schema, template), template: template.clone() })
    }

    /// The kind of its values, null apart.
    pub(super) fn kind(&self) -> Option<Kind> {
        Some(match self.schema.kind? {
            TypeName::String { .. } => Kind::String,
            TypeName::Int => Kind::Int,
            TypeName::Bool => Kind::Bool,
            TypeName::Object { .. } => Kind::Object,
            TypeName::Array => Kind::Array,
        })
    }

    /// Whether its values may be null.
    pub(super) fn is_nullable(&self) -> bool {
        self.schema.nullable.unwrap_or_default()
    }

    /// Whether a value of it must not be shown.
    fn is_secure(&self) -> bool {
        matches!(self.schema.kind, Some(TypeName::String { secure: true } | TypeName::Object { secure: true }))
    }

    /// What it says of a value that is not known.
    pub(super) fn bounds(self: &Rc<Self>) -> Bounds {
        let (kind, schema) = (self.kind(), &self.schema);
        let length = |length: Option<i64>| length.and_then(|length| u64::try_from(length).ok());
        let sized = matches!(kind, Some(Kind::Array | Kind::String));
        let has_fixed_length = kind == Some(Kind::Array) && matches!(schema.items, Rest::Forbidden);
        let fixed = has_fixed_length.then_some(schema.prefix_items.len() as u64);
        let is_scalar = matches!(kind, Some(Kind::String | Kind::Int | Kind::Bool));
        Bounds {
            kind,
            nullable: schema.nullable.unwrap_or(kind.is_none()),
            domain: self.allowed().filter(|_| is_scalar),
            min_length: fixed.or(length(schema.min_length).filter(|_| sized)).unwrap_or_default(),
            max_length: fixed.or(length(schema.max_length).filter(|_| sized)),
            least: schema.min_value,
            greatest: schema.max_value,
            pieces: None,
            secure: self.is_secure(),
            declared: self.says_something_of_parts().then(|| self.clone()),
        }
    }

    /// `allowedValues`, if all are scalars.
    pub(super) fn allowed(&self) -> Option<Rc<[Literal]>> {
        let allowed = term::literal(FileId::default(), self.schema.allowed_values.as_ref()?);
        let Data::Array(array) = &allowed.data else { return None };
        let literal = |slot: &Slot| match slot {
            Slot::Item(item) => Literal::of(&item.force().data),
            Slot::Rest(_) => None,
        };
        array.slots.iter().map(literal).collect()
    }

    pub(super) fn says_something_of_parts(&self) -> bool {
        let Schema { properties, additional_properties, prefix_items, items, discriminator, .. } = &self.schema;
        !properties.is_empty()
            || !prefix_items.is_empty()
            || discriminator.is_some()
            || !matches!((additional_properties, items), (Rest::Any, Rest::Any))
    }

    /// What it says of the member called `name`, ignoring case, of an object that is not null.
    pub(super) fn member(&self, name: &str) -> Part {
        if let Some((_, schema)) = self.schema.properties.iter().find(|(own, _)| own.is(name)) {
            let declared = Self::new(schema, &self.template);
            let is_optional = declared.is_nullable() || declared.schema.kind.is_none();
            return if is_optional { Part::Optional(declared) } else { Part::Required(declared) };
        }
        if self.schema.discriminator.is_some() {
            return Part::Open;
        }
        match &self.schema.additional_properties {
            Rest::Any => Part::Open,
            Rest::Forbidden => Part::Absent,
            Rest::Of(schema) => Part::Optional(Self::new(schema, &self.template)),
        }
    }

    /// What it says of the element at `index` from 0; of any element behind the fixed ones without one.
    pub(super) fn element(&self, index: Option<usize>) -> Part {
        let fixed = index.and_then(|index| self.schema.prefix_items.get(index));
        let schema = match (fixed, &self.schema.items) {
            (Some(schema), _) => schema,
            (None, Rest::Of(schema)) if index.is_some() || self.schema.prefix_items.is_empty() => schema,
            (None, Rest::Forbidden) if index.is_some() => return Part::Absent,
            _ => return Part::Open,
        };
        Part::Required(Self::new(schema, &self.template))
    }

    /// The names of the members that every value has.
    pub(super) fn required(&self) -> impl Iterator<Item = &Name> {
        let is_required = |name: &&Name| matches!(self.member(&name.text), Part::Required(_));
        self.schema.properties.iter().map(|(name, _)| name).filter(is_required)
    }
}

impl Part {
    /// What is certain of the part, should it be there.
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Open | Self::Absent => Bounds::any(),
            Self::Required(declared) => declared.bounds(),
            Self::Optional(declared) => Bounds { nullable: true, ..declared.bounds() },
        }
    }
}

/// A schema with its `$ref` followed: what stands beside the reference goes over what it names.
pub(super) fn resolved(schema: &Schema, template: &Template) -> Schema {
    let mut schema = schema.clone();
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = schema.reference.take() else { break };
        let Some(target) = definition(&reference.text, template) else { break };
        schema = Schema {
            kind: schema.kind.or(target.kind),
            reference: target.reference.clone(),
            nullable: schema.nullable.or(target.nullable),
            allowed_values: schema.allowed_values.or_else(|| target.allowed_values.clone()),
            min_length: schema.min_length.or(target.min_length),
            max_length: schema.max_length.or(target.max_length),
            min_value: schema.min_value.or(target.min_value),
            max_value: schema.max_value.or(target.max_value),
            span: schema.span,
            ..target.clone()
        };
    }
    schema
}

/// The definition that a pointer like `#/definitions/Name/properties/x` names.
fn definition<'t>(pointer: &str, template: &'t Template) -> Option<&'t Schema> {
    let mut steps =
        pointer.strip_prefix("#/definitions/")?.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let find =
        |list: &'t [(Name, Schema)], name: &str| list.iter().find(|(key, _)| key.is(name)).map(|(_, schema)| schema);
    let mut schema = find(&template.definitions, &steps.next()?)?;
    while let Some(step) = steps.next() {
        schema = match step.as_str() {
            "properties" => find(&schema.properties, &steps.next()?)?,
            "items" => rest(&schema.items)?,
            "additionalProperties" => rest(&schema.additional_properties)?,
            "prefixItems" => schema.prefix_items.get(steps.next()?.parse::<usize>().ok()?)?,
            "discriminator" if steps.next()? == "mapping" => find(&schema.discriminator.as_ref()?.1, &steps.next()?)?,
            _ => return None,
        };
    }
    Some(schema)
}

fn rest(rest: &Rest) -> Option<&Schema> {
    match rest {
        Rest::Of(schema) => Some(schema),
        _ => None,
    }
}
