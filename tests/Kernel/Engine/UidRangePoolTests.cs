using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

public sealed class UidRangePoolTests
{
    [Fact]
    public void Take_FromTwoPools_NeverGivesTheSameRange()
    {
        using TemporaryFolder folder = new();
        using UidRangePool one = new(folder.Path, UidRegion.Embedded);
        using UidRangePool other = new(folder.Path, UidRegion.Embedded); // as a second process: its own open file description

        uint[] first = [.. Enumerable.Range(0, 100).SelectMany(_ => new[] { one.Take().First, other.Take().First })];

        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.All(first, uid => Assert.Equal(0u, uid % UidRange.Count));
    }

    [Fact]
    public void Take_AfterAllWereTaken_SaysSo_AndGoesOnAfterARelease()
    {
        using TemporaryFolder folder = new();
        using UidRangePool pool = new(folder.Path, UidRegion.Embedded);
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
        using UidRangePool other = new(folder.Path, UidRegion.Embedded);
        uint first;
        using (UidRangePool one = new(folder.Path, UidRegion.Embedded))
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

    [Fact]
    public void TakeAgain_GivesTheRangeThatIsAskedFor_UnlessSomebodyHasIt()
    {
        using TemporaryFolder folder = new();
        using UidRangePool one = new(folder.Path, UidRegion.Service);
        uint first = one.Take().First;
        using UidRangePool next = new(folder.Path, UidRegion.Service);
        Assert.Null(next.TakeAgain(first));
        one.Dispose();

        Assert.Equal(first, next.TakeAgain(first)!.First);
        Assert.Null(next.TakeAgain(first));
        Assert.Null(next.TakeAgain(first + 1));
    }

    [Fact]
    public void TakeAgain_OfTheOtherRegion_IsRefused()
    {
        using TemporaryFolder folder = new();
        using UidRangePool embedded = new(folder.Path, UidRegion.Embedded);
        uint first = embedded.Take().First;
        embedded.Dispose();
        using UidRangePool service = new(folder.Path, UidRegion.Service);

        Assert.Null(service.TakeAgain(first));
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
