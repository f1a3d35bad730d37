//! Whether the addresses that the nodes come from are on the list of authorised ranges: those of public IP resources that are
//! deployed or exported together with the cluster.

use super::range_lists::{List, at, list};
use super::{ConditionInput, Definition, IfMissing, Prepared, prepare};
use crate::evaluate::call::{Stop, settled};
use crate::evaluate::print::to_text;
use crate::evaluate::value::{Data, Slot, Value};
use crate::rules::tri::Tri;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(super) const DEFINITIONS: &[Definition] = &[
    Definition::new("rangesHoldEgress", hold_egress)
        .prepare(prepare::boolean)
        .missing(IfMissing::Ask)
        .facts(&["egress", "doubt"]),
    Definition::new("isListedPrefix", is_listed_prefix).prepare(prepare::boolean).facts(&["prefix", "doubt"]),
];

const ADDRESSES: &str = "Microsoft.Network/publicIPAddresses";
const PREFIXES: &str = "Microsoft.Network/publicIPPrefixes";
const NAT_GATEWAYS: &str = "Microsoft.Network/natGateways";
const FIREWALLS: &str = "Microsoft.Network/azureFirewalls";

/// A public IP address or prefix beside the cluster.
struct Public {
    name: String,
    /// What it is in Azure: exports say so, templates seldom.
    network: Option<Ipv4Net>,
}

/// Those beside the cluster whose names are known, in order.
fn publics(input: &ConditionInput<'_>, types: &[&str]) -> Result<Vec<Public>, Stop> {
    let mut found = Vec::new();
    for resource in input.scope.target.surroundings.beside(types) {
        let Some(name) = at(&resource, &["name"])?.as_ref().and_then(Value::as_str).map(str::to_owned) else {
            continue;
        };
        let address = property(&resource, "ipAddress")?.and_then(|text| text.parse::<Ipv4Addr>().ok());
        let prefix = property(&resource, "ipPrefix")?.and_then(|text| text.parse().ok());
        found.push(Public { name, network: address.map(Ipv4Net::from).or(prefix) });
    }
    Ok(found)
}

/// A property that is a known text.
fn property(resource: &Value, name: &str) -> Result<Option<String>, Stop> {
    Ok(at(resource, &["properties", name])?.as_ref().and_then(Value::as_str).map(str::to_owned))
}

/// The ids of the public addresses and prefixes that gateways of these types beside the cluster use, as text.
fn gateway_ids(input: &ConditionInput<'_>, types: &[&str]) -> Result<Vec<String>, Stop> {
    let mut ids = Vec::new();
    for gateway in input.scope.target.surroundings.beside(types) {
        for list in ["publicIpAddresses", "publicIpPrefixes"] {
            for item in items(&gateway, &["properties", list])? {
                ids.extend(at(&item, &["id"])?.as_ref().map(to_text));
            }
        }
        for list in ["ipConfigurations"] {
            for item in items(&gateway, &["properties", list])? {
                ids.extend(at(&item, &["properties", "publicIPAddress", "id"])?.as_ref().map(to_text));
            }
        }
    }
    Ok(ids)
}

/// The elements of the array at the end of these members that are certain to be there.
fn items(object: &Value, path: &[&str]) -> Result<Vec<Value>, Stop> {
    let mut items = Vec::new();
    if let Some(Value { data: Data::Array(array), .. }) = at(object, path)? {
        for slot in &array.slots {
            if let Slot::Item(item) = slot {
                items.push(settled(item.force())?);
            }
        }
    }
    Ok(items)
}

/// Whether an id, or the expression that makes it, names the resource: as a whole word, so that `ip` is not found in `ip-2`.
fn names(id: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (id, name) = (id.to_ascii_lowercase(), name.to_ascii_lowercase());
    !name.is_empty()
        && id.match_indices(&name).any(|(start, found)| {
            let before = id.get(..start).and_then(|text| text.chars().next_back());
            let after = id.get(start + found.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

/// Whether the address through which the nodes leave may be on the list: an entry is known only while deploying, or admits a
/// public address that is declared beside the cluster.
fn hold_egress(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let Some(list) = list(input)? else { return Ok((!wanted).into()) };
    if list.unknown > 0 || list.rest.is_some() {
        return Ok(wanted.into());
    }
    let outbound = at(&input.scope.target.object.value, &["properties", "networkProfile", "outboundType"])?;
    let is_routed =
        outbound.as_ref().and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case("userDefinedRouting"));
    let gateway = if is_routed { FIREWALLS } else { NAT_GATEWAYS };
    let publics = publics(input, &[ADDRESSES, PREFIXES])?;
    let ids = gateway_ids(input, &[gateway])?;
    let is_used = |public: &&Public| ids.iter().any(|id| names(id, &public.name));
    let used: Vec<&Public> = publics.iter().filter(is_used).collect();
    let holds = if used.is_empty() {
        publics.iter().filter_map(|public| public.network).any(|network| list.holds(network))
    } else {
        let known: Vec<Ipv4Net> = used.iter().filter_map(|public| public.network).collect();
        !known.is_empty() && known.iter().all(|network| list.holds(*network))
    };
    describe(input, &list, &used, is_routed);
    input.reason(|| "holds no address that the nodes are seen to come from");
    Ok((holds == wanted).into())
}

/// Says which address is meant, as far as the gateway tells.
fn describe(input: &ConditionInput<'_>, list: &List, used: &[&Public], is_routed: bool) {
    let missing = used.iter().find(|public| public.network.is_some_and(|network| !list.holds(network)));
    let (egress, doubt) = match (missing, used) {
        (Some(Public { name, network: Some(network) }), _) => (
            format!("the address of '{name}', {network}"),
            format!("{network}, the address of '{name}', is not among these"),
        ),
        (_, []) => {
            let device = if is_routed { "firewall" } else { "NAT gateway" };
            (format!("the public address of the {device}"), format!("is the address of the {device} among these?"))
        }
        (_, used) => {
            let names: Vec<String> = used.iter().map(|public| format!("'{}'", public.name)).collect();
            let names = names.join(" and ");
            (format!("the address of {names}"), format!("is the address of {names} among these?"))
        }
    };
    input.fact("egress", || egress);
    input.fact("doubt", || doubt);
}

/// Whether the public IP prefix with this id is known beside the cluster, and on the list that the API version has.
fn is_listed_prefix(input: &ConditionInput<'_>) -> Result<Tri, Stop> {
    let wanted = matches!(input.prepared(), Prepared::Bool(true));
    let Some(id) = input.value().map(to_text) else { return Ok((!wanted).into()) };
    let prefix = publics(input, &[PREFIXES])?.into_iter().find(|public| names(&id, &public.name));
    let known = prefix.and_then(|prefix| prefix.network);
    let ranges = at(&input.scope.target.object.value, &["properties", "apiServerAccessProfile", "authorizedIPRanges"])?;
    let listed = match (known, ranges) {
        (Some(network), Some(ranges)) => {
            let mut entries = Vec::new();
            if let Data::Array(array) = &ranges.data {
                for slot in &array.slots {
                    if let Slot::Item(item) = slot {
                        entries.extend(settled(item.force())?.as_str().map(crate::network::classify));
                    }
                }
            }
            entries.iter().filter_map(crate::network::Entry::network).any(|entry| entry.contains(&network))
        }
        _ => false,
    };
    match known {
        Some(network) => {
            input.fact("prefix", || network.to_string());
            input.fact("doubt", || format!("{network} is not listed"));
        }
        None => input.fact("doubt", || "this prefix must be listed"),
    }
    input.reason(|| "is not seen to be listed");
    Ok((listed == wanted).into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_found_as_whole_words() {
        let table = [
            ("/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/nat-ip", "nat-ip", true),
            ("[resourceId('Microsoft.Network/publicIPAddresses', 'NAT-IP')]", "nat-ip", true),
            ("/publicIPAddresses/nat-ip-2", "nat-ip", false),
            ("/publicIPAddresses/my.nat-ip", "nat-ip", false),
            ("/publicIPAddresses/", "", false),
        ];
        for (id, name, expected) in table {
            assert_eq!(super::names(id, name), expected, "{name} in {id}");
        }
    }
}
