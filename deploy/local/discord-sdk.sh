#!/usr/bin/env bash
# Installs two packages of discord.js into the user's cache folder, unless they are there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

alone discord-sdk
need node nodejs

sdk=$SLUICE_CACHE/discord-sdk
wanted=$here/../../tests/fakes/tests/discord/sdk
asked=$(stamp "$wanted/package.json" "$wanted/package-lock.json")
if is_stamped "$sdk" "$asked"; then
  say "@discordjs/rest and @discordjs/ws are in $sdk/node_modules"
  exit
fi

need npm npm ca-certificates
say "installing @discordjs/rest and @discordjs/ws into $sdk"
part=$(mktemp -d "$SLUICE_CACHE/.discord-sdk.XXXXXX")
trap 'rm -rf "$part"' EXIT
cp "$wanted/package.json" "$wanted/package-lock.json" "$part/"
npm ci --prefix "$part" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
chmod 755 "$part"
echo "$asked" >"$part/.stamp"
replace "$sdk" "$part"
