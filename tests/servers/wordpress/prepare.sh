#!/usr/bin/env bash
# Brings the real WordPress that the tests talk to into a folder of the caller's choice.
#
#   tests/servers/wordpress/prepare.sh TARGET_DIR
#
# TARGET_DIR afterwards holds wordpress/ (the program as it is published), sqlite/ (the plug-in with which it needs no
# database server) and, where packages come from Debian, debian/ (the program as that ships it, which needs MariaDB).
# Needs: bash, python3, npm; to run it: PHP 8 with sqlite3, mysqli, mbstring and xml.
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
rm -rf "$target/wordpress" "$target/sqlite" "$target/debian" "$target/unpacked"

cd "$target"
npm_config_loglevel=error npm ci --ignore-scripts
builds=node_modules/@wp-playground/wordpress-builds/src
mkdir wordpress unpacked
python3 -m zipfile -e "$builds/wordpress/wp-$version.zip" wordpress
python3 -m zipfile -e "$builds/sqlite-database-integration/sqlite-database-integration.zip" unpacked
mv unpacked/sqlite-database-integration-main sqlite
rm -rf unpacked node_modules
if command -v dpkg-deb apt-get > /dev/null; then
  # Unpacked, not installed: the package wants a web server that starts with the computer.
  mkdir unpacked
  (cd unpacked && apt-get download -qq wordpress && dpkg-deb -x wordpress_*.deb .)
  mv unpacked/usr/share/wordpress debian
  rm -rf unpacked debian/.htaccess debian/wp-config.php
  # What other packages of Debian bring (scripts of the editor, the reader of sound files) is not there, and not asked for.
  find debian -type l -delete
  [ -f debian/wp-load.php ] || die "Debian's package is not as expected"
fi
[ -f wordpress/wp-load.php ] && [ -f sqlite/db.copy ] || die "the builds are not as expected"

echo "$wanted" > "$stamp"
echo "prepared: $target"
