//! `az aks create` and `az aks update`: from words to what they set.

use super::Shell;
use super::setting::{Command, Dialect, Given, KnownOption, Property, Sets, Setting, option};
use super::shell::Split;
use super::word::Word;
use crate::source::Span;

/// The options that matter here. Options may be cut short as long as no other one begins alike.
pub(super) const OPTIONS: [KnownOption; 17] = [
    ("--api-server-authorized-ip-ranges", 6, Sets::Value(Property::Ranges)),
    ("--enable-private-cluster", 11, Sets::Flag(Property::Private, true)),
    ("--disable-private-cluster", 12, Sets::Flag(Property::Private, false)),
    ("--enable-apiserver-vnet-integration", 12, Sets::Flag(Property::VnetIntegration, true)),
    ("--apiserver-subnet-id", 6, Sets::Value(Property::Subnet)),
    ("--enable-public-fqdn", 11, Sets::Flag(Property::PublicName, true)),
    ("--disable-public-fqdn", 12, Sets::Flag(Property::PublicName, false)),
    ("--private-dns-zone", 5, Sets::Value(Property::DnsZone)),
    ("--disable-run-command", 12, Sets::Flag(Property::RunCommandDisabled, true)),
    ("--load-balancer-sku", 17, Sets::Value(Property::LoadBalancer)),
    ("--outbound-type", 6, Sets::Value(Property::OutboundType)),
    ("--enable-node-public-ip", 15, Sets::Flag(Property::NodePublicIp, true)),
    ("--node-public-ip-prefix-id", 18, Sets::Value(Property::NodePrefix)),
    ("--disable-local-accounts", 11, Sets::Flag(Property::LocalAccountsDisabled, true)),
    ("--sku", 5, Sets::Value(Property::Sku)),
    ("--name", 4, Sets::Name),
    ("-n", 2, Sets::Name),
];

/// What follows `az aks` in the commands that are read.
pub(super) const VERBS: [&str; 2] = ["create", "update"];

/// Options that take no value, by how they begin.
const SWITCHES: [&str; 9] = [
    "--enable-",
    "--disable-",
    "--no-",
    "--generate-ssh-keys",
    "--yes",
    "-y",
    "--debug",
    "--verbose",
    "--only-show-errors",
];

/// The command that the words say; `None` if it is not one of the two.
pub(super) fn read(split: &Split<Word>) -> Option<Command> {
    let [program, group, verb, arguments @ ..] = split.words.as_slice() else { return None };
    if group.text()? != "aks" || !VERBS.contains(&verb.text()?.as_str()) {
        return None;
    }
    let is_update = verb.text()? == "update";
    let mut command = Command {
        span: Span::new(program.span.start, split.end as u32),
        head: Span::new(program.span.start, verb.span.end),
        path: String::new(),
        dialect: Dialect::Az,
        shell: Shell::Posix,
        is_update,
        name: None,
        given: Vec::new(),
        open: split.broken.map(|span| ("what follows".into(), span)),
    };
    let mut words = arguments.iter().peekable();
    while let Some(word) = words.next() {
        let (flag, joined) = word.split_once('=');
        let written = flag.head();
        if !written.starts_with('-') || flag.text().is_none() {
            // A word of its own may be an option, or several.
            command.open = command.open.or_else(|| word.first_open());
            continue;
        }
        if matches!(written.as_str(), "--help" | "-h") {
            return None;
        }
        let known = option(&OPTIONS, &written);
        let takes_value = match known {
            Some((.., Sets::Flag(..))) => false,
            Some(_) => true,
            None => !SWITCHES.iter().any(|switch| written.starts_with(switch)) || written == "--enable-addons",
        };
        let is_value = |word: &&&Word| !word.head().starts_with('-');
        let value = match joined {
            Some(value) => Some(value),
            None if takes_value => words.next_if(|word| is_value(&word)).cloned(),
            None => None,
        };
        match known {
            None => {}
            Some((.., Sets::Name)) => command.name = value,
            Some((_, _, Sets::Flag(property, yes))) => {
                let value = Setting::Flag(*yes, flag.span);
                command.given.push(Given { property: *property, key: flag.span, value });
            }
            Some((_, _, Sets::Value(property))) => {
                let value = match value {
                    None => Setting::Nothing(flag.span),
                    Some(first) if *property == Property::Ranges => {
                        // Separated by blanks, the rest is no part of the value: as one text, it is no range either.
                        let mut whole = first;
                        while let Some(more) = words.next_if(|word| is_value(&word) && is_range_like(word)) {
                            whole = whole.joined(more);
                        }
                        ranges(&whole)
                    }
                    Some(value) => Setting::Text(value),
                };
                command.given.push(Given { property: *property, key: flag.span, value });
            }
        }
    }
    Some(command)
}

/// Whether a stray word was meant as a further range.
fn is_range_like(word: &Word) -> bool {
    word.text().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.'))
}

/// The list that a value of `--api-server-authorized-ip-ranges` means: separated by commas, blanks around them do not count, and the
/// empty text is the empty list.
fn ranges(value: &Word) -> Setting {
    let items = if value.letters.is_empty() { Vec::new() } else { value.split(',') };
    Setting::List { items, span: value.span, splits: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::setting::shown_command;
    use crate::script::shell;

    fn shown(text: &str) -> String {
        let Some(command) = read(&shell::split(text, 0, text.len())) else { return "-".to_owned() };
        shown_command(&command)
    }

    #[test]
    fn reads_options() {
        let ranges = "az aks create --api-server-authorized-ip-ranges";
        let table = [
            ("az aks create", ""),
            ("az aks show -n c", "-"),
            ("az aks nodepool update", "-"),
            ("az aks create --help", "-"),
            ("az aks update -n c -g g", "name=c"),
            ("az aks create --name=$C --resource-group g", "name=*$C"),
            (&format!("{ranges} 1.2.3.4/32,5.6.7.8"), "Ranges=[1.2.3.4/32|5.6.7.8]"),
            (&format!("{ranges} \"1.2.3.4/32 , 5.6.7.8,\""), "Ranges=[1.2.3.4/32|5.6.7.8|]"),
            (&format!("{ranges}=1.2.3.4/32 -n c"), "name=c Ranges=[1.2.3.4/32]"),
            (&format!("{ranges} ''"), "Ranges=[]"),
            (&format!("{ranges}=\"\""), "Ranges=[]"),
            (&format!("{ranges} ' '"), "Ranges=[]"),
            (&format!("{ranges} 1.2.3.4/32 5.6.7.8/32"), "Ranges=[1.2.3.4/32 5.6.7.8/32]"),
            (&format!("{ranges} 1.2.3.4/32, 5.6.7.8/32"), "Ranges=[1.2.3.4/32|5.6.7.8/32]"),
            (&format!("{ranges} $A"), "Ranges=[*$A]"),
            (&format!("{ranges} \"$A/32,1.2.3.4\" $B"), "Ranges=[*$A|1.2.3.4] *$B"),
            (&format!("{ranges} --enable-rbac"), "Ranges=?"),
            ("az aks create --api-server-auth 1.2.3.4/32", "Ranges=[1.2.3.4/32]"),
            ("az aks create --api 1.2.3.4/32", ""),
            ("az aks create --enable-private-cluster --load-balancer-sku basic", "Private=true LoadBalancer=basic"),
            ("az aks create --enable-pr --enable-p", "Private=true"),
            ("az aks create --sku automatic --outbound-type $O", "Sku=automatic OutboundType=*$O"),
            ("az aks create --disable-public-fqdn --private-dns-zone none", "PublicName=false DnsZone=none"),
            ("az aks create --enable-node-public-ip --node-public-ip-prefix-id /x", "NodePublicIp=true NodePrefix=/x"),
            ("az aks create --generate-ssh-keys $EXTRA", "*$EXTRA"),
            ("az aks create --node-count $N", ""),
            ("az aks create --node-count $N \"${A[@]}\"", "*${A[@]}"),
            ("az aks create --enable-addons $N", ""),
            ("az aks create $FLAG=x", "*$FLAG"),
            ("az aks create 'x", "*what follows"),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
