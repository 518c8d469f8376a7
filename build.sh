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
  system-test [--engine uml|qemu] [TEST ARG...]
                boots a Debian 13 with systemd and cgroup v2 (built at first use, in artifacts/rig) and runs tests/System in it
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
  command -v gcc >/dev/null || install gcc libc6-dev
  gcc -static -O1 -D_GNU_SOURCE -Wall -Wextra -Werror src/Attacks/*.c -o artifacts/sandboxctl.d/agent-sandbox-attacks
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
  install gcc libc6-dev python3 curl xz-utils binutils git procps perl util-linux gpgv debian-archive-keyring systemd
  command -v javac >/dev/null || install default-jdk-headless
  command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm
  # CPython's own tests, of the version that is installed.
  install "libpython$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')-testsuite"
  build
  tests/Unit/Kernel/fetch-headers.sh artifacts/headers
  tests/run.sh
}

system_tests() {
  local engine=uml payload
  if [ "${1:-}" = --engine ]; then
    engine=${2:?--engine uml or qemu}
    shift 2
  fi
  payload=$(mktemp -d)
  dotnet publish tests/System/System.csproj -c "$configuration" -r linux-x64 --self-contained --nologo -v quiet -o "$payload/tests"
  printf '#!/bin/bash\nexport RIG_ENGINE='"$engine"'\ncd /payload/tests && exec ./AgentSandbox.Tests.System -noLogo %s\n' "${*@Q}" >"$payload/run"
  chmod +x "$payload/run"
  local status=0
  tests/System/rig/rig.sh "$engine" "$payload" || status=$?
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
  bench) build && exec dotnet run --no-build -c "$configuration" --project tests/Benchmarks -- "$@" ;;
  *) usage >&2; exit 2 ;;
esac
