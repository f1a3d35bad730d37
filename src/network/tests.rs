use super::*;

fn range(network: &str, bare: bool, host_bits: bool) -> Meaning {
    Meaning::Network(Range { network: network.parse().unwrap(), bare, host_bits })
}

fn tag(name: &'static str, region: Option<&str>, broad: bool) -> Meaning {
    Meaning::Tag(Tag { name, region: region.map(str::to_owned), broad })
}

#[test]
fn entries_mean_what_azure_takes_them_for() {
    let table = [
        ("", Meaning::Blank),
        ("  ", Meaning::Blank),
        ("0.0.0.0/32", Meaning::Sentinel { bare: false }),
        ("0.0.0.0", Meaning::Sentinel { bare: true }),
        ("0.0.0.0/0", Meaning::Internet),
        ("1.2.3.4/0", Meaning::Internet),
        ("0.0.0.0/00", Meaning::Internet),
        ("0.0.0.0/0.0.0.0", Meaning::Internet),
        ("::/0", Meaning::Internet),
        ("Internet", Meaning::Internet),
        ("internet", Meaning::Internet),
        ("*", Meaning::Internet),
        ("any", Meaning::Internet),
        ("AzureCloud", tag("AzureCloud", None, true)),
        ("azurecloud.westeurope", tag("AzureCloud", Some("westeurope"), true)),
        ("AzureDevOps", tag("AzureDevOps", None, false)),
        ("2001:db8::/32", Meaning::Ipv6),
        ("::1", Meaning::Ipv6),
        ("::ffff:1.2.3.4", Meaning::Ipv6),
        ("20.1.2.3", range("20.1.2.3/32", true, false)),
        ("20.1.2.0/24", range("20.1.2.0/24", false, false)),
        ("0.0.0.0/1", range("0.0.0.0/1", false, false)),
        ("137.117.106.90/29", range("137.117.106.88/29", false, true)),
        ("137.117.106.88/29", range("137.117.106.88/29", false, false)),
        ("0.0.0.0/8", range("0.0.0.0/8", false, false)),
    ];
    for (text, expected) in table {
        assert_eq!(classify(text), Entry { padded: false, meaning: expected }, "{text:?}");
    }
}

#[test]
fn malformed_texts_name_the_problem_and_a_certain_remedy() {
    let table: &[(&str, &str, Option<&[&str]>)] = &[
        ("999.1.1.1", "999 is above 255", None),
        ("999.1.1.1/0", "999 is above 255", None),
        ("1.2.3.4/33", "/33 is no prefix length from 0 to 32", None),
        ("1.2.3.4/", "the prefix length is missing", None),
        ("1.2.3.4//24", "//24 is no prefix length from 0 to 32", None),
        ("1.2.3.4/-1", "/-1 is no prefix length from 0 to 32", None),
        ("1.2.3.4/08", "08 has a leading zero", None),
        ("1.2.3/24", "it has 3 numbers instead of four", None),
        ("10/8", "it has 1 number instead of four", None),
        ("1.2.3.4.5", "it has 5 numbers instead of four", None),
        ("01.2.3.4/32", "01 has a leading zero", None),
        ("1.2.3.4.", "it ends with a dot", Some(&["1.2.3.4"])),
        ("1.2.3.0/255.255.255.0", "it has a mask where a prefix length belongs", Some(&["1.2.3.0/24"])),
        ("1.2.3.0/0.0.0.255", "it has a mask where a prefix length belongs", Some(&["1.2.3.0/24"])),
        ("1.2.3.4/255.255.255.0", "it has a mask where a prefix length belongs", Some(&["1.2.3.0/24"])),
        ("1.2.3.0/255.0.255.0", "it has a mask where a prefix length belongs", None),
        ("1.2.3.4/32,5.6.7.8/29", "it joins several entries in one text", Some(&["1.2.3.4/32", "5.6.7.8/29"])),
        ("1.2.3.4/32 5.6.7.8/29", "it joins several entries in one text", Some(&["1.2.3.4/32", "5.6.7.8/29"])),
        ("1.2.3.4; 5.6.7.8", "it joins several entries in one text", Some(&["1.2.3.4", "5.6.7.8"])),
        ("1.2.3.4,", "it joins several entries in one text", Some(&["1.2.3.4"])),
        ("1.2.3.4,x", "it joins several entries in one text", None),
        ("1.2.3.4 /32", "it has a blank inside", Some(&["1.2.3.4/32"])),
        ("\"1.2.3.4/32\"", "quotes or brackets are part of the text", Some(&["1.2.3.4/32"])),
        ("[\"1.2.3.4/32\",\"5.6.7.8\"]", "quotes or brackets are part of the text", Some(&["1.2.3.4/32", "5.6.7.8"])),
        ("1.2.3.4-1.2.3.9", "it is a range from one address to another", None),
        ("1.2.3.4 - 1.2.3.9", "it is a range from one address to another", None),
        ("10.0.0.*", "it has a wildcard", None),
        ("1.2.3.x/24", "it has a wildcard", None),
        ("1.2.3.4:443", "it has a port", None),
        ("https://example.com", "it is a host name or URL", None),
        ("vpn.example.com", "it is a host name or URL", None),
        ("<your-ip>", "it is a placeholder", None),
        ("$CURRENT_IP/32", "it is a placeholder", None),
        ("${ip}/32", "it is a placeholder", None),
        ("{{ ip }}", "it is a placeholder", None),
        ("#{ip}#", "it is a placeholder", None),
        ("{20.1.2.3}", "quotes or brackets are part of the text", Some(&["20.1.2.3"])),
        ("AzureMoon", "it is neither an address nor a known service tag", None),
    ];
    for (text, problem, suggestion) in table {
        let Meaning::Malformed(found) = classify(text).meaning else { panic!("{text:?} is malformed") };
        assert_eq!(found.to_string(), *problem, "{text:?}");
        let suggestion = suggestion.map(|parts| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(found.suggestion(), suggestion, "{text:?}");
    }
}

#[test]
fn blanks_around_an_entry_are_seen_and_ignored() {
    assert_eq!(classify(" 20.1.2.3/32"), Entry { padded: true, meaning: range("20.1.2.3/32", false, false) });
    assert_eq!(classify("0.0.0.0/0\t"), Entry { padded: true, meaning: Meaning::Internet });
    assert!(!classify("   ").padded);
}

#[test]
fn special_blocks_hold_what_the_internet_does_not_route() {
    let table = [
        ("10.1.2.0/24", Some("private space (RFC 1918)")),
        ("172.16.0.0/12", Some("private space (RFC 1918)")),
        ("172.0.0.0/16", None),
        ("172.0.0.0/8", None),
        ("192.168.0.1", Some("private space (RFC 1918)")),
        ("100.64.0.0/10", Some("shared carrier space (RFC 6598)")),
        ("168.63.129.16", Some("the Azure platform address")),
        ("255.255.255.255", Some("reserved")),
        ("239.1.1.1/32", Some("multicast")),
        ("0.1.0.0/16", Some("this network")),
        ("20.0.0.0/8", None),
    ];
    for (text, what) in table {
        let Meaning::Network(range) = classify(text).meaning else { panic!("{text} is a network") };
        assert_eq!(range.special().map(|block| block.what.as_str()), what, "{text}");
    }
}

#[test]
fn equal_and_covering_entries_are_found_after_normalisation() {
    let entry = |text| classify(text);
    assert!(entry("1.2.3.4").is_same_as(&entry("1.2.3.4/32")));
    assert!(entry("1.2.3.9/24").is_same_as(&entry(" 1.2.3.0/24")));
    assert!(entry("AzureCloud").is_same_as(&entry("azurecloud")));
    assert!(!entry("abc").is_same_as(&entry("abc")));
    assert!(entry("1.2.3.0/24").covers(&entry("1.2.3.4")));
    assert!(!entry("1.2.3.4").covers(&entry("1.2.3.4/32")));
    assert!(!entry("1.2.3.4").covers(&entry("1.2.3.0/24")));
    let net = |text: &str| text.parse().unwrap();
    assert_eq!(merged(net("10.0.0.0/25"), net("10.0.0.128/25")), Some(net("10.0.0.0/24")));
    assert_eq!(merged(net("10.0.0.128/25"), net("10.0.1.0/25")), None);
}

#[test]
fn tables_are_read() {
    assert_eq!(data::special_purpose().len(), 16);
    assert_eq!(data::documentation_samples().len(), 10);
    assert!(data::service_tags().len() > 80);
    assert!(data::service_tags().iter().any(|tag| tag.broad));
    let mut names: Vec<_> = data::service_tags().iter().map(|tag| tag.name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), data::service_tags().len());
}
