using System.Collections.Immutable;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Makes the mounts by which jails see workspaces: overlays of layers that are seen through idmapped mounts, so that on disk all files are their owner's.</summary>
/// <param name="store">Where the layers lie.</param>
/// <param name="spawner">Starts the programs that make user namespaces.</param>
internal sealed class OverlayMaker(WorkspaceStore store, Spawner spawner)
{
    private const uint Overflow = 65534; // on disk, overlayfs' own files of root's workspaces: "nobody"

    /// <summary>The mount of <paramref name="state"/> for a jail. The caller disposes it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="spec">What the jail is, or will be.</param>
    /// <param name="holder">Its hold on the workspace.</param>
    /// <exception cref="SyscallException">As <see cref="Overlay.New"/>.</exception>
    internal SafeFileHandle Make(WorkspaceState state, JailSpec spec, WorkspaceHolder holder)
    {
        (uint, uint) inJail = (spec.UidBase + spec.Uid, spec.UidBase + spec.Gid);
        ulong attributes = Libc.MOUNT_ATTR_NOSUID | Libc.MOUNT_ATTR_NODEV | (spec.Kept is { NoExec: true } ? Libc.MOUNT_ATTR_NOEXEC : 0);
        SafeFileHandle idmap = holder.Idmap(inJail, () => IdmapNamespace.Create(spawner, (state.Uid, state.Gid), inJail, (HelperOf(state.Uid), HelperOf(state.Gid))));
        List<IDisposable> opened = [];
        try
        {
            Dictionary<string, SafeFileHandle> mounts = [];
            foreach (string id in VolumesOf(state))
            {
                Volume volume = Open(state, id);
                opened.Add(volume);
                mounts[id] = volume.CloneMount(idmap);
                opened.Add(mounts[id]);
            }

            holder.Disks = FindDisks(state);
            OverlayPart Part(LayerRef layer, string part) => new(mounts[layer.Volume], FormattableString.Invariant($"{layer.Number}/{part}"));
            OverlayPart[] lowers = [new(mounts[state.Id], Volume.Empty), .. state.Base.Select(layer => Part(layer, Volume.Data))];
            return store.WhileAttached(
                [.. mounts.Values],
                () => Overlay.New(lowers, Part(state.Top, Volume.Data), Part(state.Top, Volume.Work), attributes));
        }
        finally
        {
            opened.Reverse();
            opened.ForEach(one => one.Dispose());
        }
    }

    /// <summary>The loop devices on which the files of <paramref name="state"/> lie.</summary>
    internal ImmutableArray<string> FindDisks(WorkspaceState state) => [.. VolumesOf(state).Select(id =>
    {
        using Volume volume = Open(state, id);
        return Disks.Find(volume.Root);
    }).OfType<string>()];

    private static IEnumerable<string> VolumesOf(WorkspaceState state) => state.Base.Append(state.Top).Select(layer => layer.Volume).Distinct();

    private Volume Open(WorkspaceState state, string volume) => volume == state.Id ? store.Open(state) : store.OpenVolume(volume);

    // Overlayfs itself works as root, which must be somebody on disk: not the owner, who would be root in the jail.
    private static uint HelperOf(uint owner) => owner == 0 ? Overflow : 0;
}
