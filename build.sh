#!/usr/bin/env bash
# The one entry to PatchCore.Edge: ./build.sh TARGET, where a target first does what it depends on.
#   setup   apt packages, npm tarballs (checked against their sha512), the native shim
#   build   the program: artifacts/patchcore-edge, with its default backbone, and the dashboard
#   test    all tests
#   demo    train on generated good parts, run the service on a simulated line, show what a subscriber received
#   bench   benchmarks of the stages, as ratios
#   format  code style
# Everything fetched or made on the way lives in .cache and artifacts; both are safe to delete.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cache="$PWD/.cache"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

case "$(uname -m)" in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) die "this machine is $(uname -m); PatchCore.Edge runs on x86_64 and aarch64" ;;
esac

# Name of the program or package that tells whether it is there : Debian package.
build_packages=(g++:g++ cmake:cmake make:make npm:npm lib:libopencv-core-dev lib:libopencv-imgproc-dev
  lib:libopencv-imgcodecs-dev lib:libopencv-videoio-dev lib:libavformat-dev lib:libavcodec-dev lib:libswscale-dev
  lib:libgstreamer1.0-dev lib:libgstreamer-plugins-base1.0-dev lib:libfaiss-dev lib:libopenblas-dev lib:libaravis-dev
  lib:libmosquitto-dev mosquitto:mosquitto openssl:openssl)
# From python3-gi on: an RTSP camera that encodes, and what GStreamer decodes it with.
test_packages=(lib:python3-faiss ffmpeg:ffmpeg arv-fake-gv-camera-0.8:aravis-tools lib:python3-gi lib:gir1.2-gst-rtsp-server-1.0
  lib:gstreamer1.0-plugins-base lib:gstreamer1.0-plugins-good lib:gstreamer1.0-plugins-ugly lib:gstreamer1.0-libav chromium:chromium
  node:nodejs unshare:util-linux faketime:faketime)

# name@version and the sha512 that the registry publishes for it.
onnxruntime=com.github.asus4.onnxruntime@0.4.9
onnxruntime_sha512=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16
onnxruntime_arm64=onnxruntime-node@1.30.0
onnxruntime_arm64_sha512=b7086cd42d82fc1164cf5c9ce4e634288536194aba0d444eee10f86f1e50d90cb79c0309c115d6f31537355733136f5503d96894b3987a9a03f1f8d318e7c8ab
mobilenet=@codait/max-image-segmenter@0.3.0
mobilenet_sha512=eb84c4533b472116a2076ae608ea65579357d00602027b6f9f9ce7641eccd8ad4d23718ed3e55154ea0a00c5c4fafe4eb3f5d4b376d294d2ff120842864687d1
mqtt=mqtt@5.16.0
mqtt_sha512=1b456c12db89cf9b0952064969a0033157d6ed22053f3908b8747e77aae4fad05e4b07427ddf416884727117ddd806f21431262e514cf920d07ad8bff886ce9f
# For the tests: what others decode Sparkplug B with, and the packages that it needs for that.
sparkplug_decoder=(
  sparkplug-payload@1.0.3 240412cae1d54107bf2f322525d708683d45d5cfab6d7a289482371f5c2142486e67debe1b9dd1a0f5aa3fdcc23d96058ef7d23079d034879d188670ff38c727
  protobufjs@6.11.4 e644163da2478b55a80a98d31accf3437d8f1b6178fb0458e819804f855fc39e90d85678619ccadb4c546101f86247de858d5ee904880ab26ab8ceb15d935caf
  long@4.0.0 5ec3fe2a14227f86e35f591bb928b248914d01e84dc602dbea13d1189f50b14afc6a31e4b9719dac79855135145e10f0557d91e5b63824d644c1b52232157e30
  @protobufjs/aspromise@1.1.2 8fe80a13112e2e62b0bf3dce811397b6b276506db1f028766195316a187eb351761d9fb001c79434b92fcbacca08f551914fbe65642b771b147905e6720e2ea1
  @protobufjs/base64@1.1.2 01991c000e6f9cdfefe0f0ea2b2311e65c7b859b6d3c380296ff3713ffc530d851d9331c2d485f4540470a64a5d288bdccc8030ea4542644b13b7c26f39f972e
  @protobufjs/eventemitter@1.1.0 8fd79d9d14fcd6f609f4e7d5b971ba1114937442f5c55b0d82aa64c4cb1b21a6f34a8de0a028c322f79e1afe5dd37a26dfd30bef545d9ab18d8c6e5245e04ffd
  @protobufjs/float@1.0.2 0dd6fe9155e55ecb7d77e47d3df4c8c61d4474d920a117b9b4e5fab74d5fd656163af26748f0c1946db8d502f37323dda0d4ec6e52d476e8c6484e11ceb4d919
  @protobufjs/inquire@1.1.0 91d49e7dc3ddaee26214c5526e7f34d6de2f14aeca07fe607767d8bebc61b89620f082eb9a7f522925f6b59755e95fa4b2e956a92eda5e305c457977c07a03f5
  @protobufjs/pool@1.1.0 d2410b6864880c12af7204b8ce48f3d4f79d75ab6b8d87263163a502e00fc0079c714acf1dd52aa3f27a2e2ca61c7122253e4dac5d54570c58d787fe7f2e1643
  @protobufjs/utf8@1.1.0 56f9f7cd9ae1419924044f0b4ae5b77a6f7c73417080ee27c73bfa39d4b13ca24810a6366c66c79fe9a11883deaf3238b7077168ff3fd3ed3a1c1a707f7e392f
)

need_dotnet() {
  local why="PatchCore.Edge needs the .NET 10 SDK: install the package dotnet-sdk-10.0, or see https://dotnet.microsoft.com/download"
  command -v dotnet >/dev/null || die "no dotnet command found. $why"
  dotnet --list-sdks | grep -q '^10\.' || die "dotnet is here, but only with $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' '). $why"
}

install_packages() {
  local missing=() entry probe package
  for entry in "$@"; do
    probe=${entry%%:*} package=${entry#*:}
    if [ "$probe" = lib ]; then
      [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    else
      command -v "$probe" >/dev/null || [ -x "/usr/sbin/$probe" ] || missing+=("$package")
    fi
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  command -v apt-get >/dev/null || die "needs these packages, and this system has no apt-get to install them: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "needs root, or sudo, to install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing with apt-get: ${missing[*]}"
  local log; log=$(mktemp)
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || true # An old list may still do; the install tells.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; rm -f "$log"; die "apt-get could not install ${missing[*]}: is there a network, and does this release have them?"; }
  rm -f "$log"
}

# fetch NAME@VERSION SHA512 PATTERN…: the matching paths of an npm package, in .cache/npm/<name>-<version>/package.
fetch() {
  local spec=$1 sha512=$2; shift 2
  local name=${spec%@*} file
  file=$(printf '%s' "${name#@}" | tr / -)-${spec##*@}
  local folder="$cache/npm/$file"
  [ ! -e "$folder/.complete" ] || return 0
  say "fetching $spec"
  rm -rf "$folder" && mkdir -p "$folder"
  (cd "$folder" && npm pack --silent --fetch-retries=1 --fetch-retry-mintimeout=2000 --fetch-retry-maxtimeout=5000 "$spec" >npm.log 2>&1) ||
    { tail -n 3 "$folder/npm.log" >&2; rm -rf "$folder"; die "npm could not fetch $spec: is there a network?"; }
  echo "$sha512  $folder/$file.tgz" | sha512sum --check --status ||
    { rm -rf "$folder"; die "$spec does not have the published sha512 ${sha512:0:16}…; nothing of it was kept"; }
  tar -xzf "$folder/$file.tgz" -C "$folder" --wildcards "$@"
  rm -f "$folder/$file.tgz" "$folder/npm.log"
  touch "$folder/.complete"
}

fetch_all() {
  fetch $onnxruntime $onnxruntime_sha512 'package/Runtime/*' 'package/Plugins/Linux/*' package/LICENSE package/ThirdPartyNotices.txt
  fetch $mobilenet $mobilenet_sha512 'package/model/*' package/package.json package/README.md
  fetch $mqtt $mqtt_sha512 package/dist/mqtt.min.js package/LICENSE.md
  local natives="$cache/onnxruntime/linux-$arch"
  mkdir -p "$natives"
  if [ $arch = x64 ]; then
    cp -u "$cache"/npm/com.github.asus4.onnxruntime-*/package/Plugins/Linux/x64/*.so "$natives/"
  else
    fetch $onnxruntime_arm64 $onnxruntime_arm64_sha512 'package/bin/napi-v6/linux/arm64/*'
    cp -u "$cache"/npm/onnxruntime-node-*/package/bin/napi-v6/linux/arm64/libonnxruntime.so.1 "$natives/libonnxruntime.so"
  fi
}

# The decoder where node finds it and what it needs: in .cache/npm/node_modules.
fetch_sparkplug_decoder() {
  local i spec name folder
  for ((i = 0; i < ${#sparkplug_decoder[@]}; i += 2)); do
    spec=${sparkplug_decoder[i]} name=${spec%@*}
    fetch "$spec" "${sparkplug_decoder[i + 1]}" 'package/*'
    folder="$cache/npm/$(printf '%s' "${name#@}" | tr / -)-${spec##*@}/package"
    mkdir -p "$(dirname "$cache/npm/node_modules/$name")"
    ln -sfnr "$folder" "$cache/npm/node_modules/$name"
  done
}

# sources FOLDER…: a hash of every tracked or new file below, to tell whether there is anything to do.
sources() { find "$@" -type f -not -path '*/bin/*' -not -path '*/obj/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

build_shim() {
  local shim=src/PatchCore.Edge.Native/shim stamp="$cache/shim.stamp" now
  local built="src/PatchCore.Edge.Native/runtimes/linux-$arch/native/libpce_native.so"
  now=$(sources $shim)
  [ -e "$built" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && return 0
  say "building the native shim"
  local log="$cache/shim.log"
  { cmake -S $shim -B "$cache/shim" -DCMAKE_BUILD_TYPE=Release && cmake --build "$cache/shim" --target install --parallel; } >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; die "the native shim did not build; the whole log is $log"; }
  echo "$now" >"$stamp"
}

setup() {
  need_dotnet
  install_packages "${build_packages[@]}"
  fetch_all
  build_shim
}

build() {
  setup
  local stamp="$cache/build.stamp" now
  now=$(sources src config Directory.Build.props Directory.Packages.props global.json .editorconfig)
  if [ ! -x artifacts/patchcore-edge ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    say "building artifacts/patchcore-edge"
    # What was there goes, so that no old file stays beside the new ones; the demo's pictures may.
    [ ! -d artifacts ] || find artifacts -mindepth 1 -maxdepth 1 ! -name demo -exec rm -rf {} +
    restore
    dotnet publish src/PatchCore.Edge.Host -c Release -o artifacts -v quiet --no-restore
    import_backbone
    echo "$now" >"$stamp"
  fi
  lay_out_dashboard
}

restore() {
  local log="$cache/restore.log"
  dotnet restore PatchCore.Edge.sln -v quiet >"$log" 2>&1 ||
    { grep -m 3 'error' "$log" >&2 || true; die "NuGet could not restore the packages: is there a network?"; }
}

# The embedded default: MobileNetV2 up to block 12, made from the published weights by our own importer.
import_backbone() {
  local made="$cache/backbones/mobilenetv2.onnx" stamp="$cache/backbones/stamp" now
  now=$(sources src/PatchCore.Edge/Embeddings build.sh)
  if [ ! -e "$made" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    say "importing the MobileNetV2 backbone"
    mkdir -p "$cache/backbones"
    artifacts/patchcore-edge backbone import "$cache/npm/codait-max-image-segmenter-0.3.0/package/model" \
      --outputs 6,12 --layer-weights 1,1 --whitening 1 --out "$made"
    echo "$now" >"$stamp"
  fi
  mkdir -p artifacts/backbones
  cp "$made" artifacts/backbones/
}

# The dashboard as a broker serves it: its page and the MQTT client for browsers.
lay_out_dashboard() {
  mkdir -p artifacts/dashboard
  cp deploy/dashboard/*.{html,css,js} "$cache/npm/${mqtt/@/-}/package/dist/mqtt.min.js" artifacts/dashboard/
}

run_tests() {
  build
  install_packages "${test_packages[@]}"
  fetch_sparkplug_decoder
  say "testing"
  local log="$cache/test.log" status=0
  # One project after the other: some tests have a time limit.
  dotnet test PatchCore.Edge.sln -m:1 -c Release -v quiet --nologo --logger 'console;verbosity=normal' >"$log" 2>&1 || status=$?
  # What failed, with its message, or what did not compile; then a line a project, and the sum.
  sed -nE '/^ +Failed /,/^ +(Passed|Failed|Skipped) /p; /(error|warning) [A-Z]+[0-9]+:/p' "$log" | grep -vE '^ +Passed ' | head -n 200 || true
  awk '/^Test run for/ { name = $4; sub(/.*\//, "", name) } /^ *Total tests:/ { print name ": " $3 " tests" }
    /^ *Passed: +[0-9]+/ { passed += $2 } /^ *Failed: +[0-9]+/ { failed += $2 }
    END { printf "%d passed, %d failed\n", passed, failed; exit passed == 0 || failed > 0 }' "$log" || status=1
  [ "$status" -eq 0 ] || die "the tests did not pass; the whole log is $log"
}

bench() {
  build
  dotnet run --project tests/PatchCore.Edge.Benchmarks -c Release --verbosity quiet -- "$@"
}

case "${1:-}" in
  setup) setup ;;
  build) build ;;
  test) run_tests ;;
  demo) build; exec deploy/demo/demo.sh "${@:2}" ;;
  bench) bench "${@:2}" ;;
  format) need_dotnet; dotnet format PatchCore.Edge.sln "${@:2}" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
