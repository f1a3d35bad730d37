//! `akslint rules`.

use super::rule_arguments::{ListFormat, RulesArguments};
use super::terminal::Terminal;
use super::{INCOMPLETE, complain, print_text};
use crate::check::ruleset::{self, LoadedRules};
use crate::config::Config;
use crate::report::InputStatus;
use crate::report::human::input_line;
use crate::report::rule_list::{ListedRule, TableOptions, write_list, write_table};
use crate::rules::rule::Rule;
use std::path::Path;
use std::process::ExitCode;

/// Lists the rules that are loaded.
pub fn run(arguments: &RulesArguments) -> Result<ExitCode, String> {
    let mut options = arguments.documents.options()?;
    options.select.clone_from(&arguments.select);
    options.ignore.clone_from(&arguments.ignore);
    options.rule_baseline.clone_from(&arguments.rule_baseline);
    let config = arguments.documents.configuration(&options.working_directory, Path::new("."))?;
    let options = options.configured(config);
    let loaded = ruleset::load(&options)?;
    let is_choice = !options.select.is_empty() || options.rule_baseline.is_some();
    let rules: Vec<ListedRule> = loaded
        .set
        .rules
        .iter()
        .filter(|rule| loaded.selection.runs(rule) || (!is_choice && !loaded.selection.ignores(rule)))
        .filter_map(|rule| leveled(listed(rule), &options.config))
        .collect();
    let mut bytes = vec![];
    let terminal = Terminal::detect(arguments.color);
    let written = match arguments.format {
        ListFormat::Human => {
            write_table(&mut bytes, &rules, &TableOptions { color: terminal.color, width: terminal.width })
        }
        ListFormat::Json => write_list(&mut bytes, &rules),
    };
    written.map_err(|error| error.to_string())?;
    print_text(&String::from_utf8_lossy(&bytes))?;
    Ok(remark(&loaded))
}

/// The rule at the level that the configuration gives it; `None`: it is off.
fn leveled(mut rule: ListedRule, config: &Config) -> Option<ListedRule> {
    if let Some(level) = config.level_of(&rule.info.name, &rule.info.reference) {
        rule.info.level = level.level()?;
    }
    Some(rule)
}

/// A rule as lists show it.
pub fn listed(rule: &Rule) -> ListedRule {
    let source = &rule.metadata.source;
    ListedRule {
        info: ruleset::info(rule),
        types: rule.types.clone(),
        is_opt_in: !rule.default,
        is_shipped: rule.is_shipped(),
        source: (source.file.path().to_owned(), source.line),
    }
}

/// Says on standard error what is wrong with rule documents, and gives the exit code that goes with it.
pub fn remark(loaded: &LoadedRules) -> ExitCode {
    for finding in &loaded.findings {
        let location = &finding.primary.location;
        let place = super::evaluation::at(&location.file, location.span);
        complain(&format!("{}: {place}: {}", finding.level.as_str(), finding.message));
    }
    let mut code = ExitCode::SUCCESS;
    for input in loaded.inputs.iter().filter(|input| input.status == InputStatus::Failed) {
        complain(&format!("failed {}", input_line(input)));
        code = ExitCode::from(INCOMPLETE);
    }
    code
}
