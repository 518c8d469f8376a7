using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>Host paths in a jail: who owns what is written, and what cannot be.</summary>
public sealed class BindTests : IDisposable
{
    private const uint CallerUid = 12345;
    private const uint CallerGid = 23456;

    private readonly string _directory = Directory.CreateTempSubdirectory("bind").FullName;

    public BindTests()
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(_directory, "theirs"), "before\n");
        File.WriteAllText(Path.Combine(_directory, "roots"), "root's\n");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void WritableBind_GivesWhatIsWritten_ToTheCallerOfSudo()
    {
        Own("theirs", CallerUid, CallerGid);
        Own(".", CallerUid, CallerGid);

        CliResult run = Bound("--bind", "echo after >> theirs && mkdir sub && echo new > sub/file && ln -s x link && stat -c '%u:%g' theirs sub sub/file");

        Assert.Equal(("1000:1000\n1000:1000\n1000:1000\n", "", 0), (run.Out, run.Err, run.ExitCode));
        Assert.Equal("before\nafter\n", File.ReadAllText(Path.Combine(_directory, "theirs")));
        Assert.All(["theirs", "sub", "sub/file", "link"], name => Assert.Equal($"{CallerUid}:{CallerGid}", Owner(name)));
    }

    [Fact]
    public void WritableBind_LeavesTheFilesOfOthers_ToThem()
    {
        Own(".", CallerUid, CallerGid);

        CliResult run = Bound("--bind", "cat roots; stat -c '%U' roots; echo changed >> roots; chmod 777 roots");

        Assert.Equal("root's\nnobody\n", run.Out);
        Assert.Equal("root's\n", File.ReadAllText(Path.Combine(_directory, "roots")));
        Assert.Equal("0:0", Owner("roots"));
    }

    [Fact]
    public void WritableBind_OfRoots_WhenNoSudoSaysOtherwise()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--bind", $"{_directory}:/workspace"), "--", "sh", "-c", "echo mine > new && echo more >> roots"]);

        Assert.Equal(("", 0), (run.Err, run.ExitCode));
        Assert.Equal("0:0", Owner("new"));
    }

    [Fact]
    public void ReadOnlyBind_CannotBeWritten_With_EROFS()
    {
        File.SetUnixFileMode(Path.Combine(_directory, "theirs"), (UnixFileMode)0b110_110_110);

        CliResult run = Bound("--bind-ro", "cat theirs; python3 -c \"import errno, os\ntry: os.open('theirs', os.O_WRONLY)\nexcept OSError as e: print(errno.errorcode[e.errno])\"; touch x");

        Assert.Equal("before\nEROFS\n", run.Out);
        Assert.Contains("Read-only file system", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_WithoutTarget_AppearsAtItsOwnPath()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--bind-ro", $"{_directory}:/data/{Path.GetFileName(_directory)}"), "--", "cat", $"/data/{Path.GetFileName(_directory)}/theirs"]);

        Assert.Equal(("before\n", 0), (run.Out, run.ExitCode));
    }

    [Fact]
    public void Bind_OfAFile_ShowsThatFileOnly()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--bind-ro", $"{_directory}/theirs:/data/file"), "--", "sh", "-c", "cat /data/file; ls /data"]);

        Assert.Equal(("before\nfile\n", 0), (run.Out, run.ExitCode));
    }

    private CliResult Bound(string option, string script) => Sandboxctl.RunWith(
            [], new Dictionary<string, string> { ["SUDO_UID"] = $"{CallerUid}", ["SUDO_GID"] = $"{CallerGid}" },
        [.. Sandboxctl.Options(option, $"{_directory}:/workspace"), "--", "sh", "-c", script]);

    private void Own(string name, uint uid, uint gid) => Host("chown", "-h", $"{uid}:{gid}", Path.Combine(_directory, name));

    private string Owner(string name) => Host("stat", "-c", "%u:%g", Path.Combine(_directory, name)).TrimEnd('\n');

    private static string Host(string program, params string[] arguments)
    {
        CliResult run = Processes.Run(program, arguments, [], null, TimeSpan.FromMinutes(1));
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Out;
    }
}
