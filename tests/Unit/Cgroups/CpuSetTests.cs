using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Unit.Cgroups;

public sealed class CpuSetTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("3,1,2", "1-3")]
    [InlineData("0-1,1-2,6", "0-2,6")]
    [InlineData("8191", "8191")]
    public void Set_HasOneSpelling(string text, string spelling)
    {
        Assert.True(CpuSet.TryParse(text, out CpuSet? set));
        Assert.Equal(spelling, set!.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("2-1")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    [InlineData("1,")]
    [InlineData("8192")]
    public void Text_ThatIsNoSet_IsRefused(string text) => Assert.False(CpuSet.TryParse(text, out _));

    [Fact]
    public void Sets_OfTheSameCpus_AreEqual_AndContainEachOther()
    {
        Assert.True(CpuSet.TryParse("0,1,2", out CpuSet? some));
        Assert.True(CpuSet.TryParse("0-2", out CpuSet? same));
        Assert.True(CpuSet.TryParse("2-3", out CpuSet? other));

        Assert.Equal(some, same);
        Assert.True(some!.Contains(same!));
        Assert.False(some.Contains(other!));
    }
}
