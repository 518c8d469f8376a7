using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>Reads <c>daemon.json</c>. What it does not say is as <see cref="DaemonConfig"/> has it.</summary>
internal static class DaemonConfigReader
{
    private const int MaxSocketPath = 107; // sun_path, unix(7)

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConfigException">In which line, which key, and why.</exception>
    public static DaemonConfig Parse(string file, ReadOnlySpan<byte> json)
    {
        ConfigNode root = ConfigParser.Parse(file, json);
        root.WithKeys("$schema", "apiSocket", "handoffSocket", "socketGroup", "runtimeDirectory", "stateDirectory", "profiles", "policy", "audit", "cgroup", "spareNetworks", "readyJails", "readyCommands", "onStop");
        DaemonConfig usual = new();
        return new DaemonConfig
        {
            ApiSocket = Socket(root, "apiSocket", usual.ApiSocket),
            HandoffSocket = Socket(root, "handoffSocket", usual.HandoffSocket),
            SocketGroup = root.Find("socketGroup")?.AsString() ?? usual.SocketGroup,
            RuntimeDirectory = root.Find("runtimeDirectory")?.AsPath() ?? usual.RuntimeDirectory,
            StateDirectory = root.Find("stateDirectory")?.AsPath() ?? usual.StateDirectory,
            Profiles = root.Find("profiles") is ConfigNode profiles ? [profiles.AsPath()] : usual.Profiles,
            Policy = root.Find("policy")?.AsPath() ?? usual.Policy,
            Audit = root.Find("audit") is ConfigNode audit ? Audit(audit) : usual.Audit,
            Cgroup = root.Find("cgroup") is ConfigNode cgroup ? Name(cgroup) : usual.Cgroup,
            ReadyJails = (int)(root.Find("readyJails")?.AsInteger(0, 64) ?? usual.ReadyJails),
            ReadyCommands = (int)(root.Find("readyCommands")?.AsInteger(0, 1024) ?? usual.ReadyCommands),
            SpareNetworks = (int)(root.Find("spareNetworks")?.AsInteger(0, 256) ?? usual.SpareNetworks),
            KeepJails = root.Find("onStop") is not ConfigNode stop || OneOf(stop, "keep", "end") == "keep",
        };
    }

    private static AuditConfig Audit(ConfigNode section)
    {
        section.WithKeys("journal", "file", "maxSize", "keep", "sync");
        AuditConfig usual = new();
        return new AuditConfig
        {
            Journal = section.Find("journal")?.AsBoolean() ?? usual.Journal,
            File = section.Find("file")?.AsPath(),
            MaxSize = section.Find("maxSize") is ConfigNode size
                ? ByteSize.TryParse(size.AsString(), out ByteSize bytes) && bytes.Bytes >= 64 << 10 ? bytes : throw size.Error($"'{size.Text}' is not a size of 64K or more")
                : usual.MaxSize,
            Keep = (int)(section.Find("keep")?.AsInteger(1, 1000) ?? usual.Keep),
            SyncInterval = section.Find("sync") is ConfigNode sync ? Sync(sync) : usual.SyncInterval,
        };
    }

    private static TimeSpan? Sync(ConfigNode node) => node.AsString() switch
    {
        "each" => TimeSpan.Zero,
        "none" => null,
        string text => DurationText.TryParse(text, out TimeSpan interval) && interval > TimeSpan.Zero ? interval : throw node.Error($"'{text}' is not 'each', 'none' or a span of time: write 500ms or 5s"),
    };

    private static string Socket(ConfigNode root, string key, string usual) => root.Find(key) is not ConfigNode node ? usual
        : System.Text.Encoding.UTF8.GetByteCount(node.AsPath()) <= MaxSocketPath ? node.Text
        : throw node.Error($"a socket's path has at most {MaxSocketPath} bytes");

    private static string Name(ConfigNode node) => node.AsString().Length is > 0 and < 64 && node.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && !node.Text.StartsWith('.')
        ? node.Text
        : throw node.Error("is a name of up to 63 letters, digits, '.', '-' and '_'");

    private static string OneOf(ConfigNode node, params ReadOnlySpan<string> known) => known.Contains(node.AsString()) ? node.Text : throw node.Error($"must be one of {string.Join(", ", known.ToArray())}");
}
