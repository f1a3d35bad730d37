//! Texts put together from parts of which some are unknown.

use crate::evaluate::call::{Call, Stop};
use crate::evaluate::symbolic;
use crate::evaluate::unknown::{Bounds, Literal, Piece, Symbol, Unknown};
use crate::evaluate::value::{Data, Kind, Origin, Value};
use crate::limits::MAX_PIECES;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// A text under construction, the result of a call.
pub struct Pieces<'a> {
    call: &'a Call<'a>,
    pieces: Vec<Piece>,
    /// Known text since the last unknown piece.
    tail: String,
    bytes: usize,
}

impl<'a> Pieces<'a> {
    /// The empty text, for the result of `call`.
    pub fn new(call: &'a Call<'a>) -> Self {
        Self { call, pieces: Vec::new(), tail: String::new(), bytes: 0 }
    }

    /// Appends known text.
    pub fn known(&mut self, text: &str) -> Result<(), Stop> {
        self.bytes += text.len();
        self.call.room_for_text(self.bytes)?;
        self.tail.push_str(text);
        Ok(())
    }

    /// Appends the text of an unknown.
    pub fn unknown(&mut self, unknown: &Rc<Unknown>) -> Result<(), Stop> {
        match &unknown.bounds.pieces {
            Some(pieces) if !unknown.bounds.nullable => {
                for piece in pieces.iter() {
                    match piece {
                        Piece::Known(text) => self.known(text)?,
                        Piece::Unknown(_) => self.push(piece.clone())?,
                    }
                }
                Ok(())
            }
            _ => self.push(Piece::Unknown(unknown.clone())),
        }
    }

    /// Texts made of texts double as fast where they are unknown as where they are known.
    fn push(&mut self, piece: Piece) -> Result<(), Stop> {
        self.flush();
        if self.pieces.len() >= MAX_PIECES {
            return Err(Stop::Limit(format!("texts of {MAX_PIECES} parts")));
        }
        self.pieces.push(piece);
        Ok(())
    }

    fn flush(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push(Piece::Known(std::mem::take(&mut self.tail).into()));
        }
    }

    /// The text: known, or unknown with these pieces. An unknown text alone stays itself.
    pub fn finish(mut self) -> Value {
        let cause = self.pieces.iter().find_map(|piece| match piece {
            Piece::Unknown(unknown) => Some(unknown.clone()),
            Piece::Known(_) => None,
        });
        let Some(cause) = cause else {
            return self.call.result(Data::String(self.tail.into()));
        };
        self.flush();
        if let [Piece::Unknown(only)] = self.pieces.as_slice()
            && only.bounds.kind == Some(Kind::String)
            && !only.bounds.nullable
        {
            return Value::new(Data::Unknown(only.clone()), Origin::computed(self.call.place));
        }
        let symbol = symbol_of(&self.pieces);
        let bounds = bounds_of(self.pieces);
        cause.derive(symbol, bounds, Origin::computed(self.call.place))
    }
}

fn symbol_of(pieces: &[Piece]) -> Symbol {
    let texts: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Known(text) => Literal::String(text.clone()).to_string(),
            Piece::Unknown(unknown) => unknown.symbol.text.to_string(),
        })
        .collect();
    Symbol::new(format!("concat({})", texts.join(", ")))
}

/// What follows from the pieces of a text.
pub fn bounds_of(pieces: Vec<Piece>) -> Bounds {
    let mut bounds = Bounds { max_length: Some(0), ..Bounds::of(Kind::String) };
    for piece in &pieces {
        let (least, most) = match piece {
            Piece::Known(text) => {
                let length = text.encode_utf16().count() as u64;
                (length, Some(length))
            }
            Piece::Unknown(unknown) => {
                bounds.secure |= unknown.bounds.secure;
                text_lengths(&unknown.bounds)
            }
        };
        bounds.min_length = bounds.min_length.saturating_add(least);
        bounds.max_length = bounds.max_length.zip(most).map(|(sum, most)| sum.saturating_add(most));
    }
    bounds.pieces = Some(pieces.into());
    bounds
}

/// The least and greatest number of characters of the text of an unknown.
fn text_lengths(bounds: &Bounds) -> (u64, Option<u64>) {
    match bounds.kind {
        Some(Kind::String) if bounds.nullable => (0, bounds.max_length),
        Some(Kind::String) => (bounds.min_length, bounds.max_length),
        Some(Kind::Bool | Kind::Int | Kind::Float) if !bounds.nullable => (1, None),
        _ => (0, None),
    }
}

/// The result of a function that maps each character of a text on its own (`toLower`): known parts are mapped, lengths stay.
pub fn mapped(call: &Call<'_>, unknown: &Rc<Unknown>, map: impl Fn(&str) -> String) -> Value {
    let bounds = &unknown.bounds;
    let pieces = bounds.pieces.as_ref().map(|pieces| {
        let piece = |piece: &Piece| match piece {
            Piece::Known(text) => Piece::Known(map(text).into()),
            Piece::Unknown(part) => {
                let symbol = Symbol::new(format!("{}({})", call.name, part.symbol.text));
                let bounds = Bounds { pieces: None, domain: None, ..part.bounds.clone() };
                let part =
                    Unknown { symbol, bounds: Bounds { kind: Some(Kind::String), ..bounds }, ..(**part).clone() };
                Piece::Unknown(Rc::new(part))
            }
        };
        pieces.iter().map(piece).collect()
    });
    let domain = bounds.domain.as_ref().map(|domain| {
        let mut seen = FxHashSet::default();
        let mapped = domain.iter().map(|literal| match literal {
            Literal::String(text) => Literal::String(map(text).into()),
            other => other.clone(),
        });
        mapped.filter(|literal| seen.insert(literal.clone())).collect()
    });
    let is_text = bounds.kind == Some(Kind::String) && !bounds.nullable;
    let (min_length, max_length) = if is_text { (bounds.min_length, bounds.max_length) } else { (0, None) };
    let bounds = Bounds { pieces, domain, min_length, max_length, secure: bounds.secure, ..Bounds::of(Kind::String) };
    call.unknown(unknown, bounds)
}

/// What is certain about a yes-or-no asked of an unknown text: the answer if all texts it can be agree.
pub fn agreed(unknown: &Unknown, ask: impl Fn(&str) -> bool) -> Option<bool> {
    if unknown.bounds.nullable {
        return None;
    }
    let mut answers = unknown.bounds.domain.as_ref()?.iter().map(|literal| match literal {
        Literal::String(text) => Some(ask(text)),
        _ => None,
    });
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// A name for a part of the text of an unknown call, distinct by `part`.
pub fn part_of(unknown: &Unknown, part: &str, kind: Kind) -> Rc<Unknown> {
    let bounds = Bounds { secure: unknown.bounds.secure, ..Bounds::of(kind) };
    Rc::new(Unknown { symbol: symbolic::suffixed(unknown, part), bounds, ..unknown.clone() })
}
