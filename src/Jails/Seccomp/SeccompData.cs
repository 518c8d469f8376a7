using System.Runtime.InteropServices;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>Where a filter finds what it asks for in <c>seccomp_data</c>.</summary>
/// <remarks>This is the only place that knows the byte order: x86-64 and arm64 are little-endian. Source: linux/seccomp.h.</remarks>
internal static class SeccompData
{
    /// <summary>Offset of the call's number.</summary>
    public const uint Number = 0;

    /// <summary>Offset of <c>AUDIT_ARCH_*</c>.</summary>
    public const uint Arch = 4;

    private const uint Arguments = 16;

    /// <summary>Offset of the low 32 bits of an argument (0 to 5).</summary>
    public static uint Low(int argument) => Arguments + (uint)argument * sizeof(ulong);

    /// <summary>Offset of the high 32 bits of an argument (0 to 5).</summary>
    public static uint High(int argument) => Low(argument) + sizeof(uint);

    /// <summary>The 32-bit word at <paramref name="offset"/>.</summary>
    public static uint Word(in seccomp_data call, uint offset) =>
        MemoryMarshal.Cast<seccomp_data, uint>(new ReadOnlySpan<seccomp_data>(in call))[(int)(offset / sizeof(uint))];

    /// <summary>An argument (0 to 5) as the register has it.</summary>
    public static ulong Argument(in seccomp_data call, int index) => (ulong)Word(call, High(index)) << 32 | Word(call, Low(index));
}
