using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>What cannot be done is refused in words, with the right exit status, and leaves nothing behind.</summary>
public sealed class RefusalTests : IDisposable
{
    private const int Usage = 2;
    private const int Refused = 125;
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    private readonly string _directory = Directory.CreateTempSubdirectory("refusal").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Usage, "unknown option '--bogus'", "--bogus", "--", "echo", "ran")]
    [InlineData(Usage, "Required argument 'COMMAND' missing", "--")]
    [InlineData(Usage, "unexpected 'echo' before '--'", "echo", "--", "ran")]
    [InlineData(Usage, "'-n' could be an option of echo or of sandboxctl: write '--' before echo", "echo", "-n", "ran")]
    [InlineData(Usage, "'-w' could be an option of echo or of sandboxctl: write '--' before echo", "echo", "-w", "/tmp")]
    [InlineData(Usage, "--memory: '-1' is not a size", "--memory", "-1", "--", "echo", "ran")]
    [InlineData(Usage, "--memory: '1Q' is not a size", "--memory", "1Q", "--", "echo", "ran")]
    [InlineData(Usage, "--memory: '' is not a size", "--memory", "", "--", "echo", "ran")]
    [InlineData(Usage, "--pids: 'x' is not a number", "--pids", "x", "--", "echo", "ran")]
    [InlineData(Usage, "--timeout: 'abc' is not a span of time: write 500ms, 10s, 2m, 1h or 3d", "--timeout", "abc", "--", "echo", "ran")]
    [InlineData(Usage, "--timeout: '0' is not a span of time", "--timeout", "0", "--", "echo", "ran")]
    [InlineData(Usage, "--cpus: 'many' is not a number", "--cpus", "many", "--", "echo", "ran")]
    [InlineData(Usage, "--env: 'NAME' is not NAME=VALUE", "--env", "NAME", "--", "echo", "ran")]
    [InlineData(Usage, "--env: '=value' is not NAME=VALUE", "--env", "=value", "--", "echo", "ran")]
    [InlineData(Usage, "--bind: '/a:/b:/c' is not SRC[:DST]", "--bind", "/a:/b:/c", "--", "echo", "ran")]
    [InlineData(Usage, "--bind-ro: '' is not SRC[:DST]", "--bind-ro", "", "--", "echo", "ran")]
    [InlineData(Usage, "--tty does not go with --no-tty or --json", "--tty", "--json", "--", "echo", "ran")]
    [InlineData(Refused, "profile: there is no profile 'absent'; there are build, minimal, node, python, shell, strict", "--profile", "absent", "--", "echo", "ran")]
    [InlineData(Refused, "profile: '../x' is no profile's name", "--profile", "../x", "--", "echo", "ran")]
    [InlineData(Refused, "--profiles: /absent is not a directory", "--profiles", "/absent", "--", "echo", "ran")]
    [InlineData(Refused, "--memory: 0 is out of range: it is 1M or more", "--memory", "0", "--", "echo", "ran")]
    [InlineData(Refused, "--memory: 1T is above the profile's ceiling of 16G", "--memory", "1T", "--", "echo", "ran")]
    [InlineData(Refused, "--pids: 1 is out of range: it is 2 to 4194304", "--pids", "1", "--", "echo", "ran")]
    [InlineData(Refused, "--cpus: 0 is out of range: it is 0.01 to 1024", "--cpus", "0", "--", "echo", "ran")]
    [InlineData(Refused, "--nofile: 15 is out of range: it is 16 to 1048576", "--nofile", "15", "--", "echo", "ran")]
    [InlineData(Refused, "--timeout: 0ms is out of range: it is 10ms to 30d", "--timeout", "0s", "--", "echo", "ran")]
    [InlineData(Refused, "--timeout: 2d is above the profile's ceiling of 1d", "--timeout", "2d", "--", "echo", "ran")]
    [InlineData(Refused, "--bind: 'relative' is relative: write an absolute path", "--bind", "relative", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /absent does not exist", "--bind-ro", "/absent", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /dev/null is neither a file nor a directory", "--bind-ro", "/dev/null:/data", "--", "echo", "ran")]
    [InlineData(Refused, "--bind: the root cannot be bound", "--bind", "/", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: the root cannot be bound", "--bind-ro", "/:/data", "--", "echo", "ran")]
    [InlineData(Refused, "--bind: /usr/x lies in /usr, which the profile takes from the host", "--bind", "/tmp:/usr/x", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /lib/x lies in /lib, which the profile takes from the host", "--bind-ro", "/tmp:/lib/x", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /etc/passwd is there already", "--bind-ro", "/etc/group:/etc/passwd", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /proc/x and /proc lie one in the other", "--bind-ro", "/tmp:/proc/x", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /dev is taken already", "--bind-ro", "/tmp:/dev", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /workspace/x lies in the workspace", "--bind-ro", "/usr:/workspace/x", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /a/b and /a lie one in the other", "--bind-ro", "/etc:/a", "--bind-ro", "/usr:/a/b", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: /a is taken already", "--bind-ro", "/etc:/a", "--bind-ro", "/usr:/a", "--", "echo", "ran")]
    [InlineData(Refused, "--bind-ro: '/a/../b' has an empty part, '.' or '..'", "--bind-ro", "/usr:/a/../b", "--", "echo", "ran")]
    [InlineData(Refused, "--workdir: 'relative' is relative", "--workdir", "relative", "--", "echo", "ran")]
    [InlineData(Refused, "--workdir: /absent is no directory of the jail that its user may enter", "--workdir", "/absent", "--", "echo", "ran")]
    [InlineData(Refused, "--workdir: /etc/passwd is no directory of the jail", "--workdir", "/etc/passwd", "--", "echo", "ran")]
    [InlineData(Refused, "--workdir: /proc/self/fd/3: a command does not start in /proc", "--workdir", "/proc/self/fd/3", "--", "echo", "ran")]
    [InlineData(Refused, "command: no program is named", "--", "")]
    [InlineData(Refused, "command: /proc/self/exe: a program is not started through /proc", "--", "/proc/self/exe")]
    [InlineData(Refused, "--tty: stdin is not a terminal", "--tty", "--", "echo", "ran")]
    [InlineData(NotFound, "no such program in the jail's PATH: absent", "--", "absent")]
    [InlineData(NotFound, "no such program in the jail: /usr/bin/absent", "--", "/usr/bin/absent")]
    [InlineData(NotFound, "no such program in the jail: /etc/passwd/x", "--", "/etc/passwd/x")]
    [InlineData(NotExecutable, "not executable in the jail: /etc/passwd", "--", "/etc/passwd")]
    [InlineData(NotExecutable, "not executable in the jail: /usr", "--", "/usr")]
    public void Run_IsRefused(int status, string message, params string[] optionsAndCommand)
    {
        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options(), .. optionsAndCommand]);

        Refuses(status, message, run);
    }

    [Theory]
    [InlineData(NotFound, "/data/script is there, but not the interpreter that its first line or its ELF header names", "#!/absent/interpreter\n", 0b111_101_101)]
    [InlineData(NotExecutable, "not a program, and its first line names no interpreter: /data/script", "echo ran\n", 0b111_101_101)]
    [InlineData(NotExecutable, "not executable in the jail: /data/script", "#!/bin/sh\necho ran\n", 0b110_100_100)]
    public void Script_ThatCannotRun_SaysWhy(int status, string message, string content, int mode)
    {
        string script = Write("script", content, (UnixFileMode)mode);

        Refuses(status, message, Sandboxctl.RunContained([.. Sandboxctl.Options("--bind-ro", $"{script}:/data/script"), "--", "/data/script"]));
    }

    [Fact]
    public void MoreOpenFilesThanTheHostGives_AreRefused()
    {
        CliResult run = Sandboxctl.Contain("/usr/bin/prlimit", ["--nofile=500:500", Sandboxctl.Executable, .. Sandboxctl.Options("--nofile", "600"), "--", "echo", "ran"]);

        Refuses(Refused, "--nofile: 600 is above the limit of the process that makes the jail: 500", run);
    }

    [Fact]
    public void DeniedVariable_IsRefused()
    {
        Profiles("""{ "summary": "test", "extends": "minimal", "environment": { "deny": ["LD_*"] } }""");

        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--profiles", _directory, "--profile", "mine", "--env", "LD_PRELOAD=/x"), "--", "echo", "ran"]);

        Refuses(Refused, "--env: 'LD_PRELOAD': the profile does not let it be set", run);
    }

    [Fact]
    public void UnknownKey_OfAProfile_IsNamed_WithFileAndLine()
    {
        Profiles("{ \"summary\": \"test\",\n \"extends\": \"minimal\",\n \"limit\": {} }");

        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--profiles", _directory, "--profile", "mine"), "--", "echo", "ran"]);

        Refuses(Refused, "mine.json:3:", run);
    }

    [Fact]
    public void Profile_ThatOthersCanWrite_IsRefused()
    {
        Profiles("""{ "summary": "test", "extends": "minimal" }""");
        File.SetUnixFileMode(Path.Combine(_directory, "mine.json"), (UnixFileMode)0b110_110_110);

        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--profiles", _directory, "--profile", "mine"), "--", "echo", "ran"]);

        Refuses(Refused, "mine.json: it decides what jails may do, and others than its owner can change it", run);
    }

    [Fact]
    public void Run_WithoutEmbedded_AsksTheDaemon() =>
        Refuses(Refused, "the daemon is not running: there is no /absent/api.sock; start it with", Sandboxctl.RunContained("run", "--socket", "/absent/api.sock", "--", "echo", "ran"));

    [Fact]
    public void UnknownCommand_IsRefused() => Refuses(Usage, "Unrecognized command or argument 'bogus'", Sandboxctl.RunContained("bogus"));

    [Fact]
    public void ArgumentThatIsNotUtf8_IsRefused()
    {
        CliResult run = Sandboxctl.Drive("not-utf8.py");

        Assert.Equal((Refused, ""), (run.ExitCode, run.Out));
        Assert.Contains("argument 7 is not valid UTF-8 and cannot be passed on unchanged", run.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Contain_SeesWhatIsLeft() // or the tests above would prove nothing
    {
        CliResult run = Sandboxctl.Contain(
            "/bin/sh", "-c", "setsid sleep 1000 & mount -t tmpfs left /mnt; cd $(awk '$3 == \"cgroup2\" { p = $2 } END { print p }' /proc/self/mounts); mkdir -p agent-sandboxd.embedded/j-left");

        Assert.Contains("process sleep", run.Left!);
        Assert.Contains(run.Left!, left => left.StartsWith("mount ", StringComparison.Ordinal) && left.Contains(" /mnt ", StringComparison.Ordinal));
        Assert.True(run.Left!.Contains("cgroup j-left") || !Requires.Has("cgroup"), string.Join('\n', run.Left!));
    }

    private static void Refuses(int status, string message, CliResult run)
    {
        Assert.Contains(message, run.Err, StringComparison.Ordinal);
        Assert.Equal((status, ""), (run.ExitCode, run.Out));
        Assert.DoesNotContain("   at ", run.Err, StringComparison.Ordinal); // no stack trace
        Assert.Empty(run.Left!);
    }

    private void Profiles(string mine)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "native-profiles"), "*.json"))
        {
            File.Copy(file, Path.Combine(_directory, Path.GetFileName(file)));
        }

        Write("mine.json", mine, (UnixFileMode)0b110_100_100);
    }

    private string Write(string name, string content, UnixFileMode mode)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
