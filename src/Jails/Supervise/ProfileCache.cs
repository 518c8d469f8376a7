using System.Runtime.CompilerServices;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>What profiles come to on this host, and the host paths that they name, held open: each is resolved once.</summary>
/// <param name="host">What the host can do.</param>
/// <param name="spawner">Starts the programs that make templates.</param>
internal sealed class ProfileCache(HostFacts host, Spawner spawner) : IDisposable
{
    private readonly ConditionalWeakTable<JailProfile, PreparedProfile> _profiles = [];

    /// <summary>What <paramref name="profile"/> comes to, resolved now if it is the first time.</summary>
    /// <exception cref="PolicyException">The host lacks a path that the profile needs.</exception>
    internal PreparedProfile Get(JailProfile profile) => _profiles.GetValue(profile, Prepare);

    public void Dispose()
    {
        foreach ((_, PreparedProfile prepared) in _profiles)
        {
            prepared.Dispose();
        }
    }

    private PreparedProfile Prepare(JailProfile profile)
    {
        HostPaths paths = new();
        try
        {
            return new PreparedProfile(ResolvedProfile.From(profile, host, paths), paths, spawner);
        }
        catch
        {
            paths.Dispose();
            throw;
        }
    }
}
