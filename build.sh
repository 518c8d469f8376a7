#!/bin/bash
# The one entry: see usage below, or README.md.
set -euo pipefail
cd "$(dirname "$0")"

configuration=${CONFIGURATION:-Release}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

usage() {
  cat <<'U'
usage: ./build.sh COMMAND
  build         compiles everything; leaves artifacts/agent-sandboxd and artifacts/sandboxctl
  run [ARG...]  builds, runs a real Python program in a full jail (or ARG... of 'sandboxctl run --embedded') and shows what confined it
  test          installs what the tests need (Debian: apt) and runs them all
  system-test [--engine uml|qemu|host] [--suite trixie|bookworm] [--filter NAME] [TEST ARG...]
                boots a Debian 13 (bookworm: 12) with systemd and cgroup v2 (built at first use, in artifacts/rig), installs the package of this tree and runs tests/System
                in it; host: on this machine, which has systemd. Results and journal: artifacts/rig/results. RIG_CYCLES=20000: makes and ends so many jails in the service (takes minutes)
  publish       makes executables that need no runtime, in artifacts/publish
  package       makes artifacts/agent-sandboxd_VERSION_amd64.deb of them
  bench [ARG]   prints what jails cost here, beside a plain fork+exec and bubblewrap; --quick, --only SECTION, --json FILE;
                --pure: plans, filters and frames alone (BenchmarkDotNet); --soak MINUTES: whether a loaded daemon stays as it was
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

# attacks FILE: the program that 'sandboxctl selftest --attack' runs in jails
attacks() {
  command -v gcc >/dev/null || install gcc libc6-dev
  gcc -static -s -O1 -D_GNU_SOURCE -Wall -Wextra -Werror src/Attacks/*.c -o "$1"
}

build() {
  dotnet build SandboxDaemon.sln -c "$configuration" --nologo -v quiet -clp:NoSummary
  mkdir -p artifacts
  local executable
  for executable in Daemon/agent-sandboxd Ctl/sandboxctl; do
    dotnet publish "src/$executable.csproj" -c "$configuration" --no-build --nologo -v quiet -o "artifacts/${executable#*/}.d"
    ln -sfn "${executable#*/}.d/${executable#*/}" "artifacts/${executable#*/}"
  done
  attacks artifacts/sandboxctl.d/agent-sandbox-attacks
}

publish() {
  local executable part stamp=artifacts/publish/complete
  mkdir -p artifacts/publish
  if [ -e $stamp ] && [ -z "$(find build.sh src native-profiles Directory.*.props -newer $stamp -type f -not -path '*/bin/*' -not -path '*/obj/*' -print -quit)" ]; then
    return
  fi
  rm -f $stamp
  for executable in Daemon/agent-sandboxd Ctl/sandboxctl; do
    part=$(mktemp -d)
    dotnet publish "src/$executable.csproj" -c "$configuration" -r linux-x64 --nologo -v quiet -clp:NoSummary -o "$part"
    mv -f "$part/${executable#*/}" artifacts/publish/
    rm -rf "$part"
  done
  attacks artifacts/publish/agent-sandbox-attacks
  touch $stamp
}

package() {
  command -v python3 >/dev/null || install python3
  publish
  rm -f artifacts/agent-sandboxd_*.deb
  packaging/build-deb.sh artifacts/publish artifacts
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
  install gcc libc6-dev python3 curl xz-utils binutils git procps perl util-linux e2fsprogs gpgv debian-archive-keyring systemd
  command -v javac >/dev/null || install default-jdk-headless
  command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm
  # CPython's own tests, of the version that is installed.
  install "libpython$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')-testsuite"
  build
  tests/Unit/Kernel/fetch-headers.sh artifacts/headers
  tests/run.sh
}

system_tests() {
  local engine=uml payload arguments=()
  while (($#)); do
    case $1 in
      --engine) engine=${2:?--engine uml, qemu or host}; shift 2 ;;
      --suite) export RIG_SUITE=${2:?--suite trixie or bookworm}; shift 2 ;;
      --filter) arguments+=(-method "*${2:?--filter NAME}*"); shift 2 ;;
      *) arguments+=("$1"); shift ;;
    esac
  done
  package >&2
  payload=$(mktemp -d)
  # The package of this tree, and the same one as the next version, for upgrades.
  mkdir "$payload/next"
  cp artifacts/agent-sandboxd_*.deb "$payload/agent-sandboxd.deb"
  DEB_REVISION=2 DEB_COMPRESSION=none packaging/build-deb.sh artifacts/publish "$payload/next" >/dev/null
  dotnet publish tests/System/System.csproj -c "$configuration" -r linux-x64 --self-contained --nologo -v quiet -clp:NoSummary -o "$payload/tests"
  cp tests/System/rig/inside.sh "$payload/run"
  [ -z "${RIG_CYCLES:-}" ] || echo "RIG_CYCLES=$RIG_CYCLES" >"$payload/environment"
  ((${#arguments[@]} == 0)) || printf '%s\n' "${arguments[@]}" >"$payload/arguments"
  local status=0
  tests/System/rig/rig.sh "$engine" "$payload" artifacts/rig/results || status=$?
  rm -rf "$payload"
  return $status
}

command=${1:-}
shift || true
case $command in
  build) build ;;
  run) run "$@" ;;
  test) tests ;;
  system-test) system_tests "$@" ;;
  publish) publish ;;
  package) package ;;
  bench) build && exec dotnet run --no-build -c "$configuration" --project tests/Benchmarks -- "$@" ;;
  *) usage >&2; exit 2 ;;
esac
