//! What rules say of a template's properties, in the words of a command.

use super::setting::{Dialect, Property, name_of};
use super::{az, cmdlet};
use rustc_hash::FxHashMap;

/// Names of properties as rules write them, the longer ones first, and what they stand for.
const NAMES: [(&str, Property); 27] = [
    ("properties.agentPoolProfiles[0].nodePublicIPPrefixID", Property::NodePrefix),
    ("properties.agentPoolProfiles[0].enableNodePublicIP", Property::NodePublicIp),
    ("properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN", Property::PublicName),
    ("properties.apiServerAccessProfile.enableVnetIntegration", Property::VnetIntegration),
    ("properties.apiServerAccessProfile.enablePrivateCluster", Property::Private),
    ("properties.apiServerAccessProfile.authorizedIPRanges", Property::Ranges),
    ("properties.apiServerAccessProfile.disableRunCommand", Property::RunCommandDisabled),
    ("properties.apiServerAccessProfile.privateDNSZone", Property::DnsZone),
    ("properties.apiServerAccessProfile.subnetId", Property::Subnet),
    ("properties.networkProfile.loadBalancerSku", Property::LoadBalancer),
    ("properties.networkProfile.outboundType", Property::OutboundType),
    ("properties.disableLocalAccounts", Property::LocalAccountsDisabled),
    ("enableVnetIntegration: true", Property::VnetIntegration),
    ("enablePrivateCluster: true", Property::Private),
    ("enablePrivateClusterPublicFQDN", Property::PublicName),
    ("enableVnetIntegration", Property::VnetIntegration),
    ("enablePrivateCluster", Property::Private),
    ("nodePublicIPPrefixID", Property::NodePrefix),
    ("disableLocalAccounts", Property::LocalAccountsDisabled),
    ("authorizedIPRanges", Property::Ranges),
    ("enableNodePublicIP", Property::NodePublicIp),
    ("disableRunCommand", Property::RunCommandDisabled),
    ("loadBalancerSku", Property::LoadBalancer),
    ("privateDNSZone", Property::DnsZone),
    ("outboundType", Property::OutboundType),
    ("subnetId", Property::Subnet),
    ("sku.name", Property::Sku),
];

/// Phrases that are about templates, and what they are about commands.
const PHRASES: [(&str, &str); 11] = [
    (" If the list is split from a text, take an array instead.", ""),
    ("; that a template has the same effect as the command line is inferred", ""),
    ("; where a text is split, trim each part", ""),
    (", best by reference()", ""),
    ("Azure does not trim what a template gives", "Neither PowerShell nor Azure trims it"),
    ("written into the template", "written into the script"),
    ("Who reuses the template ", "Who reuses the script "),
    ("Take the list from a parameter", "Take the list from a variable"),
    ("rejects the deployment", "rejects the request"),
    ("in this resource", "in this command"),
    ("for this resource", "for this command"),
];

/// Phrases of which `az`, which looks at ranges itself, knows better.
const OF_AZ: [(&str, &str); 5] = [
    ("; what Azure answers to a template is not documented", ""),
    ("; what Azure answers to a template is not verified", ""),
    ("the entry admits nobody.", "the entry admits nobody. az refuses most of such entries itself."),
    // Several entries are one text there.
    ("\", \"", ","),
    ("The command line refuses", "az refuses"),
];

/// The same for cmdlets, which send what they are given.
const OF_CMDLETS: [(&str, &str); 2] = [
    ("what Azure answers to a template", "what Azure answers to the cmdlet"),
    ("The command line refuses", "az refuses"),
];

/// What the option of a command is called that sets a property.
pub fn option_of(property: Property, dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Az => name_of(&az::OPTIONS, property),
        Dialect::Cmdlet => name_of(&cmdlet::PARAMETERS, property),
    }
}

/// Puts texts into the words of commands. What rules say of one command they mostly say of the next one too.
#[derive(Debug, Default)]
pub struct Rewording {
    known: FxHashMap<(Dialect, String), String>,
}

/// Texts that are kept; the memory of a long script's messages is better used otherwise.
const MAX_KNOWN: usize = 1024;

impl Rewording {
    /// The text with properties called by the options of the command.
    pub fn reworded(&mut self, text: &str, dialect: Dialect) -> String {
        let key = (dialect, text.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let new = reworded(text, dialect);
        if self.known.len() < MAX_KNOWN {
            self.known.insert(key, new.clone());
        }
        new
    }
}

/// The text with properties called by the options of the command.
fn reworded(text: &str, dialect: Dialect) -> String {
    let own: &[(&str, &str)] = match dialect {
        Dialect::Az => &OF_AZ,
        Dialect::Cmdlet => &OF_CMDLETS,
    };
    let phrases = PHRASES.iter().chain(own);
    let mut text = phrases.fold(text.to_owned(), |text, (phrase, instead)| text.replace(phrase, instead));
    for (name, property) in NAMES {
        if let Some(option) = option_of(property, dialect) {
            text = replaced(&text, name, option);
        }
    }
    text
}

/// Replaces a name where it is not a part of a longer one.
fn replaced(text: &str, name: &str, option: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, behind) = (rest.get(..at).unwrap_or_default(), rest.get(at + name.len()..).unwrap_or_default());
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let is_longer = before.chars().next_back().is_some_and(is_part)
            || behind.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
        result.push_str(before);
        result.push_str(if is_longer { name } else { option });
        rest = behind;
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewords_each_text_once() {
        let mut rewording = Rewording::default();
        for number in 0..1000_usize {
            let dialect = if number % 2 == 0 { Dialect::Az } else { Dialect::Cmdlet };
            let text = format!("set authorizedIPRanges {}", number % 20);
            assert_eq!(rewording.reworded(&text, dialect), reworded(&text, dialect), "{text}");
            assert_eq!(rewording.known.len(), (number + 1).min(20));
        }
        for number in 0..5000 {
            rewording.reworded(&number.to_string(), Dialect::Az);
        }
        assert_eq!(rewording.known.len(), MAX_KNOWN);
    }

    #[test]
    fn calls_properties_by_their_options() {
        let table = [
            (
                "List them in authorizedIPRanges, or set enablePrivateCluster: true.",
                "List them in --api-server-authorized-ip-ranges, or set --enable-private-cluster.",
                "List them in -ApiServerAccessAuthorizedIpRange, or set -EnableApiServerAccessPrivateCluster.",
            ),
            (
                "properties.apiServerAccessProfile.authorizedIPRanges[0] x",
                "--api-server-authorized-ip-ranges[0] x",
                "-ApiServerAccessAuthorizedIpRange[0] x",
            ),
            ("enableVnetIntegration: true", "--enable-apiserver-vnet-integration", "enableVnetIntegration: true"),
            ("List the prefix, best by reference().", "List the prefix.", "List the prefix."),
            ("xauthorizedIPRanges", "xauthorizedIPRanges", "xauthorizedIPRanges"),
            ("publicNetworkAccess", "publicNetworkAccess", "publicNetworkAccess"),
            ("", "", ""),
        ];
        for (text, az, cmdlet) in table {
            assert_eq!(reworded(text, Dialect::Az), az, "{text}");
            assert_eq!(reworded(text, Dialect::Cmdlet), cmdlet, "{text}");
        }
    }
}
