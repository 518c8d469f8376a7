using System.Collections.Immutable;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using System.Runtime.InteropServices;

namespace AgentSandbox.Tests.Unit.Plan;

/// <summary>Jails resolved on a host that has everything.</summary>
internal static class Specs
{
    /// <summary>The first uid of every such jail.</summary>
    public const uint UidBase = 0x2000_0000;

    /// <summary>The host.</summary>
    public static HostFacts CompleteHost { get; } = new()
    {
        LandlockAbi = 7,
        Missing = ImmutableSortedDictionary<string, string>.Empty,
        Cgroup = true,
        LastCapability = 40,
        HardLimits = ImmutableSortedDictionary<int, ulong>.Empty,
        CanSpareFromOom = true,
        IgnoredSignals = [Libc.SIGPIPE],
        Syscalls = SyscallTable.For(Architecture.X64),
    };

    /// <summary>A request for the shipped <paramref name="profile"/>.</summary>
    public static JailRequest Request(string profile) => new()
    {
        Profile = new ProfileStore(Path.Combine(Repository.Root, "native-profiles")).Load(profile),
    };

    /// <summary>The jail that <paramref name="request"/> comes to.</summary>
    public static JailSpec Resolve(JailRequest request, HostFacts? host = null)
    {
        FakeHostPaths paths = new();
        return JailResolver.Resolve(request, ResolvedProfile.From(request.Profile, host ?? CompleteHost, paths), host ?? CompleteHost, paths, UidBase);
    }
}
