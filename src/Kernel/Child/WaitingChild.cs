using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>A child that runs <see cref="ReadyProgram"/>. Disposed before it executed another program, it is killed and reaped.</summary>
/// <param name="process">The child; owned by this object.</param>
/// <param name="channel">The other end of its <see cref="ReadyProgram.Channel"/>, SOCK_SEQPACKET; owned by this object. Its receive time-out is what the child may
/// take for a list. The child's own end is closed in this process.</param>
public sealed unsafe class WaitingChild(ChildProcess process, SafeFileHandle channel) : IDisposable
{
    private ChildProcess? _process = process;

    /// <summary>The child's pid in our namespace.</summary>
    public int Pid => Process.Pid;

    /// <summary>The child's pidfd; owned by this object until <see cref="Execute"/> returns it.</summary>
    public SafeFileHandle Pidfd => Process.Pidfd;

    private ChildProcess Process => _process ?? throw new ObjectDisposedException(nameof(WaitingChild));

    /// <summary>Has the child walk <paramref name="list"/>, after which it waits again.</summary>
    /// <exception cref="SyscallException">A step failed; EPIPE, ECONNRESET, EINTR: it was killed; ETIMEDOUT: it hangs. It is reaped.</exception>
    public void Walk(StepList list)
    {
        Send(list, [], out long first);
        StubReport? report = Receive(list, first);
        SyscallException? reason = report is StubReport done ? ErrorOf(list, first, done) : Failure(list, first, Errno.EINTR);
        if (reason is not null)
        {
            Dispose();
            throw reason;
        }
    }

    /// <summary>Has the child walk <paramref name="list"/>, which ends with an execve.</summary>
    /// <param name="list">What it is to do.</param>
    /// <param name="files">The fds that it gets first: 0 and on.</param>
    /// <returns>The process, whose execve is under way or complete; the caller disposes it. It can also be one that was killed when it had taken the list: then it is
    /// called <see cref="ReadyProgram.ProcessName"/> to its end. Null: it was killed before, or cannot take the list: nothing was done.</returns>
    /// <exception cref="SyscallException">A step failed; ETIMEDOUT: it hangs. It is reaped.</exception>
    public ChildProcess? Execute(StepList list, ReadOnlySpan<SafeFileHandle> files)
    {
        long first;
        StubReport? report;
        try
        {
            Send(list, [.. files], out first);
            report = Receive(list, first);
        }
        catch (SyscallException refused) when (refused.Errno != Errno.ETIMEDOUT)
        {
            return null; // ECONNRESET: the kernel says that it was closed with a message unread
        }

        if (report is null)
        {
            ChildProcess process = Process;
            _process = null;
            return process;
        }

        if (report.Value.Step == null)
        {
            return null;
        }

        SyscallException reason = ErrorOf(list, first, report.Value) ?? Failure(list, first, Errno.ENOEXEC);
        Dispose();
        throw reason;
    }

    /// <summary>Kills and reaps the child, if it is ours still.</summary>
    public void Dispose()
    {
        channel.Dispose();
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
    }

    private static SyscallException? ErrorOf(StepList list, long first, StubReport report) =>
        new EncodedList(list.Name, "child", list.Steps, (EncodedStep*)first, &report).Error;

    private static SyscallException Failure(StepList list, long first, Errno errno)
    {
        StubReport begun = new() { Step = (EncodedStep*)first };
        return new EncodedList(list.Name, "child", list.Steps, (EncodedStep*)first, &begun).Failure(errno);
    }

    private void Send(StepList list, ReadOnlySpan<SafeHandle> files, out long first)
    {
        byte[] bytes = list.Encode(ReadyProgram.ListAddress, out first);
        if (bytes.Length > ReadyProgram.MaxList)
        {
            throw new SyscallException("sendmsg", Errno.EMSGSIZE, list.Name);
        }

        UnixSocket.Send(channel, bytes, files);
    }

    // Null: the child's end is closed.
    private StubReport? Receive(StepList list, long first)
    {
        StubReport report = default;
        using SocketMessage? message = UnixSocket.Receive(channel, new Span<byte>(&report, sizeof(StubReport)), 0);
        if (message is null)
        {
            Dispose();
            throw Failure(list, first, Errno.ETIMEDOUT);
        }

        return message.Length == 0 ? null : report;
    }
}
