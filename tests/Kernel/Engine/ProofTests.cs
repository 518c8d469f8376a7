using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>A control that is not enforced is seen: each is left out once, and the start fails with its name (threats F143).</summary>
[Collection(Alone.Name)]
public sealed class ProofTests
{
    [Theory]
    [InlineData("command", Syscall.setresgid, "Gid is '")]
    [InlineData("command", Syscall.seccomp, "Seccomp is '0', planned is '2'")]
    [InlineData("jail", Syscall.seccomp, "PID 1: Seccomp is '0', planned is '2'")]
    [InlineData("jail", Syscall.setresuid, "PID 1: Uid is '")]
    [InlineData("template", Syscall.mount_setattr, "/ is writable")]
    public void Control_ThatIsLeftOut_FailsTheStart(string program, Syscall left, string gap)
    {
        Requires.Feature("root");
        Census before = Census.Take();

        ProofException error = Assert.Throws<ProofException>(() => RunWithout(program, step => step.Call == left));

        Assert.Contains(gap, error.Message, StringComparison.Ordinal);
        before.AssertUnchanged();
    }

    [Theory]
    [InlineData("command", "Cap* is '")]
    [InlineData("jail", "PID 1: Cap* is '")]
    public void BoundingSet_ThatIsLeftWhole_FailsTheStart(string program, string gap)
    {
        Requires.Feature("root");
        ProofException error = Assert.Throws<ProofException>(() => RunWithout(program, step => step.Args is [NumberArg { Text: "PR_CAPBSET_DROP" }, ..]));

        Assert.Contains(gap, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JailSlots.Network, "the net namespace is the host's")]
    [InlineData(JailSlots.Ipc, "the ipc namespace is the host's")]
    [InlineData(JailSlots.User, "the user namespace is the host's")]
    public void Namespace_MadeAhead_ThatIsNotEntered_FailsTheStart(string slot, string gap)
    {
        Requires.Feature("root");
        ProofException error = Assert.Throws<ProofException>(() => RunWithout("jail", step => step.Call == Syscall.setns && step.Args[0] is FdArg fd && fd.Slot == slot));

        Assert.Contains(gap, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeNamespace_ThatIsLeftOut_FailsTheStart()
    {
        Requires.Feature("root");
        Assert.SkipUnless(HostFeatures.Current.TimeNamespaceAtExec.Presence == Presence.Present, "needs time namespaces that execve enters: Linux 6.3");
        ProofException error = Assert.Throws<ProofException>(() => RunWithout("jail", step => step.Call == Syscall.unshare));

        Assert.Contains("the time namespace is the host's", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_ThatIsLeftOut_FailsTheStart()
    {
        Requires.Feature("root");
        ProofException error = Assert.Throws<ProofException>(() => RunWithout("jail", step => step.Call == Syscall.move_mount && step.Args.Any(a => a is TextArg { Text: "/workspace" })));

        Assert.Contains("/workspace is not mounted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Landlock_ThatIsLeftOut_IsSeenByTheProbes()
    {
        Requires.Feature("root");
        Requires.Feature("landlock");
        using TestEngine engine = new(p => Without(p, "probe", step => step.Call == Syscall.landlock_restrict_self));
        using Jail jail = engine.Create(TestEngine.Request("shell"));

        ProofException error = Assert.Throws<ProofException>(() => ProbeProof.Read(jail));

        Assert.Contains("(landlock)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("build")]
    [InlineData("minimal")]
    [InlineData("node")]
    [InlineData("python")]
    [InlineData("shell")]
    [InlineData("strict")]
    public void Probes_OfAWholeJail_AreAnsweredAsPlanned(string profile)
    {
        Requires.Feature("root");
        using TestEngine engine = new();
        using Jail jail = engine.Create(TestEngine.Request(profile));

        Assert.All(ProbeProof.Read(jail).Probes, probe => Assert.Equal(probe.Planned, probe.Answer));
    }

    private static void RunWithout(string program, Func<SyscallStep, bool> left)
    {
        using TestEngine engine = new(p => Without(p, program, left));
        using Jail jail = engine.Create(TestEngine.Request("shell"));
        TestEngine.Run(jail, "/usr/bin/true");
    }

    // What a later step waits for stays: a call that does nothing and returns 0 takes the place.
    private static ChildProgram Without(ChildProgram program, string name, Func<SyscallStep, bool> left) => program.Name != name
        ? program
        : program with { Steps = [.. program.Steps.Select(step => left(step) ? new SyscallStep(step.Why, Syscall.sched_yield) { Result = step.Result } : step)] };
}
