using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary><c>sandboxctl cp</c>, both ways.</summary>
public sealed class CpTests(CliFixture cli) : IClassFixture<CliFixture>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cp_OfAFile_CarriesBytesAndMode_BothWays()
    {
        string jail = cli.Create();
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        File.WriteAllBytes(Place("source"), content);
        File.SetUnixFileMode(Place("source"), (UnixFileMode)0b111_101_000);
        cli.Do("exec", jail, "--", "mkdir", "dir");
        cli.Do("cp", Place("source"), $"{jail}:copy");
        cli.Do("cp", Place("source"), $"{jail}:dir");
        cli.Do("cp", $"{jail}:dir/source", Place("back"));
        cli.Do("cp", $"{jail}:/workspace/copy", _folder.Path);

        Assert.Equal(content, File.ReadAllBytes(Place("back")));
        Assert.Equal(content, File.ReadAllBytes(Place("copy")));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(Place("back")));
        Assert.Equal("750 750", cli.Do("exec", jail, "--", "sh", "-c", "echo $(stat -c %a copy dir/source)"));
    }

    [Fact]
    public void Cp_OfStreams_ChangesNoByte()
    {
        string jail = cli.Create();
        byte[] content = [0, 0xff, 0x1b, (byte)'\n', (byte)'x'];
        Assert.Equal(0, cli.RunWith(content, "cp", "-", $"{jail}:file").ExitCode);

        Assert.Equal(content, cli.Run("cp", $"{jail}:file", "-").Stdout);
        Assert.Equal(2, cli.RunWith(content, "cp", "-", $"{jail}:").ExitCode);
    }

    [Fact]
    public void Cp_OfADirectory_ComesBackTheSame()
    {
        string jail = cli.Create();
        Directory.CreateDirectory(Place("tree/deep/er"));
        File.WriteAllText(Place("tree/deep/er/file"), "content");
        File.CreateSymbolicLink(Place("tree/link"), "/etc/passwd");
        cli.Do("cp", "-r", Place("tree"), $"{jail}:");
        cli.Do("cp", "-r", $"{jail}:tree", Place("back"));
        cli.Do("cp", "-r", $"{jail}:", Place("all"));
        cli.Do("cp", "-r", $"{jail}:tree/deep", _folder.Path);

        foreach (string copy in new[] { "back", "all/tree" })
        {
            CliResult diff = Processes.Run("diff", ["-r", "--no-dereference", Place("tree"), Place(copy)], [], null, TimeSpan.FromMinutes(1));
            Assert.True(diff.ExitCode == 0, diff.ToString());
        }

        Assert.True(File.Exists(Place("deep/er/file")));
    }

    [Fact]
    public void Cp_OfADirectory_WithoutRecursive_IsRefused()
    {
        string jail = cli.Create();
        cli.Do("exec", jail, "--", "mkdir", "dir");

        Assert.Contains("--recursive", cli.Run("cp", $"{jail}:dir", Place("x")).Err);
        Assert.Contains("--recursive", cli.Run("cp", _folder.Path, $"{jail}:x").Err);
        Assert.False(Directory.Exists(Place("x")));
    }

    [Fact]
    public void Cp_ToALinkOfOurs_IsRefused_AndNothingIsWrittenThroughIt()
    {
        string jail = cli.Create();
        cli.Do("exec", jail, "--", "sh", "-c", "mkdir -p tree/sub; echo evil | tee file >tree/sub/file");
        File.WriteAllText(Place("victim"), "untouched");
        File.CreateSymbolicLink(Place("link"), "victim");
        Directory.CreateDirectory(Place("outside"));
        Directory.CreateDirectory(Place("target/tree"));
        File.CreateSymbolicLink(Place("target/tree/sub"), Place("outside"));
        CliResult file = cli.Run("cp", $"{jail}:file", Place("link"));
        CliResult tree = cli.Run("cp", "-r", $"{jail}:tree", Place("target"));

        Assert.Equal("untouched", File.ReadAllText(Place("victim")));
        Assert.Empty(Directory.GetFileSystemEntries(Place("outside")));
        Assert.Equal(1, file.ExitCode);
        Assert.Contains("it is a link", file.Err);
        Assert.Equal(1, tree.ExitCode);
    }

    [Fact]
    public void Cp_OfALinkInTheJail_IsRefused()
    {
        string jail = cli.Create();
        cli.Do("exec", jail, "--", "ln", "-s", "/etc/passwd", "link");
        CliResult run = cli.Run("cp", $"{jail}:link", Place("x"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("link", run.Err);
        Assert.False(File.Exists(Place("x")));
    }

    [Fact]
    public void Cp_OfWhatIsNotThere_SaysSo()
    {
        string jail = cli.Create();

        Assert.StartsWith("sandboxctl: absent: there is no such file", cli.Run("cp", $"{jail}:absent", "-").Err);
        Assert.StartsWith("sandboxctl: there is no jail j-absent", cli.Run("cp", "j-absent:file", "-").Err);
        Assert.StartsWith("sandboxctl: there is no jail j-absent", cli.RunWith("x"u8.ToArray(), "cp", "-", "j-absent:file").Err);
    }

    private string Place(string name) => Path.Combine(_folder.Path, name);
}
