using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>A state that cannot be read costs nobody any files.</summary>
[Collection(Alone.Name)]
public sealed class DamagedStateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"Id\": 7 }")]
    [InlineData("\0\0\0\0")]
    [InlineData("[[[[")]
    public void Store_WithADamagedState_SetsThatOneAside(string content)
    {
        using TemporaryFolder folder = new();
        (string damaged, string whole) = Prepare(folder);
        string file = Path.Combine(folder.Path, $"{damaged}.json");
        File.WriteAllText(file, content);

        using WorkspaceFixture after = new(folder.Path);

        Assert.Equal([whole], after.Workspaces.All.Select(state => state.Id));
        Assert.Equal(file, Assert.Single(after.Store.Damaged).Path);
        Assert.Throws<WorkspaceException>(() => after.Jail(damaged));
        Assert.Equal(content, File.ReadAllText(file));
        after.Run(whole, "test $(cat file) = fork; echo more > more");
    }

    [Fact]
    public void State_OfAnotherName_OrWithoutLayers_IsDamaged()
    {
        using TemporaryFolder folder = new();
        (string first, string second) = Prepare(folder);
        string state = File.ReadAllText(Path.Combine(folder.Path, $"{first}.json"));
        File.WriteAllText(Path.Combine(folder.Path, $"{second}.json"), state);
        File.WriteAllText(Path.Combine(folder.Path, $"{first}.json"), state.Replace("\"Layers\":[", "\"Layers\":[null,", StringComparison.Ordinal));

        using WorkspaceFixture after = new(folder.Path);

        Assert.Empty(after.Workspaces.All);
        Assert.Equal(2, after.Store.Damaged.Length);
    }

    [Fact]
    public void Nothing_IsRemoved_WhileAStateIsDamaged()
    {
        using TemporaryFolder folder = new();
        (string origin, string fork) = Prepare(folder);
        string file = Path.Combine(folder.Path, $"{fork}.json");
        string good = File.ReadAllText(file);
        File.WriteAllText(file, good[..^1]);
        using (WorkspaceFixture during = new(folder.Path))
        {
            during.Workspaces.DeleteSnapshot(origin, during.Workspaces.Find(origin)!.Snapshots[0].Id);
            during.Run(origin, "echo later > file");
            during.Workspaces.Delete(origin);
            during.Store.Settle();
        }

        File.WriteAllText(file, good);
        using WorkspaceFixture after = new(folder.Path);

        Assert.Empty(after.Store.Damaged);
        after.Run(fork, "test $(cat file) = fork; test $(cat shared) = shared");
        after.Workspaces.Delete(fork);
        Assert.Empty(Directory.GetFiles(folder.Path, "w-*"));
    }

    // A workspace with a snapshot, and a fork of it that has changed.
    private static (string Origin, string Fork) Prepare(TemporaryFolder folder)
    {
        using WorkspaceFixture fixture = new(folder.Path);
        string origin = fixture.Create();
        fixture.Run(origin, "echo shared > shared; echo origin > file");
        string fork = fixture.Workspaces.Fork(origin, fixture.Workspaces.Snapshot(origin, "").Id, WorkspaceFixture.Draft()).Id;
        fixture.Run(fork, "echo fork > file");
        return (origin, fork);
    }
}
