using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Mcp.Gateway;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Ctl.Servers;

/// <summary>Reads the files of <c>mcp.d</c>: each declares an MCP server on stdio, by the name of the file.</summary>
internal static class JailedServerReader
{
    /// <summary>Where they lie if nobody says.</summary>
    public const string UsualDirectory = "/etc/agent-sandboxd/mcp.d";

    private const string Extension = ".json";
    private const int MillicoresPerCore = 1000;
    private const long MostCores = 1024;

    /// <summary>All servers of a directory, by name.</summary>
    /// <exception cref="ConfigException">A file is wrong: in which line, which key, and why.</exception>
    public static IEnumerable<JailedServer> ReadAll(string directory) => Directory.Exists(directory)
        ? Directory.GetFiles(directory, $"*{Extension}").Order(StringComparer.Ordinal).Select(file => Parse(file, TrustedFile.Read(file)))
        : [];

    /// <summary>One server.</summary>
    /// <exception cref="PolicyException">There is none of that name, or others can change its file.</exception>
    /// <exception cref="ConfigException">Its file is wrong.</exception>
    public static JailedServer Read(string directory, string name)
    {
        string file = Path.Combine(directory, name + Extension);
        return IsName(name) && File.Exists(file) ? Parse(file, TrustedFile.Read(file))
            : throw new PolicyException("NAME", $"there is no server '{name}' in {directory}: 'sandboxctl mcp servers' lists what there is");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">In which line, which key, and why.</exception>
    public static JailedServer Parse(string file, ReadOnlySpan<byte> json)
    {
        ConfigNode root = ConfigParser.Parse(file, json);
        root.WithKeys("$schema", "summary", "command", "workingDirectory", "profile", "timeout", "direct", "limits", "binds", "environment", "allowDegraded", "workspace", "tools", "prompts", "resources", "resultLimit");
        string name = Path.GetFileNameWithoutExtension(file);
        RunStart start = new()
        {
            Config = new JailConfig { Profile = root.Get("profile").AsString(), Limits = Limits(root), Workspace = root.Find("workspace")?.AsString() ?? "" },
            Command = new CommandConfig { WorkingDirectory = root.Find("workingDirectory")?.AsPath() ?? "" },
        };
        start.Handoff = root.Find("direct")?.AsBoolean() ?? false;
        if (start.Handoff && start.Config.Limits.HasOutputBytes)
        {
            throw root.Get("direct").Error("does not go with limits.output: the daemon does not see what it writes");
        }

        start.Command.Argv.Add(root.Get("command").Entries().Select(word => word.AsString()));
        start.Config.AllowDegraded.Add(root.Find("allowDegraded") is ConfigNode layers ? layers.AsStrings() : []);
        start.Config.Binds.Add(root.Find("binds") is ConfigNode binds ? binds.Members().Select(Bind) : []);
        Dictionary<string, string> secrets = [];
        foreach (ConfigNode variable in root.Find("environment") is ConfigNode environment ? environment.Members() : [])
        {
            if (variable.IsObject)
            {
                secrets[variable.Name] = variable.WithKeys("file").Get("file").AsPath();
            }
            else
            {
                start.Config.Environment[variable.Name] = variable.AsString();
            }
        }

        return !IsName(name) ? throw root.Error($"the file's name '{name}' is no server's: a small letter, then up to 31 of a-z 0-9 -")
            : start.Command.Argv.Count == 0 ? throw root.Get("command").Error("names no program")
            : new JailedServer(name, root.Find("summary")?.AsString() ?? "", start)
            {
                Secrets = secrets.ToImmutableSortedDictionary(StringComparer.Ordinal),
                Given = System.Enum.GetValues<ServerOffer>().Select(offer => (Offer: offer, Roles: root.Find(offer.ToString().ToLowerInvariant()))).Where(one => one.Roles is not null)
                    .ToImmutableDictionary(one => one.Offer, one => one.Roles!.Members().ToImmutableDictionary(role => role.Name, role => role.AsStrings(), StringComparer.Ordinal)),
                ResultLimit = root.Find("resultLimit") is ConfigNode limit ? Size(limit) : JailedServer.UsualResultLimit,
            };
    }

    private static Limits Limits(ConfigNode root)
    {
        // A server runs as long as its client: the profile's time, which is meant for commands, would end it.
        Limits limits = new() { CommandTimeout = Duration.FromTimeSpan(Span(root.Get("timeout"))) };
        if (root.Find("limits") is not ConfigNode section)
        {
            return limits;
        }

        foreach (ConfigNode limit in section.WithKeys("memory", "cpus", "pids", "output", "openFiles", "fileSize", "cpuTime").Members())
        {
            switch (limit.Name)
            {
                case "memory":
                    limits.MemoryBytes = Size(limit);
                    break;
                case "cpus":
                    limits.CpuMillicores = Cores(limit);
                    break;
                case "pids":
                    limits.Pids = limit.AsInteger(2, 4194304);
                    break;
                case "output":
                    limits.OutputBytes = Size(limit);
                    break;
                case "openFiles":
                    limits.OpenFiles = limit.AsInteger(16, 1048576);
                    break;
                case "fileSize":
                    limits.FileSizeBytes = Size(limit);
                    break;
                default:
                    limits.CommandCpuTime = Duration.FromTimeSpan(Span(limit));
                    break;
            }
        }

        return limits;
    }

    private static Bind Bind(ConfigNode bind)
    {
        bind.WithKeys("source", "writable");
        return new Bind { Target = bind.NameAsPath(), Source = bind.Find("source")?.AsPath() ?? bind.Name, Writable = bind.Find("writable")?.AsBoolean() ?? false };
    }

    private static long Size(ConfigNode node) =>
        ByteSize.TryParse(node.AsString(), out ByteSize size) ? size.Bytes : throw node.Error($"'{node.Text}' is not a size: write 512M or 2G");

    private static TimeSpan Span(ConfigNode node) =>
        DurationText.TryParse(node.AsString(), out TimeSpan span) && span > TimeSpan.Zero ? span : throw node.Error($"'{node.Text}' is not a span of time: write 30m, 8h or 1d");

    private static long Cores(ConfigNode node) => decimal.TryParse(node.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cores) && cores is >= 0.01m and <= MostCores
        ? (long)(cores * MillicoresPerCore)
        : throw node.Error($"must be a number of cores from 0.01 to {MostCores}");

    private static bool IsName(string name) => name.Length is > 0 and <= 32 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
