using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Access;

/// <summary>The users and groups of the host's own files. Those of a directory service are named by number in a policy.</summary>
/// <remarks>Source: passwd(5), group(5).</remarks>
public sealed class Accounts
{
    private const int IdField = 2;

    private readonly ImmutableDictionary<string, uint> _users;
    private readonly ImmutableDictionary<string, uint> _groups;

    private Accounts(ImmutableDictionary<string, uint> users, ImmutableDictionary<string, uint> groups)
    {
        _users = users;
        _groups = groups;
    }

    /// <summary>Reads the host's <c>/etc/passwd</c> and <c>/etc/group</c>.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Accounts Read() => Parse(File.ReadAllText("/etc/passwd"), File.ReadAllText("/etc/group"));

    /// <summary>The accounts in the text of a passwd and a group file. Of lines with one name the first counts, as for getpwnam(3).</summary>
    public static Accounts Parse(string passwd, string group) => new(Ids(passwd), Ids(group));

    /// <summary>The uid of a user, or null.</summary>
    public uint? FindUser(string name) => _users.TryGetValue(name, out uint uid) ? uid : null;

    /// <summary>The gid of a group, or null.</summary>
    public uint? FindGroup(string name) => _groups.TryGetValue(name, out uint gid) ? gid : null;

    private static ImmutableDictionary<string, uint> Ids(string text)
    {
        ImmutableDictionary<string, uint>.Builder ids = ImmutableDictionary.CreateBuilder<string, uint>(StringComparer.Ordinal);
        foreach (string[] fields in text.Split('\n').Select(line => line.Split(':')))
        {
            if (fields.Length > IdField && uint.TryParse(fields[IdField], NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
            {
                ids.TryAdd(fields[0], id);
            }
        }

        return ids.ToImmutable();
    }
}
