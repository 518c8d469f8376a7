using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace AgentSandbox.Kernel;

/// <summary>An fd that an <see cref="EventLoop"/> watches. One wait at a time; disposed, a wait that is under way ends.</summary>
public sealed class WatchedFd : IValueTaskSource<bool>, IDisposable
{
    private readonly EventLoop _loop;
    private readonly SafeHandle _file;
    private readonly ulong _key;
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private bool _waiting;
    private bool _disposed;

    internal WatchedFd(EventLoop loop, SafeHandle file, ulong key)
    {
        _loop = loop;
        _file = file;
        _key = key;
    }

    /// <summary>Waits until the fd can be read, or has an error or a hang-up.</summary>
    /// <returns>False if this was disposed meanwhile.</returns>
    public ValueTask<bool> WaitReadableAsync() => WaitAsync(Libc.EPOLLIN);

    /// <summary>Waits until the fd can be written, or has an error or a hang-up.</summary>
    /// <returns>False if this was disposed meanwhile.</returns>
    public ValueTask<bool> WaitWritableAsync() => WaitAsync(Libc.EPOLLOUT);

    /// <summary>Waits until the file has changed since it was last read: <c>cgroup.events</c>, <c>memory.events</c>, <c>pids.events</c>.</summary>
    /// <returns>False if this was disposed meanwhile.</returns>
    /// <remarks>Source: cgroup-v2.rst, "Core Interface Files".</remarks>
    public ValueTask<bool> WaitChangedAsync() => WaitAsync(Libc.EPOLLPRI);

    /// <summary>Ends the watch, and a wait that is under way. The fd stays open.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _loop.Forget(_file, _key);
            Complete(ready: false);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    internal void Signal()
    {
        lock (_gate)
        {
            Complete(ready: true);
        }
    }

    private ValueTask<bool> WaitAsync(uint events)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return new(false);
            }

            if (_waiting)
            {
                throw new InvalidOperationException("somebody waits for this fd already");
            }

            _waiting = true;
            _wait.Reset();
            ValueTask<bool> wait = new(this, _wait.Version);
            _loop.Arm(_file, events, _key);
            return wait;
        }
    }

    private void Complete(bool ready)
    {
        if (_waiting)
        {
            _waiting = false;
            _wait.SetResult(ready);
        }
    }
}
