using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Unit.Supervise;

public sealed class LaterWorkTests
{
    [Fact]
    public void Dispose_WhenWorkWaits_ReturnsAfterAllOfItInOrder()
    {
        List<int> done = [];
        LaterWork work = new();
        foreach (int i in Enumerable.Range(0, 1000)) // more than may wait at once
        {
            work.Add(() => done.Add(i));
        }

        work.Dispose();

        Assert.Equal(Enumerable.Range(0, 1000), done);
    }

    [Fact]
    public void Dispose_WhenAnActFailed_ThrowsIt_AndTheRestIsDone()
    {
        bool rest = false;
        LaterWork work = new();
        work.Add(() => throw new InvalidOperationException("left"));
        work.Add(() => rest = true);

        AggregateException error = Assert.Throws<AggregateException>(work.Dispose);

        Assert.Equal("left", Assert.Single(error.InnerExceptions).Message);
        Assert.True(rest);
    }

    [Fact]
    public void Add_AfterDispose_IsDoneByTheCaller()
    {
        LaterWork work = new();
        work.Dispose();
        Thread? by = null;

        work.Add(() => by = Thread.CurrentThread);

        Assert.Same(Thread.CurrentThread, by);
    }

    [Fact]
    public void Settle_ReturnsAfterWhatWasAddedBefore()
    {
        using LaterWork work = new();
        using ManualResetEventSlim gate = new();
        bool done = false;
        work.Add(() =>
        {
            gate.Wait();
            done = true;
        });
        gate.Set();

        work.Settle();

        Assert.True(done);
    }
}
