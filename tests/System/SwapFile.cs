using AgentSandbox.Tests.Rig.Service;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>Swap for a test, on a machine that is the tests' own. Disposed, it is gone.</summary>
internal sealed class SwapFile : IDisposable
{
    private const string Path = "/var/tmp/agent-sandbox-test.swap";

    /// <summary>Adds swap of <paramref name="bytes"/>; skips the test where the machine is not the tests' own, or has swap already.</summary>
    public SwapFile(long bytes)
    {
        Requires.Feature("package");
        Assert.SkipUnless(File.ReadAllLines("/proc/swaps").Length == 1, "needs a machine without swap of its own");
        Assert.SkipUnless(Directory.EnumerateFiles("/sys/fs/cgroup/init.scope", "memory.swap.max").Any(), "needs a kernel with swap");
        Tool.Run("dd", "if=/dev/zero", $"of={Path}", "bs=1M", $"count={bytes >> 20}", "status=none");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Tool.Run("mkswap", Path);
        Tool.Run("swapon", Path);
    }

    public void Dispose()
    {
        Tool.Run("swapoff", Path);
        File.Delete(Path);
    }
}
