//! What is judged: a resource that a template declares, one that was exported, or one that a command makes.

use crate::evaluate::call::Stop;
use crate::evaluate::value::{Data, Lazy, Lookup, Member, Origin, Value};
use crate::evaluate::{Context, Deployed, Evaluation, Instance, literal};
use crate::rules::evaluate::Memo;
use crate::rules::path::Located;
use crate::script::{CLUSTER, Command};
use crate::source::{FileId, Place};
use crate::template::exported::ExportedResource;
use std::rc::Rc;

/// A resource to judge.
pub(super) enum Subject {
    /// Declared by a template, in one of its instances.
    Declared {
        /// The evaluation it belongs to.
        evaluation: Rc<Evaluation>,
        /// The instance.
        instance: Rc<Instance>,
    },
    /// Exported: all of it is known.
    Exported {
        /// The resource.
        resource: ExportedResource,
        /// The file it stands in.
        file: FileId,
        /// All resources of the file.
        all: Rc<[ExportedResource]>,
    },
    /// Made or changed by a command of a script.
    Commanded {
        /// The command.
        command: Command,
        /// The script.
        file: FileId,
    },
}

impl Subject {
    /// The full type; `None` if it is not known.
    pub(super) fn type_(&self) -> Option<&str> {
        match self {
            Self::Declared { instance, .. } => instance.type_.as_deref(),
            Self::Exported { resource, .. } => Some(&resource.type_.text),
            Self::Commanded { .. } => Some(CLUSTER),
        }
    }

    /// JSONPath of the declaration.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Declared { instance, .. } => &instance.path,
            Self::Exported { resource, .. } => &resource.path,
            Self::Commanded { command, .. } => &command.path,
        }
    }

    /// What tells it apart from the other resources of its evaluation.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Declared { instance, .. } => &instance.key,
            Self::Exported { resource, .. } => &resource.path,
            Self::Commanded { command, .. } => &command.path,
        }
    }

    /// The name in a context's world, as far as known; for people and fingerprints.
    pub(super) fn name(&self, context: &Rc<Context>) -> Option<Value> {
        match self {
            Self::Declared { instance, .. } => Some(instance.name(context)),
            Self::Exported { resource, file, .. } => match literal(*file, &resource.body).member("name") {
                Lookup::Present(name) => Some(name),
                _ => None,
            },
            Self::Commanded { command, file } => command.shown_name(*file, &context.world),
        }
    }

    /// Where the type stands.
    pub(super) fn type_place(&self) -> Place {
        match self {
            Self::Declared { instance, .. } => instance.type_place(),
            Self::Exported { resource, file, .. } => Place { file: *file, span: resource.type_.span },
            Self::Commanded { command, file } => Place { file: *file, span: command.head },
        }
    }

    /// Where the whole resource stands.
    pub(super) fn place(&self) -> Place {
        match self {
            Self::Declared { instance, .. } => instance.place(),
            Self::Exported { resource, file, .. } => Place { file: *file, span: resource.span },
            Self::Commanded { command, file } => Place { file: *file, span: command.span },
        }
    }

    /// Whether what is absent proves nothing: a partial update.
    pub(super) fn is_partial(&self) -> bool {
        match self {
            Self::Declared { instance, .. } => instance.declaration.patch,
            Self::Exported { .. } => false,
            Self::Commanded { command, .. } => command.is_update,
        }
    }

    /// Whether the resource is deployed in the context's world.
    pub(super) fn deployed(&self, context: &Rc<Context>) -> Result<Deployed, Stop> {
        match self {
            Self::Declared { instance, .. } => instance.deployed(context),
            Self::Exported { .. } | Self::Commanded { .. } => Ok(Deployed::Yes(Vec::new())),
        }
    }

    /// The resources of these types that stand beside this one: those of the same deployment, with all that is nested in it, or of
    /// the same export. Those that exist already are left out: nothing is known of them.
    pub(super) fn beside(&self, context: &Rc<Context>, types: &[&str]) -> Vec<Value> {
        let is_one = |type_: &str| types.iter().any(|wanted| wanted.eq_ignore_ascii_case(type_));
        match self {
            Self::Declared { evaluation, .. } => {
                let is_wanted = |instance: &&Rc<Instance>| {
                    let declaration = &instance.declaration;
                    instance.type_.as_deref().is_some_and(is_one)
                        && !declaration.existing
                        && !instance.is_foreign
                        && !matches!(instance.deployed(context), Ok(Deployed::No))
                };
                let wanted = evaluation.instances().iter().filter(is_wanted);
                wanted.map(|instance| evaluation.view(context, instance)).collect()
            }
            Self::Exported { file, all, .. } => {
                let wanted = all.iter().filter(|resource| is_one(&resource.type_.text));
                wanted.map(|resource| literal(*file, &resource.body)).collect()
            }
            Self::Commanded { .. } => Vec::new(),
        }
    }

    /// The resource as the rule language sees it in the context's world.
    pub(super) fn shown(&self, context: &Rc<Context>) -> Shown {
        let object = match self {
            Self::Declared { evaluation, instance } => evaluation.view(context, instance),
            Self::Exported { resource, file, all } => {
                with_children(literal(*file, &resource.body), resource, *file, all)
            }
            Self::Commanded { command, file } => command.view(*file, &context.world),
        };
        let text = |name: &str| match object.member(name) {
            Lookup::Present(value) => value.as_str().map(str::to_owned),
            _ => None,
        };
        Shown {
            name: text("name"),
            api_version: text("apiVersion"),
            nulls_exist: matches!(self, Self::Exported { .. }),
            memo: Memo::default(),
            object: Located::whole(object),
        }
    }
}

/// An exported resource with its children under `resources`, as templates show them, if the export has any beside it.
fn with_children(mut value: Value, resource: &ExportedResource, file: FileId, all: &[ExportedResource]) -> Value {
    let Some(name) = &resource.name else { return value };
    let is_child = |other: &&ExportedResource| {
        if other.type_.text.len() <= resource.type_.text.len() {
            return false;
        }
        let type_ = other.type_.text.rsplit_once('/').map(|(above, _)| above);
        let above = other.name.as_ref().and_then(|name| name.text.rsplit_once('/')).map(|(above, _)| above);
        type_.is_some_and(|type_| type_.eq_ignore_ascii_case(&resource.type_.text))
            && above.is_some_and(|above| above.eq_ignore_ascii_case(&name.text))
    };
    let children: Vec<Value> = all.iter().filter(is_child).map(|child| literal(file, &child.body)).collect();
    if !children.is_empty()
        && matches!(value.member("resources"), Lookup::Absent)
        && let Data::Object(object) = &value.data
        && let Ok(mut members) = object.members(&value.origin)
    {
        let place = value.origin.place;
        let children = Value::new(Data::array(children), Origin::computed(place));
        members.push(Member { name: "resources".into(), key: place, value: Lazy::known(children) });
        value.data = Data::object(members);
    }
    value
}

/// A resource in one world.
pub(super) struct Shown {
    /// All of it.
    pub(super) object: Located,
    /// Its full name, if known.
    pub(super) name: Option<String>,
    /// Its API version, if known.
    pub(super) api_version: Option<String>,
    /// What rules found out about it.
    pub(super) memo: Memo,
    /// Whether null is a value here; in templates it means absent.
    pub(super) nulls_exist: bool,
}
