#!/usr/bin/env bash
# Installs the OAuth server that the tests talk to, into a folder of the caller's choice.
#
#   tests/servers/oidc/prepare.sh TARGET_DIR NODE
#
# NODE is a Node 22, as the data server's prepare.sh leaves one. TARGET_DIR afterwards holds server.mjs and node_modules,
# and bin/node. Nothing is compiled; the installation is repeated only when the lock file or this script has changed.
set -euo pipefail

die() { echo "prepare.sh: $*" >&2; exit 1; }
[ $# -eq 2 ] || die "usage: prepare.sh TARGET_DIR NODE"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1/bin"
target=$(cd "$1" && pwd)
node=$(readlink -f "$2") || die "there is no $2"
stamp="$target/prepared"

exec 9> "$target/.lock"
flock 9

ln -sfn "$node" "$target/bin/node"
cp "$here"/server.mjs "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$target/"

wanted=$(cat "$here/package.json" "$here/package-lock.json" "$here/prepare.sh" | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$stamp" 2> /dev/null || true)" = "$wanted" ]; then
  echo "prepared already: $target"
  exit 0
fi
rm -f "$stamp"
export PATH="$target/bin:$PATH" npm_config_loglevel=error
cd "$target"
npm ci --ignore-scripts
echo "$wanted" > "$stamp"
echo "prepared: $target"
