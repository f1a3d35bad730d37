//! Templates that others link to by path: found beside them, inside what is checked, and read.

use super::shape::{Shape, shape};
use super::{CheckOptions, full};
use crate::config::Config;
use crate::discover::{shown_path, tidied};
use crate::evaluate::linked::{Link, Links, NotRead};
use crate::read;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::parse_within;
use crate::template::{Template, arm};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// The most linked templates that one evaluation reads.
const MAX_FILES: usize = 256;

/// How far links may lead: which files a run may read besides those it was given.
#[derive(Clone, Debug)]
pub struct Reach(Arc<Bounds>);

#[derive(Debug)]
struct Bounds {
    working_directory: PathBuf,
    /// Folders without symbolic links; nothing outside of them is read.
    roots: Vec<PathBuf>,
    texts: BTreeMap<String, String>,
    max_file_bytes: u64,
    config: Config,
}

impl Reach {
    /// Links may lead anywhere in the working directory, in the folders that are checked, and in those of files that are.
    pub fn new(options: &CheckOptions) -> Self {
        let mut roots = vec![options.working_directory.clone()];
        for path in &options.paths {
            let path = full(&options.working_directory, path);
            let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
            roots.extend(folder.map(Path::to_path_buf));
        }
        let mut roots: Vec<PathBuf> = roots.iter().filter_map(|root| fs::canonicalize(root).ok()).collect();
        roots.sort();
        roots.dedup();
        Self(Arc::new(Bounds {
            working_directory: options.working_directory.clone(),
            roots,
            texts: options.texts.clone(),
            max_file_bytes: options.max_file_bytes,
            config: options.config.clone(),
        }))
    }

    /// The text of the file at `path`.
    fn text(&self, path: &Path) -> Result<String, NotRead> {
        let refused = |why: &str| Err(NotRead::Refused(why.to_owned()));
        if path.components().any(|component| component == Component::ParentDir) {
            return refused("the path leads out of the file system");
        }
        let actual = match fs::canonicalize(path) {
            Ok(actual) => actual,
            Err(_) => return Err(NotRead::Absent),
        };
        let Bounds { working_directory, roots, texts, max_file_bytes, config } = &*self.0;
        if !roots.iter().any(|root| actual.starts_with(root)) {
            return refused("it lies outside of what is checked");
        }
        if config.excludes(path) {
            return refused("the configuration excludes it");
        }
        if let Some(text) = texts.get(&shown_path(working_directory, path)) {
            return Ok(text.clone());
        }
        let refused = |error: read::ReadError| NotRead::Refused(error.to_string());
        let bytes = read::read(&actual, *max_file_bytes).map_err(refused)?;
        Ok(read::decode(&bytes).map_err(refused)?.text.into_owned())
    }
}

/// The linked templates of one evaluation.
pub struct LinkedFiles {
    reach: Reach,
    sources: RefCell<Sources>,
    known: RefCell<BTreeMap<PathBuf, Result<Rc<Template>, NotRead>>>,
    is_followed: Cell<bool>,
}

impl LinkedFiles {
    /// Those that `template`, one of the files of `sources`, leads to.
    pub fn new(reach: Reach, sources: Sources, template: &Rc<Template>) -> Self {
        let own = sources.get(template.file).map(|file| tidied(&reach.0.working_directory.join(file.path())));
        let known = own.map(|path| (path, Ok(template.clone()))).into_iter().collect();
        Self { reach, sources: RefCell::new(sources), known: RefCell::new(known), is_followed: Cell::new(false) }
    }

    /// Whether a link was followed, to whatever end.
    pub fn is_followed(&self) -> bool {
        self.is_followed.get()
    }

    fn path_of(&self, link: &Link) -> Option<PathBuf> {
        let sources = self.sources.borrow();
        let from = self.reach.0.working_directory.join(sources.get(link.from)?.path());
        Some(tidied(&from.parent()?.join(link.path.replace('\\', "/"))))
    }

    fn read(&self, path: &Path) -> Result<Rc<Template>, NotRead> {
        if self.known.borrow().len() > MAX_FILES {
            return Err(NotRead::Refused(format!("more than {MAX_FILES} templates are linked")));
        }
        let text = self.reach.text(path)?;
        let limits = &self.reach.0.config.limits;
        let root = parse_within(&text, limits.nesting)
            .map_err(|error| NotRead::Refused(format!("it is not JSON: {}", error.message)))?;
        if !matches!(shape(&root), Shape::Template { .. }) {
            return Err(NotRead::Refused("it is no template".to_owned()));
        }
        let file = Arc::new(SourceFile::new(shown_path(&self.reach.0.working_directory, path), text));
        let id: FileId = self.sources.borrow_mut().add(file.clone());
        Ok(Rc::new(arm::read_within(&root, file.text(), id, limits.expression)))
    }
}

impl Links for LinkedFiles {
    fn template(&self, link: &Link) -> Result<Rc<Template>, NotRead> {
        self.is_followed.set(true);
        let path = self.path_of(link).ok_or(NotRead::Absent)?;
        let known = self.known.borrow().get(&path).cloned();
        known.unwrap_or_else(|| {
            let read = self.read(&path);
            self.known.borrow_mut().insert(path, read.clone());
            read
        })
    }

    fn sources(&self) -> Sources {
        self.sources.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::finding::Outcome;

    const CLUSTER: &str = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "parameters": {"ranges": {"type": "array"}},
        "resources": [{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2024-05-01", "name": "c",
            "properties": {"apiServerAccessProfile": {"authorizedIPRanges": "[parameters('ranges')]"}}}],
        "outputs": {"o": {"type": "string", "value": "x"}}}"#;

    /// A template that passes `ranges` to the one linked by `link`.
    fn linking(link: &str) -> String {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "parameters": {{"base": {{"type": "string", "defaultValue": "[deployment().properties.templateLink.uri]"}}}},
            "variables": {{"url": "[uri(parameters('base'), 'nested/cluster.json')]"}},
            "resources": [{{"type": "Microsoft.Resources/deployments", "apiVersion": "2021-04-01", "name": "d", "properties": {{
                "templateLink": {link}, "parameters": {{"ranges": {{"value": ["0.0.0.0/0"]}}}}}}}}]}}"#
        )
    }

    /// What is said of `main/azuredeploy.json`, the run starting in `main`: a line for each failure.
    fn said(main: &str, others: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in others.iter().chain(&[("main/azuredeploy.json", main)]) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut options = CheckOptions::new(folder.path().join("main"));
        options.paths.push("azuredeploy.json".into());
        let report = check(&options).unwrap();
        let failures = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
        let line = |finding: &crate::finding::Finding| {
            let assumed = finding.conditions.iter().any(|condition| condition.contains("linked by URI"));
            let resource = finding.resource.as_ref().map_or("", |resource| &resource.path);
            let assumed = if assumed { " assumed" } else { "" };
            format!("{} {} {resource}{assumed}", finding.reference, finding.primary.location.file.path())
        };
        failures.map(line).collect()
    }

    #[test]
    fn reads_what_is_linked_inside_of_what_is_checked() {
        let near: &[(&str, &str)] = &[("main/nested/cluster.json", CLUSTER)];
        let far: &[(&str, &str)] = &[("other/cluster.json", CLUSTER)];
        let unread = "AKS902 azuredeploy.json ".to_owned();
        // The range that is open stands in the template that passes it.
        let (found, assumed) =
            ("AKS104 azuredeploy.json $.resources[0]", "AKS104 azuredeploy.json $.resources[0] assumed");
        let table = [
            (r#"{"relativePath": "nested/cluster.json"}"#, near, found),
            (r#"{"relativePath": "./nested/../nested/cluster.json"}"#, near, found),
            (r#"{"relativePath": "nested/none.json"}"#, near, &unread),
            (r#"{"relativePath": "../other/cluster.json"}"#, far, &unread),
            (r#"{"uri": "[variables('url')]"}"#, near, assumed),
            (r#"{"uri": "[concat(parameters('base'), '/nested/cluster.json', 'sas')]"}"#, near, assumed),
            (r#"{"uri": "[format('{0}/nested/cluster.json{1}', parameters('base'), '')]"}"#, near, assumed),
            (r#"{"uri": "https://raw.githubusercontent.com/a/b/nested/cluster.json"}"#, near, assumed),
            (r#"{"uri": "https://raw.githubusercontent.com/a/b/azuredeploy.json"}"#, near, &unread),
            (r#"{"uri": "[uri(parameters('base'), 'cluster.json')]"}"#, near, &unread),
            (
                r#"{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/t/versions/1"}"#,
                near,
                &unread,
            ),
        ];
        for (link, others, expected) in table {
            assert_eq!(said(&linking(link), others), [expected], "{link}");
        }
    }

    #[test]
    fn ends_where_templates_link_to_each_other() {
        let back = linking(r#"{"relativePath": "../azuredeploy.json"}"#);
        let own = linking(r#"{"relativePath": "azuredeploy.json"}"#);
        assert_eq!(said(&own, &[]), ["AKS902 azuredeploy.json "]);
        let there = linking(r#"{"relativePath": "nested/back.json"}"#);
        assert_eq!(said(&there, &[("main/nested/back.json", &back)]), ["AKS902 nested/back.json "]);
    }

    #[cfg(unix)]
    #[test]
    fn follows_no_link_of_the_file_system_that_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main");
        fs::create_dir_all(&main).unwrap();
        fs::write(folder.path().join("cluster.json"), CLUSTER).unwrap();
        std::os::unix::fs::symlink(folder.path().join("cluster.json"), main.join("cluster.json")).unwrap();
        let reach = Reach::new(&CheckOptions::new(&main));
        assert!(matches!(reach.text(&main.join("cluster.json")), Err(NotRead::Refused(_))));
        assert!(matches!(reach.text(&main.join("none.json")), Err(NotRead::Absent)));
    }
}
