#!/usr/bin/env bash
# Takes each safety guard out of a copy of the tree, one at a time, and demands that the test that watches it fails.
#
# A guard is a file NAME.patch beside this script: a unified diff that removes exactly one guard, under a first line
#   # test: CRATE TEST              a unit test of that crate
#   # test: CRATE --test BIN TEST   a test of one of its test binaries
# A patch that does not apply or compile, a test that is not there, and a test that passes without its guard are errors.
#
# usage: tests/guards/run.sh [NAME...]     all of them without a name
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
# Nobody debugs here: without line numbers each of the many small compilations is quicker.
export CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=false
# A path of its own that stays the same, so that cargo knows the copy again and compiles only what a patch touches.
copy=$CARGO_TARGET_DIR/guards
log=$(mktemp)
trap 'rm -rf "$copy" "$log"' EXIT

# Every file is new (`-m`): what an earlier run compiled without a guard must not pass for this tree.
copy_tree() {
    rm -rf "$copy" && mkdir -p "$copy"
    (cd "$root" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
        [ -e "$file" ] && printf '%s\0' "$file"
    done | tar --null -T - -cf -) | tar -xmf - -C "$copy"
}

# Everything of a test but its name: CRATE --lib, or CRATE --test BIN.
target_of() { local words=($1); [ ${#words[@]} -gt 2 ] && echo "${words[@]:0:${#words[@]}-1}" || echo "${words[0]} --lib"; }
name_of() { echo "${1##* }"; }

# Compiles one target of the copy and runs the tests with these names: 0 passed, 1 failed, 2 does not compile.
run_tests() {
    local target=$1; shift
    # shellcheck disable=SC2086
    (cd "$copy" && cargo test --package $target -- "$@") >"$log" 2>&1 && return 0
    ! grep -q '^error: could not compile' "$log" || return 2
    return 1
}

# Compiles and runs one test in the copy: 0 passed, 1 failed, 2 does not compile, 3 no such test.
run_test() {
    local failed=0
    run_tests "$(target_of "$1")" "$(name_of "$1")" || failed=$?
    [ "$failed" -ne 2 ] || return 2
    grep -q '^running [1-9]' "$log" || return 3
    return "$failed"
}

guard() {
    local patch_file=$1 test_of=$2
    (cd "$copy" && patch --quiet --forward --strip=1 --fuzz=0 --no-backup-if-mismatch) <"$patch_file" >"$log" 2>&1 || {
        echo "the patch does not apply"; return 1; }
    run_test "$test_of"
    case $? in
        0) echo "the guard is gone and $test_of still passes"; result=1 ;;
        1) result=0 ;;
        2) echo "does not compile without the guard"; result=1 ;;
        3) echo "there is no test $test_of"; result=1 ;;
    esac
    [ "$result" -eq 0 ] || tail -n 20 "$log" >&2
    (cd "$copy" && patch --quiet --reverse --strip=1 --no-backup-if-mismatch) <"$patch_file"
    return "$result"
}

if [ $# -gt 0 ]; then patches=("${@/%/.patch}"); patches=("${patches[@]/#/$here/}"); else patches=("$here"/*.patch); fi
copy_tree
fallen=0
wrong() { echo "WRONG  $1: $2"; fallen=$((fallen + 1)); }
test_of() { sed -n '1s/^# test: //p' "$1" 2>/dev/null; }

# With every guard in place each named test must be there and pass: else its failing says nothing. One run a target.
declare -A names
for patch_file in "${patches[@]}"; do
    test_of=$(test_of "$patch_file")
    [ -n "$test_of" ] || { wrong "$(basename "$patch_file" .patch)" "it names no test"; continue; }
    names[$(target_of "$test_of")]+=" $(name_of "$test_of")"
done
for target in "${!names[@]}"; do
    # shellcheck disable=SC2086
    run_tests "$target" ${names[$target]} || tail -n 20 "$log" >&2
    for name in ${names[$target]}; do
        grep -Eq "^test (.*::)?$name \.\.\. ok\$" "$log" || wrong "$target $name" "not a test that passes while the guard is there"
    done
done
[ "$fallen" -eq 0 ] || exit 1

for patch_file in "${patches[@]}"; do
    name=$(basename "$patch_file" .patch)
    test_of=$(test_of "$patch_file")
    if why=$(guard "$patch_file" "$test_of"); then
        echo "holds  $name: without it ${test_of##* } fails"
    else
        wrong "$name" "$why"
    fi
done
echo "${#patches[@]} guards, $fallen wrong"
[ "$fallen" -eq 0 ]
