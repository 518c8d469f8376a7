using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>One thread that waits for all fds of this process that something asynchronous depends on: no thread is blocked for each of them.</summary>
/// <remarks>Source: epoll(7).</remarks>
public sealed unsafe class EventLoop : IDisposable
{
    private const int Batch = 128;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _stopRead;
    private readonly SafeFileHandle _stopWrite;
    private readonly ConcurrentDictionary<ulong, WatchedFd> _watched = new();
    private readonly Thread _thread;
    private ulong _next;

    /// <summary>Starts the thread.</summary>
    /// <exception cref="SyscallException">EMFILE: too many open files.</exception>
    public EventLoop()
    {
        int fd = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _epoll = fd < 0 ? throw SyscallException.Last("epoll_create1") : new SafeFileHandle(fd, ownsHandle: true);
        (_stopRead, _stopWrite) = Files.CreatePipe();
        Control(Libc.EPOLL_CTL_ADD, _stopRead, Libc.EPOLLIN, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "event-loop" };
        _thread.Start();
    }

    /// <summary>Watches <paramref name="file"/>. The caller disposes the result before the file.</summary>
    /// <param name="file">A pidfd, pipe, socket, terminal, or file of a cgroup.</param>
    /// <exception cref="SyscallException">EPERM: a regular file, which is always ready. ENOSPC: fs.epoll.max_user_watches.</exception>
    public WatchedFd Watch(SafeHandle file)
    {
        ulong key = Interlocked.Increment(ref _next);
        WatchedFd watched = new(this, file, key);
        _watched[key] = watched;
        try
        {
            Control(Libc.EPOLL_CTL_ADD, file, Libc.EPOLLONESHOT, key);
            return watched;
        }
        catch
        {
            _watched.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>Ends the thread; whoever still waits is cancelled.</summary>
    public void Dispose()
    {
        _stopWrite.Dispose();
        _thread.Join();
        foreach (WatchedFd watched in _watched.Values)
        {
            watched.Dispose();
        }

        _stopRead.Dispose();
        _epoll.Dispose();
    }

    internal void Arm(SafeHandle file, uint events, ulong key) => Control(Libc.EPOLL_CTL_MOD, file, events | Libc.EPOLLONESHOT, key);

    internal void Forget(SafeHandle file, ulong key)
    {
        _watched.TryRemove(key, out _);
        if (!file.IsClosed && !_epoll.IsClosed)
        {
            Control(Libc.EPOLL_CTL_DEL, file, 0, key);
        }
    }

    private void Control(int operation, SafeHandle file, uint events, ulong key)
    {
        using FdLease epoll = new(_epoll);
        using FdLease fd = new(file);
        epoll_event change = new() { events = events, data = key };
        if (Libc.epoll_ctl(epoll.Value, operation, fd.Value, &change) != 0)
        {
            throw SyscallException.Last("epoll_ctl");
        }
    }

    private void Run()
    {
        epoll_event* events = stackalloc epoll_event[Batch];
        using FdLease epoll = new(_epoll);
        while (true)
        {
            int count = Libc.epoll_wait(epoll.Value, events, Batch, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != (int)Errno.EINTR)
            {
                throw SyscallException.Last("epoll_wait");
            }

            for (int i = 0; i < count; i++)
            {
                if (events[i].data == 0)
                {
                    return;
                }

                if (_watched.TryGetValue(events[i].data, out WatchedFd? watched))
                {
                    watched.Signal();
                }
            }
        }
    }
}
