#!/bin/bash
# Runs every test project of the last build and ends with one line: N passed, N failed, N skipped. Exit status 1 if one failed.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${CONFIGURATION:-Release}
passed=0 failed=0 skipped=0 broken=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for project in Unit Kernel Grpc Daemon; do
  echo "=== tests/$project"
  dotnet "tests/$project/bin/$configuration/net10.0/AgentSandbox.Tests.$project.dll" -noLogo "$@" 2>&1 | tee "$log"
  # === TEST EXECUTION SUMMARY ===   NAME  Total: 12, Errors: 0, Failed: 1, Skipped: 2, Not Run: 0, Time: 0.1s
  if summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1) && [ -n "$summary" ]; then
    read -r total errors fails skips < <(sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/' <<<"$summary")
    failed=$((failed + errors + fails)) skipped=$((skipped + skips)) passed=$((passed + total - fails - skips))
  else
    echo "tests/$project did not come to its end"
    broken=1
  fi
done
((broken)) && failed=$((failed + 1))
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
