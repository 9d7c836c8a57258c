#!/usr/bin/env bash
# Shows the main job: the article's program under the trap, and the two goroutines that it catches.
# Without Go it shows the same from a recorded event file.
set -euo pipefail
cd "$(dirname "$0")/.."
maptrap=(node dist/cli/main.js)
example=examples/article
recording=(fixtures/article/article.maptrap)

# maptrap's exit status when something was trapped.
trapped=66

# Puts the newest toolchain of .toolchains/ on PATH.
use_fetched_go() {
  local newest
  newest=$(find .toolchains -maxdepth 1 -name 'go1.*' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$newest" ] && [ -x "$newest/bin/go" ] && PATH="$PWD/$newest/bin:$PATH"
}

install_go() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
  echo "demo: Go is missing; installing golang-go with apt" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2 && apt-get install -q -y --no-install-recommends golang-go gcc libc6-dev >&2
}

# Runs a command whose success is that it shows a conflict.
expect_trapped() {
  local status=0
  echo "\$ maptrap ${*:3}"
  "$@" || status=$?
  if [ "$status" -ne "$trapped" ]; then
    echo "demo: expected a conflict (exit status $trapped), but maptrap ended with status $status" >&2
    exit 1
  fi
}

if command -v go >/dev/null || use_fetched_go || install_go; then
  go version
  expect_trapped "${maptrap[@]}" run "$example"
else
  echo "demo: Go is missing and could not be installed from here. Install Go 1.19, or 1.21 to 1.27 (Debian: golang-go)."
  echo "demo: What follows is a recording: an event file that $example wrote on another machine."
  expect_trapped "${maptrap[@]}" read "${recording[@]}"
fi
