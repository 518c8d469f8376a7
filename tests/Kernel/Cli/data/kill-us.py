"""kill-us.py SANDBOXCTL: kills sandboxctl itself with SIGKILL, and says 'gone' if its jail ended with it."""
import ctypes
import os
import signal
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36
assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
run = subprocess.Popen(
    [sys.argv[1], "run", "--embedded", "--allow-degraded", "all", "--", "sh", "-c", "echo ready; exec sleep 1000"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
assert run.stdout.readline() == "ready\n"
run.kill()
run.wait(timeout=120)
signal.signal(signal.SIGALRM, lambda *_: sys.exit("the jail lives on"))
signal.alarm(60)
try:
    while True:
        os.wait()  # what sandboxctl left is ours now
except ChildProcessError:
    print("gone")
