using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Unit.Plan;

public sealed class ReadyCommandPlannerTests
{
    private static readonly CommandSpec s_command = new() { Argv = ["python3", "agent.py"], WorkingDirectory = "/tmp" };

    [Theory]
    [MemberData(nameof(GoldenPlanTests.Profiles), MemberType = typeof(GoldenPlanTests))]
    public void Parts_HaveEveryStepOfACommand_InItsOrder(string profile)
    {
        JailSpec spec = Specs.Resolve(Specs.Request(profile));
        string[] whole = [.. CommandPlanner.Plan(spec, s_command).Steps.Where(IsTheSameInParts).Select(step => step.ToString())];

        string[] parts =
        [
            .. ReadyCommandPlanner.Plan(spec).Steps.Concat(ReadyCommandPlanner.PlanFilter(spec).Steps).Concat(ReadyCommandPlanner.PlanWords(spec, s_command).Steps)
                .Where(IsTheSameInParts).Select(step => step.ToString()),
        ];

        Assert.Equal(whole, parts);
    }

    [Theory]
    [MemberData(nameof(GoldenPlanTests.Profiles), MemberType = typeof(GoldenPlanTests))]
    public void FirstPart_DependsOnTheJailAlone_AndEndsInTheProgramThatWaits(string profile)
    {
        ChildProgram first = ReadyCommandPlanner.Plan(Specs.Resolve(Specs.Request(profile)));

        Assert.DoesNotContain("agent.py", first.ToString(), StringComparison.Ordinal);
        Assert.Equal(Syscall.execveat, first.Steps[^1].Call);
        Assert.Equal("close(0)", first.Steps[^2].ToString()); // nothing but the socket is open
    }

    [Theory]
    [InlineData("python", 7, true)]
    [InlineData("python", 6, true)]
    [InlineData("python", 5, false)]
    [InlineData("python", 0, false)]
    public void Fits_WhereNobodyCanSignalTheProcess(string profile, int abi, bool fits)
    {
        JailSpec spec = Specs.Resolve(Specs.Request(profile)) with { LandlockAbi = abi };

        Assert.Equal(fits, ReadyCommandPlanner.Fits(spec));
    }

    [Fact]
    public void Fits_WhenAScopeOrTheCgroupIsLacking_IsFalse()
    {
        JailSpec spec = Specs.Resolve(Specs.Request("python"));

        Assert.False(ReadyCommandPlanner.Fits(spec with { Landlock = null }));
        Assert.False(ReadyCommandPlanner.Fits(spec with { Landlock = spec.Landlock! with { ScopeSignal = false } }));
        Assert.False(ReadyCommandPlanner.Fits(spec with { Cgroup = false }));
    }

    [Fact]
    public void Fits_WhenTheFilterForbidsWhatTheProcessCalls_IsFalse()
    {
        JailSpec spec = Specs.Resolve(Specs.Request("python"));
        sock_filter refuse = new() { code = Libc.BPF_RET | Libc.BPF_K, k = Libc.SECCOMP_RET_ERRNO };

        Assert.False(ReadyCommandPlanner.Fits(spec with { Filter = [refuse] }));
    }

    // stdio comes as the first fds of a message instead of by dup3; the directory is changed to without an fd.
    private static bool IsTheSameInParts(SyscallStep step) =>
        step.Call is not (Syscall.dup3 or Syscall.close or Syscall.close_range or Syscall.openat2 or Syscall.fchdir or Syscall.chdir or Syscall.execveat);
}
