//! `akslint explain`.

use super::print_text;
use super::rule_arguments::ExplainArguments;
use super::rules::{listed, remark};
use super::terminal::Terminal;
use crate::check::ruleset;
use crate::report::page::{PageOptions, render};
use crate::report::rule_list::{TableOptions, write_table};
use crate::rules::pages;
use crate::rules::read::nearest;
use crate::rules::rule::{Rule, RuleSet};
use crate::rules::select::Term;
use std::path::Path;
use std::process::ExitCode;

/// Shows a rule's page, or the list of the rules below a name.
pub fn run(arguments: &ExplainArguments) -> Result<ExitCode, String> {
    let options = arguments.documents.options()?;
    let config = arguments.documents.configuration(&options.working_directory, Path::new("."))?;
    let loaded = ruleset::load(&options.configured(config))?;
    let terminal = Terminal::detect(arguments.color);
    let wanted = arguments.rule.trim();
    let text = match loaded.set.rule(wanted) {
        Some(rule) => {
            let page = pages::page_of(rule).map_or_else(|| page_from_metadata(rule), str::to_owned);
            render(&page, &PageOptions { color: terminal.color, width: terminal.width })
        }
        None => {
            let below = below(&loaded.set, wanted).ok_or_else(|| unknown(&loaded.set, wanted))?;
            let rules: Vec<_> = below.into_iter().map(listed).collect();
            let mut bytes = vec![];
            let options = TableOptions { color: terminal.color, width: terminal.width };
            write_table(&mut bytes, &rules, &options).map_err(|error| error.to_string())?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    print_text(&text)?;
    Ok(remark(&loaded))
}

/// The rules whose names begin with `prefix`, up to a dot, or whose refs do (`AKS1`); `None` if there are none.
fn below<'r>(set: &'r RuleSet, prefix: &str) -> Option<Vec<&'r Rule>> {
    let term = Term::parse(prefix).ok().filter(|term| matches!(term, Term::Name(_)))?;
    let is_below = |rule: &&Rule| {
        let start = rule.reference().get(..prefix.len());
        term.matches(rule) || (prefix.len() > 3 && start.is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
    };
    let rules: Vec<&Rule> = set.rules.iter().filter(is_below).collect();
    (!rules.is_empty()).then_some(rules)
}

fn unknown(set: &RuleSet, wanted: &str) -> String {
    let known: Vec<&str> = set.rules.iter().flat_map(|rule| [rule.name(), rule.reference()]).collect();
    let known: Vec<&str> = known.into_iter().filter(|name| !name.is_empty()).collect();
    match nearest(wanted, &known) {
        Some(near) => format!("there is no rule '{wanted}'; did you mean '{near}'?"),
        None => format!("there is no rule '{wanted}'; `akslint rules` lists those there are"),
    }
}

/// A page for a rule that has none, made of what its document says.
fn page_from_metadata(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let source = &metadata.source;
    let title = format!("{} {}", rule.reference(), rule.name());
    let mut page = format!("# {}\n\nLevel: {}", title.trim_start(), rule.level.as_str());
    if !rule.default {
        page.push_str(" | Off unless selected");
    }
    page.push_str(&format!(" | From: {}, line {}\n", source.file.path(), source.line));
    let mut paragraph = |heading: &str, text: Option<&str>| {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            let heading = if heading.is_empty() { String::new() } else { format!("\n## {heading}\n") };
            page.push_str(&format!("{heading}\n{text}\n"));
        }
    };
    paragraph("", metadata.display_name.as_deref().filter(|name| *name != rule.name()));
    paragraph("", metadata.synopsis.as_deref());
    paragraph("What it checks", metadata.description.as_deref());
    let types = if rule.types.is_empty() { "Every resource".to_owned() } else { rule.types.join(", ") };
    paragraph("Types", Some(&types));
    paragraph("How to fix", rule.recommend.as_deref());
    let tags: Vec<String> = metadata.tags.iter().map(|(name, value)| format!("- {name}: {value}")).collect();
    paragraph("Tags", Some(&tags.join("\n")));
    paragraph("Links", metadata.link.as_ref().map(|link| format!("- {link}")).as_deref());
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::rules;

    const RULES: &str = "
# Synopsis: Clusters have a tier.
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Local.AKS.Tier, tags: { team: platform }, description: Looks at the tier., link: 'https://x.y' }
spec: { level: Warning, type: [ a/b ], recommend: Set a tier., condition: {} }
---
apiVersion: github.com/microsoft/PSRule/v1
kind: Rule
metadata: { name: Local.AKS.Zones, ref: LOC2 }
spec: { condition: {} }
";

    #[test]
    fn a_rule_without_page_gets_one() {
        let set = rules(RULES, true).set;
        let page = page_from_metadata(&set.rules[0]);
        assert!(page.starts_with("# Local.AKS.Tier\n\nLevel: warning | From: "), "{page}");
        let end = "\n\nClusters have a tier.\n\n## What it checks\n\nLooks at the tier.\n\n## Types\n\na/b\n\n## How to fix\n\nSet a tier.\n\n## Tags\n\n- team: platform\n\n## Links\n\n- https://x.y\n";
        assert!(page.ends_with(end), "{page}");
        assert!(page_from_metadata(&set.rules[1]).starts_with("# LOC2 Local.AKS.Zones\n\nLevel: error | From: "));
    }

    #[test]
    fn prefixes_list_and_strangers_are_told() {
        let set = rules(RULES, true).set;
        let names = |prefix: &str| below(&set, prefix).map(|rules| rules.len());
        let table = [("local.aks", Some(2)), ("Local.", Some(2)), ("LOC2", Some(1)), ("Local.AK", None), ("x", None)];
        for (prefix, expected) in table {
            assert_eq!(names(prefix), expected, "{prefix}");
        }
        assert_eq!(
            unknown(&set, "Local.AKS.Teir"),
            "there is no rule 'Local.AKS.Teir'; did you mean 'Local.AKS.Tier'?"
        );
        assert!(unknown(&set, "q").contains("akslint rules"));
    }
}
