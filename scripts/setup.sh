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

# npm writes this file last, so it also says whether an earlier installation was finished. `npm install` takes the versions
# of package-lock.json and leaves that file alone. `npm ci` is too strict here: some packages come in one variant for each
# platform, and it refuses a lock file that was made where not every variant could be had.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  npm install --no-save --no-progress
  touch "$installed"
fi
