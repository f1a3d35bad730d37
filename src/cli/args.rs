//! The command line's words.

use super::examples;
use super::rule_arguments::{ExplainArguments, RulesArguments, TestArguments};
use super::terminal::Color;
use crate::finding::Applicability;
use crate::report::{FailOn, Show};
use crate::rules::read::nearest;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Finds AKS API servers that are open to the Internet, in ARM templates and compiled Bicep.
#[derive(Debug, Parser)]
#[command(
    name = "akslint",
    version,
    about,
    after_help = examples::CHECK,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    override_usage = "akslint [check] [OPTIONS] [PATH]..."
)]
pub struct Arguments {
    /// What to do; without it: check.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `check`, which need no subcommand.
    #[command(flatten)]
    pub check: CheckArguments,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check templates (the default)
    #[command(after_help = examples::CHECK)]
    Check(Box<CheckArguments>),
    /// Print the resources that a template deploys, as JSON, with all that is known put in
    #[command(after_help = examples::EXPAND)]
    Expand(ExpandArguments),
    /// Print what an expression of the template language comes to
    #[command(after_help = examples::EVAL)]
    Eval(EvalArguments),
    /// List the rules that are loaded
    #[command(after_help = examples::RULES)]
    Rules(RulesArguments),
    /// Show a rule's page: what it checks, why, and how to fix what it finds
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArguments),
    /// Run the tests that stand beside rule documents
    #[command(after_help = examples::TEST)]
    Test(TestArguments),
    /// Print the completions of a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write down the findings there are, so that `check --baseline FILE` counts new ones only
    #[command(after_help = examples::BASELINE)]
    Baseline(Box<BaselineArguments>),
    /// Write a commented configuration, akslint.yaml, to this folder
    #[command(after_help = examples::INIT)]
    Init,
}

/// The options of `expand`.
#[derive(Clone, Debug, Args)]
pub struct ExpandArguments {
    /// The template; `-` reads standard input
    pub file: PathBuf,
    /// Parameters file to pass
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
}

/// The options of `eval`.
#[derive(Clone, Debug, Args)]
pub struct EvalArguments {
    /// The expression, with or without the brackets around it
    #[arg(allow_hyphen_values = true)]
    pub expression: String,
    /// Template whose parameters, variables and functions the expression may use; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Parameters file to pass to the template
    #[arg(long, value_name = "FILE", requires = "template")]
    pub parameters: Option<PathBuf>,
}

/// The options of `baseline`: those of `check` that decide what is found.
#[derive(Clone, Debug, Args)]
pub struct BaselineArguments {
    /// Templates, parameters files, exported resources, or folders with them [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The file to write; paths in it are told from where it lies [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Read commands in scripts and pipeline files too
    #[arg(long)]
    pub scripts: bool,

    /// Parameters file to use, instead of those found beside templates; may be repeated
    #[arg(long, value_name = "FILE")]
    pub parameters: Vec<PathBuf>,

    /// Configuration to use, instead of the nearest akslint.yaml above each path
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Write down findings of these rules only, named as for check
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Leave these rules out, named as for check
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Rule document, or folder of them, in PSRule's YAML or JSON; may be repeated
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,

    /// Baseline of the rule documents that chooses rules and their levels
    #[arg(long, value_name = "NAME")]
    pub rule_baseline: Option<String>,

    /// Do not run the rules that come with akslint
    #[arg(long)]
    pub no_default_rules: bool,

    /// Treat what PSRule would tolerate in a rule document as an error
    #[arg(long)]
    pub strict_rules: bool,
}

/// The options of `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArguments {
    /// Templates, parameters files, exported resources, or folders with them; `-` reads standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The path that standard input would have: parameters files are looked for beside it
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,

    /// Read commands in scripts too (.sh, .bash, .azcli, .ps1, .psm1) and in pipeline files (.yml, .yaml): `az aks`, New-AzAksCluster
    #[arg(long)]
    pub scripts: bool,

    /// Parameters file to use, instead of those found beside templates; may be repeated
    #[arg(long, value_name = "FILE", help_heading = "What with")]
    pub parameters: Vec<PathBuf>,

    /// Configuration to use, instead of the nearest akslint.yaml above each path
    #[arg(long, value_name = "FILE", help_heading = "What with")]
    pub config: Option<PathBuf>,

    /// Run these rules only: a name, a ref such as AKS104, a name's beginning up to a dot, `tag:k=v`, `label:k=v`, `level:warning`
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "What is reported")]
    pub select: Vec<String>,

    /// Leave these rules out; as --select
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "What is reported")]
    pub ignore: Vec<String>,

    /// Outcomes to show: fail, unknown, error, pass, none, or all
    #[arg(
        long,
        value_name = "OUTCOME",
        value_delimiter = ',',
        default_value = "fail,unknown,error",
        help_heading = "What is reported"
    )]
    pub show: Vec<Outcomes>,

    /// Rule document, or folder of them, in PSRule's YAML or JSON; may be repeated
    #[arg(long, value_name = "PATH", help_heading = "What is reported")]
    pub rules: Vec<PathBuf>,

    /// Baseline of the rule documents, of PSRule's kind: it chooses rules, their levels and configuration values
    #[arg(long, value_name = "NAME", help_heading = "What is reported")]
    pub rule_baseline: Option<String>,

    /// Do not run the rules that come with akslint
    #[arg(long, help_heading = "What is reported")]
    pub no_default_rules: bool,

    /// Treat what PSRule would tolerate in a rule document as an error
    #[arg(long, help_heading = "What is reported")]
    pub strict_rules: bool,

    /// Findings that are known and do not count, as `akslint baseline` writes them
    #[arg(long, value_name = "FILE", help_heading = "What is reported")]
    pub baseline: Option<PathBuf>,

    /// What to write to standard output
    #[arg(long, value_enum, default_value_t = Format::Human, help_heading = "How")]
    pub format: Format,

    /// Write to a file besides; without FORMAT the extension decides (.sarif, .json, .xml, .md, .txt); may be repeated
    #[arg(long, value_name = "[FORMAT=]FILE", help_heading = "How")]
    pub output: Vec<Output>,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, help_heading = "How")]
    pub color: Color,

    /// Say less: findings only
    #[arg(short, long, help_heading = "How")]
    pub quiet: bool,

    /// Say more: list every skipped file
    #[arg(short, long, conflicts_with = "quiet", help_heading = "How")]
    pub verbose: bool,

    /// Carry out the fixes that findings offer, then report what is left; `--fix=unsafe`: also those that somebody should look at
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "safe",
        help_heading = "Then"
    )]
    pub fix: Option<Fixes>,

    /// Edit generated templates too, although the next build undoes it
    #[arg(long, help_heading = "Then")]
    pub fix_generated: bool,

    /// Write nothing; show what --fix (or --fix=unsafe, if given) would change
    #[arg(long, help_heading = "Then")]
    pub diff: bool,

    /// From which finding on to exit with 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Threshold::Error, help_heading = "Then")]
    pub fail_on: Threshold,
}

impl CheckArguments {
    /// The outcomes that were asked for, as one choice.
    pub fn shown(&self) -> Show {
        let mut show = Show::nothing();
        for outcome in &self.show {
            match outcome {
                Outcomes::Fail => show.fail = true,
                Outcomes::Unknown => show.unknown = true,
                Outcomes::Error => show.error = true,
                Outcomes::Pass => show.pass = true,
                Outcomes::None => show.none = true,
                Outcomes::All => show = Show::all(),
            }
        }
        show
    }
}

/// A word of `--show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Outcomes {
    /// Failures
    Fail,
    /// What could not be decided
    Unknown,
    /// Rules that went wrong
    Error,
    /// Rules that passed
    Pass,
    /// Rules that did not apply
    None,
    /// Everything, suppressed results too
    All,
}

/// A report's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// One JSON document, every result of every evaluation
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// One line a finding, as compilers write them
    Concise,
    /// Annotations for GitHub Actions
    Github,
    /// Issues for Azure Pipelines
    AzurePipelines,
    /// JUnit's XML, for test reports
    Junit,
    /// A page in Markdown, for a job's summary
    Markdown,
}

impl Format {
    /// The format that the extension of `path` stands for, if any.
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
        Some(match extension.as_str() {
            "sarif" => Self::Sarif,
            "json" => Self::Json,
            "xml" => Self::Junit,
            "md" => Self::Markdown,
            "txt" => Self::Human,
            _ => return None,
        })
    }

    /// All names, as usage errors list them.
    fn names() -> String {
        let values = Self::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    }
}

/// A word of `--fix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fixes {
    /// Those that keep the meaning, or mend what Azure rejects in the one possible way
    Safe,
    /// All
    Unsafe,
}

impl From<Fixes> for Applicability {
    fn from(fixes: Fixes) -> Self {
        match fixes {
            Fixes::Safe => Self::Safe,
            Fixes::Unsafe => Self::Unsafe,
        }
    }
}

/// A word of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    /// Failures of level error
    Error,
    /// Failures of level warning or error
    Warning,
    /// Any failure
    Note,
    /// Any failure, and whatever could not be decided
    Unknown,
    /// Nothing
    Never,
}

impl From<Threshold> for FailOn {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Error => Self::Error,
            Threshold::Warning => Self::Warning,
            Threshold::Note => Self::Note,
            Threshold::Unknown => Self::Unknown,
            Threshold::Never => Self::Never,
        }
    }
}

/// A file to write a report to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// In which format.
    pub format: Format,
    /// Where.
    pub path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((format, path)) = text.split_once('=')
            && let Ok(format) = Format::from_str(format, true)
        {
            return if path.is_empty() {
                Err("no file named behind `=`".into())
            } else {
                Ok(Self { format, path: path.into() })
            };
        }
        // A misspelt format would make a file of a strange name.
        let names = Format::names();
        if let Some((word, path)) = text.split_once('=')
            && let Some(near) = nearest(word, &names.split(", ").collect::<Vec<_>>())
        {
            return Err(format!("'{word}' is no format; did you mean {near}={path}?"));
        }
        match Format::of(Path::new(text)) {
            Some(format) => Ok(Self { format, path: text.into() }),
            None => Err(format!(
                "the extension names no format (.sarif, .json, .xml, .md and .txt do); write FORMAT={text}, with one of {}",
                names
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn options_are_consistent() {
        Arguments::command().debug_assert();
    }

    /// Long names of all options of the command and those below it.
    fn options(command: &clap::Command, found: &mut Vec<String>) {
        let own = command.get_arguments().filter(|argument| !argument.is_hide_set());
        found.extend(own.filter_map(|argument| argument.get_long()).map(|name| format!("--{name}")));
        command.get_subcommands().for_each(|below| {
            found.push(format!("akslint {}", below.get_name()));
            options(below, found);
        });
    }

    #[test]
    fn the_documentation_names_every_option_and_format() {
        let text = include_str!("../../docs/cli.md").replace("akslint [check]", "akslint check");
        let mut names = vec![];
        options(&Arguments::command(), &mut names);
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            assert!(text.contains(&name), "docs/cli.md says nothing of {name}");
        }
        let formats = include_str!("../../docs/formats.md");
        for format in Format::value_variants() {
            let name = format.to_possible_value().unwrap().get_name().to_owned();
            assert!(text.contains(&format!("`{name}`")), "docs/cli.md says nothing of {name}");
            assert!(formats.contains(&format!("\n## {name}\n")), "docs/formats.md says nothing of {name}");
        }
    }

    #[test]
    fn the_extension_or_a_name_decides_the_format() {
        let table = [
            ("a/b.sarif", Some((Format::Sarif, "a/b.sarif"))),
            ("x.JSON", Some((Format::Json, "x.JSON"))),
            ("sarif=x.json", Some((Format::Sarif, "x.json"))),
            ("human=x=y", Some((Format::Human, "x=y"))),
            ("k=v.json", Some((Format::Json, "k=v.json"))),
            ("x.xml", Some((Format::Junit, "x.xml"))),
            ("x.md", Some((Format::Markdown, "x.md"))),
            ("x.txt", Some((Format::Human, "x.txt"))),
            ("github=-", Some((Format::Github, "-"))),
            ("juint=x.xml", None),
            ("x.html", None),
            ("x", None),
            ("json=", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|(format, path)| Output { format, path: path.into() });
            assert_eq!(text.parse::<Output>().ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_level_of_fixes_needs_its_equals_sign() {
        let of = |words: &[&str]| {
            let check = Arguments::try_parse_from(words).unwrap().check;
            (check.fix, check.paths.len())
        };
        assert_eq!(of(&["akslint", "a"]), (None, 1));
        assert_eq!(of(&["akslint", "--fix", "a"]), (Some(Fixes::Safe), 1));
        assert_eq!(of(&["akslint", "--fix", "unsafe"]), (Some(Fixes::Safe), 1));
        assert_eq!(of(&["akslint", "--fix=unsafe", "a"]), (Some(Fixes::Unsafe), 1));
    }

    #[test]
    fn check_may_be_left_out() {
        let of = |words: &[&str]| match Arguments::try_parse_from(words).unwrap() {
            Arguments { command: Some(Command::Check(check)), .. } => *check,
            Arguments { check, .. } => check,
        };
        for words in [&["akslint", "a", "--show", "all", "-q"][..], &["akslint", "check", "a", "--show", "all", "-q"]] {
            let check = of(words);
            assert_eq!(check.paths, [PathBuf::from("a")]);
            assert_eq!(check.shown(), Show::all());
            assert!(check.quiet);
        }
        assert_eq!(of(&["akslint"]).shown(), Show::default());
    }
}
