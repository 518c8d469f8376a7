using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>The raw number of a handle, for the length of one call.</summary>
internal readonly ref struct FdLease
{
    private readonly SafeHandle _handle;

    /// <summary>Takes the number; the handle stays open until <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    internal FdLease(SafeHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    internal int Value => (int)_handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
