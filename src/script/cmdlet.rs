//! `New-AzAksCluster` and `Set-AzAksCluster`: from arguments to what they set.

use super::Shell;
use super::powershell::Argument;
use super::setting::{Command, Dialect, Given, KnownOption, Property, Sets, Setting, option};
use super::shell::Split;
use crate::source::Span;

/// The parameters that matter here. They may be cut short as long as no other one begins alike.
pub(super) const PARAMETERS: [KnownOption; 11] = [
    ("-ApiServerAccessAuthorizedIpRange", 17, Sets::Value(Property::Ranges)),
    ("-EnableApiServerAccessPrivateCluster", 7, Sets::Flag(Property::Private, true)),
    ("-EnableApiServerAccessPrivateClusterPublicFQDN", 37, Sets::Flag(Property::PublicName, true)),
    ("-ApiServerAccessPrivateDnsZone", 17, Sets::Value(Property::DnsZone)),
    ("-LoadBalancerSku", 14, Sets::Value(Property::LoadBalancer)),
    ("-OutboundType", 2, Sets::Value(Property::OutboundType)),
    ("-EnableNodePublicIp", 12, Sets::Flag(Property::NodePublicIp, true)),
    ("-NodePublicIPPrefixID", 7, Sets::Value(Property::NodePrefix)),
    ("-DisableLocalAccount", 4, Sets::Flag(Property::LocalAccountsDisabled, true)),
    ("-Name", 3, Sets::Name),
    ("-ResourceName", 10, Sets::Name),
];

/// The command that the arguments say; `None` if it is not one of the two.
pub(super) fn read(split: &Split<Argument>) -> Option<Command> {
    let (first, arguments) = split.words.split_first()?;
    let is_update = match first.items.first()?.text()?.to_ascii_lowercase().as_str() {
        "new-azakscluster" => false,
        "set-azakscluster" => true,
        _ => return None,
    };
    let mut command = Command {
        span: Span::new(first.span.start, split.end as u32),
        head: first.span,
        path: String::new(),
        dialect: Dialect::Cmdlet,
        shell: Shell::PowerShell,
        is_update,
        name: None,
        given: Vec::new(),
        open: split.broken.map(|span| ("what follows".into(), span)),
    };
    let mut arguments = arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let Some(name) = &argument.parameter else {
            // A value by position; a splatted one may be anything.
            let open = argument.items.first().and_then(|item| item.first_open());
            command.open = command.open.or(open.filter(|(text, _)| text.starts_with('@')));
            continue;
        };
        let known = option(&PARAMETERS, &format!("-{name}"));
        let is_flag = matches!(known, Some((.., Sets::Flag(..))));
        let value = match argument.has_colon || !is_flag {
            true => arguments.next_if(|next| next.parameter.is_none() && !is_splat(next)),
            false => None,
        };
        match known {
            None => {}
            Some((.., Sets::Name)) => command.name = value.and_then(|value| value.items.first().cloned()),
            Some((_, _, Sets::Flag(property, yes))) => {
                let value = value.map_or(Setting::Flag(*yes, argument.span), |value| flag(value, *yes));
                command.given.push(Given { property: *property, key: argument.span, value });
            }
            Some((_, _, Sets::Value(property))) => {
                let value = match value {
                    None => Setting::Nothing(argument.span),
                    Some(value) if *property == Property::Ranges => list(value),
                    Some(value) => value.items.first().cloned().map_or(Setting::Nothing(value.span), Setting::Text),
                };
                command.given.push(Given { property: *property, key: argument.span, value });
            }
        }
    }
    Some(command)
}

fn is_splat(argument: &Argument) -> bool {
    let open = argument.items.first().and_then(|item| item.open());
    open.is_some_and(|open| open.starts_with('@') && !open.starts_with("@{") && !open.starts_with("@("))
}

/// The value behind the colon of a switch.
fn flag(value: &Argument, yes: bool) -> Setting {
    let open = value.items.first().and_then(|item| item.open());
    match open.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("$true") => Setting::Flag(yes, value.span),
        Some("$false") => Setting::Flag(!yes, value.span),
        _ => Setting::Open(open.unwrap_or_else(|| "its value".into()), value.span),
    }
}

/// A list of ranges: each text is one entry as it is. A variable may hold a list.
fn list(value: &Argument) -> Setting {
    let open = value.items.first().and_then(|item| item.open());
    match open {
        Some(open) if !value.is_list => Setting::Open(open, value.span),
        _ => Setting::List { items: value.items.clone(), span: value.span, splits: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::powershell;
    use crate::script::setting::shown_command;

    fn shown(text: &str) -> String {
        let Some(command) = read(&powershell::split(text, 0, text.len())) else { return "-".to_owned() };
        shown_command(&command)
    }

    #[test]
    fn reads_parameters() {
        let ranges = "New-AzAksCluster -ApiServerAccessAuthorizedIpRange";
        let table = [
            ("New-AzAksCluster", ""),
            ("Get-AzAksCluster", "-"),
            ("set-azakscluster -Name c", "name=c"),
            (&format!("{ranges} '1.2.3.4/32','5.6.7.8'"), "Ranges=[1.2.3.4/32|5.6.7.8]"),
            (&format!("{ranges} '1.2.3.4/32,5.6.7.8'"), "Ranges=[1.2.3.4/32,5.6.7.8]"),
            (&format!("{ranges} @(\"$A/32\", '5.6.7.8/32') -Name c"), "name=c Ranges=[*$A|5.6.7.8/32]"),
            (&format!("{ranges}:'' -Name c"), "name=c Ranges=[]"),
            (&format!("{ranges} @()"), "Ranges=[]"),
            (&format!("{ranges} $R"), "Ranges=*$R"),
            (&format!("{ranges} $A, '1.2.3.4/32'"), "Ranges=[*$A|1.2.3.4/32]"),
            (&format!("{ranges} -Name c"), "name=c Ranges=?"),
            ("New-AzAksCluster @p -Name c", "name=c *@p"),
            ("New-AzAksCluster -Name @p", "*@p"),
            ("New-AzAksCluster $a $b", ""),
            ("New-AzAksCluster -EnableApiServerAccessPrivateCluster -Name c", "name=c Private=true"),
            ("New-AzAksCluster -EnableApiServerAccessPrivateCluster:$false", "Private=false"),
            ("New-AzAksCluster -EnableApiServerAccessPrivateCluster:$p", "Private=*$p"),
            ("New-AzAksCluster -EnableApiServerAccessPrivateClusterPublicFQDN", "PublicName=true"),
            ("New-AzAksCluster -LoadBalancerSku Basic -Force", "LoadBalancer=Basic"),
            ("New-AzAksCluster -apiserveraccessauth '1.2.3.4/32'", "Ranges=[1.2.3.4/32]"),
            ("New-AzAksCluster -Name 'c", "name=c *what follows"),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
