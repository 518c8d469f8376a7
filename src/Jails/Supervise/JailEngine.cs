using System.Globalization;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Landlock;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Makes jails. One for a process; safe to use from several threads at once.</summary>
public sealed class JailEngine : IDisposable
{
    private readonly HostFacts _host;
    private readonly CgroupTree? _cgroups;
    private readonly Spawner _spawner;
    private readonly ProfileCache _profiles;
    private readonly UidRangePool _uids;
    private readonly LaterWork _later = new();
    private readonly SitePool _sites;

    /// <summary>An engine on this host.</summary>
    /// <param name="host">What the host can do.</param>
    /// <param name="cgroups">Where jails get their cgroups, or null. The engine owns it.</param>
    /// <param name="stateDirectory">A directory of root's that all engines of this host share.</param>
    /// <param name="spareNetworks">How many network namespaces, and what else is the same for all jails, are kept ready for the next ones: 0 or more.</param>
    /// <exception cref="SyscallException">EPERM: root is needed. Other: what the kernel refused.</exception>
    public JailEngine(HostFacts host, CgroupTree? cgroups, string stateDirectory, int spareNetworks)
        : this(host, cgroups, stateDirectory, spareNetworks, new Spawner())
    {
    }

    /// <summary>An engine that starts its children with <paramref name="spawner"/>, which it owns.</summary>
    internal JailEngine(HostFacts host, CgroupTree? cgroups, string stateDirectory, int spareNetworks, Spawner spawner)
    {
        OwnProcess.HideMemory();
        OwnProcess.KeepChildren();
        _host = host;
        _cgroups = cgroups;
        _spawner = spawner;
        _profiles = new ProfileCache(host, spawner);
        _uids = new UidRangePool(stateDirectory);
        _sites = new SitePool(spawner, _uids, cgroups, _later, spareNetworks);
    }

    /// <summary>Makes a jail for <paramref name="request"/>. The caller disposes it.</summary>
    /// <param name="request">What the caller asks.</param>
    /// <param name="caller">For whom: whose rights decide on binds, and to whom what is written there belongs.</param>
    /// <exception cref="PolicyException">The request is refused.</exception>
    /// <exception cref="SyscallException">A step failed: which, and why. Nothing is left behind.</exception>
    /// <exception cref="ProofException">The kernel enforces less than planned; the jail was ended.</exception>
    public Jail Create(JailRequest request, JailCaller caller)
    {
        JailParts parts = _sites.Take(request.Profile.Network.Loopback);
        try
        {
            using HostPaths paths = new(caller.Rights);
            PreparedProfile profile = _profiles.Get(request.Profile);
            JailSpec spec = JailResolver.Resolve(request, profile.Resolved, _host, paths, parts.Uids.First);
            JailProof proof = Build(spec, profile, paths, caller, parts);
            proof.Verify(spec, parts.Cgroup);
            return new Jail(spec, proof, _host, _spawner, parts, _later);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
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

    /// <summary>Returns when nothing is left of the jails that were disposed before.</summary>
    internal void Settle() => _later.Settle();

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
            _sites.Dispose();
            _uids.Dispose();
            _profiles.Dispose();
            _spawner.Dispose();
            _cgroups?.Dispose();
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

        using LaunchedChild child = _spawner.Start(profile.Program(spec), fds);
        child.WaitForReady(Spawner.Deadline);
        using JailReading reading = child.WhileItWaits(JailReading.Begin);
        child.WhileItWaits(pid => Hold(pid, spec, parts));
        parts.Init = child.WaitForExec(Spawner.Deadline);
        parts.LetGoOfNamespaces();
        parts.Cgroup?.Set(spec.Limits, spec.Disks);
        return reading.Complete(spec, parts.Cgroup);
    }

    private static void Hold(int pid, JailSpec spec, JailParts parts)
    {
        parts.Mounts = OwnProcess.OpenNamespace(pid, "mnt");
        parts.Root = Files.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root"), Libc.O_PATH | Libc.O_DIRECTORY);
        parts.Landlock = spec.Landlock is null ? null : RulesetFactory.Create(spec.Landlock, spec.LandlockAbi, parts.Root);
    }
}
