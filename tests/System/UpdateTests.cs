using System.Diagnostics;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>Limits that are changed while the jail lives bite, and are what the kernel has.</summary>
public sealed class UpdateTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Memory_ThatIsLowered_EndsWhatIsAboveIt()
    {
        LimitedJail.Require("memory");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(256 * MiB) });
        Command holder = jail.StartPython("import os, time\na = bytearray(b'x') * (128 << 20)\nos.open('/tmp/ready', os.O_CREAT)\ntime.sleep(1000)");
        jail.WaitFor("/tmp/ready");

        jail.Jail.Update(jail.Jail.Spec.Limits with { Memory = new ByteSize(64 * MiB) });

        Assert.Equal(64 * MiB, Assert.IsType<CommandEnd.OomKilled>(holder.Wait().End).LimitBytes);
        Assert.Equal($"{64 * MiB}", jail.Jail.Proof.Cgroup["memory.max"]);
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
    }

    [Fact]
    public void Memory_ThatIsLoweredBelowAll_LeavesTheJailAndUs()
    {
        LimitedJail.Require("memory");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(256 * MiB) });
        Command[] holders = [.. Enumerable.Range(0, 3).Select(i => jail.StartPython($"import os, time\na = bytearray(b'x') * (32 << 20)\nos.open('/tmp/{i}', os.O_CREAT)\ntime.sleep(1000)"))];
        Array.ForEach([.. Enumerable.Range(0, 3)], i => jail.WaitFor($"/tmp/{i}"));
        using Cgroup init = Cgroup.Open(jail.Jail.Cgroup!.Handle, "init")!;

        jail.Jail.Update(jail.Jail.Spec.Limits with { Memory = new ByteSize(MiB) });

        Assert.All(holders, holder => Assert.IsType<CommandEnd.OomKilled>(holder.Wait().End));
        Assert.Equal("-1000\n", File.ReadAllText($"/proc/{init.Read("cgroup.procs")}/oom_score_adj"));
        Assert.Equal("0\n", File.ReadAllText("/proc/self/oom_score_adj"));
        jail.Jail.Update(jail.Jail.Spec.Limits with { Memory = new ByteSize(64 * MiB) });
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
    }

    [Fact]
    public void Pids_ThatAreRaised_CanBeUsed()
    {
        LimitedJail.Require("pids");
        using LimitedJail jail = new(r => r with { Pids = 4 });
        const string Forks = "import os, time\nfor i in range(6):\n if os.fork() == 0: time.sleep(1000)";
        Assert.Equal(new CommandEnd.Exited(1), jail.StartPython(Forks).Wait().End);

        jail.Jail.Update(jail.Jail.Spec.Limits with { Pids = 20 });

        Assert.Equal(new CommandEnd.Exited(0), jail.StartPython(Forks).Wait().End);
        Assert.Equal("20", jail.Jail.Proof.Cgroup["pids.max"]);
    }

    [Fact]
    public void Value_ThatTheKernelRefuses_LeavesTheOldLimits()
    {
        LimitedJail.Require("cpu", "memory", "pids");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(128 * MiB), Pids = 10 });
        JailLimits before = jail.Jail.Spec.Limits;

        SyscallException error = Assert.Throws<SyscallException>(() =>
            jail.Jail.Update(before with { Memory = new ByteSize(256 * MiB), Pids = 50, CpuWeight = 10_001 }));

        Assert.Contains("10001 > cpu.weight", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{128 * MiB}", jail.Jail.Cgroup!.Read("memory.max"));
        Assert.Equal("10", jail.Jail.Cgroup.Read("pids.max"));
        Assert.Equal(before, jail.Jail.Spec.Limits);
    }

    [Fact]
    public void MemoryHigh_SlowsDown_AndDoesNotKill()
    {
        LimitedJail.Require("memory");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(256 * MiB), MemoryHigh = new ByteSize(32 * MiB), Timeout = TimeSpan.FromSeconds(3) });

        CommandEnd end = jail.StartPython("a = []\nwhile len(a) < 96: a.append(bytearray(b'x') * (1 << 20))").Wait().End;

        Assert.True(end is CommandEnd.TimedOut or CommandEnd.Exited { Code: 0 }, $"{end}");
        Assert.True(jail.Jail.Cgroup!.ReadKey("memory.events", "high") > 0);
        Assert.Equal(0, jail.Jail.Cgroup.ReadKey("memory.events", "oom_kill"));
    }

    [Fact]
    public async Task CpuWeight_DividesTheCpu()
    {
        LimitedJail.Require("cpu");
        Assert.SkipUnless(Environment.ProcessorCount == 1, "needs a machine with one CPU, for which two jails compete");
        using LimitedJail light = new(r => r with { Timeout = TimeSpan.FromSeconds(3) });
        using LimitedJail heavy = new(r => r with { Timeout = TimeSpan.FromSeconds(3) });
        heavy.Jail.Update(heavy.Jail.Spec.Limits with { CpuWeight = 400 });
        Command less = light.StartPython("while True: pass");
        Command more = heavy.StartPython("while True: pass");
        Task<CommandResult> other = Task.Run(less.Wait, TestContext.Current.CancellationToken);

        double share = more.Wait().Usage.UserTime / (await other).Usage.UserTime;

        Assert.InRange(share, 2.5, 6);
    }

    [Fact]
    public void Io_IsHeldToItsLimit_OnTheDiskOfTheWorkspace()
    {
        LimitedJail.Require("io");
        string disk = $"/var/tmp/io-{Guid.NewGuid():N}"; // /tmp may be no disk
        Directory.CreateDirectory(disk);
        try
        {
            using LimitedJail jail = new(r => r with { Binds = [new(disk, "/workspace", Writable: true)], IoWriteBytes = new ByteSize(4 * MiB) });
            // It writes past the page cache, and tells how long 32 MiB took: the start of the program is not the disk's time.
            const string Write = "a=$(date +%s%N); dd if=/dev/zero of=/workspace/x bs=256k count=128 oflag=direct status=none && b=$(date +%s%N) && echo $((b - a)) > /workspace/took";

            CommandResult result = jail.Start("/bin/sh", "-c", Write).Wait();

            Assert.Equal(new CommandEnd.Exited(0), result.End);
            Assert.InRange(double.Parse(File.ReadAllText($"{disk}/took"), System.Globalization.CultureInfo.InvariantCulture) / 1e9, 7.2, 8.8); // 32 MiB at 4 MiB/s, within 10 %
            Assert.InRange(result.Usage.Resources!.Io!.WrittenBytes, 32 * MiB, 34 * MiB);
            Assert.Contains(jail.Jail.Proof.Cgroup, entry => entry.Key.StartsWith("io.max ", StringComparison.Ordinal) && entry.Value == $"rbps=max wbps={4 * MiB} riops=max wiops=max");
        }
        finally
        {
            Directory.Delete(disk, recursive: true);
        }
    }
}
