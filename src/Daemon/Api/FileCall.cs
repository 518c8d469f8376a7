using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Workspaces;

namespace AgentSandbox.Daemon.Api;

/// <summary>One call that works with the files of a jail: its turn, its workspace, and the end of both. It ends with the jail, whatever its caller does.</summary>
internal sealed class FileCall : IDisposable
{
    private readonly JailEntry _entry;
    private readonly CancellationTokenSource _ended;
    private readonly Workspace _workspace;

    private FileCall(JailEntry entry, CancellationTokenSource ended, Workspace workspace)
    {
        _entry = entry;
        _ended = ended;
        _workspace = workspace;
    }

    /// <summary>Cancelled when the caller is gone, or the jail.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Waits for the call's turn, opens the workspace, and does <paramref name="work"/>.</summary>
    /// <exception cref="ObjectDisposedException">The jail has ended.</exception>
    /// <exception cref="StuckJailException">The jail is stuck.</exception>
    public static async Task<T> RunAsync<T>(JailEntry entry, Func<FileCall, Task<T>> work, CancellationToken cancelled)
    {
        entry.ThrowIfStuck();
        try
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled, entry.Over);
            await entry.FileTurns.WaitAsync(ended.Token).ConfigureAwait(false);
            try
            {
                using FileCall call = new(entry, ended, await Workspace.OpenAsync(entry.Jail).ConfigureAwait(false));
                return await work(call).ConfigureAwait(false);
            }
            finally
            {
                entry.FileTurns.Release();
            }
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested && entry.Over.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(JailEntry), $"jail {entry.Id} has ended");
        }
    }

    /// <summary>Does something with its files, on the thread of the jail's user.</summary>
    public Task<T> DoAsync<T>(TreePath path, Func<FileTree, T> work) => _workspace.RunAsync(path, work);

    /// <summary>Does something with its files, on the thread of the jail's user.</summary>
    public Task DoAsync(TreePath path, Action<FileTree> work) => DoAsync(path, tree =>
    {
        work(tree);
        return true;
    });

    public void Dispose()
    {
        _workspace.Dispose();
        _entry.Touch();
    }
}
