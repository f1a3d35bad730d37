//! `parseCidr`, `cidrSubnet` and `cidrHost`, for IPv4 and IPv6.

use crate::evaluate::call::{Call, Function, Stop};
use crate::evaluate::value::{Data, Kind, Lazy, Member, Value};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "parsecidr", min: 1, max: Some(1), kind: Some(Kind::Object), run: parse_cidr },
    Function { name: "cidrsubnet", min: 3, max: Some(3), kind: Some(Kind::String), run: cidr_subnet },
    Function { name: "cidrhost", min: 2, max: Some(2), kind: Some(Kind::String), run: cidr_host },
];

/// The network at `index` without host bits.
fn network(call: &Call<'_>, index: usize) -> Result<IpNet, Stop> {
    let text = call.string(index)?;
    let network: Result<IpNet, _> = text.parse();
    network.map(|network| network.trunc()).map_err(|_| Stop::error(format!("'{text}' is not an address range")))
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The address with these bits, of the family of `like`. `None` if they do not fit.
fn address(bits: u128, like: &IpNet) -> Option<IpAddr> {
    match like {
        IpNet::V4(_) => u32::try_from(bits).ok().map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        IpNet::V6(_) => Some(IpAddr::V6(Ipv6Addr::from_bits(bits))),
    }
}

fn parse_cidr(call: &Call<'_>) -> Result<Value, Stop> {
    let range = network(call, 0)?;
    let source = call.known(0)?;
    let (first, last) = (range.network(), range.broadcast());
    let (first_usable, last_usable) = match range {
        IpNet::V4(v4) if v4.prefix_len() == 31 => return Err(Stop::unsettled("the usable addresses of a /31")),
        IpNet::V4(v4) if v4.prefix_len() < 31 => {
            (address(bits(first) + 1, &range).unwrap_or(first), address(bits(last) - 1, &range).unwrap_or(last))
        }
        _ => (first, last),
    };
    let text = |address: IpAddr| Data::text(address.to_string());
    let broadcast = matches!(range, IpNet::V4(_)).then(|| ("broadcast", text(last)));
    let members = [
        Some(("network", text(first))),
        Some(("netmask", text(range.netmask()))),
        broadcast,
        Some(("firstUsable", text(first_usable))),
        Some(("lastUsable", text(last_usable))),
        Some(("cidr", Data::Int(i64::from(range.prefix_len())))),
    ];
    let member = |(name, data): (&str, Data)| Member {
        name: name.into(),
        key: call.place,
        value: Lazy::known(call.result_from(&source, data)),
    };
    Ok(call.result(Data::object(members.into_iter().flatten().map(member).collect())))
}

fn cidr_subnet(call: &Call<'_>) -> Result<Value, Stop> {
    let range = network(call, 0)?;
    let source = call.known(0)?;
    let (length, index) = (call.int(1)?, call.int(2)?);
    let length = u8::try_from(length).ok().filter(|length| *length <= range.max_prefix_len());
    let length = length.ok_or_else(|| Stop::error("the new prefix length is out of range"))?;
    let Some(added) = length.checked_sub(range.prefix_len()) else {
        return Err(Stop::error(format!("a /{} has no part as large as /{length}", range.prefix_len())));
    };
    let index = u128::try_from(index).map_err(|_| Stop::error("the index is negative"))?;
    if added == 0 && index > 0 {
        return Err(Stop::unsettled("a subnet of the network's own length beyond the first"));
    }
    if added < 128 && index >> added != 0 {
        return Err(Stop::error(format!("the network has no /{length} with index {index}")));
    }
    let shift = u32::from(range.max_prefix_len() - length);
    let start = bits(range.network()).checked_add(index.checked_shl(shift).unwrap_or_default());
    match start.and_then(|start| address(start, &range)) {
        Some(start) => Ok(call.result_from(&source, Data::text(format!("{start}/{length}")))),
        None => Err(Stop::error("the subnet lies outside of all addresses")),
    }
}

fn cidr_host(call: &Call<'_>) -> Result<Value, Stop> {
    let range = network(call, 0)?;
    let source = call.known(0)?;
    let index = u128::try_from(call.int(1)?).map_err(|_| Stop::error("the index is negative"))?;
    if range.max_prefix_len() - range.prefix_len() < 2 {
        return Err(Stop::unsettled("the hosts of a network without room for network and broadcast address"));
    }
    let last = bits(range.broadcast()) - u128::from(matches!(range, IpNet::V4(_)));
    let host = bits(range.network()).checked_add(1).and_then(|first| first.checked_add(index));
    match host.filter(|host| *host <= last).and_then(|host| address(host, &range)) {
        Some(host) => Ok(call.result_from(&source, Data::text(host.to_string()))),
        None => Err(Stop::error(format!("the network has no host with index {index}"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::evaluate::functions::tests::check;

    #[test]
    fn divides_networks() {
        check(&[
            (
                "parseCidr('10.144.0.0/20')",
                "createObject('network', '10.144.0.0', 'netmask', '255.255.240.0', 'broadcast', '10.144.15.255', 'firstUsable', \
                 '10.144.0.1', 'lastUsable', '10.144.15.254', 'cidr', 20)",
            ),
            (
                "parseCidr('fdad:3236:5555::/48')",
                "createObject('network', 'fdad:3236:5555::', 'netmask', 'ffff:ffff:ffff::', 'firstUsable', 'fdad:3236:5555::', \
                 'lastUsable', 'fdad:3236:5555:ffff:ffff:ffff:ffff:ffff', 'cidr', 48)",
            ),
            ("parseCidr('1.2.3.4/32').lastUsable", "'1.2.3.4'"),
            ("parseCidr('1.2.3.4/24').network", "'1.2.3.0'"),
            ("parseCidr('1.2.3.4')", "error: parsecidr(): '1.2.3.4' is not an address range"),
            ("cidrSubnet('10.144.0.0/20', 24, 1)", "'10.144.1.0/24'"),
            ("cidrSubnet('10.144.0.0/20', 24, 16)", "error: cidrsubnet(): the network has no /24 with index 16"),
            ("cidrSubnet('10.0.0.0/20', 16, 0)", "error: cidrsubnet(): a /20 has no part as large as /16"),
            ("cidrSubnet('fdad:3236:5555::/48', 52, 1)", "'fdad:3236:5555:1000::/52'"),
            ("cidrSubnet('::/0', 128, 5)", "'::5/128'"),
            ("cidrHost('10.144.3.0/24', 0)", "'10.144.3.1'"),
            ("cidrHost('10.144.3.0/24', 253)", "'10.144.3.254'"),
            ("cidrHost('10.144.3.0/24', 254)", "error: cidrhost(): the network has no host with index 254"),
            ("cidrHost('fdad:3236:5555:3000::/52', 0)", "'fdad:3236:5555:3000::1'"),
            ("cidrSubnet(@('text'), 24, 0)", "cidrsubnet(@('text'), 24, 0)"),
        ]);
    }
}
