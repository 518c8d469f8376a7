using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>Where the stub stands in a list: the step it came to and, if that failed, -errno.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StubReport
{
    public EncodedStep* Step;
    public long Error;
}
