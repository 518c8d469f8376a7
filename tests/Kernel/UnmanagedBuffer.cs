using System.Runtime.InteropServices;

namespace AgentSandbox.Tests.Kernel;

/// <summary>Zeroed unmanaged memory for a call's argument. Disposing frees it.</summary>
internal sealed class UnmanagedBuffer : IDisposable
{
    /// <summary>Memory of <paramref name="size"/> bytes.</summary>
    public UnmanagedBuffer(int size)
    {
        Size = size;
        Address = Marshal.AllocHGlobal(size);
        Marshal.Copy(new byte[size], 0, Address, size);
    }

    /// <summary>Where it lies.</summary>
    public nint Address { get; }

    /// <summary>In bytes.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public void Dispose() => Marshal.FreeHGlobal(Address);
}
