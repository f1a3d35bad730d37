//! Whether two values are the same: deep, typed, and open where parts are unknown.

use crate::evaluate::call::{Call, Stop};
use crate::evaluate::unknown::{Bounds, Literal, Piece, Symbol, Unknown};
use crate::evaluate::value::{Array, Data, Kind, Lookup, Member, Object, Origin, Slot, Value};
use crate::limits::MAX_COMPARISONS;
use std::cell::Cell;
use std::rc::Rc;

/// How deep containers are compared.
const MAX_DEPTH: usize = 256;

/// How far comparing two values still may go.
struct Room {
    parts: Cell<u32>,
}

impl Room {
    /// Whether one more part may be compared.
    fn take(&self) -> bool {
        let parts = self.parts.get();
        self.parts.set(parts.saturating_sub(1));
        parts > 0
    }
}

/// What comparing two values gives.
#[derive(Clone, Debug)]
pub enum Same {
    /// They are equal.
    Yes,
    /// They differ.
    No,
    /// It depends on the answer to this question; compare again in a world that answers it.
    Split(Rc<Symbol>),
    /// It depends on an unknown; the symbol, if any, is the question whose answer is the result.
    Maybe(Rc<Unknown>, Option<Symbol>),
    /// They are nested too deeply, or too large, to tell.
    TooMuch,
}

impl Same {
    /// All of these at once: a certain difference decides, whatever else is open.
    pub fn all(parts: impl IntoIterator<Item = Same>) -> Self {
        let mut result = Self::Yes;
        for part in parts {
            result = match (result, part) {
                (_, Self::No) => return Self::No,
                (result, Self::Yes) => result,
                (Self::Yes, part) => part,
                (Self::TooMuch, _) | (_, Self::TooMuch) => Self::TooMuch,
                (Self::Split(symbol), _) | (_, Self::Split(symbol)) => Self::Split(symbol),
                (Self::Maybe(unknown, _), _) => Self::Maybe(unknown, None),
                (Self::No, _) => return Self::No,
            };
        }
        result
    }

    /// The result of a call that asks for this.
    pub fn answer(self, call: &Call<'_>) -> Result<Value, Stop> {
        match self {
            Self::Yes => Ok(call.result(Data::Bool(true))),
            Self::No => Ok(call.result(Data::Bool(false))),
            Self::Split(symbol) => Err(Stop::Split(symbol)),
            Self::Maybe(unknown, Some(symbol)) => {
                Ok(unknown.derive(symbol, Bounds::of(Kind::Bool), Origin::computed(call.place)))
            }
            Self::Maybe(unknown, None) => Ok(call.unknown(&unknown, Bounds::of(Kind::Bool))),
            Self::TooMuch => {
                Err(Stop::Limit(format!("comparing {MAX_DEPTH} nested levels or {MAX_COMPARISONS} parts")))
            }
        }
    }
}

/// Compares two values.
pub fn same(a: &Value, b: &Value) -> Same {
    compare(a, b, MAX_DEPTH, &Room { parts: Cell::new(MAX_COMPARISONS) })
}

fn compare(a: &Value, b: &Value, depth: usize, room: &Room) -> Same {
    if depth == 0 || !room.take() {
        return Same::TooMuch;
    }
    match (&a.data, &b.data) {
        (Data::Choice(choice), _) | (_, Data::Choice(choice)) => Same::Split(choice.symbol.clone()),
        (Data::Unknown(a), Data::Unknown(b)) => both_unknown(a, b),
        (Data::Unknown(unknown), _) => with_unknown(unknown, b),
        (_, Data::Unknown(unknown)) => with_unknown(unknown, a),
        (Data::Null, Data::Null) => Same::Yes,
        (Data::Bool(a), Data::Bool(b)) => certain(a == b),
        (Data::Int(a), Data::Int(b)) => certain(a == b),
        (Data::Float(a), Data::Float(b)) => certain(a == b),
        (Data::Int(int), Data::Float(float)) | (Data::Float(float), Data::Int(int)) => certain(*int as f64 == *float),
        (Data::String(a), Data::String(b)) => certain(a == b),
        (Data::Array(left), Data::Array(right)) => {
            if Rc::ptr_eq(left, right) {
                return Same::Yes;
            }
            arrays((left, &a.origin), (right, &b.origin), depth, room)
        }
        (Data::Object(left), Data::Object(right)) => {
            if Rc::ptr_eq(left, right) {
                return Same::Yes;
            }
            objects((left, &a.origin), (right, &b.origin), depth, room)
        }
        _ => Same::No,
    }
}

/// The question whether the unknown is so, unless the world it was met in answers it.
fn asked(unknown: &Rc<Unknown>, symbol: Symbol) -> Same {
    match unknown.world.answer(&symbol.text) {
        Some(answer) => certain(answer),
        None => Same::Maybe(unknown.clone(), Some(symbol)),
    }
}

fn certain(equal: bool) -> Same {
    if equal { Same::Yes } else { Same::No }
}

fn arrays((a, a_origin): (&Array, &Origin), (b, b_origin): (&Array, &Origin), depth: usize, room: &Room) -> Same {
    let too_short = |short: &Array, long: &Array| short.len().is_some_and(|length| length < long.min_len());
    if too_short(a, b) || too_short(b, a) {
        return Same::No;
    }
    let mut open = None;
    let mut parts = Vec::new();
    for (a, b) in a.slots.iter().zip(&b.slots) {
        match (a, b) {
            (Slot::Item(a), Slot::Item(b)) => {
                let part = compare(&a.force_within(a_origin), &b.force_within(b_origin), depth - 1, room);
                if matches!(part, Same::No | Same::TooMuch) {
                    return part;
                }
                parts.push(part);
            }
            (Slot::Rest(rest), _) | (_, Slot::Rest(rest)) => {
                open = Some(rest);
                break;
            }
        }
    }
    let beyond =
        || a.slots.iter().chain(&b.slots).find_map(|slot| if let Slot::Rest(rest) = slot { Some(rest) } else { None });
    if let Some(Value { data: Data::Unknown(unknown), .. }) = open.or_else(beyond) {
        parts.push(Same::Maybe(unknown.clone(), None));
    }
    Same::all(parts)
}

fn objects((a, a_origin): (&Object, &Origin), (b, b_origin): (&Object, &Origin), depth: usize, room: &Room) -> Same {
    let (a, b) = match (a.members(a_origin), b.members(b_origin)) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(Lookup::Split(symbol)), _) | (_, Err(Lookup::Split(symbol))) => return Same::Split(symbol),
        (Err(Lookup::Unknown(unknown)), _) | (_, Err(Lookup::Unknown(unknown))) => return Same::Maybe(unknown, None),
        _ => return Same::No,
    };
    if a.len() != b.len() {
        return Same::No;
    }
    let by_name: rustc_hash::FxHashMap<&str, &Member> = b.iter().map(|member| (&*member.name, member)).collect();
    let mut parts = Vec::new();
    for member in &a {
        let Some(other) = by_name.get(&*member.name) else { return Same::No };
        let part = compare(&member.value.force_within(a_origin), &other.value.force_within(b_origin), depth - 1, room);
        if matches!(part, Same::No | Same::TooMuch) {
            return part;
        }
        parts.push(part);
    }
    Same::all(parts)
}

fn numeric(kind: Kind) -> bool {
    matches!(kind, Kind::Int | Kind::Float)
}

fn kinds_meet(a: Kind, b: Kind) -> bool {
    a == b || (numeric(a) && numeric(b))
}

fn both_unknown(a: &Rc<Unknown>, b: &Rc<Unknown>) -> Same {
    if a.symbol.text == b.symbol.text {
        return Same::Yes;
    }
    let may_both_be_null = a.bounds.nullable && b.bounds.nullable;
    if !may_both_be_null {
        if let (Some(left), Some(right)) = (a.bounds.kind, b.bounds.kind)
            && !kinds_meet(left, right)
        {
            return Same::No;
        }
        if let (Some(left), Some(right)) = (&a.bounds.domain, &b.bounds.domain)
            && !left.iter().any(|literal| right.contains(literal))
        {
            return Same::No;
        }
        let apart = |short: &Bounds, long: &Bounds| short.max_length.is_some_and(|most| most < long.min_length);
        if apart(&a.bounds, &b.bounds) || apart(&b.bounds, &a.bounds) {
            return Same::No;
        }
    }
    let (first, second) = if a.symbol.text <= b.symbol.text { (a, b) } else { (b, a) };
    let symbol = Symbol::new(format!("equals({}, {})", first.symbol.text, second.symbol.text));
    asked(a, symbol)
}

fn with_unknown(unknown: &Rc<Unknown>, value: &Value) -> Same {
    let bounds = &unknown.bounds;
    if matches!(value.data, Data::Null) {
        return match bounds.kind {
            Some(Kind::Null) => Same::Yes,
            _ if !bounds.nullable => Same::No,
            _ => asked(unknown, Symbol::null(&unknown.symbol)),
        };
    }
    if let (Some(expected), Some(actual)) = (bounds.kind, value.kind())
        && !kinds_meet(expected, actual)
    {
        return Same::No;
    }
    let excluded = match &value.data {
        Data::Array(array) => {
            array.len().is_some_and(|length| (length as u64) < bounds.min_length)
                || bounds.max_length.is_some_and(|most| array.min_len() as u64 > most)
        }
        Data::String(text) => !text_fits(bounds, text),
        Data::Int(int) => {
            bounds.least.is_some_and(|least| *int < least) || bounds.greatest.is_some_and(|most| *int > most)
        }
        _ => false,
    };
    if excluded {
        return Same::No;
    }
    let is_empty = match &value.data {
        Data::Array(array) => array.is_empty() && bounds.kind == Some(Kind::Array),
        Data::Object(object) => {
            bounds.kind == Some(Kind::Object) && object.members(&value.origin).is_ok_and(|members| members.is_empty())
        }
        Data::String(text) => text.is_empty() && bounds.kind == Some(Kind::String),
        _ => false,
    };
    if is_empty && !bounds.nullable {
        return asked(unknown, Symbol::empty(&unknown.symbol));
    }
    let Some(literal) = Literal::of(&value.data) else { return Same::Maybe(unknown.clone(), None) };
    if bounds.domain.as_ref().is_some_and(|domain| !domain.contains(&literal)) {
        return Same::No;
    }
    match literal {
        Literal::Bool(wanted) if bounds.kind == Some(Kind::Bool) && !bounds.nullable => match wanted {
            true => Same::Maybe(unknown.clone(), Some(unknown.symbol.clone())),
            // Asking for the unknown itself keeps one question for it and its negation.
            false => Same::Split(Rc::new(unknown.symbol.clone())),
        },
        literal => asked(unknown, Symbol::equals(&unknown.symbol, literal)),
    }
}

/// Whether a text with these bounds can be `text`.
pub fn text_fits(bounds: &Bounds, text: &str) -> bool {
    let length = text.encode_utf16().count() as u64;
    if length < bounds.min_length || bounds.max_length.is_some_and(|most| length > most) {
        return false;
    }
    let Some(pieces) = bounds.pieces.as_deref() else { return true };
    let mut rest = text;
    let last = pieces.len().saturating_sub(1);
    let mut after_unknown = false;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Unknown(_) => after_unknown = true,
            Piece::Known(known) => {
                let found = match (after_unknown, index == last) {
                    (false, false) => rest.strip_prefix(&**known),
                    (false, true) => (rest == &**known).then_some(""),
                    (true, true) => rest.strip_suffix(&**known).map(|_| ""),
                    (true, false) => rest.find(&**known).and_then(|at| rest.get(at + known.len()..)),
                };
                let Some(found) = found else { return false };
                rest = found;
                after_unknown = false;
            }
        }
    }
    true
}
