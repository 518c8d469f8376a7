using System.Diagnostics;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Unit.Child;

public sealed class ChildStubTests
{
    [Fact]
    public void Code_IsTheAssembledSource() => Assert.Equal(Assemble("ChildStub"), ChildStub.Code.ToArray());

    [Fact]
    public void ReadyProgram_IsTheAssembledSource() => Assert.Equal(Assemble("ReadyProgram"), ReadyProgram.Code.ToArray());

    [Fact]
    public void InitProgram_Has129Bytes() => Assert.Equal(129, InitProgram.Image().Length);

    private static byte[] Assemble(string name)
    {
        Requires.Feature("gcc");
        using TemporaryFolder folder = new();
        string source = Path.Combine(Repository.Root, $"src/Kernel/Child/{name}.x64.S");
        string assembled = Path.Combine(folder.Path, "stub.o");
        string bytes = Path.Combine(folder.Path, "stub.bin");

        Run("gcc", "-c", "-o", assembled, source);
        Run("objcopy", "-O", "binary", "-j", ".text", assembled, bytes);
        return File.ReadAllBytes(bytes);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
