using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;

namespace AgentSandbox.Benchmarks;

/// <summary>What many idle jails cost: memory, and the time of what is done next.</summary>
/// <param name="counts">How many there are, in growing order.</param>
internal sealed class DensitySection(IReadOnlyList<int> counts) : ISection
{
    private const int Next = 20;

    private readonly List<(Samples Samples, string Kind)> _found = [];
    private readonly BenchDaemon _daemon = new(readyJails: 0);

    public string Title => "idle jails";

    public void Round()
    {
        using UnixChannel channel = _daemon.Connect();
        V1.Jails.JailsClient jails = new(channel);
        for (int i = 0; i < 100; i++) // until what is hot is compiled
        {
            jails.DeleteJail(new DeleteJailRequest { Id = Create(jails) });
        }

        List<string> idle = [];
        long available = Available();
        long own = _daemon.ResidentKilobytes;
        foreach (int count in counts)
        {
            while (idle.Count < count)
            {
                idle.Add(Create(jails));
            }

            Measure(jails, count, (available - Available()) / (double)count, (_daemon.ResidentKilobytes - own) / (double)count);
        }

        idle.ForEach(jail => jails.DeleteJail(new DeleteJailRequest { Id = jail }));
    }

    public IEnumerable<Row> Rows() => _found.SelectMany(found =>
    {
        Samples first = _found.First(other => other.Kind == found.Kind).Samples;
        return Row.Of(found.Samples, first == found.Samples ? [] : [first]);
    });

    public void Dispose() => _daemon.Dispose();

    private static string Create(V1.Jails.JailsClient jails) => jails.CreateJail(new CreateJailRequest { Config = BenchDaemon.Config() }).Id;

    private static long Available() => BenchDaemon.ReadKilobytes("/proc/meminfo", "MemAvailable");

    private void Measure(V1.Jails.JailsClient jails, int count, double kilobytes, double own)
    {
        Named("memory of one", count, "kB").Add(kilobytes);
        Named("memory of the daemon for one", count, "kB").Add(own);
        Samples create = Named("the next create", count, "us");
        Samples list = Named("a page of 100 listed", count, "us");
        Samples delete = Named("a delete", count, "us");
        for (int i = 0; i < Next; i++)
        {
            long start = Stopwatch.GetTimestamp();
            string jail = Create(jails);
            create.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            start = Stopwatch.GetTimestamp();
            jails.ListJails(new ListJailsRequest());
            list.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            start = Stopwatch.GetTimestamp();
            jails.DeleteJail(new DeleteJailRequest { Id = jail });
            delete.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    private Samples Named(string kind, int count, string unit)
    {
        Samples samples = new(string.Create(CultureInfo.InvariantCulture, $"{count} idle: {kind}"), unit);
        _found.Add((samples, kind));
        return samples;
    }
}
