using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Benchmarks;

/// <summary>The same as the engine's rows through the socket of a daemon, which is a process of its own: what the API costs.</summary>
internal sealed class DaemonRows : IDisposable
{
    private const int WarmUps = 500; // until the runtime of the daemon has compiled what is hot

    private readonly Samples _whoami = new("Whoami over the socket");
    private readonly Samples _execute = new("Execute true in a live jail, socket");
    private readonly Samples _run = new("Run true in a new jail, socket");
    private readonly Samples _createAndDelete = new("CreateJail + DeleteJail, socket");
    private readonly TemporaryFolder _folder = new();
    private readonly Process _daemon;
    private readonly UnixChannel _channel;
    private readonly Host.HostClient _host;
    private readonly V1.Jails.JailsClient _jails;
    private readonly Commands.CommandsClient _commands;
    private readonly string _jail;

    /// <summary>Starts a daemon with directories of its own, and warms it up.</summary>
    public DaemonRows()
    {
        _daemon = Start();
        _channel = new UnixChannel(Path.Combine(_folder.Path, "api.sock"));
        _host = new(_channel);
        _jails = new(_channel);
        _commands = new(_channel);
        _jail = _jails.CreateJail(new CreateJailRequest { Config = Config() }).Id;
        for (int i = 0; i < WarmUps; i++)
        {
            CycleAsync(isWarmUp: true).GetAwaiter().GetResult();
        }
    }

    /// <summary>The rows, each with the engine's row that it is compared with.</summary>
    /// <param name="exec">A command in a live jail.</param>
    /// <param name="cycle">Create, run and destroy.</param>
    public IEnumerable<(Samples Row, Samples? Engine)> Compare(Samples exec, Samples cycle) => [(_whoami, null), (_execute, exec), (_run, cycle), (_createAndDelete, null)];

    /// <summary>Times everything once.</summary>
    public Task CycleAsync() => CycleAsync(isWarmUp: false);

    public void Dispose()
    {
        _channel.Dispose();
        using Process term = Process.Start("kill", ["-TERM", _daemon.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        _daemon.WaitForExit();
        _daemon.Dispose();
        _folder.Dispose();
    }

    private static JailConfig Config() => new() { Profile = "python", AllowDegraded = { "all" } };

    private static CommandConfig True() => new() { Argv = { "/usr/bin/true" } };

    private static async Task TimeAsync(Samples samples, bool isWarmUp, Func<Task> call)
    {
        long start = Stopwatch.GetTimestamp();
        await call().ConfigureAwait(false);
        if (!isWarmUp)
        {
            samples.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    private static void Check(CommandEnd end)
    {
        if (end is not { Reason: EndReason.Exited, ExitCode: 0 })
        {
            throw new InvalidOperationException($"true {end.Text}");
        }
    }

    private async Task CycleAsync(bool isWarmUp)
    {
        await TimeAsync(_whoami, isWarmUp, async () => await _host.WhoamiAsync(new WhoamiRequest())).ConfigureAwait(false);
        await TimeAsync(_execute, isWarmUp, async () => Check((await _commands.ExecuteAsync(new ExecuteRequest { Jail = _jail, Command = True() })).Ended)).ConfigureAwait(false);
        await TimeAsync(_run, isWarmUp, RunAsync).ConfigureAwait(false);
        await TimeAsync(_createAndDelete, isWarmUp, async () =>
        {
            Jail jail = await _jails.CreateJailAsync(new CreateJailRequest { Config = Config() });
            await _jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id });
        }).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        using AsyncDuplexStreamingCall<RunRequest, ExecResponse> run = _commands.Run();
        await run.RequestStream.WriteAsync(new RunRequest { Start = new RunStart { Config = Config(), Command = True() } }).ConfigureAwait(false);
        await run.RequestStream.CompleteAsync().ConfigureAwait(false);
        CommandEnd? end = null;
        while (await run.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            end = run.ResponseStream.Current.Ended ?? end;
        }

        Check(end ?? throw new InvalidOperationException("the stream ended without the command's end"));
    }

    private Process Start()
    {
        string at = _folder.Path;
        File.WriteAllText(Path.Combine(at, "policy.json"), """
            {
              "roles": { "admin": { "summary": "all", "permissions": ["*"], "scope": "all", "profiles": ["*"], "degraded": ["*"] } },
              "principals": [{ "uid": 0, "roles": ["admin"] }]
            }
            """);
        File.WriteAllText(Path.Combine(at, "daemon.json"), $$"""
            {
              "apiSocket": "{{at}}/api.sock", "handoffSocket": "{{at}}/handoff.sock", "socketGroup": "", "runtimeDirectory": "{{at}}/run", "stateDirectory": "{{at}}/state",
              "profiles": "{{Path.Combine(Repository.Root, "native-profiles")}}", "policy": "{{at}}/policy.json", "audit": { "journal": false }, "onStop": "end",
              "cgroup": "{{Path.GetFileName(at)}}"
            }
            """);
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "agent-sandboxd.dll"), "--config", Path.Combine(at, "daemon.json")]) { RedirectStandardError = true };
        start.Environment.Remove("NOTIFY_SOCKET");
        Process daemon = Process.Start(start)!;
        string? line;
        do
        {
            line = daemon.StandardError.ReadLine() ?? throw new InvalidOperationException("the daemon ended before it served");
        }
        while (!line.Contains("serving on", StringComparison.Ordinal));
        new Thread(() => Console.Error.Write(daemon.StandardError.ReadToEnd())) { IsBackground = true }.Start();
        return daemon;
    }
}
