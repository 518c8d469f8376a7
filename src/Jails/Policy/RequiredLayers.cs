using System.Collections.Immutable;
using AgentSandbox.Jails.Plan;

namespace AgentSandbox.Jails.Policy;

/// <summary>The layers that a jail needs, held against those that the host lacks and those that the caller gave up by name.</summary>
internal static class RequiredLayers
{
    /// <summary>The word that gives up every layer that the profile lets go.</summary>
    internal const string All = "all";

    private static readonly string[] s_always =
    [
        "privilege", "clone3", "pidfd", "mount-api", "memfd-exec", "seccomp", "landlock", "cgroup.kill",
        "namespaces.user", "namespaces.mount", "namespaces.pid", "namespaces.network", "namespaces.ipc", "namespaces.uts", "namespaces.cgroup",
    ];

    /// <summary>The layers that the jail goes without.</summary>
    /// <exception cref="PolicyException">A layer is missing that was not given up, or one was given up that the profile insists on.</exception>
    internal static ImmutableArray<string> Degrade(JailRequest request, JailLimits limits, HostFacts host)
    {
        ImmutableArray<string> lettable = request.Profile.Isolation.AllowDegraded;
        if (request.AllowDegraded.FirstOrDefault(l => l != All && !lettable.Contains(l)) is string insisted)
        {
            throw new PolicyException("--allow-degraded", $"profile '{request.Profile.Name}' insists on {insisted}; it lets go: {Join(lettable)}");
        }

        string[] missing = [.. Needed(request, limits).Where(host.Missing.ContainsKey)];
        string[] refused = [.. missing.Where(l => !lettable.Contains(l) || !(request.AllowDegraded.Contains(All) || request.AllowDegraded.Contains(l)))];
        return refused.Length == 0 ? [.. missing] : throw Refuse(request, host, refused);
    }

    /// <summary>Checks that the host can hold a jail that lives to <paramref name="limits"/>, but for the layers that it goes without.</summary>
    /// <exception cref="PolicyException">A controller is missing.</exception>
    internal static void CheckLimits(JailLimits limits, JailSpec spec, HostFacts host)
    {
        if (Controllers(limits).FirstOrDefault(l => host.Missing.ContainsKey(l) && !spec.Degraded.Contains(l)) is string missing)
        {
            throw new PolicyException("limits", $"cannot enforce {missing}: {host.Missing[missing]}");
        }

        CheckDisks(limits, spec.Binds);
        CheckCpuTime(limits, host);
    }

    /// <summary>Checks that the CPU time of a command can be counted, if it is to be.</summary>
    /// <exception cref="PolicyException">The host has no cgroups that commands can be born in.</exception>
    internal static void CheckCpuTime(JailLimits limits, HostFacts host)
    {
        if (!limits.CpuTime.IsMax && !host.Cgroup)
        {
            throw new PolicyException("limits", "a command's CPU time cannot be limited: without cgroup v2 nothing counts it");
        }
    }

    /// <summary>Checks that traffic to the writable binds can be limited, if it is to be.</summary>
    /// <exception cref="PolicyException">One of them lies on no disk.</exception>
    internal static void CheckDisks(JailLimits limits, ImmutableArray<JailBind> binds)
    {
        if (limits.LimitsIo && binds.FirstOrDefault(b => b.Writable && b.Disk is null) is JailBind bind)
        {
            throw new PolicyException("limits", $"disk traffic cannot be limited: {bind.Source} is on no disk of its own (it is on a tmpfs, an overlay or over a network)");
        }
    }

    // Of Landlock the best ABI that the host has is enough, but for what a profile spells out: its TCP ports.
    private static IEnumerable<string> Needed(JailRequest request, JailLimits limits)
    {
        return
        [
            .. s_always,
            .. Controllers(limits),
            .. When(request.Binds.Any(b => b.Writable), "mount.idmap"),
            .. When(request.Profile.Landlock.Tcp is not null, "landlock.tcp"),
        ];
    }

    private static IEnumerable<string> Controllers(JailLimits limits) =>
    [
        .. When(!limits.Memory.IsMax || !limits.MemoryHigh.IsMax, "cgroup.memory"),
        .. When(!limits.Cpus.IsMax || limits.CpuWeight != JailLimits.DefaultWeight, "cgroup.cpu"),
        .. When(limits.CpuSet is not null, "cgroup.cpuset"),
        .. When(!limits.Pids.IsMax, "cgroup.pids"),
        .. When(limits.LimitsIo || limits.IoWeight != JailLimits.DefaultWeight, "cgroup.io"),
    ];

    private static string[] When(bool needed, string layer) => needed ? [layer] : [];

    private static PolicyException Refuse(JailRequest request, HostFacts host, string[] refused)
    {
        string what = string.Join("; ", refused.Select(l => $"{l}: {host.Missing[l]}"));
        string[] lettable = [.. refused.Where(request.Profile.Isolation.AllowDegraded.Contains)];
        string how = lettable.Length == refused.Length
            ? $"to go on without, pass {string.Join(' ', lettable.Select(l => $"--allow-degraded {l}"))}"
            : $"profile '{request.Profile.Name}' does not go on without {Join(refused.Except(lettable))}";
        return new PolicyException("host", $"cannot enforce {what} ({how}; 'sandboxctl doctor' says how to get what is missing)");
    }

    private static string Join(IEnumerable<string> layers) => string.Join(", ", layers.DefaultIfEmpty("nothing"));
}
