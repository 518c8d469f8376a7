using System.Collections.Immutable;
using AgentSandbox.Jails.Workspaces.Store;
using Xunit;

namespace AgentSandbox.Tests.Unit.Workspaces;

/// <summary>Which layers may become one.</summary>
public sealed class LayerPairTests
{
    private const string Own = "w-own";

    [Fact]
    public void Find_WhenNoSnapshotShowsTheLowerOneAlone_IsThatPair()
    {
        LayerPair pair = LayerPair.Find(State(top: 4, Layers(1, 2, 3), Layers(1), Layers(1, 2, 3)), Nobody)!;

        Assert.Equal((Layer(2), Layer(3)), (pair.Lower, pair.Upper));
        Assert.Equal(Layers(1), pair.Beneath);
    }

    [Fact]
    public void Find_WhenEachLayerEndsASnapshot_IsNull() => Assert.Null(LayerPair.Find(State(top: 3, Layers(1, 2), Layers(1), Layers(1, 2)), Nobody));

    [Fact]
    public void Find_WhenTwoLayersLieOnOne_LeavesThatOne() => Assert.Null(LayerPair.Find(State(top: 3, Layers(1), Layers(1, 2)), Nobody));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Find_WhenSomebodyElseSeesOneOfThem_IsNull(int seen) => Assert.Null(LayerPair.Find(State(top: 2, Layers(1)), new HashSet<LayerRef> { Layer(seen) }));

    [Fact]
    public void Find_InAFork_LeavesTheLayersOfItsOrigin()
    {
        ImmutableArray<LayerRef> origin = [new LayerRef("w-other", 1), new LayerRef("w-other", 2)];
        WorkspaceState fork = State(top: 2, [.. origin, Layer(1)]) with { Origin = origin };

        LayerPair pair = LayerPair.Find(fork, Nobody)!;

        Assert.Equal((Layer(1), Layer(2)), (pair.Lower, pair.Upper));
        Assert.Equal(origin, pair.Beneath);
    }

    [Fact]
    public void Joined_WithTheWrittenLayer_WritesTheLowerOne_AndGivesNoNumberTwice()
    {
        WorkspaceState state = State(top: 5, Layers(1, 3), Layers(1));

        WorkspaceState joined = LayerPair.Find(state, Nobody)!.Joined(state);

        Assert.Equal((3, 5), (joined.Upper, joined.LastLayer));
        Assert.Equal(Layers(1), joined.Base);
    }

    [Fact]
    public void Joined_LeavesTheUpperOneOutOfEverySnapshot()
    {
        WorkspaceState state = State(top: 4, Layers(1, 2, 3), Layers(1, 2), Layers(1, 2, 3));

        WorkspaceState joined = LayerPair.Find(state, Nobody)!.Joined(state);

        Assert.Equal(Layers(1, 3), joined.Base);
        Assert.Equal([Layers(1), Layers(1, 3)], joined.Snapshots.Select(snapshot => snapshot.Layers));
    }

    private static IReadOnlySet<LayerRef> Nobody { get; } = new HashSet<LayerRef>();

    private static WorkspaceState State(int top, ImmutableArray<LayerRef> lower, params ImmutableArray<LayerRef>[] snapshots) => new()
    {
        Id = Own,
        Uid = 1,
        Gid = 1,
        CreatedAt = default,
        SizeBytes = 1,
        MaxFiles = 1,
        Base = lower,
        Upper = top,
        Snapshots = [.. snapshots.Select((layers, i) => new SnapshotState { Id = $"s-{i}", CreatedAt = default, Description = "", Layers = layers })],
    };

    private static LayerRef Layer(int number) => new(Own, number);

    private static ImmutableArray<LayerRef> Layers(params int[] numbers) => [.. numbers.Select(Layer)];
}
