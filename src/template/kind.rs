//! What a JSON document is: a template, a parameters file, exported resources, or something else.

use super::{DeploymentScope, exported};
use crate::syntax::Node;
use std::rc::Rc;

/// What a JSON document is.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentKind {
    /// A template, and where it deploys to.
    Template(DeploymentScope),
    /// A parameters file.
    Parameters,
    /// Resources as a command or a query printed them; [`exported::read`] reads them.
    Resources,
    /// None of these. The last part of its `$schema`, if it has one, like `createUIDefinition.MultiVm.json`.
    Other(Option<Rc<str>>),
}

/// Recognises a document by its `$schema`, else by whether it looks like exported resources.
pub fn recognise(root: &Node) -> DocumentKind {
    let schema = root.get("$schema").and_then(Node::as_str);
    match schema.map(str::trim) {
        Some(schema) => match resource_manager_schema(schema) {
            Some(file) if file.eq_ignore_ascii_case("deploymentParameters.json") => DocumentKind::Parameters,
            Some(file) => match template_scope(file) {
                Some(scope) => DocumentKind::Template(scope),
                None => DocumentKind::Other(Some(file.into())),
            },
            None => DocumentKind::Other(Some(schema.rsplit('/').next().unwrap_or(schema).into())),
        },
        None if exported::looks_like_resources(root) => DocumentKind::Resources,
        None => DocumentKind::Other(None),
    }
}

/// Where a template with that `$schema` deploys to. `None` if it is no template's schema.
pub fn deployment_scope(schema: &str) -> Option<DeploymentScope> {
    template_scope(resource_manager_schema(schema.trim())?)
}

/// The file name of a schema `http(s)://schema.management.azure.com/schemas/<anything>/<file>`, without a trailing `#`.
fn resource_manager_schema(schema: &str) -> Option<&str> {
    let rest = strip_prefix(schema, "https://").or_else(|| strip_prefix(schema, "http://"))?;
    let rest = strip_prefix(rest, "schema.management.azure.com/schemas/")?;
    let rest = rest.strip_suffix('#').unwrap_or(rest);
    rest.rsplit_once('/').map(|(_, file)| file)
}

fn template_scope(file: &str) -> Option<DeploymentScope> {
    let table = [
        ("deploymentTemplate.json", DeploymentScope::ResourceGroup),
        ("subscriptionDeploymentTemplate.json", DeploymentScope::Subscription),
        ("managementGroupDeploymentTemplate.json", DeploymentScope::ManagementGroup),
        ("tenantDeploymentTemplate.json", DeploymentScope::Tenant),
    ];
    table.iter().find(|(name, _)| file.eq_ignore_ascii_case(name)).map(|(_, scope)| *scope)
}

/// `text` without `prefix`, which it starts with in any case.
fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax;

    #[test]
    fn recognises_documents() {
        use DeploymentScope as Scope;
        let schema = |text: &str| format!(r#"{{"$schema": "{text}"}}"#);
        let azure = |text: &str| schema(&format!("https://schema.management.azure.com/schemas/{text}"));
        let other = |text: &str| DocumentKind::Other(Some(text.into()));
        let table = [
            (azure("2019-04-01/deploymentTemplate.json#"), DocumentKind::Template(Scope::ResourceGroup)),
            (azure("2015-01-01/DeploymentTemplate.json"), DocumentKind::Template(Scope::ResourceGroup)),
            (azure("2019-03-01-hybrid/deploymentTemplate.json#"), DocumentKind::Template(Scope::ResourceGroup)),
            (azure("2018-05-01/subscriptionDeploymentTemplate.json#"), DocumentKind::Template(Scope::Subscription)),
            (
                azure("2019-08-01/managementGroupDeploymentTemplate.json#"),
                DocumentKind::Template(Scope::ManagementGroup),
            ),
            (azure("2019-08-01/tenantDeploymentTemplate.json#"), DocumentKind::Template(Scope::Tenant)),
            (
                schema(" HTTP://Schema.Management.Azure.com/schemas/2014-04-01-preview/deploymentTemplate.json# "),
                DocumentKind::Template(Scope::ResourceGroup),
            ),
            (azure("2019-04-01/deploymentParameters.json#"), DocumentKind::Parameters),
            (azure("0.1.2-preview/CreateUIDefinition.MultiVm.json#"), other("CreateUIDefinition.MultiVm.json")),
            (
                schema("https://example.com/schemas/2019-04-01/deploymentTemplate.json"),
                other("deploymentTemplate.json"),
            ),
            (schema("https://é"), other("é")),
            ("{}".to_owned(), DocumentKind::Other(None)),
            ("[1]".to_owned(), DocumentKind::Other(None)),
            (r#"{"type": "A.B/c", "name": "n"}"#.to_owned(), DocumentKind::Resources),
        ];
        for (text, expected) in table {
            assert_eq!(recognise(&syntax::parse(&text).unwrap()), expected, "{text}");
        }
    }
}
