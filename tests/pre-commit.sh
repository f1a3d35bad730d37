#!/usr/bin/env bash
# Runs the hook with the real pre-commit on a throw-away repository: what is staged is checked, and nothing else.
# Usage: pre-commit.sh PYTHON WHEELS, where PYTHON has pre-commit, and the folder WHEELS has the wheel of akslint.
# With AKSLINT_TEST_RUST_HOOK=1 the hook that compiles is tried as well, which takes minutes.
set -euo pipefail
python="$(realpath -s "$1")"
wheels="$(realpath "$2")"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Git and pre-commit as they are for somebody without settings of their own.
export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_HOME="$work/cache" PRE_COMMIT_COLOR=never
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
# The wheel that is not published yet; what else is needed comes from the index.
export PIP_FIND_LINKS="$wheels" PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir "$HOME"
git config --global user.name test
git config --global user.email test@example.com
git config --global init.defaultBranch main
git config --global protocol.file.allow always

fail() { printf 'FAILED: %s\n' "$1" >&2; printf '%s\n' "${out:-}" >&2; exit 1; }
says() { grep -qF -- "$1" <<<"$out" || fail "no '$1' in the output"; }
says_nothing_of() { if grep -qF -- "$1" <<<"$out"; then fail "'$1' in the output"; fi; }
# Takes the expected exit code of the commit.
commit() {
    local code=0
    out="$(git commit -m "$2" 2>&1)" || code=$?
    [ "$code" = "$1" ] || fail "$2: exit code $code, not $1"
}

# The repository of the hook: what users clone, of the files as they are now. Sources are only needed to compile.
hook="$work/akslint"
mkdir "$hook"
cd "$root"
git ls-files --cached --others --exclude-standard -- .pre-commit-hooks.yaml pyproject.toml Cargo.toml Cargo.lock build.rs src rules docs README.md LICENSE |
    while IFS= read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done | tar -cf - -T - | tar -xf - -C "$hook"
cd "$hook"
git init -q && git add -A && git commit -qm "The hook" && git tag v0.0.0

template() { # NAME RANGES
    cat <<END
{
  "\$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "ranges": { "type": "array" } },
  "resources": [{
    "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "$1", "location": "westeurope",
    "properties": { "apiServerAccessProfile": { "authorizedIPRanges": $2 } }
  }]
}
END
}
parameters() { # RANGES
    cat <<END
{
  "\$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "ranges": { "value": $1 } }
}
END
}

mkdir "$work/project" && cd "$work/project"
git init -q
cat >.pre-commit-config.yaml <<END
repos:
  - repo: file://$hook
    rev: v0.0.0
    hooks:
      - id: akslint
END
"$python" -m pre_commit install >/dev/null
git add .pre-commit-config.yaml

printf '{"name": "left-pad"}\n' >package.json
git add package.json
commit 0 "JSON that is no template passes"

mkdir "my infra"
template open '["0.0.0.0/0"]' >"my infra/open.json"
template main "\"[parameters('ranges')]\"" >"my infra/main.json"
parameters '["137.117.106.88/29"]' >"my infra/main.parameters.json"
git add "my infra/main.json" "my infra/main.parameters.json"
commit 0 "A file that is not staged is not checked"

git add "my infra/open.json"
commit 1 "An open cluster is held back"
says "my infra/open.json"
says AKS104
says_nothing_of main.json

git reset -q "my infra/open.json"
parameters '["0.0.0.0/0"]' >"my infra/main.parameters.json"
git add "my infra/main.parameters.json"
# What is staged counts, not what stands in the working folder.
parameters '["137.117.106.88/29"]' >"my infra/main.parameters.json"
commit 1 "A parameters file brings its template along"
says "my infra/main.parameters.json"
says AKS104
says "main.json"

git add "my infra/main.parameters.json"
printf "\n" >>"my infra/main.parameters.json"
git add "my infra/main.parameters.json"
commit 0 "Mended"

if [ "${AKSLINT_TEST_RUST_HOOK:-}" = 1 ]; then
    sed -i.bak 's/id: akslint/id: akslint-rust/' .pre-commit-config.yaml && rm .pre-commit-config.yaml.bak
    git add .pre-commit-config.yaml "my infra/open.json"
    commit 1 "The compiled hook says the same"
    says AKS104
fi
echo "pre-commit: all is well"
