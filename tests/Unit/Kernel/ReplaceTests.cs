using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>A file is replaced as a whole or not at all.</summary>
public sealed class ReplaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "file");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replace_OfWhatIsThere_LeavesTheNewAlone()
    {
        File.WriteAllText(Target, "the old and longer content");
        Files.Replace(Target, "new"u8);
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Replace_OfALink_DoesNotFollowIt()
    {
        string outside = Path.Combine(_folder.Path, "outside");
        File.WriteAllText(outside, "old");
        File.CreateSymbolicLink(Target, outside);
        Files.Replace(Target, "new"u8);
        Assert.Equal("old", File.ReadAllText(outside));
        Assert.Null(File.ResolveLinkTarget(Target, returnFinalTarget: false));
    }

    [Fact]
    public void Replace_ThatFails_LeavesTheOldAlone()
    {
        Directory.CreateDirectory(Path.Combine(Target, "full"));
        Assert.ThrowsAny<IOException>(() => Files.Replace(Target, "new"u8));
        Assert.True(Directory.Exists(Path.Combine(Target, "full")));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Replace_BySeveralAtOnce_LeavesOneOfThem()
    {
        byte[][] contents = [.. Enumerable.Range(1, 8).Select(size => Enumerable.Repeat((byte)size, size * 1000).ToArray())];
        await Task.WhenAll(contents.Select(content => Task.Run(() => Files.Replace(Target, content))));
        Assert.Contains(contents, content => content.SequenceEqual(File.ReadAllBytes(Target)));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }
}
