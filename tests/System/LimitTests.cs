using System.Diagnostics;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>Limits, hit.</summary>
public sealed class LimitTests
{
    private const long MiB = 1024 * 1024;

    private static readonly bool s_isEmulated = Environment.GetEnvironmentVariable("RIG_ENGINE") == "qemu";

    // A second of a real CPU; an emulated one is about 15 times as slow.
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(s_isEmulated ? 20 : 1);

    // A twentieth; an emulated clock tells CPU time less exactly.
    private static readonly double s_cpuTolerance = s_isEmulated ? 0.2 : 0.05;

    [Fact]
    public void Memory_ThatIsUsedUp_EndsTheCommandAndNotTheJail()
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("memory"), "needs cgroup v2 controller 'memory'");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(64 * MiB) });
        Command bystander = jail.Start("/bin/sleep", "1000");

        CommandResult hog = jail.StartPython("a = bytearray(256 << 20); print(len(a))").Wait();

        CommandEnd.OomKilled end = Assert.IsType<CommandEnd.OomKilled>(hog.End);
        Assert.Equal(64 * MiB, end.LimitBytes);
        Assert.InRange(end.PeakBytes ?? 0, 32 * MiB, 68 * MiB); // the kernel charges in batches: the peak can be a little above the limit
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
        bystander.Kill(new CommandEnd.Killed("the test"));
        Assert.Equal(new CommandEnd.Killed("the test"), bystander.Wait().End); // it lived until then
    }

    [Theory]
    [InlineData("open('/dev/shm/x', 'wb').write(bytes(48 << 20)); open('/tmp/x', 'wb').write(bytes(48 << 20))")]
    [InlineData("import os\nfor i in range(64):\n r, w = os.pipe()\n import fcntl\n fcntl.fcntl(w, 1031, 1 << 20)\n os.write(w, bytes(1 << 20))\na = bytearray(40 << 20)")]
    public void Memory_OfTmpfsAndPipes_IsCharged(string program)
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("memory"), "needs cgroup v2 controller 'memory'");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(64 * MiB) });

        Assert.IsType<CommandEnd.OomKilled>(jail.StartPython(program).Wait().End);
    }

    [Fact]
    public void Memory_ThatIsFull_WhenACommandStarts_DoesNotTakeTheDaemonWithIt()
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("memory"), "needs cgroup v2 controller 'memory'");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(16 * MiB) });
        jail.StartPython("f = open('/dev/shm/x', 'wb')\nwhile True: f.write(bytes(1 << 16))").Wait();

        // Each start is short of memory: until its execve the child shares this process's, and a kernel that took it for the child's own would kill both.
        for (int i = 0; i < 20; i++)
        {
            try
            {
                jail.Run("/usr/bin/python3", "-c", "a = bytearray(8 << 20)");
            }
            catch (SyscallException scarce)
            {
                Assert.True(scarce.Errno is Errno.ENOMEM or Errno.EINTR or Errno.E2BIG, scarce.Message);
            }
        }
    }

    [Fact]
    public void Swap_IsHeldToItsLimit()
    {
        LimitedJail.Require("memory");
        using SwapFile swap = new(256 * MiB);
        const string Hog = "a = bytearray(b'x') * (96 << 20)";
        using LimitedJail without = new(r => r with { Memory = new ByteSize(64 * MiB), Swap = new ByteSize(0) });
        using LimitedJail little = new(r => r with { Memory = new ByteSize(64 * MiB), Swap = new ByteSize(8 * MiB) });
        using LimitedJail enough = new(r => r with { Memory = new ByteSize(64 * MiB), Swap = new ByteSize(128 * MiB) });

        Assert.IsType<CommandEnd.OomKilled>(without.StartPython(Hog).Wait().End);
        Assert.IsType<CommandEnd.OomKilled>(little.StartPython(Hog).Wait().End);
        Assert.Equal(new CommandEnd.Exited(0), enough.StartPython(Hog).Wait().End);
    }

    [Fact]
    public void Neighbour_AtAllItsLimits_DoesNotSlowDownOthers()
    {
        LimitedJail.Require("cpu", "memory", "pids");
        Assert.SkipWhen(s_isEmulated, "needs CPUs that are not emulated: it compares times");
        using LimitedJail quiet = new(r => r);
        using LimitedJail noisy = new(r => r with { Cpus = 0.2m, Memory = new ByteSize(48 * MiB), Pids = 40, Timeout = TimeSpan.FromMinutes(5) });
        quiet.Run("/bin/true");
        TimeSpan alone = MedianOfTrue(quiet);
        const string Noise = "import os\nfor i in range(30):\n try:\n  if os.fork() == 0: break\n except OSError: pass\na = []\nwhile True:\n a.append(bytearray(1 << 16))\n if len(a) > 8: a = []\n try: os.waitpid(os.fork() or os._exit(0), 0)\n except OSError: pass";
        Command noise = noisy.StartPython(Noise);
        Stopwatch clock = Stopwatch.StartNew();
        while (noisy.Jail.Cgroup!.ReadKey("cpu.stat", "nr_throttled") is null or < 5)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "the neighbour did not reach its quota");
        }

        TimeSpan beside = MedianOfTrue(quiet);
        noise.Kill(new CommandEnd.Killed("the test"));
        noise.Wait();

        string figures = $"{alone.TotalMilliseconds} ms alone, {beside.TotalMilliseconds} ms beside a noisy neighbour";
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
        Assert.True(beside < 1.5 * alone, figures);
    }

    [Fact]
    public void ForkBomb_StopsAtTheLimit_AndDiesWithinASecond()
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("pids"), "needs cgroup v2 controller 'pids'");
        using LimitedJail jail = new(r => r with { Pids = 50 });
        Command bomb = jail.StartPython("import os, time\nwhile True:\n try:\n  os.fork()\n except OSError:\n  time.sleep(0.01)");
        Stopwatch clock = Stopwatch.StartNew();
        while (jail.Jail.Cgroup!.ReadKey("pids.events", "max") is null or 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "the bomb did not reach the limit");
        }

        Assert.InRange(long.Parse(jail.Jail.Cgroup.Read("pids.current")!, System.Globalization.CultureInfo.InvariantCulture), 40, 50);
        clock.Restart();
        bomb.Kill(new CommandEnd.Killed("the test"));
        bomb.Wait();

        Assert.True(clock.Elapsed < s_second, $"it took {clock.Elapsed}");
        Assert.Equal("1", jail.Jail.Cgroup.Read("pids.current")); // PID 1
    }

    [Fact]
    public void Cpu_IsHeldToItsQuota()
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("cpu"), "needs cgroup v2 controller 'cpu'");
        using LimitedJail jail = new(r => r with { Cpus = 0.25m, Timeout = TimeSpan.FromSeconds(4) });

        CommandResult burner = jail.StartPython("import os\nos.fork()\nwhile True: pass").Wait();

        Assert.Equal(new CommandEnd.TimedOut("wall", TimeSpan.FromSeconds(4)), burner.End);
        double share = (burner.Usage.UserTime + burner.Usage.SystemTime) / burner.Usage.Wall;
        Assert.InRange(share, 0.25 * (1 - s_cpuTolerance), 0.25 * (1 + s_cpuTolerance));
    }

    [Fact]
    public void Timeout_ReachesEveryDescendant_AndSparesTheJail()
    {
        Requires.Feature("root");
        using LimitedJail jail = new(r => r with { Timeout = TimeSpan.FromSeconds(1) });
        const string Escape = "import os, signal, time\nfor s in range(1, 65):\n try: signal.signal(s, signal.SIG_IGN)\n except (OSError, ValueError): pass\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0:\n  while True: time.sleep(1)\nos.kill(os.getpid(), signal.SIGSTOP)";

        CommandEnd end = jail.StartPython(Escape).Wait().End;

        Assert.Equal(new CommandEnd.TimedOut("wall", TimeSpan.FromSeconds(1)), end);
        Assert.Equal("1", jail.Jail.Cgroup!.Read("pids.current"));
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
    }

    [Fact]
    public void Usage_IsThatOfAllThatTheCommandStarted()
    {
        Requires.Feature("root");
        Assert.SkipUnless(Requires.Controller("memory"), "needs cgroup v2 controller 'memory'");
        using LimitedJail jail = new(r => r);

        CommandUsage usage = jail.StartPython("import os\nif os.fork() == 0:\n a = bytearray(32 << 20)\n for i in range(3000000): pass\nelse: os.wait()").Wait().Usage;

        Assert.InRange(usage.PeakMemoryBytes ?? 0, 32 * MiB, 128 * MiB);
        Assert.True(usage.UserTime > TimeSpan.FromMilliseconds(20), $"{usage.UserTime}");
    }

    private static TimeSpan MedianOfTrue(LimitedJail jail)
    {
        const int Runs = 61;
        return Enumerable.Range(0, Runs).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
            return Stopwatch.GetElapsedTime(start);
        }).Order().ElementAt(Runs / 2);
    }
}
