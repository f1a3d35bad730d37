//! Whether a value is what a parameter declares. The deployment fails on one that is not, so nothing is claimed of what rests on it.

use super::context::Context;
use super::types::{Declared, Part};
use super::unknown::{Cause, Literal, Symbol};
use super::value::{Array, Data, Kind, Lazy, Member, Object, Slot, Value};
use crate::source::Place;
use std::rc::Rc;

/// What a value has to fit.
#[derive(Clone)]
pub(super) struct Fit {
    pub(super) declared: Rc<Declared>,
    /// What takes the value, for a person: `parameter 'x'`.
    pub(super) what: Rc<str>,
    /// What a value that does not fit is called.
    pub(super) symbol: Symbol,
    /// Whether a text for something else is a placeholder that a person fills in later.
    pub(super) takes_placeholders: bool,
    /// Whether null is refused unless the type says that it may be.
    pub(super) refuses_null: bool,
}

impl Fit {
    /// The value as its taker has it: parts are looked at when asked for.
    pub(super) fn apply(&self, context: &Rc<Context>, value: Value) -> Value {
        match &value.data {
            Data::Choice(choice) => {
                let branch = |lazy: &Lazy, answer| {
                    let context = context.with(choice.symbol.clone(), answer);
                    self.lazily(&context, lazy, value.origin.place)
                };
                let (then, otherwise) = (branch(&choice.then, true), branch(&choice.otherwise, false));
                Value::choice(choice.symbol.clone(), then, otherwise, value.origin.clone())
            }
            Data::Unknown(_) => self.narrowed(context, value),
            Data::Null if self.refuses_null && !self.declared.is_nullable() && self.declared.kind().is_some() => {
                self.mistyped(context, value, Kind::Null)
            }
            Data::Null => value,
            _ => self.known(context, value),
        }
    }

    fn lazily(&self, context: &Rc<Context>, lazy: &Lazy, place: Place) -> Lazy {
        let (fit, context, lazy) = (self.clone(), context.clone(), lazy.clone());
        let circular = context.clone();
        Lazy::new(
            move || fit.apply(&context, lazy.force()),
            move || circular.error(place, "the value depends on itself"),
        )
    }

    fn known(&self, context: &Rc<Context>, value: Value) -> Value {
        let Some(actual) = value.kind() else { return value };
        if self.declared.kind().is_some_and(|expected| expected != actual) {
            return self.mistyped(context, value, actual);
        }
        if let Some(wrong) = self.broken(&value) {
            return self.refused(context, value, wrong);
        }
        match &value.data {
            Data::Array(array) => {
                let data = Data::Array(Rc::new(self.elements(context, array, value.origin.place)));
                Value { data, origin: value.origin }
            }
            Data::Object(object) => match &**object {
                Object::Members(members) if self.declared.says_something_of_parts() => {
                    let data = Data::object(self.members(context, members, value.origin.place));
                    Value { data, origin: value.origin }
                }
                Object::Members(_) | Object::Merged { .. } => value,
            },
            _ => value,
        }
    }

    /// The constraint that a known value breaks.
    fn broken(&self, value: &Value) -> Option<String> {
        let (schema, what) = (&self.declared.schema, &self.what);
        let out = |size: i64, least: Option<i64>, most: Option<i64>, unit: &str| match (least, most) {
            (Some(least), _) if size < least => Some(format!("{what} takes at least {least}{unit}")),
            (_, Some(most)) if size > most => Some(format!("{what} takes at most {most}{unit}")),
            _ => None,
        };
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        match &value.data {
            Data::String(text) => {
                let length = count(text.encode_utf16().count());
                self.disallowed(&value.data)
                    .or_else(|| out(length, schema.min_length, schema.max_length, " characters"))
            }
            Data::Int(number) => {
                self.disallowed(&value.data).or_else(|| out(*number, schema.min_value, schema.max_value, ""))
            }
            Data::Bool(_) => self.disallowed(&value.data),
            Data::Array(array) => match array.len() {
                Some(length) => out(count(length), schema.min_length, schema.max_length, " elements"),
                None => {
                    out(i64::MAX, None, schema.max_length.filter(|most| count(array.min_len()) > *most), " elements")
                }
            },
            _ => None,
        }
    }

    /// Whether a scalar is none of the values that are listed. Whether the engine minds case is not settled, so it is let pass.
    fn disallowed(&self, data: &Data) -> Option<String> {
        let allowed = self.declared.allowed()?;
        let given = Literal::of(data)?;
        let is_same = |allowed: &Literal| match (allowed, &given) {
            (Literal::String(allowed), Literal::String(given)) => allowed.to_lowercase() == given.to_lowercase(),
            (allowed, given) => allowed == given,
        };
        (!allowed.iter().any(is_same)).then(|| format!("{} is given a value that it does not allow", self.what))
    }

    fn elements(&self, context: &Rc<Context>, array: &Array, place: Place) -> Array {
        // The allowed values of an array are those of its elements, unless they are arrays themselves.
        let lists_elements = self.declared.schema.allowed_values.is_some() && self.declared.allowed().is_some();
        let mut index = Some(0);
        let slot = |slot: &Slot| match slot {
            Slot::Item(item) => {
                let part = self.declared.element(index);
                let item = match (&part, lists_elements) {
                    (Part::Required(declared), _) => {
                        let shown = index.map_or_else(|| "[*]".to_owned(), |index| format!("[{index}]"));
                        self.part(declared.clone(), &shown).lazily(context, item, place)
                    }
                    (_, true) => self.listed(context, item, place),
                    _ => item.clone(),
                };
                index = index.map(|index| index + 1);
                Slot::Item(item)
            }
            Slot::Rest(rest) => {
                index = None;
                Slot::Rest(rest.clone())
            }
        };
        Array { slots: array.slots.iter().map(slot).collect() }
    }

    /// An element that must be one of the listed values.
    fn listed(&self, context: &Rc<Context>, item: &Lazy, place: Place) -> Lazy {
        let (fit, inner, item, circular) = (self.clone(), context.clone(), item.clone(), context.clone());
        let look = move || {
            let value = item.force();
            match fit.disallowed(&value.data) {
                Some(wrong) => inner.error(value.origin.place, wrong),
                None => value,
            }
        };
        Lazy::new(look, move || circular.error(place, "the value depends on itself"))
    }

    fn members(&self, context: &Rc<Context>, members: &[Member], place: Place) -> Vec<Member> {
        let member = |member: &Member| {
            let value = match self.declared.member(&member.name) {
                Part::Required(declared) | Part::Optional(declared) => {
                    self.part(declared, &format!(".{}", member.name)).lazily(context, &member.value, place)
                }
                Part::Open | Part::Absent => member.value.clone(),
            };
            Member { value, ..member.clone() }
        };
        let mut fitting: Vec<Member> = members.iter().map(member).collect();
        for name in self.declared.required() {
            if !members.iter().any(|member| name.is(&member.name)) {
                let value = context.error(place, format!("{} requires the property '{}'", self.what, name.text));
                fitting.push(Member { name: name.text.clone(), key: place, value: Lazy::known(value) });
            }
        }
        fitting
    }

    fn part(&self, declared: Rc<Declared>, path: &str) -> Self {
        let what = format!("{path} of {}", self.what);
        let symbol = Symbol::new(format!("{}{path}", self.symbol.text));
        Self { declared, what: what.trim_start_matches('.').into(), symbol, ..self.clone() }
    }

    /// An unknown with what the type adds to it.
    fn narrowed(&self, context: &Rc<Context>, value: Value) -> Value {
        let Data::Unknown(unknown) = &value.data else { return value };
        let declared = self.declared.bounds();
        let (own, kind) = (&unknown.bounds, unknown.bounds.kind);
        if let (Some(expected), Some(actual)) = (declared.kind, kind)
            && expected != actual
        {
            return if own.nullable { value } else { self.mistyped(context, value, actual) };
        }
        let mut bounds = own.clone();
        bounds.kind = kind.or(declared.kind);
        bounds.nullable &= declared.nullable || !self.refuses_null && kind.is_some();
        bounds.min_length = own.min_length.max(declared.min_length);
        bounds.max_length = [own.max_length, declared.max_length].into_iter().flatten().min();
        bounds.least = [own.least, declared.least].into_iter().flatten().max();
        bounds.greatest = [own.greatest, declared.greatest].into_iter().flatten().min();
        bounds.domain = own.domain.clone().or(declared.domain);
        bounds.secure |= declared.secure;
        bounds.declared = own.declared.clone().or(declared.declared);
        unknown.derive(unknown.symbol.clone(), bounds, value.origin.clone())
    }

    /// A value of another kind. A text for anything else may be a placeholder; other mismatches are what the deployment fails on.
    fn mistyped(&self, context: &Rc<Context>, value: Value, actual: Kind) -> Value {
        let expected = self.declared.kind().map_or("something else", Kind::with_article);
        let cause = match &value.data {
            Data::String(text) if self.takes_placeholders => {
                Cause::Placeholder(format!("'{text}' for {expected}").into())
            }
            Data::Unknown(unknown) if matches!(unknown.reason.cause, Cause::Placeholder(_)) => {
                unknown.reason.cause.clone()
            }
            _ => Cause::Error(format!("{} takes {expected} and is given {}", self.what, actual.with_article()).into()),
        };
        self.instead(context, value, cause)
    }

    fn refused(&self, context: &Rc<Context>, value: Value, wrong: String) -> Value {
        self.instead(context, value, Cause::Error(wrong.into()))
    }

    fn instead(&self, context: &Rc<Context>, value: Value, cause: Cause) -> Value {
        let bounds = self.declared.bounds();
        let mut unknown = context.unknown(self.symbol.clone(), cause, bounds, value.origin.place);
        unknown.origin = value.origin;
        unknown
    }
}
