using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>A paused jail stands still, and can be ended all the same.</summary>
[Collection(Alone.Name)]
public sealed class PauseTests
{
    private static readonly string[] s_loop = ["/bin/sh", "-c", "while :; do :; done"];

    [Fact]
    public void Pause_StopsAllInTheJail_UntilResume()
    {
        using TestEngine engine = CreateEngine();
        using Jail jail = engine.Create(TestEngine.Request("shell"));
        Command loop = Start(jail);

        jail.Pause();
        TimeSpan paused = Cpu(loop);
        Thread.Sleep(200);
        Assert.Equal(paused, Cpu(loop));
        Assert.True(jail.IsPaused);

        jail.Resume();
        Thread.Sleep(200);
        Assert.True(Cpu(loop) > paused, "it did not go on");
        loop.Kill(new CommandEnd.Killed("the test"));
        Assert.Equal(new CommandEnd.Killed("the test"), loop.Wait().End);
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/true"));
    }

    [Fact]
    public void Command_OfAPausedJail_CanBeKilled()
    {
        using TestEngine engine = CreateEngine();
        using Jail jail = engine.Create(TestEngine.Request("shell"));
        Command loop = Start(jail);
        jail.Pause();

        loop.Kill(new CommandEnd.Killed("the test"));

        Assert.Equal(new CommandEnd.Killed("the test"), loop.Wait().End);
    }

    [Fact]
    public void Timeout_OfAPausedJail_Fires()
    {
        using TestEngine engine = CreateEngine();
        using Jail jail = engine.Create(TestEngine.Request("shell") with { Timeout = TimeSpan.FromMilliseconds(300) });
        Command loop = Start(jail);
        jail.Pause();

        Assert.Equal(new CommandEnd.TimedOut("wall", TimeSpan.FromMilliseconds(300)), loop.Wait().End);
    }

    [Fact]
    public void Jail_ThatIsPaused_StartsNothing_AndCanBeDisposed()
    {
        Census before = Census.Take();
        using (TestEngine engine = CreateEngine())
        using (Jail jail = engine.Create(TestEngine.Request("shell")))
        {
            Command loop = Start(jail);
            jail.Pause();

            Assert.Contains("is paused", Assert.Throws<PolicyException>(() => Start(jail)).Message, StringComparison.Ordinal);
            jail.Kill();
            loop.Wait();
        }

        before.AssertUnchanged();
    }

    private static TestEngine CreateEngine()
    {
        Requires.Feature("root");
        Assert.SkipUnless(HostFeatures.Current.Cgroup is { Writable: Presence.Present, Freeze: Presence.Present }, "needs cgroup v2 with cgroup.freeze");
        return new TestEngine();
    }

    private static Command Start(Jail jail) => jail.Start(new CommandSpec { Argv = [.. s_loop] }, TestEngine.Nowhere);

    private static TimeSpan Cpu(Command command) => command.ReadUsage()!.Resources!.Cpu.Total;
}
