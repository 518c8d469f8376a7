using System.Collections.Immutable;
using System.Diagnostics;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Wherever the joining of layers is interrupted, all that is seen is as before, and the next attempt comes to its end.</summary>
[Collection(Alone.Name)]
public sealed class JoinCrashTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Join_InterruptedAtAnyStep_ChangesNothingThatIsSeen(int seed)
    {
        using TemporaryFolder made = new();
        string workspace;
        using (WorkspaceFixture fixture = new(made.Path))
        {
            workspace = fixture.Create();
            JoinedLayersTests.Change(fixture, workspace, new Random(seed), rounds: 3, goesBack: false);
        }

        int interrupted = 0;
        for (int step = 0; Interrupt(made.Path, workspace, step); step++)
        {
            interrupted++;
        }

        Assert.True(interrupted > 10, $"{interrupted} steps");
    }

    // False: it came to its end before that step.
    private static bool Interrupt(string made, string workspace, int step)
    {
        using TemporaryFolder folder = new();
        using (Process copy = Process.Start("cp", ["-a", "--sparse=always", $"{made}/.", folder.Path]))
        {
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }

        string deleted;
        ImmutableSortedDictionary<string, string> before;
        using (WorkspaceStore store = new(folder.Path))
        {
            deleted = store.Find(workspace)!.Snapshots[1].Id;
            before = SeenTree.All(store, workspace).Remove(deleted);
        }

        bool crashed = Crash(folder.Path, workspace, deleted, step);
        using WorkspaceStore after = new(folder.Path);
        Assert.Equal(before, SeenTree.All(after, workspace));
        using Spawner spawner = new();
        new WorkspaceKeeper(after, spawner).JoinLayers();
        after.Settle();
        Assert.Equal(before, SeenTree.All(after, workspace));
        Assert.Null(after.FindPair(after.Find(workspace)!));
        return crashed;
    }

    private static bool Crash(string directory, string workspace, string snapshot, int step)
    {
        int passed = 0;
        WorkspaceStore store = new(directory, _ =>
        {
            if (Thread.CurrentThread.Name == "later work" && passed++ >= step)
            {
                throw new TimeoutException("crashed");
            }
        });
        using Spawner spawner = new();
        new WorkspaceKeeper(store, spawner).DeleteSnapshot(workspace, snapshot);
        store.Settle();
        if (passed <= step)
        {
            store.Dispose();
            return false;
        }

        Assert.Throws<AggregateException>(store.Dispose);
        return true;
    }
}
