using System.Globalization;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Makes jails. One for a process; safe to use from several threads at once.</summary>
public sealed partial class JailEngine : IDisposable
{
    private readonly HostFacts _host;
    private readonly CgroupTree? _cgroups;
    private readonly Spawner _spawner;
    private readonly ProfileCache _profiles;
    private readonly UidRangePool _uids;
    private readonly StuckCgroups _stuck;
    private readonly LaterWork _later = new();
    private readonly SitePool _sites;
    private readonly ReadyJails _ready;
    private readonly ReadyCommands _commands;
    private readonly WorkspaceStore? _store;

    /// <summary>An engine on this host.</summary>
    /// <param name="host">What the host can do.</param>
    /// <param name="cgroups">Where jails get their cgroups, or null. The engine owns it.</param>
    /// <param name="uids">Where jails get their uids. The engine owns it.</param>
    /// <param name="reserve">What is kept ready for the next jails.</param>
    /// <param name="spawner">Starts its children. The engine owns it.</param>
    /// <param name="workspaces">Where workspaces are kept, or null: there are none. The engine owns it.</param>
    /// <exception cref="SyscallException">EPERM: root is needed. Other: what the kernel refused.</exception>
    internal JailEngine(HostFacts host, CgroupTree? cgroups, UidRangePool uids, Reserve reserve, Spawner spawner, WorkspaceStore? workspaces = null)
    {
        OwnProcess.HideMemory();
        OwnProcess.KeepChildren();
        _host = host;
        _cgroups = cgroups;
        _spawner = spawner;
        _profiles = new ProfileCache(host, spawner);
        _uids = uids;
        _stuck = new StuckCgroups(uids);
        _sites = new SitePool(spawner, _uids, cgroups, _later, reserve.Sites);
        _ready = new ReadyJails(MakeReady, _later, reserve.Jails);
        _commands = new ReadyCommands(_later, reserve.Commands);
        _store = workspaces;
        Workspaces = workspaces is null ? null : new WorkspaceKeeper(workspaces, spawner);
    }

    /// <summary>The workspaces that outlive jails; null: there are none.</summary>
    public WorkspaceKeeper? Workspaces { get; }

    /// <summary>Makes a jail for <paramref name="request"/>. The caller disposes it.</summary>
    /// <param name="request">What the caller asks.</param>
    /// <param name="caller">For whom: whose rights decide on binds, and to whom what is written there belongs.</param>
    /// <exception cref="PolicyException">The request is refused.</exception>
    /// <exception cref="SyscallException">A step failed: which, and why. Nothing is left behind.</exception>
    /// <exception cref="ProofException">The kernel enforces less than planned; the jail was ended.</exception>
    public Jail Create(JailRequest request, JailCaller caller)
    {
        using HostPaths paths = new(caller.Rights);
        PreparedProfile profile = _profiles.Get(request.Profile);
        JailSpec spec = JailResolver.Resolve(request, profile.Resolved, _host, paths, UidRangePool.FirstUid);
        ReadyJail made = _ready.Take(request) is ReadyJail ready ? Fit(ready, spec) : Raise(spec, profile, paths, caller);
        return NewJail(spec with { UidBase = made.Parts.Uids.First }, made.Proof, made.Parts);
    }

    /// <summary>What a jail for <paramref name="request"/> would be. Nothing is made; which uid range it would have is not decided.</summary>
    /// <inheritdoc cref="Create"/>
    public JailSpec Explain(JailRequest request, JailCaller caller)
    {
        using HostPaths paths = new(caller.Rights);
        return JailResolver.Resolve(request, _profiles.Get(request.Profile).Resolved, _host, paths, UidRangePool.FirstUid);
    }

    /// <summary>The limits that a jail for <paramref name="request"/> would have.</summary>
    /// <exception cref="PolicyException">A limit is out of its range, or above the profile's ceiling.</exception>
    public JailLimits ResolveLimits(JailRequest request) => LimitResolver.Resolve(request, _host);

    /// <summary>The limits of a jail that has <paramref name="now"/>, with those changed that <paramref name="request"/> names.</summary>
    /// <exception cref="PolicyException">A limit is out of its range, or above the profile's ceiling.</exception>
    public JailLimits ChangeLimits(JailLimits now, JailRequest request) => LimitResolver.Resolve(
        request with { Profile = request.Profile with { Limits = request.Profile.Limits with { Defaults = now } } }, _host);

    /// <summary>Returns when nothing is left of the jails that were disposed before, and what is kept ready is there.</summary>
    public void Settle() => _later.Settle();

    /// <summary>Waits until what is left of dead jails is gone, and lets go of profiles and templates. Jails that live go on.</summary>
    /// <exception cref="AggregateException">The cgroup of a dead jail could not be removed.</exception>
    public void Dispose()
    {
        try
        {
            _later.Dispose();
        }
        finally
        {
            _commands.Dispose();
            _ready.Dispose();
            _sites.Dispose();
            _stuck.Dispose();
            _uids.Dispose();
            _profiles.Dispose();
            _spawner.Dispose();
            _store?.Dispose();
            _cgroups?.Dispose();
        }
    }

    // With the profile's own limits, and without what the host lacks: each request decides for itself whether it can do without.
    private ReadyJail MakeReady(JailProfile profile)
    {
        using HostPaths paths = new(JailCaller.Root.Rights);
        PreparedProfile prepared = _profiles.Get(profile);
        JailRequest request = new() { Profile = profile, AllowDegraded = [RequiredLayers.All] };
        return Raise(JailResolver.Resolve(request, prepared.Resolved, _host, paths, UidRangePool.FirstUid), prepared, paths, JailCaller.Root);
    }

    // All but the limits is the profile's, and nothing could change it: no program ran there.
    private static ReadyJail Fit(ReadyJail ready, JailSpec spec)
    {
        JailParts parts = ready.Parts;
        try
        {
            parts.Cgroup?.Set(spec.Limits, parts.DisksOf(spec));
            JailProof proof = ready.Proof with { Cgroup = parts.Cgroup?.Read() ?? ready.Proof.Cgroup };
            proof.Verify(spec with { UidBase = parts.Uids.First }, parts.Cgroup);
            return ready with { Proof = proof };
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    // What is resolved for any uid range gets the one that is free.
    private ReadyJail Raise(JailSpec spec, PreparedProfile profile, HostPaths paths, JailCaller caller)
    {
        JailParts parts = _sites.Take(spec.Loopback);
        try
        {
            spec = spec with { UidBase = parts.Uids.First };
            parts.Workspace = spec.Kept is null ? null : Keeper().Claim(spec.Kept.Id, parts.Id);
            JailProof proof = Build(spec, profile, paths, caller, parts);
            proof.Verify(spec, parts.Cgroup);
            return new ReadyJail(parts, proof);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private JailProof Build(JailSpec spec, PreparedProfile profile, HostPaths paths, JailCaller caller, JailParts parts)
    {
        FdTable fds = _spawner.CreateTable();
        paths.BindTo(fds);
        fds[JailSlots.Template] = profile.Template(spec);
        using SafeFileHandle? idmap = spec.Binds.Any(b => b.Writable) ? IdmapNamespace.Create(_spawner, (caller.Uid, caller.Gid), (spec.UidBase + spec.Uid, spec.UidBase + spec.Gid)) : null;
        if (idmap is not null)
        {
            fds[JailSlots.Idmap] = idmap;
        }

        fds.BindText(JailSlots.HostId(spec.Uid), string.Create(CultureInfo.InvariantCulture, $"{spec.UidBase + spec.Uid}"));
        fds.BindText(JailSlots.HostId(spec.Gid), string.Create(CultureInfo.InvariantCulture, $"{spec.UidBase + spec.Gid}"));
        fds[JailSlots.Network] = parts.Network!;
        fds[JailSlots.Ipc] = parts.Ipc!;
        fds[JailSlots.User] = parts.User!;
        if (parts.InitCgroup is not null)
        {
            fds[JailSlots.Cgroup] = parts.InitCgroup.Handle;
        }

        using SafeFileHandle? workspace = spec.Kept is null ? null : Keeper().MakeMount(spec);
        if (workspace is not null)
        {
            fds[JailSlots.Workspace] = workspace;
        }

        using LaunchedChild child = _spawner.Start(profile.Program(spec), fds);
        child.WaitForReady(Spawner.Deadline);
        using JailReading reading = child.WhileItWaits(JailReading.Begin);
        child.WhileItWaits(pid => Hold(pid, spec, parts));
        parts.Init = child.WaitForExec(Spawner.Deadline);
        parts.LetGoOfNamespaces();
        parts.Cgroup?.Set(spec.Limits, parts.DisksOf(spec));
        JailProof proof = reading.Complete(spec, parts.Cgroup);
        if (_host.CanSpareFromOom && parts.Cgroup is not null)
        {
            // While a victim is dying the kernel may look for the next one, and PID 1 would take the jail with it.
            parts.Init.SpareFromOom();
        }

        return proof;
    }

    private Jail NewJail(JailSpec spec, JailProof proof, JailParts parts, JailState? earlier = null)
    {
        Jail jail = new(spec, proof, _host, _spawner, parts, _later, _commands, earlier);
        if (parts.Workspace is not null)
        {
            parts.Workspace.Jail = jail;
        }

        return jail;
    }

    private WorkspaceKeeper Keeper() => Workspaces ?? throw new PolicyException("host", "no workspaces are kept here: a daemon does");

    private static void Hold(int pid, JailSpec spec, JailParts parts)
    {
        parts.Mounts = OwnProcess.OpenNamespace(pid, "mnt");
        parts.Root = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root"), Libc.O_PATH | Libc.O_DIRECTORY);
        parts.Fence(spec);
    }
}
