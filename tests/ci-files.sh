#!/usr/bin/env bash
# Holds the files that CI services read, and the recipes of the documentation, against the schemas of those services; runs the scripts of
# the GitHub Action with files in place of GitHub's.
# Usage: ci-files.sh PYTHON WHEELS, where PYTHON has pre-commit and check-jsonschema, and the folder WHEELS has the wheel of akslint.
set -euo pipefail
cd "$(dirname "$0")/.."
python="$(realpath -s "$1")"
wheels="$(realpath "$2")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$python" - "$work" README.md docs/*.md <<'END'
import pathlib, re, sys
folder = pathlib.Path(sys.argv[1])
for page in sys.argv[2:]:
    blocks = re.findall(r"^```yaml ([a-z-]+)\n(.*?)^```$", pathlib.Path(page).read_text(encoding="utf-8"), re.M | re.S)
    for number, (kind, text) in enumerate(blocks):
        (folder / f"{kind}.{pathlib.Path(page).stem}.{number}.yml").write_text(text, encoding="utf-8")
END
schema() { echo "$1: ${*:2}" | sed "s|$work/||g"; "$python" -m check_jsonschema --builtin-schema "vendor.$1" "${@:2}"; }
schema github-workflows .github/workflows/*.yml "$work"/github.*.yml
schema github-actions action.yml
schema azure-pipelines "$work"/azure-pipelines.*.yml
schema gitlab-ci "$work"/gitlab.*.yml
for file in "$work"/pre-commit.*.yml; do "$python" -m pre_commit validate-config "$file"; done
"$python" -m pre_commit validate-manifest .pre-commit-hooks.yaml

# The steps of the action, one script each.
"$python" - "$work" <<'END'
import pathlib, sys, yaml
folder = pathlib.Path(sys.argv[1])
for step in yaml.safe_load(open("action.yml", encoding="utf-8"))["runs"]["steps"]:
    if "run" in step:
        (folder / f"{step['name'].split()[0]}.sh").write_text(step["run"])
inputs = yaml.safe_load(open("action.yml", encoding="utf-8"))["inputs"]
(folder / "version").write_text(inputs["version"]["default"])
END
# As GitHub starts a step whose shell is bash.
step() { bash --noprofile --norc -eo pipefail "$work/$1.sh"; }
mkdir "$work/temp" "$work/repository" "$work/repository/.git"
touch "$work/path" "$work/output"
export RUNNER_TEMP="$work/temp" GITHUB_PATH="$work/path" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary"
export PIP_FIND_LINKS="$wheels"
AKSLINT_VERSION="$(cat "$work/version")" step Install
export PATH="$(cat "$work/path"):$PATH"
mkdir "$work/repository/my infra"
cp examples/open-cluster.json "$work/repository/my infra"
cd "$work/repository"
code=0
AKSLINT_PATHS=$'my infra\n' AKSLINT_ARGS="--fail-on  error" AKSLINT_SARIF="a b.sarif" step Check >"$work/log" || code=$?
fail() { echo "FAILED: $1" >&2; cat "$work/log" "$work/summary" >&2; exit 1; }
[ "$code" = 1 ] || fail "the action's exit code is $code, not 1"
grep -q '^::error file=my infra/open-cluster.json,line=12,' "$work/log" || fail "no annotation"
grep -q 'AKS104' "$work/summary" || fail "no summary"
grep -qx 'sarif-file=a b.sarif' "$work/output" || fail "no output"
grep -q '"uri": "my%20infra/open-cluster.json"' "a b.sarif" || fail "no SARIF"
code=0
AKSLINT_PATHS=. AKSLINT_ARGS="" AKSLINT_SARIF="" step Check >"$work/log" || code=$?
[ "$code" = 1 ] || fail "without options, the action's exit code is $code, not 1"
AKSLINT_PATHS=. AKSLINT_ARGS="--fail-on never" AKSLINT_SARIF="" step Check >"$work/log" || fail "--fail-on never fails"
echo "CI files: all is well"
