using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;

namespace AgentSandbox.Benchmarks;

/// <summary>A daemon at full load for long: does it have in the end what it had in the beginning?</summary>
internal static class Soak
{
    private const int Windows = 10;
    private const int Clients = 4;
    private const int OutputBytes = 1 << 20;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2); // what is taken apart off the path is gone

    /// <summary>Lets the clients loose, and prints a line for each tenth of the time.</summary>
    /// <param name="duration">How long in all.</param>
    /// <param name="to">Where lines go.</param>
    /// <returns>Whether the last tenth is as the second one was: the first warms up.</returns>
    public static bool Run(TimeSpan duration, TextWriter to)
    {
        using BenchDaemon daemon = new(readyJails: 2);
        List<SoakWindow> windows = [];
        to.WriteLine(SoakWindow.Heading);
        for (int i = 0; i < Windows; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Samples[] times = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => LoopAsync(daemon, client, start, duration / Windows)))).GetAwaiter().GetResult();
            Thread.Sleep(s_rest);
            windows.Add(daemon.Count(Samples.Together(times)));
            to.WriteLine(windows[^1]);
        }

        string[] grown = [.. windows[^1].GrownSince(windows[1])];
        to.WriteLine(grown is [] ? "flat" : $"not flat: {string.Join("; ", grown)}");
        return grown is [];
    }

    // Jails of one command, jails that live for several, and output: each client begins elsewhere.
    private static async Task<Samples> LoopAsync(BenchDaemon daemon, int client, long start, TimeSpan duration)
    {
        using UnixChannel channel = daemon.Connect();
        V1.Jails.JailsClient jails = new(channel);
        Commands.CommandsClient commands = new(channel);
        Samples times = new("a call");
        for (int turn = client; Stopwatch.GetElapsedTime(start) < duration; turn++)
        {
            long begun = Stopwatch.GetTimestamp();
            await (turn % 2 == 0 ? DaemonSection.RunOnceAsync(commands) : LiveAsync(jails, commands)).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return times;
    }

    private static async Task LiveAsync(V1.Jails.JailsClient jails, Commands.CommandsClient commands)
    {
        Jail jail = await jails.CreateJailAsync(new CreateJailRequest { Config = BenchDaemon.Config() });
        string[][] argvs = [["/usr/bin/true"], ["/usr/bin/head", "-c", $"{OutputBytes}", "/dev/zero"], ["/bin/sh", "-c", "echo x >/tmp/x && cat /tmp/x"]];
        foreach (string[] argv in argvs)
        {
            BenchDaemon.Check((await commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = BenchDaemon.Command(argv) })).Ended);
        }

        await jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id });
    }
}
