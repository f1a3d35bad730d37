//! The words of the commands about rules: `rules`, `explain` and `test`.

use super::clock::today;
use super::terminal::Color;
use crate::check::CheckOptions;
use crate::config::{Config, nearest};
use crate::discover::tidied;
use clap::{Args, ValueEnum};
use std::env;
use std::path::{Path, PathBuf};

/// Which rule documents are loaded.
#[derive(Clone, Debug, Args)]
pub struct Documents {
    /// Rule document, or folder of them, in PSRule's YAML or JSON; may be repeated
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,

    /// Leave out the rules that come with akslint
    #[arg(long)]
    pub no_default_rules: bool,

    /// Treat what PSRule would tolerate in a rule document as an error
    #[arg(long)]
    pub strict_rules: bool,

    /// Configuration to use, instead of the nearest akslint.yaml above
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Documents {
    /// Options that load these documents, from the working directory, without a configuration.
    pub fn options(&self) -> Result<CheckOptions, String> {
        let working_directory = env::current_dir().map_err(|error| format!("no working directory: {error}"))?;
        let mut options = CheckOptions::new(working_directory);
        options.rules.clone_from(&self.rules);
        options.default_rules = !self.no_default_rules;
        options.strict_rules = self.strict_rules;
        options.today = today();
        Ok(options)
    }

    /// The configuration that is named, or else the nearest one for the path, told from the working directory.
    pub fn configuration(&self, working_directory: &Path, path: &Path) -> Result<Config, String> {
        let found = self.config.clone().or_else(|| nearest(&tidied(&working_directory.join(path))));
        match found {
            Some(found) => Config::load(working_directory, &found).map_err(|error| error.to_string()),
            None => Ok(Config::default()),
        }
    }
}

/// The options of `rules`.
#[derive(Clone, Debug, Args)]
pub struct RulesArguments {
    /// Which documents.
    #[command(flatten)]
    pub documents: Documents,

    /// List what runs with these rules selected, as for check
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Leave these rules out, as for check
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// List what runs with this baseline of the rule documents, as for check
    #[arg(long, value_name = "NAME")]
    pub rule_baseline: Option<String>,

    /// What to write
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub format: ListFormat,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// The options of `explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArguments {
    /// The rule: a ref such as AKS104, a name in any case, or a name's beginning up to a dot, which lists the rules below it
    pub rule: String,

    /// Which documents.
    #[command(flatten)]
    pub documents: Documents,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// The options of `test`.
#[derive(Clone, Debug, Args)]
pub struct TestArguments {
    /// Files of cases, or folders with them [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Which documents, besides those that the files of cases are about.
    #[command(flatten)]
    pub documents: Documents,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// A list's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table for people
    Human,
    /// One JSON document
    Json,
}
