#!/bin/bash
# Runs every test project of the last build and ends with one line: N passed, N failed, N skipped. Exit status 1 if one failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
configuration=${CONFIGURATION:-Release}
passed=0 failed=0 skipped=0 broken=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# count PROJECT RUNS STATUS: adds up the summaries in the log, of which there must be RUNS. An exit STATUS that they do not explain is a failure too.
#    NAME  Total: 12, Errors: 0, Failed: 1, Skipped: 2, Not Run: 0, Time: 0.1s
count() {
  local total errors fails skips runs=0 before=$failed
  while read -r total errors fails skips; do
    failed=$((failed + errors + fails)) skipped=$((skipped + skips)) passed=$((passed + total - fails - skips)) runs=$((runs + 1))
  done < <(sed -nE 's/^( +AgentSandbox\.Tests\.[A-Za-z]+ +Total: 0)$/\1, Errors: 0, Failed: 0, Skipped: 0/; s/^ +AgentSandbox\.Tests\.[A-Za-z]+ +Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log")
  if ((runs != $2 || ($3 != 0 && failed == before))); then
    echo "tests/$1 did not come to its end: $runs of $2 runs, exit status $3"
    broken=$((broken + 1))
  fi
}

for project in Unit Kernel Grpc Daemon; do
  echo "=== tests/$project"
  dotnet "tests/$project/bin/$configuration/net10.0/AgentSandbox.Tests.$project.dll" -noLogo -noColor "$@" 2>&1 | tee "$log"
  count "$project" 1 "${PIPESTATUS[0]}"
done

# Directly where systemd and cgroup v2 are and the package is not in use; else in a machine with Debian's own kernel.
engine=qemu
if [ -d /run/systemd/system ] && [ -e /sys/fs/cgroup/cgroup.controllers ] && ! dpkg-query -W agent-sandboxd >/dev/null 2>&1; then
  engine=host
fi
echo "=== tests/System ($engine)"
./build.sh system-test --engine $engine "$@" 2>&1 | tee "$log"
count System 2 "${PIPESTATUS[0]}"
failed=$((failed + broken))
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
