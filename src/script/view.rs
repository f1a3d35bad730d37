//! A command's cluster as rules see it: the resource that a template would declare, with values that stand in the script.

use super::setting::{Command, Property, Setting};
use super::word::{What, Word};
use super::words::option_of;
use crate::evaluate::unknown::{Bounds, Cause, Piece, Reason, Symbol, Unknown, World};
use crate::evaluate::value::{Array, Data, Kind, Lazy, Member, Origin, Slot, Value};
use crate::source::{FileId, Place, Span};
use std::rc::Rc;

/// The type of the resources that the commands make.
pub const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

/// Where properties stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Root,
    Access,
    Network,
    Pool,
    Sku,
}

impl Property {
    fn place(self) -> (Group, &'static str, Kind) {
        match self {
            Self::Ranges => (Group::Access, "authorizedIPRanges", Kind::Array),
            Self::Private => (Group::Access, "enablePrivateCluster", Kind::Bool),
            Self::VnetIntegration => (Group::Access, "enableVnetIntegration", Kind::Bool),
            Self::Subnet => (Group::Access, "subnetId", Kind::String),
            Self::PublicName => (Group::Access, "enablePrivateClusterPublicFQDN", Kind::Bool),
            Self::DnsZone => (Group::Access, "privateDNSZone", Kind::String),
            Self::RunCommandDisabled => (Group::Access, "disableRunCommand", Kind::Bool),
            Self::LoadBalancer => (Group::Network, "loadBalancerSku", Kind::String),
            Self::OutboundType => (Group::Network, "outboundType", Kind::String),
            Self::NodePublicIp => (Group::Pool, "enableNodePublicIP", Kind::Bool),
            Self::NodePrefix => (Group::Pool, "nodePublicIPPrefixID", Kind::String),
            Self::LocalAccountsDisabled => (Group::Root, "disableLocalAccounts", Kind::Bool),
            Self::Sku => (Group::Sku, "name", Kind::String),
        }
    }
}

/// What decides who reaches the API server, and may stand in what is open or be kept.
const DECISIVE: [Property; 4] = [Property::Ranges, Property::Private, Property::VnetIntegration, Property::Sku];

impl Command {
    /// Whether it says anything of what rules ask about; a command that changes a cluster and does not is none of their business.
    pub fn is_of_interest(&self) -> bool {
        !self.is_update || !self.given.is_empty()
    }

    /// The resource in a world; `file` is the script.
    pub fn view(&self, file: FileId, world: &World) -> Value {
        View { command: self, file, world }.resource()
    }

    /// The cluster's name in a world, as far as known.
    pub fn shown_name(&self, file: FileId, world: &World) -> Option<Value> {
        self.name.as_ref().map(|name| View { command: self, file, world }.text(name))
    }
}

struct View<'a> {
    command: &'a Command,
    file: FileId,
    world: &'a World,
}

impl View<'_> {
    fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    fn head(&self) -> Place {
        self.place(self.command.head)
    }

    fn resource(&self) -> Value {
        let head = self.head();
        let mut members = vec![self.member("type", head.span, Value::new(Data::text(CLUSTER), Origin::literal(head)))];
        if let Some(name) = &self.command.name {
            members.push(self.member("name", name.span, self.text(name)));
        }
        members.extend(self.group("sku", Group::Sku));
        let mut properties = self.members(Group::Root);
        properties.extend(self.group("apiServerAccessProfile", Group::Access));
        properties.extend(self.group("networkProfile", Group::Network));
        let pool = self.members(Group::Pool);
        if !pool.is_empty() {
            let pools = Data::array(vec![self.object(pool)]);
            properties.push(self.member("agentPoolProfiles", head.span, Value::new(pools, Origin::computed(head))));
        }
        members.push(self.member("properties", head.span, self.object(properties)));
        self.object(members)
    }

    fn object(&self, members: Vec<Member>) -> Value {
        Value::new(Data::object(members), Origin::computed(self.head()))
    }

    fn member(&self, name: &str, key: Span, value: Value) -> Member {
        Member { name: name.into(), key: self.place(key), value: Lazy::known(value) }
    }

    fn group(&self, name: &str, group: Group) -> Option<Member> {
        let members = self.members(group);
        (!members.is_empty()).then(|| self.member(name, self.command.head, self.object(members)))
    }

    /// The members of a group: those that are given, and those of which it is open whether they are.
    fn members(&self, group: Group) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for (at, given) in self.command.given.iter().enumerate() {
            let (its, name, kind) = given.property.place();
            let is_last = self.command.given.iter().skip(at + 1).all(|later| later.property != given.property);
            if its == group && is_last {
                members.push(self.member(name, given.key, self.value(&given.value, kind)));
            }
        }
        for property in DECISIVE {
            let (its, name, kind) = property.place();
            if its == group
                && self.command.setting(property).is_none()
                && let Some((cause, span)) = self.doubt(property)
            {
                // An option that says yes by being there says no where it is not.
                let bounds = match (&cause, kind) {
                    (Cause::Kept, _) => Bounds::any(),
                    (_, Kind::Bool) => Bounds::of(kind),
                    _ => Bounds { kind: Some(kind), ..Bounds::any() },
                };
                let symbol = option_of(property, self.command.dialect).unwrap_or(name);
                let value = self.unknown(symbol, cause, span, bounds);
                members.push(self.member(name, span, value));
            }
        }
        members
    }

    /// Why it is not known what a property is that the command does not mention.
    fn doubt(&self, property: Property) -> Option<(Cause, Span)> {
        let ranges = self.command.setting(Property::Ranges).map(|given| &given.value);
        let is_blank = |item: &Word| item.text().is_some_and(|text| text.trim().is_empty());
        let clears = matches!(ranges, Some(Setting::List { items, .. }) if items.iter().all(is_blank));
        // Only public clusters have ranges.
        if property == Property::Private && ranges.is_some() && !clears {
            return None;
        }
        if let Some((text, span)) = &self.command.open
            && option_of(property, self.command.dialect).is_some()
        {
            return Some((Cause::MoreOptions(text.clone()), *span));
        }
        // What is cleared is open, whatever else the cluster has.
        (self.command.is_update && !clears).then_some((Cause::Kept, self.command.head))
    }

    fn value(&self, setting: &Setting, kind: Kind) -> Value {
        match setting {
            Setting::Flag(yes, span) => Value::new(Data::Bool(*yes), Origin::computed(self.place(*span))),
            // Nobody gives an option nothing.
            Setting::Text(word) => match word.open() {
                Some(text) => self.script_value(&text, word.span, Bounds { min_length: 1, ..Bounds::of(kind) }),
                None => self.text(word),
            },
            Setting::List { items, span, splits } => self.list(items, *span, *splits),
            Setting::Open(text, span) => self.script_value(text, *span, Bounds::of(kind)),
            Setting::Nothing(span) => {
                let cause = Cause::Unsettled("the option has no value, which the command refuses".into());
                self.unknown("no value", cause, *span, Bounds { kind: Some(kind), ..Bounds::any() })
            }
        }
    }

    /// A list. A whole value in one word is a text that the command splits, so that an open one is any list.
    fn list(&self, items: &[Word], span: Span, splits: bool) -> Value {
        let is_open = |item: &Word| splits.then(|| item.open()).flatten();
        if let [only] = items
            && let Some(text) = is_open(only)
        {
            return self.script_value(&text, only.span, Bounds::of(Kind::Array));
        }
        let slot = |item: &Word| match is_open(item) {
            Some(text) => {
                Slot::Rest(self.script_value(&text, item.span, Bounds { min_length: 1, ..Bounds::of(Kind::Array) }))
            }
            None => Slot::Item(Lazy::known(self.text(item))),
        };
        let array = Array { slots: items.iter().map(slot).collect() };
        Value::new(Data::Array(Rc::new(array)), Origin::literal(self.place(span)))
    }

    /// A text, with parts that are known when the script runs.
    fn text(&self, word: &Word) -> Value {
        if let Some(text) = word.text() {
            return Value::new(Data::text(text), Origin::literal(self.place(word.span)));
        }
        if let Some(text) = word.open() {
            return self.script_value(&text, word.span, Bounds::of(Kind::String));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut known = String::new();
        let mut symbol = String::new();
        for letter in &word.letters {
            match &letter.what {
                What::Char(c) => known.push(*c),
                What::Open(text) => {
                    symbol.push_str(&known);
                    symbol.push_str(text);
                    if !known.is_empty() {
                        pieces.push(Piece::Known(std::mem::take(&mut known).into()));
                    }
                    pieces.push(Piece::Unknown(Rc::new(self.part(text, letter.span))));
                }
            }
        }
        symbol.push_str(&known);
        if !known.is_empty() {
            pieces.push(Piece::Known(known.into()));
        }
        let (open, span) = word.first_open().unwrap_or_else(|| ("".into(), word.span));
        let bounds = Bounds { pieces: Some(pieces.into()), ..Bounds::of(Kind::String) };
        let reason = Rc::new(Reason { cause: Cause::Script(open), place: self.place(span) });
        Unknown::value(Symbol::new(symbol), reason, bounds, self.world, Origin::computed(self.place(word.span)))
    }

    fn part(&self, text: &Rc<str>, span: Span) -> Unknown {
        let reason = Rc::new(Reason { cause: Cause::Script(text.clone()), place: self.place(span) });
        Unknown { symbol: Symbol::new(text), reason, bounds: Bounds::of(Kind::String), world: self.world.clone() }
    }

    fn script_value(&self, text: &Rc<str>, span: Span, bounds: Bounds) -> Value {
        self.unknown(text, Cause::Script(text.clone()), span, bounds)
    }

    fn unknown(&self, symbol: &str, cause: Cause, span: Span, bounds: Bounds) -> Value {
        let reason = Rc::new(Reason { cause, place: self.place(span) });
        Unknown::value(Symbol::new(symbol), reason, bounds, self.world, Origin::computed(self.place(span)))
    }
}
