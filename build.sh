#!/bin/bash
# The one entry: see usage below, or README.md.
set -euo pipefail
cd "$(dirname "$0")"

configuration=${CONFIGURATION:-Release}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<'U'
usage: ./build.sh COMMAND
  build         compiles everything; leaves artifacts/sandboxctl
  run [ARG...]  builds, runs a real Python program in a full jail (or ARG... of 'sandboxctl run --embedded') and shows what confined it
  test          installs what the tests need (Debian: apt) and runs them all
  bench [ARG]   prints what jails cost here, beside a plain fork+exec and bubblewrap
U
}

# install PACKAGE...: the Debian packages that are not there yet
install() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if ((${#missing[@]})); then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
}

build() {
  dotnet build SandboxDaemon.sln -c "$configuration" --nologo -v quiet -clp:NoSummary
  mkdir -p artifacts
  dotnet publish src/Ctl/sandboxctl.csproj -c "$configuration" --no-build --nologo -v quiet -o artifacts/sandboxctl.d
  rm -rf artifacts/sandboxctl.d/native-profiles
  cp -r native-profiles artifacts/sandboxctl.d/
  ln -sfn sandboxctl.d/sandboxctl artifacts/sandboxctl
}

run() {
  build
  command -v python3 >/dev/null || install python3
  if (($#)); then
    exec artifacts/sandboxctl run --embedded "$@"
  fi
  local report
  report=$(mktemp)
  # The example goes on where the host has no cgroup controllers, and says so: that is what --allow-degraded all does.
  artifacts/sandboxctl run --embedded --allow-degraded all --report "$report" -- python3 - <packaging/examples/hello.py
  echo "--- what confined it (from --report):"
  python3 packaging/examples/show-report.py "$report"
  rm -f "$report"
}

tests() {
  install gcc libc6-dev python3 curl xz-utils binutils git procps
  command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm
  build
  tests/Unit/Kernel/fetch-headers.sh artifacts/headers
  tests/run.sh
}

command=${1:-}
shift || true
case $command in
  build) build ;;
  run) run "$@" ;;
  test) tests ;;
  bench) build && exec dotnet run --no-build -c "$configuration" --project tests/Benchmarks -- "$@" ;;
  *) usage >&2; exit 2 ;;
esac
