using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;

namespace AgentSandbox.Benchmarks;

/// <summary>How many jails a second a daemon makes, runs and removes for several clients at once. None is kept ready.</summary>
/// <param name="duration">How long each number of clients is let loose in a round.</param>
internal sealed class ClientsSection(TimeSpan duration) : ISection
{
    private static readonly int[] s_counts = [1, 2, 8, 32];

    private readonly Samples[] _rates = [.. s_counts.Select(count => new Samples(string.Create(CultureInfo.InvariantCulture, $"jails with one command, {count} clients"), "1/s"))];
    private readonly BenchDaemon _daemon = new(readyJails: 0);

    public string Title => "throughput";

    public void Round()
    {
        for (int i = 0; i < s_counts.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            int[] made = Task.WhenAll(Enumerable.Range(0, s_counts[i]).Select(_ => Task.Run(() => LoopAsync(start)))).GetAwaiter().GetResult();
            _rates[i].Add(made.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public IEnumerable<Row> Rows() => _rates.SelectMany((rate, i) => Row.Of(rate, i == 0 ? [] : [_rates[0]]));

    public void Dispose() => _daemon.Dispose();

    private async Task<int> LoopAsync(long start)
    {
        using UnixChannel channel = _daemon.Connect();
        Commands.CommandsClient commands = new(channel);
        int made = 0;
        for (; Stopwatch.GetElapsedTime(start) < duration; made++)
        {
            await DaemonSection.RunOnceAsync(commands).ConfigureAwait(false);
        }

        return made;
    }
}
