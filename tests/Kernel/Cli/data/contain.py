#!/usr/bin/python3
"""contain.py RESULT PROGRAM [ARG...]: runs PROGRAM where all that it leaves behind shows, and writes what that was to RESULT as JSON.

The program has a mount and a cgroup namespace of its own, and this process adopts the orphans that it leaves. Its stdin, stdout and stderr are
ours. Our exit status is 0: the program's own is in RESULT, as a shell would give it.
"""
import ctypes
import json
import os
import signal
import sys

CLONE_NEWNS, CLONE_NEWCGROUP = 0x00020000, 0x02000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result != 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{what}: {os.strerror(errno)}")


def cgroup_mount():
    with open("/proc/self/mounts") as mounts:
        return next((line.split()[1] for line in mounts if line.split()[2] == "cgroup2"), None)


def enter_cgroup(mount):
    """Our cgroup becomes the root of all that we and the program see; we live in a leaf of it, so that it can have controllers."""
    own = os.path.join(mount, f"agent-sandboxd.test-{os.getpid()}")
    os.mkdir(own)
    with open(os.path.join(mount, "cgroup.controllers")) as offered, open(os.path.join(mount, "cgroup.subtree_control"), "w") as control:
        control.write(" ".join("+" + name for name in offered.read().split()))
    move(own)
    must(libc.unshare(CLONE_NEWCGROUP), "unshare(CLONE_NEWCGROUP)")
    os.mkdir(os.path.join(own, "self"))
    move(os.path.join(own, "self"))
    must(libc.mount(own.encode(), mount.encode(), None, MS_BIND, None), "mount(MS_BIND)")
    return own


def move(cgroup):
    with open(os.path.join(cgroup, "cgroup.procs"), "w") as procs:
        procs.write("0")


def left_processes():
    left = []
    while True:
        try:
            info = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
        except ChildProcessError:
            return left
        if info is None:  # children that live on
            with open(f"/proc/self/task/{os.getpid()}/children") as children:
                for pid in children.read().split():
                    with open(f"/proc/{pid}/comm") as name:
                        left.append(f"process {name.read().strip()}")
                    os.kill(int(pid), signal.SIGKILL)
                    os.waitpid(int(pid), 0)


def left_cgroups(mount):
    ours = os.path.join(mount, "agent-sandboxd.embedded")
    return [f"cgroup {name}" for name in os.listdir(ours) if os.path.isdir(os.path.join(ours, name))] if os.path.isdir(ours) else []


def mounts():
    with open("/proc/self/mountinfo") as table:
        return set(table.read().splitlines())


def main():
    result, argv = sys.argv[1], sys.argv[2:]
    must(libc.unshare(CLONE_NEWNS), "unshare(CLONE_NEWNS)")
    must(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount(MS_PRIVATE)")
    must(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)")
    cgroups = cgroup_mount()
    own = enter_cgroup(cgroups) if cgroups else None
    before = mounts()
    status = os.waitstatus_to_exitcode(os.waitpid(os.posix_spawn(argv[0], argv, os.environ), 0)[1])
    left = left_processes() + [f"mount {line}" for line in mounts() - before] + (left_cgroups(cgroups) if cgroups else [])
    with open(result, "w") as out:
        json.dump({"status": status if status >= 0 else 128 - status, "left": left}, out)
    if own:
        must(libc.umount2(cgroups.encode(), 0), "umount2")
        move(cgroups)
        for directory, _, _ in os.walk(own, topdown=False):
            os.rmdir(directory)


main()
