//! A rule's page: the Markdown of `docs/rules/`, taken apart for lists of rules and laid out for a terminal.

mod inline;
mod terminal;

pub use terminal::{PageOptions, render};

/// Where the pages that others link to are published.
const PUBLISHED: &str = "https://github.com/akslint/akslint/blob/main/docs/rules/";

/// What stands under the heading `## HEADING` of a page, up to the next heading of its kind.
///
/// ```
/// let page = "# A\n\n## Why\n\nBecause.\n\n## Links\n";
/// assert_eq!(akslint::report::page::section(page, "Why"), Some("Because."));
/// ```
pub fn section<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n"))?;
    let text = rest.split_once("\n## ").map_or(rest, |(text, _)| text);
    Some(text.trim())
}

/// Markdown as plain text: no marks, links without their addresses. For prose; code stays as it is.
pub fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for piece in inline::pieces(markdown) {
        text.push_str(&piece.text);
    }
    text
}

/// What a page says the rule is about and why it matters, as plain text; `None` if it says neither.
pub fn description(page: &str) -> Option<String> {
    let parts: Vec<String> =
        ["What it checks", "Why it matters"].iter().filter_map(|heading| section(page, heading)).map(plain).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What a page says to do, as plain text.
pub fn recommendation(page: &str) -> Option<String> {
    section(page, "How to fix").map(plain)
}

/// The page with its links to pages beside it made absolute, so that it can be read anywhere.
pub fn absolute(page: &str) -> String {
    page.replace("](AKS", &format!("]({PUBLISHED}AKS")).replace("](../", &format!("]({PUBLISHED}../"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{pack, pages};

    #[test]
    fn takes_pages_apart() {
        let page =
            "# R N\n\nLevel: x\n\n## What it checks\n\n`a` is **b**, see [c](AKS101.md).\n\n## Why it matters\n\nSo.\n";
        assert_eq!(description(page).as_deref(), Some("a is b, see c.\n\nSo."));
        assert_eq!(description("# R N\n"), None);
        assert!(absolute(page).contains("[c](https://github.com/akslint/akslint/blob/main/docs/rules/AKS101.md)"));
        assert_eq!(recommendation(page), None);
    }

    #[test]
    fn every_page_says_what_it_is_about() {
        for rule in &pack::embedded().rules {
            let page = pages::page(rule.reference()).unwrap();
            let text = description(page).unwrap();
            assert!(text.len() > 40 && !text.contains("](") && !text.contains("**"), "{}: {text}", rule.reference());
            assert!(recommendation(page).is_some(), "{}", rule.reference());
        }
    }
}
