using AgentSandbox.Ctl.Selftest;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>Every attack of the catalogue, in jails of a standard profile and of the strict one.</summary>
public sealed class AttackTests(AttackHost host, AttackTests.Runners runners) : IClassFixture<AttackTests.Runners>
{
    public static TheoryData<string, string> Catalogue => [.. new[] { "shell", "strict" }.SelectMany(p => AttackCatalogue.For(p).Select(a => (p, a.Name)))];

    [Theory]
    [MemberData(nameof(Catalogue))]
    public void Attack_IsRefused_AsPlanned(string profile, string attack)
    {
        AttackOutcome outcome = runners.For(host, profile).Make(AttackCatalogue.All.Single(a => a.Name == attack));

        Assert.True(outcome.Verdict == AttackVerdict.Refused, $"{outcome.Attack.Threat} {outcome.Attack.Title}: {outcome.Seen}");
    }

    [Fact]
    public void Catalogue_NamesEachAttackOnce_AndIsLarge()
    {
        Assert.Distinct(AttackCatalogue.All.Select(a => a.Name));
        Assert.InRange(AttackCatalogue.All.Length, 100, int.MaxValue);
    }

    /// <summary>The shared jails of the tests, one for each profile.</summary>
    public sealed class Runners : IDisposable
    {
        private readonly Dictionary<string, AttackRunner> _runners = [];

        internal AttackRunner For(AttackHost host, string profile)
        {
            if (!_runners.TryGetValue(profile, out AttackRunner? runner))
            {
                _runners[profile] = runner = host.Runner(host.Request(profile));
            }

            return runner;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            foreach (AttackRunner runner in _runners.Values)
            {
                runner.Dispose();
            }
        }
    }
}
