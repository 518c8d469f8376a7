"""stdin.py SANDBOXCTL KIND: gives a run a stdin of each kind, and says 'good' if the program sees what a local one would see."""
import os
import subprocess
import sys
import tempfile

RUN = os.environ.get("SANDBOX_TESTS_RUN", "run --embedded").split()  # "run": by the daemon of $AGENT_SANDBOX_SOCKET

sandboxctl, kind = sys.argv[1:]
read_all = [sandboxctl, *RUN, "--allow-degraded", "all", "--", "cat"]
read_none = [*read_all[:-1], "echo", "ran"]
text = b"one\ntwo\n"


def run(argv, stdin, **more):
    return subprocess.run(argv, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120, check=True, **more).stdout


match kind:
    case "file":
        with tempfile.TemporaryFile() as file:
            file.write(text)
            file.seek(4)  # a program begins where the file stands
            good = run(read_all, file) == b"two\n"
    case "null":
        good = run(read_all, subprocess.DEVNULL) == b""
    case "pipe":
        reader, writer = os.pipe()
        os.write(writer, text)
        os.close(writer)
        good = run(read_all, reader) == text
    case "closed":
        good = run(read_none, None, preexec_fn=lambda: os.close(0)) == b"ran\n"
    case "open-for-ever":
        reader, writer = os.pipe()
        good = run(read_none, reader) == b"ran\n"
    case "directory":
        good = run(read_none, os.open("/", os.O_RDONLY)) == b"ran\n"
print("good" if good else "bad")
