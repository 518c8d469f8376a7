using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>One jail against another, and one command against another of the same jail (threats B40, B42, C57, E102, E115).</summary>
public sealed class NeighbourTests(AttackHost host)
{
    [Fact]
    public void Neighbour_ReachesNothing_OfAnotherJail()
    {
        using Jail one = host.CreateJail(host.Request("shell"));
        using Jail other = host.CreateJail(host.Request("shell"));
        RunningAttack held = new(one, AttackStage.Program, "hold");

        (CommandEnd end, string said) = Attack(other, "neighbour", "-");
        (CommandEnd within, string reached) = Attack(one, "neighbour", "-");

        Assert.True(end is CommandEnd.Exited { Code: 0 }, said);
        Assert.True(within is CommandEnd.Exited { Code: 1 }, reached); // in its own jail it is there: the attack can succeed
        Assert.Equal(0, held.End().Result.End.ExitCode);
    }

    [Fact]
    public void Neighbour_HasOtherHostUids()
    {
        using Jail one = host.CreateJail(host.Request("shell"));
        using Jail other = host.CreateJail(host.Request("shell"));

        Assert.InRange(Math.Abs((long)one.Spec.UidBase - other.Spec.UidBase), UidRange.Count, uint.MaxValue);
    }

    [Fact]
    public void KillAll_LeavesOtherCommands_OfTheSameJail()
    {
        Assert.SkipUnless(AgentSandbox.Kernel.HostFeatures.Current.Landlock.Abi >= 6, "needs Landlock ABI 6: scopes of signals");
        using Jail jail = host.CreateJail(host.Request("shell"));
        RunningAttack held = new(jail, AttackStage.Program, "hold");

        Attack(jail, "kill-all", "EPERM,ESRCH");

        Assert.Equal("held to the end", held.End().Said);
    }

    [Fact]
    public void Command_BeforeItsProgram_ShowsNothing_OfWhoStartsIt()
    {
        const int Starts = 200;
        using Jail jail = host.CreateJail(host.Request("shell") with { Timeout = TimeSpan.FromMinutes(1) });
        RunningAttack watch = new(jail, AttackStage.Program, "watch-births");

        for (int i = 0; i < Starts; i++)
        {
            AttackRunner.Execute(jail, new CommandSpec { Argv = ["true"] });
        }

        (CommandResult result, string said) = watch.End();
        Assert.True(result.End is CommandEnd.Exited { Code: 0 }, said);
    }

    private static (CommandEnd End, string Said) Attack(Jail jail, params string[] arguments) =>
        AttackRunner.Execute(jail, new CommandSpec { Argv = [AttackStage.Program, .. arguments] });
}
