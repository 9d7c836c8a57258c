#!/usr/bin/env bash
# Fetches Go toolchains side by side into .toolchains/, from Debian packages, without touching the system.
#
#   scripts/fetch-toolchains.sh 1.19 1.23 1.24 1.27     the named ones
#   scripts/fetch-toolchains.sh all                     every one that maptrap supports
#
# Each lands as .toolchains/go1.NN, a GOROOT of its own. What is already there is kept.
# The package lists go into .toolchains/apt, made from the mirror that this machine already uses.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
home=${MAPTRAP_TOOLCHAINS:-$root/.toolchains}
all="1.19 1.21 1.22 1.23 1.24 1.25 1.26 1.27"
[ "${1:-}" = all ] && set -- $all
[ $# -gt 0 ] || { echo "usage: $0 all | VERSION..." >&2; exit 2; }

missing=()
for version in "$@"; do
  case " $all " in *" $version "*) ;; *) echo "fetch-toolchains: Go $version is not one of: $all" >&2; exit 2 ;; esac
  [ -x "$home/go$version/bin/go" ] || missing+=("$version")
done
[ ${#missing[@]} -eq 0 ] && exit 0

for tool in apt-get dpkg; do
  command -v "$tool" >/dev/null || {
    echo "fetch-toolchains: $tool is missing. The Go versions come as Debian packages; on another system, unpack a Go release into $home/go1.NN by hand, one for each of: ${missing[*]}" >&2
    exit 1
  }
done

# The mirror: the first Debian URI that apt is set up with.
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
  sed -nE 's/^(deb(-src)? (\[[^]]*\] )?|URIs: *)(https?:[^ ]*\/debian\/?)( .*)?$/\4/p' | head -n 1)
[ -n "$mirror" ] || { echo "fetch-toolchains: no Debian mirror is set up in /etc/apt" >&2; exit 1; }
keys=/usr/share/keyrings/debian-archive-keyring.gpg

mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial"
: >"$home/apt/sources.list"
for suite in bookworm bookworm-backports trixie trixie-backports sid; do
  echo "deb [arch=amd64 signed-by=$keys] $mirror $suite main" >>"$home/apt/sources.list"
done
apt=(apt-get -q
  -o "Dir::Etc::sourcelist=$home/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$home/apt/lists" -o "Dir::Cache=$home/apt/cache"
  -o APT::Sandbox::User=root -o Acquire::Retries=3 -o APT::Get::List-Cleanup=0)

suite_of() {
  case $1 in
    1.19) echo bookworm ;;
    1.21 | 1.22 | 1.23) echo bookworm-backports ;;
    1.24) echo trixie ;;
    1.25) echo trixie-backports ;;
    *) echo sid ;;
  esac
}

echo "fetch-toolchains: reading package lists" >&2
"${apt[@]}" update >"$home/apt/update.log" 2>&1 || { cat "$home/apt/update.log" >&2; exit 1; }

for version in "${missing[@]}"; do
  echo "fetch-toolchains: Go $version" >&2
  work=$(mktemp -d "$home/unpack.XXXXXX")
  suite=$(suite_of "$version")
  (cd "$work" && "${apt[@]}" download -t "$suite" "golang-$version-go/$suite" "golang-$version-src/$suite") \
    >"$home/apt/download.log" 2>&1 || { cat "$home/apt/download.log" >&2; exit 1; }
  for package in "$work"/*.deb; do dpkg -x "$package" "$work/root"; done
  # usr/lib/go-1.NN holds links into ../../share/go-1.NN: keep both, and link the GOROOT.
  mkdir -p "$home/debian"
  cp -a "$work/root/usr" "$home/debian/"
  rm -rf "$work"
  ln -sfn "debian/usr/lib/go-$version" "$home/go$version"
  GOTOOLCHAIN=local "$home/go$version/bin/go" version >&2
done
