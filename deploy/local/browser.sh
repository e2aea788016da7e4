#!/usr/bin/env bash
# Installs Debian's Chromium, Node and the two packages of tests/browser, unless they are there.
#
# The packages go to the user's cache folder: node_modules never lies in the tree.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

alone browser
need chromium chromium fonts-dejavu-core # Chromium alone brings no font: text would be empty boxes
need node nodejs

browser=$SLUICE_CACHE/browser
wanted=$here/../../tests/browser
asked=$(stamp "$wanted/package.json" "$wanted/package-lock.json")
if is_stamped "$browser" "$asked"; then
  say "playwright-core and axe-core are in $browser/node_modules"
  exit
fi

need npm npm ca-certificates
say "installing playwright-core and axe-core into $browser"
part=$(mktemp -d "$SLUICE_CACHE/.browser.XXXXXX")
trap 'rm -rf "$part"' EXIT
cp "$wanted/package.json" "$wanted/package-lock.json" "$part/"
npm ci --prefix "$part" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
chmod 755 "$part"
echo "$asked" >"$part/.stamp"
replace "$browser" "$part"
