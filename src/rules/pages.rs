//! The pages of the shipped rules, as `docs/rules/` has them. They are part of the program; nothing is done with one until it is
//! asked for.

use super::rule::Rule;

/// References with their pages, in the order of the references.
static PAGES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of the rule with this reference (`AKS101`, in any case), in Markdown.
pub fn page(reference: &str) -> Option<&'static str> {
    let reference = reference.to_ascii_uppercase();
    let at = PAGES.binary_search_by(|(known, _)| (*known).cmp(&reference)).ok()?;
    PAGES.get(at).map(|(_, page)| *page)
}

/// The page of a shipped rule; `None` for a rule that a user wrote, whatever it is called.
pub fn page_of(rule: &Rule) -> Option<&'static str> {
    page(rule.reference()).filter(|_| rule.is_shipped())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::pack;

    #[test]
    fn every_shipped_rule_has_its_page() {
        for rule in &pack::embedded().rules {
            let page = page(&rule.reference().to_ascii_lowercase()).unwrap_or_default();
            assert!(page.starts_with(&format!("# {} {}\n", rule.reference(), rule.name())), "{}", rule.reference());
        }
        assert_eq!(PAGES.len(), pack::embedded().rules.len());
        assert!(page("AKS000").is_none() && page("README").is_none());
    }
}
