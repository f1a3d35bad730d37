//! Objects, and what objects and arrays have in common.

use super::arrays;
use super::equality::{self, Same};
use crate::evaluate::call::{Call, Function, Stop, carried, known, settled, slots_of};
use crate::evaluate::types::Part;
use crate::evaluate::unknown::{Bounds, Literal, Symbol, Unknown};
use crate::evaluate::value::{Data, Kind, Lazy, Lookup, Member, Object, Origin, Slot, Value};
use crate::limits::MAX_LAYERS;
use std::rc::Rc;

/// How deep merges may stand in the later arguments of merges.
const MAX_MERGES: usize = 32;

const OBJECT: Option<Kind> = Some(Kind::Object);
const ARRAY: Option<Kind> = Some(Kind::Array);

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "createobject", min: 0, max: None, kind: OBJECT, run: create_object },
    Function { name: "union", min: 2, max: None, kind: None, run: union },
    Function { name: "shallowmerge", min: 1, max: Some(1), kind: OBJECT, run: shallow_merge },
    Function { name: "intersection", min: 2, max: None, kind: None, run: intersection },
    Function { name: "items", min: 1, max: Some(1), kind: ARRAY, run: items },
    Function { name: "objectkeys", min: 1, max: Some(1), kind: ARRAY, run: object_keys },
    Function { name: "tryget", min: 2, max: None, kind: None, run: try_get },
    Function { name: "tryindexfromend", min: 2, max: None, kind: None, run: try_index_from_end },
];

/// An object under construction: known members, and layers for what has no known key.
pub(super) struct Builder {
    layers: Vec<Value>,
    members: Vec<Member>,
    origin: Origin,
}

impl Builder {
    /// An object made by this call.
    pub(super) fn new(call: &Call<'_>) -> Self {
        Self { layers: Vec::new(), members: Vec::new(), origin: Origin::computed(call.place) }
    }

    /// Adds a member with a known key.
    pub(super) fn member(&mut self, member: Member) {
        self.members.push(member);
    }

    /// Adds an object of which the keys are not known.
    pub(super) fn layer(&mut self, layer: Value) {
        self.close();
        self.layers.push(layer);
    }

    fn close(&mut self) {
        if !self.members.is_empty() {
            let members = std::mem::take(&mut self.members);
            self.layers.push(Value::new(Data::object(members), self.origin.clone()));
        }
    }

    /// The object.
    pub(super) fn finish(mut self) -> Value {
        if self.layers.is_empty() {
            return Value::new(Data::object(self.members), self.origin);
        }
        self.close();
        match self.layers.as_slice() {
            [only] => only.clone(),
            _ => Value::new(Data::Object(Rc::new(Object::Merged { layers: self.layers, deep: false })), self.origin),
        }
    }
}

fn create_object(call: &Call<'_>) -> Result<Value, Stop> {
    let mut object = Builder::new(call);
    for pair in call.args.chunks(2) {
        let [key, value] = pair else { return Err(Stop::error("a key is without value")) };
        let key = settled(key.force())?;
        match &key.data {
            Data::String(name) => {
                object.member(Member { name: name.clone(), key: key.origin.place, value: value.clone() });
            }
            Data::Unknown(unknown) => object.layer(unknown_member(call, unknown, value)),
            data => {
                let kind = Value::new(data.clone(), key.origin.clone()).kind();
                return Err(Stop::error(format!("a key is {}", kind.map_or("no string", Kind::with_article))));
            }
        }
    }
    Ok(object.finish())
}

/// An object of one member with an unknown key.
pub(super) fn unknown_member(call: &Call<'_>, key: &Rc<Unknown>, value: &Lazy) -> Value {
    let symbol = Symbol::new(format!("createobject({}, {})", key.symbol.text, call.text(&value.force())));
    let bounds = Bounds { min_length: 1, max_length: Some(1), ..Bounds::of(Kind::Object) };
    key.derive(symbol, bounds, Origin::computed(call.place))
}

/// Arrays become one without repetitions; objects are laid over each other, and objects under one key in turn.
fn union(call: &Call<'_>) -> Result<Value, Stop> {
    let values: Vec<Value> = call.args.iter().map(Lazy::force).collect();
    let kinds: Vec<Option<Kind>> = values.iter().map(|value| shape(value, 8)).collect();
    if let Some(kind) = kinds.iter().flatten().find(|kind| !matches!(kind, Kind::Array | Kind::Object | Kind::Null)) {
        return Err(Stop::error(format!("{} can be merged with nothing", kind.with_article())));
    }
    match (kinds.contains(&OBJECT), kinds.contains(&ARRAY)) {
        (true, true) => Err(Stop::error("arrays cannot be merged with objects")),
        (true, false) => merge(call, values, true),
        (false, true) => {
            let mut slots = Vec::new();
            for value in values {
                let value = settled(value)?;
                slots.extend(slots_of(&value).unwrap_or_default());
            }
            arrays::set(call, slots)
        }
        (false, false) => {
            for value in values {
                known(value)?;
            }
            Err(Stop::unsettled("the union of nulls"))
        }
    }
}

/// The kind of a value or of the branches of a choice; null if nothing else is certain, `None` if nothing is.
fn shape(value: &Value, depth: usize) -> Option<Kind> {
    match &value.data {
        Data::Choice(choice) if depth > 0 => match shape(&choice.then.force(), depth - 1) {
            Some(Kind::Null) | None => shape(&choice.otherwise.force(), depth - 1),
            kind => kind,
        },
        Data::Unknown(unknown) => unknown.bounds.kind,
        _ => value.kind(),
    }
}

/// Lays objects, unknowns and choices over each other. Nulls are skipped.
fn merge(call: &Call<'_>, values: Vec<Value>, deep: bool) -> Result<Value, Stop> {
    let mut layers = Vec::new();
    for value in values {
        match &value.data {
            Data::Null => {}
            // What the first argument merges can be merged right here, so that long chains stay flat.
            Data::Object(object) => match &**object {
                Object::Merged { layers: inner, deep: as_deep } if *as_deep == deep && layers.is_empty() => {
                    let within = |layer: &Value| Value::new(layer.data.clone(), layer.origin.within(&value.origin));
                    layers.extend(inner.iter().map(within));
                }
                _ if merges(&value, MAX_MERGES).is_none() => {
                    return Err(Stop::Limit(format!("{MAX_MERGES} merges in each other")));
                }
                _ => layers.push(value),
            },
            Data::Choice(_) => layers.push(value),
            Data::Unknown(unknown) => match unknown.bounds.kind {
                Some(Kind::Object) | None => layers.push(value),
                Some(kind) => {
                    return Err(Stop::error(format!("{} cannot be merged with objects", kind.with_article())));
                }
            },
            data => return Err(call.mistyped(0, "objects only", data)),
        }
        if layers.len() > MAX_LAYERS {
            return Err(Stop::Limit(format!("{MAX_LAYERS} objects merged")));
        }
    }
    match layers.as_slice() {
        [Value { data: Data::Unknown(unknown), .. }] if !unknown.bounds.nullable && unknown.bounds.kind.is_some() => {
            Ok(layers.swap_remove(0))
        }
        _ => Ok(call.result(Data::Object(Rc::new(Object::Merged { layers, deep })))),
    }
}

/// How many merges stand in each other; `None` if more than `most`.
fn merges(value: &Value, most: usize) -> Option<usize> {
    let Data::Object(object) = &value.data else { return Some(0) };
    let Object::Merged { layers, .. } = &**object else { return Some(0) };
    let below = most.checked_sub(1)?;
    let mut deepest = 0;
    for layer in layers {
        deepest = deepest.max(merges(layer, below)?);
    }
    Some(deepest + 1)
}

fn shallow_merge(call: &Call<'_>) -> Result<Value, Stop> {
    let mut layers = Vec::new();
    for slot in call.slots(0)? {
        match slot {
            Slot::Item(item) => layers.push(item.force()),
            Slot::Rest(Value { data: Data::Unknown(unknown), .. }) => {
                let symbol = Symbol::new(format!("shallowmerge({})", unknown.symbol.text));
                layers.push(unknown.derive(symbol, Bounds::of(Kind::Object), Origin::computed(call.place)));
            }
            Slot::Rest(_) => {}
        }
    }
    merge(call, layers, false)
}

fn intersection(call: &Call<'_>) -> Result<Value, Stop> {
    let values = (0..call.args.len()).map(|index| call.value(index)).collect::<Result<Vec<_>, _>>()?;
    let kinds: Vec<Option<Kind>> = values.iter().map(|value| shape(value, 0)).collect();
    match (kinds.contains(&OBJECT), kinds.contains(&ARRAY)) {
        (true, true) => Err(Stop::error("arrays and objects have nothing in common")),
        (false, true) => {
            let slots = |(index, value)| slots_of(value).ok_or_else(|| call.mistyped(index, "an array", &value.data));
            let arrays = values.iter().enumerate().map(slots).collect::<Result<Vec<_>, _>>()?;
            arrays::common(call, arrays)
        }
        (true, false) => common_members(call, values),
        (false, false) => {
            for value in values {
                known(value)?;
            }
            Err(Stop::error("only arrays and objects have anything in common"))
        }
    }
}

fn common_members(call: &Call<'_>, values: Vec<Value>) -> Result<Value, Stop> {
    let values = values.into_iter().map(known).collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = values.split_first() else { return Ok(call.result(Data::object(Vec::new()))) };
    let mut kept = Vec::new();
    for member in members(call, first)? {
        let mut same = Same::Yes;
        for other in others {
            let part = match other.member(&member.name) {
                Lookup::Present(value) => equality::same(&member.value.force(), &value),
                Lookup::Absent => Same::No,
                open => return Err(Stop::from(open)),
            };
            same = Same::all([same, part]);
        }
        match same {
            Same::Yes => kept.push(member),
            Same::No => {}
            Same::Split(symbol) => return Err(Stop::Split(symbol)),
            Same::Maybe(_, Some(symbol)) => return Err(Stop::Split(Rc::new(symbol))),
            Same::Maybe(unknown, None) => return Err(Stop::Unknown(unknown)),
            Same::TooMuch => return Same::TooMuch.answer(call),
        }
    }
    Ok(call.result(Data::object(kept)))
}

/// The members of a known object, each remembering the way the object took.
pub(super) fn members(call: &Call<'_>, value: &Value) -> Result<Vec<Member>, Stop> {
    match &value.data {
        Data::Object(object) => {
            let members = object.members(&value.origin)?;
            Ok(members
                .into_iter()
                .map(|member| Member { value: carried(&member.value, &value.origin), ..member })
                .collect())
        }
        data => Err(call.mistyped(0, "an object", data)),
    }
}

/// Members by key ignoring case. Which order the engine gives other characters than letters and digits is not documented.
fn sorted_members(call: &Call<'_>) -> Result<Vec<Member>, Stop> {
    let value = call.known(0)?;
    let mut members = members(call, &value)?;
    members.sort_by_cached_key(|member| member.name.to_uppercase());
    Ok(members)
}

fn key_of(member: &Member) -> Value {
    Value::new(Data::String(member.name.clone()), Origin::computed(member.key))
}

fn items(call: &Call<'_>) -> Result<Value, Stop> {
    let item = |member: Member| {
        let key = member.key;
        let pair = vec![
            Member { name: "key".into(), key, value: Lazy::known(key_of(&member)) },
            Member { name: "value".into(), key, value: member.value },
        ];
        Slot::Item(Lazy::known(Value::new(Data::object(pair), Origin::computed(key))))
    };
    call.array_result(sorted_members(call)?.into_iter().map(item).collect())
}

fn object_keys(call: &Call<'_>) -> Result<Value, Stop> {
    call.array_result(sorted_members(call)?.iter().map(|member| Slot::Item(Lazy::known(key_of(member)))).collect())
}

fn try_get(call: &Call<'_>) -> Result<Value, Stop> {
    let mut value = call.value(0)?;
    for index in 1..call.args.len() {
        let step = call.value(index)?;
        match walk(call, &value, &step)? {
            Some(next) => value = settled(next)?,
            None => return Ok(call.result(Data::Null)),
        }
    }
    Ok(value)
}

fn try_index_from_end(call: &Call<'_>) -> Result<Value, Stop> {
    let base = call.value(0)?;
    let index = call.int(1)?;
    let first = match &base.data {
        Data::Null => None,
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        _ => arrays::from_end(call, &base, index)?,
    };
    let Some(first) = first else { return Ok(call.result(Data::Null)) };
    let mut value = settled(first)?;
    for index in 2..call.args.len() {
        let step = call.value(index)?;
        match walk(call, &value, &step)? {
            Some(next) => value = settled(next)?,
            None => return Ok(call.result(Data::Null)),
        }
    }
    Ok(value)
}

/// One step of a path; `None` where it leads to nothing.
fn walk(call: &Call<'_>, base: &Value, step: &Value) -> Result<Option<Value>, Stop> {
    match (&base.data, &step.data) {
        (Data::Null, _) => Ok(None),
        (Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::String(_), _) => {
            Err(Stop::unsettled("a path that leads into a scalar"))
        }
        (_, Data::Unknown(key)) => by_unknown(call, base, key),
        (_, Data::Object(_)) => from_end_step(call, base, step),
        (_, Data::String(name)) => found(call, base, base.member(name), &Literal::String(name.clone())),
        (_, Data::Int(index)) => match usize::try_from(*index) {
            Ok(at) => found(call, base, base.element(at), &Literal::Int(*index)),
            Err(_) => Ok(None),
        },
        (_, data) => Err(call.mistyped(1, "a string or an integer", data)),
    }
}

fn found(call: &Call<'_>, base: &Value, lookup: Lookup, step: &Literal) -> Result<Option<Value>, Stop> {
    match lookup {
        Lookup::Present(value) => Ok(Some(value)),
        Lookup::Absent => Ok(None),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
        Lookup::Unknown(unknown) => {
            let symbol = Symbol::new(format!("tryget({}, {step})", call.text(base)));
            let part = match (&base.data, step) {
                (_, Literal::String(name)) => unknown.member(name),
                (Data::Unknown(_), Literal::Int(index)) => unknown.element(usize::try_from(*index).ok()),
                _ => Part::Open,
            };
            let bounds = Bounds { nullable: true, ..part.bounds() };
            Ok(Some(unknown.derive(symbol, bounds, Origin::computed(call.place))))
        }
    }
}

/// A step `{value: n, fromEnd: true}`.
fn from_end_step(call: &Call<'_>, base: &Value, step: &Value) -> Result<Option<Value>, Stop> {
    let part = |name: &str| match step.member(name) {
        Lookup::Present(value) => known(value).map(Some),
        Lookup::Absent => Ok(None),
        open => Err(Stop::from(open)),
    };
    let Some(index) = part("value")? else { return Err(Stop::error("a step has no 'value'")) };
    let is_from_end = matches!(part("fromEnd")?, Some(Value { data: Data::Bool(true), .. }));
    match (&index.data, is_from_end) {
        (Data::Int(index), true) => arrays::from_end(call, base, *index),
        (Data::Int(_) | Data::String(_), false) => walk(call, base, &index),
        (data, _) => Err(call.mistyped(1, "a step with an integer", data)),
    }
}

/// A key of which the possible values are listed is asked for one after the other.
fn by_unknown(call: &Call<'_>, base: &Value, key: &Rc<Unknown>) -> Result<Option<Value>, Stop> {
    let domain = key.bounds.domain.as_deref().unwrap_or_default();
    if let (Data::Object(_) | Data::Array(_), Some(first)) = (&base.data, domain.first()) {
        return Err(Stop::Split(Rc::new(Symbol::equals(&key.symbol, first.clone()))));
    }
    let symbol = Symbol::new(format!("tryget({}, {})", call.text(base), key.symbol.text));
    Ok(Some(key.derive(symbol, Bounds::any(), Origin::computed(call.place))))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn merges_objects() {
        check(&[
            ("createObject()", "createObject()"),
            ("createObject('a', 1, 'b', null())", "createObject('a', 1, 'b', null())"),
            ("createObject('a')", "error: createobject(): a key is without value"),
            (
                "items(union(createObject('a', createObject('x', 1)), createObject('A', createObject('y', 2))))[0].value.x",
                "1",
            ),
            (
                "items(union(createObject('a', createObject('x', 1)), createObject('A', createObject('y', 2))))[0].value.y",
                "2",
            ),
            ("union(createObject('a', createArray(1)), createObject('a', createArray(2))).a", "createArray(2)"),
            ("length(union(createObject('a', 1), createObject('A', 2, 'b', 3)))", "2"),
            ("union(createObject('a', 1), null()).a", "1"),
            ("union(createArray(1, 2), createArray(2, 3))", "createArray(1, 2, 3)"),
            ("union(createArray(1), createObject())", "error: union(): arrays cannot be merged with objects"),
            (
                "tryGet(shallowMerge(createArray(createObject('a', createObject('x', 1)), createObject('a', createObject('y', 2)))).a, 'x')",
                "null()",
            ),
            ("intersection(createArray(1, 2, 3), createArray(3, 2, 4))", "createArray(2, 3)"),
            ("intersection(createObject('a', 1, 'b', 2), createObject('b', 2, 'a', 3))", "createObject('b', 2)"),
            ("objectKeys(createObject('b', 1, 'A', 2, '1', 3))", "createArray('1', 'A', 'b')"),
            (
                "items(createObject('b', 1, 'A', 2))",
                "createArray(createObject('key', 'A', 'value', 2), createObject('key', 'b', 'value', 1))",
            ),
        ]);
    }

    #[test]
    fn looks_where_there_may_be_nothing() {
        check(&[
            ("tryGet(createObject('a', createArray(1, 2)), 'A', 1)", "2"),
            ("tryGet(createObject('a', 1), 'b', 'c')", "null()"),
            ("tryGet(null(), 'a')", "null()"),
            ("tryGet(createArray(1), 1)", "null()"),
            ("tryGet('text', 'a')", "unsettled: a path that leads into a scalar"),
            ("tryGet(createArray(1, 2), createObject('value', 1, 'fromEnd', true()))", "2"),
            ("tryIndexFromEnd(createArray(1, 2), 3)", "null()"),
            ("tryIndexFromEnd(createArray(1, createObject('a', 5)), 1, 'a')", "5"),
        ]);
    }

    #[test]
    fn merges_unknowns() {
        check(&[
            ("union(createObject('a', 1), @('map')).a", "if(contains(@('map'), 'a'), @('map').a, 1)"),
            ("union(@('map'), createObject('a', 1)).a", "1"),
            ("union(createObject('a', 1), if(@('flag'), createObject('b', 2), createObject())).a", "1"),
            (
                "tryGet(union(createObject('a', 1), if(@('flag'), createObject('b', 2), createObject())), 'b')",
                "if(@('flag'), 2, null())",
            ),
            (
                "union(createObject('a', createObject('x', 1)), if(@('flag'), createObject('a', createObject('y', 2)), createObject())).a.x",
                "1",
            ),
            ("union(@('list'), createArray('a', 'a'))", "concat(@('list'), createArray('a'))"),
            ("empty(union(@('filledList'), createArray()))", "false()"),
            ("empty(union(createObject('a', 1), @('map')))", "false()"),
            ("empty(union(createObject(), @('map')))", "if(empty(@('map')), true(), false())"),
            (
                "union(if(@('flag'), createArray(1), createArray()), createArray(2))",
                "if(@('flag'), createArray(1, 2), createArray(2))",
            ),
            ("createObject(@('text'), 1, 'a', 2).a", "2"),
            ("tryGet(@('map'), 'a')", "tryget(@('map'), 'a')"),
            ("tryGet(@('map'), 'a', 'b')", "tryget(tryget(@('map'), 'a'), 'b')"),
            ("tryGet(createObject('Free', 1), @('tier'))", "if(equals(@('tier'), 'Free'), 1, null())"),
            (
                "coalesce(tryGet(@('map'), 'a'), 5)",
                "if(equals(tryget(@('map'), 'a'), null()), 5, tryget(@('map'), 'a'))",
            ),
            ("tryGet(createObject('a', @('any')), 'a')", "@('any')"),
            ("items(@('map'))", "items(@('map'))"),
        ]);
    }
}
