using System.Collections.Immutable;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>Each step of each program fails once: the error names it, and nothing is left behind.</summary>
[Collection(Alone.Name)]
public sealed class FailureInjectionTests
{
    public static TheoryData<string> Programs => ["template", "site", "idmap", "jail", "command"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void ChildStep_ThatFails_IsNamed_AndNothingIsLeft(string program) => FailEach(program, p => p.Steps, (p, steps) => p with { Steps = steps }, "child");

    [Theory]
    [MemberData(nameof(Programs))]
    public void ParentStep_ThatFails_IsNamed_AndNothingIsLeft(string program) => FailEach(program, p => p.Before, (p, steps) => p with { Before = steps }, "parent");

    private static void FailEach(
        string program,
        Func<ChildProgram, ImmutableArray<SyscallStep>> list,
        Func<ChildProgram, ImmutableArray<SyscallStep>, ChildProgram> replace,
        string who)
    {
        Requires.Feature("root");
        using TemporaryFolder bound = new();
        JailRequest request = TestEngine.Request("shell") with { Binds = [new(bound.Path, "/bound", Writable: true)] };
        int count = Count(request, program, list);
        Assert.True(count > 0);
        Census before = Census.Take();
        for (int failing = 0; failing < count; failing++)
        {
            SyscallStep? replaced = null;
            ChildProgram Alter(ChildProgram p)
            {
                if (p.Name != program)
                {
                    return p;
                }

                replaced = list(p)[failing];
                return replace(p, list(p).SetItem(failing, new SyscallStep(replaced.Why, Syscall.close, -1)));
            }

            SyscallException error = Assert.Throws<SyscallException>(() => RunOnce(request, Alter));
            Assert.Equal($"{program}, {who} step {failing + 1} of {count}: {replaced!.Why}", error.Step);
            Assert.True(error.Errno is Errno.EBADF or Errno.EPERM, error.Message); // EPERM: PID 1's filter is in force by then
            before.AssertUnchanged();
        }
    }

    private static void RunOnce(JailRequest request, Func<ChildProgram, ChildProgram> alter)
    {
        using TestEngine engine = new(alter);
        using Jail jail = engine.Create(request);
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
    }

    // Also warms up what the census counts: fds that the runtime opens once.
    private static int Count(JailRequest request, string program, Func<ChildProgram, ImmutableArray<SyscallStep>> list)
    {
        int count = 0;
        RunOnce(request, p =>
        {
            count = p.Name == program ? list(p).Length : count;
            return p;
        });
        return count;
    }
}
