"""top.py SANDBOXCTL KILLED KEPT can-pause|cannot-pause: plays a person before 'sandboxctl top' with two jails, the one to kill and a younger
one, in which a command is at work."""
import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

sandboxctl, killed, kept, pause = sys.argv[1:]
PATIENCE = 60
REVERSE = rb"\x1b\[7m"
seen = b""

master, slave = pty.openpty()
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 200, 0, 0))
before = termios.tcgetattr(slave)
os.environ["NO_COLOR"] = "1"  # the selected jail stands out all the same
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.execv(sandboxctl, [sandboxctl, "top", "--interval", "200ms"])


def wait_for(pattern, said):
    """Reads until the pattern has come, and says so; what came before is forgotten."""
    global seen
    deadline = time.monotonic() + PATIENCE
    while not (match := re.search(pattern, seen, re.DOTALL)):
        if not select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
            sys.exit(f"waited in vain for {pattern}: {seen[-3000:]}")
        seen += os.read(master, 65536)
    seen = seen[match.end():]
    if said:
        print(said)


def type_keys(keys):
    """Types, and forgets what was drawn before."""
    global seen
    seen = b""
    os.write(master, keys)


def frame_text():
    """One whole frame that was drawn from now on."""
    global seen
    deadline = time.monotonic() + PATIENCE
    while not (match := re.search(rb"\x1b\[H(?:(?!\x1b\[H).)*\x1b\[\?7h", seen, re.DOTALL)):
        if not select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
            sys.exit(f"nothing was drawn: {seen[-3000:]}")
        seen += os.read(master, 65536)
    seen = seen[match.end():]
    return match.group(0)


def select_jail(jail):
    for key in [b"k"] * 20 + [b"j"] * 20:  # other jails of the daemon may be there too
        frame_text()  # it may have been drawn before the key came
        if re.search(REVERSE + jail.encode(), frame_text()):
            return
        type_keys(key)
    sys.exit(f"{jail} cannot be selected")


def order():
    return [jail for jail in re.findall(rb"j-\w+", frame_text()) if jail in (killed.encode(), kept.encode())]


wait_for(killed.encode(), None)
wait_for(kept.encode(), "drawn")
for key, expected in ((b"c", [kept, killed]), (b"a", [killed, kept]), (b"c", [kept, killed])):  # the one that is kept is at work, and the younger
    type_keys(key)
    deadline = time.monotonic() + PATIENCE
    while order() != [jail.encode() for jail in expected]:
        if time.monotonic() > deadline:
            sys.exit(f"not sorted by {key}: {seen[-3000:]}")
print("sorted")
type_keys(b"a")  # from now on the order stays
select_jail(kept)
select_jail(killed)
print("selected")
type_keys(b" ")
if pause == "can-pause":
    wait_for(killed.encode() + rb": paused", None)
    wait_for(killed.encode() + rb"\s+\S+\s+paused", None)
    type_keys(b" ")
    wait_for(killed.encode() + rb": resumed", "paused")
else:
    wait_for(rb"cannot be paused", "paused")
type_keys(b"x")
wait_for(rb"end " + killed.encode() + rb" and all", None)
type_keys(b"n")
wait_for(rb"q quit.*" + killed.encode(), "kept")
type_keys(b"x")
wait_for(rb"end " + killed.encode() + rb" and all", None)
type_keys(b"y")
wait_for(killed.encode() + rb": ended", "killed")
type_keys(b"q")
deadline = time.monotonic() + PATIENCE
while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
    if time.monotonic() > deadline:
        sys.exit(f"it did not end: {seen[-3000:]}")
    if select.select([master], [], [], 0.05)[0]:
        os.read(master, 65536)
print(f"quit {os.waitstatus_to_exitcode(ended[1])}, {'restored' if termios.tcgetattr(slave) == before else 'left raw'}")
