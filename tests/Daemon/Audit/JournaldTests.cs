using System.Diagnostics;
using System.Text;
using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>A systemd-journald of the test's own, in a mount namespace with a /run of its own: what journalctl prints of it is verified.</summary>
public sealed class JournaldTests : IDisposable
{
    private readonly Trail _trail = new();

    [Theory]
    [InlineData("export")]
    [InlineData("json")]
    public void Verify_OfWhatJournalctlPrints_IsIntact_AndFindsWhatIsTakenOut(string format)
    {
        Requires.Feature("journald");
        using PrivateJournald journald = new();
        Write(journald);

        byte[] printed = journald.Print(format, AuditKinds.All.Length + 3);

        List<AuditLine> lines = [.. JournalReader.Read(new MemoryStream(printed))];
        AuditVerdict verdict = AuditVerifier.Verify(lines);
        Assert.True(verdict.IsIntact, $"{verdict.Break}");
        Assert.Equal(AuditKinds.All.Length + 3, verdict.Count);
        Assert.Equal("a\nMESSAGE=forged\n_UID=0\u001b[0m", lines[^1].Entry!.Record.Message);
        Assert.Equal(2_000_000, lines[^2].Entry!.Record.Message.Length);
        lines.RemoveAt(4);
        Assert.Equal(5, AuditVerifier.Verify(lines).Break!.Sequence);
    }

    public void Dispose() => _trail.Dispose();

    private void Write(PrivateJournald journald)
    {
        using AuditLog log = _trail.Open(new JournalSink(journald.SocketPath));
        foreach (AuditKindInfo info in AuditKinds.All)
        {
            log.Write(AuditRecord.About(info.Kind, $"about {info.Name}").Jail("j").Role("a").Role("b").PeerUid(1000).Build());
        }

        log.Write(AuditRecord.About(AuditKind.CommandStarted, new string('x', 2_000_000)).Build());
        log.Write(AuditRecord.About(AuditKind.CommandStarted, "a\nMESSAGE=forged\n_UID=0\u001b[0m").Jail("x\ny").Build());
    }
}
