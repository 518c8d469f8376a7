namespace AgentSandbox.Kernel.Child;

/// <summary>Kills a child that does not come to its program in time, while the thread that bore it is suspended (CLONE_VFORK).</summary>
internal sealed unsafe class StartWatchdog : IDisposable
{
    private readonly int* _pidfd;
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private bool _over;
    private bool _hasBitten;

    /// <summary>Begins to watch.</summary>
    /// <param name="pidfd">Where clone3 writes the pidfd; -1 until then.</param>
    /// <param name="timeout">How long the child may take.</param>
    internal StartWatchdog(int* pidfd, TimeSpan timeout)
    {
        _pidfd = pidfd;
        _timer = new Timer(_ => Bite(), null, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the watch: from here on nothing is killed.</summary>
    /// <returns>True if the child was killed.</returns>
    internal bool End()
    {
        lock (_gate)
        {
            _over = true;
            return _hasBitten; // the child can be dead before the one who kills it has come to note it
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        End();
        _timer.Dispose();
    }

    private void Bite()
    {
        lock (_gate)
        {
            int pidfd = Volatile.Read(ref *_pidfd);
            if (!_over && pidfd >= 0 && Libc.pidfd_send_signal(pidfd, Libc.SIGKILL, null, 0) == 0)
            {
                _hasBitten = true;
            }
        }
    }
}
