using System.Text;
using AgentSandbox.Audit;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;
/// <summary>Records as journald gets them: whatever a value says, it stays one (threats F132).</summary>
public sealed class JournalSinkTests : IDisposable
{
    private readonly FakeJournal _journal = new();

    [Fact]
    public void Write_SendsTheFieldsThatJournaldKnows()
    {
        using JournalSink sink = new(_journal.Path);
        AuditEntry entry = Entry(Trail.Record(1));

        sink.Write(entry, isReplay: false);

        Dictionary<string, List<string>> fields = _journal.Receive();
        Assert.Equal("jail 1 was created", fields["MESSAGE"].Single());
        Assert.Equal(AuditKinds.Of(AuditKind.JailCreated).MessageId, fields["MESSAGE_ID"].Single());
        Assert.Equal(("6", "agent-sandboxd"), (fields["PRIORITY"].Single(), fields["SYSLOG_IDENTIFIER"].Single()));
        Assert.Equal(("jail-1", "1001"), (fields["SANDBOXD_JAIL"].Single(), fields["SANDBOXD_OWNER_UID"].Single()));
        Assert.Equal(["coder", "auditor"], fields["SANDBOXD_ROLE"]);
        Assert.Equal(("1", entry.Hash, AuditEntry.NoHash), (fields["SANDBOXD_SEQUENCE"].Single(), fields["SANDBOXD_HASH"].Single(), fields["SANDBOXD_PREVIOUS_HASH"].Single()));
        Assert.False(fields.ContainsKey("SANDBOXD_REPLAY"));
    }

    [Theory]
    [InlineData("a\nMESSAGE=forged\n_UID=0")]
    [InlineData("a\n\nMESSAGE\n\0\0\0\0\0\0\0\0\n")]
    [InlineData("=\n=\n")]
    [InlineData("_UID=0")]
    [InlineData("\n")]
    [InlineData("")]
    public void Write_WhenAValueLooksLikeFields_KeepsItAsAValue(string value)
    {
        using JournalSink sink = new(_journal.Path);

        sink.Write(Entry(AuditRecord.About(AuditKind.CommandStarted, value).Jail(value).Path(value).Build()), isReplay: true);

        Dictionary<string, List<string>> fields = _journal.Receive();
        Assert.Equal(value, fields["MESSAGE"].Single());
        Assert.Equal(value, fields["SANDBOXD_JAIL"].Single());
        Assert.Equal(value, fields["SANDBOXD_PATH"].Single());
        Assert.Equal(12, fields.Count);
        Assert.DoesNotContain("_UID", fields.Keys);
        Assert.Equal("1", fields["SANDBOXD_REPLAY"].Single());
    }

    [Fact]
    public void Write_WhenTheEntryIsLarge_GoesAsASealedFile()
    {
        const int Size = 20 * 1024 * 1024;
        using JournalSink sink = new(_journal.Path);

        sink.Write(Entry(AuditRecord.About(AuditKind.CommandStarted, new string('x', Size)).Build()), isReplay: false);

        Assert.Equal(Size, _journal.Receive().GetValueOrDefault("MESSAGE")!.Single().Length);
        Assert.True(_journal.CameAsFile);
        Assert.True(_journal.IsSealed);
    }

    [Fact]
    public void Write_WhenNobodyListens_Fails()
    {
        using JournalSink sink = new(_journal.Path);
        _journal.Dispose();

        Assert.ThrowsAny<IOException>(() => sink.Write(Entry(Trail.Record(1)), isReplay: false));
    }

    [Fact]
    public void Write_WhenJournaldReadsNothing_FailsInTime()
    {
        using JournalSink sink = new(_journal.Path);
        AuditEntry entry = Entry(Trail.Record(1));

        var error = Assert.Throws<SyscallException>(() =>
        {
            for (int i = 0; i < 1_000_000; i++)
            {
                sink.Write(entry, isReplay: false);
            }
        });

        Assert.Equal(Errno.EAGAIN, error.Errno);
    }

    public void Dispose() => _journal.Dispose();

    private static AuditEntry Entry(AuditRecord record) => AuditEntry.After(AuditHead.Start, DateTimeOffset.UtcNow, record);
}
