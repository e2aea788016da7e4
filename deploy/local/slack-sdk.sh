#!/usr/bin/env bash
# Installs Slack's SDK for Python into the user's cache folder, unless it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

alone slack-sdk
sdk=$SLUICE_CACHE/slack-sdk
asked=$(stamp "$here/slack-sdk.requirements.txt")
if is_stamped "$sdk" "$asked"; then
  say "slack_sdk and slack_bolt are in $sdk"
  exit
fi

need python3 python3 python3-venv
python3 -c 'import ensurepip' 2>/dev/null || install_packages "Python's venv is missing" python3-venv
say "installing slack_sdk and slack_bolt into $sdk"
rm -rf "$sdk" # a virtual environment cannot be moved into place; the stamp comes last
python3 -m venv "$sdk"
"$sdk/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary :all: \
  -r "$here/slack-sdk.requirements.txt"
echo "$asked" >"$sdk/.stamp"
