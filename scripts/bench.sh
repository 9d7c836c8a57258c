#!/usr/bin/env bash
# Runs every bench/*.bench.ts, one after another. Each prints one line with a ratio, and needs nothing else running.
# Arguments are names: `scripts/bench.sh overhead` runs bench/overhead.bench.ts only.
set -euo pipefail
cd "$(dirname "$0")/.."

shopt -s nullglob
if [ $# -gt 0 ]; then files=("${@/%/.bench.ts}"); files=("${files[@]/#/bench/}"); else files=(bench/*.bench.ts); fi
[ ${#files[@]} -gt 0 ] || { echo "bench: there is no bench/*.bench.ts" >&2; exit 1; }
for file in "${files[@]}"; do
  node scripts/run-ts.mjs "$file"
done
