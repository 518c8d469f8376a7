using System.Collections.Immutable;
using AgentSandbox.Jails.Supervise;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A jail's hold on a workspace: nobody else writes it meanwhile. Disposed, others may have it.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="jailId">The jail.</param>
/// <param name="volume">Its volume, which stays mounted meanwhile; owned by this object.</param>
/// <param name="release">Takes it from the list.</param>
internal sealed class WorkspaceHolder(string workspace, string jailId, Volume volume, Action<WorkspaceHolder> release) : IDisposable
{
    private SafeFileHandle? _idmap;
    private (uint Uid, uint Gid) _inJail;
    private bool _isOver;

    /// <summary>The workspace.</summary>
    internal string Workspace => workspace;

    /// <summary>The jail's id.</summary>
    internal string JailId => jailId;

    /// <summary>The jail; null while it is made.</summary>
    internal Jail? Jail { get; set; }

    /// <summary>The loop devices that its files lie on, as <c>io.max</c> names them (<c>7:0</c>). They stay while the jail sees it.</summary>
    internal ImmutableArray<string> Disks { get; set; } = [];

    /// <summary>The user namespace by which the jail sees the files, made once. It stays this object's; one at a time may ask.</summary>
    /// <param name="inJail">The host uid and gid of the jail's user.</param>
    /// <param name="make">Makes it.</param>
    internal SafeFileHandle Idmap((uint Uid, uint Gid) inJail, Func<SafeFileHandle> make)
    {
        if (_idmap is null || _inJail != inJail)
        {
            _idmap?.Dispose();
            _idmap = null;
            (_idmap, _inJail) = (make(), inJail);
        }

        return _idmap;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, true))
        {
            return;
        }

        _idmap?.Dispose();
        volume.Dispose();
        release(this);
    }
}
