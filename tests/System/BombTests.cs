using System.Diagnostics;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>Programs that take all they can get.</summary>
public sealed class BombTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void ThreadBomb_StopsAtTheLimit()
    {
        LimitedJail.Require("pids");
        using LimitedJail jail = new(r => r with { Pids = 30 });

        CommandResult bomb = jail.StartPython("import threading, os\nstop = threading.Event()\ntry:\n while True: threading.Thread(target=stop.wait, daemon=True).start()\nexcept RuntimeError: os._exit(7)").Wait();

        Assert.Equal(new CommandEnd.Exited(7), bomb.End);
        Assert.Equal(1, jail.Jail.ReadUsage().Resources!.Pids!.Current); // PID 1
    }

    [Fact]
    public void Sockets_AreCharged()
    {
        LimitedJail.Require("memory");
        using LimitedJail jail = new(r => r with { Memory = new ByteSize(32 * MiB) });
        const string Fill = "import socket\nkept = []\nwhile True:\n a, b = socket.socketpair()\n a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)\n a.setblocking(False)\n kept.append((a, b))\n try:\n  while True: a.send(bytes(1 << 16))\n except BlockingIOError: pass";

        CommandEnd end = jail.StartPython(Fill).Wait().End;

        Assert.IsType<CommandEnd.OomKilled>(end);
        Assert.Equal(new CommandEnd.Exited(0), jail.Run("/bin/true"));
    }

    [Fact]
    public void PageCache_IsDropped_AndKillsNobody()
    {
        LimitedJail.Require("memory");
        string disk = $"/var/tmp/cache-{Guid.NewGuid():N}"; // /tmp may be no disk
        Directory.CreateDirectory(disk);
        try
        {
            using LimitedJail jail = new(r => r with { Memory = new ByteSize(32 * MiB), Binds = [new(disk, "/workspace", Writable: true)] });

            CommandResult result = jail.StartPython("f = open('/workspace/x', 'wb')\nfor i in range(96): f.write(bytes(1 << 20))").Wait();

            Assert.Equal(new CommandEnd.Exited(0), result.End);
            Assert.InRange(result.Usage.Resources!.Memory!.PeakBytes ?? 0, 16 * MiB, 33 * MiB); // what the kernel cannot fail to allocate goes over the limit for a moment
        }
        finally
        {
            Directory.Delete(disk, recursive: true);
        }
    }

    [Fact]
    public void Zombies_OfADeadParent_AreReaped()
    {
        LimitedJail.Require("pids");
        using LimitedJail jail = new(r => r with { Pids = 100, Timeout = TimeSpan.FromMinutes(2) });
        const string Orphans = "import os\nfor i in range(1000):\n p = os.fork()\n if p == 0:\n  if os.fork() == 0: os._exit(0)\n  os._exit(0)\n os.waitpid(p, 0)";

        Assert.Equal(new CommandEnd.Exited(0), jail.StartPython(Orphans).Wait().End);

        Assert.Equal(1, jail.Jail.ReadUsage().Resources!.Pids!.Current); // PID 1: there was room for a tenth of them
    }

    [Fact]
    public void Jails_MadeAndEnded_LeaveNothing()
    {
        Requires.Feature("root");
        (int, int, int) before = default;
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 1000; i++)
        {
            using (LimitedJail jail = new(r => r))
            {
                Assert.False(jail.Jail.HasEnded);
            }

            before = i == 9 ? Count() : before; // the first ones make what all share
        }

        Assert.Equal(before, Count());
        TestContext.Current.TestOutputHelper?.WriteLine($"1,000 jails in {clock.Elapsed}");
    }

    private static (int Fds, int Mounts, int Cgroups) Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            File.ReadAllLines("/proc/self/mountinfo").Length,
            Directory.GetDirectories("/sys/fs/cgroup", "*", SearchOption.AllDirectories).Count(d => d.Contains("agent-sandboxd", StringComparison.Ordinal)));
    }
}
