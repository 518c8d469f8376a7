"""not-utf8.py SANDBOXCTL: gives a run an argument that is not UTF-8."""
import os
import sys

argv = [os.fsencode(sys.argv[1]), b"run", b"--embedded", b"--allow-degraded", b"all", b"--", b"echo", b"caf\xe9"]
os.execv(argv[0], argv)
