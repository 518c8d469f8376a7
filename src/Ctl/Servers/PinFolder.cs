using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Mcp.Gateway;

namespace AgentSandbox.Ctl.Servers;

/// <summary>The folder of what the user has accepted of MCP servers, a file for each. Only the user can read it.</summary>
/// <param name="folder">Where it is; it is made when it is needed.</param>
internal sealed class PinFolder(string folder) : IToolPins
{
    private const string Tools = "tools";
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string OfRoot = "/var/lib/agent-sandboxd/mcp-pins";

    /// <summary>Where it is if nobody says.</summary>
    public static string Usual => Environment.IsPrivilegedProcess ? OfRoot : Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is ['/', ..] and string state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "agent-sandbox",
        "mcp-pins");

    private readonly ConcurrentDictionary<string, PinsRead> _read = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string>? Read(string server)
    {
        FileInfo file = new(PathOf(server));
        if (!file.Exists)
        {
            return ReadFile(server);
        }

        (DateTime changed, long length) = (file.LastWriteTimeUtc, file.Length); // before it is read: what changes meanwhile is read again
        if (!_read.TryGetValue(server, out PinsRead? before) || before.Changed != changed || before.Length != length)
        {
            before = new PinsRead(changed, length, ReadFile(server));
            _read[server] = before;
        }

        return before.Pins;
    }

    /// <inheritdoc/>
    public void Write(string server, ImmutableSortedDictionary<string, string> pins)
    {
        JsonObject json = new() { [Tools] = new JsonObject(pins.Select(pin => KeyValuePair.Create(pin.Key, (JsonNode?)JsonValue.Create(pin.Value)))) };
        Make(folder);
        Files.Replace(PathOf(server), JsonSerializer.SerializeToUtf8Bytes(json, PinJson.Default.JsonObject));
    }

    /// <summary>Makes such a folder if it is not there.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    private ImmutableSortedDictionary<string, string>? ReadFile(string server)
    {
        try
        {
            return ConfigParser.Parse(PathOf(server), TrustedFile.Read(PathOf(server))).WithKeys(Tools).Get(Tools).Members()
                .ToImmutableSortedDictionary(tool => tool.Name, tool => tool.AsString(), StringComparer.Ordinal);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception unfit) when (unfit is ConfigException or PolicyException)
        {
            throw new IOException(unfit.Message, unfit);
        }
    }

    private string PathOf(string server) => Path.Combine(folder, $"{server}.json");
}
