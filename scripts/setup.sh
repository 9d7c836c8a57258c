#!/usr/bin/env bash
# Installs the npm packages of package-lock.json. Does nothing when they are there and up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v node >/dev/null && command -v npm >/dev/null || {
  echo "setup: Node.js 20 or newer and npm are needed" >&2
  exit 1
}
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || {
  echo "setup: Node.js 20 or newer is needed, this is $(node --version)" >&2
  exit 1
}

# npm writes this file last, so it also says whether an earlier installation was finished.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  npm ci --no-progress
  touch "$installed"
fi
