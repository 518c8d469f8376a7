using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;
using static AgentSandbox.Kernel.Child.Arg;

namespace AgentSandbox.Tests.Unit.Child;

public sealed class ProgramImageTests
{
    [Fact]
    public void Image_OfAProgram_IsLaidOutOnce()
    {
        ChildProgram program = Program(new SyscallStep("", Syscall.chdir, "/"));

        Assert.Same(program.Image, program.Image);
    }

    [Fact]
    public void Image_OfAChangedProgram_IsItsOwn()
    {
        ChildProgram program = Program(new SyscallStep("", Syscall.chdir, "/first"));
        Assert.True(Holds(program, "/first"));

        ChildProgram changed = program with { Steps = [new SyscallStep("", Syscall.chdir, "/second")] };

        Assert.True(Holds(changed, "/second"));
        Assert.False(Holds(changed, "/first"));
    }

    [Fact]
    public void Launch_WithATextTooLongForItsPlace_IsRefused()
    {
        FdTable table = new();
        table.BindText("name", new string('x', SlotArg.MaxBytes + 1));

        Assert.Throws<ArgumentException>(() => new EncodedProgram(Program(new SyscallStep("", Syscall.chdir, Given("name", "NAME"))), table).Dispose());
    }

    [Fact]
    public void Launch_WithoutAText_IsRefused() =>
        Assert.Throws<KeyNotFoundException>(() => new EncodedProgram(Program(new SyscallStep("", Syscall.chdir, Given("name", "NAME"))), new FdTable()).Dispose());

    private static bool Holds(ChildProgram program, string text) =>
        System.Text.Encoding.UTF8.GetString(program.Image.Content).Contains(text + "\0", StringComparison.Ordinal);

    private static ChildProgram Program(SyscallStep step) => new()
    {
        Name = "test",
        CloneFlags = new NumberArg(0),
        Cgroup = null,
        Before = [],
        Steps = [step],
        After = [],
    };
}
