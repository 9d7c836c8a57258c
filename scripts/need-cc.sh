#!/usr/bin/env bash
# Sees to a C compiler: Go needs one for cgo and for the race detector.
set -euo pipefail

command -v cc >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "need-cc: installing gcc" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends gcc libc6-dev
else
  echo "need-cc: a C compiler is needed; install gcc and the C library's headers (Debian: gcc libc6-dev)" >&2
  exit 1
fi
