//! Following a path through a value.

use super::{Key, ObjectPath, Segment, View, append, describe, join, push};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::mark;
use crate::evaluate::unknown::{Bounds, Cause, Reason, Symbol, Unknown, World};
use crate::evaluate::value::{Array, Data, Kind, Lazy, Lookup, Origin, Slot, Value};
use crate::limits::MAX_ITEMS;
use crate::rules::tri::Tri;
use crate::schema::ApiVersion;
use crate::source::Place;
use std::rc::Rc;

/// How deeply `..name` searches.
const MAX_DEPTH: usize = 100;
/// How many values one path may find.
const MAX_FOUND: usize = 100_000;

/// A value and the full path that leads to it from the resource: `properties.agentPoolProfiles[1].enableNodePublicIP`.
#[derive(Clone, Debug)]
pub struct Located {
    /// The value.
    pub value: Value,
    /// The path; empty for the resource itself.
    pub path: Rc<str>,
}

impl Located {
    /// A whole resource.
    pub fn whole(value: Value) -> Self {
        Self { value, path: Rc::default() }
    }
}

/// Where a path stops short.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The deepest value that exists.
    pub parent: Located,
    /// What is not there, relative to `parent`: `authorizedIPRanges`, `apiServerAccessProfile.authorizedIPRanges`, `[3]`.
    pub rest: String,
    /// The null that stands in the place of the first missing member, if one is written there.
    pub null: Option<Value>,
}

impl Missing {
    /// The full path of what is missing.
    pub fn path(&self) -> String {
        append(&self.parent.path, &self.rest)
    }
}

/// One of several values, or a gap.
#[derive(Clone, Debug)]
pub enum PathSlot {
    /// A value.
    Found(Located),
    /// Any number of values that depend on this unknown; the path is that of the container.
    Open(Rc<Unknown>, Rc<str>),
}

/// What a path leads to.
#[derive(Clone, Debug)]
pub enum Resolution {
    /// One value.
    One(Located),
    /// Any number of values, of a path with `[*]`, a slice, a filter or `..`.
    Many {
        /// The values in order.
        slots: Vec<PathSlot>,
        /// The value at which the path begins to lead to many.
        base: Located,
        /// The path as written.
        path: Rc<str>,
    },
    /// Nothing.
    Missing(Missing),
    /// Whether it leads anywhere depends on this unknown.
    Unknown {
        /// The unknown that holds, or is, the value.
        unknown: Rc<Unknown>,
        /// The full path.
        path: Rc<str>,
    },
}

impl Resolution {
    /// The value a condition looks at: of many values, an array of them.
    pub fn into_operand(self) -> Option<Located> {
        match self {
            Self::One(found) => Some(found),
            Self::Many { slots, base, path } => {
                let slots = slots.into_iter().map(|slot| match slot {
                    PathSlot::Found(found) => Slot::Item(Lazy::known(found.value)),
                    PathSlot::Open(unknown, _) => {
                        let origin = base.value.origin.clone();
                        let symbol = Symbol::new(format!("items({})", unknown.symbol.text));
                        Slot::Rest(unknown.derive(symbol, Bounds::of(Kind::Array), origin))
                    }
                });
                let array = Data::Array(Rc::new(Array { slots: slots.collect() }));
                Some(Located { value: Value::new(array, base.value.origin.clone()), path })
            }
            Self::Missing(_) | Self::Unknown { .. } => None,
        }
    }

    /// The items a sub-selector looks at: the elements of an array, a single value as it is, nothing for a missing path.
    pub fn into_items(self) -> Result<Vec<PathSlot>, Stop> {
        match self {
            Self::One(found) => match &found.value.data {
                Data::Array(_) => elements(&found),
                Data::Unknown(unknown) if may_be(unknown, Kind::Array) || unknown.bounds.nullable => {
                    Ok(vec![PathSlot::Open(unknown.clone(), found.path.clone())])
                }
                _ => Ok(vec![PathSlot::Found(found)]),
            },
            Self::Many { slots, .. } => Ok(slots),
            Self::Missing(_) => Ok(Vec::new()),
            Self::Unknown { unknown, path } => Ok(vec![PathSlot::Open(unknown, path)]),
        }
    }
}

/// The API version of a resource, if it is a known text that is one.
pub(crate) fn api_version(resource: &Value) -> Result<Option<ApiVersion>, Stop> {
    match resource.member("apiVersion") {
        Lookup::Present(value) => Ok(settled(value)?.as_str().and_then(ApiVersion::parse)),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
        Lookup::Absent | Lookup::Unknown(_) => Ok(None),
    }
}

impl ObjectPath {
    /// Follows the path from `start`. `Err` says what question the result depends on.
    pub fn resolve(&self, start: &Located, view: View) -> Result<Resolution, Stop> {
        if let Some(by_version) = &self.by_version
            && let Some(version) = api_version(&start.value)?
            && !by_version.property.exists_in(version)
        {
            return match &by_version.predecessor {
                Some((property, path)) if property.exists_in(version) => path.resolve(start, view),
                // How far the path would have led says where something is missing.
                _ => Ok(match walk(&self.segments, start, view)? {
                    missing @ Resolution::Missing(_) => missing,
                    _ => Resolution::Missing(Missing { parent: start.clone(), rest: self.text.clone(), null: None }),
                }),
            };
        }
        match walk(&self.segments, start, view)? {
            Resolution::Many { slots, base, .. } => {
                let path = append(&start.path, &describe(&self.segments)).into();
                Ok(Resolution::Many { slots, base, path })
            }
            other => Ok(other),
        }
    }
}

/// Where a walk stands.
enum State {
    One(Located),
    Many { slots: Vec<PathSlot>, base: Located, rest_from: usize, sliced: bool },
}

enum Step {
    One(Located),
    Many(Vec<PathSlot>),
    Missing(Option<Value>),
    Open(Rc<Unknown>, Rc<str>),
}

/// What looking for a member gives.
enum Member {
    There(Value),
    Missing(Option<Value>),
    Open(Rc<Unknown>),
}

pub(super) fn walk(segments: &[Segment], start: &Located, view: View) -> Result<Resolution, Stop> {
    // Most paths lead from member to member. What lies on the way needs no name of its own.
    let mut value = settled(start.value.clone())?;
    if !matches!(segments, [Segment::Member(_), ..]) {
        return branch(segments, Located { value, path: start.path.clone() }, start, view);
    }
    let mut path = start.path.to_string();
    let mut rest = segments;
    while let [Segment::Member(key), after @ ..] = rest {
        match member(&value, key, view)? {
            Member::There(next) => value = next,
            Member::Missing(null) => {
                let parent = Located { value, path: path.into() };
                return Ok(Resolution::Missing(Missing { parent, rest: describe(rest), null }));
            }
            Member::Open(unknown) => {
                push(&mut path, &key.name);
                return Ok(Resolution::Unknown { unknown, path: append(&path, &describe(after)).into() });
            }
        }
        push(&mut path, &key.name);
        rest = after;
    }
    branch(rest, Located { value, path: path.into() }, start, view)
}

/// Follows a path that begins with anything but a member from `here`; `start` is where the whole path began.
fn branch(segments: &[Segment], here: Located, start: &Located, view: View) -> Result<Resolution, Stop> {
    let mut state = State::One(here);
    for (index, segment) in segments.iter().enumerate() {
        let rest = || describe(segments.get(index..).unwrap_or_default());
        state = match state {
            State::One(here) => match step(segment, &here, start, view)? {
                Step::One(next) => State::One(next),
                Step::Many(slots) => {
                    let sliced = matches!(segment, Segment::Slice { .. });
                    State::Many { slots, base: here, rest_from: index, sliced }
                }
                Step::Missing(null) => {
                    let rest = rest();
                    return Ok(Resolution::Missing(Missing { parent: here, rest, null }));
                }
                Step::Open(unknown, path) => {
                    let after = describe(segments.get(index + 1..).unwrap_or_default());
                    return Ok(Resolution::Unknown { unknown, path: append(&path, &after).into() });
                }
            },
            State::Many { slots, base, rest_from, sliced } => {
                let mut next = Vec::new();
                for slot in slots {
                    match slot {
                        PathSlot::Open(..) => next.push(slot),
                        PathSlot::Found(here) => match step(segment, &here, start, view)? {
                            Step::One(found) => next.push(PathSlot::Found(found)),
                            Step::Many(found) => next.extend(found),
                            Step::Missing(_) => {}
                            Step::Open(unknown, path) => next.push(PathSlot::Open(unknown, path)),
                        },
                    }
                    if next.len() > MAX_FOUND {
                        return Err(Stop::error(format!("the path leads to more than {MAX_FOUND} values")));
                    }
                }
                State::Many { slots: next, base, rest_from, sliced }
            }
        };
    }
    match state {
        State::One(here) => Ok(Resolution::One(here)),
        State::Many { slots, base, rest_from, sliced } => {
            let mut flat = Vec::new();
            for slot in slots {
                match slot {
                    PathSlot::Found(found) => match &found.value.data {
                        Data::Array(_) => flat.extend(elements(&found)?),
                        Data::Choice(choice) => return Err(Stop::Split(choice.symbol.clone())),
                        _ => flat.push(PathSlot::Found(found)),
                    },
                    open @ PathSlot::Open(..) => flat.push(open),
                }
            }
            let rest = describe(segments.get(rest_from..).unwrap_or_default());
            if flat.iter().any(|slot| matches!(slot, PathSlot::Found(_))) || (flat.is_empty() && sliced) {
                let path = append(&base.path, &rest).into();
                return Ok(Resolution::Many { slots: flat, base, path });
            }
            match flat.into_iter().next() {
                Some(PathSlot::Open(unknown, path)) => Ok(Resolution::Unknown { unknown, path }),
                _ => Ok(Resolution::Missing(Missing { parent: base, rest, null: None })),
            }
        }
    }
}

fn step(segment: &Segment, here: &Located, root: &Located, view: View) -> Result<Step, Stop> {
    match segment {
        Segment::Member(key) => named(here, key, view),
        Segment::Index(index) => element(here, *index),
        Segment::Wildcard => children(here, view).map(|found| found.map_or(Step::Missing(None), Step::Many)),
        Segment::Slice { start, end, step } => slice(here, *start, *end, *step),
        Segment::Descendant(key) => {
            let mut found = Vec::new();
            descend(here, key, view, 0, &mut found)?;
            Ok(Step::Many(found))
        }
        Segment::Filter(filter) => {
            let Some(slots) = children(here, view)? else { return Ok(Step::Missing(None)) };
            let mut kept = Vec::new();
            for slot in slots {
                match slot {
                    PathSlot::Found(item) => match filter.test(&item, root, view)? {
                        Tri::True => kept.push(PathSlot::Found(item)),
                        Tri::False => {}
                        Tri::Unknown(undecided) => {
                            kept.extend(undecided.into_iter().take(1).map(|it| PathSlot::Open(it.unknown, it.path)));
                        }
                    },
                    open @ PathSlot::Open(..) => kept.push(open),
                }
            }
            Ok(Step::Many(kept))
        }
    }
}

/// The member, with its path.
fn named(here: &Located, key: &Key, view: View) -> Result<Step, Stop> {
    let path = || join(&here.path, &key.name).into();
    Ok(match member(&here.value, key, view)? {
        Member::There(value) => Step::One(Located { value, path: path() }),
        Member::Missing(null) => Step::Missing(null),
        Member::Open(unknown) => Step::Open(unknown, path()),
    })
}

fn member(value: &Value, key: &Key, view: View) -> Result<Member, Stop> {
    match &value.data {
        Data::Array(array) if is_length(key) => return length(value, array),
        Data::Unknown(unknown) if unknown.bounds.kind == Some(Kind::Array) && is_length(key) => {
            return Ok(Member::Open(unknown.clone()));
        }
        _ => {}
    }
    if key.exact && !has_exactly(value, &key.name)? {
        return Ok(Member::Missing(None));
    }
    match value.member(&key.name) {
        Lookup::Absent => Ok(Member::Missing(None)),
        Lookup::Present(value) => {
            let value = settled(value)?;
            let is_missing = !view.nulls && matches!(value.data, Data::Null);
            Ok(if is_missing { Member::Missing(Some(value)) } else { Member::There(value) })
        }
        Lookup::Unknown(unknown) => Ok(Member::Open(unknown)),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
    }
}

fn is_length(key: &Key) -> bool {
    key.name.eq_ignore_ascii_case("length")
}

/// Whether an object's keys hold `name` in exactly this case. Unknown objects are asked later, without case.
fn has_exactly(value: &Value, name: &str) -> Result<bool, Stop> {
    match &value.data {
        Data::Object(object) => match object.members(&value.origin) {
            Ok(members) => Ok(members.iter().any(|member| &*member.name == name)),
            Err(Lookup::Split(symbol)) => Err(Stop::Split(symbol)),
            Err(_) => Ok(true),
        },
        _ => Ok(true),
    }
}

fn length(value: &Value, array: &Array) -> Result<Member, Stop> {
    let origin = Origin::computed(value.origin.place);
    match array.len() {
        Some(len) => Ok(Member::There(Value::new(Data::Int(len as i64), origin))),
        None => Ok(gap(array)?.map_or(Member::Missing(None), Member::Open)),
    }
}

/// The first gap of an array.
fn gap(array: &Array) -> Result<Option<Rc<Unknown>>, Stop> {
    array.slots.iter().find_map(|slot| if let Slot::Rest(value) = slot { Some(rest(value)) } else { None }).transpose()
}

fn rest(value: &Value) -> Result<Rc<Unknown>, Stop> {
    match &value.data {
        Data::Unknown(unknown) => Ok(unknown.clone()),
        Data::Choice(choice) => Err(Stop::Split(choice.symbol.clone())),
        _ => Err(Stop::error("an array holds a gap that is not unknown")),
    }
}

fn element(here: &Located, index: i64) -> Result<Step, Stop> {
    let at = match (&here.value.data, usize::try_from(index)) {
        (_, Ok(at)) => at,
        (Data::Array(array), Err(_)) => match array.len() {
            Some(len) => match usize::try_from(len as i64 + index) {
                Ok(at) => at,
                Err(_) => return Ok(Step::Missing(None)),
            },
            None => match gap(array)? {
                Some(unknown) => return Ok(Step::Open(unknown, format!("{}[{index}]", here.path).into())),
                None => return Ok(Step::Missing(None)),
            },
        },
        (Data::Unknown(unknown), Err(_)) if may_be(unknown, Kind::Array) => {
            return Ok(Step::Open(unknown.clone(), format!("{}[{index}]", here.path).into()));
        }
        (_, Err(_)) => return Ok(Step::Missing(None)),
    };
    let path = format!("{}[{at}]", here.path).into();
    match here.value.element(at) {
        Lookup::Absent => Ok(Step::Missing(None)),
        Lookup::Present(value) => Ok(Step::One(Located { value: settled(value)?, path })),
        Lookup::Unknown(unknown) => Ok(Step::Open(unknown, path)),
        Lookup::Split(symbol) => Err(Stop::Split(symbol)),
    }
}

/// Whether `unknown` can be of this kind.
fn may_be(unknown: &Unknown, kind: Kind) -> bool {
    unknown.bounds.kind.is_none_or(|known| known == kind)
}

/// The elements of an array, each with its path. Elements behind a gap are numbered as if it were one element.
pub(super) fn elements(here: &Located) -> Result<Vec<PathSlot>, Stop> {
    let Data::Array(array) = &here.value.data else { return Ok(Vec::new()) };
    let mut slots = Vec::with_capacity(array.slots.len());
    for (index, slot) in array.slots.iter().enumerate() {
        if index == MAX_ITEMS {
            slots.push(PathSlot::Open(too_many(here.value.origin.place), here.path.clone()));
            break;
        }
        let path = format!("{}[{index}]", here.path).into();
        slots.push(match slot {
            Slot::Item(item) => {
                PathSlot::Found(Located { value: settled(item.force_within(&here.value.origin))?, path })
            }
            Slot::Rest(value) => PathSlot::Open(rest(value)?, here.path.clone()),
        });
    }
    Ok(slots)
}

/// What stands for the elements of a list beyond [`MAX_ITEMS`].
pub(crate) fn too_many(place: Place) -> Rc<Unknown> {
    let reason = Rc::new(Reason { cause: Cause::Limit(format!("{MAX_ITEMS} elements of a list").into()), place });
    let symbol = Symbol::new(format!("elements beyond {MAX_ITEMS}{}", mark::at(place)));
    Rc::new(Unknown { symbol, reason, bounds: Bounds::any(), world: World::open() })
}

/// The elements of an array or the member values of an object; `None` for values without either.
fn children(here: &Located, view: View) -> Result<Option<Vec<PathSlot>>, Stop> {
    match &here.value.data {
        Data::Array(_) => elements(here).map(Some),
        Data::Object(object) => {
            let members = match object.members(&here.value.origin) {
                Ok(members) => members,
                Err(Lookup::Split(symbol)) => return Err(Stop::Split(symbol)),
                Err(Lookup::Unknown(unknown)) => {
                    return Ok(Some(vec![PathSlot::Open(unknown, here.path.clone())]));
                }
                Err(_) => Vec::new(),
            };
            let mut slots = Vec::with_capacity(members.len());
            for member in members {
                let value = settled(member.value.force_within(&here.value.origin))?;
                if view.nulls || !matches!(value.data, Data::Null) {
                    slots.push(PathSlot::Found(Located { value, path: join(&here.path, &member.name).into() }));
                }
            }
            Ok(Some(slots))
        }
        Data::Unknown(unknown) if matches!(unknown.bounds.kind, None | Some(Kind::Array | Kind::Object)) => {
            Ok(Some(vec![PathSlot::Open(unknown.clone(), here.path.clone())]))
        }
        _ => Ok(None),
    }
}

/// Children of `here` that have the member; what has it is not searched deeper.
fn descend(here: &Located, key: &Key, view: View, depth: usize, found: &mut Vec<PathSlot>) -> Result<(), Stop> {
    if depth > MAX_DEPTH {
        return Err(Stop::error(format!("'..{}' searches deeper than {MAX_DEPTH} levels", key.name)));
    }
    for slot in children(here, view)?.unwrap_or_default() {
        match slot {
            PathSlot::Found(child) => match (&child.value.data, named(&child, key, view)?) {
                (Data::Array(_), _) | (_, Step::Missing(_)) => descend(&child, key, view, depth + 1, found)?,
                (_, Step::One(value)) => found.push(PathSlot::Found(value)),
                (_, Step::Open(unknown, path)) => found.push(PathSlot::Open(unknown, path)),
                (_, Step::Many(_)) => {}
            },
            open @ PathSlot::Open(..) => found.push(open),
        }
        if found.len() > MAX_FOUND {
            return Err(Stop::error(format!("'..{}' finds more than {MAX_FOUND} values", key.name)));
        }
    }
    Ok(())
}

fn slice(here: &Located, start: Option<i64>, end: Option<i64>, step: i64) -> Result<Step, Stop> {
    match &here.value.data {
        Data::Array(array) => {
            if let Some(unknown) = gap(array)? {
                return Ok(Step::Open(unknown, here.path.clone()));
            }
            let items = elements(here)?;
            let len = items.len() as i64;
            let clamp =
                |at: i64, low: i64, high: i64| (if at < 0 { at.saturating_add(len) } else { at }).clamp(low, high);
            let mut picked = Vec::new();
            let (mut at, stop) = if step > 0 {
                (clamp(start.unwrap_or(0), 0, len), end.map_or(len, |end| clamp(end, 0, len)))
            } else {
                (clamp(start.unwrap_or(-1), -1, len - 1), end.map_or(-1, |end| clamp(end, -1, len - 1)))
            };
            while (step > 0 && at < stop) || (step < 0 && at > stop) {
                picked.extend(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned());
                at = at.saturating_add(step);
            }
            Ok(Step::Many(picked))
        }
        Data::Unknown(unknown) if may_be(unknown, Kind::Array) => Ok(Step::Open(unknown.clone(), here.path.clone())),
        _ => Ok(Step::Missing(None)),
    }
}
