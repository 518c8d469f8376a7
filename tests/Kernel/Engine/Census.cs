using System.Diagnostics;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>What this process and the host have: counted before and after, it shows what was left behind.</summary>
internal sealed record Census(int Fds, int Children, int Mounts, int Cgroups)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Counts now, without what earlier tests left to the garbage collector.</summary>
    public static Census Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new(
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            Directory.GetDirectories("/proc/self/task").Sum(CountChildren),
            File.ReadAllLines("/proc/self/mountinfo").Length,
            CountCgroups());
    }

    /// <summary>Asserts that soon nothing is there that was not there before: what other tests started may be on its way out still.</summary>
    public void AssertUnchanged()
    {
        Census now = Take();
        for (long start = Stopwatch.GetTimestamp(); now != this && Stopwatch.GetElapsedTime(start) < s_patience; now = Take())
        {
            Thread.Yield();
        }

        Assert.True(now == this, $"{this} became {now}; open are {string.Join(' ', Directory.GetFileSystemEntries("/proc/self/fd").Select(ReadLink))}");
    }

    // A fd can be closed between the listing and the look.
    private static string ReadLink(string fd) => new FileInfo(fd).LinkTarget ?? "";

    // A thread of the pool can end between the listing and the look.
    private static int CountChildren(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }

    private static int CountCgroups() => HostFeatures.Current.Cgroup.MountPoint is string mount && Directory.Exists(Path.Combine(mount, TestEngine.CgroupName))
        ? Directory.GetDirectories(Path.Combine(mount, TestEngine.CgroupName), "*", SearchOption.AllDirectories).Length
        : 0;
}
