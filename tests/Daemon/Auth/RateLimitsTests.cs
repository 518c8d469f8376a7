using AgentSandbox.Access;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Tests.Daemon.Access;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>How often is too often.</summary>
public sealed class RateLimitsTests : IDisposable
{
    private static readonly OwnerId s_owner = new(1000, null);
    private readonly RateLimits _limits = new();

    public void Dispose() => _limits.Dispose();

    [Fact]
    public void Count_AboveTheRate_SaysWhenItIsLetThrough()
    {
        Grant grant = Grant("3/1d");
        Count(3, s_owner, grant);

        RateLimitException refused = Assert.Throws<RateLimitException>(() => Count(1, s_owner, grant));

        Assert.Equal((Permissions.JailCreate, new Rate(3, TimeSpan.FromDays(1)), "role one, policy.json:2"), (refused.Permission, refused.Rate, refused.Rule));
        Assert.InRange(refused.RetryAfter, TimeSpan.FromHours(7), TimeSpan.FromHours(8));
        Assert.Equal("jail.create: above 3/1d (role one, policy.json:2); try again in 8h", refused.Message);
    }

    [Fact]
    public void Count_OfOthers_AndOfOtherThings_IsApart()
    {
        Grant grant = Grant("1/1d");
        Count(1, s_owner, grant);

        Count(1, new OwnerId(1001, null), grant);
        Count(1, new OwnerId(1000, "abcdefghijkl"), grant);
        _limits.Count(s_owner, Permissions.CommandRun, grant);
        Assert.Throws<RateLimitException>(() => Count(1, s_owner, grant));
    }

    [Fact]
    public void Count_WithoutARate_IsNeverRefused() => Count(10_000, s_owner, Grant(null));

    [Fact]
    public void Count_ByManyAtOnce_LetsNoMoreThrough()
    {
        Grant grant = Grant("50/1d");
        int through = 0;

        Parallel.For(0, 500, _ =>
        {
            try
            {
                Count(1, s_owner, grant);
                Interlocked.Increment(ref through);
            }
            catch (RateLimitException refused)
            {
                Assert.Equal(Permissions.JailCreate, refused.Permission);
            }
        });

        Assert.Equal(50, through);
    }

    private static Grant Grant(string? rate) => Policies
        .WithRoles($"\"one\": {{ \"summary\": \"x\", \"permissions\": [\"*\"], \"rates\": {{ {(rate is null ? "" : $"\"jail.create\": \"{rate}\"")} }} }}")
        .For(Policies.Caller()).Require(Permissions.JailCreate);

    private void Count(int times, OwnerId owner, Grant grant)
    {
        for (int i = 0; i < times; i++)
        {
            _limits.Count(owner, Permissions.JailCreate, grant);
        }
    }
}
