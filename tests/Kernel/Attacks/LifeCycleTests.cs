using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>Programs that would outlive their time or their jail (threats C62, D73, D81, D82, D85).</summary>
public sealed class LifeCycleTests(AttackHost host)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    [Fact]
    public void Timeout_EndsWhatIgnoresSignals_LeftItsSession_AndStoppedItself()
    {
        using Jail jail = host.CreateJail(host.Request("shell") with { Timeout = TimeSpan.FromMilliseconds(500) });
        RunningAttack lingering = new(jail, AttackStage.Program, "linger");

        Stopwatch watch = Stopwatch.StartNew();
        CommandResult result = lingering.End(closeInput: false).Result;

        Assert.IsType<CommandEnd.TimedOut>(result.End);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_grace);
        Assert.Empty(ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid));
    }

    [Fact]
    public async Task Dispose_EndsAJail_WhoseCommandGoesOn()
    {
        Jail jail = host.CreateJail(host.Request("shell") with { Timeout = TimeSpan.FromMinutes(1) });
        RunningAttack lingering = new(jail, AttackStage.Program, "linger");
        Assert.NotEmpty(ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid));

        Task<CommandResult> end = Task.Run(() => lingering.End(closeInput: false).Result, TestContext.Current.CancellationToken);
        await Task.Run(jail.Dispose, TestContext.Current.CancellationToken).WaitAsync(s_grace, TestContext.Current.CancellationToken);

        Assert.Empty(ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid));
        Assert.IsNotType<CommandEnd.Exited>((await end).End);
    }

    [Fact]
    public async Task Dispose_EndsAJail_WhoseCommandNobodyWaitsFor()
    {
        Jail jail = host.CreateJail(host.Request("shell") with { Timeout = TimeSpan.FromMinutes(1) });
        RunningAttack lingering = new(jail, AttackStage.Program, "linger");

        await Task.Run(jail.Dispose, TestContext.Current.CancellationToken).WaitAsync(s_grace, TestContext.Current.CancellationToken);

        Assert.Empty(ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid));
        Assert.IsNotType<CommandEnd.Exited>(lingering.End().Result.End);
    }

    [Theory]
    [InlineData("clone-parent")] // a child of the daemon's that nobody waits for would hold the jail for ever
    [InlineData("deep-tree")]
    [InlineData("fork-bomb")]
    public async Task Dispose_IsQuick_After(string attack)
    {
        Jail jail = host.CreateJail(host.Request("shell"));
        AttackRunner.Execute(jail, new CommandSpec { Argv = [AttackStage.Program, attack, "-", "256"] });

        await Task.Run(jail.Dispose, TestContext.Current.CancellationToken).WaitAsync(s_grace, TestContext.Current.CancellationToken);

        Assert.Empty(ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid));
    }

    [Fact]
    public void Zombies_WithoutAParent_AreReaped()
    {
        using Jail jail = host.CreateJail(host.Request("shell") with { Timeout = TimeSpan.FromMinutes(3) });

        (CommandEnd end, string said) = AttackRunner.Execute(jail, new CommandSpec { Argv = [AttackStage.Program, "zombies", "-", "100000"] });

        Assert.True(end is CommandEnd.Exited { Code: 0 }, $"{end}: {said}");
        Assert.True(SpinWait.SpinUntil(() => ProcessesOf(jail.Spec.UidBase, jail.Spec.Uid).Length == 0, s_grace), "init does not reap");
    }

    /// <summary>The host's processes with the uid of a jail's programs.</summary>
    private static string[] ProcessesOf(uint uidBase, uint uid)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"Uid:\t{uidBase + uid}\t");
        return [.. Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])).Where(d => Status(d).Contains(line, StringComparison.Ordinal))];
    }

    private static string Status(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/status");
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }
}
