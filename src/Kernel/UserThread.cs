using System.Collections.Concurrent;

namespace AgentSandbox.Kernel;

/// <summary>A thread that has the rights of another user to files, and none of ours. Disposed, it ends after what it was given to do.</summary>
/// <remarks>
/// No right is ever restored, so none can be forgotten. What it does may wait for a file system without an end: it takes no other thread with it.
/// It should run code of assemblies that are loaded already: it could not read others that the user may not read.
/// A thread inherits the rights of the one that starts it, and whoever gives work to the thread pool may start one of the pool's: so another thread tells what was done.
/// </remarks>
public sealed class UserThread : IDisposable
{
    // Not disposed, for the other side may still be in CompleteAdding; there is nothing in them but memory.
    private readonly BlockingCollection<Action> _work = new(new ConcurrentQueue<Action>());
    private readonly BlockingCollection<Action> _results = new(new ConcurrentQueue<Action>());
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UserThread()
    {
    }

    /// <summary>Starts a thread. The caller disposes it.</summary>
    /// <param name="user">Whose rights it has. What it makes belongs to this user and group, with exactly the mode that is asked: no umask.</param>
    /// <exception cref="SyscallException">EPERM: we lack CAP_SETUID or CAP_SETGID.</exception>
    public static async Task<UserThread> StartAsync(UnixIdentity user)
    {
        UserThread thread = new();
        new Thread(thread.Tell) { IsBackground = true, Name = "user-results" }.Start();
        new Thread(() => thread.Run(user)) { IsBackground = true, Name = "user-files" }.Start();
        await thread._ready.Task.ConfigureAwait(false);
        return thread;
    }

    /// <summary>Has the thread do <paramref name="work"/>, after what it was given before.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _work.Add(() => Do(work, done));
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(UserThread));
        }

        return done.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _work.CompleteAdding();

    private void Do<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            T result = work();
            _results.Add(() => done.SetResult(result));
        }
        catch (Exception failure)
        {
            _results.Add(() => done.SetException(failure));
        }
    }

    private void Tell()
    {
        foreach (Action result in _results.GetConsumingEnumerable())
        {
            result();
        }
    }

    private void Run(UnixIdentity user)
    {
        if (FileRights.Become(user, out Errno errno) is string failed || (failed = LeaveUmask(out errno)!) is not null)
        {
            SyscallException refused = new(failed, errno, user.ToString());
            _results.Add(() => _ready.SetException(refused));
            _results.CompleteAdding();
            return;
        }

        _results.Add(_ready.SetResult);
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }

        _results.CompleteAdding();
    }

    // A umask of this thread's own, which is none. Source: unshare(2), CLONE_FS.
    private static string? LeaveUmask(out Errno errno)
    {
        bool failed = Libc.syscall(Libc.NumberOf(Syscall.unshare), (nint)Libc.CLONE_FS, 0, 0, 0, 0, 0) != 0;
        errno = failed ? (Errno)System.Runtime.InteropServices.Marshal.GetLastPInvokeError() : Errno.None;
        if (failed)
        {
            return "unshare";
        }

        Libc.syscall(Libc.NumberOf(Syscall.umask), 0, 0, 0, 0, 0, 0);
        return null;
    }
}
