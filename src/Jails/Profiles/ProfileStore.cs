using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles.Reading;

namespace AgentSandbox.Jails.Profiles;

/// <summary>The profiles of a directory.</summary>
public sealed partial class ProfileStore
{
    private const string Groups = "groups"; // groups.json is no profile
    private const string Suffix = ".json";

    private readonly string _directory;
    private readonly Func<string, byte[]> _read;

    /// <summary>The profiles in <paramref name="directory"/>: each <c>NAME.json</c> but <c>groups.json</c>.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="read">Opens and reads one file; the place to refuse one that others than root can write. Null: just reads it.</param>
    public ProfileStore(string directory, Func<string, byte[]>? read = null)
    {
        _directory = directory;
        _read = read ?? File.ReadAllBytes;
    }

    /// <summary>True for a name that a profile can have: <c>[a-z][a-z0-9-]{0,31}</c>, and not <c>groups</c>.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name) && name != Groups;

    /// <summary>The names of the profiles, sorted. A file whose name is no profile's is left out.</summary>
    public ImmutableArray<string> List() =>
    [
        .. Directory.EnumerateFiles(_directory, "*" + Suffix)
            .Select(path => Path.GetFileName(path)[..^Suffix.Length])
            .Where(IsName)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a profile, the one that it extends, and the groups: each file once.</summary>
    /// <exception cref="PolicyException">No profile has this name.</exception>
    /// <exception cref="ConfigException">A file is not as <c>README.md</c> says.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public JailProfile Load(string name)
    {
        if (!IsName(name))
        {
            throw new PolicyException("profile", $"'{name}' is no profile's name: a lower-case letter, then up to 31 letters, digits, hyphens");
        }

        ConfigNode child = TryParse(name)
            ?? throw new PolicyException("profile", $"there is no profile '{name}'; there are {string.Join(", ", List())}");
        child.Get("summary"); // a profile's own, never its parent's
        ConfigNode? parent = child.Find("extends") is ConfigNode extends ? Parent(extends) : null;
        SyscallGroups groups = SyscallGroups.Read(TryParse(Groups) ?? throw new ConfigException(Groups + Suffix, 1, Groups, "the file is missing"));
        return ProfileReader.Read(name, ProfileMerge.Merge(parent, child), groups);
    }

    private ConfigNode Parent(ConfigNode extends)
    {
        string name = extends.AsString();
        ConfigNode parent = (IsName(name) ? TryParse(name) : null) ?? throw extends.Error($"there is no profile '{name}'");
        return parent.Find("extends") is ConfigNode second
            ? throw extends.Error($"'{name}' extends '{second.Text}': one level is allowed, so extend '{second.Text}' and repeat what '{name}' adds")
            : ProfileMerge.Merge(null, parent);
    }

    /// <summary>The file <paramref name="name"/>, which is a checked name, or null if there is none.</summary>
    private ConfigNode? TryParse(string name)
    {
        string file = name + Suffix;
        try
        {
            return ConfigParser.Parse(file, _read(Path.Combine(_directory, file)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex NamePattern();
}
