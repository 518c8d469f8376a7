using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Profiles;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>Reads profiles and policy, and has them at hand. Read again, all of them take the place of the old ones, or none does.</summary>
/// <param name="profiles">The directories of profiles; the first that exists counts.</param>
/// <param name="policy">The policy file.</param>
internal sealed class SettingsStore(ImmutableArray<string> profiles, string policy)
{
    private Settings _current = Read(profiles, policy);

    /// <summary>What was last read.</summary>
    public Settings Current => Volatile.Read(ref _current);

    /// <summary>Reads the files again. Jails that live go on as they were made.</summary>
    /// <exception cref="ConfigException">A file is wrong: the old ones hold.</exception>
    /// <exception cref="IOException">A file cannot be read, or there is no directory of profiles: the old ones hold.</exception>
    public Settings Reload()
    {
        Settings read = Read(profiles, policy);
        Volatile.Write(ref _current, read);
        return read;
    }

    private static Settings Read(ImmutableArray<string> profiles, string policy)
    {
        string directory = profiles.FirstOrDefault(Directory.Exists) ?? throw new DirectoryNotFoundException($"no directory of profiles: looked at {string.Join(", ", profiles)}");
        ProfileStore store = new(directory, TrustedFile.Read);
        return new Settings(
            store.List().ToImmutableSortedDictionary(name => name, store.Load, StringComparer.Ordinal),
            AccessPolicy.Parse(policy, TrustedFile.Read(policy), Accounts.Read()));
    }
}
