using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;
/// <summary>What was changed, cut off or moved in a trail is found, at its record (threats F136).</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly Trail _trail = new();

    [Fact]
    public void VerifyFiles_WhenNothingWasTouched_IsIntact()
    {
        _trail.Write(5);

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);

        Assert.True(verdict.IsIntact);
        Assert.Equal((6, 1, 6), (verdict.Count, verdict.First, verdict.Last.Sequence));
    }

    [Theory]
    [InlineData("jail 3 was created", "jail 9 was created")]
    [InlineData("\"owner_uid\":1003", "\"owner_uid\":0")]
    [InlineData("\"owner_uid\"", "\"peer_uid\"")]
    [InlineData("jail-created", "jail-ended")]
    [InlineData("\"priority\":6", "\"priority\":5")]
    [InlineData("\"coder\",", "")]
    public void Verify_WhenARecordIsEdited_NamesIt(string from, string to)
    {
        string[] lines = _trail.Write(5);
        int index = Array.FindIndex(lines, line => line.Contains("jail 3", StringComparison.Ordinal));
        lines[index] = lines[index].Replace(from, to, StringComparison.Ordinal);

        AuditVerdict verdict = _trail.Verify(lines);

        Assert.Equal((AuditBreakKind.Edited, 4), (verdict.Break!.Kind, verdict.Break.Sequence));
        Assert.Equal($"{_trail.File}, line 4", verdict.Break.Place);
        Assert.Equal(3, verdict.Count);
    }

    [Fact]
    public void Verify_WhenAnEditedRecordGetsItsHashAnew_NamesTheNextOne()
    {
        string[] lines = _trail.Write(5);
        AuditEntry old = AuditJson.Read(System.Text.Encoding.UTF8.GetBytes(lines[2]));
        AuditEntry made = AuditEntry.After(new AuditHead(2, old.PreviousHash), old.Time, Trail.Record(77));
        lines[2] = System.Text.Encoding.UTF8.GetString(AuditJson.WriteLine(made)).TrimEnd('\n');

        AuditVerdict verdict = _trail.Verify(lines);

        Assert.Equal((AuditBreakKind.Forked, 4), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void Verify_WhenARecordIsTakenOut_NamesIt()
    {
        AuditVerdict verdict = _trail.Verify(_trail.Write(5).Where((_, i) => i != 2));

        Assert.Equal((AuditBreakKind.Missing, 3), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void Verify_WhenTwoRecordsChangePlaces_NamesTheFirst()
    {
        string[] lines = _trail.Write(5);
        (lines[2], lines[3]) = (lines[3], lines[2]);

        AuditVerdict verdict = _trail.Verify(lines);

        Assert.Equal((AuditBreakKind.Missing, 3), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void Verify_WhenARecordIsMovedToTheEnd_AndTheGapIsNotSeen_NamesIt()
    {
        string[] lines = _trail.Write(5);

        AuditVerdict verdict = _trail.Verify([.. lines[1..], lines[0]]);

        Assert.Equal((AuditBreakKind.Reordered, 1), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void Verify_WhenARecordIsThereTwice_NamesIt()
    {
        string[] lines = _trail.Write(5);

        AuditVerdict verdict = _trail.Verify([.. lines[..3], lines[2], .. lines[3..]]);

        Assert.Equal((AuditBreakKind.Duplicated, 3), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void VerifyFiles_WhenTheEndIsCutOff_NamesTheFirstMissing()
    {
        string[] lines = _trail.Write(5);
        File.WriteAllLines(_trail.File, lines[..4]);

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);

        Assert.Equal((AuditBreakKind.Truncated, 5), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Fact]
    public void VerifyFiles_WhenALineIsCut_NamesTheRecord()
    {
        string[] lines = _trail.Write(5);
        File.WriteAllText(_trail.File, string.Join('\n', lines)[..^10]);

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File);

        Assert.Equal((AuditBreakKind.Unreadable, 6), (verdict.Break!.Kind, verdict.Break.Sequence));
    }

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("""{"sequence":"x"}""")]
    public void Verify_WhenALineIsNoRecord_NamesThePlace(string line)
    {
        string[] lines = _trail.Write(5);

        AuditVerdict verdict = _trail.Verify([.. lines[..3], line, .. lines[3..]]);

        Assert.Equal((AuditBreakKind.Unreadable, $"{_trail.File}, line 4"), (verdict.Break!.Kind, verdict.Break.Place));
    }

    [Fact]
    public void VerifyFiles_WhenTheFilesWereRotated_GoesOverThemInOrder()
    {
        using (AuditLog log = _trail.OpenFile(maxBytes: 2000))
        {
            for (int i = 1; i <= 50; i++)
            {
                log.Write(Trail.Record(i));
            }
        }

        IReadOnlyList<string> files = AuditFiles.Find(_trail.File);
        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);

        Assert.True(files.Count > 5);
        Assert.True(verdict.IsIntact);
        Assert.Equal(51, verdict.Count);
        File.Delete(files[3]);
        Assert.Equal(AuditBreakKind.Missing, AuditVerifier.Verify(AuditReader.ReadFiles(files.Where(File.Exists))).Break!.Kind);
    }

    [Fact]
    public void VerifyFiles_WhenOldFilesAreGone_SaysWhereItBegins()
    {
        using (AuditLog log = _trail.OpenFile(maxBytes: 2000, kept: 2))
        {
            for (int i = 1; i <= 50; i++)
            {
                log.Write(Trail.Record(i));
            }
        }

        AuditVerdict verdict = AuditVerifier.VerifyFiles(_trail.File, _trail.Folder);

        Assert.True(verdict.IsIntact);
        Assert.Equal(3, AuditFiles.Find(_trail.File).Count);
        Assert.InRange(verdict.First, 30, 50);
    }

    public void Dispose() => _trail.Dispose();
}
