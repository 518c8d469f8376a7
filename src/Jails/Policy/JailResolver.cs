using System.Collections.Immutable;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;

namespace AgentSandbox.Jails.Policy;

/// <summary>Profile, request and host give a <see cref="JailSpec"/>: every choice is made here, and every refusal.</summary>
public static class JailResolver
{
    /// <summary>Resolves <paramref name="request"/>.</summary>
    /// <param name="request">What the caller asks.</param>
    /// <param name="host">What the host can do.</param>
    /// <param name="paths">The host's files.</param>
    /// <param name="uidBase">The first host uid of the jail's range.</param>
    /// <exception cref="PolicyException">The request is refused: which field, and why.</exception>
    public static JailSpec Resolve(JailRequest request, HostFacts host, IHostPaths paths, uint uidBase)
    {
        JailProfile profile = request.Profile;
        JailLimits limits = LimitResolver.Resolve(request, host);
        ImmutableArray<string> degraded = RequiredLayers.Degrade(request, limits, host);
        RootBuilder root = Root(profile, paths);
        ImmutableArray<JailBind> binds = [.. request.Binds.Select(b => Bind(b, paths))];
        AddMountPoints(root, profile, binds);
        return new()
        {
            Profile = profile.Name,
            Hostname = profile.Isolation.Hostname,
            Image = profile.Filesystem.Image,
            Root = profile.Filesystem.Image is null ? root.Entries : [.. root.Entries.Where(e => JailPath.IsWithin(e.Path, "/dev") && e.Path != "/dev")],
            Tmpfs = profile.Filesystem.Tmpfs,
            Binds = binds,
            Proc = profile.Filesystem.Proc,
            ProcMasks = profile.Filesystem.Proc == ProcStyle.Masked ? profile.Filesystem.ProcMasks : [],
            Pts = profile.Filesystem.Devices.Contains("pts"),
            Loopback = profile.Network.Loopback,
            UidBase = uidBase,
            Uid = profile.Isolation.Uid,
            Gid = profile.Isolation.Gid,
            Workspace = profile.Filesystem.Workspace,
            Limits = limits,
            Environment = Variables(profile.Environment, request.Environment),
            Filter = FilterCompiler.Compile(profile.Syscalls, host.Syscalls),
            Landlock = host.LandlockAbi == 0 ? null : WithBinds(profile.Landlock, binds),
            LandlockAbi = host.LandlockAbi,
            Cgroup = host.Cgroup,
            TimeNamespace = !host.Missing.ContainsKey("namespaces.time"),
            LastCapability = host.LastCapability,
            HardLimits = host.HardLimits,
            IgnoredSignals = host.IgnoredSignals,
            Degraded = degraded,
            EndsWithMaker = request.EndsWithMaker,
        };
    }

    private static RootBuilder Root(JailProfile profile, IHostPaths paths)
    {
        FilesystemPolicy files = profile.Filesystem;
        RootBuilder root = new();
        root.AddDevices(files.Devices);
        if (files.Image is not null)
        {
            return paths.Open(files.Image, followLink: false) is { Kind: HostPathKind.Directory }
                ? root
                : throw new PolicyException("filesystem.root", $"the image {files.Image} is not a directory on this host");
        }

        foreach (RootFile file in GeneratedEtc.Files(profile))
        {
            root.Add(file);
        }

        foreach (BindPolicy bind in files.Binds)
        {
            root.AddHostPath(bind, paths);
        }

        return root;
    }

    private static void AddMountPoints(RootBuilder root, JailProfile profile, ImmutableArray<JailBind> binds)
    {
        root.AddDirectory("/proc");
        foreach (TmpfsPolicy tmpfs in profile.Filesystem.Tmpfs)
        {
            root.AddMountPoint("filesystem.tmpfs", tmpfs.Target, directory: true);
        }

        string[] taken = ["/proc", "/dev", .. profile.Filesystem.Tmpfs.Select(t => t.Target).Where(t => t != profile.Filesystem.Workspace)];
        for (int i = 0; i < binds.Length; i++)
        {
            JailBind bind = binds[i];
            string field = bind.Writable ? "--bind" : "--bind-ro";
            if (taken.Concat(binds.Take(i).Select(b => b.Target)).FirstOrDefault(t => JailPath.IsWithin(bind.Target, t) || JailPath.IsWithin(t, bind.Target)) is string other)
            {
                throw new PolicyException(field, other == bind.Target
                    ? $"{other} is taken already: choose another path in the jail"
                    : $"{bind.Target} and {other} lie one in the other: choose another path in the jail");
            }

            if (JailPath.IsWithin(bind.Target, profile.Filesystem.Workspace) && bind.Target != profile.Filesystem.Workspace)
            {
                throw new PolicyException(field, $"{bind.Target} lies in the workspace: bind to {profile.Filesystem.Workspace} itself, or to a path outside of it");
            }

            if (profile.Filesystem.Image is null)
            {
                root.AddMountPoint(field, bind.Target, bind.IsDirectory);
            }
        }
    }

    private static JailBind Bind(BindRequest bind, IHostPaths paths)
    {
        string source = JailPath.Check(bind.Field, bind.Source);
        string target = JailPath.Check(bind.Field, bind.Target);
        if (target.Length == 0 || source.Length == 0)
        {
            throw new PolicyException(bind.Field, "the root cannot be bound: name what is needed");
        }

        return paths.Open(source, followLink: true) switch
        {
            { Kind: HostPathKind.Directory } => new(source, target, bind.Writable, IsDirectory: true),
            { Kind: HostPathKind.File } => new(source, target, bind.Writable, IsDirectory: false),
            null => throw new PolicyException(bind.Field, $"{source} does not exist"),
            _ => throw new PolicyException(bind.Field, $"{source} is neither a file nor a directory"),
        };
    }

    private static ImmutableSortedDictionary<string, string> Variables(EnvironmentPolicy policy, ImmutableSortedDictionary<string, string> asked)
    {
        foreach ((string name, string value) in asked)
        {
            string? reason = name.Length == 0 || name.Contains('=', StringComparison.Ordinal) ? "a name is not empty and has no '='"
                : name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal) ? "NUL ends a string: it cannot be in one"
                : policy.Deny.Any(d => d.EndsWith('*') ? name.StartsWith(d[..^1], StringComparison.Ordinal) : name == d) ? "the profile does not let it be set"
                : null;
            if (reason is not null)
            {
                throw new PolicyException("--env", $"'{name.Replace("\0", "\\0", StringComparison.Ordinal)}': {reason}");
            }
        }

        return policy.Variables.SetItems(asked);
    }

    private static LandlockPolicy WithBinds(LandlockPolicy policy, ImmutableArray<JailBind> binds) => policy with
    {
        Paths = policy.Paths.AddRange(binds.Select(b => new LandlockPathRule(
            b.Target,
            LandlockAccess.Read | LandlockAccess.Execute | (b.Writable ? LandlockAccess.Write : LandlockAccess.None)))),
    };
}
