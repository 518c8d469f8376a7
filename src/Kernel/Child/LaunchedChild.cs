using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>A child between its birth and its execve. Disposed before it got there, it is killed and reaped.</summary>
public sealed unsafe class LaunchedChild : IDisposable
{
    private readonly EncodedProgram _encoded;
    private readonly bool _hung;
    private ChildProcess? _process;

    internal LaunchedChild(EncodedProgram encoded, bool hung)
    {
        _hung = hung;
        _encoded = encoded;
        _process = new ChildProcess((int)encoded.Context->Pid, encoded.TakePidfd());
    }

    /// <summary>The child's pid in our namespace.</summary>
    public int Pid => Process.Pid;

    /// <summary>The child's pidfd; owned by this object until <see cref="WaitForExec"/> returns.</summary>
    public SafeFileHandle Pidfd => Process.Pidfd;

    private ChildProcess Process => _process ?? throw new ObjectDisposedException(nameof(LaunchedChild));

    /// <summary>Returns when the child has done the step whose result is <see cref="ChildProgram.ReadyWord"/>.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <exception cref="SyscallException">A step of the child failed; ETIMEDOUT: it hangs; EINTR: it was killed. It is reaped.</exception>
    public void WaitForReady(TimeSpan timeout)
    {
        bool inTime = Futex.WaitWhile(_encoded.Ready, _encoded.Alive, timeout);
        if (!inTime || *_encoded.Ready != 0)
        {
            throw End(inTime);
        }
    }

    /// <summary>Does <paramref name="act"/> on the child, which waits to be released or is on the way to its program.</summary>
    /// <param name="act">Gets the child's pid.</param>
    /// <exception cref="SyscallException">What <paramref name="act"/> threw; or, if the child had failed by then, the child's error: it is reaped.</exception>
    public T WhileItWaits<T>(Func<int, T> act)
    {
        try
        {
            return act(Pid);
        }
        catch (SyscallException) when (_encoded.Steps.Error is not null || Volatile.Read(ref *_encoded.Alive) == 0)
        {
            throw End(inTime: true);
        }
    }

    /// <inheritdoc cref="WhileItWaits{T}"/>
    public void WhileItWaits(Action<int> act) => WhileItWaits(pid =>
    {
        act(pid);
        return true;
    });

    /// <summary>Opens a namespace of the child, which waits to be released, and lets the child end. The namespace lives on; the caller disposes it.</summary>
    /// <param name="kind"><c>mnt</c>, <c>net</c>, <c>user</c>.</param>
    /// <param name="timeout">How long to wait for its end at most.</param>
    /// <exception cref="SyscallException">A step of the child failed; ETIMEDOUT: it hangs; EINTR: it was killed. It is reaped.</exception>
    public SafeFileHandle KeepNamespace(string kind, TimeSpan timeout) => KeepNamespaces([kind], timeout)[0];

    /// <summary>As <see cref="KeepNamespace"/>, for several.</summary>
    /// <param name="kinds"><c>mnt</c>, <c>net</c>, <c>user</c>.</param>
    /// <param name="timeout">How long to wait for its end at most.</param>
    /// <returns>The namespaces, in the order of <paramref name="kinds"/>.</returns>
    /// <exception cref="SyscallException">As <see cref="KeepNamespace"/>.</exception>
    public SafeFileHandle[] KeepNamespaces(ReadOnlySpan<string> kinds, TimeSpan timeout)
    {
        var kept = new SafeFileHandle[kinds.Length];
        try
        {
            for (int i = 0; i < kinds.Length; i++)
            {
                string kind = kinds[i];
                kept[i] = WhileItWaits(pid => OwnProcess.OpenNamespace(pid, kind));
            }

            Release();
            WaitForResults(timeout);
            return kept;
        }
        catch
        {
            Array.ForEach(kept, handle => handle?.Dispose());
            throw;
        }
    }

    /// <summary>Lets the child go past its step that waits for <see cref="ChildProgram.GoWord"/>.</summary>
    public void Release() => Futex.Clear(_encoded.Go);

    /// <summary>Returns when the child runs its program.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <returns>The running process; the caller disposes it.</returns>
    /// <exception cref="SyscallException">A step of the child failed; ETIMEDOUT: it hangs; EINTR: it was killed. It is reaped.</exception>
    public ChildProcess WaitForExec(TimeSpan timeout)
    {
        WaitForLastStep(timeout);
        ChildProcess process = Process;
        _process = null;
        _encoded.Dispose();
        return process;
    }

    /// <summary>Waits until a program without execve has ended, and returns what each step returned: a result, or -errno.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <exception cref="SyscallException">A step failed; ETIMEDOUT: it hangs; EINTR: it was killed. It is reaped.</exception>
    public long[] WaitForResults(TimeSpan timeout)
    {
        WaitForLastStep(timeout);
        long[] results = [.. Enumerable.Range(0, _encoded.Program.Steps.Length).Select(i => _encoded.Steps.Result(i))];
        Dispose();
        return results;
    }

    /// <summary>Kills and reaps the child if it did not reach its program, and frees the encoded program.</summary>
    public void Dispose()
    {
        if (_process is null)
        {
            return;
        }

        using (_process)
        {
            _process.Kill();
            _process.Reap();
            _process = null;
        }

        _encoded.Dispose();
    }

    // The child let go of our memory in the step that it came to: an execve that worked or an exit that was planned, or it was killed in another step.
    private void WaitForLastStep(TimeSpan timeout)
    {
        bool inTime = Futex.WaitWhile(_encoded.Alive, null, timeout);
        Syscall reached = _encoded.Program.Steps[_encoded.Steps.Reached].Call;
        if (!inTime || _encoded.Steps.Error is not null || reached is not (Syscall.execve or Syscall.execveat or Syscall.exit_group))
        {
            throw End(inTime);
        }
    }

    private SyscallException End(bool inTime)
    {
        SyscallException reason = _encoded.Steps.Error ?? _encoded.Steps.Failure(inTime && !_hung ? Errno.EINTR : Errno.ETIMEDOUT);
        Dispose();
        return reason;
    }
}
