using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>The program of a jail's PID 1: a static ELF of one header, one segment and one loop that pauses for ever.</summary>
/// <remarks>Source: elf(5), pause(2).</remarks>
public static class InitProgram
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const ulong LoadAddress = 0x400000;
    private const ushort ET_EXEC = 2;
    private const ushort EM_X86_64 = 62;
    private const uint PT_LOAD = 1;
    private const uint PF_X_R = 5;

    /// <summary>The ELF file in a sealed memfd, opened for execution only. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EACCES: <c>vm.memfd_noexec=2</c> forbids programs in memory.</exception>
    /// <exception cref="PlatformNotSupportedException">The architecture has no PID 1 yet.</exception>
    public static SafeFileHandle Open()
    {
        using SafeFileHandle memory = Files.CreateSealedMemory("jail-init", Image(), executable: true);
        using FdLease fd = new(memory);
        return Files.Open($"/proc/self/fd/{fd.Value}", Libc.O_RDONLY); // a writable fd would make execve say ETXTBSY
    }

    /// <summary>The bytes of the ELF file.</summary>
    internal static byte[] Image()
    {
        ReadOnlySpan<byte> code = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => [0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7], // mov eax, 34 (pause); syscall; jmp to the start
            Architecture other => throw new PlatformNotSupportedException($"no PID 1 for {other} yet"),
        };
        byte[] image = new byte[HeaderSize + SegmentSize + code.Length];
        Span<byte> header = image;
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], ET_EXEC);
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], EM_X86_64);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + HeaderSize + SegmentSize);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1);
        Span<byte> segment = header[HeaderSize..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, PT_LOAD);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], PF_X_R);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], LoadAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)image.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)image.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        code.CopyTo(segment[SegmentSize..]);
        return image;
    }
}
