using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Mcp.Gateway;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Servers;

/// <summary>The folder of what the user has accepted of MCP servers, a file for each, and of the log of calls. Only the user can read it.</summary>
/// <param name="folder">Where it is; it is made when it is needed.</param>
internal sealed class PinFolder(string folder) : IToolPins, ICallLog
{
    private const string LogName = "calls.jsonl";
    private const string Tools = "tools";
    private const uint OwnerOnly = 0b110_000_000;
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string OfRoot = "/var/lib/agent-sandboxd/mcp-pins";

    /// <summary>Where it is if nobody says.</summary>
    public static string Usual => Environment.IsPrivilegedProcess ? OfRoot : Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is ['/', ..] and string state ? state : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "agent-sandbox",
        "mcp-pins");

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string>? Read(string server)
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

    /// <inheritdoc/>
    public void Write(string server, ImmutableSortedDictionary<string, string> pins)
    {
        JsonObject json = new() { [Tools] = new JsonObject(pins.Select(pin => KeyValuePair.Create(pin.Key, (JsonNode?)JsonValue.Create(pin.Value)))) };
        Make();
        string temporary = $"{PathOf(server)}.{Guid.NewGuid():N}";
        try
        {
            using (SafeFileHandle file = Files.Open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, OwnerOnly))
            {
                Files.WriteAll(file, JsonSerializer.SerializeToUtf8Bytes(json, PinJson.Default.JsonObject));
                Files.Sync(file);
            }

            File.Move(temporary, PathOf(server), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Check() => OpenLog().Dispose();

    /// <inheritdoc/>
    public void Write(CallLine line)
    {
        using SafeFileHandle file = OpenLog();
        Files.WriteAll(file, line.ToJson());
    }

    private SafeFileHandle OpenLog()
    {
        Make();
        return Files.Open(Path.Combine(folder, LogName), Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOFOLLOW, OwnerOnly);
    }

    private void Make()
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

    private string PathOf(string server) => Path.Combine(folder, $"{server}.json");
}
