using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>The program of a child that waits for what it is to do: a static ELF that walks the <see cref="StepList"/>s that come by its only fd.</summary>
public static partial class ReadyProgram
{
    /// <summary>The fd by which lists come: the child must have it, and no other, when it executes this.</summary>
    public const int Channel = 3;

    /// <summary>The name of a process that waits, as <c>comm</c> shows it: no program that is executed gives a name with a slash.</summary>
    public const string ProcessName = "/ready";

    /// <summary>Where a list lies when it is walked: the addresses in it count on that.</summary>
    internal const long ListAddress = Memory + 0x80;

    /// <summary>The most bytes that a list can have.</summary>
    internal const int MaxList = MemorySize - 0x80;

    private const int Memory = 0x500000;
    private const int MemorySize = 0x10000; // what is not written takes no memory

    /// <summary>The ELF file in a sealed memfd, opened for execution only. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EACCES: <c>vm.memfd_noexec=2</c> forbids programs in memory.</exception>
    /// <exception cref="PlatformNotSupportedException">There is none for the architecture yet.</exception>
    public static SafeFileHandle Open() => StaticElf.Open("jail-ready", Image());

    /// <summary>The machine code for the architecture that this process runs on.</summary>
    internal static ReadOnlySpan<byte> Code => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture other => throw new PlatformNotSupportedException($"no waiting program for {other}: ReadyProgram.{other}.S is not written yet"),
    };

    /// <summary>The bytes of the ELF file.</summary>
    internal static byte[] Image() => StaticElf.Build(Code, Memory, MemorySize);
}
