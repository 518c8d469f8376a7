using System.Collections.Concurrent;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>The profiles of this repository.</summary>
internal static class ShippedProfiles
{
    private static readonly ConcurrentDictionary<string, JailProfile> s_loaded = [];

    public static string Directory { get; } = Path.Combine(Repository.Root, "native-profiles");

    public static string GoldenDirectory { get; } = Path.Combine(Repository.Root, "tests/Unit/Profiles");

    public static ProfileStore Store { get; } = new(Directory);

    public static JailProfile Load(string name) => s_loaded.GetOrAdd(name, Store.Load);
}
