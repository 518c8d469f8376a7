namespace AgentSandbox.Kernel.Child;

/// <summary>Kills a child that does not come to its program in time, while the thread that bore it is suspended (CLONE_VFORK).</summary>
internal sealed unsafe class StartWatchdog : IDisposable
{
    private readonly int* _pidfd;
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private bool _over;

    /// <summary>Begins to watch.</summary>
    /// <param name="pidfd">Where clone3 writes the pidfd; -1 until then.</param>
    /// <param name="timeout">How long the child may take.</param>
    internal StartWatchdog(int* pidfd, TimeSpan timeout)
    {
        _pidfd = pidfd;
        _timer = new Timer(_ => Bite(), null, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True if the child was killed.</summary>
    internal bool HasBitten { get; private set; }

    /// <summary>Ends the watch: from here on nothing is killed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
        }

        _timer.Dispose();
    }

    private void Bite()
    {
        lock (_gate)
        {
            int pidfd = Volatile.Read(ref *_pidfd);
            if (!_over && pidfd >= 0 && Libc.pidfd_send_signal(pidfd, Libc.SIGKILL, null, 0) == 0)
            {
                HasBitten = true;
            }
        }
    }
}
