using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>The program of a jail's PID 1: a static ELF of one header, one segment and one loop that pauses for ever.</summary>
/// <remarks>Source: pause(2).</remarks>
public static class InitProgram
{
    /// <summary>The ELF file in a sealed memfd, opened for execution only. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EACCES: <c>vm.memfd_noexec=2</c> forbids programs in memory.</exception>
    /// <exception cref="PlatformNotSupportedException">The architecture has no PID 1 yet.</exception>
    public static SafeFileHandle Open() => StaticElf.Open("jail-init", Image());

    /// <summary>The bytes of the ELF file.</summary>
    internal static byte[] Image() => StaticElf.Build(RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7], // mov eax, 34 (pause); syscall; jmp to the start
        Architecture other => throw new PlatformNotSupportedException($"no PID 1 for {other} yet"),
    });
}
