using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Ctl;

/// <summary>Where profiles come from: a directory of root's, each file of which only root can write.</summary>
internal static class ProfileSource
{
    private static readonly string[] s_places = [Path.Combine(AppContext.BaseDirectory, "native-profiles"), "/etc/agent-sandboxd/profiles", "/usr/share/agent-sandboxd/profiles"];

    /// <summary>The store in <paramref name="directory"/>, or in the first usual place that exists.</summary>
    /// <exception cref="PolicyException">There is none.</exception>
    public static ProfileStore Open(string? directory) => new(Find(directory), TrustedFile.Read);

    /// <summary><paramref name="directory"/>, or the first usual place that exists.</summary>
    /// <exception cref="PolicyException">There is none.</exception>
    public static string Find(string? directory)
    {
        string place = directory ?? s_places.FirstOrDefault(Directory.Exists)
            ?? throw new PolicyException("--profiles", $"no directory of profiles: looked at {string.Join(", ", s_places)}");
        return Directory.Exists(place) ? place : throw new PolicyException("--profiles", $"{place} is not a directory");
    }
}
