#!/usr/bin/env bash
# Counts the instructions of whole runs: a measure that does not depend on how busy the machine is. Fails when a run takes noticeably
# more than recorded in instructions.txt; `--record` writes that file anew. Needs valgrind (the apt package of that name).
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
    echo "skipped: valgrind is not installed (apt install valgrind)"
    exit 0
fi
# Percent above the record that are put up with: compilers and standard libraries differ a little.
tolerance=10
recorded=benches/instructions.txt
target="${CARGO_TARGET_DIR:-target}/release"

cargo build --release --locked --quiet --bins --example generate
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"$target/examples/generate" "$folder" 100

counted="$folder/counted.txt"
for input in small.json large.json clusters.json none many; do
    # Findings make exit code 1.
    RAYON_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$target/akslint" check --format json "$folder/$input" >/dev/null 2>"$folder/log" || [ $? -eq 1 ]
    count="$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$folder/log")"
    printf '%s %s\n' "$input" "$count" >>"$counted"
done

if [ "${1:-}" = "--record" ]; then
    cp "$counted" "$recorded"
    cat "$recorded"
    exit 0
fi
failed=0
while read -r input count; do
    before="$(awk -v input="$input" '$1 == input { print $2 }' "$recorded")"
    change="$(awk -v now="$count" -v before="$before" 'BEGIN { printf "%+.1f", (now - before) * 100 / before }')"
    printf '%-14s %14s instructions, recorded %14s (%s%%)\n' "$input" "$count" "$before" "$change"
    if awk -v change="$change" -v tolerance="$tolerance" 'BEGIN { exit !(change > tolerance) }'; then
        echo "  more than $tolerance% above the record: mend it, or record it anew and say why" >&2
        failed=1
    fi
done <"$counted"
exit "$failed"
