//! What holds of every template, whatever it says. Each law panics where it is broken.

use super::bench::{self, Input};
use super::forms::{self, Form};
use super::generate::Generated;
use akslint::check::analysis::Prepared;
use akslint::check::offers::gives_way;
use akslint::finding::{Applicability, Finding, Outcome};
use akslint::fix::newcomer;
use akslint::syntax::{Node, parse};
use std::collections::{BTreeMap, BTreeSet};

/// The verdict does not depend on blanks, comments, line ends and escapes.
pub fn formatting(prepared: &Prepared, input: &Input, forms: &[Form]) {
    let Ok(root) = parse(&input.template) else { return };
    let Some((files, analysis)) = bench::analysed(prepared, input) else { return };
    bench::check_report(&files, &analysis);
    let expected = verdicts(&analysis.findings, true);
    let offers = offers(&analysis.findings);
    for form in forms {
        let formed = Input { template: forms::write(&root, *form), ..input.clone() };
        let findings = bench::findings(prepared, &formed);
        let of = format!("{form:?}: {}", formed.template);
        assert_same(&expected, &verdicts(&findings, true), &of);
        assert_alike(&offers, &self::offers(&findings), &of);
    }
}

/// How often each fix is offered, by the finding's rule.
fn offers(findings: &[Finding]) -> BTreeMap<String, usize> {
    let mut offers = BTreeMap::new();
    for finding in findings {
        for fix in &finding.fixes {
            *offers.entry(format!("{} {} {}", finding.reference, path(finding), fix.description)).or_default() += 1;
        }
    }
    offers
}

/// Of several fixes, those whose edits touch are tried one by one, others together: which of them bring something to light then, and are
/// withheld, may differ. That something is offered does not, nor the only one.
fn assert_alike(expected: &BTreeMap<String, usize>, got: &BTreeMap<String, usize>, of: &str) {
    let is_one = |offers: &BTreeMap<String, usize>| offers.values().sum::<usize>() < 2;
    if is_one(expected) && is_one(got) {
        assert_same(expected, got, of);
    }
    assert_eq!(expected.is_empty(), got.is_empty(), "{expected:#?}\n{got:#?}\n{of}");
}

/// The verdict does not depend on the order of keys and the case of the language's own.
pub fn order_and_case(prepared: &Prepared, input: &Input, forms: &[Form]) {
    let Ok(root) = parse(&input.template) else { return };
    if has_twins(&root) {
        return;
    }
    let findings = bench::findings(prepared, input);
    // What is left out at a limit depends on what comes first.
    if is_limited(&findings) {
        return;
    }
    // One rule is about the case of keys.
    let verdicts = |mut findings: Vec<Finding>| {
        findings.retain(|finding| &*finding.reference != "AKS409");
        verdicts(&findings, false)
    };
    let expected = verdicts(findings);
    for form in forms {
        let formed = Input { template: forms::write(&root, *form), ..input.clone() };
        let got = verdicts(bench::findings(prepared, &formed));
        assert_same(&expected, &got, &format!("{form:?}: {}", formed.template));
    }
}

/// The verdict does not depend on the order of parameters files, but for their names.
pub fn parameters_files(prepared: &Prepared, input: &Input) {
    if input.parameters.len() < 2 {
        return;
    }
    let mut turned = input.clone();
    turned.parameters.reverse();
    let (one, other) = (bench::findings(prepared, input), bench::findings(prepared, &turned));
    assert_same(&verdicts(&one, false), &verdicts(&other, false), &input.template);
}

/// Rules about names of properties: mending one may bring to light one that stood below it.
const NAMES: [&str; 3] = ["AKS106", "AKS210", "AKS409"];

/// A proven failure is not turned into a pass by values for parameters that had none. (A pass says no more than that nothing is known
/// against the resource: an entry known only while deploying is taken for a good one.)
pub fn more_known(prepared: &Prepared, generated: &Generated) {
    let fewer = bench::findings(prepared, &generated.with(&generated.few));
    let more = bench::findings(prepared, &generated.with(&generated.many));
    let same = |one: &Finding, other: &Finding| one.rule == other.rule && path(one) == path(other);
    for finding in fewer.iter().filter(|finding| finding.outcome == Outcome::Fail && finding.conditions.is_empty()) {
        let passes = more.iter().find(|found| found.outcome == Outcome::Pass && same(found, finding));
        if let Some(found) = passes {
            panic!("{}\nbecame\n{}\n{}", in_short(finding), in_short(found), generated.show());
        }
    }
}

/// Fixes converge, mend, keep what is not theirs and open nothing.
pub fn fixes(prepared: &Prepared, input: &Input, applicability: Applicability) {
    let first = bench::findings(prepared, input);
    let (fixed, after) = bench::fix(prepared, input, &first, applicability);
    assert_eq!(fixed.defects, [""; 0], "{}", input.show());
    if fixed.files.is_empty() {
        assert!(fixed.applied.is_empty());
        return;
    }
    let last = bench::findings(prepared, &after);
    // What was mended fails less often, unless a mended name brings to light what stood below it; nothing else fails more often.
    let mended: BTreeSet<&str> = fixed.applied.iter().map(|fix| fix.rule.as_str()).collect();
    let total = |findings: &[Finding]| mended.iter().map(|rule| failures(findings, rule)).sum::<usize>();
    let spare = usize::from(mended.iter().any(|rule| NAMES.contains(rule)));
    assert!(total(&last) < total(&first) + spare, "{:?}\n{}\n{}", fixed.applied, input.show(), after.show());
    let set = &prepared.rule_set;
    if let Some(new) = newcomer(&first, &last, &|new, old| gives_way(set, new, old)) {
        panic!("{}\n{:?}\n{}\n{}", in_short(new), fixed.applied, input.show(), after.show());
    }
    let before = open(&first);
    assert!(
        open(&last).iter().all(|path| before.contains(path)),
        "{:?}\n{}\n{}",
        fixed.applied,
        input.show(),
        after.show()
    );
    for (old, new) in
        std::iter::once((&input.template, &after.template)).chain(input.parameters.iter().zip(&after.parameters))
    {
        if old != new {
            let (old, new) = (parse(old).expect("JSON"), parse(new).expect("JSON"));
            assert!(empty_lists(&new) <= empty_lists(&old), "{:?}\n{}\n{}", fixed.applied, input.show(), after.show());
        }
    }
    let (again, _) = bench::fix(prepared, &after, &last, applicability);
    assert!(again.files.is_empty() && again.defects.is_empty(), "{again:?}\n{}", after.show());
}

fn failures(findings: &[Finding], rule: &str) -> usize {
    findings.iter().filter(|finding| &*finding.reference == rule && finding.outcome == Outcome::Fail).count()
}

/// The rules that between them say that a cluster is open.
const EXPOSURE: [&str; 9] = ["AKS101", "AKS102", "AKS103", "AKS104", "AKS105", "AKS106", "AKS107", "AKS111", "AKS112"];

/// The clusters that are open, or may be, by evaluation.
pub fn open(findings: &[Finding]) -> Vec<(Option<&str>, String)> {
    let is_open = |finding: &&Finding| finding.outcome == Outcome::Fail && EXPOSURE.contains(&&*finding.reference);
    findings.iter().filter(is_open).map(|finding| (finding.parameters_file.as_deref(), path(finding))).collect()
}

/// The number of arrays without elements.
pub fn empty_lists(node: &Node) -> usize {
    let own = usize::from(node.is_array() && node.elements().is_empty());
    let inner: usize = node.elements().iter().map(empty_lists).sum();
    own + inner + node.members().iter().map(|member| empty_lists(&member.value)).sum::<usize>()
}

fn is_limited(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| &*finding.reference == "AKS904" || finding.message.contains("too much depends"))
}

/// Whether an object has two keys that differ in case at most: which one counts then is a matter of order.
fn has_twins(node: &Node) -> bool {
    let mut keys: Vec<String> = node.members().iter().map(|member| member.key.text.to_lowercase()).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
        || node.members().iter().any(|member| has_twins(&member.value))
        || node.elements().iter().any(has_twins)
}

fn path(finding: &Finding) -> String {
    finding.resource.as_ref().map(|resource| resource.path.to_lowercase()).unwrap_or_default()
}

/// The finding in a few lines.
fn in_short(finding: &Finding) -> String {
    let Finding { reference, outcome, message, conditions, .. } = finding;
    format!("{reference} {} at {}: {message} {conditions:?}", outcome.as_str(), path(finding))
}

/// How often each verdict is given; with all words but those of fixes, or with rule, outcome and level alone.
fn verdicts(findings: &[Finding], with_words: bool) -> BTreeMap<String, usize> {
    let mut verdicts = BTreeMap::new();
    for finding in findings {
        let (rule, outcome, level) = (&finding.reference, finding.outcome.as_str(), finding.level.as_str());
        let mut verdict = format!("{rule} {outcome} {level} {}", path(finding));
        if with_words {
            let file = finding.parameters_file.as_deref().unwrap_or_default();
            let Finding { message, note, help, conditions, fingerprint, .. } = finding;
            verdict = format!("{verdict} {file} {fingerprint} {conditions:?}\n{message}\n{note}\n{help}");
        }
        *verdicts.entry(verdict).or_default() += 1;
    }
    verdicts
}

fn assert_same(expected: &BTreeMap<String, usize>, got: &BTreeMap<String, usize>, of: &str) {
    if expected != got {
        let only = |one: &BTreeMap<String, usize>, other: &BTreeMap<String, usize>| -> Vec<String> {
            one.iter()
                .filter(|(key, count)| other.get(*key) != Some(count))
                .map(|(key, count)| format!("{count} {key}"))
                .collect()
        };
        panic!("expected {:#?}\ngot {:#?}\n{of}", only(expected, got), only(got, expected));
    }
}
