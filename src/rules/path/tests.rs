//! Paths: what they lead to, and how far they lead.

use super::{Located, ObjectPath, PathSlot, Resolution, View};
use crate::evaluate::call::Stop;
use crate::evaluate::unknown::World;
use crate::rules::conditions::show;
use crate::rules::testing::value;

const OBJECT: &str = r#"{
    "a": {"b": 1, "c": null, "X": 2, "odd name": 3, "$schema": "s", "d-e": 4},
    "list": [10, 20, 30, 40],
    "pools": [
        {"name": "sys", "mode": "System", "zones": ["1", "2"], "n": 3},
        {"name": "usr", "mode": "User", "zones": ["3"], "public": true},
        {"name": "gpu", "mode": "user", "n": 0}
    ],
    "map": {"x": {"v": 1}, "y": {"v": 2}},
    "tree": {"v": 0, "kids": [{"v": 1, "kids": [{"v": 2}]}, {"other": {"v": 3}}]},
    "empty": [],
    "twice": {"k": 1, "K": 2}
}"#;

/// What a path leads to, as text: paths and values, or how far it led.
fn lead(path: &str, object: &str, nulls: bool) -> String {
    let path = match ObjectPath::parse(path) {
        Ok(path) => path,
        Err(message) => return format!("error: {message}"),
    };
    let start = Located::whole(value(object, &World::default()));
    let one = |found: &Located| format!("{}={}", found.path, show(&found.value, 60));
    match path.resolve(&start, View { nulls, ..View::default() }) {
        Ok(Resolution::One(found)) => one(&found),
        Ok(Resolution::Many { slots, .. }) => {
            let show = |slot: &PathSlot| match slot {
                PathSlot::Found(found) => one(found),
                PathSlot::Open(unknown, path) => format!("{path}=?{}", unknown.symbol.text),
            };
            format!("[{}]", slots.iter().map(show).collect::<Vec<_>>().join(" "))
        }
        Ok(Resolution::Missing(missing)) => format!("missing {} | {}", missing.parent.path, missing.rest),
        Ok(Resolution::Unknown { unknown, path }) => format!("unknown {path} of {}", unknown.symbol.text),
        Err(Stop::Split(symbol)) => format!("split {}", symbol.text),
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn leads_to_values() {
    let table = [
        ("a.b", "a.b=1"),
        ("A.B", "A.B=1"),
        ("$.a.b", "a.b=1"),
        ("@.a.b", "a.b=1"),
        ("@list[0]", "list[0]=10"),
        ("a.x", "a.x=2"),
        ("a.'odd name'", "a['odd name']=3"),
        ("a['odd name']", "a['odd name']=3"),
        ("a.\"odd name\"", "a['odd name']=3"),
        ("a.$schema", "a.$schema=\"s\""),
        ("a.d-e", "a.d-e=4"),
        ("pools[?@.n >= '3'].name", "[pools[0].name=\"sys\"]"),
        ("a+b", "a.b=1"),
        ("a+B", "missing a | B"),
        ("twice.k", "twice.k=1"),
        ("twice+K", "twice.K=2"),
        ("list[0]", "list[0]=10"),
        ("list.[1]", "list[1]=20"),
        ("list[-1]", "list[3]=40"),
        ("list[9]", "missing list | [9]"),
        ("list[-9]", "missing list | [-9]"),
        ("list.length", "list.length=4"),
        ("list[*]", "[list[0]=10 list[1]=20 list[2]=30 list[3]=40]"),
        ("list[1:3]", "[list[1]=20 list[2]=30]"),
        ("list[-2:]", "[list[2]=30 list[3]=40]"),
        ("list[0:-1]", "[list[0]=10 list[1]=20 list[2]=30]"),
        ("list[::-1]", "[list[3]=40 list[2]=30 list[1]=20 list[0]=10]"),
        ("list[::2]", "[list[0]=10 list[2]=30]"),
        ("list[9:]", "[]"),
        ("empty[*]", "missing empty | [*]"),
        ("empty[:]", "[]"),
        ("a[*]", "[a.b=1 a.X=2 a['odd name']=3 a.$schema=\"s\" a.d-e=4]"),
        ("map[*].v", "[map.x.v=1 map.y.v=2]"),
        ("pools[*].name", "[pools[0].name=\"sys\" pools[1].name=\"usr\" pools[2].name=\"gpu\"]"),
        ("pools[*].zones", "[pools[0].zones[0]=\"1\" pools[0].zones[1]=\"2\" pools[1].zones[0]=\"3\"]"),
        ("pools[*].none", "missing pools | [*].none"),
        ("pools[1].none.deep", "missing pools[1] | none.deep"),
        ("a.c", "missing a | c"),
        ("a.c.d", "missing a | c.d"),
        ("a.b.c", "missing a.b | c"),
        ("none.deep", "missing  | none.deep"),
        ("a.b[0]", "missing a.b | [0]"),
        ("map..v", "[map.x.v=1 map.y.v=2]"),
        ("tree..v", "[tree.kids[0].v=1 tree.kids[1].other.v=3]"),
        ("a..none", "missing a | ..none"),
        ("pools[?@.mode == 'user'].name", "[pools[1].name=\"usr\" pools[2].name=\"gpu\"]"),
        ("pools[?@.mode != 'user'].name", "[pools[0].name=\"sys\"]"),
        ("pools[?@.public].name", "[pools[1].name=\"usr\"]"),
        ("pools[?!@.public].name", "[pools[0].name=\"sys\" pools[2].name=\"gpu\"]"),
        ("pools[?@.n > 1].name", "[pools[0].name=\"sys\"]"),
        ("pools[?@.n <= 0].name", "[pools[2].name=\"gpu\"]"),
        ("pools[?@.public != false].name", "[pools[1].name=\"usr\"]"),
        ("pools[?@.name ~= '^.s'].name", "[pools[1].name=\"usr\"]"),
        ("pools[?@.mode == 'user' && @.n].name", "[pools[2].name=\"gpu\"]"),
        ("pools[?@.public && @.zones].name", "[pools[1].name=\"usr\"]"),
        ("pools[?@.name == 'sys' || @.name == 'gpu' && @.public].name", "[pools[0].name=\"sys\"]"),
        ("pools[?(@.name == 'sys' || @.name == 'gpu') && @.n].name", "[pools[0].name=\"sys\" pools[2].name=\"gpu\"]"),
        ("pools[?$.a.b == 1 && @.public].name", "[pools[1].name=\"usr\"]"),
        ("pools[?@.zones[0] == '3'].name", "[pools[1].name=\"usr\"]"),
        ("pools[?@.mode == 'x'].name", "missing pools | [?].name"),
        ("map[?@.v == 2]", "[map.y={\"v\": 2}]"),
    ];
    for (path, expected) in table {
        let found = lead(path, OBJECT, false);
        assert_eq!(found, expected, "{path}");
    }
    assert!(lead(".", OBJECT, false).starts_with("={") && lead("$", OBJECT, false).starts_with("={"));
    assert_eq!(lead("x", r#"{"x": 1}"#, false), "x=1", "a path of one character is no root");
    assert_eq!(lead("a.c", OBJECT, true), "a.c=null");
    assert_eq!(lead("a.c.d", OBJECT, true), "missing a.c | d");
}

#[test]
fn refuses_and_notes_what_it_cannot_read() {
    for path in
        ["", "a[1,2]", "a.*", "a[", "a[x]", "a['x", "a..", "a[?", "a[?@.x ==]", "a[?@.x ~= '(']", "a[::0]", "a[?'x']"]
    {
        assert!(ObjectPath::parse(path).is_err(), "{path}");
    }
    let noted = ObjectPath::parse("foo bar").unwrap();
    assert_eq!(noted.notes.len(), 1);
    assert_eq!(noted.segments, ObjectPath::parse("foo.bar").unwrap().segments);
    let deep = format!("a[?{}@.x{}]", "(".repeat(1000), ")".repeat(1000));
    assert!(ObjectPath::parse(&deep).is_err());
    assert!(ObjectPath::parse(&format!("a[?{}@.x]", "!".repeat(1000))).is_err());
    assert!(ObjectPath::parse(&format!("a{}", "[?@.x".repeat(1000))).is_err());
}

#[test]
fn never_guesses_about_what_is_unknown() {
    let object = r#"{
        "u": {"$unknown": "u", "kind": "object"},
        "s": {"$unknown": "s", "kind": "string"},
        "l": {"$unknown": "l", "kind": "array"},
        "c": {"$choice": "q", "then": {"v": 1}, "else": {}},
        "part": [1, {"$rest": "r"}, 3],
        "items": [{"v": {"$unknown": "v", "kind": "bool"}}, {"v": true}, {"w": {"$unknown": "w"}}]
    }"#;
    let table = [
        ("u", "u=[u]"),
        ("u.v.w", "unknown u.v.w of u"),
        ("s.v", "missing s | v"),
        ("l[0]", "unknown l[0] of l"),
        ("l[-1].v", "unknown l[-1].v of l"),
        ("l[*].v", "unknown l of l"),
        ("l[1:]", "unknown l of l"),
        ("l.length", "unknown l.length of l"),
        ("c.v", "split q"),
        ("c", "split q"),
        ("part[0]", "part[0]=1"),
        ("part[1]", "unknown part[1] of r"),
        ("part[-1]", "unknown part[-1] of r"),
        ("part[*]", "[part[0]=1 part=?r part[2]=3]"),
        ("part.length", "unknown part.length of r"),
        ("items[?@.v == true]", "split v"),
        ("items[?@.w == 1]", "unknown items[2] of w"),
        ("items[?@.v].v", "[items[0].v=[v] items[1].v=true]"),
    ];
    for (path, expected) in table {
        assert_eq!(lead(path, object, false), expected, "{path}");
    }
}

/// Where PSRule's grammar and RFC 9535 agree, so do the values found.
#[test]
fn agrees_with_another_implementation() {
    use jsonpath_rust::JsonPath;
    let json: serde_json::Value = serde_json::from_str(OBJECT).unwrap();
    let paths = [
        "$.a.b",
        "$.list[0]",
        "$.list[-1]",
        "$.list[1:3]",
        "$.list[::-1]",
        "$.list[*]",
        "$.pools[*].name",
        "$.map[*].v",
        "$.list[-2:]",
        "$.list[0:-1]",
        "$.list[::2]",
        "$.list[3:0:-2]",
        "$.pools[?@.mode == 'System'].name",
        "$.pools[?@.n > 1].name",
        "$.pools[?@.public].name",
        "$.pools[?@.mode == 'User' && @.public].name",
        "$['a']['odd name']",
        "$.none.deep",
    ];
    for path in paths {
        let expected: Vec<String> = json.query(path).unwrap().into_iter().map(ToString::to_string).collect();
        let parsed = ObjectPath::parse(path).unwrap();
        let start = Located::whole(value(OBJECT, &World::default()));
        let plain = |found: &Located| show(&found.value, 1000).replace(", ", ",").replace(": ", ":");
        let found: Vec<String> = match parsed.resolve(&start, View { nulls: true, ..View::default() }).unwrap() {
            Resolution::One(found) => vec![plain(&found)],
            Resolution::Many { slots, .. } => slots
                .iter()
                .map(|slot| match slot {
                    PathSlot::Found(found) => plain(found),
                    PathSlot::Open(..) => panic!("{path}"),
                })
                .collect(),
            _ => Vec::new(),
        };
        assert_eq!(found, expected, "{path}");
    }
}
