#!/usr/bin/env bash
# Fetches Flink's jars (about 80 MB) from Maven Central into FOLDER/lib, unless they are there already.
#
# usage: flink-jars.sh [FOLDER]     FOLDER: $SLUICE_DEMO_FLINK, else flink-2.3.0 in the user's cache folder
#
# Installs a JDK and Maven with apt-get where they are missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

folder=${1:-${SLUICE_DEMO_FLINK:-$SLUICE_CACHE/flink-2.3.0}}
lib=$folder/lib
asked=$(stamp "$here/flink.pom.xml")

alone flink-jars
need java openjdk-17-jdk-headless
need javac openjdk-17-jdk-headless # a bare Java can run Flink, but not compile the sample job

if is_stamped "$lib" "$asked"; then
  say "Flink's jars are in $lib"
  exit
fi

need mvn maven
say "fetching Flink's jars from Maven Central into $lib"
mkdir -p "$folder"
part=$(mktemp -d "$folder/.lib.XXXXXX")
trap 'rm -rf "$part"' EXIT
mvn -B -q -Dstyle.color=never -f "$here/flink.pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$part"
chmod 755 "$part"
echo "$asked" >"$part/.stamp"
replace "$lib" "$part"
say "$(find "$lib" -name '*.jar' | wc -l) jars, $(du -sm "$lib" | cut -f1) MB"
