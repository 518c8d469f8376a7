using System.CommandLine;
using System.Threading.Channels;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl stats</c>: what jails use.</summary>
internal static class StatsCommand
{
    private static readonly string[] s_headers = ["JAIL", "AGE", "CPU TIME", "THROTTLED", "MEMORY", "PEAK", "PIDS", "READ", "WRITTEN", "CPU%", "MEM%", "IO%", "STARTED", "RUNNING"];

    public static Command Create(DaemonOptions daemon)
    {
        Argument<string?> jail = new("JAIL") { Description = "The jail's id; without it all jails that you may see.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> watch = new("--watch", "-w") { Description = "Prints them again at each interval, until the jails end." };
        Option<TimeSpan?> interval = OptionParsers.Span("--interval", "How often with --watch: 100ms to 1h; 1s if it is not given.");
        Option<bool> json = new("--json") { Description = "Prints JSON, an object on each line." };
        Command command = new("stats", "Prints what jails use. CPU%, MEM% and IO% are the time of the last ten seconds in which processes were held up for want of these.") { jail, watch, interval, json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            string[] jails = parsed.GetValue(jail) is string one ? [one] : [.. (await JailLists.ReadAsync(connection)).Select(all => all.Id)];
            return await (parsed.GetValue(watch)
                ? WatchAsync(connection, jails, parsed.GetValue(interval), parsed.GetValue(json))
                : PrintAsync(connection, jails, parsed.GetValue(json)));
        }));
        return command;
    }

    private static async Task<int> PrintAsync(DaemonConnection daemon, string[] jails, bool json)
    {
        Table table = new(s_headers);
        foreach (string id in jails)
        {
            V1.Stats stats = await daemon.Jails.GetStatsAsync(new V1.GetStatsRequest { Id = id });
            if (json)
            {
                JsonOutput.PrintLine(stats);
            }

            table.Add(Cells(stats));
        }

        if (!json)
        {
            table.Print();
        }

        return 0;
    }

    private static async Task<int> WatchAsync(DaemonConnection daemon, string[] jails, TimeSpan? interval, bool json)
    {
        var all = Channel.CreateUnbounded<V1.Stats>();
        Task reading = Task.WhenAll(jails.Select(id => ReadAsync(daemon, id, interval, all.Writer)));
        Task closing = reading.ContinueWith(read => all.Writer.Complete(read.Exception?.InnerException), TaskScheduler.Default);
        int[] widths = [14, 8, 8, 9, 8, 8, 6, 8, 8, 6, 6, 6, 7, 7];
        Print(s_headers, widths, !json);
        await foreach (V1.Stats stats in all.Reader.ReadAllAsync())
        {
            if (json)
            {
                JsonOutput.PrintLine(stats);
            }

            Print(Cells(stats), widths, !json);
        }

        await closing;
        return 0;
    }

    private static void Print(string[] cells, int[] widths, bool wanted)
    {
        if (wanted)
        {
            Console.Out.WriteLine(string.Join("  ", cells.Zip(widths, (cell, width) => VisibleText.Of(cell).PadRight(width))).TrimEnd());
        }
    }

    private static async Task ReadAsync(DaemonConnection daemon, string id, TimeSpan? interval, ChannelWriter<V1.Stats> to)
    {
        using AsyncServerStreamingCall<V1.Stats> stats = daemon.Jails.WatchStats(new V1.WatchStatsRequest { Id = id, Interval = JailMessages.Span(interval) });
        while (await stats.ResponseStream.MoveNext(CancellationToken.None))
        {
            await to.WriteAsync(stats.ResponseStream.Current);
        }
    }

    private static string[] Cells(V1.Stats stats)
    {
        V1.Usage usage = stats.Usage;
        return
        [
            stats.Jail,
            Names.Of(usage.Wall),
            Names.OfCpu(usage),
            Names.Of(usage.Throttled),
            Names.OfSize(usage.HasMemoryBytes, usage.MemoryBytes),
            Names.OfSize(usage.HasMemoryPeakBytes, usage.MemoryPeakBytes),
            Names.OfCount(usage.HasPids, usage.Pids),
            Names.OfSize(usage.HasIoReadBytes, usage.IoReadBytes),
            Names.OfSize(usage.HasIoWrittenBytes, usage.IoWrittenBytes),
            Names.Of(usage.CpuPressure),
            Names.Of(usage.MemoryPressure),
            Names.Of(usage.IoPressure),
            Figures.Number(stats.CommandsStarted),
            Figures.Number(stats.RunningCommands),
        ];
    }
}
