#!/usr/bin/env bash
# Installs the second source of times: Python with zone data of one release, and a second implementation of rules.
#
#   tests/zones/prepare.sh TARGET_DIR
#
# TARGET_DIR afterwards holds bin/python. Needs: python3 with venv.
set -euo pipefail

# The IANA release 2025b, which chrono-tz compiles in: the test refuses to compare two releases.
readonly tzdata=2025.2 dateutil=2.9.0.post0 six=1.17.0

die() { echo "prepare.sh: $*" >&2; exit 1; }
[ $# -eq 1 ] || die "usage: prepare.sh TARGET_DIR"
command -v python3 > /dev/null || die "python3 is missing (Debian: apt install python3-venv)"
mkdir -p "$1"
target=$(cd "$1" && pwd)

exec 9> "$target/.lock"
flock 9
wanted="$tzdata $dateutil $six"
if [ "$(cat "$target/prepared" 2> /dev/null || true)" = "$wanted" ] && "$target/bin/python" -c 'import tzdata, dateutil'; then
  echo "prepared already: $target"
  exit 0
fi
rm -f "$target/prepared"
python3 -m venv "$target"
"$target/bin/pip" install --quiet --disable-pip-version-check \
  "tzdata==$tzdata" "python-dateutil==$dateutil" "six==$six"
echo "$wanted" > "$target/prepared"
echo "prepared: $target"
