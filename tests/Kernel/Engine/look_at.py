"""What a command can do to the process whose pid it reads, or to a child of its own: tells it in one line."""
import errno, os, subprocess, sys

print("ready", flush=True)
asked = sys.stdin.readline().strip()
child = subprocess.Popen(["sleep", "60"]) if asked == "child" else None
pid = child.pid if child else int(asked)


def attempt(act):
    try:
        act()
        return "ok"
    except OSError as refused:
        return errno.errorcode[refused.errno]


print(
    f"signal {attempt(lambda: os.kill(pid, 0))}, kill {attempt(lambda: os.kill(pid, 19))}, pidfd {attempt(lambda: os.pidfd_open(pid))}, "
    f"mem {attempt(lambda: os.open(f'/proc/{pid}/mem', os.O_RDONLY))}, environ {attempt(lambda: os.open(f'/proc/{pid}/environ', os.O_RDONLY))}, "
    f"fds {attempt(lambda: os.listdir(f'/proc/{pid}/fd'))}, listed {str(pid) in os.listdir('/proc')}"
)
if child:
    child.kill()
