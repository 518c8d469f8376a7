using AgentSandbox.Jails.Policy;
using AgentSandbox.Tests.Kernel.Cli;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>Runs the same script in a jail and outside, there as an unprivileged user with the same environment. Both find the test's files at <c>$DATA</c>.</summary>
internal sealed class Workbench : IDisposable
{
    private const string Nobody = "65534";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);
    private readonly JailFixture _jails;
    private readonly string _directory = Directory.CreateTempSubdirectory("workbench").FullName;

    public Workbench(JailFixture jails)
    {
        _jails = jails;
        Data = Directory.CreateDirectory(Path.Combine(_directory, "data")).FullName;
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
    }

    /// <summary>The directory of the test's files.</summary>
    public string Data { get; }

    /// <summary>Limits and binds beyond the profile's.</summary>
    public Func<JailRequest, JailRequest> Adapt { get; init; } = request => request;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Adds a file to <see cref="Data"/>.</summary>
    public Workbench With(string name, string content)
    {
        File.WriteAllText(Path.Combine(Data, name), content);
        return this;
    }

    /// <summary>Runs <paramref name="script"/> on both sides at once.</summary>
    public (ProgramRun Inside, ProgramRun Outside) RunBoth(string profile, string script)
    {
        Requires.Feature("root");
        Task<ProgramRun> outside = Task.Run(() => RunOutside(profile, script));
        ProgramRun inside = RunInside(profile, script);
        return (inside, outside.Result);
    }

    /// <summary>Runs <paramref name="script"/> on both sides: exit status, stdout and stderr must be equal, and the exit status <paramref name="exitCode"/>.</summary>
    /// <returns>What it wrote to stdout.</returns>
    public string AssertSame(string profile, string script, int exitCode = 0)
    {
        (ProgramRun inside, ProgramRun outside) = RunBoth(profile, script);
        Assert.Equal(outside, inside);
        Assert.True(inside.ExitCode == exitCode, inside.ToString());
        return inside.Out;
    }

    /// <summary>Runs <paramref name="script"/> in a jail.</summary>
    public ProgramRun RunInside(string profile, string script)
    {
        JailRequest request = Adapt(new() { Profile = JailFixture.Shipped.Load(profile), Binds = [new BindRequest(Data, "/data", Writable: false)] });
        return _jails.Run(request, ["/bin/sh", "-c", script], new Dictionary<string, string> { ["DATA"] = "/data" });
    }

    private ProgramRun RunOutside(string profile, string script)
    {
        string home = Directory.CreateDirectory(Path.Combine(_directory, "home")).FullName;
        Assert.Equal(0, Processes.Run("chown", [$"{Nobody}:{Nobody}", home], [], null, s_patience).ExitCode);
        IEnumerable<string> variables = JailFixture.Shipped.Load(profile).Environment.Variables
            .SetItem("HOME", home).SetItem("TMPDIR", home).SetItem("DATA", Data).Select(v => $"{v.Key}={v.Value}");
        string[] arguments = ["-C", home, "-i", .. variables, "setsid", "--wait", "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "/bin/sh", "-c", script];
        CliResult run = Processes.Run("env", arguments, [], null, s_patience);
        return new ProgramRun(run.ExitCode, run.Out, run.Err);
    }
}
