namespace AgentSandbox.Kernel;

// linux/close_range.h
public static partial class Libc
{
    public const uint CLOSE_RANGE_CLOEXEC = 4;
}
