using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>A step as the stub reads it. Its layout is written down in <c>ChildStub.x64.S</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EncodedStep
{
    public const long EndOfList = -1;
    public const int ArgsOffset = 8;
    public const int DestinationsOffset = 64;

    public long Number;
    public fixed long Args[6];
    public long Result;
    public long** Destinations;
    public long ToleratedResult;
}
