//! URIs (RFC 3986).

use super::pieces::{Pieces, part_of};
use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::unknown::Literal;
use crate::evaluate::value::{Data, Kind, Lazy, Lookup, Member, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "uri", min: 2, max: Some(2), kind: Some(Kind::String), run: uri },
    Function { name: "parseuri", min: 1, max: Some(1), kind: Some(Kind::Object), run: parse_uri },
    Function { name: "builduri", min: 1, max: Some(1), kind: Some(Kind::String), run: build_uri },
];

/// A URI's parts: `scheme://authority path ?query #fragment`. Query and fragment keep their mark.
#[derive(Clone, Copy, Debug, Default)]
struct Parts<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: &'t str,
    fragment: &'t str,
}

fn parts(text: &str) -> Parts<'_> {
    let (rest, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let is_scheme = |scheme: &&str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, after)) if is_scheme(&scheme) => (Some(scheme), after),
        _ => (None, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(authority), path)
        }
        None => (None, rest),
    };
    Parts { scheme, authority, path, query, fragment }
}

/// The relative URI in the second argument seen from the first.
fn uri(call: &Call<'_>) -> Result<Value, Stop> {
    let base = call.value(0)?;
    let relative = call.string(1)?;
    let base_text = match &base.data {
        Data::String(text) => text.clone(),
        Data::Unknown(unknown) if is_plain(&relative) => {
            // Whatever the base is, the result ends in the relative path.
            let mut text = Pieces::new(call);
            let suffix = format!(" up to {}", Literal::String(relative.clone()));
            text.unknown(&part_of(unknown, &suffix, Kind::String))?;
            text.known(&relative)?;
            return Ok(text.finish());
        }
        Data::Unknown(unknown) => return Err(Stop::Unknown(unknown.clone())),
        data => return Err(call.mistyped(0, "a string", data)),
    };
    let parsed = parts(&base_text);
    if parsed.scheme.is_none() || parsed.authority.is_none_or(str::is_empty) {
        return Err(Stop::error(format!("'{base_text}' is not an absolute URI")));
    }
    Ok(call.result(Data::text(resolve(parsed, parts(&relative)))))
}

/// A relative path that no resolution shortens.
fn is_plain(relative: &str) -> bool {
    let parsed = parts(relative);
    !relative.is_empty()
        && parsed.scheme.is_none()
        && parsed.authority.is_none()
        && !parsed.path.is_empty()
        && !parsed.path.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// RFC 3986, 5.2.2.
fn resolve(base: Parts<'_>, relative: Parts<'_>) -> String {
    let (authority, path, query) = if relative.scheme.is_some() || relative.authority.is_some() {
        (relative.authority, without_dots(relative.path), relative.query)
    } else if relative.path.is_empty() {
        let query = if relative.query.is_empty() { base.query } else { relative.query };
        (base.authority, base.path.to_owned(), query)
    } else if relative.path.starts_with('/') {
        (base.authority, without_dots(relative.path), relative.query)
    } else {
        let folder = base.path.rfind('/').and_then(|at| base.path.get(..=at)).unwrap_or("/");
        (base.authority, without_dots(&format!("{folder}{}", relative.path)), relative.query)
    };
    let scheme = relative.scheme.or(base.scheme).map(|scheme| format!("{scheme}:")).unwrap_or_default();
    let authority = authority.map(|authority| format!("//{authority}")).unwrap_or_default();
    let path = if path.is_empty() && !authority.is_empty() { "/" } else { &path };
    format!("{scheme}{authority}{path}{query}{}", relative.fragment)
}

/// RFC 3986, 5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').collect();
    let last = segments.len().saturating_sub(1);
    for (index, segment) in segments.iter().enumerate() {
        match *segment {
            "." | ".." => {
                // The first, empty segment stands for the root.
                if *segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if index == last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

fn parse_uri(call: &Call<'_>) -> Result<Value, Stop> {
    let source = call.known(0)?;
    let text = call.string(0)?;
    let parsed = parts(&text);
    let (Some(scheme), Some(authority)) = (parsed.scheme, parsed.authority.filter(|authority| !authority.is_empty()))
    else {
        return Err(Stop::error(format!("'{text}' is not an absolute URI")));
    };
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (host_and_port, None),
    };
    let port = match port {
        Some(port) => Some(port.parse().map_err(|_| Stop::error(format!("'{port}' is not a port")))?),
        None => None,
    };
    let text = |name: &'static str, text: &str| (!text.is_empty()).then(|| (name, Data::text(text)));
    let members = [
        text("scheme", scheme),
        text("host", host),
        port.map(|port: u16| ("port", Data::Int(i64::from(port)))),
        text("path", parsed.path),
        text("query", parsed.query),
    ];
    let member = |(name, data): (&str, Data)| Member {
        name: name.into(),
        key: call.place,
        value: Lazy::known(call.result_from(&source, data)),
    };
    Ok(call.result(Data::object(members.into_iter().flatten().map(member).collect())))
}

fn build_uri(call: &Call<'_>) -> Result<Value, Stop> {
    let parts = call.known(0)?;
    if !matches!(parts.data, Data::Object(_)) {
        return Err(call.mistyped(0, "an object", &parts.data));
    }
    let mut text = Pieces::new(call);
    for (name, before, required) in
        [("scheme", "", true), ("host", "://", true), ("port", ":", false), ("path", "", false), ("query", "", false)]
    {
        let value = match parts.member(name) {
            Lookup::Present(value) => crate::evaluate::call::settled(value)?,
            Lookup::Absent if required => return Err(Stop::error(format!("there is no '{name}'"))),
            Lookup::Absent => continue,
            open => return Err(Stop::from(open)),
        };
        let lead = |known: &str| match name {
            "path" if !known.starts_with('/') => "/",
            "query" if !known.starts_with('?') => "?",
            _ => before,
        };
        match &value.data {
            Data::Null if !required => {}
            Data::String(known) if known.is_empty() && !required => {}
            Data::String(known) => {
                text.known(lead(known))?;
                text.known(known)?;
            }
            Data::Int(port) if name == "port" => text.known(&format!(":{port}"))?,
            Data::Unknown(unknown) if required => {
                text.known(before)?;
                text.unknown(unknown)?;
            }
            Data::Unknown(unknown) => {
                text.unknown(&part_of(unknown, &format!(" as {name}"), Kind::String))?;
            }
            data => return Err(call.mistyped(0, "an object of strings", data)),
        }
    }
    Ok(text.finish())
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn resolves() {
        check(&[
            ("uri('http://contoso.org/firstpath/', 'nested/a.json')", "'http://contoso.org/firstpath/nested/a.json'"),
            (
                "uri('http://contoso.org/firstpath/azuredeploy.json', 'nested/a.json')",
                "'http://contoso.org/firstpath/nested/a.json'",
            ),
            ("uri('http://contoso.org/firstpath/azuredeploy.json/', '/a.json')", "'http://contoso.org/a.json'"),
            ("uri('http://contoso.org', 'a.json')", "'http://contoso.org/a.json'"),
            ("uri('http://a/b/c/d;p?q', '../g?y#s')", "'http://a/b/g?y#s'"),
            ("uri('http://a/b/c/d', '../../../g')", "'http://a/g'"),
            ("uri('http://a/b', 'https://c/d')", "'https://c/d'"),
            ("uri('relative', 'x')", "error: uri(): 'relative' is not an absolute URI"),
            ("uri(@('text'), 'nested/a.json')", "concat(@('text') up to 'nested/a.json', 'nested/a.json')"),
            (
                "parseUri('https://host:8080/a/b?x=1')",
                "createObject('scheme', 'https', 'host', 'host', 'port', 8080, 'path', '/a/b', 'query', '?x=1')",
            ),
            ("parseUri('https://host')", "createObject('scheme', 'https', 'host', 'host')"),
            (
                "buildUri(createObject('scheme', 'https', 'host', 'h', 'port', 81, 'path', 'a', 'query', '?q'))",
                "'https://h:81/a?q'",
            ),
            ("buildUri(createObject('host', 'h'))", "error: builduri(): there is no 'scheme'"),
        ]);
    }
}
