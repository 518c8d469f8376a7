using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Identity;

/// <summary>The rights of a user stay on the thread that took them.</summary>
public sealed class UserThreadTests
{
    private const int Threads = 32; // more than the pool has: it needs new ones

    [Fact]
    public async Task RunAsync_LeavesNoThreadOfThePool_WithTheRightsOfTheUser()
    {
        Requires.Feature("root");
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(2 * Threads, ports);
        try
        {
            using CountdownEvent all = new(Threads);
            string[] seen = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(async () =>
            {
                using UserThread thread = await UserThread.StartAsync(new UnixIdentity(4321, 4321, []));
                string own = await thread.RunAsync(ReadFileUid);
                all.Signal();
                all.Wait(TestContext.Current.CancellationToken); // each has a thread of the pool to itself
                return $"{own} {ReadFileUid()}";
            })));

            Assert.All(seen, uids => Assert.Equal("4321 0", uids));
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, ports);
        }
    }

    // The last of real, effective, saved and file system uid. Source: proc_pid_status(5).
    private static string ReadFileUid() => File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[^1];
}
