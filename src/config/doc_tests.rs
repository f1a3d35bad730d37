//! The examples of the documentation, read.

use super::Config;
use std::path::Path;

/// The fenced blocks of a page that are marked with `language`.
fn blocks<'t>(page: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("```{language}\n");
    page.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_examples_are_configurations() {
    let pages = [include_str!("../../docs/configuration.md"), include_str!("../../docs/suppression.md")];
    for page in pages {
        let blocks = blocks(page, "yaml");
        assert!(!blocks.is_empty());
        for block in blocks {
            Config::read("akslint.yaml", Path::new("/w"), block).unwrap();
        }
    }
}

#[test]
fn the_page_names_every_key() {
    let page = include_str!("../../docs/configuration.md");
    let schema = super::schema::schema();
    for (key, section) in schema["properties"].as_object().unwrap() {
        assert!(page.contains(&format!("\n{key}:")), "{key} is missing in the example");
        for inner in section["properties"].as_object().into_iter().flatten().map(|(inner, _)| inner) {
            assert!(page.contains(inner.as_str()), "{key}.{inner} is missing");
        }
    }
    let limits = schema["properties"]["limits"]["properties"].as_object().unwrap();
    for (key, bounds) in limits {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap();
        assert!(row.ends_with(&format!("| {}, {} |", bounds["minimum"], bounds["maximum"])), "{row}");
    }
}
