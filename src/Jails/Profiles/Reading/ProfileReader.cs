using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Configuration;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Reads a merged profile, section by section.</summary>
internal static partial class ProfileReader
{
    private const uint LargestId = 65533; // 65534 is nobody: what the kernel shows for ids that are not mapped

    private static readonly Dictionary<string, LandlockAccess> s_rights = new(StringComparer.Ordinal)
    {
        ["execute"] = LandlockAccess.Execute,
        ["ioctl"] = LandlockAccess.IoctlDev,
        ["read"] = LandlockAccess.Read,
        ["write"] = LandlockAccess.Write,
    };

    private static readonly string[] s_scopes = ["abstract-unix-socket", "signal"];

    public static JailProfile Read(string name, ConfigNode root, SyscallGroups groups)
    {
        root.WithKeys("$schema", "summary", "extends", "isolation", "filesystem", "syscalls", "landlock", "limits", "network", "environment");
        return new()
        {
            Name = name,
            Summary = root.Get("summary").AsString(),
            Isolation = Isolation(root.Get("isolation")),
            Filesystem = FilesystemReader.Read(root.Get("filesystem")),
            Syscalls = SyscallReader.Read(root.Get("syscalls"), groups),
            Landlock = Landlock(root.Get("landlock")),
            Limits = LimitReader.Read(root.Get("limits")),
            Network = new(root.Get("network").WithKeys("loopback").Get("loopback").AsBoolean()),
            Environment = Environment(root.Get("environment")),
        };
    }

    private static IsolationPolicy Isolation(ConfigNode section)
    {
        section.WithKeys("uid", "gid", "user", "hostname", "allowDegraded");
        return new()
        {
            Uid = (uint)section.Get("uid").AsInteger(1, LargestId),
            Gid = (uint)section.Get("gid").AsInteger(1, LargestId),
            User = Matching(section.Get("user"), UserPattern(), "a login name: a lower-case letter, then up to 31 of a-z 0-9 _ -"),
            Hostname = Matching(section.Get("hostname"), HostnamePattern(), "a host name: 1 to 63 letters, digits and hyphens"),
            AllowDegraded = section.Get("allowDegraded").AsStringsOf(IsolationPolicy.Degradable),
        };
    }

    private static LandlockPolicy Landlock(ConfigNode section)
    {
        section.WithKeys("paths", "tcp", "scopes");
        ImmutableArray<string> scopes = section.Get("scopes").AsStringsOf(s_scopes);
        ConfigNode tcp = section.Get("tcp");
        return new()
        {
            Paths = [.. section.Get("paths").Members().Select(path => new LandlockPathRule(path.NameAsPath(), Access(path)))],
            Tcp = tcp.IsNull ? null : new(Ports(tcp.WithKeys("bind", "connect").Get("bind")), Ports(tcp.Get("connect"))),
            ScopeAbstractUnixSocket = scopes.Contains("abstract-unix-socket"),
            ScopeSignal = scopes.Contains("signal"),
        };
    }

    private static LandlockAccess Access(ConfigNode path)
    {
        ImmutableArray<string> rights = path.AsStringsOf(s_rights.Keys);
        return rights.IsEmpty
            ? throw path.Error("grants nothing: leave it out")
            : rights.Aggregate(LandlockAccess.None, (all, right) => all | s_rights[right]);
    }

    private static ImmutableArray<ushort> Ports(ConfigNode node)
    {
        HashSet<ushort> seen = [];
        foreach (ConfigNode one in node.Entries())
        {
            if (!seen.Add((ushort)one.AsInteger(1, ushort.MaxValue)))
            {
                throw one.Error($"{one.Text} is in the list twice");
            }
        }

        return [.. seen.Order()];
    }

    private static EnvironmentPolicy Environment(ConfigNode section)
    {
        section.WithKeys("variables", "deny");
        foreach (ConfigNode one in section.Get("variables").Members())
        {
            if (!VariablePattern().IsMatch(one.Name) || one.AsString().Contains('\0', StringComparison.Ordinal))
            {
                throw one.Error("is not a variable: letters, digits and _, not a digit first, and no NUL in its value");
            }
        }

        section.Get("deny").AsStrings();
        return new()
        {
            Variables = section.Get("variables").Items.ToImmutableSortedDictionary(one => one.Name, one => one.Text, StringComparer.Ordinal),
            Deny = [.. section.Get("deny").Items.Select(one => Matching(one, DenyPattern(), "a variable's name, or how names begin and a *"))],
        };
    }

    private static string Matching(ConfigNode node, Regex pattern, string what) =>
        pattern.IsMatch(node.AsString()) ? node.Text : throw node.Error($"'{node.Text}' is not {what}");

    [GeneratedRegex(@"^[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex HostnamePattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\*?\z")]
    private static partial Regex DenyPattern();
}
