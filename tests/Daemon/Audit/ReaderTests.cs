using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;

public sealed class ReaderTests : IDisposable
{
    private readonly Trail _trail = new();

    [Fact]
    public void List_GivesTheNewestFirst_OverRotatedFiles()
    {
        using (AuditLog log = _trail.OpenFile(maxBytes: 2000))
        {
            for (int i = 1; i <= 30; i++)
            {
                log.Write(Trail.Record(i));
            }
        }

        Assert.Equal([31, 30, 29, 28, 27, 26, 25, 24], AuditReader.List(_trail.File, new AuditQuery { Limit = 8 }).Select(entry => entry.Sequence));
        Assert.Equal([8], AuditReader.List(_trail.File, new AuditQuery { Jail = "jail-7" }).Select(entry => entry.Sequence));
        Assert.Equal([9], AuditReader.List(_trail.File, new AuditQuery { Uid = 1008 }).Select(entry => entry.Sequence));
        Assert.Equal([1], AuditReader.List(_trail.File, new AuditQuery { Kinds = [AuditKind.DaemonStarted] }).Select(entry => entry.Sequence));
        Assert.Equal([1], AuditReader.List(_trail.File, new AuditQuery { Priority = AuditPriority.Notice }).Select(entry => entry.Sequence));
        Assert.Empty(AuditReader.List(_trail.File, new AuditQuery { Since = DateTimeOffset.UtcNow.AddHours(1) }));
    }

    [Fact]
    public async Task Follow_GivesWhatIsThere_ThenWhatComes_OverRotations()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        using AuditLog log = _trail.OpenFile(maxBytes: 2000);
        log.Write(Trail.Record(0));
        List<long> seen = [];

        await foreach (AuditEntry entry in AuditFollower.Follow(_trail.File, new AuditQuery(), limit.Token))
        {
            seen.Add(entry.Sequence);
            if (seen.Count == 100)
            {
                break;
            }

            log.Write(Trail.Record(seen.Count)); // each is written after the last was seen
            if (seen.Count % 10 == 0)
            {
                log.Write(Trail.Record(0));
            }
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), seen);
    }

    public void Dispose() => _trail.Dispose();
}
