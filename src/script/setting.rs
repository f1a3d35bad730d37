//! What a command says of a cluster, whichever command it is.

use super::Shell;
use super::word::Word;
use crate::source::Span;
use std::rc::Rc;

/// A command that makes or changes a cluster.
#[derive(Clone, Debug)]
pub struct Command {
    /// The whole command.
    pub span: Span,
    /// Its first words: `az aks create`, `New-AzAksCluster`.
    pub head: Span,
    /// Its number among the commands of the file, from 0, as the path of a resource: `$[0]`.
    pub path: String,
    /// Which command.
    pub dialect: Dialect,
    /// By whose rules its words are split.
    pub shell: Shell,
    /// Whether it changes a cluster that is there: what it does not mention stays as it is.
    pub is_update: bool,
    /// The cluster's name.
    pub name: Option<Word>,
    /// What it sets, in order; the last one of a property counts.
    pub given: Vec<Given>,
    /// What may stand for further options.
    pub open: Option<(Rc<str>, Span)>,
}

/// Which command it is, which decides how options are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `az aks`.
    Az,
    /// The cmdlets of the module Az.Aks.
    Cmdlet,
}

/// A property of a cluster that commands set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// `authorizedIPRanges`.
    Ranges,
    /// `enablePrivateCluster`.
    Private,
    /// `enableVnetIntegration`.
    VnetIntegration,
    /// `subnetId`.
    Subnet,
    /// `enablePrivateClusterPublicFQDN`.
    PublicName,
    /// `privateDNSZone`.
    DnsZone,
    /// `disableRunCommand`.
    RunCommandDisabled,
    /// `loadBalancerSku`.
    LoadBalancer,
    /// `outboundType`.
    OutboundType,
    /// `enableNodePublicIP` of the first pool.
    NodePublicIp,
    /// `nodePublicIPPrefixID` of the first pool.
    NodePrefix,
    /// `disableLocalAccounts`.
    LocalAccountsDisabled,
    /// `sku.name`.
    Sku,
}

/// A property that a command sets.
#[derive(Clone, Debug)]
pub struct Given {
    /// Which.
    pub property: Property,
    /// Where the option is named.
    pub key: Span,
    /// To what.
    pub value: Setting,
}

/// What an option sets a property to.
#[derive(Clone, Debug)]
pub enum Setting {
    /// Yes or no; where that is said.
    Flag(bool, Span),
    /// A text.
    Text(Word),
    /// A list of texts, and where it stands. An element that is nothing but open may be any number of them if `splits`.
    List {
        /// The elements.
        items: Vec<Word>,
        /// The whole list.
        span: Span,
        /// Whether the command splits texts into elements.
        splits: bool,
    },
    /// Known when the script runs: the expression, and where it stands.
    Open(Rc<str>, Span),
    /// An option without the value that it needs; where it stands.
    Nothing(Span),
}

/// What an option of a command sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sets {
    /// It sets a property to true or false by being there.
    Flag(Property, bool),
    /// It sets a property to its value.
    Value(Property),
    /// It names the cluster.
    Name,
}

/// An option that is known: its full name, how much of it must be written at least to be no other option's beginning, and what it sets.
pub(super) type KnownOption = (&'static str, usize, Sets);

/// The option that `written` names, in full or by its beginning.
pub(super) fn option<'o>(options: &'o [KnownOption], written: &str) -> Option<&'o KnownOption> {
    let is_same = |(name, ..): &&KnownOption| name.eq_ignore_ascii_case(written);
    let begins = |(name, least, _): &&KnownOption| {
        written.len() >= *least && name.get(..written.len()).is_some_and(|start| start.eq_ignore_ascii_case(written))
    };
    options.iter().find(is_same).or_else(|| options.iter().find(begins))
}

/// What the option is called that sets a property to true, or to a value.
pub(super) fn name_of(options: &[KnownOption], property: Property) -> Option<&'static str> {
    let sets = |(_, _, sets): &&KnownOption| matches!(sets, Sets::Flag(to, true) | Sets::Value(to) if *to == property);
    options.iter().find(sets).map(|(name, ..)| *name)
}

impl Command {
    /// What the command sets a property to.
    pub fn setting(&self, property: Property) -> Option<&Given> {
        self.given.iter().rfind(|given| given.property == property)
    }
}

/// What the command sets, as `property=value`, with `*` before what is open.
#[cfg(test)]
pub(super) fn shown_command(command: &Command) -> String {
    let word = |word: &Word| word.text().unwrap_or_else(|| format!("*{}", word.first_open().unwrap().0));
    let mut parts: Vec<String> = command.name.iter().map(|name| format!("name={}", word(name))).collect();
    for given in &command.given {
        let value = match &given.value {
            Setting::Flag(yes, _) => yes.to_string(),
            Setting::Text(text) => word(text),
            Setting::List { items, .. } => format!("[{}]", items.iter().map(word).collect::<Vec<_>>().join("|")),
            Setting::Open(text, _) => format!("*{text}"),
            Setting::Nothing(_) => "?".to_owned(),
        };
        parts.push(format!("{:?}={value}", given.property));
    }
    parts.extend(command.open.iter().map(|(text, _)| format!("*{text}")));
    parts.join(" ")
}
