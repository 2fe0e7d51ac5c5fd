#!/usr/bin/env bash
# The main job on a simulated line, in about two minutes: learn from generated good parts, run the service, and show
# what a subscriber received. Called by ./build.sh demo; everything it starts it also stops. Pictures and logs stay in
# artifacts/demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=$PWD/artifacts/patchcore-edge
out=$PWD/artifacts/demo
seconds=${1:-60}
started=()

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

stop_all() {
  local i
  # The service before its broker, so that its last messages are delivered.
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill -TERM "${started[i]}" 2>/dev/null && wait "${started[i]}" 2>/dev/null || true
  done
}
trap stop_all EXIT

free_port() {
  local port
  for port in $(shuf -i 20000-29999 -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  echo "demo: found no free port between 20000 and 29999" >&2
  exit 1
}

rm -rf "$out"
mkdir -p "$out"

say "rendering 60 good parts of a simulated line"
"$program" simulate --out "$out/line" --good 60 --defects 0 --seed 1

say "learning what good looks like"
"$program" train --good "$out/line/train/good" --out "$out/bundle"

port=$(free_port)
web_port=$port
while [ "$web_port" = "$port" ]; do web_port=$(free_port); done
say "starting a private broker on 127.0.0.1:$port and the service"
printf 'listener %s 127.0.0.1\nlistener %s 127.0.0.1\nprotocol websockets\nhttp_dir %s\nallow_anonymous true\npersistence false\n' \
  "$port" "$web_port" "$PWD/artifacts/dashboard" >"$out/mosquitto.conf"
PATH=$PATH:/usr/sbin mosquitto -c "$out/mosquitto.conf" >"$out/mosquitto.log" 2>&1 &
started+=($!)
"$program" run --config deploy/demo/appsettings.json "--Mqtt:Port=$port" "--Cameras:line-1:Bundle=$out/bundle" >"$out/service.log" 2>&1 &
started+=($!)

say "dashboard while this runs: http://127.0.0.1:$web_port/"
"$program" watch --broker "127.0.0.1:$port" --seconds "$seconds" --sheet "$out/heatmaps.png"
say "pictures: $out/heatmaps.png, logs: $out/service.log"
