using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>Unmanaged memory that is handed out in pieces, zeroed and 16-byte aligned, and freed at once.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private const nuint ChunkSize = 16 * 1024;

    private readonly List<nint> _chunks = [];
    private byte* _next;
    private nuint _left;

    /// <summary>Zeroed memory that stays where it is until <see cref="Dispose"/>.</summary>
    public byte* Allocate(nuint size)
    {
        size = (size + 15) & ~(nuint)15;
        if (size > _left)
        {
            nuint chunk = nuint.Max(size, ChunkSize);
            _next = (byte*)NativeMemory.AlignedAlloc(chunk, 16);
            NativeMemory.Clear(_next, chunk);
            _chunks.Add((nint)_next);
            _left = chunk;
        }

        byte* piece = _next;
        _next += size;
        _left -= size;
        return piece;
    }

    public void Dispose()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.AlignedFree((void*)chunk);
        }

        _chunks.Clear();
        _left = 0;
    }
}
