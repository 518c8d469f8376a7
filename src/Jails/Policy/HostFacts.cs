using System.Collections.Immutable;
using AgentSandbox.Jails.Doctor;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Policy;

/// <summary>What planning needs to know of the host, beyond its files.</summary>
public sealed record HostFacts
{
    /// <summary>The Landlock ABI; 0 if there is none.</summary>
    public required int LandlockAbi { get; init; }

    /// <summary>The layers that this host cannot enforce, by name, each with what is in the way.</summary>
    public required ImmutableSortedDictionary<string, string> Missing { get; init; }

    /// <summary>True if commands can be born in cgroups of their own.</summary>
    public required bool Cgroup { get; init; }

    /// <summary>The highest capability that the kernel knows.</summary>
    public required int LastCapability { get; init; }

    /// <summary>The signals that this process ignores.</summary>
    public required ImmutableArray<int> IgnoredSignals { get; init; }

    /// <summary>The most that this process can set the limits of a child to, by RLIMIT_*; empty if it can raise them.</summary>
    public required ImmutableSortedDictionary<int, ulong> HardLimits { get; init; }

    /// <summary>Whether a jail's PID 1 can be kept from the OOM killer.</summary>
    public required bool CanSpareFromOom { get; init; }

    /// <summary>The system call numbers to compile filters for.</summary>
    public required SyscallTable Syscalls { get; init; }

    /// <summary>The facts of this host: what the doctor finds missing, jails miss as well.</summary>
    public static HostFacts From(HostFeatures features) => new()
    {
        LandlockAbi = features.Landlock.Abi,
        Missing = DoctorReport.Create(features).Findings
            .Where(f => f.State is DoctorState.Missing or DoctorState.Unknown) // what cannot be seen to be there is not relied on
            .ToImmutableSortedDictionary(f => f.Layer, f => f.Detail, StringComparer.Ordinal),
        Cgroup = features.Cgroup is { MountPoint: not null, Writable: Presence.Present, Kill: Presence.Present },
        LastCapability = OwnProcess.ReadLastCapability(),
        IgnoredSignals = OwnProcess.ReadIgnoredSignals(),
        HardLimits = features.Capabilities.Has(Capability.CAP_SYS_RESOURCE)
            ? ImmutableSortedDictionary<int, ulong>.Empty
            : CommandPlanner.Resources.ToImmutableSortedDictionary(resource => resource, OwnProcess.ReadHardLimit),
        CanSpareFromOom = features.Capabilities.Has(Capability.CAP_SYS_RESOURCE),
        Syscalls = SyscallTable.Native,
    };
}
