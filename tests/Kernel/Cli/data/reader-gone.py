"""reader-gone.py SANDBOXCTL: reads three lines of 'yes' in a jail and goes away; prints them and how the run ended."""
import subprocess
import sys

run = subprocess.Popen(
    [sys.argv[1], "run", "--embedded", "--allow-degraded", "all", "--output-limit", "1G", "--", "yes"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
for _ in range(3):
    sys.stdout.write(run.stdout.readline().decode())
run.stdout.close()
print("sandboxctl", run.wait(timeout=120))
