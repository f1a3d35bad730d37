//! Filters in paths: `[?@.mode == 'System']`.

use super::evaluate::{Located, Resolution, walk};
use super::{Segment, View};
use crate::evaluate::call::Stop;
use crate::evaluate::value::{Data, Value};
use crate::rules::compare::{self, Ordering};
use crate::rules::pattern::{Pattern, Patterns};
use crate::rules::tri::Tri;

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Comparison, Operand),
    Match(Operand, Pattern),
}

/// One side of a comparison. Paths start at the item (`@`) or at the object the whole path started at (`$`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Path { root: bool, segments: Vec<Segment> },
    Text(String),
    Int(i64),
    Bool(bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Match,
}

impl Filter {
    /// A comparison; a pattern becomes one of `patterns`.
    pub(super) fn compare(
        left: Operand,
        comparison: Comparison,
        right: Operand,
        patterns: &Patterns,
    ) -> Result<Self, String> {
        match (comparison, right) {
            (Comparison::Match, Operand::Text(pattern)) => {
                Ok(Self::Match(left, compare::regex(&pattern, false, patterns)?))
            }
            (Comparison::Match, _) => Err("'~=' needs a pattern in quotes on its right".to_owned()),
            (comparison, right) => Ok(Self::Compare(left, comparison, right)),
        }
    }

    /// Whether `item` passes. The nesting was bounded by the parser.
    pub(super) fn test(&self, item: &Located, root: &Located, view: View) -> Result<Tri, Stop> {
        match self {
            Self::All(parts) => fold(parts, item, root, view, false),
            Self::Any(parts) => fold(parts, item, root, view, true),
            Self::Not(inner) => Ok(inner.test(item, root, view)?.negated()),
            Self::Exists(operand) => match operand.resolve(item, root, view)? {
                Side::Missing => Ok(Tri::False),
                Side::Value(_) => Ok(Tri::True),
                Side::Open(tri) => Ok(tri),
            },
            Self::Match(operand, pattern) => match operand.resolve(item, root, view)? {
                Side::Value(Value { data: Data::String(text), .. }) => Ok(compare::matches(pattern, &text)?.into()),
                Side::Value(Value { data: Data::Unknown(unknown), .. }) => {
                    Ok(Tri::undecided(unknown, item.path.clone()))
                }
                Side::Value(_) | Side::Missing => Ok(Tri::False),
                Side::Open(tri) => Ok(tri),
            },
            Self::Compare(left, comparison, right) => {
                let left = match left.resolve(item, root, view)? {
                    Side::Missing => return Ok(Tri::False),
                    Side::Open(tri) => return Ok(tri),
                    Side::Value(value) => value,
                };
                let right = match right.resolve(item, root, view)? {
                    Side::Missing => return Ok(Tri::False),
                    Side::Open(tri) => return Ok(tri),
                    Side::Value(value) => value,
                };
                compare_values(&left, *comparison, &right, &item.path, view)
            }
        }
    }
}

fn fold(parts: &[Filter], item: &Located, root: &Located, view: View, any: bool) -> Result<Tri, Stop> {
    let mut open = Vec::new();
    for part in parts {
        match part.test(item, root, view)? {
            Tri::Unknown(undecided) => open.extend(undecided),
            tri if tri.is_true() == any => return Ok(tri),
            _ => {}
        }
    }
    Ok(if open.is_empty() { Tri::from(!any) } else { Tri::Unknown(open) })
}

fn compare_values(left: &Value, comparison: Comparison, right: &Value, path: &str, view: View) -> Result<Tri, Stop> {
    if let Comparison::Equal | Comparison::NotEqual = comparison {
        let equal = match (&left.data, &right.data) {
            (Data::Unknown(_), Data::Unknown(_)) => return Ok(open(left, path)),
            (Data::Unknown(unknown), known) | (known, Data::Unknown(unknown)) => {
                compare::unknown_equals(unknown, known, path, &|literal| compare::plain_equal(literal, known))?
            }
            (left, right) => compare::plain_equal(left, right).into(),
        };
        return Ok(if comparison == Comparison::Equal { equal } else { equal.negated() });
    }
    let Some(bound) = compare::to_int(&right.data) else { return Ok(Tri::False) };
    let ordering = match comparison {
        Comparison::Less => Ordering::Less,
        Comparison::LessOrEqual => Ordering::LessOrEqual,
        Comparison::Greater => Ordering::Greater,
        _ => Ordering::GreaterOrEqual,
    };
    if let Data::String(text) = &left.data
        && let Some(holds) = compare::dated(text, false, ordering, bound, view.today)?
    {
        return Ok(holds.into());
    }
    Ok(compare::ordered(left, ordering, bound, false, path))
}

fn open(value: &Value, path: &str) -> Tri {
    match &value.data {
        Data::Unknown(unknown) => Tri::undecided(unknown.clone(), path),
        _ => Tri::False,
    }
}

enum Side {
    Missing,
    Value(Value),
    Open(Tri),
}

impl Operand {
    fn resolve(&self, item: &Located, root: &Located, view: View) -> Result<Side, Stop> {
        let data = match self {
            Self::Text(text) => Data::text(text),
            Self::Int(value) => Data::Int(*value),
            Self::Bool(value) => Data::Bool(*value),
            Self::Path { root: from_root, segments } => {
                let start = if *from_root { root } else { item };
                return Ok(match walk(segments, start, view)? {
                    Resolution::One(found) => Side::Value(found.value),
                    many @ Resolution::Many { .. } => match many.into_operand() {
                        Some(found) => Side::Value(found.value),
                        None => Side::Missing,
                    },
                    Resolution::Missing(_) => Side::Missing,
                    Resolution::Unknown { unknown, path } => Side::Open(Tri::undecided(unknown, path)),
                });
            }
        };
        Ok(Side::Value(Value::new(data, item.value.origin.clone())))
    }
}
