using System.Collections.Immutable;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Layers that are always seen together become one: what the upper one hides is free, and nobody sees a difference.</summary>
[Collection(Alone.Name)]
public sealed class JoinedLayersTests
{
    private const long Large = 8_000_000;
    private const long Little = 1_000_000;

    [Fact]
    public void DeleteSnapshot_InTheMiddle_FreesWhatLaterOnesHide()
    {
        using WorkspaceFixture fixture = new();
        (string workspace, string middle) = WithHiddenFile(fixture);
        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes > Large);

        fixture.Workspaces.DeleteSnapshot(workspace, middle);
        fixture.Store.Settle();

        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < Little);
        Assert.Equal(2, fixture.Workspaces.Find(workspace)!.Base.Length);
        fixture.Run(workspace, "test $(cat large) = small; test $(cat kept) = kept; test ! -e gone; test $(ls | wc -l) = 2");
    }

    [Fact]
    public void DeleteSnapshot_OfTheOnlyOne_FreesWhatWasChangedSince()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        fixture.Run(workspace, $"head -c {Large} /dev/zero > large; mkdir d; echo x > d/x");
        string only = fixture.Workspaces.Snapshot(workspace, "").Id;
        fixture.Run(workspace, "rm large; echo y > d/y");

        fixture.Workspaces.DeleteSnapshot(workspace, only);
        fixture.Store.Settle();

        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < Little);
        Assert.Empty(fixture.Workspaces.Find(workspace)!.Base);
        fixture.Run(workspace, "test ! -e large; test $(cat d/x d/y | wc -l) = 2; mv d e; test $(ls) = e; rm -r e; test -z \"$(ls -A)\"");
    }

    [Fact]
    public void Number_OfALayerThatWasJoined_IsNotGivenAgain()
    {
        using TemporaryFolder folder = new();
        string workspace;
        int highest;
        using (WorkspaceFixture fixture = new(folder.Path))
        {
            workspace = fixture.Create();
            fixture.Run(workspace, "echo 1 > file");
            string only = fixture.Workspaces.Snapshot(workspace, "").Id;
            highest = fixture.Workspaces.Find(workspace)!.Upper;
            fixture.Workspaces.DeleteSnapshot(workspace, only);
            fixture.Store.Settle();
            Assert.True(fixture.Workspaces.Find(workspace)!.Upper < highest);
        }

        using WorkspaceFixture after = new(folder.Path);
        after.Workspaces.Snapshot(workspace, "");
        Assert.Equal(highest + 1, after.Workspaces.Find(workspace)!.Upper);
    }

    [Fact]
    public void DeleteSnapshot_WhileAJailHasIt_FreesItWhenTheJailEnds()
    {
        using WorkspaceFixture fixture = new();
        (string workspace, string middle) = WithHiddenFile(fixture);
        using (Jail jail = fixture.Jail(workspace))
        {
            fixture.Workspaces.DeleteSnapshot(workspace, middle);
            fixture.Store.Settle();
            Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes > Large);
            WorkspaceFixture.Run(jail, "test $(cat large) = small; echo more > more");
        }

        fixture.Engine.Settle();
        fixture.Store.Settle();

        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < Little);
        fixture.Run(workspace, "test $(cat large) = small; test $(cat kept) = kept; test $(cat more) = more");
    }

    [Fact]
    public void DeleteSnapshot_OnWhichAForkStands_FreesItWhenTheForkIsGone()
    {
        using WorkspaceFixture fixture = new();
        (string workspace, string middle) = WithHiddenFile(fixture);
        string fork = fixture.Workspaces.Fork(workspace, middle, WorkspaceFixture.Draft()).Id;

        fixture.Workspaces.DeleteSnapshot(workspace, middle);
        fixture.Store.Settle();
        fixture.Run(fork, $"test $(stat -c %s large) = {Large}; test $(cat gone) = gone");
        fixture.Workspaces.Delete(fork);
        fixture.Store.Settle();

        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < Little);
    }

    [Fact]
    public void DeleteSnapshot_AtWhichSomebodyLooks_FreesItWhenHeIsDone()
    {
        using WorkspaceFixture fixture = new();
        (string workspace, string middle) = WithHiddenFile(fixture);
        using (fixture.Workspaces.Open(workspace, middle))
        {
            fixture.Workspaces.DeleteSnapshot(workspace, middle);
            fixture.Store.Settle();
            Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes > Large);
        }

        fixture.Store.Settle();
        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < Little);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Snapshots_ThatStay_AreSeenAsBefore_WhicheverAreDeleted(int seed)
    {
        using WorkspaceFixture fixture = new();
        Random random = new(seed);
        string workspace = fixture.Create(64 << 20);
        Change(fixture, workspace, random, rounds: 8, goesBack: true);
        ImmutableSortedDictionary<string, string> before = SeenTree.All(fixture.Store, workspace);
        long layers = Layers(fixture, workspace);

        foreach (string snapshot in before.Keys.Where(id => id != "now").OrderBy(_ => random.Next()).ToList())
        {
            fixture.Workspaces.DeleteSnapshot(workspace, snapshot);
            fixture.Store.Settle();
            before = before.Remove(snapshot);
            Assert.Equal(before, SeenTree.All(fixture.Store, workspace));
        }

        Assert.True(layers > 4);
        Assert.Equal(1, Layers(fixture, workspace));
        fixture.Run(workspace, "rm -rf ./*; test -z \"$(ls -A)\"");
    }

    /// <summary>A workspace with random changes and a snapshot after each; with <paramref name="goesBack"/> some begin from an older one.</summary>
    internal static void Change(WorkspaceFixture fixture, string workspace, Random random, int rounds, bool goesBack)
    {
        using (Jail jail = fixture.Engine.Create(TestEngine.Request("python") with { Workspace = workspace }))
        {
            for (int round = 0; round < rounds; round++)
            {
                Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, RandomChanges.Command(random.Next())));
                fixture.Workspaces.Snapshot(workspace, "");
                if (goesBack && random.Next(5) == 0)
                {
                    ImmutableArray<SnapshotState> snapshots = fixture.Workspaces.Find(workspace)!.Snapshots;
                    fixture.Workspaces.Rollback(workspace, snapshots[random.Next(snapshots.Length)].Id);
                }
            }
        }

        fixture.Engine.Settle();
        fixture.Store.Settle();
    }

    private static long Layers(WorkspaceFixture fixture, string workspace)
    {
        using Volume volume = fixture.Store.Open(fixture.Store.Find(workspace)!);
        return volume.Numbers().Count();
    }

    private static (string Workspace, string Middle) WithHiddenFile(WorkspaceFixture fixture)
    {
        string workspace = fixture.Create();
        fixture.Run(workspace, "echo kept > kept");
        fixture.Workspaces.Snapshot(workspace, "first");
        fixture.Run(workspace, $"head -c {Large} /dev/zero > large; echo gone > gone");
        string middle = fixture.Workspaces.Snapshot(workspace, "middle").Id;
        fixture.Run(workspace, "echo small > large; rm gone");
        fixture.Workspaces.Snapshot(workspace, "last");
        return (workspace, middle);
    }
}
