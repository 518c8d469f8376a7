using AgentSandbox.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Wire;

public sealed class TimeoutHeaderTests
{
    [Theory]
    [InlineData("1n", 1)]
    [InlineData("101n", 2)]
    [InlineData("1u", 10)]
    [InlineData("1m", 10_000)]
    [InlineData("10S", 100_000_000)]
    [InlineData("1M", 600_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("0n", 0)]
    [InlineData("00000001m", 10_000)]
    [InlineData("99999999H", 3_599_999_964_000_000_000)]
    public void TryParse_GivesTicks(string text, long ticks)
    {
        Assert.True(TimeoutHeader.TryParse(text, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("100000000S")]
    public void TryParse_WhenItIsNoTimeout_IsFalse(string text) => Assert.False(TimeoutHeader.TryParse(text, out _));

    [Theory]
    [InlineData(1, "100n")]
    [InlineData(10_000_000, "1000000u")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Format_TakesTheFinestUnit(long ticks, string text) => Assert.Equal(text, TimeoutHeader.Format(new(ticks)));

    [Fact]
    public void Format_ReadsBackAsTheSameOrALittleMore()
    {
        Gen<long> ticks = Gen.Choose(0, 61).SelectMany(bits => Gen.Choose(1, int.MaxValue).Select(n => Math.Max(1, (long)((double)n / int.MaxValue * (1L << bits)))));
        Prop.ForAll(ticks.ToArbitrary(), value =>
        {
            string text = TimeoutHeader.Format(new(value));
            Assert.InRange(text.Length, 2, 9);
            Assert.True(TimeoutHeader.TryParse(text, out TimeSpan back), text);
            Assert.InRange(back.Ticks, value, value + (value / 100_000) + 1);
        }).QuickCheckThrowOnFailure();
    }
}
