using System.Globalization;
using System.Text;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>Commands that were started before they were asked for.</summary>
[Collection(Alone.Name)]
public sealed class ReadyCommandsTests : IDisposable
{
    private const int Most = 2;
    private const int Deaths = 200;
    private const string ShowAll = "echo \"$0 $*\"; env | sort; pwd; umask; ulimit -a; ls /proc/self/fd; grep -v -e Pid -e NS -e Tgid -e ^Vm -e Rss -e HugetlbPages -e ctxt -e Cpus /proc/self/status; cat; exit 7";

    private readonly JailRequest _request = TestEngine.Request("python");
    private readonly TestEngine _engine;
    private int _births;

    public ReadyCommandsTests()
    {
        Requires.Feature("root");
        Assert.SkipUnless(HostFeatures.Current.Landlock.Abi >= 6, "needs Landlock ABI 6: scopes of signals");
        Assert.SkipUnless(HostFeatures.Current.Cgroup is { Writable: Presence.Present, Freeze: Presence.Present }, "needs cgroup v2");
        _engine = new TestEngine(Count, new Reserve(Sites: 0, Jails: 0, Commands: Most));
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Start_WhenOneWaits_BearsNone_AndHasTheNextOneMade()
    {
        using Jail jail = CreateWithOneWaiting();

        for (int i = 0; i < 3; i++)
        {
            int waiting = Assert.Single(Waiting());
            Command command = jail.Start(new CommandSpec { Argv = ["/bin/sh", "-c", "exit 3"] }, TestEngine.Nowhere);
            Assert.Equal(waiting, command.Pid);
            Assert.Equal(new CommandEnd.Exited(3), command.Wait().End);
            _engine.Settle();
        }

        Assert.Equal(1, _births);
        Assert.Equal(4, jail.ReadUsage().Commands);
    }

    [Fact]
    public void Start_WhenOneWaits_ProvesWhatAColdOneProves()
    {
        using Jail jail = _engine.Create(_request);
        CommandSpec spec = new() { Argv = ["/usr/bin/true"] };
        Command cold = jail.Start(spec, TestEngine.Nowhere);
        cold.Wait();
        _engine.Settle();

        Command ready = jail.Start(spec, TestEngine.Nowhere);
        ready.Wait();

        Assert.Equal(1, _births);
        Assert.Equal(cold.Proof, ready.Proof);
        Assert.Equal(cold.ProgramHash, ready.ProgramHash);
    }

    [Fact]
    public void Start_WhenOneWaits_GivesTheProgramWhatAColdOneGets()
    {
        using Jail jail = _engine.Create(_request);
        CommandSpec spec = new()
        {
            Argv = ["sh", "-c", ShowAll, "name", "an \"argument\"", "", "ä\n"],
            Environment = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("ASKED", "for\tit"),
            WorkingDirectory = "/tmp",
        };

        string cold = Output(jail, spec, "some input");
        _engine.Settle();
        string ready = Output(jail, spec, "some input");

        Assert.Equal(1, _births);
        Assert.Contains("ASKED=for\tit", cold, StringComparison.Ordinal);
        Assert.Contains("some input", cold, StringComparison.Ordinal);
        Assert.Equal(cold, ready);
    }

    [Theory]
    [InlineData("execve", Errno.ENOENT, "no-such-program", null)]
    [InlineData("execve", Errno.EACCES, "/etc/passwd", null)]
    [InlineData("chdir", Errno.ENOENT, "true", "/no/such")]
    [InlineData("chdir", Errno.ENOTDIR, "true", "/etc/passwd")]
    public void Start_WhenAStepFails_NamesIt_AndTheNextStartWorks(string call, Errno errno, string program, string? directory)
    {
        using Jail jail = CreateWithOneWaiting();

        SyscallException refused = Assert.Throws<SyscallException>(() => jail.Start(new CommandSpec { Argv = [program], WorkingDirectory = directory }, TestEngine.Nowhere));

        Assert.Equal((call, errno), (refused.Syscall, refused.Errno));
        Assert.NotNull(StartFailureException.Explain(refused, program, jail.Root));
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
    }

    [Fact]
    public void Start_WhenTheOneThatWaitedWasKilled_StartsAnother()
    {
        using Jail jail = CreateWithOneWaiting();
        for (int i = 0; i < Deaths; i++)
        {
            Kill(Assert.Single(Waiting()));

            // Whether its death was noticed by now or not.
            Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
            _engine.Settle();
        }

        Assert.Equal(1 + Deaths, _births);
    }

    [Fact]
    public void Start_WhenTheCommandIsTooLarge_BearsOne()
    {
        using Jail jail = CreateWithOneWaiting();

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "test ${#1} = 100000", "sh", new string('x', 100_000)));

        Assert.Equal(2, _births);
    }

    [Fact]
    public void Start_WhenFdsAreFew_WorksAsACold()
    {
        using Jail jail = CreateWithOneWaiting(_request with { OpenFiles = 16 });

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "test $(ulimit -n) = 16"));

        Assert.Equal(1, _births);
    }

    [Fact]
    public void Start_WithATerminal_BearsOne()
    {
        using Jail jail = CreateWithOneWaiting();
        int before = _births;

        Assert.Throws<SyscallException>(() => jail.Start(new CommandSpec { Argv = ["true"], Terminal = true }, TestEngine.Nowhere)); // /dev/null is none

        Assert.Equal(before + 1, _births);
        Assert.Single(Waiting());
    }

    [Fact]
    public void Start_OfTheLastCommand_HasNoneMade()
    {
        using Jail jail = _engine.Create(_request);

        jail.Start(new CommandSpec { Argv = ["/usr/bin/true"], IsLast = true }, TestEngine.Nowhere).Wait();

        _engine.Settle();
        Assert.Empty(Waiting());
    }

    [Fact]
    public void Waiting_AreAtMostAsManyAsAllowed_InTheJailsThatRanLast()
    {
        Jail[] jails = [.. Enumerable.Range(0, Most + 2).Select(_ => CreateWithOneWaiting())];
        try
        {
            Assert.Equal(Most, Waiting().Length);
            int before = _births;
            TestEngine.Run(jails[^1], "/usr/bin/true");
            Assert.Equal(before, _births);
            TestEngine.Run(jails[0], "/usr/bin/true");
            Assert.Equal(before + 1, _births);
        }
        finally
        {
            Array.ForEach(jails, jail => jail.Dispose());
        }
    }

    [Fact]
    public void Update_EndsTheOneThatWaits_AndTheNextHasTheNewLimits()
    {
        using Jail jail = CreateWithOneWaiting();

        jail.Update(jail.Spec.Limits with { OpenFiles = 99 });

        Assert.Empty(Waiting());
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "test $(ulimit -n) = 99"));
            _engine.Settle();
        }

        Assert.Equal(2, _births);
    }

    [Fact]
    public void Pause_LeavesTheOneThatWaits()
    {
        using Jail jail = CreateWithOneWaiting();

        jail.Pause();
        jail.Resume();

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
        Assert.Equal(1, _births);
    }

    [Fact]
    public void Sweep_LeavesTheOneThatWaits()
    {
        using Jail jail = CreateWithOneWaiting();

        jail.Sweep(TimeSpan.FromSeconds(3));

        Assert.Single(Waiting());
    }

    [Fact]
    public void Jail_WithOneWaiting_LeavesNothingBehind()
    {
        CreateWithOneWaiting().Dispose();
        _engine.Settle();
        Census before = Census.Take();

        CreateWithOneWaiting().Dispose();
        using (Jail killed = CreateWithOneWaiting())
        {
            killed.Kill();
            Assert.True(killed.WaitForEnd(TimeSpan.FromSeconds(5)));
        }

        _engine.Settle();
        Assert.Empty(Waiting());
        before.AssertUnchanged();
    }

    [Fact]
    public void Jail_WhosePid1WasKilled_EndsAlthoughOneWaited()
    {
        using Jail jail = CreateWithOneWaiting();

        Kill(jail.InitPid);

        Assert.True(jail.WaitForEnd(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Command_FindsSignalsAndReads_NothingOfTheOneThatWaits()
    {
        using Jail jail = CreateWithOneWaiting();

        string own = Look(jail, () => "child");
        string found = Look(jail, () => PidInside(Assert.Single(Waiting())));

        Assert.Equal("signal ok, kill ok, pidfd ok, mem ok, environ ok, fds ok, listed True", own); // the attempts can succeed
        Assert.Equal("signal EPERM, kill EPERM, pidfd ok, mem ENOENT, environ ENOENT, fds ENOENT, listed False", found);
    }

    private Jail CreateWithOneWaiting(JailRequest? request = null)
    {
        Jail jail = _engine.Create(request ?? _request);
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
        _engine.Settle();
        return jail;
    }

    private ChildProgram Count(ChildProgram program)
    {
        if (program.Name == "command")
        {
            Interlocked.Increment(ref _births);
        }

        return program;
    }

    // What a command tells that looks at the process whose pid it is given when it runs.
    private string Look(Jail jail, Func<string> at)
    {
        string script = File.ReadAllText(Path.Combine(Repository.Root, "tests/Kernel/Engine/look_at.py"));
        CommandChannels channels = CommandChannels.OpenPipes();
        Command command;
        using (channels)
        {
            command = jail.Start(new CommandSpec { Argv = ["python3", "-c", script] }, channels.Stdio);
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle output = channels.Output, error = channels.Error!, input = channels.Input;
        using StreamReader lines = new(new FileStream(output, FileAccess.Read, 1));
        Assert.Equal("ready", lines.ReadLine());
        _engine.Settle();
        Files.WriteAll(input, Encoding.UTF8.GetBytes($"{at()}\n"));
        string said = lines.ReadLine() ?? Encoding.UTF8.GetString(Files.ReadAll(error));
        Assert.Equal(new CommandEnd.Exited(0), command.Wait().End);
        return said;
    }

    private static string PidInside(int pid) => File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("NSpid", StringComparison.Ordinal)).Split('\t')[^1];

    private static void Kill(int pid)
    {
        using ChildProcess process = ChildProcess.Adopt(pid, Pidfd.Open(pid)!);
        process.Kill();
    }

    private static string Output(Jail jail, CommandSpec spec, string input)
    {
        CommandChannels channels = CommandChannels.OpenPipes();
        Command command;
        using (channels)
        {
            command = jail.Start(spec, channels.Stdio);
        }

        Files.WriteAll(channels.Input, Encoding.UTF8.GetBytes(input));
        channels.Input.Dispose();
        string output = Encoding.UTF8.GetString(Files.ReadAll(channels.Output)) + Encoding.UTF8.GetString(Files.ReadAll(channels.Error!));
        command.Wait();
        channels.Output.Dispose();
        channels.Error!.Dispose();
        return output;
    }

    // Our children whose program is that of a command that waits.
    private static int[] Waiting() =>
    [
        .. Directory.GetDirectories("/proc/self/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
            .Where(pid => new FileInfo($"/proc/{pid}/exe").LinkTarget?.Contains("jail-ready", StringComparison.Ordinal) == true),
    ];
}
