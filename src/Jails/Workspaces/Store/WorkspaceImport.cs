using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A workspace whose content comes as a tar stream, unpacked with the rights of its owner. Disposed before it is completed, there is none.</summary>
public sealed class WorkspaceImport : IDisposable
{
    private readonly WorkspaceStore _store;
    private readonly WorkspaceState _state;
    private readonly Stack<IDisposable> _held = new();
    private UserThread? _thread;
    private Volume? _volume;
    private TarUnpacker? _unpacker;

    private WorkspaceImport(WorkspaceStore store, WorkspaceState state)
    {
        (_store, _state) = (store, state);
    }

    /// <summary>Unpacks what comes next.</summary>
    /// <exception cref="WorkspaceException">Malformed: it is no tar stream, or names what must not be. Full: it does not fit.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await DoAsync(() => _unpacker!.Write(bytes.Span)).ConfigureAwait(false);

    /// <summary>The stream has ended: the workspace is there.</summary>
    /// <exception cref="WorkspaceException">Malformed: the archive has not ended.</exception>
    public async Task<WorkspaceState> CompleteAsync()
    {
        await DoAsync(_unpacker!.Complete).ConfigureAwait(false);
        Files.SyncFileSystem(_volume!.Root);
        _store.Commit(_state);
        return _state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            while (_held.TryPop(out IDisposable? one))
            {
                one.Dispose();
            }
        }
        finally
        {
            _store.End(_state);
        }
    }

    /// <summary>Begins one.</summary>
    internal static async Task<WorkspaceImport> StartAsync(WorkspaceStore store, WorkspaceState state)
    {
        WorkspaceImport import = new(store, state);
        try
        {
            store.Begin(state);
            import._volume = import.Hold(store.Open(state));
            import._thread = import.Hold(await UserThread.StartAsync(new UnixIdentity(state.Uid, state.Gid, [])).ConfigureAwait(false));
            FileTree tree = import.Hold(new FileTree(import._volume.Open(state.Upper, Volume.Data)));
            import._unpacker = import.Hold(await import._thread.RunAsync(() => new TarUnpacker(tree, TreePath.Root)).ConfigureAwait(false));
            return import;
        }
        catch
        {
            import.Dispose();
            throw;
        }
    }

    private T Hold<T>(T one)
        where T : IDisposable
    {
        _held.Push(one);
        return one;
    }

    private async Task DoAsync(Action work)
    {
        try
        {
            await _thread!.RunAsync(() =>
            {
                work();
                return true;
            }).ConfigureAwait(false);
        }
        catch (SyscallException refused) when (WorkspaceException.Explain(refused, "") is WorkspaceException reason)
        {
            throw reason;
        }
    }
}
