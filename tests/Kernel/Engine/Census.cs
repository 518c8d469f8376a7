using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>What this process and the host have: counted before and after, it shows what was left behind.</summary>
internal sealed record Census(int Fds, int Children, int Mounts, int Cgroups)
{
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

    /// <summary>Asserts that nothing is there now that was not there before.</summary>
    public void AssertUnchanged() => Assert.Equal(this, Take());

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
