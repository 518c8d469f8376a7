using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

public sealed class UidRangePoolTests
{
    [Fact]
    public void Take_FromTwoPools_NeverGivesTheSameRange()
    {
        using TemporaryFolder folder = new();
        using UidRangePool one = new(folder.Path);
        using UidRangePool other = new(folder.Path); // as a second process: its own open file description

        uint[] first = [.. Enumerable.Range(0, 100).SelectMany(_ => new[] { one.Take().First, other.Take().First })];

        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.All(first, uid => Assert.Equal(0u, uid % UidRange.Count));
    }

    [Fact]
    public void Take_AfterAllWereTaken_SaysSo_AndGoesOnAfterARelease()
    {
        using TemporaryFolder folder = new();
        using UidRangePool pool = new(folder.Path);
        UidRange last = pool.Take();
        while (TryTake(pool) is not null)
        {
        }

        last.Dispose();

        Assert.Equal(last.First, pool.Take().First);
    }

    [Fact]
    public void Dispose_OfAPool_FreesItsRanges()
    {
        using TemporaryFolder folder = new();
        using UidRangePool other = new(folder.Path);
        uint first;
        using (UidRangePool one = new(folder.Path))
        {
            first = one.Take().First;
            Assert.NotEqual(first, other.Take().First);
        }

        List<uint> rest = [];
        while (TryTake(other) is UidRange range)
        {
            rest.Add(range.First);
        }

        Assert.Contains(first, rest);
    }

    private static UidRange? TryTake(UidRangePool pool)
    {
        try
        {
            return pool.Take();
        }
        catch (AgentSandbox.Kernel.SyscallException all)
        {
            Assert.Equal("fcntl(a uid range: all are taken): EAGAIN", all.Message);
            return null;
        }
    }
}
