using System.Collections.Immutable;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Jails.Policy;

/// <summary>Profile, request and host give a <see cref="JailSpec"/>: every choice is made here, and every refusal.</summary>
public static class JailResolver
{
    /// <summary>Resolves <paramref name="request"/>.</summary>
    /// <param name="request">What the caller asks.</param>
    /// <param name="profile">The request's profile on this host.</param>
    /// <param name="host">What the host can do.</param>
    /// <param name="paths">The host's files, for what the caller binds.</param>
    /// <param name="uidBase">The first host uid of the jail's range.</param>
    /// <exception cref="PolicyException">The request is refused: which field, and why.</exception>
    public static JailSpec Resolve(JailRequest request, ResolvedProfile profile, HostFacts host, IHostPaths paths, uint uidBase)
    {
        FilesystemPolicy files = request.Profile.Filesystem;
        JailLimits limits = LimitResolver.Resolve(request, host);
        ImmutableArray<string> degraded = RequiredLayers.Degrade(request, limits, host);
        ImmutableArray<JailBind> binds = [.. request.Binds.Select(b => Bind(b, paths))];
        RequiredLayers.CheckDisks(limits, binds);
        RequiredLayers.CheckCpuTime(limits, host);
        JailSpec spec = new()
        {
            Profile = request.Profile.Name,
            Hostname = request.Profile.Isolation.Hostname,
            Image = files.Image,
            Root = binds.IsEmpty ? profile.Root : WithMountPoints(profile.Root, request.Profile, binds),
            Tmpfs = binds.Any(b => b.Target == files.Workspace) ? files.Tmpfs.RemoveAll(t => t.Target == files.Workspace) : files.Tmpfs,
            Binds = binds,
            Proc = files.Proc,
            ProcMasks = files.Proc == ProcStyle.Masked ? files.ProcMasks : [],
            Pts = files.Devices.Contains("pts"),
            Loopback = request.Profile.Network.Loopback,
            UidBase = uidBase,
            Uid = request.Profile.Isolation.Uid,
            Gid = request.Profile.Isolation.Gid,
            Workspace = files.Workspace,
            Limits = limits,
            Environment = EnvironmentRules.Add(request.Profile.Environment.Variables, request.Environment, request.Profile.Environment.Deny),
            DeniedVariables = request.Profile.Environment.Deny,
            Filter = profile.Filter,
            Landlock = host.LandlockAbi == 0 ? null : WithBinds(request.Profile.Landlock, binds),
            LandlockAbi = host.LandlockAbi,
            Cgroup = host.Cgroup,
            TimeNamespace = !host.Missing.ContainsKey("namespaces.time"),
            LastCapability = host.LastCapability,
            IgnoredSignals = host.IgnoredSignals,
            HardLimits = host.HardLimits,
            Degraded = degraded,
            EndsWithMaker = request.EndsWithMaker,
        };
        return request.Workspace is string kept ? WithWorkspace(spec, kept) : spec;
    }

    /// <summary>The jail of <paramref name="spec"/> with a workspace that outlives it.</summary>
    /// <exception cref="PolicyException">The profile has no workspace, or the caller binds something in its place.</exception>
    internal static JailSpec WithWorkspace(JailSpec spec, string workspace)
    {
        bool? noExec = spec.Kept?.NoExec ?? spec.Tmpfs.FirstOrDefault(t => t.Target == spec.Workspace)?.NoExec;
        return noExec is not bool noExecution
            ? throw new PolicyException("workspace", $"{spec.Workspace} is taken already, by a bind: do without the one or the other")
            : spec with { Kept = new KeptWorkspace(workspace, noExecution), Tmpfs = spec.Tmpfs.RemoveAll(t => t.Target == spec.Workspace) };
    }

    private static ImmutableArray<RootEntry> WithMountPoints(ImmutableArray<RootEntry> entries, JailProfile profile, ImmutableArray<JailBind> binds)
    {
        string workspace = profile.Filesystem.Workspace;
        List<string> taken = ["/proc", "/dev", .. profile.Filesystem.Tmpfs.Select(t => t.Target).Where(t => t != workspace)];
        RootBuilder root = new(entries);
        foreach (JailBind bind in binds)
        {
            string field = bind.Writable ? "--bind" : "--bind-ro";
            if (taken.FirstOrDefault(t => JailPath.IsWithin(bind.Target, t) || JailPath.IsWithin(t, bind.Target)) is string other)
            {
                throw new PolicyException(field, other == bind.Target
                    ? $"{other} is taken already: choose another path in the jail"
                    : $"{bind.Target} and {other} lie one in the other: choose another path in the jail");
            }

            if (JailPath.IsWithin(bind.Target, workspace) && bind.Target != workspace)
            {
                throw new PolicyException(field, $"{bind.Target} lies in the workspace: bind to {workspace} itself, or to a path outside of it");
            }

            taken.Add(bind.Target);
            if (profile.Filesystem.Image is null)
            {
                root.AddMountPoint(field, bind.Target, bind.IsDirectory);
            }
        }

        return root.Entries;
    }

    private static JailBind Bind(BindRequest bind, IHostPaths paths)
    {
        string source = JailPath.Check(bind.Field, bind.Source);
        string target = JailPath.Check(bind.Field, bind.Target);
        if (target.Length == 0 || source.Length == 0)
        {
            throw new PolicyException(bind.Field, "the root cannot be bound: name what is needed");
        }

        return paths.OpenBind(source, bind.Writable) switch
        {
            { Kind: HostPathKind.Directory } found => new(source, target, bind.Writable, IsDirectory: true) { Disk = found.Disk },
            { Kind: HostPathKind.File } found => new(source, target, bind.Writable, IsDirectory: false) { Disk = found.Disk },
            null => throw new PolicyException(bind.Field, $"{source} does not exist, or you may not {(bind.Writable ? "write" : "read")} it"),
            _ => throw new PolicyException(bind.Field, $"{source} is neither a file nor a directory"),
        };
    }

    private static LandlockPolicy WithBinds(LandlockPolicy policy, ImmutableArray<JailBind> binds) => policy with
    {
        Paths = policy.Paths.AddRange(binds.Select(b => new LandlockPathRule(
            b.Target,
            LandlockAccess.Read | LandlockAccess.Execute | (b.Writable ? LandlockAccess.Write : LandlockAccess.None)))),
    };
}
