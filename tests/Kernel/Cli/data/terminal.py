"""terminal.py SANDBOXCTL SCENE: plays a person at a terminal, and prints what came of it."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

RUN = os.environ.get("SANDBOX_TESTS_RUN", "run --embedded").split()  # "run": by the daemon of $AGENT_SANDBOX_SOCKET

sandboxctl, scene = sys.argv[1:]
PATIENCE = 60


class Person:
    """A terminal, with a run of PROGRAM on it."""

    def __init__(self, program, *options, rows=31, columns=97, profile="shell"):
        self.seen = b""
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            self.login()
            argv = [sandboxctl, *RUN, "--allow-degraded", "all", "--profile", profile, *options, "--", *program]
            os.execv(sandboxctl, argv)

    def login(self):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(self.slave, fd)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.master, text)

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.seen)):
            if not select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]:
                sys.exit(f"waited in vain for {pattern}: {self.seen}")
            self.seen += os.read(self.master, 65536)
        self.seen = self.seen[match.end():]
        return match

    def end(self):
        """Reads to the end and gives the exit status."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if time.monotonic() > deadline:
                sys.exit(f"it did not end: {self.seen}")
            if select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)

    def restored(self):
        return "restored" if termios.tcgetattr(self.slave) == self.before else "left raw"


def python(text):
    return ["python3", "-c", text]


match scene:
    case "size":
        person = Person(python("import os, sys; z = os.get_terminal_size(); print('size', z.lines, z.columns)"), "--tty")
        print(tuple(int(n) for n in person.wait_for(rb"size (\d+) (\d+)").groups()))
        person.end()
    case "resize":
        person = Person(python(
            "import os, signal\n"
            "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\n"
            "print('ready')\n"
            "signal.sigwait([signal.SIGWINCH]); z = os.get_terminal_size(); print('size', z.lines, z.columns)"), "--tty")
        person.wait_for(rb"ready")
        person.resize(17, 55)
        print(tuple(int(n) for n in person.wait_for(rb"size (\d+) (\d+)").groups()))
        person.end()
    case "controlling":
        person = Person(python(
            "import os; t = os.open('/dev/tty', os.O_RDWR); "
            "print('terminal:', os.isatty(0) and os.isatty(1) and os.isatty(2), os.ttyname(0).startswith('/dev/pts/'), os.tcgetpgrp(t) == os.getpgrp())"), "--tty")
        print(person.wait_for(rb"terminal: (\w+ \w+ \w+)").group(1).decode())
        person.end()
    case "interrupt":
        person = Person(["sh", "-c", "echo ready; exec sleep 1000"], "--tty")
        person.wait_for(rb"ready")
        person.type(b"\x03")
        print(person.end())
    case "suspend":
        person = Person(["bash", "--norc", "-i"], "--tty", "--env", "PS1=prompt: ")
        person.wait_for(rb"prompt: ")
        person.type(b"sh -c 'echo go''ing; exec sleep 1000'\r")
        person.wait_for(rb"going")  # by now it has the terminal; a second Ctrl-Z would discard what bash says of the first
        person.type(b"\x1a")
        person.wait_for(rb"Stopped")
        person.type(b"jobs\r")
        person.wait_for(rb"Stopped +sh -c")
        person.type(b"kill %1; wait %1; bg\rexit 7\r")
        print("stopped and continued" if person.end() == 7 else person.seen)
    case "end-of-input":
        person = Person(python("import sys; print('ready'); print('got', sys.stdin.buffer.read())"), "--tty")
        person.wait_for(rb"ready")
        person.type(b"typed\x04\x04")
        print(person.wait_for(rb"got (b'.*')").group(1).decode())
        person.end()
    case "raw" | "raw-after-kill":
        person = Person(["sh", "-c", "echo ready; read line; exit 3"], "--tty", *(["--timeout", "1s"] if scene == "raw-after-kill" else []))
        person.wait_for(rb"ready")
        raw = termios.tcgetattr(person.slave)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        if scene == "raw":
            person.type(b"line\r")
        status = person.end()
        print(person.restored() if raw == 0 and status == (3 if scene == "raw" else 124) else f"never raw, or ended with {status}")
    case "raw-after-refusal":
        person = Person(["absent"], "--tty")
        print(person.restored() if person.end() == 127 else "ran?")
    case "automatic" | "no-tty":
        person = Person(python("import os; print('terminal:', os.isatty(0) and os.isatty(1))"), *(["--no-tty"] if scene == "no-tty" else []))
        print(person.wait_for(rb"terminal: (\w+)").group(1).decode())
        person.end()
    case "no-terminals":
        person = Person(["sh", "-c", "test -t 1; echo status: $?"], profile="strict")
        print(person.wait_for(rb"status: (\w+)").group(1).decode())
        person.end()
    case "ten-thousand-lines":
        person = Person(["seq", "10000"], "--tty")
        person.end()
        print(person.seen.decode().split()[-1])
