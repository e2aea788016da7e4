#!/usr/bin/env bash
# Compiles the sample job `tests/jobs/orders` into a jar that Flink can run.
#
# usage: orders-jar.sh FILE
#
# Flink's jars come from $SLUICE_DEMO_FLINK/lib, else from the cache that flink-jars.sh fills.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

[ $# = 1 ] || { sed -n 's/^# \{0,1\}//; 4p' "${BASH_SOURCE[0]}" >&2; exit 2; }
lib=${SLUICE_DEMO_FLINK:-$SLUICE_CACHE/flink-2.3.0}/lib
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT

javac -proc:none -cp "$lib/*" -d "$classes" "$here"/../../tests/jobs/orders/*.java
jar --create --file "$classes/orders.jar" --main-class orders.Orders -C "$classes" orders
mv "$classes/orders.jar" "$1"
