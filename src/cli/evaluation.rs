//! What `expand` and `eval` have in common: files in, an evaluation out.

use crate::check::CheckOptions;
use crate::check::linked::{LinkedFiles, Reach};
use crate::check::shape::{Shape, shape};
use crate::evaluate::linked::Links;
use crate::evaluate::unknown::{Cause, Reason};
use crate::evaluate::{Evaluation, Settings};
use crate::limits::Limits;
use crate::read;
use crate::source::{Place, SourceFile, Sources, Span};
use crate::syntax::{Node, parse};
use crate::template::{ParametersFile, Template, TemplateProblem, arm, parameters};
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// What stands for a template where none is named.
const NO_TEMPLATE: &str = "{}";

/// An evaluation and its files.
pub struct Loaded {
    /// The evaluation.
    pub evaluation: Rc<Evaluation>,
    /// The files that places in it name.
    pub sources: Sources,
    /// What could not be read in the files, a line each; the rest stands.
    pub problems: Vec<String>,
}

/// Reads the template at `path` (`-`: standard input; `None`: an empty one) and the parameters file, and evaluates them.
pub fn load(path: Option<&Path>, parameters: Option<&Path>) -> Result<Loaded, String> {
    let (mut sources, mut problems) = (Sources::new(), vec![]);
    let template = template(path, &mut sources, &mut problems)?;
    let arguments = parameters.map(|path| arguments(path, &mut sources, &mut problems)).transpose()?;
    let settings = Settings { limits: Limits::default(), ..Settings::default() };
    let template = Rc::new(template);
    let links: Rc<dyn Links> = Rc::new(LinkedFiles::new(reach(path), sources, &template));
    let evaluation = Evaluation::with_links(template, arguments.map(Rc::new), settings, links.clone());
    Ok(Loaded { evaluation: Rc::new(evaluation), sources: links.sources(), problems })
}

/// Linked templates may lie below the current folder and that of the template.
fn reach(path: Option<&Path>) -> Reach {
    let mut options = CheckOptions::new(std::env::current_dir().unwrap_or_default());
    options.paths.extend(path.filter(|path| *path != Path::new("-")).map(Path::to_path_buf));
    Reach::new(&options)
}

fn template(path: Option<&Path>, sources: &mut Sources, problems: &mut Vec<String>) -> Result<Template, String> {
    let (file, root) = match path {
        Some(path) => file(path)?,
        None => parsed(SourceFile::new("no template", NO_TEMPLATE))?,
    };
    if path.is_some() {
        match shape(&root) {
            Shape::Template { .. } => {}
            Shape::Parameters { .. } => {
                return Err(format!(
                    "{} is a parameters file; name it with --parameters, and its template",
                    file.path()
                ));
            }
            Shape::Resources => {
                return Err(format!("{} holds exported resources, which have nothing to evaluate", file.path()));
            }
            Shape::Other => return Err(format!("{} is no template", file.path())),
        }
    }
    let template = arm::read(&root, file.text(), sources.add(file.clone()));
    problems.extend(lines(&file, &template.problems));
    Ok(template)
}

fn arguments(path: &Path, sources: &mut Sources, problems: &mut Vec<String>) -> Result<ParametersFile, String> {
    let (file, root) = file(path)?;
    if matches!(shape(&root), Shape::Template { .. } | Shape::Resources) {
        return Err(format!("{} is no parameters file", file.path()));
    }
    let arguments = parameters::read(&root, file.text(), sources.add(file.clone()));
    problems.extend(lines(&file, &arguments.problems));
    Ok(arguments)
}

fn file(path: &Path) -> Result<(Arc<SourceFile>, Node), String> {
    let is_input = path == Path::new("-");
    let shown = if is_input { "<stdin>".to_owned() } else { path.display().to_string().replace('\\', "/") };
    let bytes = if is_input {
        read::read_from(io::stdin().lock(), read::MAX_FILE_BYTES)
    } else {
        read::read(path, read::MAX_FILE_BYTES)
    };
    let failed = |error| format!("{shown}: {error}");
    let bytes = bytes.map_err(failed)?;
    let text = read::decode(&bytes).map_err(failed)?.text.into_owned();
    parsed(SourceFile::new(shown, text))
}

fn parsed(file: SourceFile) -> Result<(Arc<SourceFile>, Node), String> {
    match parse(file.text()) {
        Ok(root) => Ok((Arc::new(file), root)),
        Err(error) => Err(format!("{}: not JSON: {}", at(&file, error.span), error.message)),
    }
}

fn lines(file: &SourceFile, problems: &[TemplateProblem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{}: {}", at(file, problem.span), problem.message)).collect()
}

/// `PATH:LINE:COLUMN` of a span's start, counted from 1, columns in characters.
pub fn at(file: &SourceFile, span: Span) -> String {
    let position = file.position(span.start);
    format!("{}:{}:{}", file.path(), position.line, position.column)
}

/// The same of a place; empty if its file is not there.
pub fn at_place(sources: &Sources, place: Place) -> String {
    sources.get(place.file).map(|file| at(file, place.span)).unwrap_or_default()
}

/// Whether something is wrong with the template, the expression or this tool, so that no value will ever be there; other unknown
/// values are there once it is deployed.
pub fn is_error(reason: &Reason) -> bool {
    matches!(reason.cause, Cause::Error(_) | Cause::Limit(_) | Cause::UnknownFunction(_))
}
