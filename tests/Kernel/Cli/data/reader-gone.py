"""reader-gone.py SANDBOXCTL: reads three lines of 'yes' in a jail and goes away; prints them and how the run ended."""
import os
import subprocess
import sys

RUN = os.environ.get("SANDBOX_TESTS_RUN", "run --embedded").split()  # "run": by the daemon of $AGENT_SANDBOX_SOCKET

run = subprocess.Popen(
    [sys.argv[1], *RUN, "--allow-degraded", "all", "--output-limit", "1G", "--", "yes"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
for _ in range(3):
    sys.stdout.write(run.stdout.readline().decode())
run.stdout.close()
print("sandboxctl", run.wait(timeout=120))
