#!/bin/bash
# Runs every test project of the last build and ends with one line: N passed, N failed, N skipped. Exit status 1 if one failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
configuration=${CONFIGURATION:-Release}
passed=0 failed=0 skipped=0 broken=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# count PROJECT RUNS: adds up the summaries in the log, of which there must be RUNS.
#    NAME  Total: 12, Errors: 0, Failed: 1, Skipped: 2, Not Run: 0, Time: 0.1s
count() {
  local total errors fails skips runs=0
  while read -r total errors fails skips; do
    failed=$((failed + errors + fails)) skipped=$((skipped + skips)) passed=$((passed + total - fails - skips)) runs=$((runs + 1))
  done < <(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log")
  if ((runs != $2)); then
    echo "tests/$1 did not come to its end"
    broken=$((broken + 1))
  fi
}

for project in Unit Kernel Grpc Daemon; do
  echo "=== tests/$project"
  dotnet "tests/$project/bin/$configuration/net10.0/AgentSandbox.Tests.$project.dll" -noLogo "$@" 2>&1 | tee "$log"
  count $project 1
done

# Directly where systemd and cgroup v2 are and the package is not in use; else in a machine with Debian's own kernel.
engine=qemu
if [ -d /run/systemd/system ] && [ -e /sys/fs/cgroup/cgroup.controllers ] && ! dpkg-query -W agent-sandboxd >/dev/null 2>&1; then
  engine=host
fi
echo "=== tests/System ($engine)"
./build.sh system-test --engine $engine "$@" 2>&1 | tee "$log"
count System 2
failed=$((failed + broken))
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
