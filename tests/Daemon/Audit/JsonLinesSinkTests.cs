using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;

public sealed class JsonLinesSinkTests : IDisposable
{
    private readonly Trail _trail = new();

    [Theory]
    [InlineData(FsyncPolicy.None)]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Each)]
    public void Write_MakesAFileForItsOwnerAlone(FsyncPolicy fsync)
    {
        using (AuditLog log = _trail.Open(new JsonLinesSink(new JsonLinesOptions(_trail.File) { Fsync = fsync, FsyncInterval = TimeSpan.FromMilliseconds(1) })))
        {
            log.Write(Trail.Record(1));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_trail.File));
        Assert.True(AuditVerifier.VerifyFiles(_trail.File).IsIntact);
    }

    [Fact]
    public void Write_WhenThePathIsALink_Refuses()
    {
        File.CreateSymbolicLink(_trail.File, "/dev/null");
        using AuditLog log = _trail.OpenFile();

        Assert.Throws<AuditException>(() => log.Write(Trail.Record(1)));
    }

    [Fact]
    public void Write_WhenTheDiskIsFull_LeavesNoHalfLine_AndGoesOnLater()
    {
        Requires.Feature("root");
        using SmallDisk disk = new(kilobytes: 64);
        string path = Path.Combine(disk.Path, "audit.jsonl");
        using AuditLog log = _trail.Open(new JsonLinesSink(new JsonLinesOptions(path) { Fsync = FsyncPolicy.None }));
        string filler = Path.Combine(disk.Path, "filler");

        Assert.Throws<AuditException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                log.Write(Trail.Record(i));
            }
        });
        Assert.False(log.IsHealthy);
        Assert.EndsWith("}\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.True(AuditVerifier.VerifyFiles(path, _trail.Folder).IsIntact);

        disk.Grow(kilobytes: 256);
        log.Write(Trail.Record(0));

        Assert.True(log.IsHealthy);
        AuditVerdict verdict = AuditVerifier.VerifyFiles(path, _trail.Folder);
        Assert.True(verdict.IsIntact, $"{verdict.Break}");
    }

    public void Dispose() => _trail.Dispose();
}
