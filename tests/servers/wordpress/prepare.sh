#!/usr/bin/env bash
# Brings the real WordPress that the tests talk to into a folder of the caller's choice.
#
#   tests/servers/wordpress/prepare.sh TARGET_DIR
#
# TARGET_DIR afterwards holds wordpress/ (the program as it is published) and sqlite/ (the plug-in with which it needs no
# database server). Needs: bash, python3, npm; to run it: PHP 8 with sqlite3, mbstring and xml.
set -euo pipefail

readonly version=6.5

die() { echo "prepare.sh: $*" >&2; exit 1; }
[ $# -eq 1 ] || die "usage: prepare.sh TARGET_DIR"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
stamp="$target/prepared"

for tool in npm python3 php sha256sum flock; do
  command -v "$tool" > /dev/null || die "$tool is missing (Debian: apt install npm python3 php-cli php-sqlite3 php-xml php-mbstring)"
done
modules=$(php -m)
for module in pdo_sqlite mbstring xml; do
  grep -qx "$module" <<< "$modules" || die "PHP has no $module (Debian: apt install php-sqlite3 php-xml php-mbstring)"
done

# Two test runs may prepare the same folder at the same time: the second waits, then finds it done.
exec 9> "$target/.lock"
flock 9

cp "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$target/"
wanted=$(cat "$here/package.json" "$here/package-lock.json" "$here/prepare.sh" | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$stamp" 2> /dev/null || true)" = "$wanted" ]; then
  echo "prepared already: $target"
  exit 0
fi
rm -f "$stamp"
rm -rf "$target/wordpress" "$target/sqlite" "$target/unpacked"

cd "$target"
npm_config_loglevel=error npm ci --ignore-scripts
builds=node_modules/@wp-playground/wordpress-builds/src
mkdir wordpress unpacked
python3 -m zipfile -e "$builds/wordpress/wp-$version.zip" wordpress
python3 -m zipfile -e "$builds/sqlite-database-integration/sqlite-database-integration.zip" unpacked
mv unpacked/sqlite-database-integration-main sqlite
rm -rf unpacked node_modules
[ -f wordpress/wp-load.php ] && [ -f sqlite/db.copy ] || die "the builds are not as expected"

echo "$wanted" > "$stamp"
echo "prepared: $target"
