namespace AgentSandbox.Kernel.Child;

/// <summary>Starts the children of programs. Safe to use from several threads at once.</summary>
/// <remarks>The child shares the memory of this process (CLONE_VM) until its execve, so nothing is copied and each step's result can be read
/// here; the kernel clears <c>child_tid</c> and wakes its waiters when the child lets go of that memory (CLONE_CHILD_CLEARTID), by execve or by its
/// end. Whoever is born in a cgroup whose memory can run out needs CLONE_VFORK: only then does the OOM killer know that the memory is not the child's own,
/// and spares this process with it. Source: clone(2), "clone3"; set_tid_address(2); mm/oom_kill.c, oom_badness, in_vfork.</remarks>
public static unsafe class Launcher
{
    /// <summary>Bears the child of <paramref name="program"/>. It runs on its own from here: see <see cref="LaunchedChild"/>.</summary>
    /// <param name="program">The program.</param>
    /// <param name="fds">The fds that it names.</param>
    /// <param name="timeout">How long a child of CLONE_VFORK may take to come to its program or its end; it is killed then. Others are waited for by
    /// <see cref="LaunchedChild"/>.</param>
    /// <returns>The child; the caller disposes it.</returns>
    /// <exception cref="SyscallException">A step of the parent, or clone3: EAGAIN: a process limit. EPERM: no CAP_SYS_ADMIN. ENOSPC: a namespace limit
    /// (/proc/sys/user). EBUSY: the cgroup takes no processes.</exception>
    public static LaunchedChild Start(ChildProgram program, FdTable fds, TimeSpan timeout)
    {
        EncodedProgram encoded = new(program, fds);
        try
        {
            bool hung = Run(program, encoded, timeout);
            if (encoded.After.Error is SyscallException stranded)
            {
                Environment.FailFast($"a thread is left in a jail's namespaces: {stranded.Message}");
            }

            if (encoded.Before.Error is SyscallException refused)
            {
                throw refused;
            }

            return encoded.Context->Pid > 0
                ? new LaunchedChild(encoded, hung)
                : throw new SyscallException("clone3", (Errno)(-encoded.Context->Pid), program.CloneFlags.ToString(), $"birth of the {program.Name}");
        }
        catch
        {
            encoded.Dispose();
            throw;
        }
    }

    // True: the child was killed because it took too long.
    private static bool Run(ChildProgram program, EncodedProgram encoded, TimeSpan timeout)
    {
        if (((ulong)program.CloneFlags.Value & Libc.CLONE_VFORK) == 0)
        {
            ChildStub.Run(encoded.Context);
            return false;
        }

        using StartWatchdog watchdog = new(encoded.Pidfd, timeout);
        ChildStub.Run(encoded.Context);
        return watchdog.End();
    }
}
