using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>A change that is interrupted at any of its steps leaves the state before or the state after, and nothing else.</summary>
[Collection(Alone.Name)]
public sealed class CrashTests
{
    private static readonly string[] s_commits = ["commit", "switch", "forget"];

    [Theory]
    [InlineData("volume")]
    [InlineData("before commit")]
    [InlineData("commit")]
    public void Create_Interrupted_LeavesAWorkspaceOrNone(string step)
    {
        using TemporaryFolder folder = new();
        Interrupt(folder, step, fixture => fixture.Create());

        using WorkspaceFixture after = new(folder.Path);
        Assert.Equal(s_commits.Contains(step) ? 1 : 0, after.Workspaces.All.Length);
        Assert.Equal(s_commits.Contains(step) ? 2 : 0, Directory.GetFiles(folder.Path, "w-*").Length);
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("before commit")]
    [InlineData("commit")]
    [InlineData("switch")]
    public void Snapshot_Interrupted_LeavesTheFiles_AndTheSnapshotOrNone(string step)
    {
        using TemporaryFolder folder = new();
        string workspace = Prepare(folder, "echo one > one");
        Interrupt(folder, step, fixture => fixture.Workspaces.Snapshot(workspace, "interrupted"));

        using WorkspaceFixture after = new(folder.Path);
        after.Run(workspace, "test $(cat one) = one; echo two > two");
        WorkspaceState state = after.Workspaces.Find(workspace)!;
        Assert.Equal(s_commits.Contains(step) ? 1 : 0, state.Snapshots.Length);
        AssertOnlyNeededLayers(after, state);
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("copy")]
    [InlineData("before commit")]
    [InlineData("commit")]
    public void SnapshotUnderACommand_Interrupted_LeavesTheFiles_AndTheSnapshotOrNone(string step)
    {
        using TemporaryFolder folder = new();
        string workspace = Prepare(folder, "echo one > one");
        bool cgroups = true;
        Interrupt(folder, step, fixture =>
        {
            using Jail jail = fixture.Jail(workspace);
            cgroups = jail.Cgroup is not null;
            WorkspaceFixture.Start(jail, "sleep 1000");
            fixture.Workspaces.Snapshot(workspace, "interrupted");
        });
        Assert.SkipUnless(cgroups, "needs cgroup v2");

        using WorkspaceFixture after = new(folder.Path);
        after.Run(workspace, "test $(cat one) = one; echo two > two");
        WorkspaceState state = after.Workspaces.Find(workspace)!;
        Assert.Equal(step == "commit" ? 1 : 0, state.Snapshots.Length);
        AssertOnlyNeededLayers(after, state);
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("before commit")]
    [InlineData("commit")]
    [InlineData("switch")]
    public void Rollback_Interrupted_LeavesTheOldFilesOrTheNew(string step)
    {
        using TemporaryFolder folder = new();
        string workspace = Prepare(folder, "echo old > file");
        string snapshot;
        using (WorkspaceFixture fixture = new(folder.Path))
        {
            snapshot = fixture.Workspaces.Snapshot(workspace, "").Id;
            fixture.Run(workspace, "echo new > file; echo more > more");
        }

        Interrupt(folder, step, fixture => fixture.Workspaces.Rollback(workspace, snapshot));

        using WorkspaceFixture after = new(folder.Path);
        after.Run(workspace, s_commits.Contains(step) ? "test $(cat file) = old; test ! -e more" : "test $(cat file) = new; test $(cat more) = more");
        AssertOnlyNeededLayers(after, after.Workspaces.Find(workspace)!);
    }

    [Theory]
    [InlineData("volume")]
    [InlineData("before commit")]
    [InlineData("commit")]
    public void Fork_Interrupted_LeavesAForkOrNone(string step)
    {
        using TemporaryFolder folder = new();
        string workspace = Prepare(folder, "echo one > one");
        string snapshot;
        using (WorkspaceFixture fixture = new(folder.Path))
        {
            snapshot = fixture.Workspaces.Snapshot(workspace, "").Id;
        }

        Interrupt(folder, step, fixture => fixture.Workspaces.Fork(workspace, snapshot, WorkspaceFixture.Draft()));

        using WorkspaceFixture after = new(folder.Path);
        Assert.Equal(s_commits.Contains(step) ? 2 : 1, after.Workspaces.All.Length);
        foreach (WorkspaceState state in after.Workspaces.All)
        {
            after.Run(state.Id, "test $(cat one) = one");
        }
    }

    [Theory]
    [InlineData("before forget")]
    [InlineData("forget")]
    public void Delete_Interrupted_LeavesAllOrNothing(string step)
    {
        using TemporaryFolder folder = new();
        string workspace = Prepare(folder, "echo one > one");
        Interrupt(folder, step, fixture => fixture.Workspaces.Delete(workspace));

        using WorkspaceFixture after = new(folder.Path);
        Assert.Equal(step == "forget" ? 0 : 1, after.Workspaces.All.Length);
        Assert.Equal(step == "forget" ? 0 : 2, Directory.GetFiles(folder.Path, "w-*").Length);
    }

    private static string Prepare(TemporaryFolder folder, string script)
    {
        using WorkspaceFixture fixture = new(folder.Path);
        string workspace = fixture.Create();
        fixture.Run(workspace, script);
        return workspace;
    }

    private static void Interrupt(TemporaryFolder folder, string step, Action<WorkspaceFixture> act)
    {
        using WorkspaceFixture fixture = new(folder.Path, passed =>
        {
            if (passed == step)
            {
                throw new InjectedCrashException();
            }
        });
        Assert.Throws<InjectedCrashException>(() => act(fixture));
    }

    private static void AssertOnlyNeededLayers(WorkspaceFixture fixture, WorkspaceState state)
    {
        fixture.Store.Settle();
        using Volume volume = fixture.Store.Open(state);
        Assert.Equal(state.Needs.Select(layer => layer.Number).Distinct().Order(), volume.Numbers().Order());
    }

    private sealed class InjectedCrashException : Exception;
}
