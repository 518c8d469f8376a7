namespace AgentSandbox.Kernel;

// linux/lsm.h
public static partial class Libc
{
    public const ulong LSM_ID_LANDLOCK = 110;
}
