#!/usr/bin/env bash
# Sees to the programs that the tests need besides Node and Go: a C compiler (cgo and the race detector), GDB, objdump, which
# the disassembly is compared with, and Chromium, in which the studio is used.
set -euo pipefail

missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v gdb >/dev/null || missing+=(gdb)
command -v objdump >/dev/null || missing+=(binutils)
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "need-programs: installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -q -y --no-install-recommends "${missing[@]}"
else
  echo "need-programs: missing (names of Debian packages): ${missing[*]}; install them and try again" >&2
  exit 1
fi
