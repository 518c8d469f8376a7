using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// linux/prctl.h, linux/securebits.h, linux/capability.h
public static partial class Libc
{
    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_SET_DUMPABLE = 4;
    public const int PR_CAPBSET_DROP = 24;
    public const int PR_SET_SECUREBITS = 28;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int PR_CAP_AMBIENT = 47;
    public const int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    public const int SECBIT_NOROOT = 1;
    public const int SECBIT_NOROOT_LOCKED = 2;
    public const int SECBIT_NO_SETUID_FIXUP = 4;
    public const int SECBIT_NO_SETUID_FIXUP_LOCKED = 8;
    public const int SECBIT_KEEP_CAPS_LOCKED = 32;
    public const int SECBIT_NO_CAP_AMBIENT_RAISE = 64;
    public const int SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED = 128;

    public const uint _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint a1, nuint a2, nuint a3, nuint a4);
}
