using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>The workspace of a jail from outside, with the rights of the jail's user and not one more: what is made belongs to that user, or through an
/// idmapped bind to the caller. Disposed, it is closed.</summary>
public sealed class Workspace : IDisposable
{
    private const ulong InJail = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS;

    private readonly UserThread _thread;
    private readonly Jail _jail;
    private FileTree? _tree;

    private Workspace(UserThread thread, Jail jail)
    {
        _thread = thread;
        _jail = jail;
        jail.EnterWorkspace();
    }

    /// <summary>Opens the workspace of <paramref name="jail"/>. The caller disposes it.</summary>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The jail has ended.</exception>
    public static async Task<Workspace> OpenAsync(Jail jail)
    {
        JailSpec spec = jail.Spec;
        UnixIdentity user = new(spec.UidBase + spec.Uid, spec.UidBase + spec.Gid, []);
        Workspace workspace = new(await UserThread.StartAsync(user).ConfigureAwait(false), jail);
        try
        {
            workspace._tree = await workspace._thread.RunAsync(
                () => jail.WithFiles(() => new FileTree(Files.OpenAt(jail.Root, spec.Workspace, Libc.O_PATH | Libc.O_DIRECTORY, InJail)))).ConfigureAwait(false);
            return workspace;
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>Does <paramref name="work"/> with its files, with the rights of the jail's user and without a thread of the caller's that waits.</summary>
    /// <param name="path">What it is about, for messages.</param>
    /// <param name="work">What to do; it must not wait for anything but the file system.</param>
    /// <exception cref="WorkspaceException">The request cannot be done.</exception>
    /// <exception cref="SyscallException">The kernel refused for another reason.</exception>
    public async Task<T> RunAsync<T>(TreePath path, Func<FileTree, T> work)
    {
        try
        {
            return await _thread.RunAsync(() => _jail.WithFiles(() => work(_tree!))).ConfigureAwait(false);
        }
        catch (SyscallException refused) when (WorkspaceException.Explain(refused, path.ToString()) is WorkspaceException reason)
        {
            throw reason;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tree?.Dispose();
        _thread.Dispose();
        _jail.LeaveWorkspace();
    }
}
