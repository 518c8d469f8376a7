namespace AgentSandbox.Kernel;

/// <summary>Whether an execve takes a program into the time namespace that it made before. Where it does not, only what the program forks would be in there, and
/// it could neither start threads nor vfork.</summary>
/// <remarks>Since Linux 6.3. The same change lets a process that made one bear children that share its memory, which is asked here, of a thread that ends
/// afterwards. Source: time_namespaces(7); kernel/fork.c, copy_process; fs/exec.c, exec_mmap.</remarks>
internal static class TimeNamespaceProbe
{
    private const ulong Nowhere = 1; // no address of ours: EFAULT before anything is born
    private const ulong NoFd = int.MaxValue; // and no cgroup: EBADF

    internal static ProbeResult Probe()
    {
        ProbeResult result = default;
        Thread asker = new(() => result = Ask()) { Name = "time namespace probe" };
        asker.Start();
        asker.Join();
        return result;
    }

    private static unsafe ProbeResult Ask()
    {
        Errno unshared = SyscallProbe.Call(Syscall.unshare, (nint)Libc.CLONE_NEWTIME);
        if (unshared != Errno.None)
        {
            return new(unshared == Errno.EINVAL ? Presence.Missing : Presence.Unknown, unshared);
        }

        clone_args arguments = new() { flags = Libc.CLONE_VM | Libc.CLONE_PIDFD | Libc.CLONE_INTO_CGROUP, pidfd = Nowhere, cgroup = NoFd };
        Errno answer = SyscallProbe.Call(Syscall.clone3, (nint)(&arguments), sizeof(clone_args));
        return answer is Errno.EFAULT or Errno.EBADF ? new(Presence.Present, answer) : ProbeResult.From(answer, refusal: Errno.EFAULT, absence: Errno.EINVAL);
    }
}
