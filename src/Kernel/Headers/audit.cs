namespace AgentSandbox.Kernel;

// linux/audit.h
public static partial class Libc
{
    public const uint AUDIT_ARCH_X86_64 = 0xC000003E;
    public const uint AUDIT_ARCH_AARCH64 = 0xC00000B7;
}
