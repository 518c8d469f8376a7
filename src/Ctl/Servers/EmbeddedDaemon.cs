using System.Diagnostics;
using System.Text.Json.Nodes;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Servers;

/// <summary>A daemon for this process alone, with directories, a policy and a cgroup of its own: nothing has to be installed or running. Disposed, it ends, with its jails; it ends too if this process is killed.</summary>
internal sealed class EmbeddedDaemon : IDisposable
{
    private const string Program = "agent-sandboxd";
    private const string Ready = "serving on";

    // It ends when the pipe of its stdin does: with this process, however that ends. Then its folder goes too.
    private const string Watch = "\"$@\" </dev/null & trap '' INT TERM HUP; read -r _; kill -TERM $!; wait $!; rm -rf -- \"$0\"";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_places = [Path.Combine(AppContext.BaseDirectory, Program), Path.Combine(AppContext.BaseDirectory, "..", $"{Program}.d", Program), $"/usr/lib/agent-sandboxd/{Program}"];

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private EmbeddedDaemon(DirectoryInfo folder, Process process)
    {
        _folder = folder;
        _process = process;
    }

    /// <summary>Its socket.</summary>
    public string Socket => Path.Combine(_folder.FullName, "api.sock");

    /// <summary>Starts one, and waits until it serves. The caller disposes it.</summary>
    /// <param name="program">The daemon's program; null: the one that was built or installed with this.</param>
    /// <param name="profiles">The directory of profiles.</param>
    /// <exception cref="PolicyException">This is not root, or there is no such program.</exception>
    /// <exception cref="DaemonException">It does not serve: why.</exception>
    public static EmbeddedDaemon Start(string? program, string profiles)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new PolicyException("--embedded", "making jails needs root: run it with sudo, or ask the daemon");
        }

        string file = program ?? s_places.FirstOrDefault(File.Exists) ?? throw new PolicyException("--embedded", $"there is no {Program}: looked at {string.Join(", ", s_places)}; name it with --daemon");
        DirectoryInfo folder = Directory.CreateTempSubdirectory($"{Program}.");
        try
        {
            Configure(folder.FullName, Path.GetFullPath(profiles));
            return Run(folder, file);
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(s_patience))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        Remove(_folder);
    }

    private static void Remove(DirectoryInfo folder)
    {
        folder.Refresh();
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }
    }

    private static EmbeddedDaemon Run(DirectoryInfo folder, string file)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", Watch, folder.FullName, file, "--config", Path.Combine(folder.FullName, "daemon.json")]) { RedirectStandardInput = true, RedirectStandardError = true };
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment.Remove("LISTEN_FDS");
        EmbeddedDaemon daemon = new(folder, Process.Start(start) ?? throw new IOException($"{file} did not start"));
        try
        {
            daemon.WaitUntilReady(file);
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    private void WaitUntilReady(string file)
    {
        using CancellationTokenSource patience = new(s_patience);
        string last = "it said nothing";
        try
        {
            while (_process.StandardError.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult() is string line)
            {
                if (line.Contains(Ready, StringComparison.Ordinal))
                {
                    _ = _process.StandardError.ReadToEndAsync(CancellationToken.None); // so that it can go on logging; what it refuses is in its answers
                    return;
                }

                last = line;
            }
        }
        catch (OperationCanceledException)
        {
            throw new DaemonException($"{file} does not serve after {s_patience.TotalSeconds} s: {last}");
        }

        throw new DaemonException($"{file} ended before it served: {last}");
    }

    // What makes sense for one caller, which is root: no keys, nothing that would outlive it.
    private static void Configure(string folder, string profiles)
    {
        JsonArray permissions = new("jail.*", "command.*", "file.*", "profile.list", "host.doctor");
        JsonObject role = new() { ["summary"] = "all that ends with it", ["permissions"] = permissions, ["scope"] = "all", ["profiles"] = new JsonArray("*"), ["binds"] = "write", ["degraded"] = new JsonArray("*") };
        JsonObject policy = new() { ["roles"] = new JsonObject { ["embedded"] = role }, ["principals"] = new JsonArray((JsonNode)new JsonObject { ["uid"] = 0, ["roles"] = new JsonArray("embedded") }) };
        JsonObject daemon = new()
        {
            ["apiSocket"] = $"{folder}/api.sock", ["handoffSocket"] = $"{folder}/handoff.sock", ["socketGroup"] = "", ["runtimeDirectory"] = $"{folder}/run", ["stateDirectory"] = $"{folder}/state",
            ["profiles"] = profiles, ["policy"] = $"{folder}/policy.json", ["audit"] = new JsonObject { ["journal"] = false }, ["onStop"] = "end", ["cgroup"] = Path.GetFileName(folder),
        };
        File.WriteAllText(Path.Combine(folder, "policy.json"), policy.ToJsonString(PinJson.Default.Options));
        File.WriteAllText(Path.Combine(folder, "daemon.json"), daemon.ToJsonString(PinJson.Default.Options));
    }
}
