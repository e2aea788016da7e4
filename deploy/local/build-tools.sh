#!/usr/bin/env bash
# Makes sure that the workspace can be built: Rust (which a person installs) and a C compiler (for SQLite and ring).
set -euo pipefail
# shellcheck source=SCRIPTDIR/debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

if ! command -v cargo >/dev/null; then
  say "'cargo' is missing: install Rust 1.94 or newer (https://rustup.rs) and start again"
  exit 2
fi
need cc gcc libc6-dev
