using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>What the stub is given, and where it reports. Its layout is written down in <c>ChildStub.x64.S</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StubContext
{
    public clone_args* CloneArgs;
    public ulong CloneArgsSize;
    public EncodedStep* Before;
    public EncodedStep* Steps;
    public EncodedStep* After;
    public StubReport BeforeReport;
    public StubReport ChildReport;
    public StubReport AfterReport;
    public long Pid;
}
