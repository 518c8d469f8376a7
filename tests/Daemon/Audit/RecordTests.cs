using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Audit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;

public sealed class RecordTests
{
    [Fact]
    public void WriteLine_AnyText_ComesBack_WithItsHash() => Prop.ForAll<string, string>((message, value) =>
    {
        AuditEntry entry = Entry(message ?? "", value ?? "");
        byte[] line = AuditJson.WriteLine(entry);
        AuditEntry back = AuditJson.Read(line);

        return line.AsSpan().IndexOf((byte)'\n') == line.Length - 1 && back.IsGenuine && back.Hash == entry.Hash && back.Record.Fields.SequenceEqual(entry.Record.Fields);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Hash_WhenBytesMoveFromOneValueToTheNext_IsAnother()
    {
        AuditEntry one = AuditEntry.After(AuditHead.Start, DateTimeOffset.UnixEpoch, AuditRecord.About(AuditKind.JailEnded, "x").Jail("ab").Profile("c").Build());
        AuditEntry other = AuditEntry.After(AuditHead.Start, DateTimeOffset.UnixEpoch, AuditRecord.About(AuditKind.JailEnded, "x").Jail("a").Profile("bc").Build());

        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Fact]
    public void Hash_WhenFieldsComeInAnotherOrder_IsTheSame() // the journal keeps none
    {
        AuditRecord record = Trail.Record(1);
        AuditRecord reversed = new(record.Kind, record.Priority, record.Message, [.. record.Fields.Reverse()]);

        Assert.Equal(AuditEntry.After(AuditHead.Start, DateTimeOffset.UnixEpoch, record).Hash, AuditEntry.After(AuditHead.Start, DateTimeOffset.UnixEpoch, reversed).Hash);
    }

    [Fact]
    public void Read_WhenAMemberStandsTwice_Refuses()
    {
        string line = Encoding.UTF8.GetString(AuditJson.WriteLine(Entry("m", "v")));

        Assert.Throws<FormatException>(() => AuditJson.Read(Encoding.UTF8.GetBytes(line.Replace("{\"sequence\":1", "{\"sequence\":1,\"sequence\":1", StringComparison.Ordinal))));
    }

    [Fact]
    public void Arguments_WhenTheyAreVeryLong_AreCut()
    {
        AuditRecord record = AuditRecord.About(AuditKind.CommandStarted, "x").Arguments([.. Enumerable.Repeat(new string('a', 1000), 10_000)]).Build();

        Assert.InRange(record[AuditFieldName.Arguments]!.Length, 30_000, AuditRecordBuilder.MaxListLength + 1000);
        Assert.EndsWith("\"(cut)\"]", record[AuditFieldName.Arguments], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_AreUnique_AndNotThoseOfTheChain()
    {
        ImmutableArray<string> names = [.. Enum.GetValues<AuditFieldName>().Select(AuditField.NameOf)];

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Empty(names.Intersect(["KIND", "SEQUENCE", "TIME_USEC", "PREVIOUS_HASH", "HASH", "REPLAY"]));
        Assert.Contains("PEER_UID", names);
        Assert.All(names, name => Assert.True(AuditField.IsName(name)));
    }

    [Fact]
    public void Kinds_HaveNamesAndIdentifiersOfTheirOwn()
    {
        Assert.Equal(Enum.GetValues<AuditKind>(), AuditKinds.All.Select(info => info.Kind));
        Assert.Equal(AuditKinds.All.Length, AuditKinds.All.Select(info => info.MessageId).Distinct().Count());
        Assert.All(AuditKinds.All, info => Assert.Matches("^[0-9a-f]{32}$", info.MessageId));
        Assert.Equal(AuditKind.JailCreated, AuditKinds.Find("jail-created")!.Kind);
    }

    private static AuditEntry Entry(string message, string value) =>
        AuditEntry.After(AuditHead.Start, DateTimeOffset.UtcNow, AuditRecord.About(AuditKind.JailCreated, message).Jail(value).Reason(value).ExitCode(-3).Role("a").Role(value).Build());
}
