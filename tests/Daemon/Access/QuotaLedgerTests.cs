using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>What owners have together.</summary>
public sealed class QuotaLedgerTests
{
    private static readonly OwnerId s_owner = new(1000, null);
    private static readonly ResourceTotals s_jail = ResourceTotals.Zero with { Jails = 1, Memory = new ByteSize(1L << 30), Cpus = 0.5m, Pids = 10 };

    private readonly QuotaLedger _ledger = new();

    [Fact]
    public void Reserve_WhenItWouldBeTooMuch_SaysOfWhat_AndGivesNothing()
    {
        using QuotaReservation first = _ledger.Reserve(s_owner, s_jail, Grant("\"memory\": \"1.5G\""));

        QuotaException refused = Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, s_jail, Grant("\"memory\": \"1.5G\"")));

        Assert.Equal(("memory", "1G", "1G", "1536M", "role one, policy.json:2"), (refused.Quota, refused.Used, refused.Asked, refused.Limit, refused.Rule));
        Assert.Equal(s_jail, _ledger.Used(s_owner));
    }

    [Theory]
    [InlineData("\"jails\": 1", "jails")]
    [InlineData("\"cpus\": 0.9", "cpus")]
    [InlineData("\"pids\": 19", "pids")]
    public void Reserve_HoldsEachQuota(string quota, string name)
    {
        _ledger.Reserve(s_owner, s_jail, Grant(quota));

        Assert.Equal(name, Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, s_jail, Grant(quota))).Quota);
    }

    [Fact]
    public void Reserve_CommandsAndDisk_AreCountedToo()
    {
        Assert.Equal("commands", Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, ResourceTotals.OfCommand, Grant("\"commands\": 0"))).Quota);
        Assert.Equal("disk", Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, ResourceTotals.Zero with { Disk = new ByteSize(2) }, Grant("\"disk\": \"1\""))).Quota);
    }

    [Fact]
    public void Dispose_GivesItBack_Once()
    {
        Grant two = Grant("\"jails\": 2");
        QuotaReservation first = _ledger.Reserve(s_owner, s_jail, two);
        using QuotaReservation second = _ledger.Reserve(s_owner, s_jail, two);
        first.Dispose();
        first.Dispose();

        Assert.Equal(1, _ledger.Used(s_owner).Jails.Value);
        second.Dispose();
        Assert.Equal(ResourceTotals.Zero, _ledger.Used(s_owner));
    }

    [Fact]
    public void Reserve_WhatHasNoLimit_CannotBeCounted_AndIsRefusedUnderAQuota()
    {
        ResourceTotals unlimited = s_jail with { Memory = Limit<ByteSize>.Max };

        Assert.Equal("max", Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, unlimited, Grant("\"memory\": \"64G\""))).Asked);
        _ledger.Reserve(s_owner, unlimited, Grant("\"jails\": 2"));
    }

    [Fact]
    public void Owners_DoNotShare()
    {
        Grant one = Grant("\"jails\": 1");
        _ledger.Reserve(s_owner, s_jail, one);

        _ledger.Reserve(new OwnerId(1000, "abcdefghijkl"), s_jail, one);
        _ledger.Reserve(new OwnerId(1001, null), s_jail, one);
        Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, s_jail, one));
    }

    [Fact]
    public void Change_CountsTheOthersOnly_AndLetsLessThroughAlways()
    {
        Grant quota = Grant("\"memory\": \"3G\"");
        _ledger.Adopt(s_owner, s_jail with { Memory = new ByteSize(2L << 30) });
        using QuotaReservation mine = _ledger.Reserve(s_owner, s_jail, quota);

        Assert.Throws<QuotaException>(() => mine.Change(s_jail with { Memory = new ByteSize(2L << 30) }, quota));
        Assert.Equal(new ByteSize(1L << 30), mine.Amounts.Memory.Value);
        mine.Change(s_jail with { Memory = new ByteSize(512L << 20) }, Grant("\"memory\": \"1G\"")); // lowered meanwhile
        Assert.Equal(new ByteSize(2560L << 20), _ledger.Used(s_owner).Memory.Value);
    }

    [Fact]
    public void Adopt_CountsWhatIsThere_WhateverTheQuota()
    {
        _ledger.Adopt(s_owner, s_jail);
        _ledger.Adopt(s_owner, s_jail);

        Assert.Throws<QuotaException>(() => _ledger.Reserve(s_owner, s_jail, Grant("\"jails\": 2")));
    }

    [Fact]
    public void Reserve_ByManyAtOnce_NeverGivesMoreThanTheQuota()
    {
        Grant quota = Grant("\"jails\": 50");
        int given = 0;

        Parallel.For(0, 500, _ =>
        {
            try
            {
                _ledger.Reserve(s_owner, s_jail, quota);
                Interlocked.Increment(ref given);
            }
            catch (QuotaException refused)
            {
                Assert.Equal("jails", refused.Quota);
            }
        });

        Assert.Equal(50, given);
    }

    private static Grant Grant(string quotas) => Policies
        .WithRoles($"\"one\": {{ \"summary\": \"x\", \"permissions\": [\"*\"], \"quotas\": {{ {quotas} }} }}")
        .For(Policies.Caller()).Require(Permissions.JailCreate);
}
