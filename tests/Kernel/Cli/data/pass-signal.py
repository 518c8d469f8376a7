"""pass-signal.py SANDBOXCTL SIGNAL: sends SIGNAL to one of two runs, and says what became of both."""
import os
import signal
import subprocess
import sys

RUN = os.environ.get("SANDBOX_TESTS_RUN", "run --embedded").split()  # "run": by the daemon of $AGENT_SANDBOX_SOCKET

sandboxctl, name = sys.argv[1:]
jailed = [sandboxctl, *RUN, "--allow-degraded", "all", "--", "python3", "-c"]
catch = f"""
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.{name}])
print("ready", flush=True)
print("caught", signal.Signals(signal.sigwait([signal.{name}])).name, end=", ", flush=True)
sys.exit(40)
"""
wait = "print('ready', flush=True); input(); print('undisturbed', end=', ')"


def start(program):
    run = subprocess.Popen([*jailed, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert run.stdout.readline() == "ready\n"
    return run


one, other = start(catch), start(wait)
one.send_signal(getattr(signal, name))
print(f"{one.communicate(timeout=120)[0]}exit {one.returncode}")
print(f"other run: {other.communicate(chr(10), timeout=120)[0]}exit {other.returncode}")
