#!/usr/bin/env bash
# A real Flink on this machine, for people and for checks: one JobManager and some TaskManagers, on loopback only.
#
# usage: flink-cluster.sh up DIR PORT [TASKMANAGERS] [SLOTS]   starts it and waits until it is ready (default: 1 with 4 slots)
#        flink-cluster.sh add DIR NAME                         starts one more TaskManager and waits for it
#        flink-cluster.sh run DIR [ARGUMENT...]                runs the sample job (arguments: tests/jobs/README.md)
#        flink-cluster.sh down DIR                             stops all that `up` and `add` started
#
# DIR gets everything the cluster writes: conf/, log/, pid/, checkpoints/, savepoints/, upload/, tmp/, rate.
# PORT is the one of Flink's REST API and web page, PORT+1 the one between the processes.
# Flink's jars come from $SLUICE_DEMO_FLINK/lib, else from the cache that flink-jars.sh fills.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

# A JVM is ready in 5 s on an idle machine; starved by builds it has taken 47 s.
READY_WITHIN_S=120
STOPPED_WITHIN_S=10

lib=${SLUICE_DEMO_FLINK:-$SLUICE_CACHE/flink-2.3.0}/lib

fail() {
  echo "flink-cluster: $*" >&2
  exit 1
}

usage() {
  sed -n 's/^# \{0,1\}//; 4,7p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# start DIR NAME HEAP DIRECT METASPACE MAIN ARGUMENT...: a Java process of its own, its pid in DIR/pid/NAME.
start() {
  local dir=$1 name=$2 heap=$3 direct=$4 metaspace=$5
  shift 5
  FLINK_CONF_DIR=$dir/conf setsid java "@$here/flink-conf/java.options" \
    "-Xmx$heap" "-XX:MaxDirectMemorySize=$direct" "-XX:MaxMetaspaceSize=$metaspace" \
    "-Dlog.file=$dir/log/$name.log" "-Dlog4j.configurationFile=file:$dir/conf/log4j.properties" \
    -cp "$lib/*" "$@" >"$dir/log/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/pid/$name"
}

start_taskmanager() { # DIR NAME; memory as config.yaml says it
  start "$1" "$2" 160m 144m 160m \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$1/conf" -D "taskmanager.resource-id=$2"
}

# await DIR NAME PATH: until Flink answers PATH with success; fails when the process ends or time is up.
await() {
  local dir=$1 name=$2 url deadline=$((SECONDS + READY_WITHIN_S))
  url=$(cat "$dir/rest")$3
  until curl -sf -o "$dir/tmp/answer" --max-time 5 "$url"; do
    kill -0 "$(cat "$dir/pid/$name")" 2>/dev/null || fail "$name ended: see $dir/log/$name.log and $name.out"
    [ "$SECONDS" -lt "$deadline" ] || fail "$name is not ready after $READY_WITHIN_S s: see $dir/log/$name.log"
    sleep 0.1
  done
}

up() {
  local dir=$1 port=$2 taskmanagers=${3:-1} slots=${4:-4} i
  [ -d "$lib" ] || fail "no jars in $lib: run $here/flink-jars.sh first"
  [ ! -e "$dir/pid" ] || fail "$dir holds a cluster: stop it with: $0 down $dir"
  mkdir -p "$dir"/{conf,log,pid,upload,tmp,checkpoints,savepoints}
  dir=$(cd "$dir" && pwd)
  sed "s|{{dir}}|$dir|g; s|{{rest_port}}|$port|g; s|{{rpc_port}}|$((port + 1))|g; s|{{slots}}|$slots|g" \
    "$here/flink-conf/config.yaml" >"$dir/conf/config.yaml"
  cp "$here/flink-conf/log4j.properties" "$dir/conf/"
  echo "http://127.0.0.1:$port" >"$dir/rest"

  trap 'down "$dir"' EXIT # what does not become ready is not left behind
  start "$dir" jobmanager 160m 96m 160m \
    org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir "$dir/conf" --executionMode cluster
  await "$dir" jobmanager /overview
  # Only now: a TaskManager that comes too early tries again after 10 s.
  for ((i = 1; i <= taskmanagers; i++)); do start_taskmanager "$dir" "tm-$i"; done
  for ((i = 1; i <= taskmanagers; i++)); do await "$dir" "tm-$i" "/taskmanagers/tm-$i"; done
  trap - EXIT
  echo "Flink is ready at http://127.0.0.1:$port ($taskmanagers x $slots slots); stop it with: $0 down $dir"
}

add() {
  local dir=$1 name=$2
  [ -f "$dir/rest" ] || fail "$dir holds no cluster"
  [ ! -e "$dir/pid/$name" ] || fail "$name was started already"
  start_taskmanager "$(cd "$dir" && pwd)" "$name"
  await "$dir" "$name" "/taskmanagers/$name"
}

run() {
  local dir=$1 rest id arguments
  shift
  [ -f "$dir/rest" ] || fail "$dir holds no cluster"
  dir=$(cd "$dir" && pwd)
  rest=$(cat "$dir/rest")
  [ -f "$dir/rate" ] || echo "$(date +%s%3N) 600" >"$dir/rate"
  "$here/orders-jar.sh" "$dir/tmp/orders.jar"
  id=$(curl -sf -F "jarfile=@$dir/tmp/orders.jar" "$rest/jars/upload" | sed 's|.*/\([^/"]*\)".*|\1|')
  arguments=$(printf ',"%s"' --rate-file "$dir/rate" "$@")
  # Not `-f`: Flink's own words say what is wrong.
  curl -s -H 'Content-Type: application/json' -d "{\"programArgsList\":[${arguments:1}]}" "$rest/jars/$id/run"
  echo
}

# alive FILE: whether the process that FILE names still runs, and is the one that was started, not a later one of its number.
alive() { tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$1")/cmdline" | grep -qF -- "$(dirname "$(dirname "$1")")/conf"; }

down() {
  local dir file deadline=$((SECONDS + STOPPED_WITHIN_S))
  [ -d "$1/pid" ] || return 0
  dir=$(cd "$1" && pwd)
  for file in "$dir"/pid/*; do ! alive "$file" || kill "$(cat "$file")"; done
  for file in "$dir"/pid/*; do
    while alive "$file"; do
      [ "$SECONDS" -lt "$deadline" ] || kill -KILL "$(cat "$file")" || true
      sleep 0.1
    done
  done
  rm -rf "$dir/pid" "$dir/rest"
}

case "${1:-} $#" in
  "up 3" | "up 4" | "up 5" | "add 3" | "down 2") need curl curl && "$@" ;;
  "run "*) [ $# -ge 2 ] || usage; need curl curl && "$@" ;;
  *) usage ;;
esac
