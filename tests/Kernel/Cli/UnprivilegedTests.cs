using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>Without root: what needs it says so, what does not works.</summary>
public sealed class UnprivilegedTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("unprivileged").FullName;

    /// <summary>A copy where everybody may look: the repository may lie in a home.</summary>
    public UnprivilegedTests()
    {
        Requires.Feature("root");
        CliResult copy = Processes.Run("cp", ["-r", Path.GetDirectoryName(Sandboxctl.Executable)!, Path.Combine(_directory, "ctl")], [], null, TimeSpan.FromMinutes(1));
        Assert.Equal(0, copy.ExitCode);
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Run_SaysThatItNeedsRoot()
    {
        CliResult run = AsNobody(Sandboxctl.Jailed("echo", "ran"));

        Assert.Equal((125, "", "sandboxctl: --embedded: making jails needs root: run it with sudo, or ask the daemon\n"), (run.ExitCode, run.Out, run.Err));
    }

    [Fact]
    public void Plan_Works()
    {
        CliResult run = AsNobody("plan", "--", "true");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("execve(\"/usr/bin/true\", [\"true\"]", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void ProfileList_Works()
    {
        CliResult run = AsNobody("profile", "list");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["build", "minimal", "node", "python", "shell", "strict"], run.Out.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void ProfileShow_Works()
    {
        CliResult run = AsNobody("profile", "show", "python");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("time 5m", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_Works_AndSaysThatPrivilegeIsMissing()
    {
        CliResult run = AsNobody("doctor");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("(?m)^privilege +missing +required", run.Out);
    }

    private CliResult AsNobody(params string[] arguments) => Processes.Run(
        "setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", Path.Combine(_directory, "ctl/sandboxctl"), .. arguments],
        [],
        new Dictionary<string, string> { ["HOME"] = "/nonexistent", ["DOTNET_EnableDiagnostics"] = "0" },
        TimeSpan.FromMinutes(2));
}
