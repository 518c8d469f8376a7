"""ignoring.py SANDBOXCTL COMMAND...: runs COMMAND from a process that ignores and blocks what it can, with odd fds and umask."""
import os
import signal
import sys

for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGUSR1, signal.SIGCHLD, signal.SIGXFSZ, signal.SIGRTMIN):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGALRM, signal.SIGRTMAX])
os.umask(0o777 & ~0o700)
os.set_inheritable(os.open("/etc/shadow", os.O_RDONLY), True)
os.execv(sys.argv[1], [sys.argv[1], "run", "--embedded", "--allow-degraded", "all", "--", *sys.argv[2:]])
