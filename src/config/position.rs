//! Where an entry of a YAML list stands. The YAML reader keeps no places of what it accepts, but tells them of what it refuses; so
//! the list is read again by a reader that refuses exactly that entry.

use crate::source::{SourceFile, Span};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The place of the entry of that index (from 0) in the list under the top-level key `key`: from its first character to the end of that
/// line. The start of the file if there is none.
pub fn of_entry(file: &SourceFile, key: &str, index: usize) -> Span {
    let text = file.text();
    let refused = Top { key, index }.deserialize(serde_yaml::Deserializer::from_str(text)).err();
    let Some(location) = refused.and_then(|error| error.location()) else { return Span::default() };
    let Some(line) = file.line_span(location.line().saturating_sub(1)) else { return Span::default() };
    let content = file.slice(line);
    let before: usize = content.chars().take(location.column().saturating_sub(1)).map(char::len_utf8).sum();
    let start = line.start + before as u32;
    Span::new(start, (line.start + content.trim_end().len() as u32).max(start))
}

struct Top<'k> {
    key: &'k str,
    index: usize,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                map.next_value_seed(List(self.index))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List(usize);

impl<'de> DeserializeSeed<'de> for List {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for _ in 0..self.0 {
            list.next_element::<IgnoredAny>()?;
        }
        list.next_element_seed(Refused)?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

struct Refused;

impl<'de> DeserializeSeed<'de> for Refused {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Refused {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entry that is asked for")
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(A::Error::custom("here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_entries() {
        let text = "other: [1]\nlist:\n  # first\n  - rule: A\n    path: b\n  -   rule: ü # last\n  - {rule: C}\n";
        let file = SourceFile::new("a.yaml", text);
        let found: Vec<&str> = (0..4).map(|index| file.slice(of_entry(&file, "list", index))).collect();
        assert_eq!(found, ["rule: A", "rule: ü # last", "{rule: C}", ""]);
        assert_eq!(of_entry(&file, "none", 0), Span::default());
    }
}
