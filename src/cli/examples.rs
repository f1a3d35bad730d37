//! What help shows below the options: examples, and exit codes.

pub(super) const CHECK: &str = "\
Examples:
  akslint .                              check every template below this folder
  akslint check main.json                check one template, with the parameters files beside it
  akslint check main.json --parameters prod.parameters.json
  akslint check --select Azure.AKS.AuthorizedIPs --show all .
  akslint check --format sarif . > akslint.sarif
  akslint check --output results.sarif --output json=all.json .
  akslint check --diff .                 show what the safe fixes would change; --fix writes it
  az aks show -g GROUP -n NAME | akslint check -
  bicep build main.bicep --stdout | akslint check - --stdin-filename main.json

Exit codes:
  0  nothing at or above the fail level (--fail-on, `error` if not given)
  1  findings at or above it
  2  the run could not do all of its job: wrong usage, a missing path, a file that should
     have been read and could not, a rule that went wrong";

pub(super) const EXPAND: &str = "\
Examples:
  akslint expand main.json
  akslint expand main.json --parameters prod.parameters.json

What is not known before deploying stands as its expression in brackets: \"[reference('x').y]\".

Exit codes:
  0  all that is known is printed
  2  something could not be read or evaluated; standard error says what";

pub(super) const EVAL: &str = "\
Examples:
  akslint eval \"concat('a', 'b')\"
  akslint eval \"[variables('ranges')]\" --template main.json --parameters prod.parameters.json

Exit codes:
  0  the value is printed as JSON
  2  the expression cannot be evaluated; standard error says why
  3  the value is not known before deploying; its expression is printed";

pub(super) const TEST: &str = "\
Examples:
  akslint test                           run the cases of every *.Rule.test.yaml below this folder
  akslint test rules/tiers.Rule.test.yaml

Exit codes:
  0  every case came out as expected
  1  some did not
  2  a file of cases, or a rule document, cannot be used; standard error says where and why";

pub(super) const RULES: &str = "\
Examples:
  akslint rules                          all that would run here, by file and ref
  akslint rules --select level:error     only those of one level
  akslint rules --rules policy           with rule documents of your own
  akslint rules --format json | jq -r '.rules[].ref'

Exit codes:
  0  the rules are listed
  2  a rule document, the configuration or an option cannot be used; standard error says why";

pub(super) const EXPLAIN: &str = "\
Examples:
  akslint explain AKS104                 the page of one rule
  akslint explain AKS2                   which rules there are below a number
  akslint explain Azure.AKS.AuthorizedIPs

Exit codes:
  0  the page is printed
  2  there is no such rule, or a rule document cannot be used; standard error says why";

pub(super) const BASELINE: &str = "\
Examples:
  akslint baseline --output akslint-baseline.json
  akslint --baseline akslint-baseline.json       from now on only new findings count

Run it again to drop findings that are mended. Commit the file.

Exit codes:
  0  the findings are written down, however many
  2  the run could not do all of its job; standard error says why";

pub(super) const COMPLETIONS: &str = "\
Examples:
  akslint completions bash > ~/.local/share/bash-completion/completions/akslint
  akslint completions zsh > \"${fpath[1]}/_akslint\"
  akslint completions fish > ~/.config/fish/completions/akslint.fish";

pub(super) const INIT: &str = "\
Everything in it is commented out: remove the # before what you want to set. A file that is
there already is never replaced.";
