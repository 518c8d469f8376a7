using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>Static ELF files of one piece of code, without libraries: what runs in jails for us.</summary>
/// <remarks>No user of a jail may read them, so the kernel lets none look into a process that runs one. Source: elf(5); fs/exec.c, would_dump.</remarks>
internal static class StaticElf
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const ulong PageSize = 0x1000;
    private const ulong LoadAddress = 0x400000;
    private const ushort ET_EXEC = 2;
    private const ushort EM_X86_64 = 62;
    private const uint PT_LOAD = 1;
    private const uint PF_X_R = 5;
    private const uint PF_W_R = 6;

    /// <summary>The file in a sealed memfd, opened for execution only. The caller disposes it.</summary>
    /// <param name="name">What /proc shows of it.</param>
    /// <param name="image">Its bytes.</param>
    /// <exception cref="SyscallException">EACCES: <c>vm.memfd_noexec=2</c> forbids programs in memory.</exception>
    internal static SafeFileHandle Open(string name, ReadOnlySpan<byte> image)
    {
        using SafeFileHandle memory = Files.CreateSealedMemory(name, image, executable: true);
        File.SetUnixFileMode(memory, UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        using FdLease fd = new(memory);
        return Files.Open($"/proc/self/fd/{fd.Value}", Libc.O_RDONLY); // a writable fd would make execve say ETXTBSY
    }

    /// <summary>The bytes of a file that runs <paramref name="code"/> from its first byte on.</summary>
    /// <param name="code">Machine code of x86-64 that can lie anywhere.</param>
    /// <param name="memory">The address of writable memory, zero at first: a multiple of a page.</param>
    /// <param name="memorySize">Its size in bytes; 0: there is none.</param>
    internal static byte[] Build(ReadOnlySpan<byte> code, ulong memory = 0, ulong memorySize = 0)
    {
        int segments = memorySize == 0 ? 1 : 2;
        int start = HeaderSize + (segments * SegmentSize);
        byte[] image = new byte[start + code.Length];
        Span<byte> header = image;
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], ET_EXEC);
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], EM_X86_64);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + (ulong)start);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], (ushort)segments);
        WriteSegment(header[HeaderSize..], PF_X_R, LoadAddress, (ulong)image.Length, (ulong)image.Length);
        if (memorySize > 0)
        {
            WriteSegment(header[(HeaderSize + SegmentSize)..], PF_W_R, memory, 0, memorySize);
        }

        code.CopyTo(header[start..]);
        return image;
    }

    // Every segment begins at the beginning of the file; one without bytes in it takes none.
    private static void WriteSegment(Span<byte> segment, uint flags, ulong address, ulong inFile, ulong inMemory)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(segment, PT_LOAD);
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], inFile);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], inMemory);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], PageSize);
    }
}
