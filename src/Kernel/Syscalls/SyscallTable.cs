using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>The system call numbers of one architecture, and the value by which seccomp names that architecture.</summary>
/// <remarks>Source: asm/unistd_64.h, linux/audit.h.</remarks>
public sealed partial class SyscallTable
{
    private readonly short[] _numbers;

    private SyscallTable(Architecture architecture, uint auditArch, ReadOnlySpan<short> numbers)
    {
        Architecture = architecture;
        AuditArch = auditArch;
        _numbers = numbers.ToArray();
    }

    /// <summary>The table of the architecture that this process runs on.</summary>
    public static SyscallTable Native { get; } = For(RuntimeInformation.ProcessArchitecture);

    /// <summary>The architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary><c>AUDIT_ARCH_*</c>: what <c>seccomp_data.arch</c> holds for a native call.</summary>
    public uint AuditArch { get; }

    /// <summary>The highest number that any known call has.</summary>
    public int MaxNumber => _numbers.Max();

    /// <summary>The table of <paramref name="architecture"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">Neither X64 nor Arm64.</exception>
    public static SyscallTable For(Architecture architecture) => architecture switch
    {
        Architecture.X64 => new(architecture, Libc.AUDIT_ARCH_X86_64, X64Numbers),
        Architecture.Arm64 => new(architecture, Libc.AUDIT_ARCH_AARCH64, Arm64Numbers),
        _ => throw new PlatformNotSupportedException($"no system call table for {architecture}: x64 and arm64 are known"),
    };

    /// <summary>The number of <paramref name="call"/>, or null where this architecture lacks it (arm64 has no <c>open</c>).</summary>
    public int? Number(Syscall call) => _numbers[(int)call] is >= 0 and short number ? number : null;
}
