using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;
using Xunit;
using static AgentSandbox.Kernel.Child.Arg;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>The program that waits for lists of steps, without a jail around it.</summary>
public sealed class WaitingChildTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);
    private readonly SafeFileHandle _ours;
    private readonly ChildProcess _process;
    private readonly WaitingChild _child;

    public WaitingChildTests()
    {
        (_ours, SafeFileHandle theirs) = UnixSocket.CreatePair(Libc.SOCK_SEQPACKET);
        using SafeFileHandle program = ReadyProgram.Open();
        using (theirs)
        {
            UnixSocket.SetReceiveTimeout(_ours, s_long);
            FdTable fds = new() { ["channel"] = theirs, ["ready"] = program };
            using LaunchedChild born = Launcher.Start(s_birth, fds, s_long);
            _process = born.WaitForExec(s_long);
        }

        _child = new WaitingChild(_process, _ours);
    }

    private static readonly ChildProgram s_birth = new()
    {
        Name = "test",
        CloneFlags = (NumberArg)Const(Libc.CLONE_VFORK),
        Cgroup = null,
        Before = [],
        Steps =
        [
            new("", Syscall.dup3, Fd("channel"), 0, 0),
            new("", Syscall.dup3, Fd("ready"), 1, Const(Libc.O_CLOEXEC)),
            new("", Syscall.close_range, 2, Named(uint.MaxValue, "~0U"), 0),
            new("", Syscall.dup3, 0, ReadyProgram.Channel, 0),
            new("", Syscall.close, 0),
            new("", Syscall.execveat, 1, "", Strings(["waits"]), Strings([]), Const(Libc.AT_EMPTY_PATH)),
        ],
        After = [],
    };

    private static readonly StepList s_shell = new("words", [new("the program", Syscall.execve, "/bin/sh", Strings(["sh", "-c", "read line; test \"$line\" = given; exit $?"]), Strings([]))]);

    public void Dispose() => _child.Dispose();

    [Fact]
    public void Child_HasOneFd_AndLittleMemory()
    {
        Assert.Equal(["/proc/" + _process.Pid + "/fd/3"], Directory.GetFileSystemEntries($"/proc/{_process.Pid}/fd"));
        long kilobytes = long.Parse(File.ReadLines($"/proc/{_process.Pid}/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(kilobytes, 0, 64);
    }

    [Fact]
    public void Walk_DoesTheSteps_AndWaitsAgain()
    {
        _child.Walk(new StepList("first", [new("", Syscall.umask, Mode(7)), new("", Syscall.chdir, "/proc")]));
        _child.Walk(new StepList("second", [new("", Syscall.chdir, "self")]));

        Assert.Equal($"/proc/{_process.Pid}", new FileInfo($"/proc/{_process.Pid}/cwd").LinkTarget);
        Assert.Contains("Umask:\t0007", File.ReadAllText($"/proc/{_process.Pid}/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Walk_PassesResultsOn_AndToleratesWhatItMay()
    {
        _child.Walk(new StepList(
            "list",
            [
                new("", Syscall.eventfd2, 0, 0) { Result = "event" },
                new("", Syscall.close, Result("event")),
                new("", Syscall.close, Result("event")) { Tolerates = Errno.EBADF },
            ]));
    }

    [Fact]
    public void Walk_WhenAStepFails_NamesIt()
    {
        SyscallException failed = Assert.Throws<SyscallException>(() => _child.Walk(new StepList("list", [new("first", Syscall.getpid), new("the one that fails", Syscall.chdir, "/no/such")])));

        Assert.Equal("chdir(\"/no/such\"): ENOENT (list, child step 2 of 2: the one that fails)", failed.Message);
    }

    [Fact]
    public void Execute_GivesTheFilesInTheirOrder()
    {
        (SafeFileHandle read, SafeFileHandle write) = Files.CreatePipe();
        using (read)
        using (write)
        {
            _child.Walk(new StepList("list", [new("", Syscall.close_range, ReadyProgram.Channel, ReadyProgram.Channel, Const((ulong)Libc.CLOSE_RANGE_CLOEXEC, "CLOEXEC"))]));
            using ChildProcess process = _child.Execute(s_shell, [read, write, write])!;
            Files.WriteAll(write, "given\n"u8);
            Assert.Equal(0, process.Reap().Status);
        }
    }

    [Fact]
    public void Execute_OfOneThatWasKilled_DoesNothing()
    {
        _process.Kill();
        Assert.True(_process.WaitForEnd(s_long));

        Assert.Null(_child.Execute(s_shell, []));
    }

    [Fact]
    public async Task Execute_OfOneThatIsKilledWithTheWordsUnread_DoesNothing()
    {
        _process.Signal(Libc.SIGSTOP);
        string status = $"/proc/{_process.Pid}/status";
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(status).Contains("State:\tT", StringComparison.Ordinal), s_long));
        Task<ChildProcess?> executing = Task.Run(() => _child.Execute(s_shell, []), TestContext.Current.CancellationToken);

        // In whichever order the two come: one that is stopped does not read.
        _process.Kill();

        Assert.Null(await executing);
    }

    [Fact]
    public void Execute_WhenTheChildHasNoRoomForTheFiles_DoesNothing()
    {
        Arg limit = Struct(new StructField("rlim_cur", 8, 2), new StructField("rlim_max", 8, 2));
        _child.Walk(new StepList("list", [new("", Syscall.prlimit64, 0, Const(Libc.RLIMIT_NOFILE), limit, NULL)]));
        using SafeFileHandle nothing = Files.Open("/dev/null", Libc.O_RDWR);

        Assert.Null(_child.Execute(s_shell, [nothing, nothing, nothing]));
    }

    [Fact]
    public void Execute_OfAListThatIsTooLarge_DoesNothing()
    {
        Assert.Null(_child.Execute(new StepList("words", [new("", Syscall.execve, "/bin/sh", Strings([new string('x', ReadyProgram.MaxList)]), Strings([]))]), []));
    }

    [Fact]
    public void Child_WhoseSocketIsClosed_EndsByItself()
    {
        _ours.Dispose();

        Assert.True(_process.WaitForEnd(s_long));
    }
}
