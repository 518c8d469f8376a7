using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>The profiles of this repository.</summary>
internal static class ShippedProfiles
{
    private static readonly ConcurrentDictionary<string, JailProfile> s_loaded = [];

    public static string Directory { get; } = Path.GetFullPath(Path.Combine(Here(), "../../../native-profiles"));

    public static string GoldenDirectory { get; } = Here();

    public static ProfileStore Store { get; } = new(Directory);

    public static JailProfile Load(string name) => s_loaded.GetOrAdd(name, Store.Load);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
