using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>What jails and commands are said to use is what they use.</summary>
public sealed class StatisticsTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Memory_IsToldByKind()
    {
        LimitedJail.Require("memory", "pids");
        using LimitedJail jail = new(r => r);
        Command holder = jail.StartPython("import os, time\nopen('/dev/shm/x', 'wb').write(bytes(16 << 20))\na = bytearray(b'x') * (32 << 20)\nos.open('/tmp/ready', os.O_CREAT)\ntime.sleep(1000)");
        jail.WaitFor("/tmp/ready");

        CgroupUsage command = holder.ReadUsage()!.Resources!;
        CgroupUsage whole = jail.Jail.ReadUsage().Resources!;
        holder.Kill(new CommandEnd.Killed("the test"));
        holder.Wait();

        Assert.InRange(command.Memory!.AnonymousBytes, 32 * MiB, 48 * MiB);
        Assert.InRange(command.Memory.SharedBytes, 16 * MiB, 17 * MiB);
        Assert.InRange(command.Memory.CurrentBytes, command.Memory.AnonymousBytes + command.Memory.SharedBytes, 80 * MiB);
        Assert.True(command.Memory.PeakBytes >= command.Memory.CurrentBytes);
        Assert.True(command.Memory.KernelBytes > 0);
        Assert.True(whole.Memory!.CurrentBytes >= command.Memory.CurrentBytes, "the jail's is the commands' together");
        Assert.Equal(1, command.Pids!.Current);
        Assert.Equal(2, whole.Pids!.Current); // with PID 1
        Assert.True(whole.Cpu.Total >= command.Cpu.Total);
    }

    [Fact]
    public void Throttling_IsTold()
    {
        LimitedJail.Require("cpu");
        using LimitedJail jail = new(r => r with { Cpus = 0.1m, Timeout = TimeSpan.FromSeconds(3) });

        CgroupUsage usage = jail.StartPython("while True: pass").Wait().Usage.Resources!;

        Assert.True(usage.Cpu.Total < TimeSpan.FromSeconds(0.6), $"{usage.Cpu.Total}");
        CpuUsage whole = jail.Jail.ReadUsage().Resources!.Cpu; // the quota is the jail's
        Assert.InRange(whole.ThrottledPeriods, 20, 40);
        Assert.True(whole.Throttled > TimeSpan.FromSeconds(1.5), $"{whole.Throttled}");
    }

    [Fact]
    public void Pressure_IsTold()
    {
        LimitedJail.Require("cpu");
        using LimitedJail jail = new(r => r with { Cpus = 0.1m, Timeout = TimeSpan.FromSeconds(3) });

        Pressure? cpu = jail.StartPython("while True: pass").Wait().Usage.Resources!.CpuPressure;

        Assert.SkipWhen(cpu is null, "needs a kernel with PSI");
        Assert.True(cpu!.Some.Total > TimeSpan.FromSeconds(1), $"{cpu}");
    }

    [Fact]
    public void Pause_StopsEveryProcess_AndATimeoutEndsThemStill()
    {
        Requires.Feature("root");
        using LimitedJail jail = new(r => r with { Timeout = TimeSpan.FromSeconds(2) });
        Command forks = jail.StartPython("import os\nfor i in range(20):\n if os.fork() == 0: break\nos.open(f'/tmp/{i}', os.O_CREAT)\nwhile True: pass");
        jail.WaitFor("/tmp/19");

        jail.Jail.Pause();
        TimeSpan paused = jail.Jail.ReadUsage().Resources!.Cpu.Total;
        Thread.Sleep(500);

        Assert.Equal(paused, jail.Jail.ReadUsage().Resources!.Cpu.Total);
        Assert.Equal(new CommandEnd.TimedOut("wall", TimeSpan.FromSeconds(2)), forks.Wait().End);
        jail.Jail.Resume();
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
    }
}
