using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;
/// <summary>One trail in several sinks, whatever happens to them and however much comes (threats F137).</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly Trail _trail = new();

    [Fact]
    public void Open_WhenItIsARestart_GoesOnWithTheChain_AndNamesThePreviousHash()
    {
        AuditHead before;
        using (AuditLog log = _trail.OpenFile())
        {
            log.Write(Trail.Record(1));
            before = log.Head;
        }

        using (AuditLog log = _trail.OpenFile())
        {
            Assert.Equal(before.Sequence + 1, log.Head.Sequence);
        }

        AuditEntry last = AuditReader.ReadFile(_trail.File).Last().Entry!;
        Assert.Equal((AuditKind.DaemonStarted, before.Hash), (last.Record.Kind, last.Record[AuditFieldName.Previous]));
        Assert.True(AuditVerifier.VerifyFiles(_trail.File, _trail.Folder).IsIntact);
    }

    [Fact]
    public void Open_WhenTheDaemonDiedBeforeTheHeadWasNoted_LeavesNoBreak_InAnySink()
    {
        ListSink first = new("first");
        ListSink second = new("second");
        AuditLog log = _trail.Open(first, second);
        first.DiesAfterWrite = true; // the second does not get it
        Assert.Throws<InvalidOperationException>(() => log.Write(Trail.Record(1)));
        first.DiesAfterWrite = false;
        log.Dispose();

        using AuditLog next = _trail.Open(first, second);

        Assert.Equal([2], first.Replays);
        Assert.Equal([2], second.Replays);
        Assert.Equal([1, 2, 3], second.Entries.Select(entry => entry.Sequence));
        Assert.True(AuditVerifier.Verify(second.Entries.Select(entry => new AuditLine("", entry))).IsIntact);
        Assert.True(AuditVerifier.Verify(first.Entries.Select((entry, i) => new AuditLine("", entry, IsReplay: i == 2))).IsIntact);
    }

    [Fact]
    public void Open_WhenTheDaemonDiedAfterTheFileHadIt_DoesNotWriteItTwice()
    {
        _trail.Write(3);
        NoteHead(AuditReader.ReadFile(_trail.File).ElementAt(2).Entry!);

        _trail.OpenFile().Dispose();

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);
        Assert.True(verdict.IsIntact, $"{verdict.Break}");
        Assert.Equal(5, verdict.Count);
    }

    [Theory]
    [InlineData(0)] // gone
    [InlineData(50)] // torn
    public void Open_WhenTheStateIsLost_GoesOnFromTheFile(int left)
    {
        _trail.Write(3);
        string state = Path.Combine(_trail.Folder, "audit.state");
        File.WriteAllBytes(state, File.ReadAllBytes(state)[..left]);

        _trail.OpenFile().Dispose();

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);
        Assert.True(verdict.IsIntact, $"{verdict.Break}");
        Assert.Equal(5, verdict.Last.Sequence);
    }

    [Fact]
    public void Open_WhenTheLastLineWasCutByTheCrash_WritesItAgain()
    {
        _trail.Write(3);
        NoteHead(AuditReader.ReadFile(_trail.File).ElementAt(2).Entry!);
        using (FileStream file = File.OpenWrite(_trail.File))
        {
            file.SetLength(file.Length - 20);
        }

        _trail.OpenFile().Dispose();

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);
        Assert.True(verdict.IsIntact, $"{verdict.Break}");
        Assert.Equal(5, verdict.Count);
    }

    [Fact]
    public void Write_WhenNoSinkTakesIt_Throws_AndTheChainStandsStill()
    {
        ListSink sink = new();
        using AuditLog log = _trail.Open(sink);
        AuditHead head = log.Head;
        sink.Fails = true;

        var error = Assert.Throws<AuditException>(() => log.Write(Trail.Record(1)));

        Assert.Contains("list: no room", error.Message, StringComparison.Ordinal);
        Assert.False(log.IsHealthy);
        Assert.Equal(head, log.Head);
        sink.Fails = false;
        log.Write(Trail.Record(2));
        Assert.True(log.IsHealthy);
        Assert.True(AuditVerifier.Verify(sink.Entries.Select(entry => new AuditLine("", entry))).IsIntact);
        Assert.Equal(AuditKind.AuditSinkRecovered, sink.Entries[^1].Record.Kind);
    }

    [Fact]
    public void Write_WhenOneOfTwoSinksFails_TellsTheOther_Once()
    {
        ListSink good = new("good");
        ListSink bad = new("bad");
        ManualClock time = new();
        using var log = AuditLog.Open(_trail.Folder, [good, bad], new AuditLogOptions("1") { Time = time });
        bad.Fails = true;

        log.Write(Trail.Record(1));
        log.Write(Trail.Record(2));
        Assert.Equal("no room", log.FailingSinks["bad"]);
        Assert.Equal(1, bad.Attempts - bad.Entries.Count); // it rests: nobody waits for it each time
        bad.Fails = false;
        time.Advance(TimeSpan.FromSeconds(1));
        log.Write(Trail.Record(3));

        Assert.True(log.IsHealthy);
        Assert.Empty(log.FailingSinks);
        AuditRecord failed = Assert.Single(good.Entries, entry => entry.Record.Kind == AuditKind.AuditSinkFailed).Record;
        AuditRecord recovered = Assert.Single(good.Entries, entry => entry.Record.Kind == AuditKind.AuditSinkRecovered).Record;
        Assert.Equal("bad", failed[AuditFieldName.Sink]);
        Assert.Equal("3", recovered[AuditFieldName.Count]); // two records, and that it failed
        Assert.True(AuditVerifier.Verify(good.Entries.Select(entry => new AuditLine("", entry))).IsIntact);
        Assert.Equal(2, AuditVerifier.Verify(bad.Entries.Select(entry => new AuditLine("", entry))).Break!.Sequence);
    }

    [Fact]
    public void Open_WhenNoSinkTakesRecords_IsThere_AndTellsOfTheStartLater()
    {
        ListSink sink = new() { Fails = true };
        using AuditLog log = _trail.Open(sink);
        Assert.False(log.IsHealthy);
        Assert.Throws<AuditException>(() => log.Write(Trail.Record(1)));

        sink.Fails = false;
        log.Write(Trail.Record(2));

        Assert.Equal([AuditKind.DaemonStarted, AuditKind.JailCreated], sink.Entries.Take(2).Select(entry => entry.Record.Kind));
    }

    [Fact]
    public void Open_WhenAnotherDaemonHasTheState_IsRefused()
    {
        using AuditLog log = _trail.Open(new ListSink());

        Assert.ThrowsAny<IOException>(() => _trail.Open(new ListSink()));
    }

    [Fact]
    public void Write_FromManyThreads_KeepsTheChain()
    {
        using (AuditLog log = _trail.OpenFile(maxBytes: 20_000))
        {
            Parallel.For(0, 500, i => log.Write(Trail.Record(i)));
        }

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);
        Assert.True(verdict.IsIntact);
        Assert.Equal(501, verdict.Count);
    }

    [Fact]
    public void WriteLimited_WhenOneSourceFloods_CountsTheRest_AndTellsTheCount()
    {
        ListSink sink = new();
        ManualClock time = new();
        AuditLogOptions options = new("1") { FloodBurst = 10, FloodPerSecond = 1, FloodInterval = TimeSpan.FromSeconds(5), Time = time };
        using (var log = AuditLog.Open(_trail.Folder, [sink], options))
        {
            int passed = Enumerable.Range(0, 1000).Count(i => log.WriteLimited(Trail.Record(i), "jail:a"));
            Assert.True(log.WriteLimited(Trail.Record(0), "jail:b"));
            Assert.Equal(10, passed);

            time.Advance(TimeSpan.FromSeconds(5));

            AuditRecord flood = sink.Entries[^1].Record;
            Assert.Equal((AuditKind.Flood, "jail:a", "990"), (flood.Kind, flood[AuditFieldName.Source], flood[AuditFieldName.Count]));
            Assert.Equal(5, Enumerable.Range(0, 8).Count(i => log.WriteLimited(Trail.Record(i), "jail:a")));
        }

        Assert.Equal("3", sink.Entries[^1].Record[AuditFieldName.Count]); // told at the end
    }

    public void Dispose() => _trail.Dispose();

    // The state as it was after this entry, while the next one was written.
    private void NoteHead(AuditEntry entry)
    {
        using FileStream state = File.OpenWrite(Path.Combine(_trail.Folder, "audit.state"));
        state.Write(System.Text.Encoding.ASCII.GetBytes($"{entry.Sequence} {entry.Hash}"));
    }
}
