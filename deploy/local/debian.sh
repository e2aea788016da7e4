# Sourced by the set-up scripts of this folder: says what it does, and installs a missing Debian package.
# shellcheck shell=bash

# Where everything that set-up downloads goes; never inside the tree.
SLUICE_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/sluice"

say() { echo "set-up: $*" >&2; }

# need COMMAND PACKAGE...: installs the packages when the command is missing.
need() { command -v "$1" >/dev/null || install_packages "'$1' is missing" "${@:2}"; }

# install_packages WHY PACKAGE...: with apt-get, as root; else says what to install and stops.
install_packages() {
  local why=$1
  shift
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "$why: install it and start again (on Debian: sudo apt-get install --no-install-recommends $*)"
    exit 2
  fi
  say "installing $* with apt-get ($why)"
  if ! apt_install "$@" >"$SLUICE_CACHE/apt.log" 2>&1; then
    tail -5 "$SLUICE_CACHE/apt.log" >&2
    say "apt-get failed (whole output: $SLUICE_CACHE/apt.log)"
    exit 1
  fi
}

apt_install() (
  flock 9
  export DEBIAN_FRONTEND=noninteractive
  # A fresh machine has no package lists yet.
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
) 9>"$SLUICE_CACHE/.apt.lock"

# alone NAME: waits until no other process is inside the set-up of that name; ends with the script.
alone() {
  exec 8>"$SLUICE_CACHE/.$1.lock"
  flock 8
}

# stamp FILE...: one hash over the contents, to tell whether what was set up is still what is asked for.
stamp() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

# is_stamped FOLDER STAMP: whether FOLDER was set up for exactly this stamp.
is_stamped() { [ -f "$1/.stamp" ] && [ "$(cat "$1/.stamp")" = "$2" ]; }

# replace FOLDER NEW: puts the finished folder NEW in the place of FOLDER, so that no one sees half of it.
replace() {
  local old
  old=$(mktemp -d "$(dirname "$1")/.old.XXXXXX")
  [ ! -e "$1" ] || mv -T "$1" "$old/was"
  mv -T "$2" "$1"
  rm -rf "$old"
}

mkdir -p "$SLUICE_CACHE"
